"""What the dispatcher hands to an adapter, and gets back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.domain.effects import Effect
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId


@dataclass(frozen=True)
class Claimed:
    """An effect that this dispatcher may carry out until ``lease_until``.

    ``attempt`` is the fencing token: a receipt for another attempt is not recorded.
    """

    id: int
    effect: Effect
    attempt: int
    failures: int
    lease_until: datetime
    due_at: datetime
    uncertain: bool = False  # an earlier attempt was interrupted: look before repeating


@dataclass(frozen=True)
class Receipt:
    """What the other side said. ``provider_id`` finds it again; ``facts`` are the effect's own."""

    provider_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    delivered: bool = False  # the other side vouches that it arrived, not only that it was taken
    worked: bool = True  # False: it stood down, because the moment had passed


@dataclass(frozen=True)
class Companion:
    """A knock that leaves in another's message: claimed, checked and recorded like any other."""

    claimed: Claimed
    record: Record


@dataclass(frozen=True)
class Departure:
    """Something that left for one person by one way."""

    person: PersonId
    destination: str
    page: int | None  # nothing for what is no page: trials, notices
    provider_id: str | None
    at: datetime


@dataclass(frozen=True)
class Brief:
    """What an adapter is given with an effect: the facts of this moment."""

    effect: Effect
    roster: Roster
    now: datetime
    incident_record: Record | None  # None for what belongs to no incident
    attempt: int
    uncertain: bool
    answer_url: str = ""  # PageResponder: a link whose page answers for this recipient alone
    answer_prefix: str = ""  # PageResponder: what a reply begins with when several pages are open
    posted: str | None = None  # edits: "channel:ts" of what is to be edited
    posted_before: tuple[str, ...] = ()  # RefreshPage: older messages of the page, which lose their buttons
    together: tuple[Companion, ...] = ()  # PageResponder: other knocks that leave in the same message or call
    still_wanted: frozenset[str] = frozenset()  # StopRinging: calls that another page rings with

    @property
    def record(self) -> Record:
        """The incident's record, for effects that belong to one."""
        if self.incident_record is None:
            raise LookupError(f"{self.effect.kind} belongs to no incident")
        return self.incident_record

    @property
    def incidents_together(self) -> tuple[Record, ...]:
        """Each incident that a message for several tells of; nothing for a message about one."""
        records = {
            each.incident.id: each for each in (self.incident_record, *(c.record for c in self.together)) if each
        }
        return tuple(records.values()) if len(records) > 1 else ()


class DoorKeeper(Protocol):
    """Carries effects of one kind of door out.

    Raises ``NotYetDelivered``, ``Undeliverable`` or ``OutcomeUnknown``; anything else is our bug.
    """

    async def perform(self, brief: Brief) -> Receipt:
        """Do it, within the call time-out."""
