"""Everything that is reached over HTTP, as one application.

Promises that every answer carries the headers that keep a browser safe, that errors are pages for people and
JSON for programs, and that what is not connected is not there: no API without a token, no call-backs
without somebody to check their signatures.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.ports import Core
from bot.web import acknowledge, api, health, status, twilio
from bot.web.faults import Faults
from bot.web.guard import Guard
from bot.web.health import Metrics
from bot.web.pages import Pages, style_hashes

VERSION: Final = "1"
_SMALLEST_ZIPPED: Final = 600  # bytes; below, a compressed answer is hardly smaller


@dataclass(frozen=True)
class Site:
    """What the site is built from."""

    core: Core
    public_url: str
    readiness: Callable[[], Awaitable[dict[str, object]]]
    """Each check's name with "ok", or the reason why not."""
    verify_provider: Callable[[str, Mapping[str, str], str], bool] | None = None
    """Whether Twilio signed (address, fields, signature); None while texts are off."""
    slack_events: Callable[[Request], Awaitable[Response]] | None = None
    """Slack's door in HTTP mode."""
    api_token: str | None = None
    default_language: str = "en"
    fresh: float = 3.0
    """Seconds for which the status page may be drawn from what was looked up before."""
    metrics: Metrics = field(default_factory=Metrics)
    effects: Callable[[], Awaitable[Mapping[tuple[str, str], int]]] | None = None
    """How many effects there are, by (kind, state)."""

    @property
    def base(self) -> str:
        """The path that our public addresses begin with; empty unless we live below another site."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def home(self) -> str:
        return f"{self.base}/status"


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
