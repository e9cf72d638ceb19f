"""The house holds together: floors, words in two languages, published shapes, documents."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from recommender.i18n import LANGUAGES, messages, rooms
from recommender.web import published

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "recommender").rglob("*.py"))
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*.md")]
    if ".venv" not in path.parts
)
HAN = re.compile(r"[\u3400-\u9fff]")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# -------------------------------------------------------------------------------------------------- floors


def test_imports_go_down_the_floors_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_importing_is_cheap_and_does_nothing() -> None:
    """No door and no region costs the visitor scikit-learn or the compiler before they are needed."""
    doors = ", ".join(f"recommender.{room}" for room in ("settings", "model", "region", "cli", "web.routes", "ui.main"))
    code = f"import sys, {doors}; print(*sorted({{'sklearn', 'numba'}} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
    assert done.stderr == ""


def test_no_drawer_is_called_misc() -> None:
    assert not {path.stem for path in SOURCES} & {"utils", "util", "helpers", "common", "base", "misc"}


def test_test_files_have_unique_names() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


# --------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize("room", rooms())
def test_every_word_is_there_in_both_languages_with_the_same_values(room: str) -> None:
    for key, words in messages(room).items():
        assert set(words) == set(LANGUAGES), f"{room}.{key}"
        values = {}
        for lang, message in words.items():
            fields = [field for _, field, _, _ in string.Formatter().parse(message) if field is not None]
            assert all(field.isidentifier() for field in fields), f"{room}.{key}.{lang}: unnamed value"
            values[lang] = {name.removesuffix("_zh").removesuffix("_en") for name in fields}
        # A reader's Chinese font draws these a whole character wide.
        assert room != "ui" or not set(words["en"]) & set("“”‘’"), f"{room}.{key}"
        # A date or a name may be spelt with other values in the other language; a message may not lose one.
        assert bool(values["zh"]) == bool(values["en"]), f"{room}.{key}: {values}"
        assert all(words[lang].strip() == words[lang] for lang in words if room != "ui"), f"{room}.{key}"


def _calls(tree: ast.AST) -> list[tuple[str, int]]:
    return [
        (node.args[0].value, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "text")
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "text" and "i18n" in ast.dump(node.func))
        )
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_every_word_that_is_asked_for_exists(path: Path) -> None:
    for key, line in _calls(ast.parse(path.read_text(encoding="utf-8"))):
        room, _, rest = key.partition(".")
        assert room in rooms(), f"{_name(path)}:{line}: {key}"
        assert rest in messages(room), f"{_name(path)}:{line}: {key}"


def _problem_codes(tree: ast.AST) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
            given = (
                node.args[2] if len(node.args) > 2 else next((k.value for k in node.keywords if k.arg == "code"), None)
            )
            if isinstance(given, ast.Constant):
                found.append((str(given.value), node.lineno))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_every_problem_has_its_words(path: Path) -> None:
    for code, line in _problem_codes(ast.parse(path.read_text(encoding="utf-8"))):
        assert code in messages("errors"), f"{_name(path)}:{line}: {code}"


NOT_FOR_EYES = {
    "recommender/catalog": "data values and column headers",
    "recommender/calendar": "data values",
    "recommender/travel": "notes of segments quote the data",
    "recommender/scoring": "words of the descriptions that are counted",
    "recommender/exports/breaks.py": "marks of Chinese punctuation",
    "recommender/web/openapi.py": "the API's name",
    "recommender/settings.py": "the documented names of Chinese filing numbers",
}


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_chinese_words_stand_in_the_code(path: Path) -> None:
    """What a visitor reads comes from the message files; docstrings and comments may name things."""
    if any(_name(path).startswith(part) for part in NOT_FOR_EYES):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found = [
        f"{_name(path)}:{node.lineno}: {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in prose
        and HAN.search(node.value)
    ]
    assert found == []


# ----------------------------------------------------------------------------------------------- documents


@pytest.mark.parametrize("path", list(published.files()), ids=_name)
def test_published_shapes_and_tables_are_as_the_code_makes_them(path: Path) -> None:
    """If this change is meant, run ``make docs`` and say so in the changelog."""
    assert path.read_text(encoding="utf-8") == published.files()[path]


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target or target.startswith(("#", "mailto:")):
            continue
        assert (path.parent / target.split("#")[0]).exists(), f"{_name(path)}: {target}"


def test_every_decision_is_in_the_list() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs" / "decisions").glob("*.md"):
        assert page.name == "README.md" or f"]({page.name})" in listed, page.name


def test_what_the_feature_table_names_exists() -> None:
    table = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    for target in re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", table):
        file = ROOT / target[0]
        assert file.exists(), target
        assert not target[1] or f"def {target[1]}(" in file.read_text(encoding="utf-8"), target


# ---------------------------------------------------------------------------------------------------- pins


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_dependency_is_pinned_to_what_the_tests_run_with(name: str) -> None:
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        wanted = line.split("#")[0].split(";")[0].strip()
        if not wanted or wanted.startswith("-r"):
            continue
        package, _, version = wanted.partition("==")
        assert version, line
        assert metadata.version(package) == version, line


def test_ci_runs_what_people_run() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in script if line and not line.startswith(("#", "set ", "cd "))] == ["make test"]


def test_every_exception_to_the_linter_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["tool"]["mypy"]["strict"] is True
    ignored = text.split("\nignore = [\n")[1].split("\n]")[0]
    assert all("#" in line for line in ignored.splitlines())
