"""When things go wrong: delivered three times, store gone, Slack gone, form expired, strangers, odd payloads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

import handlers
from bot.domain.timeline import EventKind
from bot.errors import NotRecorded
from handlers.desk import Desk
from handlers.payload import Payload
from handlers.routes import ACTIONS, FORMS, SHORTCUTS
from messages import actions as ids
from tests.contracts.desk_house import Answer, DeskHouse, desk_house

MARTA = {"id": "U0MARTA", "username": "marta", "team_id": "T0VENTURA"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DeskHouse]:
    async with desk_house(f"sqlite:///{tmp_path}/anticrisi.db") as made:
        yield made


def command(text: str, *, user: str = "U0MARTA", trigger: str = "111.222.xxx") -> dict[str, Any]:
    """As Slack sends it; there is nothing behind the address for later answers."""
    return {
        "token": "verification-token",
        "team_id": "T0VENTURA",
        "team_domain": "ventura",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": user,
        "user_name": "somebody",
        "command": "/crisis",
        "text": text,
        "response_url": "",
        "trigger_id": trigger,
    }


def submission(
    form: str, *, view: str = "V1", view_hash: str = "1.a", metadata: str = "", **fields: str
) -> dict[str, Any]:
    """A form as it comes back, with plain text fields."""
    return {
        "type": "view_submission",
        "team": {"id": "T0VENTURA", "domain": "ventura"},
        "user": MARTA,
        "trigger_id": "111.222.valid",
        "view": {
            "id": view,
            "type": "modal",
            "callback_id": form,
            "hash": view_hash,
            "private_metadata": metadata,
            "blocks": [{"type": "input", "block_id": name} for name in fields],
            "state": {
                "values": {name: {"value": {"type": "plain_text_input", "value": fields[name]}} for name in fields}
            },
        },
        "response_urls": [],
    }


def press(action_id: str, value: str, *, user: str = "U0MARTA", at: str = "1596530385.194939") -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T0VENTURA", "domain": "ventura"},
        "user": {"id": user, "username": "somebody", "team_id": "T0VENTURA"},
        "container": {"type": "message", "message_ts": "111.222", "channel_id": "C0GENERAL", "is_ephemeral": False},
        "channel": {"id": "C0GENERAL", "name": "general"},
        "trigger_id": "111.222.valid",
        "response_url": "",
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": at}],
    }


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


# Our own store fails


class LostStore:
    """A store whose database is gone, at once or without a word."""

    def __init__(self, *, hangs: bool = False) -> None:
        self._hangs = hangs

    def transaction(self, *, gesture: bool = True):
        return self.reading()

    @asynccontextmanager
    async def reading(self):
        if self._hangs:
            await asyncio.Event().wait()
        raise NotRecorded("unreachable")
        yield

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
    assert "+390255500100" in typed.text
    assert submitted.body["response_action"] == "errors", "the form stays open with what was typed"
    assert "+390255500100" in submitted.text


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
    assert house.person("anna").sees("dm")[-1].mentions("+390255500100")


# Refused


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("status 99", "/crisis stato tutti"),
        ("merge 99", "/crisis stato tutti"),
        ("merge 1", "lo stesso"),
        ("sev 9", "da 1"),
        ("page @nobody-of-that-name", "@"),
        ("role astronaut <@U0ANNA>", "/crisis chi"),
        ("ack 99", "/crisis stato tutti"),
        ("riapri", "/crisis stato 42"),
    ],
)
async def test_a_refusal_says_why_and_what_to_do(house: DeskHouse, text: str, says: str):
    before = await house.declared()

    answer = await house.hears(command(text))

    assert answer.body["response_type"] == "ephemeral"
    assert says in answer.body["text"]
    assert (await house.record(1)).events == before.events


async def test_somebody_who_is_not_involved_is_told_before_they_fill_in_a_form(house: DeskHouse):
    await house.declared()

    for button in (ids.INCIDENT_RESOLVE, ids.INCIDENT_UPDATE, ids.INCIDENT_PUBLIC):
        answer = await house.hears(press(button, ids.pack(incident=1), user="U0KENJI", at=button))
        await house.settles()
        assert answer.status == 200
        assert house.person("kenji").form is None
        assert house.person("kenji").sees("dm")[-1].text


async def test_a_private_incident_does_not_exist_for_others(house: DeskHouse):
    await house.declared("dati rubati", private=True)

    shown = await house.hears(command("status 1", user="U0KENJI"))
    listed = await house.hears(command("status", user="U0KENJI", trigger="t2"))

    assert "dati rubati" not in shown.text + listed.text


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


# Strangers


async def test_a_stranger_is_asked_about_once_and_answered_in_their_language(tmp_path: Path):
    async with desk_house(f"sqlite:///{tmp_path}/a.db", warm=False, document=None) as house:
        await house.types("james", "/crisis help")
        await house.types("james", "/crisis status")

        assert "Something is wrong?" in house.told_all("james")
        assert len([call for call in house.sandbox.log if call.method == "users.info"]) == 1


async def test_a_stranger_does_not_wait_for_a_slack_that_is_silent(tmp_path: Path):
    async with desk_house(f"sqlite:///{tmp_path}/a.db", warm=False) as house:
        house.sandbox.faults.fail("users.info", "hang", times=None)

        answer = await house.hears(command("help", user="U0PAOLO"))

        assert answer.body["text"]
        house.sandbox.faults.clear()


async def test_with_no_document_everything_answers(tmp_path: Path):
    async with desk_house(f"sqlite:///{tmp_path}/a.db", document=None) as house:
        for number, text in enumerate(("", "now tills down", "status", "who", "doc", "me", "help", "page role:legal")):
            answer = await house.hears(command(text, trigger=f"t{number}"))
            assert answer.status == 200
        await house.settles()

        assert (await house.record(1)).incident.title == "tills down"


# Odd payloads


@pytest.mark.parametrize(
    "body",
    [
        press("a_button_of_last_year", "click_me_123"),
        submission("a_form_of_last_year", hspI="test"),
        {"type": "shortcut", "user": MARTA, "callback_id": "test-shortcut", "trigger_id": "1.2.x", "action_ts": "1.1"},
        {
            "type": "event_callback",
            "team_id": "T0VENTURA",
            "event_id": "Ev111",
            "event": {"type": "channel_rename", "channel": {"id": "C1", "name": "new", "created": 1}},
        },
        press(ids.PAGE_ACK, "not ours"),
        press(ids.INCIDENT_MORE, "{}"),
        press(ids.STATEMENT_APPROVE, ids.pack(incident=7, statement=7)),
        press(ids.REOPEN_FORM, ids.pack(form="unknown")),
        press(ids.COMMAND_SUGGESTION, ""),
    ],
)
async def test_whatever_arrives_is_acknowledged(house: DeskHouse, body: dict[str, Any]):
    answer = await house.hears(body)
    await house.settles()

    assert answer.status == 200


def test_every_button_form_and_shortcut_leads_somewhere():
    named = {name: value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
    prefixes = ("FIELD_", "MORE_", "VALUE", "REACTION_", "FORM_", "SHORTCUT_", "_")

    assert {value for name, value in named.items() if name.startswith("FORM_")} == set(FORMS)
    assert {value for name, value in named.items() if name.startswith("SHORTCUT_")} == set(SHORTCUTS)
    assert {value for name, value in named.items() if not name.startswith(prefixes)} == set(ACTIONS)
