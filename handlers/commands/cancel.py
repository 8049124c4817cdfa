"""`/crisis cancel`: it was a false alarm. With the form: customers may have to be told."""

from __future__ import annotations

from handlers import forms
from handlers.commands.call import Call, nothing_or_number
from messages.actions import FORM_CANCEL

NAME = "cancel"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = True

fits = nothing_or_number


async def run(call: Call) -> None:
    await forms.show(call.gesture, FORM_CANCEL, incident=call.about)
