"""Whether we live, whether we can serve, and how late we are. Numbers only: nothing here names anybody."""

from __future__ import annotations

import asyncio
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import NotRecorded
from bot.usecases.measure import measure
from bot.web.address import READ, Address
from bot.web.site import Site

PATIENCE: Final = 3.0  # seconds for all readiness checks together
OK: Final = "ok"
_FRESH: Final = {"Cache-Control": "no-store"}


def routes(site: Site) -> list[Address]:
    async def healthz(request: Request) -> Response:
        return JSONResponse({"status": OK}, headers=_FRESH)

    async def readyz(request: Request) -> Response:
        checks = await _checks(site)
        ready = all(found == OK for found in checks.values())
        return JSONResponse(
            {"status": OK if ready else "unready", "checks": checks}, 200 if ready else 503, headers=_FRESH
        )

    async def metrics(request: Request) -> Response:
        try:
            effects = await site.effects() if site.effects else {}
            site.metrics.measured(await measure(site.core), effects)
        except NotRecorded:
            site.metrics.measured(None, {})  # that it does not answer is worth a number too
        return Response(generate_latest(site.metrics.registry), media_type=CONTENT_TYPE_LATEST, headers=_FRESH)

    answering = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
    return [Address(path, endpoint, methods=READ) for path, endpoint in answering.items()]


async def _checks(site: Site) -> dict[str, object]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await site.readiness()
    except TimeoutError:
        return {"readiness": f"no answer within {PATIENCE:g} s"}
