"""One incident, whole: everything its cards, summaries and reviews are drawn from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BindParameter, RowMapping, bindparam, select

from bot.domain.effects import CEREMONY, PageResponder, PublishStatement, RemindSpeaker, TellPerson, TellRoom
from bot.domain.incident import IncidentId
from bot.domain.record import Delivery, Knock, Letter, Line, Record, Reminded, Trouble
from bot.storage.incidents import Incidents
from bot.storage.pages import Pages, level_of, page_of
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
_EFFECT = tuple(
    effect.c[name]
    for name in ("kind", "payload", "state", "failures", "next_at", "sent_at", "provider_id", "facts", "error")
)
_THIS: BindParameter[int] = bindparam("incident")

# Made once: a record is read before every send, and putting statements together costs more than running them.
_PAGES = select(page).where(page.c.incident == _THIS).order_by(page.c.id)
_LEVELS = (
    select(level_fired)
    .join(page, page.c.id == level_fired.c.page)
    .where(page.c.incident == _THIS)
    .order_by(level_fired.c.at, *level_fired.primary_key.columns)
)
_EFFECTS = (
    select(*_EFFECT)
    .where(effect.c.incident == _THIS, effect.c.kind.in_(sorted({_KNOCK, _REMINDER, _LETTER, _LINE, *_STEPS})))
    .order_by(effect.c.id)
)
_STATEMENTS = select(statement).where(statement.c.incident == _THIS).order_by(statement.c.id)
_DEADLINES = select(deadline).where(deadline.c.incident == _THIS)
_TASKS = select(task).where(task.c.incident == _THIS).order_by(task.c.id)
_EVENTS = select(event).where(event.c.incident == _THIS).order_by(event.c.seq)


class Records(Incidents, Pages, Speaking, Story, People):
    """The part of a transaction that reads everything known of one incident."""

    async def record(self, incident: IncidentId, *, now: datetime) -> Record:
        found = await self.incident(incident)
        roster = await self.roster()
        this = {"incident": incident}
        effects = await self._all(_EFFECTS, this)
        return Record(
            incident=found,
            roster=roster,
            now=now,
            pages=tuple(page_of(row) for row in await self._all(_PAGES, this)),
            levels=tuple(level_of(row) for row in await self._all(_LEVELS, this)),
            knocks=tuple(_knock(row) for row in effects if row["kind"] == _KNOCK),
            statements=tuple(statement_of(row) for row in await self._all(_STATEMENTS, this)),
            deliveries=tuple(_delivery(row) for row in effects if row["kind"] == _PUBLICATION),
            deadlines=tuple(deadline_of(row) for row in await self._all(_DEADLINES, this)),
            reminders=tuple(_reminded(row) for row in effects if row["kind"] == _REMINDER),
            letters=tuple(_letter(row) for row in effects if row["kind"] == _LETTER),
            lines=tuple(Line(row["payload"]["seq"], row["provider_id"]) for row in effects if row["kind"] == _LINE),
            tasks=tuple(task_of(row) for row in await self._all(_TASKS, this)),
            troubles=tuple(_trouble(row) for row in effects if row["kind"] in _STEPS and _is_trouble(row)),
            events=tuple(event_of(row) for row in await self._all(_EVENTS, this)),
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
