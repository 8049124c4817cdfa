"""An incident ends: resolved, a false alarm, or the same as another; and it may come back.

Whoever was called hears so, nobody is called any more, customers get the last word, and the
post-mortem is compiled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain import escalation
from bot.domain.cadence import Audience
from bot.domain.effects import (
    AttachReview,
    Effect,
    InviteToRoom,
    PostReview,
    TellPerson,
    TextPerson,
)
from bot.domain.incident import COMMANDER, Incident, IncidentId, Status, may_move
from bot.domain.policy import Method
from bot.domain.reachability import silence_of, ways
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.statement import StatementKind
from bot.domain.timeline import EventKind
from bot.errors import Refused
from bot.ports import Core, Transaction
from bot.usecases import reminding, speak
from bot.usecases.coordinate import change, opened_for, seen_by
from bot.usecases.declare import wake
from bot.usecases.paging import hush, keep_turns_apart
from bot.usecases.telling import refresh_room, settle_with, tell_room


async def resolve(
    core: Core, incident: IncidentId, *, by: str, summary: str, closing: Mapping[str, str], gesture: str
) -> Incident:
    """It is over. Customers get the closing message, everyone who was called hears so, the review is compiled.

    A closing message that needs approval goes to the approver; the incident is resolved all the same.
    """
    async with core.store.transaction() as tx:
        record, person = await opened_for(core, tx, incident, by)
        if not await tx.first_time(gesture, now=record.now):
            return record.incident
        said = any(text.strip() for text in closing.values())
        if record.published and not said:
            raise Refused("closing_missing")
        if record.incident.private and not record.published and said:
            raise Refused("private_told_nothing", incident=record.incident.name)
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
        record, person = await opened_for(core, tx, incident, by)
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
    """It came back: the ladder is asked from its first level, and deadlines start anew.

    Whoever led may be asleep by now: who answers leads, unless it is the one who led that opens it again.
    """
    async with core.store.transaction() as tx:
        await keep_turns_apart(tx)
        record, person = await seen_by(core, tx, incident, by)
        found = record.incident
        if found.open:
            return found
        if not may_move(found.status, Status.INVESTIGATING):
            raise Refused("merged_cannot_reopen", incident=found.name)
        await speak.take_back(tx, record)  # that it is over must not leave any more
        roles = {role: who for role, who in found.roles.items() if role != COMMANDER or who == person}
        opened = replace(found, status=Status.INVESTIGATING, resolved_at=None, ended_by=None, roles=roles)
        opened = await change(tx, record, opened, EventKind.REOPENED, by=person, facts={})
        await reminding.promise(tx, opened, record.roster, now=record.now, rounds=record.customers_rounds)
        await wake(core, tx, opened, record.roster, now=record.now)
        return opened


async def merge(core: Core, incident: IncidentId, *, into: IncidentId, by: str) -> Incident:
    """It is the same event as another: that one goes on, with both reporters."""
    if incident == into:
        raise Refused("merge_into_itself")
    async with core.store.transaction() as tx:
        for one in sorted((incident, into)):
            await tx.incident(one, lock=True)
        record, person = await opened_for(core, tx, incident, by)
        target = await tx.incident(into)
        if not target.open:
            raise Refused("incident_over", incident=target.name)
        await _keep_promise(tx, record, into)
        ended = replace(
            record.incident, status=Status.MERGED, merged_into=into, resolved_at=record.now, ended_by=person
        )
        await _end(core, tx, record, ended, EventKind.MERGED, by=person, facts={"into": into})
        reporters = (*target.also_reported_by, record.incident.reporter, *record.incident.also_reported_by)
        others = tuple(dict.fromkeys(each for each in reporters if each != target.reporter))
        target = replace(target, also_reported_by=others)
        await tx.save_incident(target)
        hidden = record.incident.private and not target.private  # others read on there
        facts = {} if hidden else {"title": record.incident.title}
        told = await tx.tell(into, EventKind.ALSO_REPORTED, at=record.now, by=record.incident.reporter, facts=facts)
        newcomers = _brought_along(record, target)
        await tx.outbox.enqueue((*tell_room(target, [told]), *refresh_room(target), *newcomers), now=record.now)
        return ended


async def write_summary(core: Core, incident: IncidentId, summary: str, *, by: str) -> Incident:
    """What a person writes over the post-mortem; the review in the channel is posted anew."""
    async with core.store.transaction() as tx:
        record, person = await seen_by(core, tx, incident, by)
        if not summary.strip():
            raise Refused("summary_empty")
        changed = replace(record.incident, summary=summary.strip())
        revision = record.next_revision
        extra: list[Effect] = [PostReview(incident, revision), AttachReview(incident, revision)]
        facts = {"revision": revision}
        return await change(tx, record, changed, EventKind.REVIEW_COMPILED, by=person, facts=facts, extra=extra)


async def _keep_promise(tx: Transaction, record: Record, into: IncidentId) -> None:
    """Customers who were told of one go on being told: the other speaks to them, no later than was promised."""
    if not record.published:
        return
    target = await tx.record(into, now=record.now)
    if not target.published:
        raise Refused("customers_know_this_one", incident=record.incident.name, other=target.incident.name)
    promised, due = record.customers_deadline, target.customers_deadline
    if promised and (due is None or promised.due_at < due.due_at):
        await tx.save_deadline(replace(promised, incident=into, round=target.customers_round))


def _brought_along(record: Record, target: Incident) -> tuple[Effect, ...]:
    """Reporters and those with a role go on working in the other channel; a private one is entered by invitation."""
    merged = record.incident
    if target.room.channel is None or target.private:
        return ()
    people = dict.fromkeys((merged.reporter, *merged.also_reported_by, *merged.roles.values()))
    return tuple(InviteToRoom(target.id, (person,)) for person in people if record.roster.reachable_in_slack(person))


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
    if not record.published or ended.status is Status.MERGED:
        await tx.drop_deadlines(ended.id)  # otherwise customers wait for the last word, and we are reminded of it
    await change(tx, record, ended, kind, by=by, facts=facts, extra=_farewells(core, record, ended))
    await tx.outbox.schedule(_farewell_texts(core, record, ended), now=record.now)


def _farewells(core: Core, record: Record, ended: Incident) -> list[Effect]:
    """Everyone who was called hears in Slack that it is over."""
    occasion = _occasion(record, ended)
    effects: list[Effect] = []
    for page in record.pages:
        effects += [each for each in settle_with(ended, page, record.called) if each.kind == "RefreshPage"]
        effects += hush(core, page)
    for person in record.called:
        if record.roster.reachable_in_slack(person):
            effects.append(TellPerson(ended.id, person, "over", occasion))
    if record.customers_deadline:
        effects += reminding.settle_reminders(record, record.customers_deadline)
    if ended.status is Status.RESOLVED:
        revision = record.next_revision
        effects += [PostReview(ended.id, revision), AttachReview(ended.id, revision)]
    return effects


def _farewell_texts(core: Core, record: Record, ended: Incident) -> list[tuple[Effect, datetime]]:
    """The same by text for those whom Slack does not reach; when their quiet hours end, if it may not be now."""
    texts: list[tuple[Effect, datetime]] = []
    for person in record.called:
        silence = silence_of(person, record.roster, severity=ended.severity)
        due = silence.over(record.now) if silence else record.now
        by_text = Method.SMS in ways(person, record.roster, methods=core.methods)
        if due and by_text and not record.roster.reachable_in_slack(person):
            texts.append((TextPerson(ended.id, person, "over", _occasion(record, ended)), due))
    return texts


def _occasion(record: Record, ended: Incident) -> str:
    return f"{ended.status}:{record.now.timestamp()}"
