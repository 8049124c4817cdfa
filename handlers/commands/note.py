"""`/crisis note <text>`: a line in the story."""

from __future__ import annotations

from bot.domain.timeline import EventKind
from bot.usecases import coordinate
from handlers import forms
from handlers.commands.call import Call, anything
from handlers.incident import confirm
from messages.actions import FORM_NOTE

NAME = "note"
ALIASES = ("annota",)
NEEDS_INCIDENT = True

fits = anything


async def run(call: Call) -> None:
    """In the room at once; from elsewhere the form shows which incident it goes to."""
    if not call.typed or not call.here:
        await forms.show(call.gesture, FORM_NOTE, incident=call.about, text=call.typed)
        return
    await coordinate.note(call.core, call.about, call.typed, by=call.by, message=call.gesture.key)
    await confirm(call.gesture, call.about, EventKind.NOTED)
