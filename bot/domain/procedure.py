"""How the team works once an incident is open: internal to the team.

Promises which tools are used, how often the room updates itself, who decides what, and the company's own
rhythm of public statements. Refuses a public rhythm slower than hourly for SEV1 and SEV2 without a reason.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bot.domain.duration import Duration, read_duration
from bot.domain.policy import TargetField
from bot.domain.severity import Severity, SeverityKey
from bot.domain.slugs import PolicyKey
from bot.domain.text import Frozen, Text

SLOWEST: Final = timedelta(hours=1)
"""How long customers of a SEV1 or SEV2 may go without word."""


def _some_time(value: object) -> timedelta:
    length = read_duration(value)
    if length <= timedelta(0):
        raise PydanticCustomError("invalid_wait", "this takes some time")
    return length


Rhythm = Annotated[Duration, BeforeValidator(_some_time)]


class Tool(Frozen):
    """Something the team works with in a crisis, and what for."""

    name: str = Field(min_length=1)
    use: Text
    link: str | None = Field(default=None, pattern=r"^(https?|tel|mailto):\S+$")


class Decision(Frozen):
    """Something that must be decided, and who decides it."""

    what: Text
    who: TargetField


class Procedure(Frozen):
    """How the team works."""

    text: Text | None = None
    tools: tuple[Tool, ...] = ()
    updates_every: Mapping[SeverityKey, Rhythm] = Field(default_factory=dict)
    """How often the room updates itself, by severity."""
    decisions: tuple[Decision, ...] = ()


class CadenceOverride(Frozen):
    """The company's own rhythm of statements for one severity; what is not said stays as usual."""

    first: Rhythm | None = None
    every: Rhythm | None = None
    reason: Text | None = None
    """Why customers may wait longer than an hour."""


class SeverityNote(Frozen):
    """What a severity means in this company, and the policy it calls for when the scenario names none."""

    meaning: Text
    policy: PolicyKey | None = None


def check_rhythms(rhythms: Mapping[Severity, CadenceOverride]) -> None:
    """Refuse more than an hour of silence in a SEV1 or SEV2 that nobody gave a reason for."""
    for severity, rhythm in rhythms.items():
        longest = max(rhythm.first or timedelta(0), rhythm.every or timedelta(0))
        if severity <= Severity.SEV2 and longest > SLOWEST and rhythm.reason is None:
            raise PydanticCustomError(
                "slow_cadence", "{severity}: slower than hourly needs a reason", {"severity": severity.label}
            )
