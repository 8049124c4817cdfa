"""Words for one person."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from bot.domain.effects.effect import Door, Effect, Priority
from bot.domain.slugs import PersonId


class Reminder(StrEnum):
    """How far a deadline has come. A row's ``stage`` walks through these in order."""

    DRAFT = "draft"  # ahead of the deadline, with a draft, to the lead
    LEAD = "lead"  # at the deadline, to the lead
    DEPUTY = "deputy"  # five minutes past, to the lead's deputy
    COMMANDER = "commander"  # ten minutes past, to the commander


@dataclass(frozen=True)
class TellPerson(Effect):
    """Write to one person. ``notice`` chooses the message, ``facts`` add what the record lacks.

    ``method`` is ``slack_dm`` or a paging channel; ``occasion`` keeps two like notices apart.
    """

    priority: ClassVar[Priority] = Priority.PERSON

    person: PersonId
    notice: str
    occasion: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"tell:{self.incident}:{self.person}:{self.notice}:{self.occasion}"


@dataclass(frozen=True)
class TextPerson(TellPerson):
    """The same, to the person's phone: for those whom Slack does not reach."""

    door: ClassVar[Door] = Door.PAGING

    @property
    def key(self) -> str:
        return f"text:{self.incident}:{self.person}:{self.notice}:{self.occasion}"


@dataclass(frozen=True)
class RefreshLetter(Effect):
    """Edit a notice once what it asked for is done, so that nobody does it twice."""

    priority: ClassVar[Priority] = Priority.EDIT
    rearms: ClassVar[bool] = True

    person: PersonId
    notice: str
    occasion: str

    @property
    def key(self) -> str:
        return f"refresh-letter:{self.incident}:{self.person}:{self.notice}:{self.occasion}"


@dataclass(frozen=True)
class RemindSpeaker(Effect):
    """Tell somebody that customers wait for word; ``stage`` says how late it is.

    ``asked`` is the moment it was due: put off or handed back, one stage asks one person again.
    """

    priority: ClassVar[Priority] = Priority.PERSON

    person: PersonId
    round: int
    stage: str
    asked: str = ""

    @property
    def key(self) -> str:
        return f"remind:{self.incident}:{self.round}:{self.stage}:{self.person}:{self.asked}"


@dataclass(frozen=True)
class RefreshReminder(Effect):
    """Edit a reminder that has been answered, so that nobody answers it twice."""

    priority: ClassVar[Priority] = Priority.EDIT
    rearms: ClassVar[bool] = True

    person: PersonId
    round: int
    stage: str
    asked: str = ""

    @property
    def key(self) -> str:
        return f"refresh-reminder:{self.incident}:{self.round}:{self.stage}:{self.person}:{self.asked}"
