"""Whether Slack still takes our token for ours: a quiet week must not hide that it doesn't."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from bot.adapters.slack.calls import SlackCalls
from bot.errors import NotYetDelivered, OutcomeUnknown, Undeliverable

ASK_EVERY: Final = timedelta(minutes=1)
_PATIENCE: Final = 5.0  # seconds


class Standing:
    """What the last call was told, and once a minute what we ask."""

    def __init__(self, calls: SlackCalls, now: Callable[[], datetime]) -> None:
        self._calls = calls
        self._now = now
        self._asked_at: datetime | None = None

    async def good(self) -> bool:
        """False once Slack has refused the token. Its silence says nothing of it."""
        now = self._now()
        if self._asked_at is None or abs(now - self._asked_at) >= ASK_EVERY:
            self._asked_at = now
            with suppress(NotYetDelivered, OutcomeUnknown, Undeliverable):
                await self._calls("auth.test", within=_PATIENCE)
        return not self._calls.refused
