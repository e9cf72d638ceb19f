"""A day of an itinerary as one card: a timeline whose heights are time. Pure: values in, escaped HTML out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from recommender.exports.course import course
from recommender.exports.maps import day_menu, leg_menu, place_menu
from recommender.i18n import text
from recommender.markup import join, tag
from recommender.model import (
    EndItem,
    Itinerary,
    LegItem,
    LegWish,
    MealItem,
    PartItem,
    PlaceRef,
    RestItem,
    StartItem,
    StopItem,
    Warning_,
)
from recommender.trip import narrate
from recommender.trip.itinerary import totals_of
from recommender.trip.narrate import prose
from recommender.trip.narrate.names import listed
from recommender.trip.narrate.notes import notes_of_day
from recommender.trip.narrate.sentences import ALL_DAY, leg_to_text, rest_text
from recommender.trip.ways import Otherwise, otherwise
from recommender.ui.clock import clock, date_words, duration, span
from recommender.ui.photo import photo_of
from recommender.ui.pictograms import pictogram
from recommender.ui.provenance import basis_mark, leg_provenance, place_provenance

if TYPE_CHECKING:
    import datetime as dt

    from recommender.catalog import Attraction
    from recommender.region import Region

REM_PER_MIN: Final = 0.045
"""Height of a visited minute; a short visit is as tall as its words."""
TALLEST_REM: Final = 18.0


@dataclass(frozen=True)
class DayCard:
    """One day of an itinerary, ready to be drawn."""

    region: Region
    itinerary: Itinerary
    day: int
    """From 0."""
    lang: str
    picked: int | None = None
    """Index of the item chosen on the map."""

    @property
    def date(self) -> dt.date:
        return self.itinerary.days[self.day].date

    def html(self) -> Markup:
        """The card."""
        warned = notes_of_day(self.itinerary, self.day)
        seen = {item.place for day in self.itinerary.days[: self.day] for item in day.items if isinstance(item, StopItem)}
        rows: list[Markup] = []
        number = 0
        for k, item in enumerate(self.itinerary.days[self.day].items):
            if isinstance(item, StopItem):
                number += 1
                rows.append(self._stop(k, number, item, warned.get(k, []), again=item.place in seen))
                seen.add(item.place)
            elif isinstance(item, LegItem):
                rows.append(self._leg(item))
            elif isinstance(item, MealItem):
                rows.append(self._meal(item))
            elif isinstance(item, RestItem):
                rows.append(self._rest(item))
            elif isinstance(item, StartItem | EndItem):
                rows.append(self._bound(item))
        return tag(
            "article",
            self._head(),
            self._notes(warned.get(None, [])),
            tag("ol", *rows, class_="tl"),
            self._foot(),
            class_=f"day day-{self.day % 7}",
            id=f"day-{self.day + 1}",
            aria_labelledby=f"day-title-{self.day + 1}",
        )

    # ------------------------------------------------------------------------------------------- parts of it

    def _head(self) -> Markup:
        return join(
            [
                tag("h2", _day_heading(self.region, self.date, self.day, self.lang), class_="serif",
                    id=f"day-title-{self.day + 1}"),
                tag("p", narrate.day_idea(self.itinerary, self.day, self.region, self.lang), class_="idea"),
            ]
        )  # fmt: skip

    def _notes(self, warnings: list[Warning_]) -> Markup | None:
        return warning_list(warnings, self.region, self.lang)

    def _time(self, minute: int) -> Markup:
        return tag("time", clock(minute, self.lang))

    def _stop(self, k: int, number: int, stop: StopItem, warnings: list[Warning_], *, again: bool) -> Markup:
        """A visit; of a place seen before only what is new is said, and how to get there."""
        place = self.region.catalog.attractions[stop.place]
        name = self._name(stop.place)
        chosen = k == self.picked
        own = [w for w in warnings if w.place == stop.place]
        parts = [w for w in warnings if w.place != stop.place]
        height = min(TALLEST_REM, (stop.end - stop.start) * REM_PER_MIN)
        return tag(
            "li",
            self._time(stop.start),
            tag("span", str(number), class_="dot", aria_hidden="true"),
            tag(
                "div",
                tag("h3", pictogram(place.category, text(f"ui.category.{place.category}", self.lang)), tag("span", name)),
                None if again else photo_of(self.region.catalog, stop.place, self.lang),
                self._waiting(stop),
                tag("p", text("ui.stop.until", self.lang, time=clock(stop.end, self.lang)), " · ",
                    duration(stop.end - stop.start, self.lang), self._seated(stop)),
                tag("p", self._price(stop), " · ", self._hours(place)),
                None if again else self._reasons(stop),
                self._parts(stop) if stop.parts else None,
                warning_list(own, self.region, self.lang),
                self._folded_warnings(parts) if parts else None,
                self._actions(stop, place) if not again
                else tag("div", place_menu(stop.place, self.region, self.lang), class_="acts"),
                class_="stop",
                style=f"--h:{height:.1f}rem",
            ),
            class_="visit is-picked" if chosen else "visit",
            id=f"stop-{self.day + 1}-{k}",
        )  # fmt: skip

    def _seated(self, stop: StopItem) -> str:
        if not stop.rest_min:
            return ""
        return " · " + text("trip.stop.seated", self.lang, minutes=duration(stop.rest_min, self.lang))

    def _act(self, act: str, visit: StopItem | PartItem) -> Markup:
        """A button that changes the wishes for a place."""
        request, name = self.itinerary.request, self._name(visit.place)
        pressed = {"up": request.likes, "down": request.dislikes}
        told = text(f"ui.act.{act}_place", self.lang, place=name, time=clock(visit.start, self.lang))
        state = {"aria_pressed": "true" if visit.place in pressed[act] else "false"} if act in pressed else {}
        words = text(f"ui.act.{act}", self.lang)
        return tag("button", words, type="button", data_act=f"{act}:{visit.place}", aria_label=told, **state)

    def _held(self, place: str) -> bool:
        return any(lock.place == place for lock in self.itinerary.request.locks)

    def _actions(self, stop: StopItem, place: Attraction) -> Markup:
        first = "free" if self._held(stop.place) else "keep"
        stays = () if stop.parts or place.area_visit else ("longer", "shorter")
        more = ("fix", *stays, "up", "down", "report")
        return tag(
            "div",
            *(self._act(act, stop) for act in ((first, "drop") if place.area_visit else (first, "drop", "swap"))),
            tag("details", tag("summary", text("ui.act.more", self.lang)),
                tag("div", *(self._act(act, stop) for act in more), class_="acts"), class_="prov more"),
            place_menu(stop.place, self.region, self.lang),
            driver_card(place, self.lang) if self.lang != "zh" else None,
            place_provenance(self.region.catalog, place, self.lang),
            class_="acts",
        )  # fmt: skip

    def _part_actions(self, part: PartItem) -> Markup:
        """What can be changed about a sight within a stop, and what is known of it, folded away."""
        first = "free" if self._held(part.place) else "keep"
        acts = (first, "drop", "fix", "longer", "shorter", "up", "down", "report")
        return tag(
            "details",
            tag("summary", text("ui.act.more", self.lang),
                aria_label=text("ui.act.more_place", self.lang, place=self._name(part.place))),
            tag("div", *(self._act(act, part) for act in acts), class_="acts"),
            self._reasons(part),
            place_provenance(self.region.catalog, self.region.catalog.attractions[part.place], self.lang),
            class_="prov more",
        )  # fmt: skip

    def _waiting(self, stop: StopItem) -> Markup | None:
        wait = stop.start - stop.arrive
        if wait <= 0:
            return None
        return tag("p", text("ui.stop.waits", self.lang, time=clock(stop.arrive, self.lang), wait=duration(wait, self.lang)))

    def _price(self, item: StopItem | PartItem) -> Markup:
        if item.ticket_basis == "joint_ticket":
            return join([text("ui.stop.joint_ticket", self.lang)])
        if item.ticket_fen is None:
            return tag("span", text("ui.stop.price_unknown", self.lang), class_="mark mark-amber")
        words = (
            text("ui.stop.no_ticket", self.lang)
            if item.ticket_fen == 0
            else narrate.price_words(item, self.itinerary.request.party.size, self.region, self.lang)
        )
        return join([words, " ", basis_mark("ticket", item.ticket_basis, self.lang)])

    def _hours(self, place: Attraction) -> Markup:
        return opening_words(self.region, place, self.date, self.lang)

    def _reasons(self, item: StopItem | PartItem) -> Markup | None:
        if not item.reasons:
            return None
        words = [narrate.reason_text(reason, self.region, self.lang) for reason in item.reasons]
        return tag(
            "p",
            tag("b", text("ui.stop.why", self.lang)),
            " ",
            text("ui.stop.because", self.lang).join(dict.fromkeys(words)),
            class_="why",
        )

    def _parts(self, stop: StopItem) -> Markup:
        rows = [(part.start, part.end, tag("b", self._name(part.place)), self._price(part), self._part_actions(part))
                for part in stop.parts]
        strolled = join([narrate.stroll_text(stop, self.region, self.lang)])
        rows += [(*span, Markup(), strolled, Markup()) for span in narrate.strolls(stop)]
        return tag(
            "ol",
            *(
                tag(
                    "li",
                    tag("span", f"{clock(start, self.lang)}–{clock(end, self.lang)}", class_="clock"),
                    " ",
                    name,
                    " ",
                    tag("span", words, class_="fine"),
                    acts,
                )
                for start, end, name, words, acts in sorted(rows, key=lambda row: row[:2])
            ),
            class_="parts",
            aria_label=text("ui.stop.parts", self.lang),
        )  # fmt: skip

    def _folded_warnings(self, warnings: list[Warning_]) -> Markup:
        return tag(
            "details",
            tag("summary", text("ui.stop.part_warnings", self.lang, count=len(warnings))),
            warning_list(warnings, self.region, self.lang),
            class_="prov amber",
        )

    def _leg(self, leg: LegItem) -> Markup:
        height = min(TALLEST_REM / 2, (leg.arrive - leg.depart) * REM_PER_MIN)
        return tag(
            "li",
            self._time(leg.depart),
            tag("span", pictogram(leg.mode, text(f"ui.leg.{leg.mode}", self.lang)), class_="dot leg-dot"),
            tag(
                "div",
                tag("p", leg_to_text(leg, self.region, self.lang)),
                leg_menu(leg, self.region, self.lang),
                leg_provenance(self.region.catalog, leg, self.lang) if leg.mode != "walk" else None,
                self._otherwise(leg),
                class_="leg",
                style=f"--h:{height:.1f}rem",
            ),
            class_=f"ride ride-{leg.mode}",
        )

    def _otherwise(self, leg: LegItem) -> Markup | None:
        """The other ways of doing a leg, and back to the plan's own way where it was changed."""
        request, lang = self.itinerary.request, self.lang
        ends = {"from_": leg.from_, "to": leg.to}
        ways = [way for way in otherwise(self.region, request, leg.from_, leg.to, self.day) if way.mode != leg.mode]
        rows = [
            tag("button", _way_words(way, lang), type="button",
                data_act="leg:" + LegWish(**ends, mode=way.mode).model_dump_json(by_alias=True))
            for way in ways
        ]  # fmt: skip
        rows += [
            tag("button", text("ui.otherwise.as_planned", lang), type="button",
                data_act="unleg:" + wish.model_dump_json(by_alias=True))
            for wish in request.leg_modes if leg.from_ == wish.from_ or leg.to == wish.to
        ]  # fmt: skip
        if not rows:
            return None
        note = tag("p", text("ui.otherwise.note", lang), class_="fine") if ways else None
        return tag(
            "details", tag("summary", text("ui.otherwise.title", lang)), note, tag("div", *rows, class_="acts"), class_="prov"
        )

    def _meal(self, meal: MealItem) -> Markup:
        where = self._name(meal.place) if meal.place else text("ui.meal.nearby", self.lang)
        eatery = self.region.catalog.dining.get(meal.place) if meal.place else None
        dishes = listed(prose.dishes(eatery, self.lang), self.lang) if eatery else ""
        return tag(
            "li",
            self._time(meal.start),
            tag("span", pictogram("meal"), class_="dot meal-dot"),
            tag(
                "div",
                tag("h3", tag("span", text(f"ui.meal.{meal.meal}", self.lang)), " · ", where),
                tag("p", f"{dishes} · " if dishes else "", duration(meal.end - meal.start, self.lang)),
                class_="stop",
                style=f"--h:{(meal.end - meal.start) * REM_PER_MIN:.1f}rem",
            ),
            class_="meal",
        )

    def _rest(self, rest: RestItem) -> Markup:
        return tag(
            "li",
            self._time(rest.start),
            tag("span", pictogram("rest"), class_="dot leg-dot"),
            tag("div", tag("p", rest_text(rest, self.lang)), class_="leg"),
            class_="rest",
        )

    def _bound(self, item: StartItem | EndItem) -> Markup:
        return tag(
            "li",
            self._time(item.time),
            tag("span", pictogram(item.kind), class_="dot leg-dot"),
            tag("div", tag("p", text(f"ui.bound.{item.kind}", self.lang, place=self._name(item.place))), class_="leg"),
            class_="bound",
        )

    def _foot(self) -> Markup:
        day = self.itinerary.days[self.day]
        mode = self.itinerary.request.mode
        totals = totals_of(self.region, self.itinerary.request, (day,))
        cells = [
            _cell("tickets", narrate.money(totals.tickets_fen, self.lang), self.lang),
            _cell("fares", narrate.fares_value(totals.fares_fen, totals.unknown_prices, mode, self.lang), self.lang),
            _cell("walk", text("ui.foot.km", self.lang, km=f"{totals.walk_m / 1000:.1f}"), self.lang),
        ]
        if day.lodging is not None:
            cells.append(_cell("lodging", self._name(day.lodging), self.lang))
        unknown = len(totals.unknown_prices)
        if unknown:
            cells.append(tag("span", text("ui.foot.unknown", self.lang, count=unknown), class_="mark mark-amber"))
        menu = day_menu(course(self.itinerary, self.region)[self.day], self.day + 1, self.region, self.lang)
        if menu is not None:
            cells.append(menu)
        return tag("footer", *cells, class_="foot")

    def _name(self, place: PlaceRef) -> str:
        return narrate.place_name(place, self.region, self.lang)


def driver_card(place: Attraction, lang: str) -> Markup:
    """The name in Chinese, large, to hold up to a taxi driver."""
    name = tag("p", tag("b", place.name_zh, lang="zh-CN"))
    return tag("details", tag("summary", text("ui.driver.show", lang)), name, class_="prov driver")


def _day_heading(region: Region, date: dt.date, day: int, lang: str) -> str:
    kind = region.calendar.day(date)
    name = kind.name_zh if lang == "zh" else kind.name_en
    words = text("ui.day.title", lang, number=day + 1, date=date_words(date, lang))
    return words + (text("ui.day.named", lang, name=name) if name else "")


def _way_words(way: Otherwise, lang: str) -> str:
    """``打车 · 25 分钟 · ¥20``."""
    words = [text(f"trip.leg.{way.mode}", lang), duration(way.minutes, lang)]
    if way.mode in ("taxi", "rail", "bus"):
        unknown = way.fare_fen is None
        words.append(text("trip.leg.fare_unknown", lang) if unknown else narrate.money(way.fare_fen, lang))
    return " · ".join(words)


def _cell(name: str, value: str, lang: str) -> Markup:
    return tag("span", text(f"ui.foot.{name}", lang), " ", tag("b", value))


def opening_words(region: Region, place: Attraction, date: dt.date, lang: str) -> Markup:
    """When a place is open on a date, with what that rests on; unknown and closed said as such."""
    opening = region.calendar.opening(place.id, date)
    if opening.closed_reason or not opening.intervals:
        return tag("span", text("ui.stop.closed", lang), class_="mark mark-amber")
    hours = span(opening.intervals, lang)
    if not opening.known:
        return tag("span", text("ui.stop.hours_unknown", lang, hours=hours), class_="mark mark-amber")
    last = opening.last_entry_min
    words = text("trip.hours.always", lang) if opening.intervals == ALL_DAY else text("ui.stop.open", lang, hours=hours)
    if last is not None and last < max(end for _, end in opening.intervals):
        words += text("ui.stop.last_entry", lang, time=clock(last, lang))
    return join([words, " ", basis_mark("hours", place.hours_basis, lang)])


def warning_list(warnings: list[Warning_], region: Region, lang: str) -> Markup | None:
    """Warnings as amber sentences; None for none."""
    if not warnings:
        return None
    return tag("ul", *(tag("li", words) for words in narrate.warning_texts(warnings, region, lang)), class_="warn")
