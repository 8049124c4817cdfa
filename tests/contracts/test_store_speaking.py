"""What customers are told, and by when, survives being stored."""

from dataclasses import replace

import pytest

from bot.domain.cadence import Audience, Deadline
from bot.domain.effects import Reminder
from bot.domain.statement import Statement, StatementId, StatementKind, StatementState
from bot.errors import NotFound
from bot.storage.store import SqlStore
from tests.contracts.given import BRUNO, MARTA, MINUTE, NOW, SECOND, an_incident


async def test_a_statement_keeps_its_languages_in_order(store: SqlStore):
    async with store.transaction() as tx:
        incident = await an_incident(tx)
        draft = await tx.add_statement(
            Statement(
                StatementId(0),
                incident.id,
                StatementKind.FIRST,
                StatementState.DRAFT,
                {"it": "Ci scusiamo", "en": "We are sorry"},
                NOW,
            )
        )
        published = replace(
            draft,
            state=StatementState.PUBLISHED,
            author=MARTA,
            approver=BRUNO,
            self_approved=True,
            due_at=NOW,
            published_at=NOW + SECOND,
            next_update_at=NOW + MINUTE,
            public_status="investigating",
            facts={"cause": "unknown"},
        )
        await tx.save_statement(published)

    async with store.reading() as tx:
        found = await tx.statement(draft.id)
        assert (await tx.record(incident.id, now=NOW)).statements == (published,)
        with pytest.raises(NotFound):
            await tx.statement(StatementId(99))

    assert found == published
    assert found.text("de") == "Ci scusiamo"


async def test_an_audience_has_one_deadline(store: SqlStore):
    async with store.transaction() as tx:
        incident = await an_incident(tx)
        first = Deadline(incident.id, Audience.CUSTOMERS, 1, NOW + MINUTE, Reminder.DRAFT, NOW)
        second = Deadline(incident.id, Audience.CUSTOMERS, 2, NOW + 2 * MINUTE, None, None)
        room = Deadline(incident.id, Audience.ROOM, 1, NOW + MINUTE, Reminder.LEAD, NOW + MINUTE)

        for deadline in (first, room, second):
            await tx.save_deadline(deadline)

        assert await tx.deadline(incident.id, Audience.CUSTOMERS) == second
        await tx.drop_deadlines(incident.id, Audience.CUSTOMERS)
        assert await tx.deadline(incident.id, Audience.CUSTOMERS) is None
        assert (await tx.record(incident.id, now=NOW)).deadlines == (room,)
        await tx.drop_deadlines(incident.id)
        assert await tx.deadline(incident.id, Audience.ROOM) is None


async def test_reminders_are_due_on_the_second(store: SqlStore):
    async with store.transaction() as tx:
        incident = await an_incident(tx)
        deadline = Deadline(incident.id, Audience.CUSTOMERS, 1, NOW + MINUTE, Reminder.LEAD, NOW + MINUTE)
        await tx.save_deadline(deadline)
        await tx.save_deadline(Deadline(incident.id, Audience.ROOM, 1, NOW, None, None))

    async with store.transaction(gesture=False) as tx:
        assert await tx.claim_due_deadlines(now=NOW + MINUTE - SECOND, limit=10) == ()
        assert await tx.claim_due_deadlines(now=NOW + MINUTE, limit=10) == (deadline,)
