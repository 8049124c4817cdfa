"""`/crisis now <text>`: declare at once, with the likeliest scenario and severity."""

from __future__ import annotations

from bot.domain.incident import Report
from bot.domain.roster import Roster
from bot.domain.scenario import suggest, suggest_severity
from handlers import declaring
from handlers.commands import declare
from handlers.commands.call import Call, anything
from messages.blocks import Message

NAME = "now"
ALIASES = ("adesso",)
NEEDS_INCIDENT = False

fits = anything


async def run(call: Call) -> None:
    """With nothing said, the form asks."""
    if not call.typed:
        await declare.run(call)
        return
    said = report(call.typed, call.roster)
    view = await declaring.declare(call.gesture, said)
    if view:
        await call.gesture.tell(Message(view["title"]["text"], view["blocks"]))


def report(text: str, roster: Roster) -> Report:
    """What the words themselves tell: when unsure, the graver."""
    scenario = suggest(text, roster.document.scenarios) if roster.document else None
    severity = int(suggest_severity(text, scenario))
    return Report(title=text, severity=severity, scenario=str(scenario.id) if scenario else None, impact="")
