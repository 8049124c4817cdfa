"""Rows that can no longer matter go, the oldest first and a few at a time, so that no gesture waits for it.

There is no row of the calendar for this: what two replicas prune at the same time is gone once.
"""

from __future__ import annotations

from typing import Final

from bot.domain.traces import KEPT, Trace
from bot.ports import Core

AT_ONCE: Final = 200  # some milliseconds of the writer's time on SQLite


async def prune(core: Core, trace: Trace, *, limit: int = AT_ONCE) -> int:
    """Take away the oldest of one kind that are past their time. How many went."""
    async with core.store.transaction(gesture=False) as tx:
        return await tx.prune(trace, before=core.clock.now() - KEPT[trace], limit=limit)
