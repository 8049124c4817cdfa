"""`/crisis page <@user|role>`: call somebody by name, beside the ladder."""

from __future__ import annotations

from bot.domain.roster import Roster
from bot.domain.timeline import EventKind
from bot.errors import Refused
from bot.usecases import by_name
from handlers import forms
from handlers.commands.call import Call
from handlers.incident import confirm
from handlers.naming import people_named
from messages.actions import FORM_PAGE

NAME = "page"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = True


def fits(text: str, roster: Roster) -> bool:
    """ "page not loading" is what somebody says is happening; "page @somebody" is a call."""
    if not text.strip() or text.strip().startswith(("@", "<@", "role", "ruolo")):
        return True
    try:
        return bool(people_named(roster, text))
    except Refused:
        return False


async def run(call: Call) -> None:
    if not call.text.strip():
        await forms.show(call.gesture, FORM_PAGE, incident=call.about)
        return
    await by_name.call(
        call.core, call.about, people_named(call.roster, call.text), by=call.by, gesture=call.gesture.key
    )
    await confirm(call.gesture, call.about, EventKind.PERSON_PAGED)
