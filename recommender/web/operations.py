"""Every route for machines: what it takes, what it answers, with which headers. The OpenAPI document is made from this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel

from recommender.exports import FORMATS
from recommender.model import Itinerary, TripRequest
from recommender.web.v1 import reading, shapes

JSON: Final = "application/json"
Schema = Mapping[str, Any]
_WORD: Final[Schema] = {"type": "string"}
_FILE: Final[Schema] = {"type": "string", "format": "binary"}
_PAGE: Final[Mapping[str, Schema]] = {"text/html": _WORD}

HEADERS: Final[Mapping[str, str]] = {
    "RateLimit": 'What is left of each budget: `"requests";r=599;t=60` is 599 more within 60 seconds',
    "RateLimit-Policy": 'The budgets: `"requests";q=600;w=60` is 600 in 60 seconds',
    "Retry-After": "Seconds after which to try again",
    "ETag": "Of what is answered, for If-None-Match; of a stored plan its version, for If-Match",
    "Cache-Control": "How long the answer may be kept",
    "Content-Disposition": "The name of the file",
    "Content-Language": "The language of the words",
    "Location": "Where the stored plan is",
    "WWW-Authenticate": "How to send the edit token",
    "Allow": "The methods that this path takes",
}
"""Each header with its sentence."""


@dataclass(frozen=True)
class Answer:
    """One response: its sentence, the body by media type (a model, a schema, or nothing), and headers that it always has."""

    description: str
    content: Mapping[str, type[BaseModel] | Schema] = field(default_factory=dict)
    headers: tuple[str, ...] = ()


_ERRORS: Final[Mapping[int, tuple[str, tuple[str, ...]]]] = {
    400: ("Not JSON (line and column are named), or a header that cannot be read", ()),
    401: ("No edit token was sent", ("WWW-Authenticate",)),
    403: ("Not allowed from this site, or with a partner's token that does not hold", ()),
    404: ("No such place, plan or format, or no such path", ()),
    405: ("Not with this method", ("Allow",)),
    409: ("No such trip: the smallest conflict and what would resolve it", ()),
    412: ("The plan was changed by somebody else meanwhile", ("ETag",)),
    413: ("The body is too large", ()),
    415: ("Not application/json in UTF-8, or compressed", ()),
    422: ("What is wrong, each field named with what is allowed", ()),
    428: ("If-Match is missing", ()),
    429: ("More than is allowed in a minute or at once", ("Retry-After",)),
    500: ("A mistake of ours, which is recorded", ()),
    503: ("Too busy (with retry-after), or the data or the database cannot be used", ()),
}


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Attributes
    ----------
    query
        The parameters of its address, as it reads them.
    path
        Parameters within the path, with their schema.
    sent
        Headers that it reads: name to (sentence, whether it must be there).
    body
        By media type.
    errors
        Statuses in the one error shape, beside those that any route may have.
    limited
        Whether its requests are counted, and so whether its answers say what is left.
    owned
        Whether it takes the edit token of a stored plan.
    """

    method: str
    path: str
    name: str
    summary: str
    answers: Mapping[int, Answer]
    tag: str
    query: type[BaseModel] = reading.Asked
    within: Mapping[str, tuple[str, Schema]] = field(default_factory=dict)
    sent: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    body: Mapping[str, type[BaseModel] | Schema] = field(default_factory=dict)
    errors: tuple[int, ...] = ()
    limited: bool = True
    owned: bool = False

    def all_answers(self) -> dict[int, Answer]:
        """Its answers and its errors, by status."""
        body = (400, 413, 415, 422) if self.body else ()
        common = (*((403,) if self.by_token else ()), 429, 500, 503) if self.limited else ()
        codes = sorted({*body, *self.errors, *common})
        refused = {code: Answer(_ERRORS[code][0], self.error_content, _ERRORS[code][1]) for code in codes}
        return {**self.answers, **refused}

    @property
    def by_token(self) -> bool:
        """Whether a partner is named by its token there; pages belong to visitors."""
        return self.limited and self.path.startswith("/api/")

    @property
    def error_content(self) -> Mapping[str, Schema]:
        """Errors are JSON; the pages' are pages."""
        error: Schema = {"$ref": "#/components/schemas/Error"}
        if self.tag != "pages":
            return {JSON: error}
        return {JSON: error, **_PAGE} if self.body else _PAGE


_CACHED: Final = ("ETag", "Cache-Control", "Content-Language")
_KNOWN: Final = Answer("As the If-None-Match given", {}, ("ETag", "Cache-Control"))
_IF_NONE_MATCH: Final = {"If-None-Match": ("The ETag of an earlier answer", False)}
_TOKEN: Final[Mapping[str, tuple[str, Schema]]] = {"token": ("The token of the read link", _WORD)}
_ID: Final[Mapping[str, tuple[str, Schema]]] = {"id": ("The place's id in the catalogue", _WORD)}
_PLAIN_TOKEN: Final[Mapping[str, tuple[str, Schema]]] = {"token": ("The token of the link", _WORD)}
_PLAN_FILES: Final = tuple(f"plan{form.suffix}" for form in FORMATS.values() if form.suffix not in (".jsonld", ".html"))


def _read(model: type[BaseModel], sentence: str) -> dict[int, Answer]:
    """Answers that may be kept."""
    return {200: Answer(sentence, {JSON: model}, _CACHED), 304: _KNOWN}


def _made(model: type[BaseModel], sentence: str) -> dict[int, Answer]:
    return {200: Answer(sentence, {JSON: model}, ("Cache-Control",))}


OPERATIONS: Final = (
    Operation(
        "GET", "/healthz", "health", "Up, data revision, whether the first plan will be quick",
        {
            200: Answer("Up", {JSON: {"$ref": "#/components/schemas/Health"}}, ("Cache-Control",)),
            503: Answer("The data cannot be used", {JSON: {"$ref": "#/components/schemas/Health"}}, ("Cache-Control",)),
        },
        "service", limited=False,
    ),
    Operation(
        "GET", "/api/v1/openapi.json", "describe", "This document",
        {200: Answer("OpenAPI 3.1", {JSON: {"type": "object"}}, _CACHED), 304: _KNOWN}, "service", sent=_IF_NONE_MATCH,
    ),
    Operation(
        "GET", "/api/v1/places", "places", "Places by kind, category, county and name, with what each fact rests on",
        _read(shapes.Places, "Places; hubs are `kind=hub`"), "catalogue", reading.PlacesAsked, sent=_IF_NONE_MATCH, errors=(422,),
    ),
    Operation(
        "GET", "/api/v1/places/{id}", "place", "One place, with what each fact rests on", _read(shapes.OnePlace, "The place"),
        "catalogue", within=_ID, sent=_IF_NONE_MATCH, errors=(404, 422),
    ),
    Operation(
        "GET", "/api/v1/places/{id}/openings", "openings", "When an attraction is open on a date, and how sure that is",
        _read(shapes.Openings, "Day by day"), "catalogue", reading.OpeningsAsked, within=_ID, sent=_IF_NONE_MATCH,
        errors=(404, 422),
    ),
    Operation(
        "GET", "/api/v1/events", "events", "Festivals and seasons between two dates", _read(shapes.Events, "By their first day"),
        "catalogue", reading.EventsAsked, sent=_IF_NONE_MATCH, errors=(422,),
    ),
    Operation(
        "POST", "/api/v1/plan", "plan", "Plan a trip", _made(Itinerary, "The itinerary"), "trips",
        body={JSON: TripRequest}, errors=(409,),
    ),
    Operation(
        "POST", "/api/v1/replan", "replan", "Plan the rest of a trip under way: a request with `now` and `previous`",
        _made(Itinerary, "The whole itinerary, what has happened as it was"), "trips",
        body={JSON: {"allOf": [{"$ref": "#/components/schemas/TripRequest-Input"}, {"required": ["now", "previous"]}]}},
        errors=(409,),
    ),
    Operation(
        "POST", "/api/v1/alternatives", "alternatives", "Up to three other places for a stop, each planned, with its effect",
        _made(shapes.Alternatives, "The alternatives, the one that tears the least out of the rest first"), "trips",
        body={JSON: shapes.AboutPlace},
    ),
    Operation(
        "POST", "/api/v1/why-not", "why_not", "Why a place is not in a plan, and the smallest changes that bring it in",
        _made(shapes.WhyNot, "The reason and up to two changes, each planned"), "trips", body={JSON: shapes.AboutPlace},
    ),
    Operation(
        "POST", "/api/v1/verify", "verify", "What an itinerary breaks, held against the facts of now",
        _made(shapes.Verdict, "The violations; none is a plan that works out"), "trips", body={JSON: Itinerary},
    ),
    Operation(
        "POST", "/api/v1/export/{format}", "export", "An itinerary as a file to take along",
        {
            200: Answer(
                "The file", {form.media_type: _FILE for form in FORMATS.values()}, ("Content-Disposition", "Cache-Control")
            )
        },
        "trips", within={"format": ("The kind of file", {"enum": list(FORMATS)})}, body={JSON: Itinerary}, errors=(404,),
    ),
    Operation(
        "POST", "/api/v1/plans", "share", "Plan a trip and store it under a link to look at and one that changes it",
        {201: Answer("Both links and their tokens", {JSON: shapes.Links}, ("Location", "ETag", "Cache-Control"))}, "plans",
        body={JSON: TripRequest}, errors=(409,),
    ),
    Operation(
        "GET", "/api/v1/plans/{token}", "stored", "A stored plan as it was made, and what has changed since",
        {200: Answer("The plan", {JSON: shapes.Stored}, ("ETag", "Cache-Control"))}, "plans", within=_TOKEN, errors=(404,),
    ),
    Operation(
        "PUT", "/api/v1/plans/{token}", "replace", "Plan other wishes under the same links",
        {200: Answer("Stored", {JSON: shapes.Replaced}, ("ETag", "Cache-Control"))}, "plans", within=_TOKEN,
        sent={"If-Match": ('The version that was changed, as in the ETag (`"3"`), or `*`', True)},
        body={JSON: TripRequest}, errors=(401, 404, 409, 412, 428), owned=True,
    ),
    Operation(
        "DELETE", "/api/v1/plans/{token}", "forget", "Delete a stored plan for good",
        {204: Answer("Deleted", {}, ("Cache-Control",))}, "plans", within=_TOKEN, errors=(401, 404), owned=True,
    ),
    Operation(
        "POST", "/plans", "keep", "As POST /api/v1/plans, and for the form of the plain pages",
        {
            201: Answer("JSON was sent: both links", {JSON: {"$ref": "#/components/schemas/Shared"}}, ("Cache-Control",)),
            303: Answer("A form was sent: on to the edit page", {}, ("Location",)),
        },
        "pages", body={JSON: TripRequest, "application/x-www-form-urlencoded": {"type": "object"}}, errors=(403, 409),
    ),
    Operation(
        "GET", "/p/{token}", "look", "A stored plan as a page", {200: Answer("The page", _PAGE, ("Cache-Control",))}, "pages",
        within=_PLAIN_TOKEN, errors=(404,),
    ),
    Operation(
        "GET", "/p/{token}/{file}", "take", "A stored plan as a file",
        {
            200: Answer(
                "The file", {form.media_type: _FILE for form in FORMATS.values()}, ("Content-Disposition", "Cache-Control")
            )
        },
        "pages", within={**_PLAIN_TOKEN, "file": ("The file's name", {"enum": list(_PLAN_FILES)})}, errors=(404,),
    ),
    Operation(
        "GET", "/e/{token}", "own", "A stored plan as a page for its owner",
        {200: Answer("The page", _PAGE, ("Cache-Control",))}, "pages", within=_PLAIN_TOKEN, errors=(404,),
    ),
)  # fmt: skip
