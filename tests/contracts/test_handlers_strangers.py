"""Refusals, strangers, hostile words and payloads nobody expected: whatever arrives is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from handlers.routes import ACTIONS, FORMS, SHORTCUTS
from messages import actions as ids
from tests.contracts.desk_house import DeskHouse, desk_house
from tests.contracts.slack_payloads import MARTA, command, press, submission


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[DeskHouse]:
    async with desk_house(database_url) as made:
        yield made


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
        ("riapri", "per esempio 42"),
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


# Strangers


async def test_a_stranger_is_asked_about_once_and_answered_in_their_language(database_url: str):
    async with desk_house(database_url, warm=False, document=None) as house:
        await house.types("james", "/crisis help")
        await house.types("james", "/crisis status")

        assert "Something is wrong?" in house.told_all("james")
        assert len([call for call in house.sandbox.log if call.method == "users.info"]) == 1


async def test_a_stranger_does_not_wait_for_a_slack_that_is_silent(database_url: str):
    async with desk_house(database_url, warm=False) as house:
        house.sandbox.faults.fail("users.info", "hang", times=None)

        answer = await house.hears(command("help", user="U0PAOLO"))

        assert answer.body["text"]
        house.sandbox.faults.clear()


async def test_with_no_document_everything_answers(database_url: str):
    async with desk_house(database_url, document=None) as house:
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


@pytest.mark.parametrize(
    "text",
    [
        "<!channel> *bold* `code` <@U0MARTA> </script>",
        '"' * 2900,
        "\u202e\u0000 reversed",
        "🔥" * 1400,
        "{title} %s {0}",
        "\\" * 999,
    ],
)
async def test_hostile_words_are_answered_like_any_others(house: DeskHouse, text: str):
    await house.declared("casse bloccate")
    await house.declared("furto in magazzino a Londra", severity=2)

    for number, typed in enumerate(
        (text, f"now {text}", f"update {text}", f"note {text}", f"who {text}", f"statsu {text}")
    ):
        answer = await house.hears(command(typed, user="U0ANNA", trigger=f"t{number}"))
        assert answer.status == 200
        assert "<!channel>" not in answer.text
    await house.types("anna", f"/crisis update {text}")

    assert house.form("anna").title == "Quale emergenza"
    assert await house.submits("anna") == {}
    assert house.form("anna").callback_id == ids.FORM_UPDATE


def test_every_button_form_and_shortcut_leads_somewhere():
    named = {name: value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
    prefixes = ("FIELD_", "MORE_", "VALUE", "REACTION_", "FORM_", "SHORTCUT_", "_")

    assert {value for name, value in named.items() if name.startswith("FORM_")} == set(FORMS)
    assert {value for name, value in named.items() if name.startswith("SHORTCUT_")} == set(SHORTCUTS)
    assert {value for name, value in named.items() if not name.startswith(prefixes)} == set(ACTIONS)
