"""What a party pays, worked out by hand, and as the independent check of plans reckons it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.catalog import HeadLine, party_ticket
from recommender.model import Party
from recommender.trip.verify.money import party_price_fen
from tests.trip.little_region import attraction

TERMS = {
    "student": 0.5, "minor6-18": 0.5, "senior60": 0.5, "senior65": 0.0, "child1.2m": 0.0, "military": 0.0, "disabled": 0.0,
}  # fmt: skip


def sight(price: int | None = 10_000, terms: dict[str, float] | None = None) -> Any:
    return attraction("x", "甲", "X", 37, 112, ticket_fen=price, ticket_basis="sourced" if price else "",
                      concessions=TERMS if terms is None else terms)  # fmt: skip


def party(**heads: Any) -> Party:
    return Party.model_validate({"adults": 0} | heads)


@pytest.mark.parametrize(
    ("heads", "yuan"),
    [
        ({"adults": 2}, 200),
        ({"adults": 2, "students": 1}, 150),
        ({"adults": 2, "military": 1}, 100),
        ({"adults": 2, "disabled": 2}, 0),
        ({"adults": 3, "students": 1, "military": 1, "disabled": 1}, 50),
        ({"seniors": [59]}, 100),
        ({"seniors": [60]}, 50),
        ({"seniors": [64, 65, 90]}, 50),
        ({"children": [5]}, 100),  # unknown height, too young for the minors' price: the dearer
        ({"children": [6]}, 50),
        ({"children": [17]}, 50),
        ({"children": [{"age": 5, "height_cm": 110}]}, 0),
        ({"children": [{"age": 5, "height_cm": 120}]}, 100),  # exactly as tall as the limit: the dearer
        ({"children": [{"age": 8, "height_cm": 119}]}, 0),
        ({"children": [{"age": 8, "height_cm": 121}]}, 50),
        ({"adults": 2, "children": [8, {"age": 5, "height_cm": 110}], "seniors": [70]}, 250),
    ],
)
def test_by_hand(heads: dict[str, Any], yuan: int) -> None:
    ticket = party_ticket(sight(), party(**heads))
    assert ticket.fen == yuan * 100
    assert ticket.basis == "sourced"
    assert sum(line.heads for line in ticket.lines) == party(**heads).size
    assert ticket.unstated == ()


def test_a_concession_nobody_stated_is_the_full_price_and_says_so() -> None:
    ticket = party_ticket(
        sight(terms={"senior65": 0.0}),
        party(adults=2, students=1, seniors=[70, 62], children=[{"age": 5, "height_cm": 90}]),
    )
    assert ticket.fen == 40_000
    assert ticket.unstated == ("student", "child5")
    assert ticket.lines == (
        HeadLine("adult", 1, 10_000, None, stated=True),
        HeadLine("student", 1, 10_000, None, stated=False),
        HeadLine("senior70", 1, 0, "senior65", stated=True),
        HeadLine("senior62", 1, 10_000, None, stated=True),
        HeadLine("child5", 1, 10_000, None, stated=False),
    )


def test_an_unknown_price_stays_unknown_for_everybody() -> None:
    ticket = party_ticket(sight(None), party(adults=1, children=[{"age": 3, "height_cm": 90}]))
    assert (ticket.fen, ticket.basis) == (None, "")
    assert [line.fen_each for line in ticket.lines] == [None, None]


def test_where_nobody_pays_nobody_lacks_a_concession() -> None:
    ticket = party_ticket(sight(0, {}), party(adults=2, students=2, seniors=[70]))
    assert (ticket.fen, ticket.unstated) == (0, ())


def test_shares_are_rounded_head_by_head_half_up() -> None:
    assert party_ticket(sight(2_501, {"student": 0.5}), party(adults=3, students=3)).fen == 3 * 1_251
    assert party_ticket(sight(2_000, {"student": 0.625}), party(adults=1, students=1)).fen == 1_250


PARTIES = st.builds(
    lambda adults, children, seniors, student, military, disabled: Party.model_validate({
        "adults": adults + student + military + disabled, "children": children, "seniors": seniors, "students": student,
        "military": military, "disabled": disabled,
    }),
    st.integers(1, 4),
    st.lists(st.one_of(
        st.integers(0, 17), st.fixed_dictionaries({"age": st.integers(0, 17), "height_cm": st.integers(60, 180)})
    ), max_size=3),
    st.lists(st.integers(55, 95), max_size=3),
    st.integers(0, 3), st.integers(0, 2), st.integers(0, 2),
)  # fmt: skip
CONCESSIONS = st.dictionaries(
    st.sampled_from((*TERMS, "senior70", "child1.3m", "minor14-18")), st.sampled_from((0.0, 0.5, 0.625, 1))
)


@settings(deadline=None)
@given(PARTIES, CONCESSIONS, st.integers(0, 30_000) | st.none())
def test_as_the_check_of_plans_reckons(people: Party, terms: dict[str, float], price: int | None) -> None:
    place = replace(sight(price), concessions=terms)
    ticket, span = party_ticket(place, people), party_price_fen(place, people)
    if ticket.fen is None or span is None:
        assert ticket.fen is None
        assert span is None
    else:
        assert abs(ticket.fen - span[1]) <= people.size


@settings(deadline=None)
@given(PARTIES, CONCESSIONS, st.integers(0, 30_000))
def test_a_stated_concession_never_makes_it_dearer(people: Party, terms: dict[str, float], price: int) -> None:
    full, less = party_ticket(sight(price, {}), people), party_ticket(sight(price, terms), people)
    assert full.fen == price * people.size
    assert less.fen is not None
    assert 0 <= less.fen <= full.fen
