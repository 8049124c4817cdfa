"""The room works: status, severity, roles, notes and tasks.

Every change is one commit with its line in the story, the lines and edits it causes, and the
deadlines it moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import cadence, rights
from bot.domain.cadence import Audience
from bot.domain.effects import (
    Effect,
    InviteToRoom,
    RefreshAnnouncement,
    RefreshPage,
    SetTopic,
    TellPerson,
)
from bot.domain.escalation import Page, PageStatus
from bot.domain.incident import Incident, IncidentId, Status, clean_title, with_role
from bot.domain.page import asked_by
from bot.domain.record import Record, Task
from bot.domain.slugs import PersonId
from bot.domain.timeline import Event, EventKind
from bot.errors import NotAllowed, Refused
from bot.ports import Core, Transaction
from bot.usecases.graver import knock_harder
from bot.usecases.quiet import hold_back, let_go
from bot.usecases.reminding import settle_reminders
from bot.usecases.telling import refresh_room, settle_letters, settle_lines, tell_room


async def set_status(core: Core, incident: IncidentId, status: Status, *, by: str) -> Incident:
    """Say where the incident stands: investigating, identified or monitoring."""
    async with core.store.transaction() as tx:
        record, person = await opened_for(core, tx, incident, by)
        found = record.incident
        if status not in (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING):
            raise Refused("status_unknown")
        if status is found.status:
            return found
        facts = {"from": str(found.status), "to": str(status)}
        changed = replace(found, status=status)
        return await change(tx, record, changed, EventKind.STATUS_CHANGED, by=person, facts=facts)


async def set_severity(core: Core, incident: IncidentId, severity: int, *, by: str) -> Incident:
    """A wrong severity is mended: rhythms change at once, and a graver one may bring the deadline nearer."""
    async with core.store.transaction() as tx:
        record, person = await opened_for(core, tx, incident, by)
        found = record.incident
        if severity not in (1, 2, 3, 4):
            raise Refused("severity_unknown")
        if severity == found.severity:
            return found
        facts = {"from": found.severity, "to": severity}
        changed = replace(found, severity=severity)
        await _move_deadlines(tx, record, severity)
        going_on = [page for page in record.pages if page.status is not PageStatus.CLOSED]  # one that is taken too
        await tx.save_pages([replace(page, severity=severity) for page in going_on])
        if severity < found.severity:
            await let_go(tx, record, severity)
            await knock_harder(core, tx, record, severity)
        else:
            await hold_back(tx, record, severity)
        extra = _seen_anew(record, going_on)
        return await change(tx, record, changed, EventKind.SEVERITY_CHANGED, by=person, facts=facts, extra=extra)


async def assign_role(core: Core, incident: IncidentId, role: str, *, to: str, by: str) -> Incident:
    """Give somebody a role in this incident; they are brought in and told what it asks of them."""
    async with core.store.transaction() as tx:
        record, person = await opened_for(core, tx, incident, by)
        heir = record.roster.person_of(to)
        if record.incident.roles.get(role) == heir:
            return record.incident
        changed = with_role(record.incident, role, heir)
        extra: list[Effect] = [TellPerson(incident, heir, "role", f"{role}:{record.now.timestamp()}", {"role": role})]
        if changed.room.channel:
            extra.append(InviteToRoom(incident, (heir,)))
        facts = {"role": role, "person": heir}
        return await change(tx, record, changed, EventKind.ROLE_ASSIGNED, by=person, facts=facts, extra=extra)


async def note(
    core: Core,
    incident: IncidentId,
    text: str,
    *,
    by: str,
    author: str | None = None,
    at: datetime | None = None,
    message: str | None = None,
) -> Event:
    """Keep something in the story, in its original time. ``message`` is the marked message's "channel:ts"."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        if message:  # a twin in another transaction is waited for, and then stands in the record
            await tx.first_time(f"note:{incident}:{message}", now=now)
        record = await tx.record(incident, now=now)
        roster, person = record.roster, record.roster.person_of(by)
        if not rights.may_change(record, person):
            raise NotAllowed("not_involved", incident=record.incident.name)
        before = _marked(record, message)
        if before is not None:
            return before
        if not text.strip():
            raise Refused("note_empty")
        facts = {"text": text.strip(), "author": roster.person_of(author or by), "message": message}
        return await tx.tell(incident, EventKind.NOTED, at=at or now, by=person, facts=facts)


async def unnote(core: Core, incident: IncidentId, message: str, *, by: str) -> None:
    """The mark was taken away: the note stays in the record, struck out of the story."""
    async with core.store.transaction() as tx:
        roster = await tx.roster()
        facts = {"message": message}
        await tx.tell(incident, EventKind.UNNOTED, at=core.clock.now(), by=roster.person_of(by), facts=facts)


async def update_room(core: Core, incident: IncidentId, text: str, *, by: str, gesture: str) -> Incident:
    """Tell the room how things stand; the room's own deadline starts again."""
    async with core.store.transaction() as tx:
        record, person = await opened_for(core, tx, incident, by)
        if not await tx.first_time(gesture, now=record.now):
            return record.incident
        if not text.strip():
            raise Refused("update_empty")
        rhythm = cadence.rhythm(record.incident.severity, record.roster.document)
        await start_room_deadline(tx, record, rhythm.room)
        facts = {"text": text.strip()}
        return await change(tx, record, record.incident, EventKind.ROOM_UPDATED, by=person, facts=facts)


async def add_task(core: Core, incident: IncidentId, text: str, *, assignee: str | None, by: str, gesture: str) -> Task:
    """Something to do, and who does it; they are told."""
    async with core.store.transaction() as tx:
        record, person = await opened_for(core, tx, incident, by)
        if not await tx.first_time(gesture, now=record.now):
            return record.tasks[-1]
        if not text.strip():
            raise Refused("task_empty")
        who = record.roster.person_of(assignee) if assignee else None
        task = await tx.add_task(Task(0, incident, clean_title(text), who, person, record.now))
        facts = {"task": task.id, "text": task.text, "assignee": who}
        extra = [TellPerson(incident, who, "task", str(task.id), facts)] if who and who != person else []
        await change(tx, record, record.incident, EventKind.TASK_ADDED, by=person, facts=facts, extra=extra)
        return task


async def finish_task(core: Core, incident: IncidentId, task: int, *, by: str) -> Task:
    """It is done. Said twice, it is done once."""
    async with core.store.transaction() as tx:
        record, person = await seen_by(core, tx, incident, by)
        known = next((each for each in record.tasks if each.id == task), None)
        if known is None:
            raise Refused("task_unknown")
        if known.done_at:
            return known
        done = await tx.finish_task(task, now=record.now)
        facts = {"task": task, "text": done.text}
        extra = [*settle_letters(record, "task", task=task), *settle_lines(record, EventKind.TASK_ADDED, task=task)]
        await change(tx, record, record.incident, EventKind.TASK_DONE, by=person, facts=facts, extra=extra)
        return done


async def opened_for(core: Core, tx: Transaction, incident: IncidentId, by: str) -> tuple[Record, PersonId]:
    """An incident that goes on, locked, for somebody who may change it. Inside a transaction."""
    record, person = await seen_by(core, tx, incident, by)
    if not record.incident.open:
        raise Refused("incident_over", incident=record.incident.name)
    return record, person


async def seen_by(core: Core, tx: Transaction, incident: IncidentId, by: str) -> tuple[Record, PersonId]:
    """An incident, over or not, locked, for somebody who may change it. Inside a transaction."""
    await tx.incident(incident, lock=True)
    record = await tx.record(incident, now=core.clock.now())
    person = record.roster.person_of(by)
    if not rights.may_change(record, person):
        raise NotAllowed("not_involved", incident=record.incident.name)
    return record, person


async def change(
    tx: Transaction,
    record: Record,
    changed: Incident,
    kind: EventKind,
    *,
    by: PersonId,
    facts: Mapping[str, Any],
    extra: list[TellPerson] | list[Effect] | None = None,
) -> Incident:
    """Store a change, its line in the story, and what it causes. Inside a transaction."""
    if changed is not record.incident:
        await tx.save_incident(changed)
    told = await tx.tell(changed.id, kind, at=record.now, by=by, facts=facts)
    effects: list[Effect] = [*tell_room(changed, [told]), *refresh_room(changed), *(extra or ())]
    if changed is not record.incident and changed.room.channel:
        effects += [SetTopic(changed.id), RefreshAnnouncement(changed.id)]
    await tx.outbox.enqueue(effects, now=record.now)
    return changed


def _seen_anew(record: Record, pages: Iterable[Page]) -> list[Effect]:
    """Whoever was called reads how grave it is now."""
    return [
        RefreshPage(record.incident.id, page.id, person)
        for page in pages
        for person in asked_by(level for level in record.levels if level.page == page.id)
    ]


def _marked(record: Record, message: str | None) -> Event | None:
    """The note that this message is, unless it was struck out since."""
    marks = record.happened(EventKind.NOTED, EventKind.UNNOTED) if message else ()
    last = next((mark for mark in reversed(marks) if mark.facts.get("message") == message), None)
    return last if last is not None and last.kind is EventKind.NOTED else None


async def _move_deadlines(tx: Transaction, record: Record, severity: int) -> None:
    """New rhythms from now; what customers were promised is kept unless the new one is sooner."""
    rhythm = cadence.rhythm(severity, record.roster.document)
    await _move_customers_deadline(tx, record, rhythm.every if record.published else rhythm.first)
    await start_room_deadline(tx, record, rhythm.room)


async def _move_customers_deadline(tx: Transaction, record: Record, wait: timedelta | None) -> None:
    """The same round: its reminders were not answered, and can be."""
    old, incident = record.customers_deadline, record.incident
    new = cadence.promise_customers(incident.id, wait, round=record.customers_round, now=record.now)
    if new and (old is None or new.due_at < old.due_at):
        await tx.save_deadline(new)
    elif new is None and old and not record.published:  # nobody outside waits, and nothing is asked by the clock
        await tx.drop_deadlines(incident.id, Audience.CUSTOMERS)
        await tx.outbox.enqueue(settle_reminders(record, old), now=record.now)


async def start_room_deadline(tx: Transaction, record: Record, wait: timedelta | None) -> None:
    """The room's own deadline starts again, or ends where the severity asks for none."""
    round = (record.room_deadline.round if record.room_deadline else 0) + 1
    room = cadence.promise_room(record.incident.id, wait, round=round, now=record.now)
    await (tx.save_deadline(room) if room else tx.drop_deadlines(record.incident.id, Audience.ROOM))
