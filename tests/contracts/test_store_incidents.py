"""Incidents survive being stored, and two people who change one at the same time are told apart."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.incident import Incident, IncidentId, Room, Status
from bot.domain.record import Task
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement, StatementId, StatementKind, StatementState
from bot.domain.timeline import Event, EventKind
from bot.errors import NotFound, Stale
from bot.storage.store import SqlStore
from tests.contracts.given import BRUNO, MARTA, NOW, SECOND, a_page, an_incident


async def test_everything_an_incident_holds_comes_back(store: SqlStore):
    async with store.transaction() as tx:
        incident = await an_incident(tx)
        full = replace(
            incident,
            status=Status.RESOLVED,
            scenario="tills_down",
            impact="Nobody can pay",
            private=True,
            also_reported_by=(BRUNO,),
            roles={"zeta": MARTA, "alpha": BRUNO},
            room=Room("C1", "inc-0001-payments", "1.0", "C2", "2.0"),
            resolved_at=NOW + SECOND,
            ended_by=MARTA,
            merged_into=IncidentId(7),
            summary="A certificate had expired",
        )
        await tx.save_incident(full)

    async with store.reading() as tx:
        found = await tx.incident(incident.id)

    assert found == replace(full, version=found.version)
    assert list(found.roles) == ["zeta", "alpha"]


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(store: SqlStore):
    async with store.transaction() as tx:
        read = await an_incident(tx)
    async with store.transaction() as tx:
        await tx.save_incident(replace(read, title="Cards are refused"))

    with pytest.raises(Stale):
        async with store.transaction() as tx:
            await tx.save_incident(replace(read, title="All is well"))

    async with store.reading() as tx:
        assert (await tx.incident(read.id)).title == "Cards are refused"


async def test_one_transaction_may_save_an_incident_twice(store: SqlStore):
    async with store.transaction() as tx:
        incident = await an_incident(tx)
        await tx.save_incident(replace(incident, summary="first"))
        await tx.save_incident(replace(incident, summary="second"))

    async with store.reading() as tx:
        assert (await tx.incident(incident.id)).summary == "second"


async def test_an_incident_is_found_by_whatever_names_it(store: SqlStore):
    async with store.transaction() as tx:
        first = await an_incident(tx, public_id="one", private=True)
        second = await an_incident(tx, public_id="two", status=Status.RESOLVED)
        await tx.save_incident(replace(second, room=Room(channel="C2")))

    async with store.reading() as tx:
        assert [each.id for each in await tx.open_incidents()] == [first.id]
        assert [each.id for each in await tx.recent_incidents(5)] == [second.id, first.id]
        assert (await _found(tx.incident_of_channel("C2"))).id == second.id
        assert (await _found(tx.incident_by_public_id("one"))).id == first.id
        assert await tx.incident_of_channel("C9") is None
        assert set(await tx.incidents([first.id, IncidentId(99)])) == {first.id}
        with pytest.raises(NotFound):
            await tx.incident(IncidentId(99))


async def test_only_what_customers_were_told_about_is_spoken_of(store: SqlStore):
    async with store.transaction() as tx:
        told = await an_incident(tx, public_id="told")
        await an_incident(tx, public_id="untold")
        drafted = await an_incident(tx, public_id="drafted")
        for incident, state in (
            (told, StatementState.PUBLISHED),
            (drafted, StatementState.DRAFT),
        ):
            await tx.add_statement(_statement(incident, state))

    async with store.reading() as tx:
        assert [each.id for each in await tx.spoken_incidents(5)] == [told.id]


async def test_the_story_is_numbered_without_gaps_in_the_order_told(store: SqlStore):
    async with store.transaction() as tx:
        one, two = await an_incident(tx, public_id="one"), await an_incident(tx, public_id="two")
        await tx.tell(one.id, EventKind.DECLARED, at=NOW, by=MARTA, facts={"at": NOW, "title": "Payments"})

        told = await tx.tell_all(
            [
                Event(two.id, 0, NOW, EventKind.DECLARED),
                Event(one.id, 0, NOW, EventKind.JOINED, by=BRUNO),
                Event(one.id, 0, NOW, EventKind.RESOLVED),
            ]
        )

    assert [(each.incident, each.seq) for each in told] == [(two.id, 1), (one.id, 2), (one.id, 3)]
    async with store.reading() as tx:
        record = await tx.record(one.id, now=NOW)
    assert [event.kind for event in record.events] == [EventKind.DECLARED, EventKind.JOINED, EventKind.RESOLVED]
    declared = record.events[0].facts
    assert (datetime.fromisoformat(declared["at"]), declared["title"]) == (NOW, "Payments")


async def test_a_task_done_twice_keeps_its_first_time(store: SqlStore):
    async with store.transaction() as tx:
        incident = await an_incident(tx)
        task = await tx.add_task(Task(0, incident.id, "Renew the certificate", BRUNO, MARTA, NOW))

        await tx.finish_task(task.id, now=NOW + SECOND)
        done = await tx.finish_task(task.id, now=NOW + 9 * SECOND)

        assert done == replace(task, done_at=NOW + SECOND)
        with pytest.raises(NotFound):
            await tx.finish_task(99, now=NOW)


async def test_a_record_tells_where_customers_read(store: SqlStore):
    async with store.transaction() as tx:
        incident = await an_incident(tx, public_id="abc")
        page = await a_page(tx, incident)

    async with store.reading() as tx:
        record = await tx.record(incident.id, now=NOW)

    assert record.status_url == "https://help.example/status/abc"
    assert record.public_url == "https://help.example"
    assert record.pages == (page,)
    assert record.roster.default_time_zone == "UTC"


def _statement(incident: Incident, state: StatementState) -> Statement:
    return Statement(StatementId(0), incident.id, StatementKind.FIRST, state, {"en": "Sorry"}, NOW, PersonId("marta"))


async def _found(looked_for) -> Incident:
    found = await looked_for
    assert found is not None
    return found
