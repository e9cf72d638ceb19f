"""Pieces of the page by themselves: clock, markup, map, sources, cards, and the words they need."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import json
import re
from concurrent.futures import Future
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from recommender import markup
from recommender import region as regions
from recommender.address import sensible_date
from recommender.errors import InfeasibleTrip, Problem
from recommender.exports.maps import place_menu
from recommender.i18n import LANGUAGES, messages, text
from recommender.model import (
    CATEGORIES,
    EndItem,
    Itinerary,
    LegItem,
    LegMode,
    LegWish,
    Lock,
    PartItem,
    Point,
    RestItem,
    StopItem,
    TripRequest,
)
from recommender.region import Region
from recommender.trip.explain import list_visits
from recommender.trip.narrate import problems
from recommender.trip.today import Today
from recommender.ui import change, clock, pictograms, plan, plans
from recommender.ui.explore import matching, price_words
from recommender.ui.itinerary import DayCard, opening_words
from recommender.ui.map import DAY_COLORS, browse_payload, plan_payload
from recommender.ui.plan import summary_chips
from recommender.ui.provenance import UNVERIFIED, basis_mark, leg_provenance, place_provenance
from recommender.ui.state import Draft, Looking, State

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

FIXTURE = Path(__file__).parent / "fixtures" / "itinerary.json"
LEG_MODES = LegMode.__args__  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


@pytest.fixture(scope="module")
def itinerary() -> Itinerary:
    return Itinerary.model_validate(json.loads(FIXTURE.read_text(encoding="utf-8")))


# -------------------------------------------------------------------------------------------------------- clock


@pytest.mark.parametrize(
    ("minute", "zh", "en"),
    [
        (0, "00:00", "00:00"),
        (570, "09:30", "09:30"),
        (1440, "24:00", "24:00"),
        (1510, "次日 01:10", "01:10 next day"),
    ],
)
def test_minutes_are_read_as_a_clock(minute: int, zh: str, en: str) -> None:
    assert (clock.clock(minute, "zh"), clock.clock(minute, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [(0, "0 分钟", "0 min"), (90, "90 分钟", "90 min"), (91, "1 小时 31 分", "1 h 31 min"), (180, "3 小时", "3 h")],
)
def test_durations_are_hours_once_they_are_long(minutes: int, zh: str, en: str) -> None:
    assert (clock.duration(minutes, "zh"), clock.duration(minutes, "en")) == (zh, en)


def test_opening_spans_and_dates_are_words() -> None:
    assert clock.span(((0, 1440),), "en") == "all day"
    assert clock.span(((510, 720), (840, 1080)), "zh") == "08:30–12:00, 14:00–18:00"
    day = dt.date(2027, 10, 17)
    assert clock.date_words(day, "zh") == "10月17日 周日"
    assert clock.date_words(day, "en") == "Sun 17 October"
    assert clock.date_words(day, "en", short=True) == "17 Oct"


@given(st.dates(dt.date(2024, 1, 1), dt.date(2040, 1, 1)))
def test_the_day_offered_is_a_saturday_with_time_to_get_ready(today: dt.date) -> None:
    offered = sensible_date(today)
    assert offered.weekday() == 5
    assert 2 <= (offered - today).days <= 8


# ------------------------------------------------------------------------------------------------------- markup


@given(st.text(), st.text())
def test_text_never_becomes_markup(words: str, value: str) -> None:
    made = markup.tag("p", words, title=value)
    opened, rest = made.split(">", 1)
    assert html.unescape(rest.removesuffix("</p>")) == html.unescape(str(escape(words)))
    assert "<" not in rest.removesuffix("</p>")
    assert opened.count('"') == 2
    assert markup.tag("b", Markup("<i></i>"), None) == "<b><i></i></b>"


def test_attributes_are_spelt_as_html_wants_them() -> None:
    assert markup.tag("a", class_="x", aria_hidden="true", hidden=True, id=None, lang=False, tabindex=0) == (
        '<a class="x" aria-hidden="true" hidden tabindex="0"></a>'
    )


@given(st.sampled_from(["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x", " JavaScript:x", "x"]))
def test_only_web_addresses_become_links(address: str) -> None:
    assert "<a" not in markup.link(address, "label")


def test_a_link_is_told_to_leak_nothing() -> None:
    assert 'rel="noopener noreferrer nofollow"' in markup.link(' https://example.org/?a=1&b="2" ', "<x>")
    assert "&lt;x&gt;" in markup.link("https://example.org", "<x>")


@pytest.mark.parametrize("name", [*CATEGORIES, *LEG_MODES, "meal", "rest", "start", "end"])
def test_everything_shown_has_its_own_drawing(name: str) -> None:
    assert name in pictograms.names()
    assert 'aria-hidden="true"' in pictograms.pictogram(name)
    assert 'role="img" aria-label="&lt;x&gt;"' in pictograms.pictogram(name, "<x>")


# ---------------------------------------------------------------------------------------------------- provenance


@pytest.mark.parametrize("kind", ["hours", "ticket"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_basis_in_the_data_has_words(region: Region, kind: str, lang: str) -> None:
    for place in region.catalog.attractions.values():
        basis = place.hours_basis if kind == "hours" else place.ticket_basis
        mark = basis_mark(kind, basis, lang)
        assert not basis or text(f"ui.basis.{kind}.{basis}", lang) in mark
        assert ("mark-amber" in mark) == (basis in UNVERIFIED or not basis or basis == "unknown")


def test_unknown_is_amber_and_never_a_number(region: Region) -> None:
    place = next(p for p in region.catalog.attractions.values() if p.ticket_fen is None and p.ticket_basis != "joint_ticket")
    assert "mark-amber" in price_words(place, "zh")
    assert not re.search(r"¥|\d", re.sub(r"<[^>]+>", "", price_words(place, "zh")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_place_names_its_sources(region: Region, lang: str) -> None:
    for place in region.catalog.attractions.values():
        shown = place_provenance(region.catalog, place, lang)
        assert shown.count(f'<div class="fine">{text("ui.provenance.source", lang)}') == 3
        _well_formed(shown)


def test_what_stands_in_english_is_not_called_chinese_and_a_position_has_one_mark(region: Region) -> None:
    shown = place_provenance(region.catalog, region.catalog.attractions["shuanglin-si"], "en")
    assert "Chinese" not in shown
    position = shown.rpartition(text("ui.provenance.coordinates", "en"))[2]
    assert position.count('class="mark') == 1


def test_foreign_text_in_the_data_is_escaped(region: Region) -> None:
    place = next(iter(region.catalog.attractions.values()))
    hostile = dataclasses.replace(place, checked_note="<script>1</script>", ticket_note="<b onclick=x>")
    assert "<script" not in place_provenance(region.catalog, hostile, "zh")
    assert "<b onclick" not in place_provenance(region.catalog, hostile, "zh")


# --------------------------------------------------------------------------------------------------------- cards


class _Nesting(HTMLParser):
    void = frozenset({"br", "hr", "img", "input", "path"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.void:
            assert not (self.open and self.open[-1] == "p" and tag in {"p", "div", "ul", "ol", "details", "dl"}), tag
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.void:
            assert self.open.pop() == tag


def _well_formed(made: str) -> None:
    reader = _Nesting()
    reader.feed(made)
    reader.close()
    assert reader.open == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("day", [0, 1])
def test_a_card_holds_every_item_in_order(region: Region, itinerary: Itinerary, day: int, lang: str) -> None:
    made = DayCard(region, itinerary, day, lang).html()
    _well_formed(made)
    clocks = re.findall(r"<time>([^<]*)</time>", made)
    assert len(clocks) == len(itinerary.days[day].items)
    assert clocks == sorted(clocks)
    stops = [item for item in itinerary.days[day].items if isinstance(item, StopItem)]
    assert made.count('<li class="visit"') == len(stops)
    assert text("ui.foot.tickets", lang) in made
    assert len(re.findall(r"id=\"([^\"]+)\"", made)) == len(set(re.findall(r"id=\"([^\"]+)\"", made)))


def test_long_rests_are_time_of_ones_own_on_the_card_too(region: Region, itinerary: Itinerary) -> None:
    day = itinerary.days[0]
    items = (day.items[0], RestItem(start=840, end=1000), *day.items[1:])
    idle = itinerary.model_copy(update={"days": (day.model_copy(update={"items": items}), *itinerary.days[1:])})
    assert text("trip.bound.free", "en", time="2 h 40 min") in DayCard(region, idle, 0, "en").html()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_today_names_the_sight_within_the_town_and_the_next_one(region: Region, lang: str) -> None:
    offices, temple = (PartItem(place=p, start=s, end=s + 50) for p, s in (("pingyao-xianya", 600), ("pingyao-wenmiao", 660)))
    town = StopItem(place="pingyao-gucheng", arrive=590, start=590, end=720, parts=(offices, temple))
    lines = change.today_lines(region, (town, EndItem(place="stay-jingzhai", time=730)), Today(1, 0, 1, None), 610, lang)
    names = region.catalog.attractions
    assert names["pingyao-xianya"].name_zh in lines[0]
    assert names["pingyao-wenmiao"].name_zh in lines[1]
    assert "11:00" in lines[1]


def test_a_card_says_what_is_not_known(region: Region, itinerary: Itinerary) -> None:
    made = DayCard(region, itinerary, 1, "zh").html()
    assert text("ui.stop.price_unknown", "zh") in made
    assert text("ui.foot.unknown", "zh", count=2) in made
    assert 'class="warn"' in made


def test_a_place_seen_again_is_not_explained_again(region: Region, itinerary: Itinerary) -> None:
    first = itinerary.days[0]
    again = itinerary.model_copy(update={"days": (first, first.model_copy(update={"date": dt.date(2027, 4, 18)}))})
    made = DayCard(region, again, 1, "zh").html()
    assert text("ui.stop.why", "zh") not in made
    stops = [item.place for item in first.items if isinstance(item, StopItem)]
    assert not any(f'data-act="{act}:{place}"' in made for act in ("keep", "free", "drop") for place in stops)
    assert all(str(place_menu(place, region, "zh")) in made for place in stops)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sight_within_a_stop_can_be_kept_let_go_and_looked_up_too(region: Region, itinerary: Itinerary, lang: str) -> None:
    d, part = next((d, v) for d, v in list_visits(itinerary) if isinstance(v, PartItem))
    made = DayCard(region, itinerary, d - 1, lang).html()
    for act in ("keep", "drop", "fix", "longer", "report"):
        assert f'data-act="{act}:{part.place}"' in made
    held = itinerary.request.model_copy(update={"locks": (Lock(place=part.place, day=d),)})
    again = DayCard(region, itinerary.model_copy(update={"request": held}), d - 1, lang).html()
    assert f'data-act="free:{part.place}"' in again
    assert f'data-act="keep:{part.place}"' not in again
    assert again.count(text("ui.provenance.title", lang)) >= len({v.place for day, v in list_visits(itinerary) if day == d})


def test_a_leg_offers_the_other_ways_that_exist(region: Region, itinerary: Itinerary) -> None:
    made = DayCard(region, itinerary, 0, "en").html()
    wishes = [LegWish.model_validate_json(html.unescape(found)) for found in re.findall('data-act="leg:([^"]+)"', made)]
    rides = [item for item in itinerary.days[0].items if isinstance(item, LegItem)]
    assert wishes
    assert {(wish.from_, wish.to) for wish in wishes} <= {(leg.from_, leg.to) for leg in rides}
    assert "unleg:" not in made
    changed = itinerary.request.model_copy(update={"leg_modes": (wishes[0],)})
    again = DayCard(region, itinerary.model_copy(update={"request": changed}), 0, "zh").html()
    assert f"unleg:{wishes[0].model_dump_json(by_alias=True)}" in html.unescape(again)
    assert text("ui.otherwise.as_planned", "zh") in again


def test_choosing_another_way_twice_keeps_the_last_and_can_be_taken_back() -> None:
    draft = Draft(start_date=dt.date(2027, 4, 17))
    taxi, walk = (LegWish.model_validate({"from": "jinci", "to": "mianshan", "mode": mode}) for mode in ("taxi", "walk"))
    plans.leg_otherwise(draft, taxi)
    plans.leg_otherwise(draft, walk)
    assert draft.request().leg_modes == (walk,)
    assert Draft.of(draft.request()).leg_modes == (walk,)
    plans.leg_as_planned(draft, taxi)
    assert draft.request().leg_modes == ()


def test_the_form_goes_before_what_a_day_says_and_more_days_keep_the_rest() -> None:
    inn, area = "stay-jingzhai", "stay-qiaojiabao-area"
    details = [{"start": {"place": inn, "time": "09:00"}, "mode": "drive"}, {"end": {"place": inn}}]
    request = TripRequest.parse({"start_date": "2027-04-17", "days": 2, "days_detail": details})
    draft = Draft.of(request)
    assert draft.request() == request
    draft.start, draft.days = area, 3
    changed = draft.request()
    assert changed.days_detail is not None
    kept = [detail and detail.model_dump(exclude_none=True) for detail in changed.days_detail]
    assert kept == [{"mode": "drive"}, {}, None]


def test_the_stop_chosen_on_the_map_is_marked(region: Region, itinerary: Itinerary) -> None:
    k = next(k for k, item in enumerate(itinerary.days[0].items) if isinstance(item, StopItem))
    made = DayCard(region, itinerary, 0, "zh", picked=k).html()
    assert f'<li class="visit is-picked" id="stop-1-{k}">' in made


def test_closed_and_unknown_are_said_as_such(region: Region) -> None:
    unknown = next(p for p in region.catalog.attractions.values() if not p.opening_hours)
    assert "mark-amber" in opening_words(region, unknown, dt.date(2027, 4, 17), "zh")


def test_a_leg_tells_what_it_rests_on(region: Region, itinerary: Itinerary) -> None:
    leg = itinerary.days[0].items[1]
    shown = leg_provenance(region.catalog, leg, "en")  # type: ignore[arg-type]
    assert text("ui.basis.timetable.assumed", "en") in shown
    _well_formed(shown)


def test_chips_escape_a_visitors_own_place(region: Region) -> None:
    request = TripRequest.parse(
        {
            "start_date": "2027-04-17",
            "days": 2,
            "start": {"place": {"lat": 37.2, "lon": 112.2, "name": "<img src=x>"}, "time": "09:30"},
            "interests": {"temple": 1},
            "must_see": ["jinci"],
            "budget_fen": 90000,
            "pace": "relaxed",
        }
    )
    made = "".join(summary_chips(region, request, "en"))
    assert "<img" not in made
    assert "&lt;img src=x&gt;" in made
    for shown in ("¥900", "Easy", "Temples", "Jinci Temple", "17 Apr – 18 Apr"):
        assert shown in made


# ----------------------------------------------------------------------------------------------------------- map


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_map_numbers_the_stops_of_each_day(region: Region, itinerary: Itinerary, lang: str) -> None:
    payload = plan_payload(region, itinerary, lang, (0, 4))
    assert json.loads(json.dumps(payload)) == json.loads(json.dumps(payload))
    for shown, day in zip(payload["days"], itinerary.days, strict=True):
        stops = [item for item in day.items if isinstance(item, StopItem)]
        assert [stop["n"] for stop in shown["stops"]] == list(range(1, len(stops) + 1))
        assert [len(stop["parts"]) for stop in shown["stops"]] == [len(stop.parts) for stop in stops]
    assert payload["tiles"] is None
    assert text("ui.map.approval_pending", lang) in payload["words"]["note"]
    assert payload["words"]["all"] == text("ui.map.all", lang)


def test_an_area_is_shown_where_its_visit_begins(region: Region, itinerary: Itinerary) -> None:
    day = plan_payload(region, itinerary, "zh", None)["days"][0]
    town = next(stop for stop in day["stops"] if stop["parts"])
    assert (town["lat"], town["lon"]) == (town["parts"][0]["lat"], town["parts"][0]["lon"])


def test_a_point_of_the_visitors_own_is_on_the_map(region: Region, itinerary: Itinerary) -> None:
    data = json.loads(FIXTURE.read_text(encoding="utf-8"))
    data["days"][0]["items"][1]["from"] = {"lat": 37.5, "lon": 112.5, "name": "家"}
    moved = Itinerary.model_validate(data)
    assert isinstance(moved.days[0].items[1].from_, Point)  # type: ignore[union-attr]
    assert plan_payload(region, moved, "zh", None)["days"][0]["legs"][0]["points"][0] == (37.5, 112.5)


def test_white_numbers_stand_out_on_every_days_colour() -> None:
    def luminance(colour: str) -> float:
        channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert len(set(DAY_COLORS)) == 7
    assert all(1.05 / (luminance(colour) + 0.05) >= 4.5 for colour in DAY_COLORS)


def test_roads_and_rail_are_drawn_once(region: Region) -> None:
    payload = browse_payload(region, list(region.catalog.attractions.values())[:3], "en", None)
    lines = [(line["kind"], *line["points"]) for line in payload["network"]]
    assert len(lines) == len(set(lines))
    assert {kind for kind, *_ in lines} == {"road", "rail"}
    assert len(payload["hubs"]) == 12
    assert len(payload["points"]) == 3


# ------------------------------------------------------------------------------------------------------- wishes


def test_the_best_known_come_first_and_filters_hold_together(region: Region) -> None:
    found = matching(region, Looking(categories=["temple"], county="Pingyao"))
    assert found
    assert all(place.category == "temple" and place.county == "Pingyao" for place in found)
    assert [p.popularity for p in found] == sorted((p.popularity for p in found), reverse=True)


def test_keeping_skipping_and_wanting_a_place() -> None:
    draft = Draft(start_date=dt.date(2027, 4, 17))
    plans.add_must_see(draft, "jinci")
    plans.keep_place(draft, "jinci", 2)
    plans.keep_place(draft, "jinci", 1)
    assert [(lock.place, lock.day) for lock in draft.locks] == [("jinci", 2)]
    plans.drop_place(draft, "jinci")
    assert (draft.must_see, draft.locks, draft.avoid) == ([], [], ["jinci"])
    plans.add_must_see(draft, "jinci")
    assert (draft.must_see, draft.avoid) == (["jinci"], [])
    plans.keep_place(draft, "jinci", 1)
    plans.free_place(draft, "jinci")
    assert draft.locks == []


def test_undo_goes_back_step_by_step(region: Region) -> None:
    state = State(lang="zh", draft=Draft(start_date=dt.date(2099, 4, 18)))
    state.draft.start_date = sensible_date(dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=30))
    asked = []
    for days in (1, 2, 3):
        state.draft.days = days
        plans.ask(state, region)
        asked.append(state.wanted)
    plans.undo(state)
    assert state.wanted == asked[1]
    assert state.draft.days == 2
    plans.undo(state)
    plans.undo(state)
    assert state.wanted == asked[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_relaxation_has_a_button_in_words(region: Region, lang: str) -> None:
    asked = TripRequest.parse(
        {"start_date": "2027-04-17", "days": 2, "must_see": ["jinci"], "locks": [{"place": "mianshan"}],
         "leg_modes": [{"from": "jinci", "to": "mianshan", "mode": "taxi"}], "days_detail": [None, {"mode": "drive"}]}
    )  # fmt: skip
    changes = {
        "reach": "region", "budget_fen": 44_000, "days": 3, "mode": "charter", "must_see[0]": None, "locks[0]": None,
        "max_walk_m": None, "leg_modes[0]": None, "days_detail[1]": None,
    }  # fmt: skip
    said = [
        problems.relaxation_words({"field": field, "value": value}, asked, region, lang)
        for field, value in changes.items()
    ]
    assert len(set(said)) == len(said)
    assert "¥440" in said[1]
    assert text("ui.mode.charter", lang) in said[3]
    assert not any(re.search(r"must_see|locks|max_walk|leg_modes|days_detail|None|jinci$", words) for words in said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_conflict_without_a_sentence_names_its_fields(region: Region, lang: str) -> None:
    conflict = InfeasibleTrip(conflict=["start", "end"], relaxations=[])
    assert text("ui.field.end", lang) in problems.conflict_words(conflict, region, lang)[0]


def test_choices_are_named_as_on_the_form(region: Region) -> None:
    problem = Problem("mode", "fly", "field_choice", {"allowed": "'transit', 'drive' or 'charter'"})
    said = problems.problem_words(problem, region, "zh")
    assert "自驾" in said
    assert "transit" not in said


def test_every_code_on_the_form_has_words() -> None:
    labels = messages("ui")
    for shelf, codes in {
        "category": CATEGORIES,
        "leg": LEG_MODES,
        "mode": ("transit", "drive", "charter"),
        "pace": ("relaxed", "normal", "full"),
        "reach": ("classic", "wings", "region"),
        "reach_note": ("classic", "wings", "region"),
        "needs": ("wheelchair", "stroller", "few_steps"),
    }.items():
        assert all(f"{shelf}.{code}" in labels for code in codes), shelf


@pytest.mark.parametrize(
    ("action", "check"),
    [
        ("keep", lambda draft: draft.locks[0].day == 2 and draft.locks[0].time is None),
        ("fix", lambda draft: (draft.locks[0].day, draft.locks[0].time) == (2, 600)),
        ("longer", lambda draft: draft.stays == {"shuanglin-si": 120}),
        ("shorter", lambda draft: draft.stays == {"shuanglin-si": 60}),
        ("drop", lambda draft: draft.avoid == ["shuanglin-si"]),
        ("up", lambda draft: draft.likes == ("shuanglin-si",)),
        ("down", lambda draft: draft.dislikes == ("shuanglin-si",)),
    ],
)
def test_each_button_of_a_stop_changes_the_wishes_as_it_says(action: str, check: Any) -> None:
    from recommender.model import StopItem
    from recommender.ui import plan

    draft = Draft(start_date=dt.date(2027, 4, 17))
    visit = StopItem(place="shuanglin-si", arrive=595, start=600, end=690)
    assert plan._apply(draft, action, "shuanglin-si", 2, visit)
    assert check(draft)
    assert not plan._apply(draft, "dance", "shuanglin-si", 2, visit)
    if action in ("up", "down"):
        assert plan._apply(draft, action, "shuanglin-si", 2, visit)
        assert (draft.likes, draft.dislikes) == ((), ())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_waits_in_line_is_told_for_how_many_until_the_plan_is_there(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    future: Future[Itinerary] = Future()
    said: list[str] = []

    class Place:
        def html(self, body: str) -> None:
            said.append(body)

        def empty(self) -> None:
            said.append("")

    def ahead(_future: object) -> int:
        left = next(counts, None)
        if left is None:
            future.set_exception(ValueError())
        return left or 0

    counts = iter([2, 2, 1])
    monkeypatch.setattr(plan, "SOON_S", 0.01)
    monkeypatch.setattr(plan, "LOOK_S", 0.01)
    monkeypatch.setattr(plans, "ahead", ahead)
    plan._in_line(future, cast("DeltaGenerator", Place()), lang)
    assert len(said) == 3
    assert text("ui.plan.queue", lang, count=2) in said[0]
    assert text("ui.plan.queue", lang, count=1) in said[1]
    assert said[2] == ""
