"""What the API promises: JSON Schemas of request and itinerary, and the OpenAPI document around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from recommender.jsontext import write_json
from recommender.model import Itinerary, TripRequest, format_clock
from recommender.web.operations import HEADERS, JSON, OPERATIONS, Answer, Operation

Mode = Literal["validation", "serialization"]
Names = Mapping[Any, Mapping[str, Any]]

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


def _sent_as(model: type[BaseModel]) -> Mode:
    """Itineraries are sent as they were answered."""
    return "validation" if model is TripRequest else "serialization"


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    models: dict[tuple[type[BaseModel], Mode], None] = {(TripRequest, "validation"): None, (Itinerary, "serialization"): None}
    for operation in OPERATIONS:
        models |= {(one, _sent_as(one)): None for one in operation.body.values() if isinstance(one, type)}
        answered = [one for answer in operation.answers.values() for one in answer.content.values()]
        models |= {(one, "serialization"): None for one in answered if isinstance(one, type)}
    names, definitions = models_json_schema(list(models), by_alias=True, ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, names)
    schemas = {
        **_with_clocks(definitions)["$defs"], "Error": _error_schema(), "Health": _health_schema(), "Shared": _shared_schema(),
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "怡然见晋中 · Jinzhong itinerary recommender",
            "version": VERSION,
            "description": "A request in, a trip that works out. Facts carry their source; null is unknown; fields may be added.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": name, "description": said} for name, said in _TAGS.items()],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {_OWNER: _BEARER}},
    }


_OWNER: Final = "editToken"
_BEARER: Final = {"type": "http", "scheme": "bearer", "description": "The edit token of a stored plan"}
_REFERENCE: Final = "#/components/schemas/{model}"
_WISH: Final = {"start_date": "2027-04-17", "days": 2, "mode": "transit", "interests": {"temple": 1}}
_TAGS: Final = {
    "catalogue": "What is published",
    "trips": "Plans and what can be asked about them",
    "plans": "Plans that are stored",
    "pages": "Addresses of the plain pages that programs may use too; their errors are pages",
    "service": "About the service",
}


def _operation(operation: Operation, names: Names) -> dict[str, Any]:
    made: dict[str, Any] = {"operationId": operation.name, "summary": operation.summary, "tags": [operation.tag]}
    parameters = [*_within(operation), *_query(operation.query), *_sent(operation)]
    if parameters:
        made["parameters"] = parameters
    if operation.owned:
        made["security"] = [{_OWNER: []}]
    if operation.body:
        sent = {kind: _schema(one, names, _sent_as) for kind, one in operation.body.items()}
        content: dict[str, dict[str, Any]] = {kind: {"schema": schema} for kind, schema in sent.items()}
        if operation.body.get(JSON) is TripRequest:
            content[JSON]["example"] = _WISH
        made["requestBody"] = {"required": True, "content": content}
    made["responses"] = {str(code): _answer(operation, code, one, names) for code, one in operation.all_answers().items()}
    return made


def _answer(operation: Operation, code: int, answer: Answer, names: Names) -> dict[str, Any]:
    made: dict[str, Any] = {"description": answer.description}
    always = dict.fromkeys((*answer.headers, *(("RateLimit", "RateLimit-Policy") if operation.limited else ())), True)
    maybe = {"Retry-After": False} if code == 503 else {}
    if always or maybe:
        made["headers"] = {
            name: {**_header(name), **({"required": True} if must else {})} for name, must in {**maybe, **always}.items()
        }
    if answer.content:
        shown = {kind: _schema(one, names, lambda _: "serialization") for kind, one in answer.content.items()}
        made["content"] = {kind: {"schema": schema} for kind, schema in shown.items()}
    return made


def _header(name: str) -> dict[str, Any]:
    return {"description": HEADERS[name], "schema": {"type": "string"}}


def _schema(one: type[BaseModel] | Mapping[str, Any], names: Names, mode: Callable[[type[BaseModel]], Mode]) -> Mapping[str, Any]:
    return names[one, mode(one)] if isinstance(one, type) else one


def _within(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "description": said, "schema": schema}
        for name, (said, schema) in operation.within.items()
    ]


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    """The parameters of an address from the model that reads them; None is: not given."""
    schema = model.model_json_schema(by_alias=True)
    found = []
    for name, field in schema["properties"].items():
        kept = {key: value for key, value in field.items() if key not in ("description", "title", "anyOf")}
        given = [one for one in field.get("anyOf", ()) if one.get("type") != "null"]
        kept = {**(given[0] if given else {}), **{key: value for key, value in kept.items() if value is not None}}
        must = {"required": True} if name in schema.get("required", ()) else {}
        found.append({"name": name, "in": "query", **must, "description": field["description"], "schema": kept})
    return found


def _sent(operation: Operation) -> list[dict[str, Any]]:
    language = {
        "name": "Accept-Language", "in": "header", "description": "Language of words where lang does not say it",
        "schema": {"type": "string"},
    }  # fmt: skip
    own = [
        {"name": name, "in": "header", **({"required": True} if must else {}), "description": said, "schema": {"type": "string"}}
        for name, (said, must) in operation.sent.items()
    ]
    partner = {
        "name": "X-Partner-Token", "in": "header", "description": "A hotel partner's token: counted for it besides the address",
        "schema": {"type": "string"},
    }  # fmt: skip
    return [language, *([partner] if operation.by_token else []), *own]


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
                    "retry_after_s": {"type": "integer", "description": "Of too_often: seconds after which to try again"},
                    "version": {"type": "integer", "description": "Of revision_conflict: the version that is stored"},
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
