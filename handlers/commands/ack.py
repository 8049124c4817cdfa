"""`/crisis ack`: I'm on it."""

from __future__ import annotations

from bot.usecases import look, respond
from handlers import pages
from handlers.commands.call import Call, nothing_or_number

NAME = "ack"
ALIASES = ("presa", "on-it")
NEEDS_INCIDENT = True

fits = nothing_or_number


async def run(call: Call) -> None:
    """The first one has it; a later one learns who."""
    record = await look.record(call.core, call.about, by=call.by)
    page = pages.asked_of(record, call.reader.person)
    answered = await respond.acknowledge(call.core, page, by=call.by, method="command")
    await pages.explain(call.gesture, answered)
