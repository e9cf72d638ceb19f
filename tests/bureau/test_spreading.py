"""Over several processes and over a cluster: the same outcomes as in this process."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest.mock import MagicMock

import distributed
import pytest

from recommender import region as regions
from recommender.bureau import spreading
from recommender.bureau.keeping import Kept
from recommender.bureau.replay import Run, replay
from recommender.bureau.spreading import CHUNK, Cancelled, World, work
from recommender.scoring import Rules
from recommender.settings import Settings, settings
from tests.bureau.little_panel import QUICK, changed, some_visitors
from tests.bureau.local_cluster import local_cluster


def test_a_region_that_has_travelled_plans_as_the_one_that_stayed() -> None:
    panel = some_visitors(4)
    wishes = [(visitor.request, None) for visitor in panel.visitors]
    for region in (changed("qiaojia-dayuan", opening_hours="off"), regions.current().under(Rules(dispersal=0.3))):
        assert work(World.of(region), wishes, 40) == list(replay(region, panel, QUICK).outcomes)


def test_two_processes_give_what_one_gives_and_can_be_stopped() -> None:
    region, panel, kept = regions.current(), some_visitors(2 * CHUNK), Kept()
    two = Run(iterations=40, jobs=2, kept=kept)
    assert replay(region, panel, two).outcomes == replay(region, panel, QUICK).outcomes
    told: list[int] = []
    fresh = dataclasses.replace(two, iterations=41)
    watched = dataclasses.replace(fresh, progress=lambda done, _: told.append(done), cancelled=lambda: len(told) == 2)
    with pytest.raises(Cancelled):
        replay(region, panel, watched)
    assert told == [0, CHUNK]
    assert len([found for found in kept.find(region, [(v.request, None) for v in panel.visitors], 41) if found]) == CHUNK


def test_a_job_on_a_cluster_whose_workers_have_gone_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed, "Client", MagicMock())
    monkeypatch.setattr(distributed, "wait", MagicMock(side_effect=TimeoutError))
    monkeypatch.setattr(spreading, "settings", lambda: Settings(scheduler_address="tcp://nowhere:1"))
    asked = iter([False, False, True])
    wishes = [(visitor.request, None) for visitor in some_visitors(2).visitors]
    with pytest.raises(Cancelled):
        list(spreading.spread(regions.current(), wishes, 40, jobs=None, cancelled=lambda: next(asked)))


@contextmanager
def _threads() -> Iterator[str]:
    """Two workers and their scheduler within this process, spoken to as if they were far away."""
    with distributed.LocalCluster(2, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize(
    "cluster",
    [_threads, pytest.param(local_cluster, marks=[pytest.mark.server, pytest.mark.heavy])],
    ids=["threads", "processes"],
)
def test_a_cluster_of_two_workers_gives_what_one_process_gives(
    monkeypatch: pytest.MonkeyPatch, cluster: Callable[[], AbstractContextManager[str]]
) -> None:
    region, panel = regions.current(), some_visitors(2 * CHUNK)
    with cluster() as address:
        monkeypatch.setenv("SCHEDULER_ADDRESS", address)
        settings.cache_clear()
        try:
            told: list[tuple[int, int]] = []
            found = replay(region, panel, Run(iterations=40, progress=lambda done, total: told.append((done, total))))
            with pytest.raises(Cancelled):
                replay(region, panel, Run(iterations=41, cancelled=lambda: True))
        finally:
            monkeypatch.undo()
            settings.cache_clear()
    assert told[-1] == (2 * CHUNK, 2 * CHUNK)
    assert found.outcomes == replay(region, panel, QUICK).outcomes
