"""`anticrisi check --live`: each provider is asked whether it knows us, and nothing is sent to anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.checkup import checkup
from bot.checkup.line import OK, WRONG, Line
from bot.checkup.live import live_answers
from bot.demo.stage import settings_for
from bot.settings import Settings
from tests.contracts.sandbox_rig import Rig, running

PARTS = ["live: slack", "live: socket mode", "live: twilio", "live: mail server"]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running() as made:
        yield made


def settings_of(rig: Rig, **changes: object) -> Settings:
    known = settings_for(
        rig.sandbox, database_url="sqlite:///never-opened.db", web_port=0, language="en", document=None
    )
    return known.model_copy(update=changes)


async def answers(rig: Rig, *, within: float = 10.0, **changes: object) -> dict[str, Line]:
    return {line.part: line for line in await live_answers(settings_of(rig, **changes), within=within)}


async def test_every_provider_that_knows_us_says_so(rig: Rig):
    said = await answers(rig)

    assert {part: line.state for part, line in said.items()} == dict.fromkeys(PARTS, OK)
    assert "anticrisi, with every scope" in said["live: slack"].words


async def test_nothing_is_sent_to_anybody(rig: Rig):
    await answers(rig)

    assert {call.method for call in rig.sandbox.log} == {"auth.test", "apps.connections.open"}
    everybody = [rig.sandbox.person(person.name) for person in rig.sandbox.workspace.cast.people]
    assert [person for person in everybody if person.phone.messages or person.phone.calls] == []


async def test_what_is_not_connected_is_not_asked(rig: Rig):
    said = await answers(rig, slack_app_token=None, twilio_from=None, smtp_url=None)

    assert list(said) == ["live: slack"]


async def test_a_scope_that_was_not_granted_is_named():
    async with running(without=("dnd:read", "bookmarks:write")) as rig:
        line = (await answers(rig))["live: slack"]

    assert line.state == WRONG
    assert "lacks bookmarks:write, dnd:read: update it from slack/manifest.json" in line.words


WRONG_SETTINGS = [
    ("live: slack", "slack_bot_token", SecretStr("xoxb-somebody-elses"), "SLACK_BOT_TOKEN"),
    ("live: socket mode", "slack_app_token", SecretStr("xapp-somebody-elses"), "SLACK_APP_TOKEN"),
    ("live: twilio", "twilio_auth_token", SecretStr("somebody-elses"), "TWILIO_AUTH_TOKEN"),
    ("live: twilio", "twilio_api_url", "http://127.0.0.1:9", "reaches it: a firewall, a proxy, TWILIO_API_URL"),
    ("live: mail server", "smtp_url", SecretStr("smtp://127.0.0.1:9"), "reaches it: a firewall, a proxy, SMTP_URL"),
    ("live: mail server", "smtp_url", SecretStr("smtp://me:somebody-elses@127.0.0.1:9"), "SMTP_URL"),
]


@pytest.mark.parametrize(("part", "setting", "value", "named"), WRONG_SETTINGS)
async def test_who_refuses_us_is_named_with_the_setting_and_the_others_still_answer(
    rig: Rig, part: str, setting: str, value: object, named: str
):
    said = await answers(rig, **{setting: value})  # type: ignore[arg-type]

    assert [line.part for line in said.values() if line.state == WRONG] == [part]
    assert named in said[part].words
    assert "somebody-elses" not in said[part].words


SILENT = [
    ("live: slack", "auth.test"),
    ("live: socket mode", "apps.connections.open"),
    ("live: twilio", "twilio.Accounts"),
]


@pytest.mark.parametrize(("part", "method"), SILENT)
async def test_who_says_nothing_is_not_waited_for(rig: Rig, part: str, method: str):
    rig.sandbox.faults.fail(method, "hang", times=None)

    said = await answers(rig, within=0.5)
    rig.sandbox.faults.clear()

    assert [line.part for line in said.values() if line.state == WRONG] == [part]
    assert "no answer within 0.5 s" in said[part].words


@pytest.mark.parametrize("kind", ["http500", "ratelimited", "half"])
async def test_a_provider_in_trouble_is_told_apart_from_one_that_refuses(rig: Rig, kind: str):
    rig.sandbox.faults.fail("auth.test", kind)

    line = (await answers(rig))["live: slack"]

    assert line.state == WRONG
    assert line.words.startswith("silent or in trouble (")
    assert "Install the app again" not in line.words


async def test_a_suspended_account_is_said_to_be(rig: Rig):
    rig.sandbox.twilio_status = "suspended"

    line = (await answers(rig))["live: twilio"]

    assert line.state == WRONG
    assert "is suspended" in line.words


@pytest.mark.parametrize("live", [False, True])
async def test_only_a_live_check_asks(rig: Rig, live: bool, tmp_path):
    said: list[str] = []
    settings = settings_of(rig, database_url=f"sqlite:///{tmp_path / 'empty.db'}")

    assert await checkup(settings, live=live, say=said.append)

    assert [part for part in PARTS if any(part in line for line in said)] == (PARTS if live else [])
    assert bool(rig.sandbox.log) == live
