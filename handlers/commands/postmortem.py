"""`/crisis postmortem [id]`: the post-mortem, as far as it is written."""

from __future__ import annotations

from bot.usecases import look
from handlers.commands.call import Call, nothing_or_number
from messages.review import review_message

NAME = "postmortem"
ALIASES = ("post-mortem",)
NEEDS_INCIDENT = True

fits = nothing_or_number


async def run(call: Call) -> None:
    """For those who may see the incident."""
    await call.gesture.tell(review_message(call.words, await look.record(call.core, call.about, by=call.by)))
