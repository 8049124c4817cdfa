"""`/crisis update [text]`: tell the room how things stand."""

from __future__ import annotations

from bot.domain.timeline import EventKind
from bot.usecases import coordinate
from handlers import forms
from handlers.commands.call import Call, anything
from handlers.incident import confirm
from messages.actions import FORM_UPDATE

NAME = "update"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = True

fits = anything


async def run(call: Call) -> None:
    """In the room at once; from elsewhere the form shows what is about to be said, and where."""
    if not call.typed or not call.here:
        await forms.show(call.gesture, FORM_UPDATE, incident=call.about, text=call.typed)
        return
    await coordinate.update_room(call.core, call.about, call.typed, by=call.by, gesture=call.gesture.key)
    await confirm(call.gesture, call.about, EventKind.ROOM_UPDATED)
