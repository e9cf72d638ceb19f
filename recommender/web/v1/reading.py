"""What stands in an address or a header, read strictly; and answers that a caller may have already."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

import anyio.to_thread
from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from recommender.errors import Problem, RequestError
from recommender.model import Category, Frozen, problems_of
from recommender.web.v1.shapes import Day, Kind

Query = TypeVar("Query", bound="Asked")
FIRST_DATE: Final = dt.date(2020, 1, 1)
LAST_DATE: Final = dt.date(2099, 12, 31)
LONGEST_SPAN_DAYS: Final = 366
_DATE_LENGTH: Final = len("2027-04-17")


def _date_alone(value: object) -> object:
    """Dates as ISO 8601 writes them, not the numbers and instants that also pass for dates."""
    if isinstance(value, str) and len(value) != _DATE_LENGTH:
        raise ValueError("field_date")
    return value


Date = Annotated[Day, BeforeValidator(_date_alone), Field(ge=FIRST_DATE, le=LAST_DATE)]


class Asked(Frozen):
    """The parameters of an address: each at most once, no other ones."""

    lang: Annotated[
        Literal["zh", "en"] | None, Field(description="Language of words; without it, Accept-Language, then Chinese")
    ] = None


class PlacesAsked(Asked):
    kind: Annotated[Kind | None, Field(description="Only places of this kind")] = None
    category: Annotated[Category | None, Field(description="Only attractions of this category")] = None
    county: Annotated[
        str | None, Field(max_length=40, description="Only places of this county, as the places have it, in Chinese or English")
    ] = None
    q: Annotated[
        str | None, Field(min_length=1, max_length=100, description="Part of a name: characters, pinyin, initials, English")
    ] = None
    page: Annotated[int | None, Field(ge=1, le=1000, description="From 1; without it, all places at once")] = None
    per_page: Annotated[int, Field(ge=1, le=200, description="Places on a page")] = 50


class OpeningsAsked(Asked):
    date: Annotated[Date, Field(description="The first date")]
    days: Annotated[int, Field(ge=1, le=31, description="So many days from it on")] = 1


class EventsAsked(Asked):
    from_: Annotated[Date, Field(alias="from", description="The first day")]
    to: Annotated[Date, Field(description=f"The last day, at most {LONGEST_SPAN_DAYS - 1} days later")]


def read_query(request: Request, model: type[Query]) -> Query:
    """The parameters of an address.

    Raises
    ------
    RequestError
        Each that is wrong, missing, given twice or not known, by name.
    """
    pairs = request.query_params.multi_items()
    values: dict[str, Any] = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        twice = dict.fromkeys(name for name in names if names.count(name) > 1)
        raise RequestError([Problem(name[:60], values[name][:60], "field_twice") for name in twice])
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise RequestError(problems_of(error)) from None


async def unless_known(request: Request, parts: tuple[object, ...], make: Callable[[], BaseModel | bytes], lang: str) -> Response:
    """An answer that hangs on ``parts`` alone, or 304 for who has it; made off the event loop.

    Everybody may keep it, and asks each time whether it still holds: a closure is in force at once.
    """
    digest = hashlib.blake2b("\x00".join(map(str, parts)).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()
    tag = f'W/"{digest}"'
    headers = {
        "etag": tag, "cache-control": "public, max-age=0, must-revalidate", "vary": "accept-language", "content-language": lang,
    }  # fmt: skip
    given = request.headers.get("if-none-match", "")
    if given.strip() == "*" or digest in (part.strip().removeprefix("W/").strip('"') for part in given.split(",")):
        return Response(status_code=304, headers=headers)
    made = await anyio.to_thread.run_sync(make)
    body = made if isinstance(made, bytes) else dumped(made)
    return Response(body, media_type="application/json", headers=headers)


def dumped(shape: BaseModel) -> bytes:
    """A shape as JSON in UTF-8."""
    return shape.model_dump_json(by_alias=True).encode("utf-8", "backslashreplace")


async def answer(shape: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A shape that nobody keeps."""
    body = await anyio.to_thread.run_sync(dumped, shape)
    return Response(body, status, {"cache-control": "no-store", **(headers or {})}, "application/json")
