"""One thing delivered three times is done once, and answered the same each time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.timeline import EventKind
from handlers.payload import Payload
from messages import actions as ids
from tests.contracts.desk_house import Answer, DeskHouse, desk_house
from tests.contracts.slack_payloads import command, press, submission


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[DeskHouse]:
    async with desk_house(database_url) as made:
        yield made


async def thrice(house: DeskHouse, body: dict[str, Any]) -> list[Answer]:
    """Delivered to three sockets at once, as Slack may."""
    answers = await asyncio.gather(*(house.hears(body) for _each in range(3)))
    await house.settles()
    return answers


# One thing delivered three times


async def test_a_declaration_delivered_three_times_is_one_incident_and_one_answer(house: DeskHouse):
    first, *others = await thrice(house, submission(ids.FORM_DECLARE, title="casse bloccate", severity="1"))

    assert "INC-1" in first.text
    assert all(other == first for other in others)
    with pytest.raises(Exception, match="incident_unknown"):
        await house.record(2)


async def test_a_declaration_delivered_again_after_a_restart_is_the_same_incident(house: DeskHouse):
    body = submission(ids.FORM_DECLARE, title="casse bloccate", severity="1")
    before = await house.hears(body)
    house.desk.memory.forget(Payload(body).key)

    after = await house.hears(body)

    assert "INC-1" in before.text
    assert "INC-1" in after.text


async def test_a_call_delivered_three_times_rings_once(house: DeskHouse):
    await house.declared()

    answers = await thrice(house, command("page <@U0SOFIA>", user="U0ANNA"))

    assert len((await house.record(1)).happened(EventKind.PERSON_PAGED)) == 1
    assert len({answer.text for answer in answers}) == 1


async def test_a_press_delivered_three_times_counts_once_and_a_second_press_counts_again(house: DeskHouse):
    record = await house.declared()
    value = ids.pack(incident=1, page=int(record.pages[0].id), level=1)

    await thrice(house, press(ids.PAGE_ACK, value, user="U0BRUNO"))
    await thrice(house, press(ids.PAGE_GIVE_BACK, value, user="U0BRUNO", at="2.0"))

    record = await house.record(1)
    assert len(record.happened(EventKind.ACKNOWLEDGED)) == 1
    assert len(record.happened(EventKind.GIVEN_BACK)) == 1


async def test_a_form_sent_back_with_faults_may_be_sent_again_as_it_is(house: DeskHouse):
    """Slack keeps a view's hash when the app answers with errors."""
    refused = await house.hears(submission(ids.FORM_DECLARE, title="   ", severity="1"))
    assert refused.body["response_action"] == "errors"
    assert list(refused.body["errors"]) == ["title"]

    taken = await house.hears(submission(ids.FORM_DECLARE, title="casse bloccate", severity="1"))

    assert "INC-1" in taken.text
