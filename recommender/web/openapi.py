"""What the API promises: JSON Schemas of request and itinerary, and the OpenAPI document around them."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from recommender.exports import FORMATS
from recommender.jsontext import write_json
from recommender.model import Itinerary, TripRequest, format_clock

VERSION: Final = "1"
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def request_schema() -> dict[str, Any]:
    """JSON Schema of a ``TripRequest`` as sent."""
    return {"$schema": _DRAFT, **_with_clocks(TripRequest.model_json_schema(by_alias=True, mode="validation"))}


def itinerary_schema() -> dict[str, Any]:
    """JSON Schema of an ``Itinerary`` as answered."""
    return {"$schema": _DRAFT, **_with_clocks(Itinerary.model_json_schema(by_alias=True, mode="serialization"))}


def _with_clocks(schema: dict[str, Any]) -> dict[str, Any]:
    """Clocks are minutes inside and ``HH:MM`` outside; so are their defaults."""
    shapes = [schema, *schema.get("$defs", {}).values()]
    for field in (field for shape in shapes for field in shape.get("properties", {}).values()):
        default = field.get("default")
        if field.get("type") == "string" and isinstance(default, int):
            field["default"] = format_clock(default)
    return schema


def _answer(description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}} if schema else None
    return {"description": description, **({"content": content} if content else {})}


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    names, definitions = models_json_schema(
        [(TripRequest, "validation"), (Itinerary, "serialization")],
        by_alias=True,
        ref_template="#/components/schemas/{model}",
    )
    error = {"$ref": "#/components/schemas/Error"}
    lang = {
        "name": "lang", "in": "query", "schema": {"enum": ["zh", "en"]},
        "description": "Language of messages; without it, Accept-Language, then Chinese.",
    }  # fmt: skip
    schemas = dict(_with_clocks(definitions)["$defs"])
    schemas["Error"] = _error_schema()
    schemas["Places"] = _places_schema()
    schemas["Shared"] = _shared_schema()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "怡然见晋中 · Jinzhong itinerary recommender",
            "version": VERSION,
            "description": "A request in, a trip that works out. Facts carry their source; null is unknown.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/healthz": {
                "get": {
                    "operationId": "health",
                    "summary": "Up, data revision, whether the first plan will be quick",
                    "responses": {
                        "200": _answer("Up", {"$ref": "#/components/schemas/Health"}),
                        "503": _answer("The data cannot be used", {"$ref": "#/components/schemas/Health"}),
                    },
                }
            },
            "/api/v1/plan": {
                "post": {
                    "operationId": "plan",
                    "summary": "Plan a trip",
                    "parameters": [lang],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": names[(TripRequest, "validation")]}},
                    },
                    "responses": {
                        "200": _answer("The itinerary", names[(Itinerary, "serialization")]),
                        "400": _answer("Not JSON: line and column", error),
                        "409": _answer("No such trip: the smallest conflict and what would resolve it", error),
                        "413": _answer("Too large", error),
                        "415": _answer("Not application/json", error),
                        "422": _answer("Fields that are wrong, each named with what is allowed", error),
                        "503": _answer("Too busy (see retry-after) or the data cannot be used", error),
                    },
                }
            },
            "/api/v1/export/{format}": {
                "post": {
                    "operationId": "export",
                    "summary": "An itinerary as a file to take along",
                    "parameters": [
                        lang,
                        {"name": "format", "in": "path", "required": True, "schema": {"enum": list(FORMATS)}},
                    ],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": names[(Itinerary, "serialization")]}},
                    },
                    "responses": {
                        "200": {
                            "description": "The file, with its name in content-disposition",
                            "content": {
                                form.media_type: {"schema": {"type": "string", "format": "binary"}}
                                for form in FORMATS.values()
                            },
                        },
                        "400": _answer("Not JSON: line and column", error),
                        "404": _answer("No such format", error),
                        "413": _answer("Too large", error),
                        "415": _answer("Not application/json", error),
                        "422": _answer("Not an itinerary, or one that fails the check: each violation by its item", error),
                        "503": _answer("Too busy (see retry-after) or the data cannot be used", error),
                    },
                }
            },
            "/api/v1/places": {
                "get": {
                    "operationId": "places",
                    "summary": "Every place with its id",
                    "parameters": [
                        lang,
                        {
                            "name": "kind", "in": "query",
                            "schema": {"enum": ["attraction", "hub", "lodging", "dining"]},
                        },
                    ],
                    "responses": {
                        "200": _answer("Places; the ETag changes with the revision", {"$ref": "#/components/schemas/Places"}),
                        "304": _answer("As the ETag given"),
                        "422": _answer("No such kind", error),
                        "503": _answer("The data cannot be used", error),
                    },
                }
            },
            "/plans": {
                "post": {
                    "operationId": "share",
                    "summary": "Plan a trip and store it: a link to look at, and one that changes and deletes it",
                    "parameters": [lang],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": names[(TripRequest, "validation")]}},
                    },
                    "responses": {
                        "201": _answer("Both links", {"$ref": "#/components/schemas/Shared"}),
                        "400": _answer("Not JSON: line and column", error),
                        "409": _answer("No such trip: the smallest conflict and what would resolve it", error),
                        "413": _answer("Too large", error),
                        "422": _answer("Fields that are wrong, each named with what is allowed", error),
                        "429": _answer("More are stored within a minute than is allowed (see retry-after)", error),
                        "503": _answer("Too busy (see retry-after), or data or database cannot be used", error),
                    },
                }
            },
            "/api/v1/openapi.json": {
                "get": {"operationId": "describe", "summary": "This document", "responses": {"200": _answer("OpenAPI 3.1")}}
            },
        },
        "components": {"schemas": {**schemas, "Health": _health_schema()}},
    }  # fmt: skip


def _error_schema() -> dict[str, Any]:
    problem = {
        "type": "object",
        "required": ["field", "value", "message"],
        "properties": {name: {"type": "string"} for name in ("field", "value", "message")},
    }
    return {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "message", "problems"],
                "properties": {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "problems": {"type": "array", "items": problem},
                    "conflict": {"description": "Of infeasible_trip: the fields or places that clash"},
                    "relaxations": {"description": "Of infeasible_trip: changes that were tried and work"},
                },
            }
        },
    }


def _health_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["status", "revision", "warm"],
        "properties": {
            "status": {"enum": ["starting", "ok", "failed"]},
            "revision": {"type": ["string", "null"]},
            "warm": {"type": "boolean"},
        },
    }


def _places_schema() -> dict[str, Any]:
    place = {
        "type": "object",
        "required": ["kind", "id", "name_zh", "name_en", "county", "lat", "lon", "coord_confidence"],
        "properties": {"kind": {"enum": ["attraction", "hub", "lodging", "dining"]}, "id": {"type": "string"}},
    }
    return {
        "type": "object",
        "required": ["revision", "places"],
        "properties": {"revision": {"type": "string"}, "places": {"type": "array", "items": place}},
    }


def _shared_schema() -> dict[str, Any]:
    words = {name: {"type": "string"} for name in ("read", "edit", "revision")}
    return {
        "type": "object",
        "required": ["read", "edit", "version", "revision"],
        "properties": {**words, "version": {"type": "integer"}},
    }


@cache
def document_bytes() -> bytes:
    """The document as JSON."""
    return write_json(document())
