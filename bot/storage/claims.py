"""Effects, to the receipt: claimed, tried, recorded.

The attempt number is the fencing token: what an attempt has to say counts only while the effect is still
held by it. A lease that ran out is taken over, and remembered as uncertain until something settles it; a
public statement is never repeated without a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.effects import Effect, Priority, PublishStatement, restore
from bot.ports import Claimed, Receipt
from bot.storage.batches import ROWS, given
from bot.storage.bundling import Bundling
from bot.storage.lists import among
from bot.storage.outbox import CLAIMED, claimed_of
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

# Statements are made once: putting one together costs more than running it.
_NOW: Any = bindparam("now", type_=effect.c.next_at.type)
_MOST: Any = bindparam("most", type_=effect.c.attempt.type)
_LATE = and_(condition(SENDING), effect.c.lease_until <= _NOW)
_LOOK = select(
    exists().where(_LATE),
    *(exists().where(condition(PENDING), effect.c.priority == int(p), effect.c.next_at <= _NOW) for p in Priority),
)
_THESE = among(effect.c.id, "these")
_BEGUN = insert(attempt).from_select(
    ["effect", "n", "started"], select(effect.c.id, effect.c.attempt, _NOW).where(_THESE)
)
_HELD = (
    select(effect.c.id, effect.c.attempt)
    .where(_THESE, effect.c.state == "sending")
    .order_by(effect.c.key)  # the order in which edits are asked for anew: two transactions cannot embrace
    .with_for_update()
)
_RECEIPTS = given(
    this=effect.c.id, reached=effect.c.state, at=effect.c.sent_at, known_as=effect.c.provider_id, told=effect.c.facts
)
_SETTLED = (
    update(effect)
    .where(effect.c.id == _RECEIPTS.c.this)
    .values(
        state=case((effect.c.again, "pending"), else_=_RECEIPTS.c.reached),
        again=False,
        uncertain=False,
        failures=0,
        error=None,
        lease_until=None,
        sent_at=_RECEIPTS.c.at,
        provider_id=func.coalesce(_RECEIPTS.c.known_as, effect.c.provider_id),
        facts=_RECEIPTS.c.told,
    )
)
_ENDED_WELL = (
    update(attempt)
    .where(attempt.c.effect == effect.c.id, attempt.c.n == effect.c.attempt, _THESE)
    .values(ended=bindparam("at"), outcome=bindparam("said"))
)
_ENDINGS = given(
    this=attempt.c.effect, number=attempt.c.n, at=attempt.c.ended, said=attempt.c.outcome, because=attempt.c.error
)
_ENDED = (
    update(attempt)
    .where(attempt.c.effect == _ENDINGS.c.this, attempt.c.n == _ENDINGS.c.number)
    .values(ended=_ENDINGS.c.at, outcome=_ENDINGS.c.said, error=_ENDINGS.c.because)
)


class SqlOutbox(Bundling):
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
            claimed += await self._take(_taking_over(_beginnings(busy)), now=now, limit=limit, lease=lease, busy=busy)
        for priority in due:
            if len(claimed) < limit:
                taking = _taking_due(int(priority), _beginnings(busy))
                claimed += await self._take(taking, now=now, limit=limit - len(claimed), lease=lease, busy=busy)
        if claimed:
            await self._count(_BEGUN, {"these": [each.id for each in claimed], "now": now})
        return tuple(claimed)

    async def settle(self, claimed: Claimed, receipt: Receipt, *, now: datetime) -> bool:
        """Record what the other side said. An edit asked for anew meanwhile is pending again."""
        return claimed.id in await self.settle_all([(claimed, receipt)], now=now)

    async def settle_all(self, receipts: Sequence[tuple[Claimed, Receipt]], *, now: datetime) -> frozenset[int]:
        """The same for many. The numbers of the effects that their attempts still held."""
        rows = await self._all(_HELD, {"these": [claimed.id for claimed, _ in receipts]})
        holding = {(row["id"], row["attempt"]) for row in rows}
        held = [(claimed, receipt) for claimed, receipt in receipts if (claimed.id, claimed.attempt) in holding]
        late = [claimed for claimed, _ in receipts if (claimed.id, claimed.attempt) not in holding]
        if held:
            await self._count(_SETTLED, {ROWS: [_settled(claimed, receipt, now) for claimed, receipt in held]})
        for said in sorted({_reached(receipt) for _, receipt in held}):
            these = [claimed.id for claimed, receipt in held if _reached(receipt) == said]
            await self._count(_ENDED_WELL, {"these": these, "said": said, "at": now})
        if late:
            await self._count(_ENDED, {ROWS: [_ended(claimed, "late", now) for claimed in late]})
        self.grew = self.grew or any(claimed.effect.rearms for claimed, _ in held)
        return frozenset(claimed.id for claimed, _ in held)

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

    async def hold(self, claimed: Claimed, why: str, *, until: datetime, now: datetime) -> bool:
        """Nothing failed: it leaves later, and then as if it had never been claimed."""
        values = {"state": "pending", "again": False, "error": why, "next_at": until}
        return await self._record(claimed, "held", None, values, now=now)

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

    async def delivered(self, provider_id: str, state: str, error: str | None, *, now: datetime) -> tuple[Effect, ...]:
        """A provider's call-back: moves a state forward only. The effects that left in what it tells of, when that
        is news."""
        earlier = effect.c.state.in_(_FORWARD.get(state, ()))
        values: dict[str, Any] = {"state": state, "error": error, "uncertain": False}
        if state == "delivered":
            values["arrived_at"] = now
        moved = update(effect).where(effect.c.provider_id == provider_id, earlier).values(values)
        rows = await self._all(moved.returning(effect.c.id, effect.c.kind, effect.c.payload))
        return tuple(restore(row["kind"], row["payload"]) for row in sorted(rows, key=lambda row: row["id"]))

    async def knows(self, provider_id: str) -> bool:
        """Whether anything left under this id of the provider's."""
        return bool(await self._scalar(select(exists().where(effect.c.provider_id == provider_id))))

    async def _look(self, *, now: datetime) -> tuple[bool, list[Priority]]:
        """Whether a lease has run out, and the priorities of which something is due: one query, a few seeks."""
        found = (await self._connection.execute(_LOOK, {"now": now})).one()
        return bool(found[0]), [priority for priority, waits in zip(Priority, found[1:], strict=True) if waits]

    async def _take(
        self, taking: Update, *, now: datetime, limit: int, lease: timedelta, busy: frozenset[str]
    ) -> list[Claimed]:
        bounds = {"now": now, "most": limit, "until": now + lease, "busy": [name for name in busy if name[-1] != "*"]}
        rows = await self._all(taking, bounds)
        return [claimed_of(row) for row in sorted(rows, key=lambda row: (row["priority"], row["next_at"], row["id"]))]

    async def _doubt_interrupted_statements(self, *, now: datetime, busy: frozenset[str]) -> None:
        cut = and_(_LATE, effect.c.kind == _PUBLICATION, effect.c.key.not_in(busy))
        values = {"state": "uncertain", "uncertain": True, "error": _INTERRUPTED}
        await self._count(update(effect).where(cut).values(values), {"now": now})

    async def _record(
        self, claimed: Claimed, outcome: str, error: str | None, values: dict[str, Any], *, now: datetime
    ) -> bool:
        held = (effect.c.id == claimed.id) & (effect.c.attempt == claimed.attempt) & (effect.c.state == "sending")
        recorded = await self._count(update(effect).where(held).values(lease_until=None, **values)) > 0
        await self._count(_ENDED, {ROWS: [_ended(claimed, outcome if recorded else "late", now, error)]})
        return recorded


@lru_cache(maxsize=64)
def _taking_due(priority: int, beginnings: tuple[str, ...]) -> Update:
    """Take the oldest that is due of one priority, none of it for a busy destination."""
    chosen = (
        select(effect.c.id)
        .where(
            condition(f"effect.{PENDING}"),
            effect.c.priority == priority,
            effect.c.next_at <= _NOW,
            _elsewhere(beginnings),
            or_(effect.c.lane.is_(None), ~_someone_ahead()),
        )
        .order_by(effect.c.next_at, effect.c.id)
        .limit(_MOST)
    )
    return _taking(chosen, {})


@lru_cache(maxsize=64)
def _taking_over(beginnings: tuple[str, ...]) -> Update:
    """Take what somebody held for longer than the lease."""
    chosen = (
        select(effect.c.id)
        .where(_LATE, ~among(effect.c.key, "busy"), _elsewhere(beginnings))
        .order_by(effect.c.priority, effect.c.next_at, effect.c.id)
        .limit(_MOST)
    )
    return _taking(chosen, {"uncertain": True, "failures": effect.c.failures + 1, "error": _INTERRUPTED})


def _taking(chosen: Select[Any], values: dict[str, Any]) -> Update:
    due = claimable(chosen)
    until = bindparam("until", type_=effect.c.lease_until.type)
    return (
        update(effect)
        .where(effect.c.id.in_(select(due.c.id)))
        .values(state="sending", again=False, attempt=effect.c.attempt + 1, lease_until=until, **values)
        .returning(*(effect.c[name] for name in CLAIMED))
    )


def _beginnings(busy: frozenset[str]) -> tuple[str, ...]:
    """``slack:*`` among the busy ones stands for all that begin like it."""
    return tuple(sorted(name.removesuffix("*") for name in busy if name.endswith("*")))


def _elsewhere(beginnings: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether an effect's destination is not among the busy ones."""
    return and_(
        ~among(effect.c.destination, "busy"),
        *(~effect.c.destination.startswith(beginning) for beginning in beginnings),
    )


def _someone_ahead() -> Any:
    """Whether something else for the same one-at-a-time destination is due before this."""
    ahead = _AHEAD.c
    return exists().where(
        ahead.lane == effect.c.lane,
        condition("ahead.lane IS NOT NULL"),
        condition(f"ahead.{PENDING}"),
        ahead.next_at <= _NOW,
        tuple_(ahead.priority, ahead.next_at, ahead.id) < tuple_(effect.c.priority, effect.c.next_at, effect.c.id),
    )


def _reached(receipt: Receipt) -> str:
    if not receipt.worked:
        return "superseded"
    return "delivered" if receipt.delivered else "accepted"


def _settled(claimed: Claimed, receipt: Receipt, now: datetime) -> dict[str, Any]:
    return {
        "this": claimed.id,
        "reached": _reached(receipt),
        "at": now,
        "known_as": receipt.provider_id,
        "told": dict(receipt.facts),
    }


def _ended(claimed: Claimed, said: str, now: datetime, because: str | None = None) -> dict[str, Any]:
    return {"this": claimed.id, "number": claimed.attempt, "at": now, "said": said, "because": because}
