"""Replays: known outcomes are looked up, a cancelled run goes on where it was, chance is taken out of comparisons."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from recommender import region as regions
from recommender.bureau import keeping
from recommender.bureau.keeping import Kept
from recommender.bureau.panel import Panel
from recommender.bureau.replay import Replay, replay, replay_again, replay_both
from recommender.bureau.spreading import CHUNK, Cancelled
from recommender.region import Region
from recommender.scoring import Rules
from tests.bureau.little_panel import QUICK, changed, some_visitors


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


@pytest.fixture(scope="module")
def known(region: Region) -> Replay:
    return replay(region, some_visitors(20), QUICK)


def test_a_second_run_is_served_from_what_is_kept_even_by_another_process(region: Region, known: Replay, tmp_path: Path) -> None:
    first = replay(region, known.panel, dataclasses.replace(QUICK, kept=Kept(tmp_path)))
    second = replay(region, known.panel, dataclasses.replace(QUICK, kept=Kept(tmp_path)))
    assert (first.computed, second.computed) == (20, 0)
    assert first.outcomes == second.outcomes == known.outcomes


def test_a_program_that_reads_the_data_otherwise_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("model.py", "region.py", "bureau/outcomes.py", "catalog/tables.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.setattr(keeping, "_ROOT", tmp_path)
    before = keeping.program.__wrapped__()
    (tmp_path / "catalog/tables.py").write_text("# another reader")
    assert keeping.program.__wrapped__() != before


def test_a_line_that_was_cut_off_is_computed_anew(region: Region, known: Replay, tmp_path: Path) -> None:
    replay(region, known.panel, dataclasses.replace(QUICK, kept=Kept(tmp_path)))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-40])
    again = replay(region, known.panel, dataclasses.replace(QUICK, kept=Kept(tmp_path)))
    assert again.computed == 1
    assert again.outcomes == known.outcomes


def test_other_facts_other_rules_and_more_work_are_computed_anew(region: Region) -> None:
    few, kept = some_visitors(2), Kept()
    run = dataclasses.replace(QUICK, kept=kept)
    replay(region, few, run)
    assert replay(changed("zhenguo-si", popularity=50), few, run).computed == 2
    assert replay(region.under(Rules(dispersal=0.2)), few, run).computed == 2
    assert replay(region.under(Rules()), few, run).computed == 0
    assert replay(region, few, dataclasses.replace(run, iterations=50)).computed == 2


def test_a_folder_that_cannot_be_written_to_costs_nothing_but_the_file(region: Region, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    run = dataclasses.replace(QUICK, kept=Kept(tmp_path / "taken"))
    assert replay(region, some_visitors(2), run).computed == 2
    assert replay(region, some_visitors(2), run).computed == 0


def test_states_used_longest_ago_go_and_the_one_asked_for_again_and_again_stays(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "KEPT_STATES", 3)
    kept, nobody = Kept(tmp_path), some_visitors(1)
    run = dataclasses.replace(QUICK, kept=kept, iterations=1)
    for n in range(5):
        replay(region, nobody, run)
        replay(region.under(Rules(dispersal=0.1 + n / 100)), nobody, run)
        for age, file in enumerate(sorted(tmp_path.iterdir(), key=lambda file: file.stat().st_mtime_ns)):
            os.utime(file, (age, age))
    assert len(list(tmp_path.iterdir())) <= 4
    assert replay(region, nobody, dataclasses.replace(run, kept=Kept(tmp_path))).computed == 0


def test_a_cancelled_run_goes_on_where_it_was(region: Region, known: Replay) -> None:
    told: list[tuple[int, int]] = []
    kept = Kept()
    run = dataclasses.replace(
        QUICK, kept=kept, progress=lambda done, total: told.append((done, total)), cancelled=lambda: len(told) == 2
    )
    with pytest.raises(Cancelled):
        replay(region, known.panel, run)
    assert told == [(0, 20), (CHUNK, 20)]
    rest = replay(region, known.panel, dataclasses.replace(QUICK, kept=kept))
    assert rest.computed == 20 - CHUNK
    assert rest.outcomes == known.outcomes


def test_who_cancels_before_the_start_pays_for_nothing(region: Region) -> None:
    kept = Kept()
    with pytest.raises(Cancelled):
        replay(region, some_visitors(3), dataclasses.replace(QUICK, kept=kept, cancelled=lambda: True))
    assert replay(region, some_visitors(3), dataclasses.replace(QUICK, kept=kept)).computed == 3


def test_nobody_at_all_is_no_trouble(region: Region) -> None:
    assert replay(region, Panel(()), QUICK).outcomes == ()


def test_the_frame_holds_every_visit(known: Replay) -> None:
    assert len(known.visits) == sum(len(outcome.visits) for outcome in known.outcomes)
    assert known.visits.groupby("place")["visitor"].nunique().to_dict() == known.trips_to


def test_a_fact_that_no_plan_reads_changes_no_trip(region: Region, known: Replay) -> None:
    draft = changed("zhenguo-si", ticket_note="整修")
    before, after = replay_both(region, draft, known.panel, QUICK)
    assert [one.plan for one in before.outcomes] == [other.plan for other in after.outcomes]


def test_both_sides_choose_from_the_same_trips(region: Region, known: Replay) -> None:
    draft = changed("qiaojia-dayuan", opening_hours="off")
    alone = replay(draft, known.panel, QUICK)
    before, after = replay_both(region, draft, known.panel, QUICK)
    apart = sum(one.plan != other.plan for one, other in zip(known.outcomes, alone.outcomes, strict=True))
    together = sum(one.plan != other.plan for one, other in zip(before.outcomes, after.outcomes, strict=True))
    touched = sum("qiaojia-dayuan" in outcome.places for outcome in before.outcomes)
    assert touched <= together < apart
    for cold, kept in ((known, before), (alone, after)):
        assert all(mine.points <= best.points for mine, best in zip(cold.outcomes, kept.outcomes, strict=True))


def test_a_search_begun_from_a_trip_finds_it_again_or_a_better_one(region: Region, known: Replay) -> None:
    again = replay_again(region, known, dataclasses.replace(QUICK, iterations=1))
    for before, after in zip(known.outcomes, again.outcomes, strict=True):
        assert after.points >= before.points
        assert after.plan == before.plan or after.points > before.points


def test_ways_are_shared_only_where_none_has_changed(region: Region) -> None:
    catalog = region.catalog
    site = dataclasses.replace(catalog.attractions["zhenguo-si"], visit_min=10)
    moved = dataclasses.replace(site, lat=site.lat + 0.01)
    # Where the car stands follows what people come for.
    unknown = dataclasses.replace(site, popularity=1)
    for changed_site, shared in ((site, True), (moved, False), (unknown, False)):
        other = region.like(dataclasses.replace(catalog, attractions={**catalog.attractions, site.id: changed_site}))
        region.travel("drive")
        assert (other._travel.get("drive") is region.travel("drive")) is shared
