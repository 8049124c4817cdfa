"""`/crisis escalate`: don't wait, the next level now."""

from __future__ import annotations

from bot.domain.timeline import CLIMBS
from bot.errors import Stale
from bot.usecases import look, respond
from handlers.commands.call import Call, nothing_or_number
from handlers.incident import confirm
from messages.room import called_just_now

NAME = "escalate"
ALIASES = ("escala",)
NEEDS_INCIDENT = True

fits = nothing_or_number


async def run(call: Call) -> None:
    """Typed twice, or by two people at once, it climbs once; the second is told, and offered the next level."""
    await look.record(call.core, call.about, by=call.by)  # theirs to see
    try:
        await respond.escalate_unless_just_called(call.core, call.about, by=call.by, gesture=call.gesture.key)
    except Stale as stale:
        if stale.code != "level_just_called":
            raise
        await call.gesture.tell(called_just_now(call.words, await look.record(call.core, call.about)))
        return
    await confirm(call.gesture, call.about, *CLIMBS)
