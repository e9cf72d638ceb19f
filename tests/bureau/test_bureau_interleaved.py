"""Two editors at one draft, step by step in any order and at the very same time: no update is lost, no revision torn."""

from __future__ import annotations

import concurrent.futures
import random
from itertools import pairwise
from typing import Final

import pytest

from recommender.bureau import drafting, publishing
from recommender.bureau.desk import Person
from recommender.catalog.records import catalog_of
from recommender.errors import EditConflict
from recommender.store import Database
from tests.bureau.little_bureau import Bureau

ROUNDS: Final = [pytest.param(30), pytest.param(500, marks=pytest.mark.heavy)]
STEPS: Final = 9
PUBLISH_EVERY: Final = 25
RECORDS: Final = ("shuanglin-si", "pingyao-gucheng")
COLUMNS: Final = ("popularity", "name_en", "description_en", "description_zh")

Cells = dict[str, str]


class Editor:
    """Somebody with records on their screen, as they were when they were opened."""

    def __init__(self, person: Person, chance: random.Random) -> None:
        self.person = person
        self.screen: dict[str, drafting.Record] = {}
        self._chance = chance

    def change(self) -> Cells:
        """What they type next; few values, so that two do type the same."""
        columns = self._chance.sample(COLUMNS, self._chance.randint(1, 3))
        return {column: str(self._chance.randint(1, 6)) for column in columns}


def _expected(seen: Cells, now: Cells, change: Cells) -> tuple[Cells, set[str]]:
    """What a save must lead to, worked out cell by cell; and the cells that clash."""
    meant = {column: value for column, value in change.items() if value != seen[column]}
    clashes = {column for column, value in meant.items() if now[column] not in (seen[column], value)}
    return (now if clashes else now | meant), clashes


def _save(bureau: Bureau, editor: Editor, key: str, held: dict[str, Cells], chance: random.Random) -> None:
    """Save what is on the screen; where it clashes, look again and choose."""
    seen, change = editor.screen[key], editor.change()
    wanted, clashes = _expected(dict(seen.cells or {}), held[key], change)
    try:
        saved = drafting.save(editor.person, seen, change, database=bureau.database)
    except EditConflict as conflict:
        found = {c["column"]: c for c in conflict.detail["conflicts"]}
        assert found.keys() == clashes
        assert all(c["theirs"] == held[key][column] and c["mine"] == change[column] for column, c in found.items())
        now = drafting.get_record(editor.person, seen.draft, "attractions", key, database=bureau.database)
        assert now.cells == held[key], "a refused save changes nothing"
        kept = {column: value for column, value in change.items() if column not in found or chance.random() < 0.5}
        saved = drafting.save(editor.person, now, kept, database=bureau.database)
        wanted = held[key] | kept
    else:
        assert clashes == set()
    assert saved.cells == wanted
    held[key] = dict(wanted)
    editor.screen[key] = saved


def _play(bureau: Bureau, seed: int, published: dict[str, Cells]) -> tuple[int, dict[str, Cells]]:
    chance = random.Random(seed)
    draft = bureau.draft(f"第 {seed} 回").id
    editors = [Editor(bureau.ann, chance), Editor(bureau.bob, chance)]
    held = {key: dict(cells) for key, cells in published.items()}
    for _ in range(STEPS):
        editor, key = chance.choice(editors), chance.choice(RECORDS)
        if key not in editor.screen or chance.random() < 0.3:
            editor.screen[key] = drafting.get_record(editor.person, draft, "attractions", key, database=bureau.database)
            assert editor.screen[key].cells == held[key]
        else:
            _save(bureau, editor, key, held, chance)
    return draft, held


@pytest.mark.parametrize("rounds", ROUNDS)
def test_in_random_interleavings_no_update_is_lost_and_no_revision_torn(bureau: Bureau, rounds: int) -> None:
    tables = publishing.get_revision(bureau.ann, bureau.first.revision, database=bureau.database)["attractions"]
    published = {key: dict(tables[key]) for key in RECORDS}
    for seed in range(rounds):
        draft, held = _play(bureau, seed, published)
        if seed % PUBLISH_EVERY or held == published:
            continue
        made = bureau.publish(draft)
        now = publishing.get_revision(bureau.ann, made.revision, database=bureau.database)
        assert catalog_of(now).revision == made.revision == publishing.published_now(database=bureau.database).revision
        published = held
        assert {key: now["attractions"][key] for key in RECORDS} == published


def test_saves_at_the_very_same_time_are_all_kept(bureau: Bureau, address: str) -> None:
    """Each edit differs from the one before in just what its author changed, whoever came between."""
    draft = bureau.draft().id
    people, saves = (bureau.ann, bureau.bob, bureau.eva, bureau.admin), 15
    mine = dict(zip(people, COLUMNS, strict=True))

    def work(person: Person) -> list[int]:
        database, kept = Database(address), []
        for k in range(saves):
            seen = drafting.get_record(person, draft, "attractions", "shuanglin-si", database=database)
            value = f"{k + 1}"
            kept.append(drafting.save(person, seen, {mine[person]: value}, database=database).version)
        database.close()
        return kept

    with concurrent.futures.ThreadPoolExecutor(len(people)) as pool:
        versions = [version for found in pool.map(work, people) for version in found]
    assert sorted(versions) == list(range(1, len(people) * saves + 1))
    edits = sorted(drafting.list_edits(bureau.ann, draft, database=bureau.database), key=lambda edit: edit.version)
    columns = {person.id: column for person, column in mine.items()}
    for before, after in pairwise(edits):
        assert before.cells is not None
        assert after.cells is not None
        assert {c for c in after.cells if after.cells[c] != before.cells[c]} == {columns[after.account]}
    assert edits[-1].cells is not None
    assert [edits[-1].cells[column] for column in COLUMNS] == [str(saves)] * len(COLUMNS)
