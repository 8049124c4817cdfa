"""`/crisis decline`: I can't; the next one is called."""

from __future__ import annotations

from bot.usecases import look, respond
from handlers import pages
from handlers.commands.call import Call, nothing_or_number

NAME = "decline"
ALIASES = ("cant", "can't")
NEEDS_INCIDENT = True

fits = nothing_or_number


async def run(call: Call) -> None:
    record = await look.record(call.core, call.about, by=call.by)
    page = pages.asked_of(record, call.reader.person)
    await pages.explain(call.gesture, await respond.decline(call.core, page, by=call.by))
