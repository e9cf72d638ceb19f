"""How much a caller may ask for in a minute, counted in this process; what is left is said in the headers.

Two budgets: ``requests`` for everything, ``plans`` for what makes the planner work. The headers are those of the IETF draft
"RateLimit header fields for HTTP".
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.errors import RecommenderError
from recommender.store.rate import Budget, Standing
from recommender.web.answers import Refusal
from recommender.web.callers import Caller, identify, stranger, together

REQUESTS: Final = "requests"
PLANS: Final = "plans"


BUDGETS: Final = {REQUESTS: Budget(), PLANS: Budget()}


def caller_of(request: Request) -> Caller:
    """Whom a request is counted for."""
    found = request.scope.get("state", {}).get("caller")
    return found if isinstance(found, Caller) else stranger(request)


def take(request: Request, budget: str, cost: int = 1) -> None:
    """Count a request against a budget, its caller's and that of the partner it names; what is told is the one with less left.

    Raises
    ------
    Refusal
        Nothing is left of it; ``retry-after`` says when there will be.
    """
    caller = caller_of(request)
    told: Standing | None = None
    for one in (caller, *([together(caller.partner)] if caller.partner is not None else [])):
        allowed = one.requests_per_minute if budget == REQUESTS else one.plans_per_minute
        granted, standing = BUDGETS[budget].take(one.key, allowed, cost)
        told = standing if told is None or standing.left < told.left or not granted else told
        request.scope.setdefault("state", {}).setdefault("standings", {})[budget] = told
        if not granted:
            wait = {"retry-after": str(standing.reset_s)}
            raise Refusal(429, "rate_limited", wait, limit=allowed, seconds=standing.reset_s)


Handler = Callable[[Request], Awaitable[Response]]


def planned(cost: int) -> Callable[[Handler], Handler]:
    """For handlers that make the planner work: ``cost`` is in plans."""

    def limited(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def counted(request: Request) -> Response:
            take(request, PLANS, cost)
            return await handler(request)

        return counted

    return limited


class Limited:
    """ASGI app that counts every request of the one inside.

    Parameters
    ----------
    shape
        Makes an app whose errors leave in the room's shape.
    """

    def __init__(self, app: ASGIApp, shape: Callable[[ASGIApp], ASGIApp]) -> None:
        self._app = shape(app)
        self._refused = shape(_refuse)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        request = Request(scope, receive)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                _tell(MutableHeaders(scope=message), state.get("standings", {}))
            await send(message)

        app = self._app
        try:
            state["caller"] = await self._counted(request)
        except (Refusal, RecommenderError) as error:
            state["refusal"] = error
            app = self._refused
        await app(scope, receive, told)

    async def _counted(self, request: Request) -> Caller:
        try:
            caller = await identify(request)
        except (Refusal, RecommenderError):
            # Whoever tries tokens is counted by address.
            take(request, REQUESTS)
            raise
        request.scope["state"]["caller"] = caller
        take(request, REQUESTS)
        return caller


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    raise scope["state"]["refusal"]


def _tell(headers: MutableHeaders, standings: dict[str, Standing]) -> None:
    if standings:
        headers["ratelimit-policy"] = ", ".join(f'"{name}";q={one.allowed};w=60' for name, one in standings.items())
        headers["ratelimit"] = ", ".join(f'"{name}";r={one.left};t={one.reset_s}' for name, one in standings.items())
