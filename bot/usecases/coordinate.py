"""The room works: status, severity, roles, notes, tasks, and the end.

Every change is one commit with its line in the story, the lines and edits it causes, and the
deadlines it moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain import cadence, escalation, rights
from bot.domain.cadence import Audience
from bot.domain.effects import (
    AttachReview,
    Effect,
    InviteToRoom,
    PostReview,
    RefreshAnnouncement,
    SetTopic,
    TellPerson,
    TextPerson,
)
from bot.domain.incident import Incident, IncidentId, Status, clean_title, may_move, with_role
from bot.domain.policy import Method
from bot.domain.reachability import ways
from bot.domain.record import Record, Task
from bot.domain.slugs import PersonId
from bot.domain.statement import StatementKind
from bot.domain.timeline import Event, EventKind
from bot.errors import NotAllowed, Refused
from bot.ports import Core, Transaction
from bot.usecases import speak
from bot.usecases.declare import wake
from bot.usecases.paging import refresh_room, settle_letters, settle_lines, settle_with, tell_room


async def set_status(core: Core, incident: IncidentId, status: Status, *, by: str) -> Incident:
    """Say where the incident stands: investigating, identified or monitoring."""
    async with core.store.transaction() as tx:
        record, person = await _open(core, tx, incident, by)
        found = record.incident
        if status not in (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING):
            raise Refused("status_unknown")
        if status is found.status:
            return found
        facts = {"from": str(found.status), "to": str(status)}
        changed = replace(found, status=status)
        return await _change(tx, record, changed, EventKind.STATUS_CHANGED, by=person, facts=facts)


async def set_severity(core: Core, incident: IncidentId, severity: int, *, by: str) -> Incident:
    """A wrong severity is mended: rhythms change at once, and a graver one may bring the deadline nearer."""
    async with core.store.transaction() as tx:
        record, person = await _open(core, tx, incident, by)
        found = record.incident
        if severity not in (1, 2, 3, 4):
            raise Refused("severity_unknown")
        if severity == found.severity:
            return found
        facts = {"from": found.severity, "to": severity}
        changed = replace(found, severity=severity)
        await _move_deadlines(tx, record, severity)
        await tx.save_pages([replace(page, severity=severity) for page in record.pages if page.wanted])
        return await _change(tx, record, changed, EventKind.SEVERITY_CHANGED, by=person, facts=facts)


async def assign_role(core: Core, incident: IncidentId, role: str, *, to: str, by: str) -> Incident:
    """Give somebody a role in this incident; they are brought in and told what it asks of them."""
    async with core.store.transaction() as tx:
        record, person = await _open(core, tx, incident, by)
        heir = record.roster.person_of(to)
        if record.incident.roles.get(role) == heir:
            return record.incident
        changed = with_role(record.incident, role, heir)
        extra: list[Effect] = [TellPerson(incident, heir, "role", f"{role}:{record.now.timestamp()}", {"role": role})]
        if changed.room.channel:
            extra.append(InviteToRoom(incident, (heir,)))
        facts = {"role": role, "person": heir}
        return await _change(tx, record, changed, EventKind.ROLE_ASSIGNED, by=person, facts=facts, extra=extra)


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
        record = await tx.record(incident, now=now)
        roster, person = record.roster, record.roster.person_of(by)
        if not rights.may_change(record, person):
            raise NotAllowed("not_involved", incident=record.incident.name)
        if message and not await tx.first_time(f"note:{incident}:{message}", now=now):
            marks = record.happened(EventKind.NOTED, EventKind.UNNOTED)
            last = [event for event in marks if event.facts.get("message") == message][-1]
            if last.kind is EventKind.NOTED:
                return last
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
        record, person = await _open(core, tx, incident, by)
        if not await tx.first_time(gesture, now=record.now):
            return record.incident
        if not text.strip():
            raise Refused("update_empty")
        rhythm = cadence.rhythm(record.incident.severity, record.roster.document)
        met = record.room_deadline
        following = cadence.promise_room(incident, rhythm.room, round=(met.round if met else 0) + 1, now=record.now)
        if following:
            await tx.save_deadline(following)
        facts = {"text": text.strip()}
        return await _change(tx, record, record.incident, EventKind.ROOM_UPDATED, by=person, facts=facts)


async def add_task(core: Core, incident: IncidentId, text: str, *, assignee: str | None, by: str, gesture: str) -> Task:
    """Something to do, and who does it; they are told."""
    async with core.store.transaction() as tx:
        record, person = await _open(core, tx, incident, by)
        if not await tx.first_time(gesture, now=record.now):
            return record.tasks[-1]
        if not text.strip():
            raise Refused("task_empty")
        who = record.roster.person_of(assignee) if assignee else None
        task = await tx.add_task(Task(0, incident, clean_title(text), who, person, record.now))
        facts = {"task": task.id, "text": task.text, "assignee": who}
        extra = [TellPerson(incident, who, "task", str(task.id), facts)] if who and who != person else []
        await _change(tx, record, record.incident, EventKind.TASK_ADDED, by=person, facts=facts, extra=extra)
        return task


async def finish_task(core: Core, incident: IncidentId, task: int, *, by: str) -> Task:
    """It is done. Said twice, it is done once."""
    async with core.store.transaction() as tx:
        record, person = await _seen(core, tx, incident, by)
        known = next((each for each in record.tasks if each.id == task), None)
        if known is None:
            raise Refused("task_unknown")
        if known.done_at:
            return known
        done = await tx.finish_task(task, now=record.now)
        facts = {"task": task, "text": done.text}
        extra = [*settle_letters(record, "task", task=task), *settle_lines(record, EventKind.TASK_ADDED, task=task)]
        await _change(tx, record, record.incident, EventKind.TASK_DONE, by=person, facts=facts, extra=extra)
        return done


async def resolve(
    core: Core, incident: IncidentId, *, by: str, summary: str, closing: Mapping[str, str], gesture: str
) -> Incident:
    """It is over. Customers get the closing message, everyone who was called hears so, the review is compiled.

    A closing message that needs approval goes to the approver; the incident is resolved all the same.
    """
    async with core.store.transaction() as tx:
        record, person = await _open(core, tx, incident, by)
        if not await tx.first_time(gesture, now=record.now):
            return record.incident
        if record.published and not any(text.strip() for text in closing.values()):
            raise Refused("closing_missing")
        ended = replace(
            record.incident, status=Status.RESOLVED, resolved_at=record.now, ended_by=person, summary=summary.strip()
        )
        await _end(core, tx, record, ended, EventKind.RESOLVED, by=person, facts={"summary": summary.strip()})
        if any(text.strip() for text in closing.values()):
            over = replace(record, incident=ended)
            await speak.submit(core, tx, over, closing, kind=StatementKind.CLOSING, by=person)
        return ended


async def cancel(
    core: Core, incident: IncidentId, *, by: str, reason: str, correction: Mapping[str, str], gesture: str
) -> Incident:
    """A false alarm. Once customers were told, a correction is required."""
    async with core.store.transaction() as tx:
        record, person = await _open(core, tx, incident, by)
        if not await tx.first_time(gesture, now=record.now):
            return record.incident
        if record.published and not any(text.strip() for text in correction.values()):
            raise Refused("correction_missing")
        ended = replace(record.incident, status=Status.CANCELLED, resolved_at=record.now, ended_by=person)
        await _end(core, tx, record, ended, EventKind.CANCELLED, by=person, facts={"reason": reason.strip()})
        if record.published:
            over = replace(record, incident=ended)
            await speak.submit(core, tx, over, correction, kind=StatementKind.CORRECTION, by=person)
        return ended


async def reopen(core: Core, incident: IncidentId, *, by: str) -> Incident:
    """It came back: the ladder is asked from its first level, and deadlines start anew."""
    async with core.store.transaction() as tx:
        record, person = await _seen(core, tx, incident, by)
        found = record.incident
        if found.open:
            return found
        if not may_move(found.status, Status.INVESTIGATING):
            raise Refused("merged_cannot_reopen", incident=found.name)
        opened = replace(found, status=Status.INVESTIGATING, resolved_at=None, ended_by=None)
        opened = await _change(tx, record, opened, EventKind.REOPENED, by=person, facts={})
        await speak.promise(tx, opened, record.roster, now=record.now, rounds=record.customers_rounds)
        await wake(core, tx, opened, record.roster, now=record.now)
        return opened


async def write_summary(core: Core, incident: IncidentId, summary: str, *, by: str) -> Incident:
    """What a person writes over the post-mortem; the review in the channel is posted anew."""
    async with core.store.transaction() as tx:
        record, person = await _seen(core, tx, incident, by)
        if not summary.strip():
            raise Refused("summary_empty")
        changed = replace(record.incident, summary=summary.strip())
        revision = record.next_revision
        extra: list[Effect] = [PostReview(incident, revision), AttachReview(incident, revision)]
        facts = {"revision": revision}
        return await _change(tx, record, changed, EventKind.REVIEW_COMPILED, by=person, facts=facts, extra=extra)


async def merge(core: Core, incident: IncidentId, *, into: IncidentId, by: str) -> Incident:
    """It is the same event as another: that one goes on, with both reporters."""
    if incident == into:
        raise Refused("merge_into_itself")
    async with core.store.transaction() as tx:
        for one in sorted((incident, into)):
            await tx.incident(one, lock=True)
        record, person = await _open(core, tx, incident, by)
        target = await tx.incident(into)
        if not target.open:
            raise Refused("incident_over", incident=target.name)
        ended = replace(
            record.incident, status=Status.MERGED, merged_into=into, resolved_at=record.now, ended_by=person
        )
        await _end(core, tx, record, ended, EventKind.MERGED, by=person, facts={"into": into})
        reporters = (*target.also_reported_by, record.incident.reporter, *record.incident.also_reported_by)
        others = tuple(dict.fromkeys(each for each in reporters if each != target.reporter))
        target = replace(target, also_reported_by=others)
        await tx.save_incident(target)
        facts = {"title": record.incident.title}
        told = await tx.tell(into, EventKind.ALSO_REPORTED, at=record.now, by=person, facts=facts)
        newcomers = _brought_along(record, target)
        await tx.outbox.enqueue((*tell_room(target, [told]), *refresh_room(target), *newcomers), now=record.now)
        return ended


def _brought_along(record: Record, target: Incident) -> tuple[Effect, ...]:
    """Reporters and those with a role go on working in the other channel; a private one is entered by invitation."""
    merged = record.incident
    if target.room.channel is None or target.private:
        return ()
    people = dict.fromkeys((merged.reporter, *merged.also_reported_by, *merged.roles.values()))
    return tuple(InviteToRoom(target.id, (person,)) for person in people if record.roster.reachable_in_slack(person))


async def _open(core: Core, tx: Transaction, incident: IncidentId, by: str) -> tuple[Record, PersonId]:
    record, person = await _seen(core, tx, incident, by)
    if not record.incident.open:
        raise Refused("incident_over", incident=record.incident.name)
    return record, person


async def _seen(core: Core, tx: Transaction, incident: IncidentId, by: str) -> tuple[Record, PersonId]:
    await tx.incident(incident, lock=True)
    record = await tx.record(incident, now=core.clock.now())
    person = record.roster.person_of(by)
    if not rights.may_change(record, person):
        raise NotAllowed("not_involved", incident=record.incident.name)
    return record, person


async def _change(
    tx: Transaction,
    record: Record,
    changed: Incident,
    kind: EventKind,
    *,
    by: PersonId,
    facts: Mapping[str, Any],
    extra: list[TellPerson] | list[Effect] | None = None,
) -> Incident:
    if changed is not record.incident:
        await tx.save_incident(changed)
    told = await tx.tell(changed.id, kind, at=record.now, by=by, facts=facts)
    effects: list[Effect] = [*tell_room(changed, [told]), *refresh_room(changed), *(extra or ())]
    if changed is not record.incident and changed.room.channel:
        effects += [SetTopic(changed.id), RefreshAnnouncement(changed.id)]
    await tx.outbox.enqueue(effects, now=record.now)
    return changed


async def _end(
    core: Core,
    tx: Transaction,
    record: Record,
    ended: Incident,
    kind: EventKind,
    *,
    by: PersonId,
    facts: Mapping[str, Any],
) -> None:
    pages = await tx.pages_of(ended.id, lock=True)
    await tx.save_pages([escalation.close(page) for page in pages])
    for page in pages:
        await tx.outbox.cancel_knocks(page.id)
    await tx.drop_deadlines(ended.id, Audience.ROOM)
    await speak.take_back(tx, record)
    if not record.published:
        await tx.drop_deadlines(ended.id)  # otherwise customers wait for the last word, and we are reminded of it
    await _change(tx, record, ended, kind, by=by, facts=facts, extra=_farewells(core, record, ended, by))


def _farewells(core: Core, record: Record, ended: Incident, by: PersonId) -> list[Effect]:
    """Everyone who was called hears that it is over, where they can be reached."""
    occasion = f"{ended.status}:{record.now.timestamp()}"
    effects: list[Effect] = []
    for page in record.pages:
        effects += [each for each in settle_with(ended, page, record.called) if each.kind == "RefreshPage"]
    for person in record.called:
        if record.roster.reachable_in_slack(person):
            effects.append(TellPerson(ended.id, person, "over", occasion))
        elif Method.SMS in ways(person, record.roster, methods=core.methods):
            effects.append(TextPerson(ended.id, person, "over", occasion))
    if ended.status is Status.RESOLVED:
        revision = record.next_revision
        effects += [PostReview(ended.id, revision), AttachReview(ended.id, revision)]
    return effects


async def _move_deadlines(tx: Transaction, record: Record, severity: int) -> None:
    """New rhythms from now; a promise already made is kept unless the new one is sooner."""
    rhythm = cadence.rhythm(severity, record.roster.document)
    old = record.customers_deadline
    wait = rhythm.every if record.published else rhythm.first
    round = (old.round if old else record.customers_rounds) + 1
    new = cadence.promise_customers(record.incident.id, wait, round=round, now=record.now)
    if new and (old is None or new.due_at < old.due_at):
        await tx.save_deadline(new)
    round = (record.room_deadline.round if record.room_deadline else 0) + 1
    room = cadence.promise_room(record.incident.id, rhythm.room, round=round, now=record.now)
    if room:
        await tx.save_deadline(room)
