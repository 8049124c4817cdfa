"""`/crisis drill`, `search`, `tickets`: words that are kept for what is not there yet.

Promises a kind answer in place of a form that says "drill" is on fire, and one press to declare all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.roster import Roster
from handlers.commands.call import Call
from messages.help import not_yet

_NUMBERS = re.compile(r"(\d+\s*/\s*\d+)?")
_SHORT = 3
"""Words: more than one looks for are what somebody says is happening ("search of the shop finds nothing")."""


@dataclass(frozen=True)
class Later:
    """A word that will be a command. ``takes`` says what will stand after it."""

    NAME: str
    takes: Callable[[str], bool]
    ALIASES: tuple[str, ...] = ()
    NEEDS_INCIDENT: bool = False

    def fits(self, text: str, roster: Roster, /) -> bool:
        return self.takes(text.strip())

    async def run(self, call: Call, /) -> None:
        await call.gesture.tell(not_yet(call.words, self.NAME, call.typed))


def _nothing(text: str) -> bool:
    return not text


def _numbers(text: str) -> bool:
    return _NUMBERS.fullmatch(text) is not None


def _few_words(text: str) -> bool:
    return len(text.split()) <= _SHORT


LATER = (Later("drill", _nothing), Later("search", _few_words), Later("tickets", _numbers))
