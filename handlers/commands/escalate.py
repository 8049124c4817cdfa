"""`/crisis escalate`: don't wait, the next level now."""

from __future__ import annotations

from bot.domain.timeline import EventKind
from bot.usecases import look, respond
from handlers.commands.call import Call, nothing_or_number
from handlers.incident import confirm

NAME = "escalate"
ALIASES = ("escala",)
NEEDS_INCIDENT = True
LEVELS = (EventKind.LEVEL_PAGED, EventKind.LEVEL_EMPTY, EventKind.EVERYONE_PAGED, EventKind.LAST_RESORT)

fits = nothing_or_number


async def run(call: Call) -> None:
    """From the level that stands now: typed twice at once, it climbs once."""
    record = await look.record(call.core, call.about, by=call.by)
    level = record.ladder.level if record.ladder else None
    await respond.escalate(call.core, call.about, by=call.by, gesture=call.gesture.key, seen_level=level)
    await confirm(call.gesture, call.about, *LEVELS)
