"""The hours in which a person's telephone keeps silent, and the severities that ring all the same.

Promises what may make a noise at a moment, and when the rest of it may. Ways that make none (a direct message,
a letter) are never held back.
Refuses quiet hours without hours. Whose they are, and in which time zone, is said by the person's part of the
document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.domain.hours import HoursField, first_outside
from bot.domain.policy import Method
from bot.domain.severity import Severity, SeverityKey
from bot.domain.text import Frozen

NOISY: Final = frozenset({Method.SMS, Method.VOICE})
"""The ways that wake whoever sleeps beside their telephone."""


class QuietHours(Frozen):
    """Written as one stretch of hours, a list of them, or with the severities that ring all the same."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    hours: tuple[HoursField, ...] = Field(json_schema_extra={"minItems": 1})
    despite: tuple[SeverityKey, ...] = Field(default=(Severity.SEV1, Severity.SEV2), alias="except")
    """The severities that make a noise at any hour."""

    @model_validator(mode="before")
    @classmethod
    def _from_hours_alone(cls, value: Any) -> Any:
        whole = value if isinstance(value, Mapping | QuietHours) else {"hours": value}
        if isinstance(whole, Mapping) and isinstance(whole.get("hours"), str):
            return {**whole, "hours": (whole["hours"],)}
        return whole

    @model_validator(mode="after")
    def _has_hours(self) -> QuietHours:
        if not self.hours:
            raise PydanticCustomError("empty", "quiet hours without hours")
        return self


@dataclass(frozen=True)
class Silence:
    """A person's quiet hours as they hold for one severity, on their own clock."""

    quiet: QuietHours
    zone: ZoneInfo

    def covers(self, moment: datetime) -> bool:
        """Whether nothing may make a noise at this moment."""
        local = moment.astimezone(self.zone)
        return any(hours.covers(local) for hours in self.quiet.hours)

    def over(self, moment: datetime) -> datetime | None:
        """The first moment, from this one on, at which something may; nothing when there is none."""
        return first_outside(self.quiet.hours, moment, self.zone)
