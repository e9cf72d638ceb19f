"""Between the plain form's inputs and a request, by way of the address: what was typed is kept as it was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from recommender import address
from recommender.errors import Problem, RequestError
from recommender.model import TripRequest, format_clock

INPUTS: Final = (
    "date", "days", "from", "from_time", "to", "to_time", "mode", "pace", "reach", "adults", "children", "seniors",
    "students", "military", "disabled",
)  # fmt: skip
"""Inputs with one value each; ``like`` may come several times. Names are those of the address where it has them."""
LONGEST: Final = 200
_PARTY: Final = ("adults", "children", "seniors", "students", "military", "disabled")
_MARKS: Final = {"students": "st", "military": "mi", "disabled": "di"}
_IN_FORM: Final = {"date", "days", "from", "to", "mode", "pace", "reach", "like", "party"}
_TIME: Final = re.compile(r"([01]?\d|2\d):?[0-5]\d")
_GAPS: Final = re.compile(r"[,;/\s\uff0c\u3001\uff1b]+")
_DATE: Final = re.compile(r"(\d{4})[-/.\u5e74](\d{1,2})[-/.\u6708](\d{1,2})\u65e5?")


@dataclass(frozen=True, slots=True)
class Wishes:
    """A filled-in form.

    Attributes
    ----------
    values
        What stands in each input.
    likes
        Categories that are ticked, as words of the address.
    kept
        Parameters of the address that have no input here and are carried along.
    """

    values: Mapping[str, str]
    likes: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, pairs: Iterable[tuple[str, str]]) -> Wishes:
        """A form as sent, or an address of the app; names that are not ours are passed over."""
        values: dict[str, str] = {}
        likes: list[str] = []
        kept: dict[str, str] = {}
        for name, value in pairs:
            if name == "like":
                likes += [word for word in value.split(",") if word]
            elif name in INPUTS:
                values[name] = value[:LONGEST].strip()
            elif name in address.PARAMETERS or name == address.MORE:
                kept[name] = value
        _split(values, kept.pop("party", ""))
        return cls(values, tuple(dict.fromkeys(likes)), kept)

    @classmethod
    def of(cls, request: TripRequest) -> Wishes:
        """The form filled in as a request asks; the inverse of ``request``."""
        params = address.encode(request)
        params = {"mode": request.mode, "pace": request.pace, "reach": request.reach, "party": "2"} | params
        return cls.read(params.items())

    def params(self) -> dict[str, str]:
        """As parameters of the address."""
        values = self.values
        params = dict(self.kept)
        params |= {name: values[name] for name in ("date", "days", "mode", "pace", "reach") if values.get(name)}
        date = _DATE.fullmatch(values.get("date", ""))
        if date:
            params["date"] = f"{date[1]}-{int(date[2]):02d}-{int(date[3]):02d}"
        for name in ("from", "to"):
            if values.get(name):
                time = values.get(f"{name}_time")
                params[name] = values[name] + (f"@{time}" if time else "")
        if self.likes:
            params["like"] = ",".join(self.likes)
        if any(values.get(name) for name in _PARTY):
            words = [values.get("adults") or "0"]
            words += [f"c{age}" for age in _ages(values.get("children", ""))]
            words += [f"s{age}" for age in _ages(values.get("seniors", ""))]
            words += [mark + values[name] for name, mark in _MARKS.items() if values.get(name, "0") != "0" and values[name]]
            params["party"] = ",".join(words)
        return params

    def request(self) -> TripRequest:
        """What is asked for.

        Raises
        ------
        RequestError
            Every input that cannot be, named as in the request.
        """
        params = self.params()
        problems = self._party_problems()
        if problems:
            params.pop("party", None)
        for name in ("from", "to"):
            time = self.values.get(f"{name}_time", "")
            if time and not _TIME.fullmatch(time) and name in params:
                problems.append(Problem(f"{address.PARAMETERS[name]}.time", time, "clock"))
                params[name] = self.values[name]
        fields, found = address.decode(params)
        problems += found
        problems += [
            Problem(address.PARAMETERS[name], "", "field_missing") for name in ("date", "days") if name not in params
        ]
        for problem in found:
            fields.pop(problem.field.split(".")[0], None)
        missing = {problem.field for problem in problems}
        try:
            request = TripRequest.parse(fields)
        except RequestError as error:
            raise RequestError([*problems, *(p for p in error.problems if p.field not in missing)]) from None
        if problems:
            raise RequestError(problems)
        return request

    def without(self, problems: Iterable[Problem]) -> Wishes:
        """The same without what is carried along and wrong: nobody could mend it here."""
        wrong = {problem.field.split(".")[0].split("[")[0] for problem in problems}
        kept = {name: value for name, value in self.kept.items() if address.PARAMETERS.get(name, name) not in wrong}
        return Wishes(self.values, self.likes, kept)

    def _party_problems(self) -> list[Problem]:
        values = self.values
        wrong = [
            Problem(f"party.{name}", values[name], "field_ages")
            for name, allowed in (("children", r"\d{1,2}(-\d{2,3})?"), ("seniors", r"\d{2,3}"))
            if not all(re.fullmatch(allowed, age) for age in _ages(values.get(name, "")))
        ]
        wrong += [
            Problem(f"party.{name}", values[name], "field_number")
            for name in ("adults", *_MARKS)
            if values.get(name) and not re.fullmatch(r"\d{1,3}", values[name])
        ]
        return wrong


def _ages(text: str) -> list[str]:
    return [word for word in _GAPS.split(text) if word]


def _split(values: dict[str, str], party: str) -> None:
    """Fill the inputs for what the address says in one word: place and time, and the whole party."""
    for name in ("from", "to"):
        if name in values and f"{name}_time" not in values:
            values[name], _, time = values[name].partition("@")
            values[f"{name}_time"] = _clock(time)
    if not party or any(name in values for name in _PARTY):
        return
    values["adults"] = "0"
    names = {"": "adults", "c": "children", "s": "seniors"} | {mark: name for name, mark in _MARKS.items()}
    for word in party.split(","):
        match = re.fullmatch(r"(c|st|s|mi|di|)(\d.*)", word)
        name, number = (names[match[1]], match[2]) if match else ("children", word)
        several = name in ("children", "seniors") and name in values
        values[name] = f"{values[name]}, {number}" if several else number


def _clock(time: str) -> str:
    """``0930`` → ``09:30`` for an input of a time; what is no time stays."""
    return format_clock(int(time[:-2]) * 60 + int(time[-2:])) if re.fullmatch(r"\d{3,4}", time) else time
