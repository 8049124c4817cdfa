"""`/crisis me`: my roles, my contacts, my language, a trial call."""

from __future__ import annotations

from bot.domain.roster import Roster
from handlers.commands.call import Call
from handlers.home import about_me

NAME = "me"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = False


def fits(text: str, roster: Roster) -> bool:
    return not text.strip()


async def run(call: Call) -> None:
    await call.gesture.tell(about_me(call.desk, call.reader))
