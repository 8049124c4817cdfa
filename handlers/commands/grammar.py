"""What was typed after `/crisis`, understood.

Promises that a word of a command with something sensible after it is that command, in any language; that a slip
gets a question; that all the rest is what somebody says is happening. Nothing typed declares by accident.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.roster import Roster
from handlers.commands.call import Subcommand
from handlers.naming import incident_number
from handlers.slack_text import MENTION
from messages.grammar import meant, nearest

_SHORT = 2
"""Two words at most, the slip included: more are a sentence."""
_LETTERS = 1
"""A slip adds or loses a letter; "sito" is a shop that is down, not "subito"."""


@dataclass(frozen=True)
class Understood:
    """A command and what stands after it."""

    command: Subcommand
    text: str


@dataclass(frozen=True)
class Misspelt:
    """Probably a command with a slip in it: the whole as it was probably meant."""

    correction: str


class Grammar:
    """The commands there are, and their words. ``later``: those to come, which are never suggested."""

    def __init__(self, free: Subcommand, commands: Iterable[Subcommand], later: Iterable[Subcommand] = ()) -> None:
        self._free = free
        self._later = {command.NAME: command for command in later}
        self._known = {command.NAME: command for command in commands}
        self._aliases = {alias: command for command in self._known.values() for alias in command.ALIASES}

    def command(self, word: str) -> Subcommand | None:
        """By its name, a word of any language, or an alias."""
        return self._known.get(meant(word) or "") or self._aliases.get(word.casefold())

    def read(self, text: str, roster: Roster) -> Understood | Misspelt:
        """A command, a slip, or a report."""
        first, _space, rest = text.strip().partition(" ")
        command = self.command(first) or self._later.get(meant(first) or "")
        if command is not None:
            fits = command.fits(rest.strip(), roster)
            return Understood(command, rest.strip()) if fits else Understood(self._free, text.strip())
        glued = self._glued(first)
        if glued is not None and not rest:
            return glued
        return self._slip(first, rest.strip(), roster) or Understood(self._free, text.strip())

    def _glued(self, word: str) -> Understood | None:
        """`sev2`, `status42`."""
        letters = word.rstrip("0123456789")
        command = self.command(letters) if letters != word else None
        return Understood(command, word[len(letters) :]) if command else None

    def _slip(self, first: str, rest: str, roster: Roster) -> Misspelt | None:
        near = nearest(first)
        command = self.command(near) if near else None
        if near is None or command is None or abs(len(near) - len(first)) > _LETTERS or not command.fits(rest, roster):
            return None
        argument = MENTION.search(rest) is not None or incident_number(rest) is not None
        short = len(rest.split()) < _SHORT
        return Misspelt(f"{near} {rest}".strip()) if short or argument else None
