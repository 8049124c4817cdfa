"""Effects, to the receipt: claimed, tried, recorded.

The attempt number is the fencing token: what an attempt has to say counts only while the effect is still
held by it. A lease that ran out is taken over, and remembered as uncertain until something settles it; a
public statement is never repeated without a person.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, exists, func, insert, or_, select, tuple_, update

from bot.domain.effects import Effect, Priority, PublishStatement, restore
from bot.ports import Claimed, Receipt
from bot.storage.outbox import Enqueuing
from bot.storage.rows import claimable, condition
from bot.storage.tables import PENDING, SENDING, attempt, effect

_PUBLICATION = PublishStatement.__name__
_AHEAD = effect.alias("ahead")
_INTERRUPTED = "interrupted"

# What a provider may still tell us about something in each state. Everything else came too late.
_FORWARD = {
    "accepted": ("sending",),
    "delivered": ("sending", "accepted", "uncertain"),
    "failed": ("sending", "accepted", "uncertain"),
}


class SqlOutbox(Enqueuing):
    """The whole outbox of one transaction: both sides."""

    async def claim(self, *, now: datetime, limit: int, lease: timedelta, busy: frozenset[str]) -> tuple[Claimed, ...]:
        """Take what is due, by priority and then age: state ``sending``, attempt + 1, lease from ``now``.

        ``busy`` names destinations to be left alone (``slack:*``: all that begin like it), and keys of effects
        that must not be taken over. Of a destination that takes one thing at a time, one thing is claimed.
        """
        claimed: list[Claimed] = []
        cut_off, due = await self._look(now=now)
        if cut_off:
            await self._doubt_interrupted_statements(now=now, busy=busy)
            claimed += await self._take_over(now=now, limit=limit, lease=lease, busy=busy)
        for priority in due:
            if len(claimed) < limit:
                claimed += await self._take_due(priority, now=now, limit=limit - len(claimed), lease=lease, busy=busy)
        if claimed:
            started = [{"effect": each.id, "n": each.attempt, "started": now} for each in claimed]
            await self._count(insert(attempt), started)
        return tuple(claimed)

    async def settle(self, claimed: Claimed, receipt: Receipt, *, now: datetime) -> bool:
        """Record what the other side said. An edit asked for anew meanwhile is pending again."""
        reached = ("delivered" if receipt.delivered else "accepted") if receipt.worked else "superseded"
        values = {
            "state": case((effect.c.again, "pending"), else_=reached),
            "again": False,
            "uncertain": False,
            "failures": 0,
            "error": None,
            "sent_at": now,
            "provider_id": func.coalesce(receipt.provider_id, effect.c.provider_id),
            "facts": dict(receipt.facts),
        }
        settled = await self._record(claimed, reached, None, values, now=now)
        self.grew = self.grew or (settled and claimed.effect.rearms)
        return settled

    async def postpone(
        self, claimed: Claimed, error: str, *, until: datetime, now: datetime, uncertain: bool = False
    ) -> bool:
        """It failed for now: pending again at ``until``. ``uncertain``: it may have happened, look first."""
        values = {
            "state": "pending",
            "again": False,
            "uncertain": uncertain or claimed.uncertain,  # until something settles it
            "failures": effect.c.failures + 1,
            "error": error,
            "next_at": until,
        }
        return await self._record(claimed, "postponed", error, values, now=now)

    async def fail(self, claimed: Claimed, error: str, *, now: datetime) -> bool:
        """It will never work this way."""
        return await self._record(claimed, "failed", error, {"state": "failed", "error": error}, now=now)

    async def doubt(self, claimed: Claimed, error: str, *, now: datetime) -> bool:
        """Nobody knows whether it happened; a person decides."""
        values = {"state": "uncertain", "error": error, "uncertain": True}
        return await self._record(claimed, "uncertain", error, values, now=now)

    async def drop(self, claimed: Claimed, *, now: datetime) -> bool:
        """It is no longer wanted: cancelled before it left."""
        return await self._record(claimed, "cancelled", None, {"state": "cancelled"}, now=now)

    async def delivered(self, provider_id: str, state: str, error: str | None, *, now: datetime) -> Effect | None:
        """A provider's call-back: moves a state forward only. The effect, when the call-back told something new."""
        earlier = effect.c.state.in_(_FORWARD.get(state, ()))
        values = {"state": state, "error": error, "uncertain": False}
        moved = update(effect).where(effect.c.provider_id == provider_id, earlier).values(values)
        row = await self._first(moved.returning(effect.c.kind, effect.c.payload))
        return None if row is None else restore(row["kind"], row["payload"])

    async def _look(self, *, now: datetime) -> tuple[bool, list[Priority]]:
        """Whether a lease has run out, and the priorities of which something is due: one query, a few seeks."""
        late = exists().where(condition(SENDING), effect.c.lease_until <= now)
        due = [
            exists().where(condition(PENDING), effect.c.priority == int(p), effect.c.next_at <= now) for p in Priority
        ]
        found = (await self._connection.execute(select(late, *due))).one()
        return bool(found[0]), [priority for priority, waits in zip(Priority, found[1:], strict=True) if waits]

    async def _take_due(
        self, priority: Priority, *, now: datetime, limit: int, lease: timedelta, busy: frozenset[str]
    ) -> list[Claimed]:
        chosen = (
            select(effect.c.id)
            .where(
                condition(f"effect.{PENDING}"),
                effect.c.priority == int(priority),
                effect.c.next_at <= now,
                _elsewhere(busy),
                or_(effect.c.lane.is_(None), ~_someone_ahead(now)),
            )
            .order_by(effect.c.next_at, effect.c.id)
            .limit(limit)
        )
        return await self._take(chosen, {"again": False}, now=now, lease=lease)

    async def _take_over(self, *, now: datetime, limit: int, lease: timedelta, busy: frozenset[str]) -> list[Claimed]:
        chosen = (
            select(effect.c.id)
            .where(condition(SENDING), effect.c.lease_until <= now, effect.c.key.not_in(busy), _elsewhere(busy))
            .order_by(effect.c.priority, effect.c.next_at, effect.c.id)
            .limit(limit)
        )
        values = {"again": False, "uncertain": True, "failures": effect.c.failures + 1, "error": _INTERRUPTED}
        return await self._take(chosen, values, now=now, lease=lease)

    async def _take(self, chosen: Any, values: dict[str, Any], *, now: datetime, lease: timedelta) -> list[Claimed]:
        due = claimable(chosen)
        claim = (
            update(effect)
            .where(effect.c.id.in_(select(due.c.id)))
            .values(state="sending", attempt=effect.c.attempt + 1, lease_until=now + lease, **values)
            .returning(effect)
        )
        rows = await self._all(claim)
        return [_claimed(row) for row in sorted(rows, key=lambda row: (row["priority"], row["next_at"], row["id"]))]

    async def _doubt_interrupted_statements(self, *, now: datetime, busy: frozenset[str]) -> None:
        cut = and_(condition(SENDING), effect.c.lease_until <= now, effect.c.kind == _PUBLICATION)
        values = {"state": "uncertain", "uncertain": True, "error": _INTERRUPTED}
        await self._count(update(effect).where(cut, effect.c.key.not_in(busy)).values(values))

    async def _record(
        self, claimed: Claimed, outcome: str, error: str | None, values: dict[str, Any], *, now: datetime
    ) -> bool:
        held = (effect.c.id == claimed.id) & (effect.c.attempt == claimed.attempt) & (effect.c.state == "sending")
        recorded = await self._count(update(effect).where(held).values(lease_until=None, **values)) > 0
        said = outcome if recorded else "late"
        mine = (attempt.c.effect == claimed.id) & (attempt.c.n == claimed.attempt)
        await self._count(update(attempt).where(mine).values(ended=now, outcome=said, error=error))
        return recorded


def _elsewhere(busy: frozenset[str]) -> ColumnElement[bool]:
    """Whether an effect's destination is not among the busy ones."""
    names = [name for name in busy if not name.endswith("*")]
    beginnings = sorted(name.removesuffix("*") for name in busy if name.endswith("*"))
    return and_(effect.c.destination.not_in(names), *(~effect.c.destination.startswith(each) for each in beginnings))


def _someone_ahead(now: datetime) -> Any:
    """Whether something else for the same one-at-a-time destination is due before this."""
    ahead = _AHEAD.c
    return exists().where(
        ahead.lane == effect.c.lane,
        condition("ahead.lane IS NOT NULL"),
        condition(f"ahead.{PENDING}"),
        ahead.next_at <= now,
        tuple_(ahead.priority, ahead.next_at, ahead.id) < tuple_(effect.c.priority, effect.c.next_at, effect.c.id),
    )


def _claimed(row: RowMapping) -> Claimed:
    return Claimed(
        id=row["id"],
        effect=restore(row["kind"], row["payload"]),
        attempt=row["attempt"],
        failures=row["failures"],
        lease_until=row["lease_until"],
        due_at=row["next_at"],
        uncertain=row["uncertain"],
    )
