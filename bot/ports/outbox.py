"""Effects, from the commit that caused them to the receipt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.bundling import Nearby
from bot.domain.effects import Effect, PageResponder
from bot.domain.escalation import PageId
from bot.domain.slugs import PersonId
from bot.ports.departing import Claimed, Departure, Receipt


class Outbox(Protocol):
    """Effects, from the commit that caused them to the receipt."""

    async def enqueue(self, effects: Iterable[Effect], *, now: datetime, after: timedelta = timedelta(0)) -> None:
        """Store effects; those whose key is known are one with it (or re-arm it, for edits)."""

    async def schedule(self, effects: Sequence[tuple[Effect, datetime]], *, now: datetime) -> None:
        """Store effects, each due at its own time."""

    async def cancel_knocks(self, page: PageId, *, person: PersonId | None = None) -> None:
        """Nothing more of this page leaves (to this person)."""

    async def hasten_knocks(
        self, page: PageId, person: PersonId, *, methods: frozenset[str] | None = None, now: datetime
    ) -> int:
        """The person's next pending knock (by one of these methods) is due now. How many knocks were still pending."""

    async def bring_forward(self, effects: Sequence[tuple[Effect, datetime]]) -> None:
        """Effects that wait and have not been tried yet are due sooner, each at its own time."""

    async def put_off(self, effects: Sequence[tuple[Effect, datetime]]) -> None:
        """Effects that wait are due later, each at its own time."""

    async def retry(self, effect_key: str, *, now: datetime) -> bool:
        """A person asks to try a failed or uncertain effect again."""

    async def accept(self, effect_key: str, *, now: datetime) -> bool:
        """A person vouches that an uncertain effect did happen."""

    # The dispatcher's side
    async def claim(self, *, now: datetime, limit: int, lease: timedelta, busy: frozenset[str]) -> tuple[Claimed, ...]:
        """Take what is due, by priority and then age: state ``sending``, attempt + 1, lease from ``now``.

        Expired leases are taken over (``uncertain=True``); an expired public statement becomes
        ``uncertain`` instead and waits for a person. ``busy`` destinations are left for later.
        """

    async def settle(self, claimed: Claimed, receipt: Receipt, *, now: datetime) -> bool:
        """Record what the other side said. False when this attempt no longer holds the effect."""

    async def settle_all(self, receipts: Sequence[tuple[Claimed, Receipt]], *, now: datetime) -> frozenset[int]:
        """The same for many. The numbers of the effects that their attempts still held."""

    async def postpone(
        self, claimed: Claimed, error: str, *, until: datetime, now: datetime, uncertain: bool = False
    ) -> bool:
        """It failed for now: pending again at ``until``. ``uncertain``: it may have happened, look first."""

    async def fail(self, claimed: Claimed, error: str, *, now: datetime) -> bool:
        """It will never work this way."""

    async def doubt(self, claimed: Claimed, error: str, *, now: datetime) -> bool:
        """Nobody knows whether it happened; a person decides."""

    async def drop(self, claimed: Claimed, *, now: datetime) -> bool:
        """It is no longer wanted: cancelled before it left."""

    async def delivered(self, provider_id: str, state: str, error: str | None, *, now: datetime) -> tuple[Effect, ...]:
        """A provider's call-back: moves a state forward only. The effects it tells of, when that is news."""

    async def knows(self, provider_id: str) -> bool:
        """Whether anything left under this id of the provider's."""

    async def hold(self, claimed: Claimed, why: str, *, until: datetime, now: datetime) -> bool:
        """Nothing failed: it leaves later, and then as if it had never been claimed."""

    async def nearby(
        self, doors: Iterable[tuple[PersonId, str]], *, since: datetime, now: datetime
    ) -> tuple[Nearby, ...]:
        """The knocks at these doors that left after ``since``, are on their way, are due or wait for company."""

    async def departures(
        self, doors: Iterable[tuple[PersonId, str]], *, since: datetime, pages: Iterable[int]
    ) -> tuple[Departure, ...]:
        """What left for these doors after ``since``, and whenever for these pages, oldest first."""

    async def set_off(self, claimed: Claimed) -> None:
        """It was checked and leaves now, leading its own message."""

    async def take_along(self, leader: Claimed, others: Sequence[Nearby], *, now: datetime) -> tuple[Claimed, ...]:
        """Claim these for the leader's message, until its lease ends; whoever had claimed one finds it gone."""

    async def travelling(self, leader: Claimed) -> tuple[Claimed, ...]:
        """Those that this attempt has taken along already."""

    async def release(self, person: PersonId, destination: str, *, now: datetime) -> None:
        """Whoever waited for company at this door is due now: what they waited for has not left."""

    async def others_in_the_message(
        self, provider_ids: Sequence[str], *, page: int
    ) -> tuple[tuple[str, PageResponder], ...]:
        """Knocks of other pages that left in the same messages or calls: each with the provider's name for it."""
