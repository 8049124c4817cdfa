"""A person's account in the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.cast import CastPerson


@dataclass(slots=True)
class Member:
    """A person's account; `snoozed_until` is product time, None when notifications are on."""

    person: CastPerson
    deleted: bool = False
    snoozed: bool = False
    snoozed_until: datetime | None = None

    @property
    def id(self) -> str:
        return self.person.user_id
