"""Customers and the room are promised word by a time, and somebody is reminded of it.

The lead first, then the deputy, then the commander; a reminder that was answered is edited, so that
nobody answers it twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import cadence, rights
from bot.domain.cadence import Audience, Deadline
from bot.domain.effects import Effect, InviteToRoom, RefreshReminder, Reminder, RemindSpeaker
from bot.domain.incident import COMMUNICATIONS, Incident, IncidentId, with_role
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement
from bot.domain.timeline import EventKind
from bot.errors import Stale
from bot.ports import Core, Transaction
from bot.usecases.telling import refresh_room, tell_room


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
        stage = first.stage or Reminder.DRAFT
        lead = whom_to_remind(incident, stage, roster)
        await _ask(tx, incident, replace(first, wake_at=now), (lead,), stage, now=now)  # the draft is there at once
    if first and first.wake_at and first.wake_at > now:
        await tx.save_deadline(first)  # and comes again shortly before word is due


async def remind(tx: Transaction, incident: Incident, deadline: Deadline, roster: Roster, *, now: datetime) -> None:
    """Send the reminder that is due, if it is, and store when the next one leaves.

    Whoever had one for this deadline is left with the newest alone to answer.
    """
    if deadline.wake_at is None or deadline.wake_at > now or deadline.stage is None:
        await tx.save_deadline(deadline)
        return
    record = await tx.record(incident.id, now=now)
    people = _readers(record, deadline.stage) or (whom_to_remind(incident, deadline.stage, roster),)
    await _ask(tx, incident, deadline, people, deadline.stage, now=now, unread=record.unread)
    before = settle_reminders(record, deadline)
    await tx.outbox.enqueue([each for each in before if each.person in people], now=now)


def _readers(record: Record, stage: Reminder) -> tuple[PersonId, ...]:
    """At the deadline, of words that are there but unread: their author, and all who may let them leave."""
    unread = record.unread
    if unread is None or unread.author is None or stage is not Reminder.LEAD:
        return ()
    return (unread.author, *rights.approvers(record, unread.author))


async def _ask(
    tx: Transaction,
    incident: Incident,
    deadline: Deadline,
    people: tuple[PersonId | None, ...],
    stage: Reminder,
    *,
    now: datetime,
    unread: Statement | None = None,
) -> None:
    asked = (deadline.wake_at or now).isoformat()
    effects: list[Effect] = [
        RemindSpeaker(incident.id, person, deadline.round, stage, asked) for person in people if person
    ]
    if stage is not Reminder.DRAFT:
        facts = {"due": deadline.due_at.isoformat(), "stage": str(stage), "person": people[0]}
        if unread:
            facts["unread"] = unread.author
        missed = await tx.tell(incident.id, EventKind.DEADLINE_MISSED, at=now, facts=facts)
        effects += [*tell_room(incident, [missed]), *refresh_room(incident)]
    await tx.save_deadline(cadence.reminded(deadline, now=now))
    await tx.outbox.enqueue(effects, now=now)


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


def settle_reminders(record: Record, deadline: Deadline) -> tuple[RefreshReminder, ...]:
    """Edits of every reminder that this deadline sent, so that nobody answers one twice."""
    return tuple(
        RefreshReminder(record.incident.id, sent.person, sent.round, sent.stage, sent.asked)
        for sent in record.reminders
        if sent.round == deadline.round
    )


async def _current(tx: Transaction, incident: IncidentId, round: int) -> Deadline:
    deadline = await tx.deadline(incident, Audience.CUSTOMERS)
    if deadline is None or deadline.round != round:
        raise Stale("reminder_answered")
    return deadline


async def _refresh_reminders(
    tx: Transaction, incident: IncidentId, deadline: Deadline, *, now: datetime
) -> tuple[RefreshReminder, ...]:
    return settle_reminders(await tx.record(incident, now=now), deadline)
