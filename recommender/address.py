"""A request as short query parameters, and back: what a visitor asked for, in the address bar.

Only what differs from the default is written. Codes are those of the model, never translated. Anything a person may
have mistyped costs that one wish, named in a problem, and the rest is kept.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, unquote

from recommender.errors import Problem, RequestError
from recommender.model import Anchor, Lock, Member, Party, Point, TripRequest, format_clock

PARAMETERS: Final = {
    "date": "start_date", "days": "days", "from": "start", "to": "end", "stay": "lodging", "dawn": "day_start",
    "dusk": "day_end", "evenings": "evenings", "mode": "mode", "pace": "pace", "like": "interests", "liked": "likes",
    "disliked": "dislikes", "reach": "reach", "explore": "explore", "nudge": "nudge", "party": "party",
    "needs": "needs", "walk": "max_walk_m", "budget": "budget_fen", "meals": "meals", "must": "must_see",
    "avoid": "avoid", "locks": "locks", "members": "members", "group": "group", "seed": "seed", "work": "work",
}  # fmt: skip
"""Query parameter → request field. ``more`` holds fields without a short form as JSON."""
KEPT: Final = "kept"
"""Edit token and version of the stored plan that is being changed, ``token.version``; never in an address that is passed on."""
MORE: Final = "more"
LONGEST: Final = 8_000
_PARAMETER_OF: Final = {field: name for name, field in PARAMETERS.items()}
_DEFAULT_DAYS: Final = 2


def sensible_date(today: dt.date) -> dt.date:
    """The first day offered where none is named: the Saturday that leaves at least two days to get ready."""
    return today + dt.timedelta(days=2 + (5 - (today.weekday() + 2)) % 7)


def holds_request(params: Mapping[str, str]) -> bool:
    """Whether an address asks for a trip at all."""
    return any(name in params for name in (*PARAMETERS, MORE))


# ------------------------------------------------------------------------------------------------- write


def encode(request: TripRequest) -> dict[str, str]:
    """The request's parameters; the inverse of ``decode``, but for the plan that is being changed or followed."""
    params: dict[str, str] = {"date": request.start_date.isoformat(), "days": str(request.days)}
    more: dict[str, Any] = {}
    plain = request.model_dump(mode="json", by_alias=True)
    for name, info in TripRequest.model_fields.items():
        value = getattr(request, name)
        if name in ("start_date", "days", "previous", "now") or value == info.get_default():
            continue
        if name in _WRITE:
            params[_PARAMETER_OF[name]] = _WRITE[name](value)
        elif name in _PARAMETER_OF:
            params[_PARAMETER_OF[name]] = str(value)
        else:
            more[name] = plain[name]
    if more:
        params[MORE] = json.dumps(more, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return params


def _clock_out(minute: int) -> str:
    return format_clock(minute).replace(":", "")


def _place_out(place: str | Point) -> str:
    if isinstance(place, Point):
        name = quote(place.name, safe="").replace("~", "%7E")
        return f"{place.lat!r}~{place.lon!r}~{name}"
    return place


def _anchor_out(anchor: Anchor) -> str:
    return _place_out(anchor.place) + ("" if anchor.time is None else f"@{_clock_out(anchor.time)}")


def _party_out(party: Party) -> str:
    words = [str(party.adults)]
    words += [f"c{c.age}" + ("" if c.height_cm is None else f"-{c.height_cm}") for c in party.children]
    words += [f"s{age}" for age in party.seniors]
    words += [f"{m}{n}" for m, n in (("st", party.students), ("mi", party.military), ("di", party.disabled)) if n]
    return ",".join(words)


def _lock_out(lock: Lock) -> str:
    words = [lock.place, "" if lock.day is None else str(lock.day), "" if lock.time is None else _clock_out(lock.time)]
    return "@".join(words).rstrip("@")


def _yuan_out(fen: int) -> str:
    return f"{fen // 100}" if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"


def _interests_out(wishes: Mapping[Any, float]) -> str:
    return ",".join(name if weight == 1 else f"{name}~{weight!r}" for name, weight in wishes.items())


def _member_out(member: Member) -> str:
    words = [_interests_out(member.interests)] if member.interests else []
    words += [*(f"@{place}" for place in member.likes), *(f"!{place}" for place in member.dislikes)]
    return ",".join(words) or "none"


def _list_out(values: Sequence[str]) -> str:
    return ",".join(values)


_WRITE: Final[dict[str, Callable[[Any], str]]] = {
    "start": _anchor_out,
    "end": _anchor_out,
    "lodging": lambda places: ",".join(map(_place_out, places)) or "none",
    "day_start": _clock_out,
    "day_end": _clock_out,
    "evenings": lambda on: str(int(on)),
    "meals": lambda on: str(int(on)),
    "nudge": lambda on: str(int(on)),
    "interests": lambda wishes: _interests_out(wishes) or "none",
    "explore": repr,
    "party": _party_out,
    "needs": _list_out,
    "likes": _list_out,
    "dislikes": _list_out,
    "must_see": _list_out,
    "avoid": _list_out,
    "locks": lambda locks: ",".join(map(_lock_out, locks)),
    "members": lambda members: "/".join(map(_member_out, members)),
    "budget_fen": _yuan_out,
}


# -------------------------------------------------------------------------------------------------- read


def _clock_in(text: str) -> int:
    match = re.fullmatch(r"(\d{1,2}):?([0-5]\d)", text.strip())
    if not match:
        raise ValueError("0930")
    return int(match[1]) * 60 + int(match[2])


def _place_in(text: str) -> object:
    if "~" not in text:
        return text
    lat, lon, name = [*text.split("~"), ""][:3]
    return {"lat": float(lat), "lon": float(lon), **({"name": unquote(name)} if name else {})}


def _anchor_in(text: str) -> object:
    place, _, time = text.partition("@")
    try:
        read: object = _clock_in(time) if time else None
    except ValueError:
        read = time  # The model refuses it by name, and the place is kept.
    return {"place": _place_in(place), "time": read}


def _party_in(text: str) -> object:
    party: dict[str, Any] = {"adults": 0, "children": [], "seniors": []}
    for word in _words(text):
        match = re.fullmatch(r"(c|st|s|mi|di|)(\d{1,3})(?:-(\d{1,3}))?", word)
        if not match or (match[3] and match[1] != "c"):
            raise ValueError("2,c8,c5-110,s70,st1")
        kind, number = match[1], int(match[2])
        if kind == "c":
            party["children"].append({"age": number, "height_cm": int(match[3]) if match[3] else None})
        elif kind == "s":
            party["seniors"].append(number)
        else:
            party[{"": "adults", "st": "students", "mi": "military", "di": "disabled"}[kind]] = number
    return party


def _locks_in(text: str) -> object:
    locks = []
    for word in _words(text):
        place, day, time = [*word.split("@"), "", ""][:3]
        locks.append({"place": place, "day": int(day) if day else None, "time": _clock_in(time) if time else None})
    return locks


def _interests_in(text: str) -> object:
    pairs = (word.partition("~") for word in _words(text) if word != "none")
    return {key: float(weight) if weight else 1.0 for key, _, weight in pairs}


def _members_in(text: str) -> object:
    return [_member_in(one) for one in text.split("/")]


def _member_in(text: str) -> object:
    words = _words(text)
    marked = {mark: [word[1:] for word in words if word.startswith(mark)] for mark in "@!"}
    plain = ",".join(word for word in words if word[0] not in marked)
    return {"interests": _interests_in(plain), "likes": marked["@"], "dislikes": marked["!"]}


def _yuan_in(text: str) -> object:
    match = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,2}))?", text.strip())
    if not match:
        raise ValueError("1500")
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def _flag_in(text: str) -> object:
    if text not in ("0", "1"):
        raise ValueError("0, 1")
    return text == "1"


def _int_in(text: str) -> object:
    if not re.fullmatch(r"\d{1,10}", text.strip()):
        raise ValueError("3")
    return int(text)


def _date_in(text: str) -> object:
    return dt.date.fromisoformat(text.strip()).isoformat()


def _lodging_in(text: str) -> object:
    if text == "auto":
        return text
    return [_place_in(word) for word in _words(text) if word != "none"]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


_READ: Final[dict[str, tuple[Callable[[str], object], str]]] = {
    "start_date": (_date_in, "2027-04-17"),
    "days": (_int_in, "1–7"),
    "start": (_anchor_in, "taiyuan-south-station@0930"),
    "end": (_anchor_in, "taiyuan-south-station@1800"),
    "lodging": (_lodging_in, "auto"),
    "day_start": (_clock_in, "0830"),
    "day_end": (_clock_in, "1800"),
    "evenings": (_flag_in, "0, 1"),
    "meals": (_flag_in, "0, 1"),
    "nudge": (_flag_in, "0, 1"),
    "interests": (_interests_in, "temple,courtyard~0.5"),
    "explore": (float, "0–1"),
    "party": (_party_in, "2,c8,c5-110,s70,st1"),
    "needs": (_words, "wheelchair,stroller,few_steps"),
    "likes": (_words, ""),
    "dislikes": (_words, ""),
    "must_see": (_words, ""),
    "avoid": (_words, ""),
    "locks": (_locks_in, "youjian-pingyao@1@1900"),
    "members": (_members_in, "temple,nature~0.5/museum,@qiaojia-dayuan,!mianshan"),
    "max_walk_m": (_int_in, "5000"),
    "budget_fen": (_yuan_in, "1500"),
    "seed": (_int_in, "0"),
}


def decode(params: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """Parameters as request fields, not yet held against the model; what cannot be read becomes a problem."""
    fields: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, field in PARAMETERS.items():
        if name not in params:
            continue
        value = params[name]
        if len(value) > LONGEST:
            problems.append(Problem(field, value[:40] + "…", "field_too_long", {"allowed": f"≤ {LONGEST}"}))
            continue
        read, example = _READ.get(field, (str, ""))
        try:
            fields[field] = read(value)
        except (ValueError, OverflowError):
            problems.append(Problem(field, value[:60], "field_unread" if example else "field_invalid", {"allowed": example}))
    if MORE in params:
        try:
            more = json.loads(params[MORE][:LONGEST])
            fields |= {key: value for key, value in more.items() if key not in fields}
        except (ValueError, AttributeError, RecursionError):
            problems.append(Problem(MORE, params[MORE][:60], "field_invalid", {"allowed": '{"…": …}'}))
    return fields, problems


def read_request(
    params: Mapping[str, str],
    default_date: dt.date,
    check: Callable[[TripRequest], None] = lambda request: None,
) -> tuple[TripRequest, list[Problem]]:
    """The request an address asks for, and everything in it that could not be honoured.

    Parameters
    ----------
    params
        Query parameters; those that are not ours are passed over.
    default_date
        First day where the address names none, or none that can be planned.
    check
        Holds a well-formed request against the catalogue and today; raises ``RequestError``.
    """
    fields, problems = decode(params)
    for _ in range(40):
        complete = {"start_date": default_date.isoformat(), "days": _DEFAULT_DAYS, **fields}
        try:
            request = TripRequest.parse(complete)
            check(request)
        except RequestError as error:
            problems += error.problems
            if not _drop(fields, error.problems):
                break
        else:
            return request, problems
    return TripRequest(start_date=default_date, days=_DEFAULT_DAYS), problems


def _drop(fields: dict[str, Any], problems: Sequence[Problem]) -> bool:
    """Take the wishes that problems name out of the fields: one entry of a list where it can be, else the whole."""
    before = json.dumps(fields, default=str, sort_keys=True)
    entries: dict[str, set[int]] = {}
    whole: set[str] = set()
    for problem in problems:
        root, index = _root(problem.field)
        value = fields.get(root)
        if root == "days_detail" and index is not None and isinstance(value, list) and index < len(value):
            value[index] = None
        elif index is not None and isinstance(value, list) and index < len(value) and root != "lodging":
            entries.setdefault(root, set()).add(index)
        elif isinstance(value, dict) and root == "interests" and "." in problem.field:
            value.pop(problem.field.split(".")[1], None)
        elif isinstance(value, dict) and problem.field.endswith(".time") and value.get("time") is not None:
            value["time"] = None
        else:
            whole.add(root)
    for root, gone in entries.items():
        fields[root] = [value for k, value in enumerate(fields[root]) if k not in gone]
    for root in whole:
        fields.pop(root, None)
        if root == "day_end":
            fields.pop("day_start", None)
    return json.dumps(fields, default=str, sort_keys=True) != before


def _root(field: str) -> tuple[str, int | None]:
    match = re.match(r"([^.\[]+)(?:\[(\d+)\])?", field)
    assert match, field
    return match[1], int(match[2]) if match[2] else None


def read_kept(value: str) -> tuple[str, int] | None:
    """Edit token and version from ``KEPT``; None where it is not that."""
    token, _, version = value.rpartition(".")
    return (token, int(version)) if token and version.isascii() and version.isdigit() and len(version) < 10 else None
