"""`/crisis merge <id>`: this incident is the same event as another, which goes on."""

from __future__ import annotations

from bot.domain.incident import IncidentId
from bot.domain.timeline import EventKind
from bot.errors import NotFound
from bot.usecases import ending, look
from handlers.commands.call import Call, nothing_or_number
from handlers.incident import confirm
from handlers.naming import incident_number

NAME = "merge"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = True

fits = nothing_or_number


async def run(call: Call) -> None:
    """Into one that this person may see."""
    number = incident_number(call.text)
    if number is None:
        raise NotFound("merge_missing")
    into = await look.record(call.core, IncidentId(number), by=call.by)
    await ending.merge(call.core, call.about, into=into.incident.id, by=call.by)
    await confirm(call.gesture, call.about, EventKind.MERGED)
