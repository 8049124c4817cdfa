"""The site, put together: every route, and what stands round them.

Promises that every answer carries the headers that keep a browser safe, that errors are pages for people and
JSON for programs, and that what is not connected is not there: no API without a token, no call-backs
without somebody to check their signatures.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web import acknowledge, health, status, twilio, voice
from bot.web.address import READ, WRITE, Address
from bot.web.faults import Faults
from bot.web.guard import Guard
from bot.web.pages import Pages, style_hashes
from bot.web.site import Site

Endpoint = Callable[[Request], Awaitable[Response]]

_SMALLEST_ZIPPED: Final = 600  # bytes; below, a compressed answer is hardly smaller


def create(site: Site) -> Starlette:
    """Build the application. It owns nothing that has to be closed."""
    pages = Pages(home=site.home, default_language=site.default_language)
    faults = Faults(pages)
    guard = Middleware(Guard, headers=_headers(site), failed=faults.unforeseen)
    app = Starlette(
        routes=_routes(site, pages, faults, guard),
        middleware=[guard, Middleware(GZipMiddleware, minimum_size=_SMALLEST_ZIPPED)],
        exception_handlers=faults.handlers,
    )
    app.router.redirect_slashes = False
    return app


def _routes(site: Site, pages: Pages, faults: Faults, guard: Middleware) -> list[Address]:
    routes = [
        *status.routes(status.StatusPages(site, pages)),
        *acknowledge.routes(acknowledge.AnswerPages(site, pages)),
        *health.routes(site),
        Address("/", _front_door(site), methods=READ),
    ]
    if site.verify_provider is not None:
        routes += twilio.routes(site, site.verify_provider)
        routes += voice.routes(site, site.verify_provider)
    if site.slack_events is not None:
        routes.append(Address("/slack/events", _heard(site.slack_events), methods=WRITE))
    if site.api_token:
        from bot.web import api  # what describes it takes long to load, and most have no use for it

        routes.append(Address("/api/{rest:path}", api.create(site.core, site.api_token, pages, faults, guard)))
    return routes


def _heard(events: Callable[[Request], Awaitable[Response]]) -> Endpoint:
    async def slack_events(request: Request) -> Response:
        return await events(request)

    return slack_events


def _front_door(site: Site) -> Endpoint:
    async def front_door(request: Request) -> Response:
        return RedirectResponse(site.home, 307)

    return front_door


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
