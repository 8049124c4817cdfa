"""One incident, whole: everything its cards, summaries and reviews are drawn from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, select

from bot.domain.effects import CEREMONY, PageResponder, PublishStatement, RemindSpeaker, TellPerson, TellRoom
from bot.domain.incident import IncidentId
from bot.domain.record import Delivery, Knock, Letter, Line, Record, Reminded, Trouble
from bot.storage.incidents import Incidents
from bot.storage.pages import Pages, level_of
from bot.storage.people import People
from bot.storage.speaking import Speaking, deadline_of, statement_of
from bot.storage.story import Story, event_of, task_of
from bot.storage.tables import deadline, effect, event, level_fired, page, statement, task

_KNOCK = PageResponder.__name__
_PUBLICATION = PublishStatement.__name__
_REMINDER = RemindSpeaker.__name__
_LETTER = TellPerson.__name__
_LINE = TellRoom.__name__
_STEPS = frozenset((*(kind.__name__ for kind in CEREMONY), _PUBLICATION))
_SHOWN = tuple(
    effect.c[name]
    for name in ("kind", "payload", "state", "failures", "next_at", "sent_at", "provider_id", "facts", "error")
)


class Records(Incidents, Pages, Speaking, Story, People):
    """The part of a transaction that reads everything known of one incident."""

    async def record(self, incident: IncidentId, *, now: datetime) -> Record:
        found = await self.incident(incident)
        roster = await self.roster()
        pages = await self.pages_of(incident)
        levels = select(level_fired).join(page, page.c.id == level_fired.c.page).where(page.c.incident == incident)
        fired = await self._all(levels.order_by(level_fired.c.at, *level_fired.primary_key.columns))
        shown = effect.c.kind.in_(sorted({_KNOCK, _REMINDER, _LETTER, _LINE, *_STEPS}))
        effects = await self._all(select(*_SHOWN).where(effect.c.incident == incident, shown).order_by(effect.c.id))
        said = await self._all(select(statement).where(statement.c.incident == incident).order_by(statement.c.id))
        promised = await self._all(select(deadline).where(deadline.c.incident == incident))
        tasks = await self._all(select(task).where(task.c.incident == incident).order_by(task.c.id))
        events = await self._all(select(event).where(event.c.incident == incident).order_by(event.c.seq))
        return Record(
            incident=found,
            roster=roster,
            now=now,
            pages=pages,
            levels=tuple(level_of(row) for row in fired),
            knocks=tuple(_knock(row) for row in effects if row["kind"] == _KNOCK),
            statements=tuple(statement_of(row) for row in said),
            deliveries=tuple(_delivery(row) for row in effects if row["kind"] == _PUBLICATION),
            deadlines=tuple(deadline_of(row) for row in promised),
            reminders=tuple(_reminded(row) for row in effects if row["kind"] == _REMINDER),
            letters=tuple(_letter(row) for row in effects if row["kind"] == _LETTER),
            lines=tuple(Line(row["payload"]["seq"], row["provider_id"]) for row in effects if row["kind"] == _LINE),
            tasks=tuple(task_of(row) for row in tasks),
            troubles=tuple(_trouble(row) for row in effects if row["kind"] in _STEPS and _is_trouble(row)),
            events=tuple(event_of(row) for row in events),
            status_url=f"{self._setting.public_url}/status/{found.public_id}",
            public_url=self._setting.public_url,
        )


def _knock(row: RowMapping) -> Knock:
    asked = row["payload"]
    return Knock(
        **{name: asked[name] for name in ("page", "epoch", "loop", "level", "person", "method")},
        state=row["state"],
        due_at=row["next_at"],
        sent_at=row["sent_at"],
        provider_id=row["provider_id"],
        error=row["error"],
    )


def _delivery(row: RowMapping) -> Delivery:
    link = (row["facts"] or {}).get("link")
    return Delivery(row["payload"]["statement"], row["payload"]["channel"], row["state"], link, row["error"])


def _reminded(row: RowMapping) -> Reminded:
    asked = row["payload"]
    named = {name: asked[name] for name in ("person", "round", "stage")}
    return Reminded(**named, state=row["state"], provider_id=row["provider_id"], asked=asked.get("asked", ""))


def _letter(row: RowMapping) -> Letter:
    written = row["payload"]
    named = {name: written[name] for name in ("person", "notice", "occasion", "facts")}
    return Letter(**named, provider_id=row["provider_id"])


def _is_trouble(row: RowMapping) -> bool:
    waits_after_failure = row["state"] == "pending" and row["failures"] > 0
    return bool(row["state"] == "failed" or waits_after_failure)


def _trouble(row: RowMapping) -> Trouble:
    next_at = row["next_at"] if row["state"] == "pending" else None
    return Trouble(row["kind"], row["state"], row["error"] or "", next_at)
