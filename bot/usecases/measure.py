"""How much is open and how late we are: numbers for whoever watches over the bot. No names, no titles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.ports import Core


@dataclass(frozen=True)
class Measures:
    """The house at one moment."""

    incidents_open: int
    pages_open: int  # pages that nobody has taken yet
    oldest_due: timedelta  # how late the oldest due page, reminder or effect is; zero when nothing is


async def measure(core: Core) -> Measures:
    """Count. Raises ``NotRecorded`` when the database does not answer."""
    now = core.clock.now()
    wake = await core.store.next_wake()
    async with core.store.reading() as tx:
        incidents = await tx.open_incidents()
        pages = [page for each in incidents for page in await tx.pages_of(each.id)]
    late = max(now - wake, timedelta(0)) if wake else timedelta(0)
    return Measures(len(incidents), sum(page.wanted for page in pages), late)
