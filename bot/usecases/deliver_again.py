"""A person decides about a delivery that failed, or that nobody knows the outcome of."""

from __future__ import annotations

from bot.domain import rights
from bot.domain.effects import Effect, PublishStatement
from bot.domain.incident import IncidentId
from bot.domain.record import Record
from bot.domain.timeline import EventKind
from bot.errors import NotAllowed, Stale
from bot.ports import Core, Transaction
from bot.usecases.telling import refresh_room, settle_letters, settle_lines


async def send_again(core: Core, incident: IncidentId, statement: int, channel: str, *, by: str) -> None:
    """Try one public channel once more; the others are not touched."""
    async with core.store.transaction() as tx:
        record = await _check(core, tx, incident, by)
        key = PublishStatement(incident, statement, channel).key
        if not await tx.outbox.retry(key, now=core.clock.now()):
            raise Stale("delivery_settled")
        await tx.outbox.enqueue(_settled(record, statement, channel), now=core.clock.now())


async def it_is_there(core: Core, incident: IncidentId, statement: int, channel: str, *, by: str) -> None:
    """A person has seen it there: the doubtful delivery did happen."""
    async with core.store.transaction() as tx:
        record = await _check(core, tx, incident, by)
        key = PublishStatement(incident, statement, channel).key
        if not await tx.outbox.accept(key, now=core.clock.now()):
            raise Stale("delivery_settled")
        await tx.outbox.enqueue(_settled(record, statement, channel), now=core.clock.now())


def _settled(record: Record, statement: int, channel: str) -> tuple[Effect, ...]:
    letters = settle_letters(record, "delivery_uncertain", statement=statement, channel=channel)
    lines = settle_lines(record, EventKind.STATEMENT_FAILED, statement=statement, channel=channel)
    return (*letters, *lines, *refresh_room(record.incident))


async def _check(core: Core, tx: Transaction, incident: IncidentId, by: str) -> Record:
    record = await tx.record(incident, now=core.clock.now())
    if not rights.may_publish(record, record.roster.person_of(by)):
        raise NotAllowed("not_a_speaker", lead=record.incident.communications_lead)
    return record
