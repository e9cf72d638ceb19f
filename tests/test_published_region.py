"""The region follows what the bureau publishes, and needs no database while nobody has published."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recommender import region as regions
from recommender import store
from recommender.bureau import closures, publishing, ruling
from recommender.catalog import load_catalog
from recommender.errors import CatalogInvalid, StoreUnavailable
from recommender.i18n import text
from recommender.model import StopItem, TripRequest
from recommender.region import FilesSource, PublishedSource, Region
from recommender.settings import settings
from recommender.store import Database, revisions
from recommender.trip import sharing
from recommender.trip.closed import closed_visits
from recommender.trip.narrate.plain import itinerary_text as page_words
from recommender.trip.planning import plan_trip
from recommender.trip.verify import verify
from tests.bureau.little_bureau import Bureau, open_bureau
from tests.catalog.little_files import good_rows, write_folder
from tests.conftest import ONE_DATABASE

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
DAY = dt.date(2027, 4, 17)


@pytest.fixture
def bureau(address: str) -> Iterator[Bureau]:
    database = Database(address)
    yield open_bureau(database, DATA)
    database.close()


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own for what the app keeps."""
    folder = tmp_path / "var"
    folder.mkdir()
    monkeypatch.setenv("JINZHONG_VAR_DIR", str(folder))
    settings.cache_clear()
    store.database.cache_clear()
    yield folder
    monkeypatch.undo()
    store.database().close()
    settings.cache_clear()
    store.database.cache_clear()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "FRESH_S", 0.0)


def source(bureau: Bureau) -> PublishedSource:
    return PublishedSource(FilesSource(DATA), database=bureau.database)


def close(bureau: Bureau, place: str) -> str:
    made = closures.close(bureau.ann, [place], DAY, DAY, "山洪预警", "县应急局", database=bureau.database)
    return made.revision


# ----------------------------------------------------------------------------------------------- following


def test_until_somebody_publishes_the_files_are_the_source(address: str) -> None:
    database = Database(address)
    followed = PublishedSource(FilesSource(DATA), database=database)
    assert followed.revision() == load_catalog(DATA).revision
    assert followed.catalog() == load_catalog(DATA)
    database.close()


def test_a_replica_follows_a_publication_within_seconds_and_keeps_plans_under_way(bureau: Bureau, address: str) -> None:
    elsewhere = Database(address)
    replica = PublishedSource(FilesSource(DATA), database=elsewhere)
    before = regions.current(replica)
    made = close(bureau, "shuanglin-si")
    deadline = time.monotonic() + regions.FRESH_S + 3
    while (now := regions.current(replica)).revision != made:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    elsewhere.close()
    assert before.revision == bureau.first.revision
    assert "shuanglin-si" in {found.place_id for found in now.catalog.closures}
    assert "shuanglin-si" not in {found.place_id for found in before.catalog.closures}


def test_the_database_is_asked_at_most_every_two_seconds(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = PublishedSource._ask

    def ask(self: PublishedSource) -> float:
        asked.append(self)
        return real(self)

    monkeypatch.setattr(PublishedSource, "_ask", ask)
    followed = source(bureau)
    for _ in range(50):
        followed.revision()
    assert len(asked) == 1
    assert regions.FRESH_S <= 5


def test_a_rollback_is_followed_too(bureau: Bureau, quick: None) -> None:
    followed = source(bureau)
    first = regions.current(followed)
    draft = bureau.draft()
    bureau.save(draft.id, popularity="1")
    bureau.publish(draft.id)
    assert regions.current(followed).revision != first.revision
    publishing.roll_back(bureau.eva, "误填", database=bureau.database)
    assert regions.current(followed).revision == first.revision


def test_while_the_database_is_away_what_held_last_goes_on(
    bureau: Bureau, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regions, "AWAY_S", 0.0)
    followed = source(bureau)
    made = close(bureau, "shuanglin-si")
    assert regions.current(followed).revision == made
    with monkeypatch.context() as patch:
        patch.setattr(Database, "reading", _away)
        assert regions.current(followed).revision == made
        fresh = PublishedSource(FilesSource(DATA), database=bureau.database)
        assert fresh.revision() == load_catalog(DATA).revision, "nothing else is known"
    assert fresh.revision() == made


def _away(self: Database) -> Any:
    raise StoreUnavailable


@ONE_DATABASE
def test_many_threads_see_one_region_a_revision(bureau: Bureau, quick: None) -> None:
    followed, found = source(bureau), []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            region = regions.current(followed)
            found.append((region.revision, region.catalog.revision, id(region)))

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    made = [bureau.first.revision, close(bureau, "shuanglin-si"), close(bureau, "zhenguo-si")]
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join()
    assert {revision for revision, _, _ in found} <= set(made)
    assert all(one == other for one, other, _ in found)


# ------------------------------------------------------------------------------------------- without a database


def test_without_a_publication_a_plan_opens_no_database(tmp_path: Path) -> None:
    """Neither a fresh machine nor one where plans were shared pays for the libraries of databases."""
    code = (
        "import sys; from recommender import region; region.current();"
        "print(*sorted({'sqlalchemy', 'alembic'} & sys.modules.keys()))"
    )

    def loaded() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False,
            env={"JINZHONG_VAR_DIR": str(tmp_path), "PATH": "/bin"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    assert loaded() == []
    assert list(tmp_path.iterdir()) == []
    shared = Database(f"sqlite:///{tmp_path}/jinzhong.sqlite")
    with shared.writing():
        pass
    shared.close()
    assert loaded() == []
    shared = Database(f"sqlite:///{tmp_path}/jinzhong.sqlite")
    publishing.start(data_dir=DATA, database=shared)
    shared.close()
    assert loaded() == ["alembic", "sqlalchemy"]


@pytest.mark.parametrize("damage", ["nothing", "empty", "no database", "old"])
def test_a_file_that_is_no_database_of_ours_leaves_the_files_as_the_source(
    own_folder: Path, damage: str
) -> None:
    import sqlite3

    file = own_folder / "jinzhong.sqlite"
    if damage == "empty":
        file.touch()
    elif damage == "no database":
        file.write_text("平遥" * 1000, encoding="utf-8")
    elif damage == "old":
        with sqlite3.connect(file) as old:
            old.execute("CREATE TABLE shared_plans (id INTEGER)")
        old.close()
    followed = PublishedSource(FilesSource(DATA))
    assert followed.revision() == load_catalog(DATA).revision


def test_a_console_opened_later_is_noticed_by_a_process_that_runs_already(
    own_folder: Path, tmp_path: Path, quick: None
) -> None:
    followed = PublishedSource(FilesSource(DATA))
    assert followed.revision() == load_catalog(DATA).revision
    other = write_folder(tmp_path / "data", good_rows())
    console = Database(f"sqlite:///{own_folder}/jinzhong.sqlite")
    publishing.start(data_dir=other, database=console)
    console.close()
    assert followed.revision() == load_catalog(other).revision == followed.catalog().revision


# ------------------------------------------------------------------------------------------------- closures


@ONE_DATABASE
def test_an_emergency_closure_reaches_new_plans_and_the_banner_of_shared_ones(bureau: Bureau, quick: None) -> None:
    followed = source(bureau)
    region = regions.current(followed)
    request = TripRequest.parse({"start_date": DAY.isoformat(), "days": 1, "must_see": ["shuanglin-si"]})
    itinerary = plan_trip(region, request)
    keys = sharing.share(region, itinerary, "zh", database=bureau.database)
    assert sharing.open_shared(region, keys.read, database=bureau.database).closed == ()
    place = "shuanglin-si"
    close(bureau, place)
    now = regions.current(followed)
    trip = sharing.open_shared(now, keys.read, database=bureau.database)
    assert trip.itinerary == itinerary
    assert [(v.place, v.day, v.date) for v in closed_visits(now, itinerary)] == [(place, 1, DAY)]
    said = trip.closed[0]
    assert "双林寺" in said.zh
    assert "山洪预警" in said.zh
    assert "Shuanglin" in said.en
    assert not any("双林寺" in change.zh and "不开放" in change.zh for change in trip.changes), "said once"
    fresh = plan_trip(now, TripRequest.parse({"start_date": DAY.isoformat(), "days": 1}))
    assert place not in _visited(fresh)


def _visited(itinerary: Any) -> set[str]:
    stops = [item for day in itinerary.days for item in day.items if isinstance(item, StopItem)]
    return {place for stop in stops for place in (stop.place, *(part.place for part in stop.parts))}


@ONE_DATABASE
def test_a_closure_on_other_days_touches_nothing(bureau: Bureau) -> None:
    region = Region(load_catalog(DATA))
    itinerary = plan_trip(region, TripRequest.parse({"start_date": DAY.isoformat(), "days": 1}))
    places = sorted(_visited(itinerary))
    closures.close(bureau.ann, places, dt.date(2027, 4, 18), None, "修缮", "文物所", database=bureau.database)
    assert closed_visits(regions.current(source(bureau)), itinerary) == ()


# ---------------------------------------------------------------------------------------------------------- rules

WISH = {"start_date": str(DAY), "days": 2, "mode": "drive"}
QUIET_PLACE = "zhenguo-si"


def rule(bureau: Bureau, **given: object) -> None:
    ruling.publish_rules(bureau.eva, given, "五一分流", database=bureau.database)


@ONE_DATABASE
def test_plans_follow_the_rules_at_once_name_them_and_come_back_with_a_rollback(bureau: Bureau, quick: None) -> None:
    followed = source(bureau)
    before = regions.current(followed)
    itinerary = plan_trip(before, TripRequest.parse(WISH))
    assert itinerary.revision == before.state == before.revision
    rule(bureau, places={QUIET_PLACE: 1.6})
    after = regions.current(followed)
    assert after.catalog is before.catalog
    ruled = plan_trip(after, TripRequest.parse(WISH))
    assert ruled.revision == after.state != before.state
    assert not verify(after, ruled)
    seen = {place for day in ruled.days for item in day.items if isinstance(item, StopItem) for place in item.places}
    told = {(warning.code, warning.place) for warning in ruled.warnings if warning.code.startswith("nudged")}
    assert ("nudged_up", QUIET_PLACE) in told
    assert QUIET_PLACE in seen
    assert told == {("nudged_up", QUIET_PLACE)}
    for lang in ("zh", "en"):
        assert text("trip.warning.nudged_up", lang, place="◯").split("◯")[1] in page_words(ruled, after, lang)
    rule(bureau, dispersal=0.2, counties={"Pingyao": 0.5})
    codes = {warning.code for warning in plan_trip(regions.current(followed), TripRequest.parse(WISH)).warnings}
    assert {"nudged_quiet", "nudged_down"} <= codes
    publishing.roll_back(bureau.eva, "撤", database=bureau.database)
    publishing.roll_back(bureau.eva, "撤", database=bureau.database)
    assert regions.current(followed).state == before.state


@ONE_DATABASE
def test_who_does_not_want_to_be_nudged_gets_the_plan_of_taste_alone_whatever_the_rules(bureau: Bureau, quick: None) -> None:
    followed = source(bureau)
    request = TripRequest.parse({**WISH, "nudge": False})
    pure = plan_trip(regions.current(followed), request)
    rule(bureau, dispersal=0.4, places={QUIET_PLACE: 1.6, "shuanglin-si": 0.3}, counties={"Pingyao": 0.5})
    ruled = plan_trip(regions.current(followed), request)
    assert ruled.model_copy(update={"revision": pure.revision}) == pure
    assert not [warning for warning in ruled.warnings if warning.code.startswith("nudged")]


def test_rules_that_this_program_does_not_know_are_an_error_with_words(bureau: Bureau, quick: None) -> None:
    with bureau.database.writing() as connection:
        content = revisions.put_text(connection, '{"gravity": 3}')
        held = revisions.list_publications(connection)[-1]
        revisions.add_publication(connection, dataclasses.replace(held, rules=content))
    with pytest.raises(CatalogInvalid):
        regions.current(source(bureau))
