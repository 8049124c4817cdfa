"""`/crisis sev 1-4`: a wrong severity is mended."""

from __future__ import annotations

import re

from bot.domain.roster import Roster
from bot.domain.timeline import EventKind
from bot.errors import Refused
from bot.usecases import coordinate, look
from handlers import forms
from handlers.commands.call import Call
from handlers.incident import confirm
from messages.actions import FORM_SEVERITY

NAME = "sev"
ALIASES = ("grav",)
NEEDS_INCIDENT = True
_NUMBER = re.compile(r"^(?:sev)?\s*(\d{1,2})$", re.I)
_IN_WORDS = re.compile(r"one|two|three|four|uno|due|tre|quattro", re.I)


def fits(text: str, roster: Roster) -> bool:
    wanted = text.strip()
    return not wanted or _NUMBER.match(wanted) is not None or _IN_WORDS.fullmatch(wanted) is not None


async def run(call: Call) -> None:
    found = _NUMBER.match(call.text.strip())
    if found is None:
        await forms.show(call.gesture, FORM_SEVERITY, incident=call.about)
        return
    incident = (await look.record(call.core, call.about, by=call.by)).incident
    if incident.open and incident.severity == int(found[1]):
        raise Refused("severity_same", incident=incident.name)
    await coordinate.set_severity(call.core, call.about, int(found[1]), by=call.by)
    await confirm(call.gesture, call.about, EventKind.SEVERITY_CHANGED)
