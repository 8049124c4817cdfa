"""Statements to customers, and the deadlines by which somebody must hear something."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Update, bindparam, delete, insert, select, update

from bot.domain.cadence import Audience, Deadline
from bot.domain.effects import Reminder
from bot.domain.incident import IncidentId
from bot.domain.statement import Statement, StatementId, StatementKind, StatementState
from bot.errors import NotFound
from bot.storage.rows import Row, Rows, claimable
from bot.storage.tables import deadline as promises
from bot.storage.tables import statement as table


def _claiming() -> Update:
    keys = (promises.c.incident, promises.c.audience)
    chosen = select(*keys).where(promises.c.wake_at <= bindparam("now", type_=promises.c.wake_at.type))
    most = bindparam("most", type_=promises.c.round.type)
    due = claimable(chosen.order_by(promises.c.wake_at, *keys).limit(most))
    return (
        update(promises)
        .where(promises.c.incident == due.c.incident, promises.c.audience == due.c.audience)
        .values(wake_at=promises.c.wake_at)
        .returning(promises)
    )


_CLAIM_DUE = _claiming()  # made once: every tick asks


def statement_of(row: Row) -> Statement:
    """The statement that a row tells of."""
    return Statement(**{**row, "kind": StatementKind(row["kind"]), "state": StatementState(row["state"])})


def deadline_of(row: Row) -> Deadline:
    """The deadline that a row tells of."""
    stage = None if row["stage"] is None else Reminder(row["stage"])
    return Deadline(**{**row, "audience": Audience(row["audience"]), "stage": stage})


def _values(statement: Statement) -> dict[str, Any]:
    values = {part.name: getattr(statement, part.name) for part in fields(statement) if part.name != "id"}
    return {**values, "kind": str(statement.kind), "state": str(statement.state)}


class Speaking(Rows):
    """The part of a transaction that keeps what is said, and when it must be."""

    async def add_statement(self, statement: Statement) -> Statement:
        """Open a row; the number comes from the database."""
        number = await self._scalar(insert(table).values(_values(statement)).returning(table.c.id))
        return replace(statement, id=StatementId(number))

    async def statement(self, statement: StatementId, *, lock: bool = False) -> Statement:
        chosen = select(table).where(table.c.id == statement)
        row = await self._first(chosen.with_for_update() if lock else chosen)
        if row is None:
            raise NotFound("statement_unknown", statement=statement)
        return statement_of(row)

    async def save_statement(self, statement: Statement) -> None:
        await self._count(update(table).where(table.c.id == statement.id).values(_values(statement)))

    async def deadline(self, incident: IncidentId, audience: Audience) -> Deadline | None:
        chosen = select(promises).where(promises.c.incident == incident, promises.c.audience == str(audience))
        row = await self._first(chosen)
        return None if row is None else deadline_of(row)

    async def save_deadline(self, deadline: Deadline) -> None:
        """An audience of an incident has one deadline: this one takes the place of the last."""
        stage = None if deadline.stage is None else str(deadline.stage)
        values = {**asdict(deadline), "audience": str(deadline.audience), "stage": stage}
        changes = {name: value for name, value in values.items() if name not in ("incident", "audience")}
        new = self._insert(promises).values(values)
        await self._count(new.on_conflict_do_update(index_elements=["incident", "audience"], set_=changes))

    async def drop_deadlines(self, incident: IncidentId, audience: Audience | None = None) -> None:
        """Nobody waits any more: one audience, or both."""
        dropped = delete(promises).where(promises.c.incident == incident)
        await self._count(dropped if audience is None else dropped.where(promises.c.audience == str(audience)))

    async def claim_due_deadlines(self, *, now: datetime, limit: int) -> tuple[Deadline, ...]:
        """Deadlines whose next reminder is due, oldest first; nobody else has them until this transaction ends."""
        rows = await self._all(_CLAIM_DUE, {"now": now, "most": limit})
        return tuple(deadline_of(row) for row in sorted(rows, key=lambda row: (row["wake_at"], row["incident"])))
