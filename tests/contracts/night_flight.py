"""What leaves in the tests' nights: one claimed effect on its way, or several knocks in one message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.destinations import destination
from bot.domain.effects import Effect, PageResponder
from bot.errors import AnticrisiError, NotYetDelivered, OutcomeUnknown, Undeliverable
from bot.ports import Brief, Claimed


class Outcome(StrEnum):
    """What the other side does with what arrives."""

    TAKEN = "taken"
    NOT_NOW = "not now"
    NEVER = "never"
    SILENCE = "silence"  # it arrived, and the answer was lost

    @property
    def error(self) -> AnticrisiError | None:
        match self:
            case Outcome.NOT_NOW:
                return NotYetDelivered("busy")
            case Outcome.NEVER:
                return Undeliverable("refused")
            case Outcome.SILENCE:
                return OutcomeUnknown("timeout")
            case Outcome.TAKEN:
                return None


@dataclass(eq=False)
class Flight:
    """A claimed effect on its way; a knock perhaps in another's message, or with others in its own."""

    claimed: Claimed
    brief: Brief | None = None
    outcome: Outcome | None = None
    leader: Flight | None = None  # in whose message it leaves, when that is not its own
    company: list[Flight] = field(default_factory=list)
    landed_at: datetime | None = None

    @property
    def effect(self) -> Effect:
        return self.claimed.effect

    @property
    def message(self) -> list[Flight]:
        """Everything that leaves together, the leader first."""
        return [self, *self.company]

    @property
    def may_be_checked(self) -> bool:
        """Whether it is still here, and leads if it leaves with others."""
        return self.leader is None and self.outcome is None

    @property
    def may_leave(self) -> bool:
        return self.may_be_checked and self.brief is not None

    @property
    def provider_id(self) -> str:
        """By which the other side would tell of it, and of all that came with it."""
        leader = (self.leader or self).claimed
        return f"out:{leader.effect.key}:{leader.attempt}"

    @property
    def knock(self) -> PageResponder | None:
        return self.effect if isinstance(self.effect, PageResponder) else None

    @property
    def door(self) -> tuple[str, str] | None:
        """Whose, and by which way."""
        return (self.knock.person, destination(self.knock)) if self.knock else None
