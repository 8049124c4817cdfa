"""Whether we live, whether we can serve, and how late we are. Numbers only: nothing here names anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest
from starlette.responses import JSONResponse, Response

from bot.errors import NotRecorded
from bot.usecases.measure import Measures, measure

if TYPE_CHECKING:
    from bot.web.site import Site

PATIENCE: Final = 3.0  # seconds for all readiness checks together
OK: Final = "ok"
_FRESH: Final = {"Cache-Control": "no-store"}


class Metrics:
    """What is counted between scrapes, and what is measured at one. The engine calls ``sent`` and ``ticked``."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        self._sends = Counter(
            "anticrisi_sends", "Effects tried, by kind and outcome.", ("kind", "outcome"), registry=self.registry
        )
        self._tick_lag = _gauge(self, "tick_lag_seconds", "How late the last tick came.")
        self._incidents = _gauge(self, "incidents_open", "Incidents that go on.")
        self._pages = _gauge(self, "pages_open", "Pages that nobody has taken yet.")
        self._late = _gauge(self, "oldest_due_age_seconds", "How late the oldest due page, reminder or effect is.")
        self._database = _gauge(self, "database_up", "1 while the database answers.")
        self._effects = Gauge(
            "anticrisi_effects", "Effects in the outbox, by kind and state.", ("kind", "state"), registry=self.registry
        )

    def sent(self, kind: str, outcome: str) -> None:
        """An effect was tried."""
        self._sends.labels(kind, outcome).inc()

    def ticked(self, lag: timedelta) -> None:
        """A tick came, so late."""
        self._tick_lag.set(lag.total_seconds())

    def measured(self, measures: Measures | None, effects: Mapping[tuple[str, str], int]) -> None:
        """The house at the moment of a scrape; nothing when the database did not answer."""
        self._database.set(0 if measures is None else 1)
        if measures is None:
            return
        self._incidents.set(measures.incidents_open)
        self._pages.set(measures.pages_open)
        self._late.set(measures.oldest_due.total_seconds())
        self._effects.clear()
        for (kind, state), count in effects.items():
            self._effects.labels(kind, state).set(count)


def routes(site: Site) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    async def healthz() -> Response:
        return JSONResponse({"status": OK}, headers=_FRESH)

    async def readyz() -> Response:
        checks = await _checks(site)
        ready = all(found == OK for found in checks.values())
        return JSONResponse(
            {"status": OK if ready else "unready", "checks": checks}, 200 if ready else 503, headers=_FRESH
        )

    async def metrics() -> Response:
        try:
            effects = await site.effects() if site.effects else {}
            site.metrics.measured(await measure(site.core), effects)
        except NotRecorded:
            site.metrics.measured(None, {})  # that it does not answer is worth a number too
        return Response(generate_latest(site.metrics.registry), media_type=CONTENT_TYPE_LATEST, headers=_FRESH)

    for path, endpoint in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_class=Response)
    return router


async def _checks(site: Site) -> dict[str, object]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await site.readiness()
    except TimeoutError:
        return {"readiness": f"no answer within {PATIENCE:g} s"}


def _gauge(metrics: Metrics, name: str, meaning: str) -> Gauge:
    return Gauge(f"anticrisi_{name}", meaning, registry=metrics.registry)
