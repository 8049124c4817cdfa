"""What the site is built from, handed in by whoever builds the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.ports import Core
from bot.web.metrics import Metrics


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
