"""Effects, from the commit that caused them: stored, hastened, cancelled, asked for again.

An effect's key is unique for all time. Edits (``rearms``) asked for anew happen anew: at once when they
wait or are done, right afterwards when one is being made, so that two edits of one message never race.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, case, select, update

from bot.domain.destinations import destination, one_at_a_time
from bot.domain.effects import AskSnoozed, Effect, PageResponder, PublishStatement, restore
from bot.domain.escalation import PageId
from bot.domain.slugs import PersonId
from bot.ports import Claimed
from bot.storage.batches import ROWS, adding, inserting
from bot.storage.database import Line
from bot.storage.rows import Row, Rows, Setting, condition
from bot.storage.tables import PENDING, effect

_KNOCK = PageResponder.__name__
_KNOCKS = (_KNOCK, AskSnoozed.__name__)
_PUBLICATION = PublishStatement.__name__

CLAIMED = ("id", "kind", "payload", "attempt", "failures", "lease_until", "next_at", "uncertain", "priority")
"""What a claim tells of an effect."""


class Enqueuing(Rows):
    """The side of the outbox that use cases see."""

    def __init__(self, connection: Line, setting: Setting) -> None:
        super().__init__(connection, setting)
        self.grew = False  # whether the dispatcher has reason to look once this is committed

    async def enqueue(self, effects: Iterable[Effect], *, now: datetime, after: timedelta = timedelta(0)) -> None:
        """Store effects; those whose key is known are one with it (or re-arm it, for edits)."""
        await self.schedule([(each, now + after) for each in effects], now=now)

    async def schedule(self, effects: Sequence[tuple[Effect, datetime]], *, now: datetime) -> None:
        """Store effects, each due at its own time."""
        once = [_row(each, due) for each, due in effects if not each.rearms]
        if once:
            await self._count(adding(effect, tuple(once[0]), self._postgres), {ROWS: once})
        anew = _soonest([_row(each, due) for each, due in effects if each.rearms])
        if anew:
            await self._count(_rearming(tuple(anew[0]), self._postgres), {ROWS: anew})
        self.grew = self.grew or bool(effects)

    async def cancel_knocks(self, page: PageId, *, person: PersonId | None = None) -> None:
        """Nothing more of this page leaves (to this person). What is on its way is checked again before it does."""
        waiting = (effect.c.page == page) & effect.c.kind.in_(_KNOCKS) & condition(PENDING)
        chosen = waiting if person is None else waiting & (effect.c.person == person)
        await self._count(update(effect).where(chosen).values(state="cancelled"))

    async def hasten_knocks(
        self, page: PageId, person: PersonId, *, methods: frozenset[str] | None = None, now: datetime
    ) -> int:
        """The person's next knock that has not been tried yet is due now. How many knocks were still pending.

        ``methods``: the ways that may be hastened; any, when not said. One that waits after a failure keeps its
        time: the other side has asked for it.
        """
        mine = (effect.c.page == page) & (effect.c.person == person) & (effect.c.kind == _KNOCK) & condition(PENDING)
        columns = (effect.c.id, effect.c.next_at, effect.c.failures, effect.c.payload)
        knocks = await self._all(select(*columns).where(mine).order_by(effect.c.next_at, effect.c.id).with_for_update())
        may = [knock for knock in knocks if methods is None or knock["payload"]["method"] in methods]
        untried = next((knock for knock in may if not knock["failures"]), None)
        if untried and untried["next_at"] > now:
            await self._count(update(effect).where(effect.c.id == untried["id"]).values(next_at=now))
        self.grew = self.grew or bool(knocks)
        return len(knocks)

    async def bring_forward(self, effects: Sequence[tuple[Effect, datetime]]) -> None:
        """Effects that wait and have not been tried yet are due sooner, each at its own time."""
        for each, due in effects:
            waits = (effect.c.key == each.key) & condition(PENDING) & (effect.c.failures == 0)
            await self._count(update(effect).where(waits, effect.c.next_at > due).values(next_at=due))
        self.grew = self.grew or bool(effects)

    async def put_off(self, effects: Sequence[tuple[Effect, datetime]]) -> None:
        """Effects that wait are due later, each at its own time."""
        for each, due in effects:
            waits = (effect.c.key == each.key) & condition(PENDING)
            await self._count(update(effect).where(waits, effect.c.next_at < due).values(next_at=due))

    async def retry(self, effect_key: str, *, now: datetime) -> bool:
        """A person asks to try again what failed, is in doubt, or waits after a failure.

        Having looked, they take the doubt off a public statement; elsewhere we still look before repeating.
        """
        stuck = effect.c.state.in_(("failed", "uncertain")) | (condition(PENDING) & (effect.c.failures > 0))
        doubt = case((effect.c.kind == _PUBLICATION, False), else_=effect.c.uncertain)
        again = {"state": "pending", "next_at": now, "failures": 0, "error": None, "uncertain": doubt}
        tried = await self._count(update(effect).where(effect.c.key == effect_key, stuck).values(again))
        self.grew = self.grew or tried > 0
        return tried > 0

    async def accept(self, effect_key: str, *, now: datetime) -> bool:
        """A person vouches that an uncertain effect did happen."""
        doubted = (effect.c.key == effect_key) & (effect.c.state == "uncertain")
        vouched = {"state": "accepted", "sent_at": now, "error": None, "uncertain": False}
        return await self._count(update(effect).where(doubted).values(vouched)) > 0


@lru_cache(maxsize=2)
def _rearming(names: tuple[str, ...], postgres: bool) -> Executable:
    new = inserting(effect, names, postgres)
    waiting = effect.c.state == "pending"
    under_way = effect.c.state == "sending"
    sooner = case((waiting & (effect.c.next_at < new.excluded.next_at), effect.c.next_at), else_=new.excluded.next_at)
    changes = {
        "state": case((under_way, "sending"), else_="pending"),
        "again": under_way,
        "next_at": sooner,
        "failures": case((under_way, effect.c.failures), else_=0),
        "error": None,
    }
    return new.on_conflict_do_update(index_elements=["key"], set_=changes)


def _soonest(rows: Iterable[Row]) -> list[Row]:
    """Of each effect the one that is due first; in the order of their keys, so that two transactions re-arming the
    same edits cannot embrace."""
    first: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["key"], row["next_at"])):
        first.setdefault(row["key"], row)
    return list(first.values())


def _row(each: Effect, due: datetime) -> dict[str, Any]:
    where = destination(each)
    return {
        "key": each.key,
        "kind": each.kind,
        "payload": each.payload(),
        "incident": each.incident,
        "page": getattr(each, "page", None),
        "person": getattr(each, "person", None),
        "destination": where,
        "lane": where if one_at_a_time(where) else None,
        "priority": int(getattr(each, "urgency", each.priority)),
        "state": "pending",
        "again": False,
        "uncertain": False,
        "attempt": 0,
        "failures": 0,
        "next_at": due,
    }


def claimed_of(row: Row) -> Claimed:
    """The claim that a row tells of."""
    return Claimed(
        id=row["id"],
        effect=restore(row["kind"], row["payload"]),
        attempt=row["attempt"],
        failures=row["failures"],
        lease_until=row["lease_until"],
        due_at=row["next_at"],
        uncertain=row["uncertain"],
    )
