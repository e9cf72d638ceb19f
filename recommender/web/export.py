"""``POST /api/v1/export/<format>``: an itinerary in, a file out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from recommender.exports import FORMATS, Format, file_name
from recommender.jsontext import read_json
from recommender.model import Itinerary
from recommender.web.answers import Finding, Refusal, language, read_json_body
from recommender.web.limits import caller_of, planned

if TYPE_CHECKING:
    from recommender.trip.verify import Violation

Written = TypeVar("Written")
AT_ONCE: Final = 2
WAITING: Final = 16
"""More are asked to come back later."""
OF_ONE: Final = 4
"""Of these, as many of one caller."""


class Writing:
    """So many files are written at once, so many more wait, whichever door they came through."""

    def __init__(self) -> None:
        self._limiter: anyio.CapacityLimiter | None = None
        self._by: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How many wait or are written now."""
        return self._by.total()

    async def run(self, request: Request, write: Callable[[], Written]) -> Written:
        """What ``write`` gives, off the event loop.

        Raises
        ------
        Refusal
            Too many are waiting, of all or of this caller.
        """
        caller = caller_of(request).key
        if self._by[caller] >= OF_ONE:
            raise Refusal(429, "too_many_at_once", {"retry-after": "5"}, limit=OF_ONE)
        if self.waiting >= WAITING:
            raise Refusal(503, "busy", {"retry-after": "5"})
        self._limiter = self._limiter or anyio.CapacityLimiter(AT_ONCE)
        self._by[caller] += 1
        try:
            return await anyio.to_thread.run_sync(write, limiter=self._limiter)
        finally:
            self._by[caller] -= 1
            if not self._by[caller]:
                del self._by[caller]


writing: Final = Writing()


@planned(1)
async def export(request: Request) -> Response:
    """Itinerary in, file out; one that does not pass the check is refused with what is wrong."""
    name = request.path_params["format"]
    form = FORMATS.get(name)
    if form is None:
        raise Refusal(404, "no_such_format", given=name[:60], allowed=", ".join(FORMATS))
    body = await read_json_body(request)
    data, name = await writing.run(request, partial(_export, body, form, language(request)))
    disposition = f'attachment; filename="{name}"'
    return Response(
        data,
        headers={"content-type": form.media_type, "content-disposition": disposition, "cache-control": "no-store"},
    )


def _export(body: bytes, form: Format, lang: str) -> tuple[bytes, str]:
    itinerary = Itinerary.parse(read_json(body))

    # Imported late: the pages are up before pandas and numba are.
    from recommender import region as regions
    from recommender.trip.verify import verify

    region = regions.current()
    violations = verify(region, itinerary)
    if violations:
        raise Refusal(422, "itinerary_refused", found=[finding(violation) for violation in violations])
    return form.write(itinerary, region, lang), file_name(itinerary, form)


def finding(violation: Violation, within: str = "") -> Finding:
    """A violation by the field of the itinerary that it is in; ``within`` is what stands before the itinerary's own fields."""
    field = f"{within}days" if violation.day is None else f"{within}days[{violation.day - 1}]"
    if violation.item is not None:
        field += f".items[{violation.item}]"
    return Finding(field, violation.code, violation.message)
