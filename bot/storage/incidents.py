"""Incidents, as rows.

Saving one that somebody else has changed meanwhile is refused as ``Stale``; within one transaction an
incident may be saved any number of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import Select, bindparam, exists, insert, select, update

from bot.domain.incident import OPEN, Incident, IncidentId, Report, Room, Status
from bot.errors import NotFound, Stale
from bot.storage.lists import among
from bot.storage.rows import Row, Rows
from bot.storage.tables import incident as table
from bot.storage.tables import statement

_ROOM = tuple(part.name for part in fields(Room))
_GRAVEST = (
    select(table).where(table.c.status.in_(sorted(OPEN))).order_by(table.c.severity, table.c.declared_at, table.c.id)
)
_THIS = select(table).where(table.c.id == bindparam("this"))
_THIS_LOCKED = _THIS.with_for_update()
_THESE = select(table).where(among(table.c.id, "incidents"))


def incident_of(row: Row) -> Incident:
    """The incident that a row tells of."""
    own = dict(row)
    room = Room(**{name: own.pop(name) for name in _ROOM})
    changed = {"status": Status(row["status"]), "also_reported_by": tuple(row["also_reported_by"]), "room": room}
    return Incident(**{**own, **changed})


def _values(incident: Incident) -> dict[str, Any]:
    values = {part.name: getattr(incident, part.name) for part in fields(incident) if part.name not in ("id", "room")}
    return {
        **values,
        **asdict(incident.room),
        "status": str(incident.status),
        "also_reported_by": list(incident.also_reported_by),
    }


class Incidents(Rows):
    """The part of a transaction that keeps incidents."""

    _saved: dict[IncidentId, int]  # the version each incident was left at by this transaction

    async def add_incident(self, report: Report, incident: Mapping[str, Any]) -> Incident:
        """Open a row. ``report`` fills what ``incident`` leaves out; the number comes from the database."""
        reported = {
            "title": report.title,
            "severity": report.severity,
            "scenario": report.scenario,
            "impact": report.impact,
            "private": report.private,
        }
        new = Incident(id=IncidentId(0), **{**reported, **incident, "version": 1})
        number = await self._scalar(insert(table).values(_values(new)).returning(table.c.id))
        return replace(new, id=IncidentId(number))

    async def incident(self, incident: IncidentId, *, lock: bool = False) -> Incident:
        row = await self._first(_THIS_LOCKED if lock else _THIS, {"this": incident})
        if row is None:
            raise NotFound("incident_unknown", incident=incident)
        return incident_of(row)

    async def incidents(self, incidents: Iterable[IncidentId]) -> dict[IncidentId, Incident]:
        wanted = sorted(set(incidents))
        if not wanted:
            return {}
        rows = await self._all(_THESE, {"incidents": wanted})
        return {IncidentId(row["id"]): incident_of(row) for row in rows}

    async def save_incident(self, incident: Incident) -> None:
        """Write it back. Raises ``Stale`` when another transaction has written since it was read."""
        expected = self._saved.get(incident.id, incident.version)
        values = {**_values(incident), "version": expected + 1}
        matching = (table.c.id == incident.id) & (table.c.version == expected)
        if not await self._count(update(table).where(matching).values(values)):
            raise Stale("changed_meanwhile", incident=incident.name)
        self._saved[incident.id] = expected + 1

    async def open_incidents(self) -> tuple[Incident, ...]:
        """Those not over yet, oldest first."""
        chosen = select(table).where(table.c.status.in_(sorted(OPEN))).order_by(table.c.id)
        return tuple(incident_of(row) for row in await self._all(chosen))

    async def gravest_incidents(self, limit: int | None = None, *, skip: int = 0) -> tuple[Incident, ...]:
        """Those not over yet, gravest and oldest first, beginning after so many."""
        return tuple(incident_of(row) for row in await self._all(_GRAVEST.limit(limit).offset(skip)))

    async def recent_incidents(self, limit: int) -> tuple[Incident, ...]:
        """The last ones, newest first."""
        chosen = select(table).order_by(table.c.id.desc()).limit(limit)
        return tuple(incident_of(row) for row in await self._all(chosen))

    async def spoken_incidents(self, limit: int) -> tuple[Incident, ...]:
        """Incidents with a published statement, newest first."""
        spoken = exists().where(statement.c.incident == table.c.id, statement.c.state == "published")
        chosen = select(table).where(spoken).order_by(table.c.id.desc()).limit(limit)
        return tuple(incident_of(row) for row in await self._all(chosen))

    async def incident_of_channel(self, channel: str) -> Incident | None:
        return await self._one(select(table).where(table.c.channel == channel).order_by(table.c.id.desc()).limit(1))

    async def incident_by_public_id(self, public_id: str) -> Incident | None:
        return await self._one(select(table).where(table.c.public_id == public_id))

    async def _one(self, chosen: Select[Any]) -> Incident | None:
        row = await self._first(chosen)
        return None if row is None else incident_of(row)
