"""Incidents, whole: everything their cards, summaries and reviews are drawn from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.domain.effects import (
    CEREMONY,
    PageResponder,
    PublishStatement,
    RemindSpeaker,
    TellPerson,
    TellRoom,
    TextPerson,
)
from bot.domain.incident import IncidentId
from bot.domain.patience import LIMITS
from bot.domain.record import Delivery, Knock, Letter, Line, Record, Reminded, Trouble
from bot.errors import NotFound
from bot.storage.incidents import Incidents, incident_of
from bot.storage.lists import among
from bot.storage.pages import Pages, level_of, page_of
from bot.storage.parts import parts
from bot.storage.people import REVISION, People
from bot.storage.rows import Row, condition
from bot.storage.speaking import Speaking, deadline_of, statement_of
from bot.storage.story import Story, event_of, task_of
from bot.storage.tables import deadline, effect, event, incident, level_fired, page, statement, task

_KNOCK = PageResponder.__name__
_PUBLICATION = PublishStatement.__name__
_REMINDER = RemindSpeaker.__name__
_LETTER = TellPerson.__name__
_LINE = TellRoom.__name__
_NOTICES = frozenset({_LETTER, TextPerson.__name__})
_STEPS = frozenset((*(kind.__name__ for kind in CEREMONY), _PUBLICATION))
_TOLD = ", ".join(f"'{kind}'" for kind in sorted({_KNOCK, _REMINDER, _LINE, *_NOTICES, *_STEPS}))
_EFFECT = (
    "incident",
    "kind",
    "payload",
    "state",
    "failures",
    "next_at",
    "sent_at",
    "arrived_at",
    "provider_id",
    "facts",
    "error",
)

# Made once: records are read before every send, and putting a statement together costs more than running it.
WHOLE = parts(
    roster=REVISION,
    incidents=select(incident).where(among(incident.c.id, "incidents")).order_by(incident.c.id),
    pages=select(page).where(among(page.c.incident, "incidents")).order_by(page.c.id),
    levels=select(level_fired)
    .join(page, page.c.id == level_fired.c.page)
    .where(among(page.c.incident, "incidents"))
    .order_by(level_fired.c.at, *level_fired.primary_key.columns),
    effects=select(*(effect.c[name] for name in _EFFECT))
    .where(among(effect.c.incident, "incidents"), condition(f"kind IN ({_TOLD})"))
    .order_by(effect.c.id),
    statements=select(statement).where(among(statement.c.incident, "incidents")).order_by(statement.c.id),
    deadlines=select(deadline).where(among(deadline.c.incident, "incidents")),
    tasks=select(task).where(among(task.c.incident, "incidents")).order_by(task.c.id),
    events=select(event).where(among(event.c.incident, "incidents")).order_by(event.c.seq),
)

_Sorted = Mapping[int, Sequence[Row]]


class Records(Incidents, Pages, Speaking, Story, People):
    """The part of a transaction that reads everything known of incidents."""

    async def record(self, incident: IncidentId, *, now: datetime) -> Record:
        found = await self.records([incident], now=now)
        if incident not in found:
            raise NotFound("incident_unknown", incident=incident)
        return found[incident]

    async def records(self, incidents: Iterable[IncidentId], *, now: datetime) -> dict[IncidentId, Record]:
        """Those of them that there are, in the order of their numbers: one query, however many."""
        these = sorted(set(incidents))
        whole = await self._first(WHOLE, {"incidents": these}) if these else None
        if whole is None:
            return {}
        roster = await self._roster_of(whole["roster"][0]["number"])
        pages, effects = _sorted(whole["pages"]), _sorted(whole["effects"])
        levels = _sorted(whole["levels"], by=_owners(pages))
        statements, deadlines = _sorted(whole["statements"]), _sorted(whole["deadlines"])
        tasks, events = _sorted(whole["tasks"]), _sorted(whole["events"])
        return {
            (number := found.id): Record(
                incident=found,
                roster=roster,
                now=now,
                pages=tuple(page_of(row) for row in pages[number]),
                levels=tuple(level_of(row) for row in levels[number]),
                statements=tuple(statement_of(row) for row in statements[number]),
                deadlines=tuple(deadline_of(row) for row in deadlines[number]),
                tasks=tuple(task_of(row) for row in tasks[number]),
                events=tuple(event_of(row) for row in events[number]),
                status_url=f"{self._setting.public_url}/status/{found.public_id}",
                public_url=self._setting.public_url,
                **_deeds(effects[number]),
            )
            for found in map(incident_of, whole["incidents"])
        }


def _sorted(rows: Iterable[Row], *, by: Callable[[Row], int] = lambda row: row["incident"]) -> _Sorted:
    """By incident."""
    mine: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        mine[by(row)].append(row)
    return mine


def _owners(pages: _Sorted) -> Callable[[Row], int]:
    """The incident of a level: that of its page."""
    owner = {row["id"]: incident for incident, rows in pages.items() for row in rows}
    return lambda level: owner[level["page"]]


def _deeds(effects: Sequence[Row]) -> dict[str, Any]:
    """What was sent for one incident, or is about to be."""
    return {
        "knocks": tuple(_knock(row) for row in effects if row["kind"] == _KNOCK),
        "deliveries": tuple(_delivery(row) for row in effects if row["kind"] == _PUBLICATION),
        "reminders": tuple(_reminded(row) for row in effects if row["kind"] == _REMINDER),
        "letters": tuple(_letter(row) for row in effects if row["kind"] == _LETTER),
        "lines": tuple(Line(row["payload"]["seq"], row["provider_id"]) for row in effects if row["kind"] == _LINE),
        "troubles": tuple(_trouble(row) for row in effects if _is_trouble(row)),
    }


def _knock(row: Row) -> Knock:
    asked = row["payload"]
    return Knock(
        **{name: asked[name] for name in ("page", "epoch", "loop", "level", "person", "method")},
        state=row["state"],
        due_at=row["next_at"],
        sent_at=row["sent_at"],
        arrived_at=row["arrived_at"],
        provider_id=row["provider_id"],
        error=row["error"],
        turn=asked.get("turn", 1),  # before levels had turns, none was written
    )


def _delivery(row: Row) -> Delivery:
    link = (row["facts"] or {}).get("link")
    return Delivery(row["payload"]["statement"], row["payload"]["channel"], row["state"], link, row["error"])


def _reminded(row: Row) -> Reminded:
    asked = row["payload"]
    named = {name: asked[name] for name in ("person", "round", "stage")}
    return Reminded(**named, state=row["state"], provider_id=row["provider_id"], asked=asked.get("asked", ""))


def _letter(row: Row) -> Letter:
    written = row["payload"]
    named = {name: written[name] for name in ("person", "notice", "occasion", "facts")}
    return Letter(**named, provider_id=row["provider_id"])


def _is_trouble(row: Row) -> bool:
    waits_after_failure = row["state"] == "pending" and row["failures"] > 0
    if row["kind"] in _NOTICES:
        return bool(waits_after_failure and row["error"] in LIMITS)
    return bool(row["kind"] in _STEPS and (row["state"] == "failed" or waits_after_failure))


def _trouble(row: Row) -> Trouble:
    next_at = row["next_at"] if row["state"] == "pending" else None
    whose = row["payload"]["person"] if row["kind"] in _NOTICES else None
    return Trouble(row["kind"], row["state"], row["error"] or "", next_at, person=whose)
