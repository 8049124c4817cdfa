"""Traces past their time, taken away the oldest first: a bounded number, by an index, and never one that somebody
else is holding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, bindparam, delete, select, tuple_
from sqlalchemy.sql.dml import ReturningDelete

from bot.domain.traces import Trace
from bot.storage.rows import Rows, claimable
from bot.storage.tables import answer_token, attempt, beat, kept_form, seen


def _oldest(when: Column[datetime], *but: ColumnElement[bool]) -> ReturningDelete[Any]:
    table = when.table
    key = list(table.primary_key.columns)
    most: Any = bindparam("most", type_=attempt.c.n.type)
    chosen = select(*key).where(when < bindparam("before", type_=when.type), *but).order_by(when).limit(most)
    old = claimable(chosen)
    named = tuple_(*key) if len(key) > 1 else key[0]
    return delete(table).where(named.in_(select(*old.c))).returning(key[0])


PRUNING: Final[Mapping[Trace, ReturningDelete[Any]]] = {
    # What the owners were told of our own troubles is remembered here too, and counts until the trouble is over.
    Trace.GESTURES: _oldest(seen.c.at, seen.c.gesture.not_like("trouble:%")),
    Trace.LINKS: _oldest(answer_token.c.expires),
    Trace.FORMS: _oldest(kept_form.c.at),
    Trace.ATTEMPTS: _oldest(attempt.c.started),
    Trace.BEATS: _oldest(beat.c.at),
}


class Pruning(Rows):
    """The part of a transaction that takes away what can no longer matter."""

    async def prune(self, trace: Trace, *, before: datetime, limit: int) -> int:
        """Of one kind, the oldest that are older than this. How many went."""
        return len(await self._all(PRUNING[trace], {"before": before, "most": limit}))
