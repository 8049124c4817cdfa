"""Customers are spoken to: promised, said, approved, and noticed when late.

A statement is stored with its texts when a person has decided on them; drafts are words, and are
made by ``messages`` from the record of the moment. Publishing is an effect per channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import cadence, rights
from bot.domain.cadence import Audience, Deadline
from bot.domain.effects import (
    AttachReview,
    Effect,
    InviteToRoom,
    PublishStatement,
    RefreshReminder,
    Reminder,
    RemindSpeaker,
    TellPerson,
)
from bot.domain.incident import COMMUNICATIONS, Incident, IncidentId, with_role
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement, StatementId, StatementKind, StatementState, needs_approval
from bot.domain.timeline import EventKind
from bot.errors import NotAllowed, Refused, Stale
from bot.ports import Core, Transaction
from bot.usecases.paging import refresh_room, settle_letters, settle_lines, tell_room


class Said(StrEnum):
    """What became of a statement that somebody submitted."""

    PUBLISHED = "published"
    AWAITING_APPROVAL = "awaiting_approval"


@dataclass(frozen=True)
class Spoken:
    """The statement as it stands, and what became of it."""

    statement: Statement
    said: Said


async def promise(tx: Transaction, incident: Incident, roster: Roster, *, now: datetime, rounds: int = 0) -> None:
    """From the first minute on, customers and the room have a deadline each, and the lead a draft.

    ``rounds`` counts the deadlines there were before, when the incident is opened again.
    """
    rhythm = cadence.rhythm(incident.severity, roster.document)
    room = cadence.promise_room(incident.id, rhythm.room, round=rounds + 1, now=now)
    if room:
        await tx.save_deadline(room)
    first = cadence.promise_customers(incident.id, rhythm.first, round=rounds + 1, now=now)
    if first:
        await remind(tx, incident, replace(first, wake_at=now), roster, now=now)  # the draft is there at once
    if first and first.wake_at and first.wake_at > now:
        await tx.save_deadline(first)  # and comes again shortly before word is due


async def remind(tx: Transaction, incident: Incident, deadline: Deadline, roster: Roster, *, now: datetime) -> bool:
    """Send the reminder that is due, if it is, and store when the next one leaves."""
    if deadline.wake_at is None or deadline.wake_at > now or deadline.stage is None:
        await tx.save_deadline(deadline)
        return False
    person = whom_to_remind(incident, deadline.stage, roster)
    asked = deadline.wake_at.isoformat()
    effects: list[Effect] = []
    if person:
        effects.append(RemindSpeaker(incident.id, person, deadline.round, deadline.stage, asked))
    if deadline.stage is not Reminder.DRAFT:
        facts = {"due": deadline.due_at.isoformat(), "stage": str(deadline.stage), "person": person}
        missed = await tx.tell(incident.id, EventKind.DEADLINE_MISSED, at=now, facts=facts)
        effects += [*tell_room(incident, [missed]), *refresh_room(incident)]
    await tx.save_deadline(cadence.reminded(deadline, now=now))
    await tx.outbox.enqueue(effects, now=now)
    return True


def whom_to_remind(incident: Incident, stage: Reminder, roster: Roster) -> PersonId | None:
    """The lead, then their deputy, then the commander; whoever is nearest when one is missing."""
    lead = incident.communications_lead
    commander = incident.commander
    owner = next(iter(roster.owners()), incident.reporter)
    match stage:
        case Reminder.DRAFT | Reminder.LEAD:
            return lead or commander or owner
        case Reminder.DEPUTY:
            deputy = roster.deputy_of(lead, role=COMMUNICATIONS) if lead else None
            return deputy or commander or owner
        case Reminder.COMMANDER:
            return commander or owner


async def say(
    core: Core,
    incident: IncidentId,
    texts: Mapping[str, str],
    *,
    kind: StatementKind,
    by: str,
    gesture: str,
    public_status: str = "",
    emergency: bool = False,
    confirmed_public: bool = False,
) -> Spoken:
    """Submit a statement: published at once, or sent for approval where the severity wants a second person.

    ``emergency`` publishes without the second person, and the record says so.
    """
    async with core.store.transaction() as tx:
        now = core.clock.now()
        await tx.incident(incident, lock=True)
        record = await tx.record(incident, now=now)
        person = record.roster.person_of(by)
        if not await tx.first_time(gesture, now=now):
            again = await tx.statement(StatementId(int(await tx.result_of(gesture) or 0)))
            return Spoken(again, _said(again))
        if not rights.may_publish(record, person):
            raise NotAllowed("not_a_speaker", lead=record.incident.communications_lead)
        if record.incident.private and not confirmed_public:
            raise Refused("private_needs_confirmation", incident=record.incident.name)
        spoken = await submit(
            core, tx, record, texts, kind=kind, by=person, public_status=public_status, emergency=emergency
        )
        await tx.remember(gesture, str(spoken.statement.id))
        return spoken


async def submit(
    core: Core,
    tx: Transaction,
    record: Record,
    texts: Mapping[str, str],
    *,
    kind: StatementKind,
    by: PersonId,
    public_status: str = "",
    emergency: bool = False,
) -> Spoken:
    """Store a statement and let it leave, or ask the second person. Inside a transaction.

    *No change* needs nobody's approval: it says nothing new.
    """
    if not texts or any(not text.strip() for text in texts.values()):
        raise Refused("statement_empty")
    statement = await _add(tx, record, texts, kind=kind, by=by, public_status=public_status)
    if needs_approval(record.incident.severity) and not emergency and kind is not StatementKind.NO_CHANGE:
        return await _ask_approval(tx, record, statement, by=by)
    return await publish(core, tx, record, statement, approver=None, self_approved=emergency, now=record.now)


async def approve(core: Core, statement: StatementId, *, by: str, emergency: bool = False) -> Spoken:
    """A second person lets a statement leave; its author may, in an emergency, and that is recorded."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        waiting = await tx.statement(statement)
        await tx.incident(waiting.incident, lock=True)
        waiting = await tx.statement(statement, lock=True)
        record = await tx.record(waiting.incident, now=now)
        person = record.roster.person_of(by)
        if waiting.state is StatementState.PUBLISHED:
            if waiting.approver != person:
                raise Stale("statement_already_published")
            return Spoken(waiting, Said.PUBLISHED)
        if waiting.state is not StatementState.AWAITING_APPROVAL:
            raise Stale("statement_moved_on")
        if person == waiting.author:
            if not emergency:
                raise NotAllowed("second_person_needed")
        elif not rights.may_approve(record, waiting, person):
            raise NotAllowed("not_an_approver")
        return await publish(
            core, tx, record, waiting, approver=person, self_approved=person == waiting.author, now=now
        )


async def withdraw(core: Core, statement: StatementId, *, by: str) -> Statement:
    """Take a statement that awaits approval back, to change it."""
    async with core.store.transaction() as tx:
        waiting = await tx.statement(statement, lock=True)
        if waiting.state is StatementState.PUBLISHED:
            raise Stale("statement_already_published")
        withdrawn = replace(waiting, state=StatementState.WITHDRAWN)
        await tx.save_statement(withdrawn)
        now = core.clock.now()
        record = await tx.record(waiting.incident, now=now)
        letters = settle_letters(record, "approve", statement=int(statement))
        lines = settle_lines(record, EventKind.APPROVAL_ASKED, statement=statement)
        await tx.outbox.enqueue((*letters, *lines), now=now)
        return withdrawn


async def snooze(core: Core, incident: IncidentId, *, round: int, minutes: int, by: str) -> Deadline:
    """Ask again later, never past the deadline."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        await tx.incident(incident, lock=True)
        deadline = await _current(tx, incident, round)
        later = cadence.snoozed(deadline, until=now + timedelta(minutes=minutes))
        await tx.save_deadline(later)
        await tx.outbox.enqueue(await _refresh_reminders(tx, incident, deadline, now=now), now=now)
        return later


async def hand_over(core: Core, incident: IncidentId, *, to: str, by: str) -> Incident:
    """Another person speaks to customers from now on; the present reminder goes to them."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        found = await tx.incident(incident, lock=True)
        roster = await tx.roster()
        heir, giver = roster.person_of(to), roster.person_of(by)
        found = with_role(found, COMMUNICATIONS, heir)
        await tx.save_incident(found)
        told = await tx.tell(found.id, EventKind.CADENCE_HANDED_OVER, at=now, by=giver, facts={"to": heir})
        effects: list[Effect] = [*tell_room(found, [told]), *refresh_room(found)]
        if found.room.channel:
            effects.append(InviteToRoom(found.id, (heir,)))
        deadline = await tx.deadline(incident, Audience.CUSTOMERS)
        if deadline:
            effects += await _refresh_reminders(tx, incident, deadline, now=now)
            asked = f"{now.isoformat()}:{giver}"
            effects.append(RemindSpeaker(found.id, heir, deadline.round, Reminder.DRAFT, asked))
        await tx.outbox.enqueue(effects, now=now)
        return found


async def publish(
    core: Core,
    tx: Transaction,
    record: Record,
    statement: Statement,
    *,
    approver: PersonId | None,
    self_approved: bool,
    now: datetime,
) -> Spoken:
    """Let it leave through every connected channel, and promise the next one. Inside a transaction."""
    incident = record.incident
    rhythm = cadence.rhythm(incident.severity, record.roster.document)
    met = record.customers_deadline
    ends = statement.kind is StatementKind.CLOSING or not incident.open
    after = (
        None
        if ends
        else cadence.promise_customers(incident.id, rhythm.every, round=(met.round if met else 0) + 1, now=now)
    )
    published = replace(
        statement,
        state=StatementState.PUBLISHED,
        approver=approver,
        self_approved=self_approved,
        due_at=met.due_at if met else None,
        published_at=now,
        next_update_at=after.due_at if after else None,
        public_status=statement.public_status or str(incident.status),
    )
    await tx.save_statement(published)
    effects: list[Effect] = [PublishStatement(incident.id, published.id, name) for name in core.publishing]
    if met:
        effects += _reminders(record, met)
    await tx.drop_deadlines(incident.id, Audience.CUSTOMERS)
    if after:
        await tx.save_deadline(after)
    late = cadence.lateness(published.due_at, now)
    facts = {
        "statement": published.id,
        "kind": str(published.kind),
        "late": int(late.total_seconds()),
        "self_approved": self_approved,
        "approver": approver,
    }
    told = await tx.tell(incident.id, EventKind.STATEMENT_PUBLISHED, at=now, by=statement.author, facts=facts)
    effects += [*tell_room(incident, [told]), *refresh_room(incident)]
    if record.happened(EventKind.RESOLVED) and not incident.open:
        effects.append(await _compile_again(tx, record, now=now))
    effects += settle_letters(record, "approve", statement=int(published.id))
    effects += settle_lines(record, EventKind.APPROVAL_ASKED, statement=published.id)
    await tx.outbox.enqueue(effects, now=now)
    return Spoken(published, Said.PUBLISHED)


async def _compile_again(tx: Transaction, record: Record, *, now: datetime) -> AttachReview:
    """The post-mortem in the channel was compiled before customers had heard the end."""
    revision = record.next_revision
    await tx.tell(record.incident.id, EventKind.REVIEW_COMPILED, at=now, facts={"revision": revision})
    return AttachReview(record.incident.id, revision)


async def _add(
    tx: Transaction, record: Record, texts: Mapping[str, str], *, kind: StatementKind, by: PersonId, public_status: str
) -> Statement:
    await take_back(tx, record)
    return await tx.add_statement(
        Statement(
            StatementId(0),
            record.incident.id,
            _as_it_now_is(kind, record),
            StatementState.DRAFT,
            {language: text.strip() for language, text in texts.items()},
            drafted_at=record.now,
            author=by,
            due_at=record.customers_deadline.due_at if record.customers_deadline else None,
            public_status=public_status,
        )
    )


async def take_back(tx: Transaction, record: Record) -> None:
    """What awaited approval will not leave any more; whoever was asked sees so. Inside a transaction."""
    if record.draft is None:
        return
    await tx.save_statement(replace(record.draft, state=StatementState.WITHDRAWN))
    asked = settle_letters(record, "approve", statement=int(record.draft.id))
    lines = settle_lines(record, EventKind.APPROVAL_ASKED, statement=record.draft.id)
    await tx.outbox.enqueue((*asked, *lines), now=record.now)


def _as_it_now_is(kind: StatementKind, record: Record) -> StatementKind:
    """Somebody may have spoken while this was being written: there is one first statement."""
    if kind is StatementKind.UPDATE and not record.published:
        return StatementKind.FIRST
    return StatementKind.UPDATE if kind is StatementKind.FIRST and record.published else kind


async def _ask_approval(tx: Transaction, record: Record, statement: Statement, *, by: PersonId) -> Spoken:
    now = record.now
    waiting = replace(statement, state=StatementState.AWAITING_APPROVAL)
    await tx.save_statement(waiting)
    incident = record.incident
    told = await tx.tell(incident.id, EventKind.APPROVAL_ASKED, at=now, by=by, facts={"statement": statement.id})
    asked = rights.approvers(record, by)
    facts = {"statement": int(statement.id)}
    letters = [TellPerson(incident.id, person, "approve", str(statement.id), facts) for person in asked]
    met = record.customers_deadline
    effects = [
        *letters,
        *tell_room(incident, [told]),
        *refresh_room(incident),
        *(_reminders(record, met) if met else ()),
    ]
    await tx.outbox.enqueue(effects, now=now)
    return Spoken(waiting, Said.AWAITING_APPROVAL)


async def _current(tx: Transaction, incident: IncidentId, round: int) -> Deadline:
    deadline = await tx.deadline(incident, Audience.CUSTOMERS)
    if deadline is None or deadline.round != round:
        raise Stale("reminder_answered")
    return deadline


async def _refresh_reminders(
    tx: Transaction, incident: IncidentId, deadline: Deadline, *, now: datetime
) -> tuple[Effect, ...]:
    return _reminders(await tx.record(incident, now=now), deadline)


def _reminders(record: Record, deadline: Deadline) -> tuple[Effect, ...]:
    """Edits of every reminder that this deadline sent, so that nobody answers one twice."""
    return tuple(
        RefreshReminder(record.incident.id, sent.person, sent.round, sent.stage, sent.asked)
        for sent in record.reminders
        if sent.round == deadline.round
    )


def _said(statement: Statement) -> Said:
    return Said.PUBLISHED if statement.state is StatementState.PUBLISHED else Said.AWAITING_APPROVAL
