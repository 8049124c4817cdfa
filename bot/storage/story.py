"""An incident's story, its tasks, and what must not be done or lost twice: gestures seen, forms kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text, update

from bot.domain.incident import IncidentId
from bot.domain.record import Task
from bot.domain.slugs import PersonId
from bot.domain.timeline import Event, EventKind
from bot.errors import NotFound
from bot.storage.batches import ROWS, adding
from bot.storage.lists import among
from bot.storage.rows import Row, Rows
from bot.storage.tables import audit, event, kept_form, seen, task

_LAST = (
    select(event.c.incident, func.max(event.c.seq).label("last"))
    .where(among(event.c.incident, "incidents"))
    .group_by(event.c.incident)
)
_EVENT = tuple(part.name for part in fields(Event))
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def event_of(row: Row) -> Event:
    """The fact that a row tells of."""
    return Event(**{**row, "kind": EventKind(row["kind"])})


def task_of(row: Row) -> Task:
    """The task that a row tells of."""
    return Task(**row)


class Story(Rows):
    """The part of a transaction that appends."""

    async def tell(
        self,
        incident: IncidentId,
        kind: EventKind,
        *,
        at: datetime,
        by: PersonId | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Event:
        """Append one fact."""
        (told,) = await self.tell_all([Event(incident, 0, at, kind, by, dict(facts or {}))])
        return told

    async def tell_all(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Append many at once; the given ``seq`` is ignored, the returned events carry theirs, in order.

        Two transactions may want one number: the later one waits for the other and takes the next.
        """
        told: dict[int, Event] = {}
        while len(told) < len(events):
            missing = [place for place in range(len(events)) if place not in told]
            numbered = await self._numbered({place: events[place] for place in missing})
            stored = await self._append(list(numbered.values()))
            told.update({place: new for place, new in numbered.items() if (new.incident, new.seq) in stored})
        return tuple(told[place] for place in range(len(events)))

    async def audit(
        self,
        kind: EventKind,
        *,
        at: datetime,
        by: PersonId,
        incident: IncidentId | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """A row that says who saw or changed what; kept apart from the incidents' stories."""
        row = {"at": at, "kind": str(kind), "by": by, "incident": incident, "facts": dict(facts or {})}
        await self._count(insert(audit).values(row))

    async def add_task(self, task_: Task) -> Task:
        """Open a row; the number comes from the database."""
        values = {part.name: getattr(task_, part.name) for part in fields(task_) if part.name != "id"}
        number = await self._scalar(insert(task).values(values).returning(task.c.id))
        return replace(task_, id=number)

    async def finish_task(self, task_: int, *, now: datetime) -> Task:
        """Done; a task that was done before keeps its first time."""
        done = update(task).where(task.c.id == task_).values(done_at=func.coalesce(task.c.done_at, now))
        row = await self._first(done.returning(task))
        if row is None:
            raise NotFound("task_unknown", task=task_)
        return task_of(row)

    async def keep_form(self, key: str, content: Mapping[str, Any], *, now: datetime) -> None:
        """Keep what somebody typed; it may hold a number, so it is sealed."""
        kept = {"at": now, "content": self._setting.secrets.seal(dict(content))}
        new = self._insert(kept_form).values({"key": key, **kept})
        await self._count(new.on_conflict_do_update(index_elements=["key"], set_=kept))

    async def kept_form(self, key: str) -> Mapping[str, Any] | None:
        sealed = await self._scalar(select(kept_form.c.content).where(kept_form.c.key == key))
        return None if sealed is None else dict(self._setting.secrets.unseal(sealed))

    async def first_time(self, gesture: str, *, now: datetime) -> bool:
        """Whether this delivery is new; a twin in another transaction is waited for."""
        return bool(await self._count(self._insert(seen).values(gesture=gesture, at=now).on_conflict_do_nothing()))

    async def remember(self, gesture: str, result: str) -> None:
        await self._count(update(seen).where(seen.c.gesture == gesture).values(result=result))

    async def result_of(self, gesture: str) -> str | None:
        result: str | None = await self._scalar(select(seen.c.result).where(seen.c.gesture == gesture))
        return result

    async def lock(self, name: str) -> None:
        """Hold a named lock until the end. On SQLite whoever writes holds them all."""
        if self._postgres:
            await self._connection.execute(_LOCK, {"name": name})

    async def _numbered(self, events: Mapping[int, Event]) -> dict[int, Event]:
        incidents = {"incidents": sorted({each.incident for each in events.values()})}
        last = {row["incident"]: row["last"] for row in await self._all(_LAST, incidents)}
        numbered = {}
        for place, each in events.items():
            last[each.incident] = last.get(each.incident, 0) + 1
            numbered[place] = Event(each.incident, last[each.incident], each.at, each.kind, each.by, each.facts)
        return numbered

    async def _append(self, events: Sequence[Event]) -> set[tuple[int, int]]:
        ordered = sorted(events, key=lambda each: (each.incident, each.seq))  # so that two batches cannot embrace
        new = adding(event, _EVENT, self._postgres, (event.c.incident, event.c.seq))
        rows = await self._all(new, {ROWS: [vars(each) for each in ordered]})
        return {(row["incident"], row["seq"]) for row in rows}
