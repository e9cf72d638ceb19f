"""What past trips teach: counts that forget exactly, parts that add up, and no look at the trip that is asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import UnknownPlace
from recommender.scoring import Ground, History, PastTrip, TripModel, learn
from recommender.scoring.choice import ConditionalLogit
from recommender.scoring.learned import LEG_FEATURES, PLACE_FEATURES, leg_features, place_features

NAMES = tuple("abcdefgh")
FRAME = pd.DataFrame({
    "category": ["temple", "museum", "temple", "park", "museum", "park", "temple", "market"],
    "lat": [37.20, 37.21, 37.205, 37.24, 37.19, 37.30, 37.215, 37.21],
    "lon": [112.17, 112.18, 112.175, 112.20, 112.16, 112.30, 112.165, 112.19],
}, index=list(NAMES))  # fmt: skip
GROUND = Ground.of(FRAME)

paths = st.permutations(NAMES).flatmap(lambda order: st.integers(1, 7).map(lambda k: tuple(order[:k])))
trips = paths.flatmap(
    lambda path: st.lists(st.integers(0, 1439), min_size=len(path), max_size=len(path)).map(
        lambda minutes: PastTrip(path, tuple(sorted(minutes)))
    )
)


def some_trips(count: int = 60, seed: int = 3) -> list[PastTrip]:
    """Trips that mostly pass c on the way, and g after c."""
    dice = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        ends = dice.permutation([0, 1, 3, 4, 7])
        inner = [2, 6] if dice.random() < 0.5 else [2]
        if dice.random() < 0.2:
            inner = [int(ends[2])]
        path = tuple(NAMES[k] for k in (ends[0], *inner, ends[1]))
        found.append(PastTrip(path, tuple(range(540, 540 + 60 * len(path), 60))))
    return found


@pytest.fixture(scope="module")
def model() -> TripModel:
    past = some_trips()
    return learn(History(GROUND, past), past)


def state(history: History) -> list[np.ndarray]:
    return [np.copy(value) for value in vars(history).values() if isinstance(value, np.ndarray)]


# ---------------------------------------------------------------------------------------------------- counts


@given(st.lists(trips, max_size=6), trips)
def test_a_trip_taken_out_leaves_no_trace(others: list[PastTrip], trip: PastTrip) -> None:
    history, never = History(GROUND, [*others, trip]), History(GROUND, others)
    before = state(history)
    with history.without([trip]):
        assert all((a == b).all() for a, b in zip(state(history), state(never), strict=True))
    assert all((a == b).all() for a, b in zip(state(history), before, strict=True))


def test_a_trip_comes_back_even_after_an_error() -> None:
    past = some_trips(3)
    history = History(GROUND, past)
    before = state(history)
    with pytest.raises(RuntimeError), history.without(past):
        raise RuntimeError
    assert all((a == b).all() for a, b in zip(state(history), before, strict=True))


def test_counts_by_hand() -> None:
    history = History(GROUND, [PastTrip(("a", "c", "b")), PastTrip(("a", "b")), PastTrip(("c",))])
    a, b, c = (GROUND.index[name] for name in "abc")
    assert (history.visits[[a, b, c]] == [2, 2, 2]).all()
    assert (history.shared[[a, b, c]] == [2, 2, 1]).all()
    assert (history.long[[a, b, c]] == 1).all()
    assert history.together[a, b] == history.together[b, a] == 2
    assert history.together_long[a, b] == 1
    assert (history.follows[a, c], history.follows[c, b], history.follows[a, b]) == (1, 1, 1)
    assert (history.before[a, b], history.before[b, a]) == (2, 0)
    assert history.inner_by_length[3, c] == history.inner_by_length.sum() == 1


def test_distances_are_those_of_the_globe() -> None:
    ground = Ground.of(
        pd.DataFrame({"category": "x", "lat": [0.0, 0.0, 90.0], "lon": [0.0, 1.0, 0.0]}, index=list("pqr"))
    )
    assert ground.km[0, 1] == pytest.approx(111.19, abs=0.01)
    assert ground.km[0, 2] == pytest.approx(10_007.5, abs=0.1)
    assert (ground.km == ground.km.T).all()


@pytest.mark.parametrize("wrong", [(), ("a", "a")])
def test_a_trip_has_each_place_once(wrong: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="places"):
        PastTrip(wrong)


def test_a_trip_has_all_hours_or_none() -> None:
    with pytest.raises(ValueError, match="minutes"):
        PastTrip(("a", "b"), (600,))


def test_a_ground_needs_coordinates_and_ids_once() -> None:
    with pytest.raises(ValueError, match="coordinates"):
        Ground.of(FRAME.assign(lat=np.nan))
    with pytest.raises(ValueError, match="once"):
        Ground.of(pd.concat([FRAME, FRAME]))


# ---------------------------------------------------------------------------------------------------- scores


@settings(max_examples=40, deadline=None)
@given(ends=st.permutations(NAMES), length=st.integers(3, 40))
def test_parts_add_up_and_the_average_place_has_none(model: TripModel, ends: list[str], length: int) -> None:
    scores = model.score(ends[0], ends[1], length)
    inner = [row for row, place in enumerate(scores.ids) if place not in ends[:2]]
    assert np.isfinite(scores.parts).all()
    assert np.isfinite(scores.leg_parts).all()
    assert np.allclose(scores.parts.sum(axis=1), scores.total)
    assert np.allclose(scores.leg_parts.sum(axis=2), scores.legs)
    assert np.allclose(scores.parts[inner].mean(axis=0), 0)
    assert scores.part_names == tuple(PLACE_FEATURES)
    assert scores.leg_names == tuple(LEG_FEATURES)


@settings(max_examples=25, deadline=None)
@given(inner=st.permutations(NAMES[2:]), length=st.integers(3, 7), minutes=st.booleans())
def test_what_a_trip_held_cannot_matter_when_it_is_asked_for(inner: list[str], length: int, *, minutes: bool) -> None:
    others = some_trips(30)
    taste = learn(History(GROUND, others), others).taste
    usual = PastTrip(("a", *NAMES[2:length], "b"))
    asked = PastTrip(("a", *inner[: length - 2], "b"), tuple(range(length)) if minutes else ())
    answers = [
        TripModel(History(GROUND, [*others, trip]), taste).score("a", "b", length, without=[trip])
        for trip in (usual, asked)
    ]
    assert (answers[0].total == answers[1].total).all()
    assert (answers[0].legs == answers[1].legs).all()


def test_a_trip_does_not_foretell_itself_while_it_teaches() -> None:
    past = [*some_trips(40), PastTrip(("a", "f", "b"))]
    history = History(GROUND, past)
    f = GROUND.index["f"]
    with history.without([past[-1]]):
        alone = place_features(history, 0, 1, 3)[f].copy()
    never = place_features(History(GROUND, past[:-1]), 0, 1, 3)[f]
    assert (alone == never).all()


def test_it_learns_where_people_pass_and_in_what_order(model: TripModel) -> None:
    scores = model.score("a", "b", 4)
    c, g, f = (GROUND.index[name] for name in "cgf")
    assert set(np.argsort(-scores.total[2:])[:2] + 2) == {c, g}
    assert scores.total[c] > scores.total[f] + 1
    c_first, g_first = (scores.legs[[0, p, q], [p, q, 1]].sum() for p, q in ((c, g), (g, c)))
    assert c_first > g_first


def test_the_clock_of_another_country_teaches_the_same() -> None:
    past = some_trips()
    moved = [PastTrip(trip.places, tuple((minute + 480) % 1440 for minute in trip.minutes)) for trip in past]
    here, there = (learn(History(GROUND, some), some).score("a", "b", 4) for some in (past, moved))
    assert np.allclose(here.total, there.total, atol=0.02)


def test_more_trips_through_both_never_lower_their_company() -> None:
    past = some_trips(20)
    column = [name for part in PLACE_FEATURES.values() for name in part].index("together")
    before = place_features(History(GROUND, past), 0, 1, 3)
    more = [PastTrip(("a", "h"))] * 3 + [PastTrip(("h", "b"))] * 3
    after = place_features(History(GROUND, [*past, *more]), 0, 1, 3)
    h = GROUND.index["h"]
    assert after[h, column] > before[h, column]


def test_nothing_is_known_before_the_first_trip() -> None:
    history = History(GROUND)
    assert np.isfinite(place_features(history, 0, 1, 5)).all()
    assert np.isfinite(leg_features(history)).all()
    with pytest.raises(ValueError, match="trips"):
        learn(history, [PastTrip(("a", "b"))])


def test_a_part_left_out_has_no_weight() -> None:
    past = some_trips(20)
    scores = learn(History(GROUND, past), past, leave_out=["way", "together"]).score("a", "b", 4)
    assert (scores.parts[:, scores.part_names.index("way")] == 0).all()
    assert (scores.leg_parts[..., scores.leg_names.index("way")] == 0).all()
    assert scores.parts[:, scores.part_names.index("company")].any()


def test_equal_trips_teach_equal_weights(model: TripModel) -> None:
    past = some_trips()
    assert learn(History(GROUND, past), past).taste == model.taste


def test_ends_have_to_be_known_and_leave_something_between(model: TripModel) -> None:
    with pytest.raises(UnknownPlace):
        model.score("a", "nowhere", 3)
    for start, end, length in (("a", "b", 2), ("a", "a", 3)):
        with pytest.raises(ValueError, match="length"):
            model.score(start, end, length)


# ---------------------------------------------------------------------------------------------------- choice


def test_the_logit_finds_the_weights_that_choices_were_made_by() -> None:
    dice = np.random.default_rng(1)
    truth = np.array([1.5, -0.8, 0.0])
    groups, first = [], []
    for _ in range(3000):
        options = dice.normal(size=(6, 3))
        choice = int((options @ truth + dice.gumbel(size=6)).argmax())
        groups.append(np.vstack([options[choice], np.delete(options, choice, axis=0)]))
        first += [1, 0, 0, 0, 0, 0]
    fitted = ConditionalLogit(0.1).fit(np.vstack(groups), first)
    assert np.allclose(fitted.coef_, truth, atol=0.1)
    assert np.allclose(fitted.decision_function(groups[0]), groups[0] @ fitted.coef_)


def test_a_stronger_ridge_means_smaller_weights() -> None:
    rows = np.array([[1.0], [0.0], [1.0], [0.0]])
    weak, strong = (abs(ConditionalLogit(ridge).fit(rows, [1, 0, 1, 0]).coef_[0]) for ridge in (0.1, 10))
    assert 0 < strong < weak
