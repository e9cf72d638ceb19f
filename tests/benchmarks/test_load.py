"""The load client does what a visitor does, on a real server; its figures are figures."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.load import STEPS, Tally, at, crowd, rows, visit, wishes


def test_quantiles_by_hand() -> None:
    assert at([3.0, 1.0, 2.0, 4.0], 0.5) == 3.0
    assert at([1.0], 0.99) == 1.0


def test_a_visitor_wants_the_same_each_time_and_others_want_other_things() -> None:
    assert (wishes(3, 0).days, wishes(3, 0).date) == (wishes(3, 0).days, wishes(3, 0).date)
    assert len({(wishes(k, 0).days, wishes(k, 0).date) for k in range(50)}) > 20


@pytest.mark.server
@pytest.mark.parametrize("visitors", [1, pytest.param(2, marks=pytest.mark.heavy)])
def test_visitors_go_through_every_step_without_an_error(server: str, visitors: int) -> None:
    host, tally = server.removeprefix("http://"), Tally()

    async def all_the_way() -> None:
        await asyncio.gather(*(visit(host, wishes(number, 0), tally, lambda: 0.01) for number in range(visitors)))

    asyncio.run(all_the_way())
    assert tally.errors == []
    assert all(tally.took_s[step] for step in STEPS if step != "take")
    assert len(list(rows(visitors, tally, 1.0, 1.0, 1.0))) >= len(STEPS)


@pytest.mark.server
def test_a_crowd_goes_when_its_time_is_over(server: str) -> None:
    tally = asyncio.run(crowd([server.removeprefix("http://")], sessions=2, seconds=0.4, think_s=0.1))
    assert tally.errors == []
    assert tally.took_s["open"]
