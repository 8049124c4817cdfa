"""Knocks at one person's door by one way: which are near each other, who was taken along, how many have left.

What an attempt was set off with is written on the attempt itself: one that was never checked carries nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select, tuple_, update

from bot.domain.bundling import JOINS, Nearby
from bot.domain.effects import PageResponder, restore
from bot.domain.slugs import PersonId
from bot.ports import Claimed, Departure
from bot.storage.batches import ROWS, given, inserting
from bot.storage.lists import among
from bot.storage.outbox import CLAIMED, Enqueuing, claimed_of
from bot.storage.rows import Row, claimable, condition
from bot.storage.tables import LEFT, PENDING, WAITING, attempt, effect

_KNOCK = PageResponder.__name__
# The planners find their indexes by a person and a way, not by pairs of them: a few rows too many are left out
# when they have been read.
_AT_THESE_DOORS = and_(
    among(effect.c.person, "people"),
    among(effect.c.destination, "ways"),
)
_NEARBY = ("id", "payload", "person", "destination", "state", "attempt", "sent_at", "lease_until")
_NEAR = (
    select(*(effect.c[name] for name in _NEARBY), attempt.c.carrier)
    .select_from(effect.outerjoin(attempt, and_(attempt.c.effect == effect.c.id, attempt.c.n == effect.c.attempt)))
    .where(_AT_THESE_DOORS, effect.c.kind == _KNOCK)
)
_ABOUT_TO_LEAVE = _NEAR.where(
    condition(WAITING),
    or_(
        effect.c.state == "sending",
        effect.c.next_at <= bindparam("now", type_=effect.c.next_at.type),
        effect.c.error == JOINS,
    ),
)
_LEFT_LATELY = _NEAR.where(
    condition(LEFT),
    effect.c.sent_at > bindparam("since", type_=effect.c.sent_at.type),
    effect.c.state.in_(("accepted", "delivered")),
)
_DEPARTED = select(effect.c.person, effect.c.destination, effect.c.page, effect.c.provider_id, effect.c.sent_at).where(
    _AT_THESE_DOORS, condition(LEFT)
)
_DEPARTED_LATELY = _DEPARTED.where(effect.c.sent_at > bindparam("since", type_=effect.c.sent_at.type))
_DEPARTED_EVER = _DEPARTED.where(among(effect.c.page, "pages"), condition("page IS NOT NULL"), effect.c.kind == _KNOCK)
_SET_OFF = (
    update(attempt)
    .where(attempt.c.effect == bindparam("this"), attempt.c.n == bindparam("number"))
    .values(carrier=attempt.c.effect)
)
_LATE = given(this=attempt.c.effect, number=attempt.c.n, at=attempt.c.ended)
_OVERTAKEN = (
    update(attempt)
    .where(attempt.c.effect == _LATE.c.this, attempt.c.n == _LATE.c.number, attempt.c.ended.is_(None))
    .values(ended=_LATE.c.at, outcome="joined")
)
_BEGUN = ("effect", "n", "started", "carrier")

Doors = Iterable[tuple[PersonId, str]]


class Bundling(Enqueuing):
    """The side of the outbox that brings knocks together."""

    async def nearby(self, doors: Doors, *, since: datetime, now: datetime) -> tuple[Nearby, ...]:
        """The knocks at these doors that left after ``since``, are on their way, are due or wait for company."""
        doors = set(doors)
        rows = [
            *await self._all(_LEFT_LATELY, {**_bounds(doors), "since": since}),
            *await self._all(_ABOUT_TO_LEAVE, {**_bounds(doors), "now": now}),
        ]
        mine = (row for row in rows if (row["person"], row["destination"]) in doors)
        return tuple(_nearby(row) for row in sorted(mine, key=lambda row: row["id"]))

    async def departures(self, doors: Doors, *, since: datetime, pages: Iterable[int]) -> tuple[Departure, ...]:
        """What left for these doors after ``since``, and whenever for these pages, oldest first."""
        doors = set(doors)
        rows = [
            *await self._all(_DEPARTED_EVER, {**_bounds(doors), "pages": sorted(set(pages))}),
            *await self._all(_DEPARTED_LATELY, {**_bounds(doors), "since": since}),
        ]
        left = {Departure(*row.values()) for row in rows if (row["person"], row["destination"]) in doors}
        return tuple(sorted(left, key=lambda each: each.at))

    async def set_off(self, claimed: Claimed) -> None:
        """It was checked and leaves now, leading its own message."""
        await self._count(_SET_OFF, {"this": claimed.id, "number": claimed.attempt})

    async def take_along(self, leader: Claimed, others: Sequence[Nearby], *, now: datetime) -> tuple[Claimed, ...]:
        """Claim these for the leader's message, until its lease ends; whoever had claimed one finds it gone.

        Passes over what changed meanwhile: cancelled, settled, taken over.
        """
        chosen = select(effect.c.id).where(
            effect.c.id.in_([each.id for each in others]),
            tuple_(effect.c.id, effect.c.attempt).in_([(each.id, each.attempt) for each in others]),
            effect.c.state.in_(("pending", "sending")),
        )
        due = claimable(chosen.order_by(effect.c.id))
        taking = (
            update(effect)
            .where(effect.c.id.in_(select(due.c.id)))
            .values(state="sending", again=False, attempt=effect.c.attempt + 1, lease_until=leader.lease_until)
            .returning(*(effect.c[name] for name in CLAIMED))
        )
        taken = [claimed_of(row) for row in await self._all(taking)]
        if taken:
            overtaken = [{"this": each.id, "number": each.attempt - 1, "at": now} for each in taken]
            await self._count(_OVERTAKEN, {ROWS: overtaken})
            begun = [{"effect": e.id, "n": e.attempt, "started": now, "carrier": leader.id} for e in taken]
            await self._count(inserting(attempt, _BEGUN, self._postgres), {ROWS: begun})
        return tuple(sorted(taken, key=lambda each: each.id))

    async def travelling(self, leader: Claimed) -> tuple[Claimed, ...]:
        """Those that this attempt has taken along already."""
        mine = and_(attempt.c.effect == effect.c.id, attempt.c.n == effect.c.attempt, attempt.c.carrier == leader.id)
        chosen = (
            select(*(effect.c[name] for name in CLAIMED))
            .join(attempt, mine)
            .where(
                condition(WAITING),
                effect.c.person == getattr(leader.effect, "person", None),
                effect.c.state == "sending",
                effect.c.lease_until == leader.lease_until,
                effect.c.id != leader.id,
            )
        )
        return tuple(claimed_of(row) for row in await self._all(chosen.order_by(effect.c.id)))

    async def release(self, person: PersonId, destination: str, *, now: datetime) -> None:
        """Whoever waited for company at this door is due now: what they waited for has not left."""
        waits = and_(effect.c.person == person, effect.c.destination == destination, effect.c.error == JOINS)
        chosen = condition(WAITING) & condition(PENDING) & waits & (effect.c.next_at > now)
        freed = await self._count(update(effect).where(chosen).values(next_at=now))
        self.grew = self.grew or freed > 0

    async def others_in_the_message(
        self, provider_ids: Sequence[str], *, page: int
    ) -> tuple[tuple[str, PageResponder], ...]:
        """Knocks of other pages that left in the same messages or calls: each with the provider's name for it."""
        chosen = select(effect.c.provider_id, effect.c.payload).where(
            effect.c.provider_id.in_(provider_ids),
            condition("provider_id IS NOT NULL"),
            effect.c.kind == _KNOCK,
            effect.c.page != page,
        )
        return tuple((row["provider_id"], _knock(row)) for row in await self._all(chosen))


def _bounds(doors: Iterable[tuple[PersonId, str]]) -> dict[str, list[str]]:
    return {"people": sorted({person for person, _ in doors}), "ways": sorted({way for _, way in doors})}


def _knock(row: Row) -> PageResponder:
    knock = restore(_KNOCK, row["payload"])
    assert isinstance(knock, PageResponder)
    return knock


def _nearby(row: Row) -> Nearby:
    return Nearby(
        id=row["id"],
        effect=_knock(row),
        state=row["state"],
        attempt=row["attempt"],
        left_at=row["sent_at"],
        lease_until=row["lease_until"],
        carrier=row["carrier"],
    )
