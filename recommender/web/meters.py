"""What is counted and timed, for a Prometheus server to read; heard from the journal, so that nothing else knows of meters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from recommender.journal import Fact, listen

PLAN_SECONDS: Final = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 30, 60)
REQUEST_SECONDS: Final = (0.005, 0.025, 0.1, 0.5, 1, 2, 5, 10, 30)


class Meters:
    """One process's meters."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._plans = Counter(
            "jinzhong_plans", "Plans asked for: made, kept from before, or the code of the error.", ["outcome"],
            registry=self.registry,
        )  # fmt: skip
        self._plan_seconds = Histogram(
            "jinzhong_plan_seconds", "Seconds that making a plan took.", buckets=PLAN_SECONDS, registry=self.registry
        )
        self._requests = Counter(
            "jinzhong_requests", "HTTP requests by kind of address and status.", ["route", "status"], registry=self.registry
        )
        self._request_seconds = Histogram(
            "jinzhong_request_seconds", "Seconds until a request was answered.", ["route"], buckets=REQUEST_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._errors = Counter("jinzhong_errors", "Errors answered, by code.", ["code"], registry=self.registry)
        self._waiting = Gauge(
            "jinzhong_waiting", "What waits or is being done now: plans over HTTP, files.", ["kind"], registry=self.registry
        )
        self._revision = Gauge(
            "jinzhong_revision", "The data revision that plans are made with.", ["revision"], registry=self.registry
        )
        self._ready = Gauge("jinzhong_ready", "Whether plans are given all their work: 1 or 0.", registry=self.registry)

    def hear(self, event: str, facts: Mapping[str, Fact]) -> None:
        """Count an event of the journal."""
        seconds = float(facts.get("seconds") or 0.0)
        if event == "plan":
            self._plans.labels(str(facts["outcome"])).inc()
            if "seconds" in facts:
                self._plan_seconds.observe(seconds)
        elif event == "request":
            route = str(facts["route"])
            self._requests.labels(route, str(facts["status"])).inc()
            self._request_seconds.labels(route).observe(seconds)
        elif event in ("refused", "failed", "store_unavailable"):
            self._errors.labels(str(facts.get("code", "internal"))).inc()

    def text(self, *, revision: str | None, ready: bool, waiting: Mapping[str, int]) -> bytes:
        """Everything in the text format, with how things stand now."""
        self._revision.clear()
        if revision is not None:
            self._revision.labels(revision).set(1)
        self._ready.set(ready)
        for kind, count in waiting.items():
            self._waiting.labels(kind).set(count)
        return generate_latest(self.registry)


@cache
def meters() -> Meters:
    """This process's meters, which hear the journal from the first call on."""
    made = Meters()
    listen(made.hear)
    return made
