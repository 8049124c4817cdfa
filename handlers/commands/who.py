"""`/crisis who [scenario|role]`: who does what, and how to alert them."""

from __future__ import annotations

from bot.domain.roster import Roster
from bot.usecases import look
from handlers.commands.call import Call
from messages.who import who

NAME = "who"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = False
_WORDS = 3


def fits(text: str, roster: Roster) -> bool:
    return len(text.split()) <= _WORDS


async def run(call: Call) -> None:
    """The tier that everyone may see; members of the team also get the buttons to private contacts."""
    found = await look.record(call.core, call.incident, by=call.by) if call.incident else None
    reader = call.reader
    member = call.roster.person(reader.person) is not None or call.roster.is_owner(reader.person)
    incident = found.incident if found else None
    await call.gesture.tell(who(call.words, call.roster, incident, call.typed, for_team=member))
