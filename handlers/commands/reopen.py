"""`/crisis reopen [id]`: it is back."""

from __future__ import annotations

from bot.domain.timeline import EventKind
from bot.errors import Refused
from bot.usecases import ending, look
from handlers.commands.call import Call, nothing_or_number
from handlers.incident import confirm

NAME = "reopen"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = True

fits = nothing_or_number


async def run(call: Call) -> None:
    record = await look.record(call.core, call.about, by=call.by)
    if record.incident.open:
        raise Refused("incident_open", incident=record.incident.name)
    await ending.reopen(call.core, call.about, by=call.by)
    await confirm(call.gesture, call.about, EventKind.REOPENED)
