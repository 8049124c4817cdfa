"""When our store or Slack is gone: nothing pretends to be recorded, nothing written is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from slack_bolt.async_app import AsyncApp

import handlers
from bot.errors import NotRecorded
from bot.ports import USUAL_PATIENCE
from handlers.desk import Desk
from messages import actions as ids
from tests.contracts.desk_house import DeskHouse, desk_house
from tests.contracts.slack_payloads import command, press, submission


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[DeskHouse]:
    async with desk_house(database_url, patience=USUAL_PATIENCE) as made:
        yield made


# Our own store fails


class LostStore:
    """A store whose database is gone, at once or without a word."""

    def __init__(self, *, hangs: bool = False) -> None:
        self._hangs = hangs

    def transaction(self, *, gesture: bool = True):
        return self.reading()

    def reading(self):
        return self

    async def __aenter__(self):
        if self._hangs:
            await asyncio.Event().wait()
        raise NotRecorded("unreachable")

    async def __aexit__(self, *error: object) -> None:
        raise AssertionError("nothing was ever opened")

    async def next_wake(self):
        return None


def lose_the_database(house: DeskHouse, *, hangs: bool = False) -> DeskHouse:
    """The same people, the same memory, and no record."""
    core = replace(house.core, store=LostStore(hangs=hangs))
    desk = Desk(core, house.desk.slack, "", house.desk.directory, house.desk.memory)
    bolt = AsyncApp(client=house.desk.slack, signing_secret=house.sandbox.signing_secret)
    handlers.register(bolt, desk)
    return replace(house, desk=desk, bolt=bolt)


@pytest.mark.parametrize("hangs", [False, True])
async def test_a_lost_database_is_admitted_in_time_with_the_numbers_to_call(house: DeskHouse, hangs: bool):
    await house.hears(command("status"))  # somebody was served while there was a record
    lost = lose_the_database(house, hangs=hangs)
    began = asyncio.get_running_loop().time()

    typed, submitted = await asyncio.gather(
        lost.hears(command("now casse bloccate", trigger="t2")),
        lost.hears(submission(ids.FORM_DECLARE, title="casse bloccate", severity="1")),
    )

    assert asyncio.get_running_loop().time() - began < 2.9
    assert typed.body["response_type"] == "ephemeral"
    assert "<tel:+390255500100|+39 02 5550 0100>" in typed.text
    assert submitted.body["response_action"] == "errors", "the form stays open with what was typed"
    assert "+39 02 5550 0100" in submitted.text
    assert "tel:" not in submitted.text, "a field's fault is shown letter by letter"


async def test_once_the_database_is_back_the_same_form_is_taken(house: DeskHouse):
    lost = lose_the_database(house)
    await lost.hears(submission(ids.FORM_DECLARE, title="casse bloccate", severity="1"))

    again = await house.hears(submission(ids.FORM_DECLARE, title="casse bloccate", severity="1"))

    assert "INC-1" in again.text


async def test_a_lost_database_is_admitted_to_whoever_pressed_a_button(house: DeskHouse):
    await house.declared()
    await house.types("anna", "/crisis status")
    lost = lose_the_database(house)

    answer = await lost.hears(press(ids.PAGE_ACK, ids.pack(incident=1, page=1, level=1), user="U0ANNA"))
    await lost.settles()

    assert answer.status == 200
    assert house.person("anna").sees("dm")[-1].mentions("+39 02 5550 0100")


# Slack itself fails


async def test_a_form_that_slack_would_not_open_is_kept_and_opened_again(house: DeskHouse):
    house.sandbox.faults.fail("views.open", "error:expired_trigger_id")

    await house.types("marta", "/crisis casse bloccate")
    assert house.person("marta").form is None
    kept = house.person("marta").ephemerals[-1]
    await house.presses("marta", kept.buttons[0], kept)

    form = house.person("marta").form
    assert form is not None
    assert form.values["Che cosa succede"] == "casse bloccate"


async def test_slack_being_gone_does_not_undo_what_was_recorded(house: DeskHouse):
    record = await house.declared()
    for method in ("views.open", "chat.postMessage", "response_url"):
        house.sandbox.faults.fail(method, "http500", times=None)

    answer = await house.hears(press(ids.PAGE_ACK, ids.pack(incident=1, page=int(record.pages[0].id)), user="U0BRUNO"))
    late = await house.hears(press(ids.PAGE_ACK, ids.pack(incident=1, page=int(record.pages[0].id)), user="U0ANNA"))
    await house.settles()

    assert (answer.status, late.status) == (200, 200)
    assert (await house.record(1)).pages[0].acknowledged_by == "bruno"
