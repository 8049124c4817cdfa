"""How each part of the bot is, as ``/readyz`` tells it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters.slack.calls import SlackCalls
from bot.domain.own_trouble import OwnTrouble
from bot.ears import Ears
from bot.engine.scheduler import Scheduler
from bot.engine.watchdog import Watchdog
from bot.errors import Misconfigured, NotRecorded

OK = "ok"
_PART = {**{trouble: str(trouble) for trouble in OwnTrouble}, OwnTrouble.REFUSED: "slack"}


@dataclass(frozen=True)
class Readiness:
    """``ok``, or what is wrong and, once it has lasted, since when."""

    calls: SlackCalls
    ears: Ears
    scheduler: Scheduler
    watchdog: Watchdog

    async def state(self, *, aside: bool) -> dict[str, str]:
        """Part by part. ``aside``: another release has migrated the database, and we leave the work to it."""
        troubles = self.watchdog.troubles
        found = {
            "schema": "another release has migrated the database" if aside else OK,
            "database": await self._database(),
            "tick": OK if self.scheduler.on_time else "late",
            "slack": await self._slack(),
            "pages": "late" if OwnTrouble.PAGES in troubles else OK,
        }
        since = {_PART[name]: f" since {moment:%Y-%m-%dT%H:%M:%SZ}" for name, moment in troubles.items()}
        return {part: how if how == OK else how + since.get(part, "") for part, how in found.items()}

    async def _slack(self) -> str:
        if refused := self.calls.refused or self.ears.directory.refused:
            return f"SLACK_BOT_TOKEN is refused ({refused})"
        return OK if await self.ears.connected() else "socket not connected"

    async def _database(self) -> str:
        try:
            await self.ears.remember_people()
        except (NotRecorded, Misconfigured) as failure:  # another replica may have sealed with a key that we lack
            return str(failure)
        return OK
