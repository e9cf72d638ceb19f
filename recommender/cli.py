"""The command line: the same use cases for a terminal and for scripts.

Exit 0 fine, 1 violations or problems found (``verify``, ``catalog check``) or a failure of ours, 2 bad input, 3 no
feasible trip. Results go to standard output or ``--out``, everything else to standard error.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NoReturn

from recommender import address, exports
from recommender.errors import InfeasibleTrip, Problem, RecommenderError, RequestError
from recommender.i18n import LANGUAGES, best_language, text
from recommender.jsontext import read_json, write_json
from recommender.settings import settings

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region

FINE: Final = 0
FOUND: Final = 1
BAD_INPUT: Final = 2
INFEASIBLE: Final = 3
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141
STANDARD: Final = "-"
MOST_JOBS: Final = 64

JSON: Final = "json"
FORMATS: Final = (JSON, *exports.FORMATS)


def _rendered(itinerary: Itinerary, region: Region, form: str, lang: str) -> str | bytes:
    if form == JSON:
        return itinerary.to_json(indent=2) + "\n"
    return exports.FORMATS[form].write(itinerary, region, lang)


# ------------------------------------------------------------------------------------------- input, output


def _read(name: str) -> tuple[bytes, str]:
    """A file's bytes, or those of standard input, and what to call them in a message."""
    if name == STANDARD:
        return sys.stdin.buffer.read(), "stdin"
    return Path(name).read_bytes(), name


def _write(name: str, data: str | bytes) -> None:
    data = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    if name == STANDARD:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        Path(name).write_bytes(data)


def _writing(name: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdout.buffer) if name == STANDARD else Path(name).open("wb")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


# ------------------------------------------------------------------------------------------------ commands


def _plan(args: argparse.Namespace) -> int:
    if args.format not in FORMATS:
        allowed = ", ".join(FORMATS)
        raise RequestError([Problem("--format", args.format, "field_choice", {"allowed": allowed})])
    if args.batch is not None:
        if args.request is not None or args.format != JSON:
            other = "REQUEST.json" if args.request is not None else "--format"
            raise RequestError([Problem("--batch", other, "batch_alone")])
        return _plan_batch(args)
    if args.request is None:
        raise RequestError([Problem("REQUEST.json", "", "field_missing")])
    from recommender.model import TripRequest

    request = TripRequest.parse(read_json(*_read(args.request)))

    # The engines are imported once the request is known to be one.
    from recommender import region as regions
    from recommender.trip.planning import check_request, plan_trip

    region = regions.current()
    check_request(region, request, today=args.today)
    itinerary = plan_trip(region, request)
    _write(args.out, _rendered(itinerary, region, args.format, args.lang))
    return FINE


def _plan_batch(args: argparse.Namespace) -> int:
    lines = _read(args.batch)[0].split(b"\n")
    if not lines[-1]:
        lines.pop()

    from recommender.batch import Progress, plan_lines

    counts = {"itinerary": 0, "infeasible": 0, "refused": 0, "failed": 0}
    started = time.perf_counter()
    with _writing(args.out) as out, Progress(len(lines), sys.stderr) as progress:
        for answer in plan_lines(lines, jobs=args.jobs, lang=args.lang, today=args.today):
            out.write(answer.line + b"\n")
            counts[answer.kind] += 1
            progress.step()
        out.flush()
    _say(text("cli.batch.done", args.lang, seconds=f"{time.perf_counter() - started:.1f}", **counts))
    return FOUND if counts["failed"] else FINE


def _verify(args: argparse.Namespace) -> int:
    from recommender.model import Itinerary

    itinerary = Itinerary.parse(read_json(*_read(args.itinerary)))

    from recommender import region as regions
    from recommender.trip.verify import verify

    region = regions.current()
    if itinerary.revision != region.state:
        _say(text("cli.verify.revision", args.lang, made=itinerary.revision, now=region.state))
    violations = verify(region, itinerary)
    _write(STANDARD, "".join(violation.message(args.lang) + "\n" for violation in violations))
    if not violations:
        _say(text("cli.verify.fine", args.lang))
    return FOUND if violations else FINE


def _catalog_check(args: argparse.Namespace) -> int:
    from recommender.catalog import check_catalog

    problems = check_catalog(settings().data_dir)
    _write(STANDARD, "".join(problem.message(args.lang) + "\n" for problem in problems))
    _say(text("cli.catalog.problems" if problems else "cli.catalog.fine", args.lang, count=len(problems)))
    return FOUND if problems else FINE


def _catalog_export(args: argparse.Namespace) -> int:
    from recommender import region as regions
    from recommender.catalog import export_catalog

    catalog = regions.current().catalog
    export_catalog(catalog, Path(args.out))
    _say(text("cli.catalog.exported", args.lang, out=args.out, revision=catalog.revision))
    return FINE


def _catalog_import(args: argparse.Namespace) -> int:
    raise RequestError([Problem("catalog import", args.source, "command_not_built", {"allowed": "check, export"})])


def _backup(args: argparse.Namespace) -> int:
    from recommender.bureau import backups
    from recommender.bureau.desk import PROGRAM

    # Written beside its place and moved there whole: no half a backup is ever taken for one.
    target = Path(args.out)
    target.parent.mkdir(parents=True, exist_ok=True)
    partly = target.with_name(f".{target.name}.part")
    try:
        with partly.open("w+b") as out:
            partly.chmod(0o600)
            copy = backups.write_backup(PROGRAM, out)
        partly.replace(target)
    finally:
        partly.unlink(missing_ok=True)
    _say(text("cli.backup.done", args.lang, out=args.out, rows=copy.rows, schema=copy.schema))
    return FINE


def _restore(args: argparse.Namespace) -> int:
    from recommender.bureau import backups
    from recommender.bureau.desk import PROGRAM

    with Path(args.backup).open("rb") as source:
        copy = backups.restore_backup(PROGRAM, source, args.backup, replace=args.replace)
    _say(text("cli.backup.restored", args.lang, made=f"{copy.made:%Y-%m-%d %H:%M} UTC", rows=copy.rows))
    return FINE


def _integrity(args: argparse.Namespace) -> int:
    from recommender.bureau import backups
    from recommender.bureau.desk import PROGRAM

    problems = backups.check_integrity(PROGRAM)
    _write(STANDARD, "".join(problem.message(args.lang) + "\n" for problem in problems))
    _say(text("cli.backup.problems" if problems else "cli.backup.whole", args.lang, count=len(problems)))
    return FOUND if problems else FINE


def _warm(args: argparse.Namespace) -> int:
    from recommender.warm import warm

    started = time.perf_counter()
    region = warm()
    _say(text("cli.warm.done", args.lang, revision=region.revision, seconds=f"{time.perf_counter() - started:.1f}"))
    return FINE


# -------------------------------------------------------------------------------------------------- parser


class _Help(argparse.HelpFormatter):
    def __init__(self, lang: str, prog: str, **options: Any) -> None:
        super().__init__(prog, **options)
        self._usage = text("cli.help.usage", lang) + " "

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, self._usage if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """Speaks one language, and says what is wrong in one line."""

    def __init__(self, *, lang: str, common: bool = False, **options: Any) -> None:
        super().__init__(**options, add_help=False, formatter_class=partial(_Help, lang))
        self._lang = lang
        self._positionals.title = text("cli.help.positionals", lang)
        self._optionals.title = text("cli.help.options", lang)
        self.add_argument("-h", "--help", action="help", help=text("cli.help.help", lang))
        if common:
            self.add_argument("--lang", choices=LANGUAGES, default=lang, help=text("cli.help.lang", lang))

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {self._said(message)}\n")

    def _said(self, message: str) -> str:
        """The finding in our words; one that is not foreseen in those of argparse."""
        for code, form in _FINDINGS:
            found = form.fullmatch(message)
            if found:
                values = found.groupdict()
                if "kind" in values:
                    values["kind"] = text(f"cli.kind.{values['kind']}", self._lang, most=MOST_JOBS)
                return text(f"cli.wrong.{code}", self._lang, **values)
        return message


_FINDINGS: Final = tuple(
    (code, re.compile(form, re.DOTALL))
    for code, form in (
        ("required", r"the following arguments are required: (?P<name>.+)"),
        ("unknown", r"unrecognized arguments: (?P<value>.+)"),
        ("choice", r"argument (?P<name>.+?): invalid choice: (?P<value>.+) \(choose from (?P<allowed>.+)\)"),
        ("nothing", r"argument (?P<name>.+?): expected one argument"),
        ("kind", r"argument (?P<name>.+?): invalid (?P<kind>date|jobs) value: (?P<value>.+)"),
    )
)


def _neutrality(args: argparse.Namespace) -> int:
    """The same wishes from two hotels at one spot: whether the plans are the same."""
    from recommender import region as regions
    from recommender.partners import find, neutrality
    from recommender.partners.hotel import of_lodging, read
    from recommender.trip import narrate

    lang = args.lang
    region = regions.current()
    lodging = region.catalog.lodging
    named = args.hotel or next(one.id for one in lodging.values() if not one.is_anchor)
    if named in lodging:
        # The check needs a spot and a name; what else the catalogue does not know of the hotel is no matter here.
        hotel = read({**of_lodging(lodging[named]), "phone": "0000000"})
    else:
        partner = find(named)
        if partner is None:
            _say(text("partners.cli.unknown", lang, hotel=named))
            return BAD_INPUT
        hotel = partner.hotel
    found = []
    for wish in neutrality.wishes(args.today or dt.datetime.now(tz=dt.UTC).date()):
        [one] = neutrality.check(region, hotel, [wish])
        found.append(one)
        words = ", ".join(f"{name}={value}" for name, value in address.encode(wish).items())
        if one.same:
            line = text("partners.cli.same", lang, wish=words)
        else:
            first, second = (" ".join(narrate.place_name(place, region, lang) for place in side) for side in one.places)
            line = text("partners.cli.differ", lang, wish=words, first=first, second=second)
        print(line, flush=True)
    same = sum(one.same for one in found)
    print(text("partners.cli.sum", lang, hotel=hotel.name(lang), count=len(found), same=same))
    return FINE if same == len(found) else FOUND


def _date(value: str) -> dt.date:
    return dt.date.fromisoformat(value)


_date.__name__ = "date"


def _jobs(value: str) -> int:
    jobs = int(value)
    if not 1 <= jobs <= MOST_JOBS:
        raise ValueError
    return jobs


_jobs.__name__ = "jobs"


def parser(lang: str) -> argparse.ArgumentParser:
    """All commands; ``lang`` is the language of the help."""
    common: dict[str, Any] = {"lang": lang, "common": True}
    file, date, folder = (text(f"cli.name.{name}", lang) for name in ("file", "date", "folder"))

    root = _Parser(lang=lang, prog="python -m recommender", description=text("cli.help.about", lang))
    commands = root.add_subparsers(dest="command", required=True, metavar=text("cli.name.command", lang))

    plan = commands.add_parser("plan", **common, help=text("cli.help.plan", lang))
    plan.add_argument("request", nargs="?", metavar="REQUEST.json", help=text("cli.help.request", lang))
    plan.add_argument("--batch", metavar="REQUESTS.jsonl", help=text("cli.help.batch", lang))
    plan.add_argument("--jobs", type=_jobs, default=1, metavar="N", help=text("cli.help.jobs", lang))
    plan.add_argument("--format", default=JSON, metavar="|".join(FORMATS), help=text("cli.help.format", lang))
    plan.add_argument("--out", default=STANDARD, metavar=file, help=text("cli.help.out", lang))
    plan.add_argument("--today", type=_date, metavar=date, help=text("cli.help.today", lang))
    plan.set_defaults(run=_plan)

    verify = commands.add_parser("verify", **common, help=text("cli.help.verify", lang))
    verify.add_argument("itinerary", metavar="ITINERARY.json", help=text("cli.help.itinerary", lang))
    verify.set_defaults(run=_verify)

    catalog = commands.add_parser("catalog", lang=lang, help=text("cli.help.catalog", lang))
    actions = catalog.add_subparsers(dest="action", required=True, metavar="check|export")
    check = actions.add_parser("check", **common, help=text("cli.help.check", lang))
    check.set_defaults(run=_catalog_check)
    export = actions.add_parser("export", **common, help=text("cli.help.export", lang))
    export_to = text("cli.help.export_out", lang)
    export.add_argument("--out", required=True, metavar=f"{file}.xlsx|{folder}", help=export_to)
    export.set_defaults(run=_catalog_export)
    load = actions.add_parser("import", **common)
    load.add_argument("source", metavar=f"{file}|{folder}")
    load.add_argument("--dry-run", action="store_true")
    load.set_defaults(run=_catalog_import)

    backup = commands.add_parser("backup", **common, help=text("cli.help.backup", lang))
    backup.add_argument("--out", required=True, metavar=file, help=text("cli.help.backup_out", lang))
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", **common, help=text("cli.help.restore", lang))
    restore.add_argument("backup", metavar=file, help=text("cli.help.restore_file", lang))
    restore.add_argument("--replace", action="store_true", help=text("cli.help.replace", lang))
    restore.set_defaults(run=_restore)
    integrity = commands.add_parser("integrity", **common, help=text("cli.help.integrity", lang))
    integrity.set_defaults(run=_integrity)
    neutrality = commands.add_parser("neutrality", **common, help=text("partners.cli.help", lang))
    neutrality.add_argument("hotel", nargs="?", metavar="HOTEL", help=text("partners.cli.hotel", lang))
    neutrality.add_argument("--today", type=_date, metavar=date, help=text("cli.help.today", lang))
    neutrality.set_defaults(run=_neutrality)

    warm = commands.add_parser("warm", **common, help=text("cli.help.warm", lang))
    warm.set_defaults(run=_warm)
    return root


def _language(argv: Sequence[str]) -> str:
    for k, word in enumerate(argv):
        given = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang" and k + 1 < len(argv):
            given = argv[k + 1]
        if given in LANGUAGES:
            return given
    return best_language(os.environ.get("LC_ALL") or os.environ.get("LANG"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; whatever happens, nobody sees a traceback."""
    argv = sys.argv[1:] if argv is None else list(argv)
    lang = _language(argv)
    try:
        args = parser(lang).parse_args(argv)
        code: int = args.run(args)
    except InfeasibleTrip as error:
        _write(STANDARD, write_json(error.as_dict(lang), indent=2) + b"\n")
        return INFEASIBLE
    except RecommenderError as error:
        _say(error.message(lang))
        return BAD_INPUT
    except BrokenPipeError:
        # The reader has seen enough. What Python would still flush at exit goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        name = error.filename if isinstance(error.filename, str) else ""
        _say(text("cli.file", lang, name=name, reason=error.strerror or type(error).__name__))
        return BAD_INPUT
    except KeyboardInterrupt:
        _say(text("cli.interrupted", lang))
        return INTERRUPTED
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        _say(text("cli.failed", lang, kind=type(error).__name__, reason=" ".join(str(error).split())[:300]))
        return FOUND
    return code
