"""The form as HTML, with what was typed in it and what is wrong beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from markupsafe import Markup

from recommender.address import PARAMETERS
from recommender.errors import Problem
from recommender.i18n import text
from recommender.markup import join, tag, void
from recommender.model import CATEGORIES, MAX_DAYS, TripRequest
from recommender.trip import narrate, pacing
from recommender.trip.gateways import list_gateways
from recommender.trip.narrate.problems import field_labels, field_root, problem_words
from recommender.web.plain.wishes import Wishes

if TYPE_CHECKING:
    from recommender.region import Region

_PLACE: Final = {
    "start_date": "date", "days": "days", "start": "from", "end": "to", "mode": "mode", "pace": "pace", "reach": "reach",
    "interests": "like", "party": "adults", "party.adults": "adults", "party.children": "children",
    "party.seniors": "seniors", "party.students": "students", "party.military": "military", "party.disabled": "disabled",
}  # fmt: skip
"""Field of a request → input that it stands in."""


class Form:
    """One form on one page.

    Parameters
    ----------
    action, method
        Where it is sent, and how.
    hidden
        What else is sent along.
    submit
        What the button says.
    """

    def __init__(
        self,
        wishes: Wishes,
        region: Region,
        lang: str,
        *,
        action: str,
        submit: str,
        method: str = "get",
        problems: Sequence[Problem] = (),
        hidden: Mapping[str, str] | None = None,
    ) -> None:
        self._wishes = wishes
        self._values = wishes.values
        self._region = region
        self._lang = lang
        self._action, self._method, self._submit = action, method, submit
        self._hidden = hidden or {}
        self._wrong: dict[str, list[str]] = {}
        for problem in problems:
            words = problem_words(problem, region, lang)
            self._wrong.setdefault(_input_of(problem), []).append(words)

    def html(self) -> Markup:
        """The whole form."""
        say = self._say
        return tag(
            "form",
            *hidden_inputs({**self._wishes.kept, **self._hidden, "lang": self._lang}),
            tag(
                "section",
                tag("h2", say("plain.form.when"), class_="serif"),
                tag("div", self._date(), self._days(), class_="two"),
                tag("div", *self._anchor("from", "start"), class_="two"),
                tag("div", *self._anchor("to", "end"), class_="two"),
                self._radios("mode", say("ui.form.mode"), ("transit", "drive", "charter")),
                class_="day",
            ),
            tag(
                "section",
                tag("h2", say("plain.form.how"), class_="serif"),
                self._likes(),
                self._radios("pace", say("ui.form.pace"), ("relaxed", "normal", "full")),
                self._radios("reach", say("ui.form.reach"), ("classic", "wings", "region"), notes=True),
                class_="day",
            ),
            self._who(),
            self._kept(),
            tag("p", tag("button", self._submit, type="submit", class_="go"), class_="send"),
            action=self._action,
            method=self._method,
        )

    def _say(self, key: str, **values: object) -> str:
        return text(key, self._lang, **values)

    # ------------------------------------------------------------------------------------------ inputs

    def _date(self) -> Markup:
        return self._input("date", self._say("ui.form.date"), type="date", required=True)

    def _days(self) -> Markup:
        chosen = self._values.get("days", "")
        options = [(str(n), self._say("plain.form.days_number", days=n)) for n in range(1, MAX_DAYS + 1)]
        return self._select("days", self._say("ui.form.days"), options, chosen)

    def _anchor(self, name: str, field: str) -> tuple[Markup, Markup]:
        """Where from or to, and when."""
        lang, region = self._lang, self._region
        chosen = self._values.get(name, "")
        named = narrate.short_name if lang == "zh" else narrate.place_name
        options = [("", self._say(f"ui.form.{field}_lodging"))]
        options += [(place, named(place, region, lang)) for place in list_gateways(region)]
        place = self._select(name, self._say(f"ui.form.{field}"), options, chosen)
        return place, self._input(f"{name}_time", self._say(f"ui.form.{field}_time", **pacing.BUFFERS_MIN), type="time")

    def _who(self) -> Markup:
        say = self._say
        more = [self._number(name) for name in ("students", "military", "disabled")]
        filled = any(self._values.get(name, "0") not in ("", "0") for name in ("students", "military", "disabled"))
        return tag(
            "section",
            tag("h2", say("plain.form.who"), class_="serif"),
            self._number("adults"),
            self._input("children", say("plain.form.children"), hint=say("plain.form.children_hint"), type="text"),
            self._input("seniors", say("plain.form.seniors"), hint=say("plain.form.seniors_hint"), type="text"),
            tag(
                "details",
                tag("summary", say("plain.form.concessions")),
                tag("p", say("ui.form.among_adults"), class_="hint"),
                tag("div", *more, class_="three"),
                open=filled,
            ),
            class_="day",
        )

    def _likes(self) -> Markup:
        ticked = {word.partition("~")[0]: word for word in self._wishes.likes}
        codes = [*CATEGORIES, *(code for code in ticked if code not in CATEGORIES)]
        boxes = [
            _pick("checkbox", "like", ticked.get(code, code), self._say(f"ui.category.{code}"), on=code in ticked)
            for code in codes
            if code in CATEGORIES
        ]
        return self._group("like", self._say("ui.form.interests"), boxes)

    def _radios(self, name: str, label: str, codes: Sequence[str], *, notes: bool = False) -> Markup:
        chosen = self._values.get(name) or TripRequest.model_fields[name].get_default()
        picks = []
        for code in codes:
            note = self._say(f"ui.{name}_note.{code}") if notes else None
            picks.append(_pick("radio", name, code, self._say(f"ui.{name}.{code}"), on=code == chosen, note=note))
        return self._group(name, label, picks, class_="tall" if notes else None)

    def _kept(self) -> Markup | None:
        fields = [PARAMETERS.get(name, name) for name in self._wishes.kept]
        if not fields:
            return None
        labels = field_labels(",".join(fields), self._lang)
        return tag("p", self._say("plain.form.kept", fields=labels), class_="hint")

    # ------------------------------------------------------------------------------------------- pieces

    def _number(self, name: str) -> Markup:
        return self._input(name, self._say(f"ui.form.{name}"), type="number", min="0", max="30", inputmode="numeric")

    def _input(self, name: str, label: str, *, hint: str | None = None, **attributes: str | bool) -> Markup:
        value = self._values.get(name, "")
        field = void("input", name=name, id=f"f-{name}", value=value, **self._marks(name, hint), **attributes)
        return self._field(name, label, field, hint)

    def _select(self, name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> Markup:
        known = [value for value, _ in options]
        shown = [*options, *([] if chosen in known else [(chosen, self._own_name(chosen))])]
        rows = [tag("option", words, value=value, selected=value == chosen) for value, words in shown]
        return self._field(name, label, tag("select", *rows, name=name, id=f"f-{name}", **self._marks(name, None)), None)

    def _own_name(self, chosen: str) -> str:
        """A point of the visitor's own by its name, anything else as it is."""
        *_, name = chosen.split("~")
        return unquote(name) or chosen

    def _field(self, name: str, label: str, field: Markup, hint: str | None) -> Markup:
        return tag(
            "div",
            tag("label", label, for_=f"f-{name}"),
            field,
            tag("p", hint, class_="hint", id=f"h-{name}") if hint else None,
            self._errors(name),
            class_="field",
        )

    def _group(self, name: str, label: str, picks: Sequence[Markup], class_: str | None = None) -> Markup:
        classes = f"picks {class_}" if class_ else "picks"
        return tag("fieldset", tag("legend", label), tag("div", *picks, class_=classes), self._errors(name), id=f"f-{name}")

    def _errors(self, name: str) -> Markup | None:
        wrong = self._wrong.get(name)
        return tag("p", " ".join(wrong), class_="wrong", id=f"e-{name}") if wrong else None

    def _marks(self, name: str, hint: str | None) -> dict[str, str]:
        """What a screen reader says with the input."""
        marks = {"aria_invalid": "true"} if name in self._wrong else {}
        described = " ".join([*([f"h-{name}"] if hint else []), *([f"e-{name}"] if name in self._wrong else [])])
        return {**marks, **({"aria_describedby": described} if described else {})}


def hidden_inputs(values: Mapping[str, str]) -> list[Markup]:
    """Values that a form sends along."""
    return [void("input", type="hidden", name=name, value=value) for name, value in values.items()]


def problem_box(head: str, problems: Sequence[Problem], region: Region, lang: str) -> Markup:
    """What is wrong, in a row, each leading to its input."""
    rows = []
    for problem in problems:
        words = problem_words(problem, region, lang)
        name = _input_of(problem)
        rows.append(tag("li", tag("a", words, href=f"#f-{name}") if name else words))
    return box([head], rows)


def box(heads: Sequence[str], rows: Sequence[Markup] = ()) -> Markup:
    """Something that must be seen."""
    listed = tag("ul", *rows) if rows else None
    return tag("div", join(tag("p", head) for head in heads), listed, class_="problems", role="alert")


def _pick(kind: str, name: str, value: str, label: str, *, on: bool, note: str | None = None) -> Markup:
    words = tag("span", tag("b", label), " ", tag("small", note)) if note else tag("span", label)
    return tag("label", void("input", type=kind, name=name, value=value, checked=on), words, class_="pick")


def _input_of(problem: Problem) -> str:
    """The input that a problem belongs to; empty for what has none here."""
    exact = problem.field.split("[")[0]
    if problem.field in ("start.time", "end.time"):
        return "from_time" if exact.startswith("start") else "to_time"
    return _PLACE.get(exact) or _PLACE.get(field_root(problem.field), "")
