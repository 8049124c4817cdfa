"""`/crisis public [text]`: tell customers. Always with the form: what leaves is read first."""

from __future__ import annotations

from bot.usecases import look
from handlers import forms
from handlers.commands.call import Call, anything
from messages.actions import FORM_PUBLIC

NAME = "public"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = True

fits = anything


async def run(call: Call) -> None:
    """What was typed stands in the reader's language, or in the company's first; the others keep their drafts."""
    texts = {}
    if call.typed:
        spoken = (await look.roster(call.core)).public_languages()
        texts = {call.words.language if call.words.language in spoken else spoken[0]: call.typed}
    await forms.show(call.gesture, FORM_PUBLIC, incident=call.about, texts=texts)
