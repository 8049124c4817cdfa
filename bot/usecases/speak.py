"""Customers are spoken to: drafted, approved, published.

A statement is stored with its texts when a person has decided on them; drafts are words, and are
made by ``messages`` from the record of the moment. Publishing is an effect per channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain import cadence, rights
from bot.domain.cadence import Audience, Deadline
from bot.domain.effects import (
    AttachReview,
    Effect,
    PublishStatement,
    TellPerson,
)
from bot.domain.incident import IncidentId
from bot.domain.promised import promised, put_right
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement, StatementId, StatementKind, StatementState, needs_approval
from bot.domain.timeline import EventKind
from bot.errors import NotAllowed, Refused, Stale
from bot.ports import Core, Transaction
from bot.usecases.reminding import settle_reminders
from bot.usecases.telling import refresh_room, settle_letters, settle_lines, tell_room


class Said(StrEnum):
    """What became of a statement that somebody submitted."""

    PUBLISHED = "published"
    AWAITING_APPROVAL = "awaiting_approval"


@dataclass(frozen=True)
class Spoken:
    """The statement as it stands, and what became of it."""

    statement: Statement
    said: Said


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
    if kind is StatementKind.NO_CHANGE and not record.goes_on_as_told:
        raise Refused("nothing_to_repeat", incident=record.incident.name)
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
    incident, met = record.incident, record.customers_deadline
    after = _next_promise(record, statement, now=now)
    published = replace(
        statement,
        texts=_put_right(record, statement, after, now=now),
        state=StatementState.PUBLISHED,
        approver=approver,
        self_approved=self_approved,
        due_at=met.due_at if met else None,
        published_at=now,
        next_update_at=after.due_at if after else None,
        public_status=statement.public_status or str(incident.status),
    )
    await tx.save_statement(published)
    await tx.drop_deadlines(incident.id, Audience.CUSTOMERS)
    if after:
        await tx.save_deadline(after)
    effects: list[Effect] = [PublishStatement(incident.id, published.id, name) for name in core.publishing]
    effects += settle_reminders(record, met) if met else ()
    effects += await _tell_published(tx, record, published, now=now)
    effects += settle_letters(record, "approve", statement=int(published.id))
    effects += settle_lines(record, EventKind.APPROVAL_ASKED, statement=published.id)
    await tx.outbox.enqueue(effects, now=now)
    return Spoken(published, Said.PUBLISHED)


def _next_promise(record: Record, statement: Statement, *, now: datetime) -> Deadline | None:
    """When customers hear next, at the latest when the words say so; the last word promises nothing."""
    incident, met = record.incident, record.customers_deadline
    if statement.kind is StatementKind.CLOSING or not incident.open:
        return None
    round = (met.round if met else record.customers_rounds) + 1
    rhythm = cadence.rhythm(incident.severity, record.roster.document)
    after = cadence.promise_customers(incident.id, rhythm.every, round=round, now=now)
    said = promised(statement.texts.values(), now=now, time_zone=record.roster.company_zone())
    if said is None or said <= now:
        return after
    if after is None:  # spoken to on change only, but these words name a time
        return cadence.promise_customers(incident.id, said - now, round=round, now=now)
    return cadence.kept_by(after, said, now=now)


def _put_right(record: Record, statement: Statement, after: Deadline | None, *, now: datetime) -> dict[str, str]:
    """Words that waited so long for approval that the time they name is over name the true one."""
    if after is None:
        return statement.texts
    zone = record.roster.company_zone()
    said = statement.texts.items()
    return {language: put_right(text, due=after.due_at, now=now, time_zone=zone) for language, text in said}


async def _tell_published(tx: Transaction, record: Record, published: Statement, *, now: datetime) -> list[Effect]:
    """Its line in the story and in the room, and the review again when that was compiled without it."""
    incident = record.incident
    facts = {
        "statement": published.id,
        "kind": str(published.kind),
        "late": int(cadence.lateness(published.due_at, now).total_seconds()),
        "self_approved": published.self_approved,
        "approver": published.approver,
    }
    told = await tx.tell(incident.id, EventKind.STATEMENT_PUBLISHED, at=now, by=published.author, facts=facts)
    effects: list[Effect] = [*tell_room(incident, [told]), *refresh_room(incident)]
    if record.happened(EventKind.RESOLVED) and not incident.open:
        effects.append(await _compile_again(tx, record, now=now))
    return effects


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
        *(settle_reminders(record, met) if met else ()),
    ]
    await tx.outbox.enqueue(effects, now=now)
    return Spoken(waiting, Said.AWAITING_APPROVAL)


def _said(statement: Statement) -> Said:
    return Said.PUBLISHED if statement.state is StatementState.PUBLISHED else Said.AWAITING_APPROVAL
