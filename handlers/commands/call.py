"""A command on its way to its file, and what a file must offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.domain.incident import IncidentId
from bot.domain.roster import Roster
from bot.ports import Core
from handlers.desk import Desk
from handlers.gesture import Gesture
from handlers.naming import incident_number
from handlers.reader import Reader
from handlers.slack_text import plain
from messages.words import Words


@dataclass(frozen=True)
class Call:
    """What a subcommand is given. ``incident`` is there whenever its file says it needs one."""

    gesture: Gesture
    text: str  # what stands after the word, as Slack sent it
    incident: IncidentId | None = None
    here: bool = False  # it was typed in that incident's channel

    @property
    def desk(self) -> Desk:
        return self.gesture.desk

    @property
    def core(self) -> Core:
        return self.gesture.core

    @property
    def reader(self) -> Reader:
        return self.gesture.reader

    @property
    def words(self) -> Words:
        return self.gesture.words

    @property
    def roster(self) -> Roster:
        return self.gesture.reader.roster

    @property
    def by(self) -> str:
        return self.gesture.by

    @property
    def about(self) -> IncidentId:
        """The incident of a command that needs one."""
        if self.incident is None:
            raise LookupError("this command says that it needs no incident")
        return self.incident

    @property
    def typed(self) -> str:
        """The text as the person reads it."""
        return plain(self.text, self.roster)


class Subcommand(Protocol):
    """A file of this folder."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 - a module's constant

    @property
    def ALIASES(self) -> tuple[str, ...]:  # noqa: N802
        """Words for it beside those that ``messages.grammar`` teaches."""

    @property
    def NEEDS_INCIDENT(self) -> bool: ...  # noqa: N802

    def fits(self, text: str, roster: Roster, /) -> bool:
        """Whether the rest makes sense. When not, the whole is what somebody says is happening."""

    async def run(self, call: Call, /) -> None:
        """Do it, and answer."""


def nothing_or_number(text: str, roster: Roster) -> bool:
    """For commands that take an incident's number or nothing."""
    return not text.strip() or incident_number(text) is not None


def anything(text: str, roster: Roster) -> bool:
    """For commands followed by free text."""
    return True
