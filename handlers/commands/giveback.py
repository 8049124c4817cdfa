"""`/crisis giveback`: undo "I'm on it"; the same level is asked again."""

from __future__ import annotations

from bot.usecases import look, respond
from handlers import pages
from handlers.commands.call import Call, nothing_or_number

NAME = "giveback"
ALIASES = ("restituisci", "give-back")
NEEDS_INCIDENT = True

fits = nothing_or_number


async def run(call: Call) -> None:
    record = await look.record(call.core, call.about, by=call.by)
    page = pages.held_by(record, call.reader.person)
    await pages.explain(call.gesture, await respond.give_back(call.core, page, by=call.by))
