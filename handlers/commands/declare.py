"""`/crisis` and `/crisis <what is happening>`: the form, begun with what was typed."""

from __future__ import annotations

from handlers import forms
from handlers.commands.call import Call, anything
from messages.actions import FORM_DECLARE

NAME = ""
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = False

fits = anything


async def run(call: Call) -> None:
    await forms.show(call.gesture, FORM_DECLARE, text=call.typed)
