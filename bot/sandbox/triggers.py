"""What a gesture lets the app do afterwards: a trigger for three seconds, a response_url for thirty minutes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.sandbox.clockwork import Clock
from bot.sandbox.ids import Ids
from bot.sandbox.refusal import SlackRefusal

TRIGGER_SECONDS = 3.0
RESPONSE_USES = 5
RESPONSE_LIFE = timedelta(minutes=30)


@dataclass(slots=True)
class Trigger:
    user: str
    minted: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where an app answers a gesture; `message` is the one whose button was pressed."""

    kind: Literal["commands", "actions", "app"]
    channel: str
    user: str
    expires: datetime
    message: str | None = None
    thread_ts: str | None = None
    is_ephemeral: bool = False
    uses: int = RESPONSE_USES


class Triggers:
    """Mints and redeems both. Triggers age by real time (a person waits), urls by the product's clock."""

    def __init__(self, ids: Ids, clock: Clock) -> None:
        self._ids = ids
        self._clock = clock
        self._triggers: dict[str, Trigger] = {}
        self._urls: dict[str, ResponseUrl] = {}
        self.life = TRIGGER_SECONDS

    def mint(self, user: str) -> str:
        secret = self._ids.secret(32)
        trigger = f"{int(secret[:10], 16)}.{int(secret[10:20], 16)}.{secret}"
        self._triggers[trigger] = Trigger(user, asyncio.get_running_loop().time())
        return trigger

    def redeem(self, trigger: str) -> str:
        """The person in front of whom a view may be opened; once, and soon."""
        held = self._triggers.get(trigger)
        if held is None:
            raise SlackRefusal("invalid_trigger_id")
        if held.used:
            raise SlackRefusal("exchanged_trigger_id")
        if asyncio.get_running_loop().time() - held.minted > self.life:
            raise SlackRefusal("expired_trigger_id")
        held.used = True
        return held.user

    def response_path(
        self, kind: Literal["commands", "actions", "app"], channel: str, user: str, **about: object
    ) -> str:
        """A new path under the workspace's url."""
        path = f"{kind}/{self._ids.secret(24)}"
        url = ResponseUrl(kind, channel, user, self._clock.now() + RESPONSE_LIFE)
        for name, value in about.items():
            setattr(url, name, value)
        self._urls[path] = url
        return path

    def use(self, path: str) -> ResponseUrl:
        """Count one use; refuses the sixth, and any after thirty minutes."""
        url = self._urls.get(path)
        if url is None:
            raise SlackRefusal("no_active_hooks")
        if self._clock.now() > url.expires:
            raise SlackRefusal("expired_url")
        if url.uses <= 0:
            raise SlackRefusal("used_url")
        url.uses -= 1
        return url
