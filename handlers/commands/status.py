"""`/crisis status [id|all]`: where we are, for one person's eyes."""

from __future__ import annotations

from bot.domain.incident import IncidentId
from bot.domain.roster import Roster
from bot.usecases import look
from handlers.commands.call import Call
from handlers.naming import incident_number
from messages.status import nothing_open, status, status_all

NAME = "status"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = False
_ALL = ("all", "tutti", "tutte", "tutto")


def fits(text: str, roster: Roster) -> bool:
    wanted = text.strip().casefold()
    return not wanted or wanted in _ALL or incident_number(wanted) is not None


async def run(call: Call) -> None:
    """This channel's incident; elsewhere the one that is open, or all of them."""
    number = incident_number(call.text) or (None if call.text.strip() else call.incident)
    if number:
        record = await look.record(call.core, IncidentId(number), by=call.by)
        await call.gesture.tell(status(call.words, record, me=call.gesture.reader.person))
        return
    found = (await look.overview(call.core, by=call.by)).open
    if not found:
        await call.gesture.tell(nothing_open(call.words))
    elif len(found) == 1:
        await call.gesture.tell(status(call.words, found[0], me=call.gesture.reader.person))
    else:
        await call.gesture.tell(status_all(call.words, found))
