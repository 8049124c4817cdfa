"""What every effect is: a value with a key of its own, a door it leaves by, and a place in the queue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, ClassVar

from bot.domain.incident import IncidentId


class Priority(IntEnum):
    """Who goes first when everyone wants the same door. Lower is sooner."""

    FIRST_PAGE = 0  # somebody's first knock of this page
    REPEAT = 1  # the same person by another way, or again
    PERSON = 2  # words for one person: reminders, answers
    ROOM = 3  # the channel and what is posted in it
    EDIT = 4  # changes to something already posted


class Door(StrEnum):
    """Which adapter carries an effect out."""

    SLACK = "slack"
    PAGING = "paging"
    PUBLISHING = "publishing"


@dataclass(frozen=True)
class Effect:
    """The base: what every effect knows about itself."""

    door: ClassVar[Door] = Door.SLACK
    priority: ClassVar[Priority] = Priority.ROOM
    rearms: ClassVar[bool] = False  # asked for again, it happens again (edits: only the last matters)

    incident: IncidentId

    @property
    def key(self) -> str:
        """Unique for all time: the same effect enqueued twice is one effect."""
        return f"{self.kind}:{self.incident}"

    @property
    def kind(self) -> str:
        return type(self).__name__

    def payload(self) -> dict[str, Any]:
        return dict(vars(self))
