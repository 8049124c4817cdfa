"""Slack is down for half an hour: whoever must be woken is, whoever reports is heard, and when it is back nothing
is missing and nothing is there twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.incident import IncidentId
from bot.domain.record import Record
from bot.domain.timeline import EventKind
from bot.sandbox.methods import METHODS
from tests.conftest import world_on
from tests.links import client
from tests.world import PATIENT, World

TILLS = "casse bloccate in tutti i negozi"
SITE = "sito lento da stamattina"
FIRST_LINE = ("bruno", "anna", "paolo")
TOKEN = "a-token-of-the-api"
EVERYONE = ("marta", "giulia", "luca", "elena", "sofia", "tom", "ada", "james", *FIRST_LINE)


@pytest.fixture
async def any_world(any_database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """On each database, with the door for programs open."""
    monkeypatch.setenv("API_TOKEN", TOKEN)
    async with world_on(any_database_url) as made:
        yield made


@pytest.fixture
async def any_hasty_world(any_database_url: str) -> AsyncIterator[World]:
    """On each database; no call of ours is waited for as long as usual."""
    async with world_on(any_database_url, patience=replace(PATIENT, call=3.0)) as made:
        yield made


def slack_is(world: World, kind: str) -> None:
    """Every method of Slack's, and every short reply, from now on."""
    for method in (*METHODS, "response_url"):
        world.sandbox.faults.fail(method, kind, times=None)


async def texts(world: World, name: str, body: str) -> str:
    answer: str = await world.phone(name).replies(body, to=world.sandbox.twilio_from)
    return answer


async def a_program_declares(world: World, title: str) -> int:
    """By the door for programs, twice, as one that heard no answer would."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": title}
    async with client(base_url=world.stage.app.public_url) as http:
        answers = [await http.post("/api/v1/incidents", json={"title": title}, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["incident"]["id"] for answer in answers}) == 1
    return int(answers[0].json()["incident"]["id"])


def disturbed(world: World, name: str) -> tuple[int, int]:
    """How many texts, and how many calls."""
    return len(world.phone(name).messages), len(world.phone(name).calls)


def told_by_text(world: World, name: str, words: str) -> int:
    return sum(words in text.body for text in world.phone(name).messages)


async def test_while_slack_fails_the_phone_does_it_all_and_the_room_catches_up_once(any_world: World):
    world = any_world
    slack_is(world, "http500")

    # Reported by text; those on call are texted and rung at once, not when their direct message has failed for good.
    answer = await texts(world, "marta", f"crisi {TILLS}")
    await world.settles()
    assert answer.startswith("INC-1 registrato. Stiamo chiamando Bruno Ferri")
    assert disturbed(world, "bruno") == disturbed(world, "anna") == (1, 0)
    assert world.phone("paolo").ringing
    await world.waits(minutes=2)
    assert disturbed(world, "bruno") == (1, 1)

    # Nobody answers: the ladder climbs at its own times.
    await world.waits(minutes=2, seconds=59)
    assert disturbed(world, "giulia") == (0, 0)
    await world.waits(seconds=1)
    assert told_by_text(world, "giulia", TILLS) == 1

    # A program reports something else, and those on call for that are texted.
    number = await a_program_declares(world, SITE)
    await world.settles()
    record = await world.record(IncidentId(number))
    first = record.called[0]
    assert f"INC-{number}" in world.phone(first).messages[-1].body

    # Somebody answers, twelve minutes after the first report, and somebody takes the other.
    await world.waits(minutes=7)
    assert f"INC-{number}" in await texts(world, first, f"{number} 1")
    assert "Ci pensi tu" in await texts(world, "anna", "1 1")
    await world.settles()
    assert await _holder(world, 1) == "anna"
    before = {name: disturbed(world, name) for name in EVERYONE}
    await world.waits(minutes=18)
    assert {name: disturbed(world, name) for name in EVERYONE} == before
    assert [incident.room.channel for incident in await world.incidents()] == [None, None]

    # Slack is back.
    world.sandbox.faults.clear()
    await world.waits(minutes=10)

    await _is_all_there_once(world, await world.record(IncidentId(1)), TILLS)
    await _is_all_there_once(world, await world.record(IncidentId(number)), SITE)
    assert {name: disturbed(world, name) for name in EVERYONE} == before


async def test_while_slack_hangs_the_phone_does_it_all_and_the_room_catches_up_once(any_world: World):
    """Calls that never end hold nobody up: nothing here waits for them to."""
    world = any_world
    slack_is(world, "hang")

    answer = await texts(world, "marta", f"crisi {TILLS}")
    assert answer.startswith("INC-1 registrato. Stiamo chiamando Bruno Ferri")
    await world.sandbox.until(lambda: disturbed(world, "bruno") == (1, 0) and disturbed(world, "anna") == (1, 0))
    await world.sandbox.until(lambda: world.phone("paolo").ringing)

    number = await a_program_declares(world, SITE)
    await _passes(world, minutes=5)
    await world.sandbox.until(lambda: told_by_text(world, "giulia", TILLS))
    assert "Ci pensi tu" in await texts(world, "giulia", "1 1")
    assert await _holder(world, 1) == "giulia"
    called = (await world.record(IncidentId(number))).called
    await world.sandbox.until(lambda: told_by_text(world, called[0], f"INC-{number}"))
    await texts(world, called[0], f"{number} 1")
    await _passes(world, minutes=25)
    assert [incident.room.channel for incident in await world.incidents()] == [None, None]

    world.sandbox.faults.clear()
    await world.settles()
    texted = {name: told_by_text(world, name, TILLS) for name in EVERYONE}
    await world.waits(minutes=4)

    await world.sandbox.until(lambda: len(_rooms(world, "marta")) == 1)
    await _is_all_there_once(world, await world.record(IncidentId(1)), TILLS)
    await _is_all_there_once(world, await world.record(IncidentId(number)), SITE)
    assert {name: told_by_text(world, name, TILLS) for name in EVERYONE} == texted


@pytest.mark.parametrize("failure", ["http500", "half"])
async def test_a_direct_message_that_does_not_leave_makes_the_phone_due_at_once(any_world: World, failure: str):
    """Though Slack still says who is snoozed, and will take the message later."""
    await _is_texted_instead(any_world, failure)


async def test_one_that_hangs_makes_the_phone_due_as_soon_as_we_stop_waiting_for_it(any_hasty_world: World):
    await _is_texted_instead(any_hasty_world, "hang")


async def test_when_nobody_comes_the_numbers_reach_whoever_reported_by_text(world: World):
    slack_is(world, "http500")
    await texts(world, "marta", f"crisi {TILLS}")

    await world.waits(minutes=60)

    [numbers] = [text.body for text in world.phone("marta").messages if "+39" in text.body]
    assert numbers.startswith("INC-1: ")
    assert "+39 02 5550 0100" in numbers or "+390255500100" in numbers


async def _is_texted_instead(world: World, failure: str) -> None:
    world.sandbox.faults.fail("chat.postMessage", failure, times=None)

    await texts(world, "marta", f"crisi {TILLS}")

    await world.sandbox.until(lambda: disturbed(world, "bruno")[0] == 1)
    world.sandbox.faults.clear()
    await world.settles()
    assert disturbed(world, "bruno")[0] == 1


async def _passes(world: World, *, minutes: int) -> None:
    """Time goes by, minute after minute, and nobody waits for what is on its way."""
    for _ in range(minutes):
        world.clock.turn(timedelta(minutes=1))
        await world.stage.app.scheduler.tick()


async def _holder(world: World, incident: int) -> str | None:
    ladder = (await world.record(IncidentId(incident))).ladder
    return ladder.acknowledged_by if ladder else None


def _rooms(world: World, name: str) -> list[str]:
    return [channel for channel in world.person(name).channels if channel.startswith("inc-")]


async def _is_all_there_once(world: World, record: Record, title: str) -> None:
    """One channel, one card, everyone who was called is in it, the story is in order, and nobody is asked any more."""
    name = f"inc-{record.incident.id:04d}-"
    [room] = [each for each in world.sandbox.workspace.channel_names if each.startswith(name)]
    channel = world.sandbox.channel(room)
    cards = [message for message in channel.messages.values() if f"{record.incident.name} · {title}" in message.text]
    assert len(cards) == len(channel.pins) == 1
    people = {record.incident.reporter, *record.called} - {"api"}
    assert {person for person in people if room not in world.person(person).channels} == set()
    announced = [seen for seen in world.person("sofia").sees("incidents") if seen.mentions(title)]
    assert len(announced) == 1
    _story_is_told_in_order(world, record, room)
    for person in record.called:
        about = [seen for seen in world.pages(person) if seen.mentions(title)]
        assert not [seen for seen in about if {"Non posso", "Can't"} & set(seen.buttons)], person


def _story_is_told_in_order(world: World, record: Record, room: str) -> None:
    lines = [line for line in record.lines if line.provider_id]
    stamps = [str(line.provider_id).partition(":")[2] for line in lines]
    heard = [event.seq for event in record.happened(EventKind.LEVEL_PAGED, EventKind.ACKNOWLEDGED)][1:]
    assert {line.seq for line in lines} >= set(heard)
    assert stamps == sorted(stamps)
    assert [line.seq for line in lines] == sorted(line.seq for line in lines)
    assert len(set(stamps)) == len(stamps)
