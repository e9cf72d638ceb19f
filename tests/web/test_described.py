"""The OpenAPI document is exact: whatever is sent, no failure of ours, and every answer as described."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender.web import openapi
from tests.web.conftest import WISH

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
"""Not among them: that whatever the schema rules out is refused. Numbers written as text are read, as in forms."""
OPERATIONS = [
    (path, method) for path, methods in openapi.document()["paths"].items() for method in methods
]  # fmt: skip
QUICK = hypothesis_settings(
    max_examples=12, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
THOROUGH = hypothesis_settings(QUICK, max_examples=400, derandomize=False)


@pytest.fixture(scope="module")
def described() -> Any:
    return schemathesis.openapi.from_dict(openapi.document())


def send_much(described: Any, app: Starlette, path: str, method: str, how: hypothesis_settings) -> None:
    """Whatever the description of one operation allows, and what it does not."""
    operation = described[path][method.upper()]
    operation.schema.app = app

    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
        from hypothesis import given

        @given(case=operation.as_strategy(generation_mode=mode))
        @how
        def one(case: Any) -> None:
            case.call_and_validate(app=app, base_url="http://testserver", checks=CHECKS)

        one()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_described(described: Any, api_app: Starlette, path: str, method: str) -> None:
    send_much(described, api_app, path, method, QUICK)


@pytest.mark.heavy
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_described_at_length(described: Any, api_app: Starlette, path: str, method: str) -> None:
    send_much(described, api_app, path, method, THOROUGH)
