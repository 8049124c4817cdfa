"""Pages, the turns of levels that were fired, whose turn is next, and the tokens that answer for one person.

A turn is stored once whoever fires it: its primary key says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Update, bindparam, exists, insert, select, update

from bot.domain.effects import PageResponder
from bot.domain.escalation import Acknowledgement, LevelFired, Outcome, Page, PageId, PageStatus
from bot.domain.incident import IncidentId
from bot.domain.slugs import PersonId, PolicyId
from bot.errors import NotFound, Stale
from bot.storage.batches import ROWS, adding, given
from bot.storage.rows import Row, Rows, claimable, condition
from bot.storage.tables import WANTED, answer_token, effect, level_fired, rotation
from bot.storage.tables import page as table

_KNOCK = PageResponder.__name__
_ACKNOWLEDGED = "status = 'acknowledged'"
_FOR_GOOD = ("id", "incident", "started_at", "policy")
_CHANGING = tuple(part.name for part in fields(Page) if part.name not in _FOR_GOOD)
_SAVED = given(this=table.c.id, expected=table.c.version, **{name: table.c[name] for name in _CHANGING})
_SAVE = (
    update(table)
    .where(table.c.id == _SAVED.c.this, table.c.version == _SAVED.c.expected)
    .values({name: _SAVED.c[name] for name in _CHANGING})
)
_LEVEL = tuple(level_fired.c[key] for key in ("page", "epoch", "loop", "level", "turn"))
_LEVEL_COLUMNS = tuple(part.name for part in fields(LevelFired))


def _claiming(when: Column[datetime], status: str) -> Update:
    chosen = select(table.c.id).where(when <= bindparam("now", type_=when.type), condition(status))
    due = claimable(chosen.order_by(when, table.c.id).limit(bindparam("most", type_=table.c.level.type)))
    return (
        update(table)
        .where(table.c.id.in_(select(due.c.id)))
        .values(version=table.c.version + 1)  # whoever read it before the claim can no longer save it
        .returning(table)
    )


_CLAIM_DUE = _claiming(table.c.due_at, WANTED)
_CLAIM_QUIET = _claiming(table.c.ask_again_at, _ACKNOWLEDGED)


def page_of(row: Row) -> Page:
    """The page that a row tells of."""
    lists = {name: tuple(row[name]) for name in ("declined", "asked")}
    also = tuple(Acknowledgement(each["by"], datetime.fromisoformat(each["at"])) for each in row["also_acknowledged"])
    return Page(**{**row, **lists, "status": PageStatus(row["status"]), "also_acknowledged": also})


def level_of(row: Row) -> LevelFired:
    """The level's turn that a row tells of."""
    return LevelFired(**{**row, "outcome": Outcome(row["outcome"]), "people": tuple(row["people"])})


class Pages(Rows):
    """The part of a transaction that keeps pages."""

    _left: dict[PageId, int]  # the version each page was left at by this transaction

    async def add_page(self, page: Page) -> Page:
        """Open a row; the number comes from the database."""
        values = {**vars(page), "status": str(page.status), "version": 1}
        del values["id"]
        number = await self._scalar(insert(table).values(values).returning(table.c.id))
        return replace(page, id=PageId(number), version=1)

    async def page(self, page: PageId, *, lock: bool = False) -> Page:
        chosen = select(table).where(table.c.id == page)
        row = await self._first(chosen.with_for_update() if lock else chosen)
        if row is None:
            raise NotFound("page_unknown", page=page)
        return page_of(row)

    async def pages_of(self, incident: IncidentId, *, lock: bool = False) -> tuple[Page, ...]:
        """An incident's pages in the order they began, which is also the order in which they are locked."""
        chosen = select(table).where(table.c.incident == incident).order_by(table.c.id)
        return tuple(page_of(row) for row in await self._all(chosen.with_for_update() if lock else chosen))

    async def claim_due_pages(self, *, now: datetime, limit: int) -> tuple[Page, ...]:
        """Pages whose next level is due, oldest first; nobody else has them until this transaction ends."""
        return await self._claim(_CLAIM_DUE, "due_at", now=now, limit=limit)

    async def claim_quiet_pages(self, *, now: datetime, limit: int) -> tuple[Page, ...]:
        """Acknowledged pages whose owner is to be asked again."""
        return await self._claim(_CLAIM_QUIET, "ask_again_at", now=now, limit=limit)

    async def save_pages(self, pages: Sequence[Page]) -> None:
        """Write them back. Raises ``Stale`` when another transaction has written one of them since it was read."""
        if not pages:
            return
        expected = {page.id: self._left.get(page.id, page.version) for page in pages}
        changes = [_change(page, expected[page.id]) for page in pages]
        if await self._count(_SAVE, {ROWS: changes}) != len(changes):
            raise Stale("changed_meanwhile")
        self._left.update({page: version + 1 for page, version in expected.items()})

    async def add_levels(self, levels: Sequence[LevelFired]) -> tuple[LevelFired, ...]:
        """Those of them that had not been fired before, in the order given."""
        if not levels:
            return ()
        new = adding(level_fired, _LEVEL_COLUMNS, self._postgres, _LEVEL)
        stored = await self._all(new, {ROWS: [vars(level) for level in levels]})
        fresh = {tuple(row.values()) for row in stored}
        return tuple(each for each in levels if (each.page, each.epoch, each.loop, each.level, each.turn) in fresh)

    async def rotation(self, policy: PolicyId) -> Mapping[int, PersonId]:
        """By level: who was asked first the last time it began. Read under the lock that keeps turns apart."""
        rows = await self._all(select(rotation.c.level, rotation.c.person).where(rotation.c.policy == policy))
        return {row["level"]: PersonId(row["person"]) for row in rows}

    async def save_rotation(self, policy: PolicyId, level: int, first: PersonId) -> None:
        """The level has begun with this person."""
        new = self._insert(rotation).values(policy=policy, level=level, person=first)
        await self._count(new.on_conflict_do_update(index_elements=["policy", "level"], set_={"person": first}))

    async def wanted_pages_of(self, person: PersonId) -> tuple[Page, ...]:
        """Pages still wanted in which this person was asked, oldest first."""
        return await self._asked_in(person, WANTED)

    async def held_pages_of(self, person: PersonId) -> tuple[Page, ...]:
        """Pages that nobody else is asked about and this person has, oldest first."""
        return tuple(page for page in await self._asked_in(person, _ACKNOWLEDGED) if person in page.taken_by)

    async def levels_of(self, page: PageId) -> tuple[LevelFired, ...]:
        """A page's levels, turn by turn, in the order in which they were fired."""
        keys = (level_fired.c.epoch, level_fired.c.loop, level_fired.c.level, level_fired.c.turn)
        chosen = select(level_fired).where(level_fired.c.page == page).order_by(*keys)
        return tuple(level_of(row) for row in await self._all(chosen))

    async def add_token(
        self, token_hash: str, *, page: PageId, person: PersonId, expires: datetime, method: str
    ) -> None:
        values = {"hash": token_hash, "page": page, "person": person, "expires": expires, "method": method}
        await self._count(self._insert(answer_token).values(values).on_conflict_do_nothing())

    async def token(self, token_hash: str) -> Mapping[str, Any] | None:
        """``page``, ``person``, ``method``, ``expires`` and ``used_at`` of a token, whether or not it still serves."""
        row = await self._first(select(answer_token).where(answer_token.c.hash == token_hash))
        return None if row is None else dict(row)

    async def use_token(self, token_hash: str, *, now: datetime) -> bool:
        """Spend it. False when it was spent before, or too late."""
        fresh = (answer_token.c.hash == token_hash) & answer_token.c.used_at.is_(None) & (answer_token.c.expires > now)
        return bool(await self._count(update(answer_token).where(fresh).values(used_at=now)))

    async def _asked_in(self, person: PersonId, status: str) -> tuple[Page, ...]:
        asked = exists().where(effect.c.page == table.c.id, effect.c.person == person, effect.c.kind == _KNOCK)
        chosen = select(table).where(condition(status), asked).order_by(table.c.id)
        return tuple(page_of(row) for row in await self._all(chosen))

    async def _claim(self, claim: Update, when: str, *, now: datetime, limit: int) -> tuple[Page, ...]:
        rows = await self._all(claim, {"now": now, "most": limit})
        return tuple(page_of(row) for row in sorted(rows, key=lambda row: (row[when], row["id"])))


def _change(page: Page, expected: int) -> dict[str, Any]:
    return {**vars(page), "version": expected + 1, "this": page.id, "expected": expected}
