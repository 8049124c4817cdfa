"""Speaking to customers with forms and buttons: advised once, approved by a second person, never twice."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.incident import Status
from bot.domain.slugs import PersonId
from bot.domain.statement import StatementKind
from bot.domain.timeline import EventKind
from bot.usecases import speak
from messages import room
from messages.reminder import reminder
from messages.words import words_for
from tests.contracts.desk_house import DeskHouse, desk_house

_ = words_for("it", "Europe/Rome")


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[DeskHouse]:
    async with desk_house(database_url) as made:
        yield made


async def test_once_customers_were_told_resolving_asks_for_the_last_word(house: DeskHouse):
    record = await house.declared(severity=3)
    await speak.say(
        house.core, record.incident.id, {"it": "Ci scusiamo."}, kind=StatementKind.FIRST, by="U0LUCA", gesture="first"
    )
    await house.types("anna", "/crisis risolto certificato rinnovato")
    anna = house.person("anna")
    assert house.form("anna").values["Come si è risolto"] == "certificato rinnovato"
    closing = [label for label in house.form("anna").labels if label.startswith("Messaggio di chiusura")]

    await anna.fills(dict.fromkeys(closing, "  "))
    errors = await house.submits("anna")
    assert list(errors) == closing[:1]
    assert (await house.record(1)).incident.open

    await anna.fills(dict.fromkeys(closing, "Ci scusiamo, ora funziona."))
    assert await house.submits("anna") == {}
    assert (await house.record(1)).incident.status is Status.RESOLVED


async def test_a_statement_with_faults_is_shown_once_more_and_the_second_time_their_word_counts(house: DeskHouse):
    await house.declared()
    await house.types("luca", "/crisis pubblica")
    luca = house.person("luca")
    fields = [label for label in house.form("luca").labels if "client" in label.casefold()]
    await luca.fills({fields[0]: "Il nostro fornitore ha un guasto, si risolve a breve."})

    assert await house.submits("luca") == {}
    assert "fornitore" in house.form("luca").plain
    assert (await house.record(1)).statements == ()

    assert await house.submits("luca") == {}
    assert luca.form is None
    assert len((await house.record(1)).statements) == 1


async def test_a_second_person_approves_what_the_first_one_wrote(house: DeskHouse):
    record = await house.declared()
    channel = await house.room_of(record, "luca", "anna")
    await house.types("luca", "/crisis pubblica", channel)
    assert await house.submits("luca") == {}
    record = await house.record(1)
    asked = room.event(_, record, record.happened(EventKind.APPROVAL_ASKED)[-1])
    posted, letter = await house.posts(asked, channel=channel), await house.posts(asked, to="elena")
    approve = posted.buttons[0]

    await house.presses("luca", approve, posted)
    assert (await house.record(1)).published == ()
    assert "Pubblic" in house.told("luca")

    await house.presses("elena", approve, letter)
    assert [each.approver for each in (await house.record(1)).published] == ["elena"]


async def test_words_that_await_approval_are_changed_and_await_it_anew(house: DeskHouse):
    record = await house.declared()
    await house.types("luca", "/crisis pubblica")
    await house.submits("luca")
    record = await house.record(1)
    asked = room.event(_, record, record.happened(EventKind.APPROVAL_ASKED)[-1])
    letter = await house.posts(asked, to="luca")

    await house.presses("luca", letter.buttons[1], letter)
    luca = house.person("luca")
    first = next(label for label, value in house.form("luca").values.items() if value and "scus" in str(value))
    await luca.fills({first: house.form("luca").values[first] + " Si può pagare in contanti."})
    assert await house.submits("luca") == {}

    record = await house.record(1)
    assert [str(each.state) for each in record.statements] == ["withdrawn", "awaiting_approval"]
    assert "contanti" in record.statements[-1].text("it")


async def test_alone_in_an_emergency_the_author_publishes_and_the_record_says_so(house: DeskHouse):
    record = await house.declared()
    await house.types("luca", "/crisis pubblica")
    await house.submits("luca")
    record = await house.record(1)
    asked = room.event(_, record, record.happened(EventKind.APPROVAL_ASKED)[-1])
    letter = await house.posts(asked, to="luca")

    await house.presses("luca", letter.buttons[2], letter)

    assert [each.self_approved for each in (await house.record(1)).published] == [True]


async def test_nothing_new_is_one_click_and_a_second_click_publishes_nothing(house: DeskHouse):
    record = await house.declared(severity=3)
    await speak.say(
        house.core, record.incident.id, {"it": "Ci scusiamo."}, kind=StatementKind.FIRST, by="U0LUCA", gesture="first"
    )
    record = await house.record(1)
    deadline = record.customers_deadline
    assert deadline is not None
    asking = reminder(_, record, stage="draft", person=PersonId("luca"), round=deadline.round)
    posted = await house.posts(asking, to="luca")
    unchanged = next(label for label in posted.buttons if "novità" in label)

    await house.presses("luca", unchanged, posted)
    await house.presses("luca", unchanged, posted)

    kinds = [each.kind for each in (await house.record(1)).published]
    assert kinds == [StatementKind.FIRST, StatementKind.NO_CHANGE]


async def test_a_reminder_is_put_off_or_given_to_somebody_else(house: DeskHouse):
    record = await house.declared()
    deadline = record.customers_deadline
    assert deadline is not None
    asking = reminder(_, record, stage="draft", person=PersonId("luca"), round=deadline.round)
    posted = await house.posts(asking, to="luca")
    luca = house.person("luca")

    await house.presses("luca", "Rimanda…", posted)
    assert await house.submits("luca") == {}
    later = (await house.record(1)).customers_deadline
    assert later is not None
    assert later.wake_at is not None
    assert later.wake_at > house.core.clock.now()

    await house.presses("luca", "Passa a…", posted)
    await luca.fills({house.form("luca").labels[0]: "giulia"})
    assert await house.submits("luca") == {}
    assert (await house.record(1)).incident.communications_lead == "giulia"
