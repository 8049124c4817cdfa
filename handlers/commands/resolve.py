"""`/crisis resolve`: it is solved. Always with the form: customers get a last word."""

from __future__ import annotations

from handlers import forms
from handlers.commands.call import Call, anything
from handlers.naming import incident_number
from messages.actions import FORM_RESOLVE

NAME = "resolve"
ALIASES = ("risolta",)
NEEDS_INCIDENT = True

fits = anything


async def run(call: Call) -> None:
    solution = "" if incident_number(call.text) else call.typed
    await forms.show(call.gesture, FORM_RESOLVE, incident=call.about, text=solution)
