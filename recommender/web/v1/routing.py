"""The routes under ``/api``; each is described in ``operations``."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from recommender.web import openapi
from recommender.web.answers import with_shaped_errors
from recommender.web.cors import Cors
from recommender.web.export import export
from recommender.web.limits import Limited
from recommender.web.v1 import catalogue, plans, trips
from recommender.web.v1.reading import unless_known


async def describe(request: Request) -> Response:
    """The OpenAPI document of this API."""
    body = openapi.document_bytes()
    return await unless_known(request, (body,), lambda: body, "en")


def routes() -> list[Route]:
    """Paths are those below ``/api``."""
    return [
        Route("/v1/openapi.json", describe, methods=["GET"]),
        Route("/v1/places", catalogue.places, methods=["GET"]),
        Route("/v1/places/{id}", catalogue.place, methods=["GET"]),
        Route("/v1/places/{id}/openings", catalogue.openings, methods=["GET"]),
        Route("/v1/events", catalogue.events, methods=["GET"]),
        Route("/v1/plan", trips.plan, methods=["POST"]),
        Route("/v1/replan", trips.replan, methods=["POST"]),
        Route("/v1/alternatives", trips.alternatives, methods=["POST"]),
        Route("/v1/why-not", trips.why_not, methods=["POST"]),
        Route("/v1/verify", trips.verify, methods=["POST"]),
        Route("/v1/export/{format}", export, methods=["POST"]),
        Route("/v1/plans", plans.share, methods=["POST"]),
        Route("/v1/plans/{token}", plans.StoredPlan, methods=["GET", "PUT", "DELETE"]),
    ]


def api() -> ASGIApp:
    """Everything under ``/api``; what is not there is a 404 that says so."""
    return Cors(Limited(Router(routes(), redirect_slashes=False), with_shaped_errors))
