"""`/crisis task @user <text>`: something to do, and who does it."""

from __future__ import annotations

from bot.domain.timeline import EventKind
from bot.usecases import coordinate
from handlers import forms
from handlers.commands.call import Call, anything
from handlers.incident import confirm
from handlers.naming import people_named
from handlers.slack_text import first_mention, plain
from messages.actions import FORM_TASK

NAME = "task"
ALIASES = ("attività", "attivita")
NEEDS_INCIDENT = True

fits = anything


async def run(call: Call) -> None:
    """In the room at once; from elsewhere, or with the words missing, with the form."""
    person, rest = _read(call)
    text = plain(rest, call.roster)
    if not text or not call.here:
        await forms.show(call.gesture, FORM_TASK, incident=call.about, person=person, text=text)
        return
    await coordinate.add_task(call.core, call.about, text, assignee=person, by=call.by, gesture=call.gesture.key)
    await confirm(call.gesture, call.about, EventKind.TASK_ADDED)


def _read(call: Call) -> tuple[str | None, str]:
    person, rest = first_mention(call.text)
    if person is not None:
        return str(person), rest
    first, _space, rest = call.text.strip().partition(" ")
    if not first.startswith("@"):
        return None, call.text
    return people_named(call.roster, first)[0], rest
