"""`/crisis doc`: whose the plan is, how it is changed, and, for its owners, what to mend."""

from __future__ import annotations

from bot.domain.roster import Roster
from handlers.commands.call import Call
from handlers.home import findings
from messages.plan import about_plan

NAME = "doc"
ALIASES = ("documento", "plan")
NEEDS_INCIDENT = False


def fits(text: str, roster: Roster) -> bool:
    return not text.strip()


async def run(call: Call) -> None:
    """What its owners see of its health nobody else does."""
    found = findings(call.desk, call.reader)
    await call.gesture.tell(about_plan(call.words, call.roster, me=call.reader.person, findings=found))
