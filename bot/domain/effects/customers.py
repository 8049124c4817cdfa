"""What leaves for customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.domain.effects.effect import Door, Effect, Priority


@dataclass(frozen=True)
class PublishStatement(Effect):
    """Speak to customers through one channel. At most once without a human."""

    door: ClassVar[Door] = Door.PUBLISHING
    priority: ClassVar[Priority] = Priority.PERSON

    statement: int
    channel: str

    @property
    def key(self) -> str:
        return f"publish:{self.statement}:{self.channel}"
