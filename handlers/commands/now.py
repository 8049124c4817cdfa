"""`/crisis now <text>`: declare at once, with the likeliest scenario and severity."""

from __future__ import annotations

from bot.usecases.declare import report_in_words
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
    view = await declaring.declare(call.gesture, report_in_words(call.typed, call.roster))
    if view:
        await call.gesture.tell(Message(view["title"]["text"], view["blocks"]))
