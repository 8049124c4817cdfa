"""The site, put together: every route, and what stands round them.

Promises that every answer carries the headers that keep a browser safe, that errors are pages for people and
JSON for programs, and that what is not connected is not there: no API without a token, no call-backs
without somebody to check their signatures.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web import acknowledge, api, health, status, twilio, voice
from bot.web.faults import Faults
from bot.web.guard import Guard
from bot.web.pages import Pages, style_hashes
from bot.web.site import Site

VERSION: Final = "1"
_SMALLEST_ZIPPED: Final = 600  # bytes; below, a compressed answer is hardly smaller


def create(site: Site) -> FastAPI:
    """Build the application. It owns nothing that has to be closed."""
    app = FastAPI(
        title="Anticrisi",
        version=VERSION,
        description=api.DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=api.SCHEMA_PATH if site.api_token else None,
        redirect_slashes=False,
    )
    pages = Pages(home=site.home, default_language=site.default_language)
    faults = Faults(pages)
    faults.install(app)
    app.include_router(status.routes(status.StatusPages(site, pages)))
    app.include_router(acknowledge.routes(acknowledge.AnswerPages(site, pages)))
    app.include_router(health.routes(site))
    if site.verify_provider is not None:
        app.include_router(twilio.routes(site, site.verify_provider))
        app.include_router(voice.routes(site, site.verify_provider))
    if site.api_token:
        app.include_router(api.routes(site.core, site.api_token))
        app.include_router(api.docs(app, pages))
    if site.slack_events is not None:
        app.include_router(_slack(site.slack_events))
    app.include_router(_front_door(site))
    app.add_middleware(GZipMiddleware, minimum_size=_SMALLEST_ZIPPED)
    app.add_middleware(Guard, headers=_headers(site), failed=faults.unforeseen)
    return app


def _slack(events: Callable[[Request], Awaitable[Response]]) -> APIRouter:
    async def slack_events(request: Request) -> Response:
        return await events(request)

    router = APIRouter(include_in_schema=False)
    router.add_api_route("/slack/events", slack_events, methods=["POST"], response_class=Response)
    return router


def _front_door(site: Site) -> APIRouter:
    async def front_door() -> Response:
        return RedirectResponse(site.home, 307)

    router = APIRouter(include_in_schema=False)
    router.add_api_route("/", front_door, methods=["GET", "HEAD"], response_class=Response)
    return router


def _headers(site: Site) -> dict[str, str]:
    """No script, nothing from elsewhere, in nobody's frame; addresses may hold a token, and go nowhere."""
    policy = (
        "default-src 'none'",
        f"style-src {style_hashes()}",
        "img-src data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    headers = {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if site.public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
