"""`/crisis help`: one screen, for one person's eyes."""

from __future__ import annotations

from handlers.commands.call import Call, anything
from messages.help import help

NAME = "help"
ALIASES = ("?", "-h", "--help")
NEEDS_INCIDENT = False

fits = anything


async def run(call: Call) -> None:
    """Only what is there to be used."""
    from handlers.commands import OFFERED  # the list of commands is made of files like this one

    await call.gesture.tell(help(call.words, call.typed, offered=OFFERED))
