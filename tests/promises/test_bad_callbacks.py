"""Whatever a provider says, twice, too late, in the wrong order or not at all, nobody who is called is forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.demo.stage import EXAMPLE
from bot.domain.timeline import EventKind
from bot.sandbox.twilio import sign
from bot.usecases import plan
from tests.links import client
from tests.plans import read
from tests.world import World, Worlds

TILLS = "casse bloccate in tutti i negozi"
SMS, STATUS, CALL = "/hooks/twilio/sms", "/hooks/twilio/status", "/hooks/twilio/call"
NOBODYS = f"SM{0xDEAD:032x}"
AT_ONCE, AT_ITS_TIME = True, False

Story = Callable[[World, str], Awaitable[None]]
"""What the telephone company says of Bruno's text, whose number is given."""


async def says(world: World, path: str, *, expect: int = 200, **fields: str) -> None:
    """A call-back as the telephone company makes it: signed for our public address."""
    base = world.sandbox.twilio_webhook_base
    signature = sign(world.sandbox.twilio_token, f"{base}{path}", fields)
    async with client(base_url=base) as http:
        answer = await http.post(path, data=fields, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == expect, answer.text
    await world.settles()


async def reports(world: World, text: str, *states: str, expect: int = 204, **more: str) -> None:
    for state in states:
        await says(world, STATUS, expect=expect, MessageSid=text, MessageStatus=state, **more)


async def texted(worlds: Worlds, fault: str, people: dict[str, str] | None = None) -> World:
    """A world in which the telephone company takes the first text, to Bruno, in a strange way."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for was, becomes in (people or {}).items():
        assert text.count(was) == 1
        text = text.replace(was, becomes)
    world = await worlds(plan_saved=False)
    await plan.save_document(world.core, read(text), by="tests")
    world.sandbox.faults.fail("twilio.Messages", fault, times=None)
    return world


ONLY_BRUNO = {
    "targets: [person:bruno, person:anna, person:paolo]     # whoever is quickest": "targets: [person:bruno]",
}


async def nothing(world: World, text: str) -> None:
    """Accepted, and never heard of again."""


async def undelivered(world: World, text: str) -> None:
    await reports(world, text, "sent", "undelivered", ErrorCode="30003")


async def undelivered_twice(world: World, text: str) -> None:
    await reports(world, text, "undelivered", "undelivered", "failed", ErrorCode="30003")


async def undelivered_before_sent(world: World, text: str) -> None:
    await reports(world, text, "undelivered", "sent", "queued", "delivered", ErrorCode="30003")


async def delivered_before_undelivered(world: World, text: str) -> None:
    await reports(world, text, "delivered", "undelivered", "failed", ErrorCode="30003")


async def undelivered_with_a_strange_reason(world: World, text: str) -> None:
    await reports(world, text, "undelivered", ErrorCode="<script>" * 500, ErrorMessage="\x00")


async def a_state_nobody_knows(world: World, text: str) -> None:
    await reports(world, text, "exploded", "UNDELIVERED", "", " ")


async def the_failure_of_somebody_elses_text(world: World, text: str) -> None:
    await reports(world, NOBODYS, "undelivered", ErrorCode="30003")


async def a_failure_without_a_name(world: World, text: str) -> None:
    await says(world, STATUS, expect=400, MessageStatus="undelivered")
    await says(world, STATUS, expect=400, MessageSid=f"{text}'; --", MessageStatus="undelivered")


async def too_much(world: World, text: str) -> None:
    await reports(world, text, "undelivered", expect=413, Padding="x" * 70_000)


async def a_text_reported_as_a_call(world: World, text: str) -> None:
    await says(world, CALL, expect=400, CallSid=text, CallStatus="failed")


async def forged(world: World, text: str) -> None:
    async with client(base_url=world.sandbox.twilio_webhook_base) as http:
        fields = {"MessageSid": text, "MessageStatus": "undelivered"}
        answer = await http.post(STATUS, data=fields, headers={"X-Twilio-Signature": "Zm9yZ2Vk"})
    assert answer.status_code == 403


STORIES: dict[str, tuple[Story, bool]] = {
    story.__name__: (story, rings)
    for story, rings in (
        (nothing, AT_ITS_TIME),
        (undelivered, AT_ONCE),
        (undelivered_twice, AT_ONCE),
        (undelivered_before_sent, AT_ONCE),
        (undelivered_with_a_strange_reason, AT_ONCE),
        (delivered_before_undelivered, AT_ITS_TIME),
        (a_state_nobody_knows, AT_ITS_TIME),
        (the_failure_of_somebody_elses_text, AT_ITS_TIME),
        (a_failure_without_a_name, AT_ITS_TIME),
        (too_much, AT_ITS_TIME),
        (a_text_reported_as_a_call, AT_ITS_TIME),
        (forged, AT_ITS_TIME),
    )
}


@pytest.mark.parametrize(("story", "rings_at_once"), STORIES.values(), ids=STORIES)
async def test_whatever_is_said_of_a_text_the_telephone_rings_once_and_in_time(
    worlds: Worlds, story: Story, rings_at_once: bool
):
    world = await texted(worlds, "swallowed")
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    text = await _text_to(world, "bruno")

    await story(world, text)

    assert len(world.phone("bruno").calls) == int(rings_at_once)
    if not rings_at_once:
        await world.waits(minutes=1)
    await _takes_it_by_telephone(world, "bruno")
    await world.waits(minutes=10)
    assert len(world.phone("bruno").calls) == 1


@pytest.mark.parametrize("refusal", ["inside:21610", "inside:21211", "error:21610", "error:21211"])
async def test_a_refusal_said_aloud_or_inside_an_acceptance_makes_the_next_way_due_at_once(
    worlds: Worlds, refusal: str
):
    world = await texted(worlds, refusal)
    await world.declares("marta", TILLS)
    await world.waits(seconds=59)
    assert world.phone("bruno").calls == []

    await world.waits(seconds=1)

    assert len(world.phone("bruno").calls) == 1
    await _takes_it_by_telephone(world, "bruno")


@pytest.mark.parametrize("fault", ["inside:21211", "swallowed"])
async def test_a_call_that_is_placed_in_name_only_loses_nobody(worlds: Worlds, fault: str):
    world = await texted(worlds, "swallowed")
    world.sandbox.faults.fail("twilio.Calls", fault, times=None)

    await world.declares("marta", TILLS)
    await world.waits(minutes=3)

    assert len(world.phone("bruno").mails) == 1
    await world.waits(minutes=2)
    assert (await world.newest()).ladder.level == 2


@pytest.mark.parametrize(
    ("late", "holder"),
    [
        ("undelivered", "anna"),  # somebody has it: nobody rings for it any more
        ("delivered", "anna"),
    ],
)
async def test_what_is_said_after_somebody_has_it_wakes_nobody(worlds: Worlds, late: str, holder: str):
    world = await texted(worlds, "swallowed")
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    text = await _text_to(world, "bruno")
    await world.person(holder).presses("Ci penso io", "dm")

    await reports(world, text, late, ErrorCode="30003")
    await world.waits(minutes=20)

    assert await world.holder() == holder
    assert world.phone("bruno").calls == []


async def test_when_every_way_is_refused_the_next_level_is_called_at_once_and_the_room_is_told(worlds: Worlds):
    world = await texted(worlds, "inside:21211", ONLY_BRUNO)
    world.sandbox.faults.fail("twilio.Calls", "error:21211", times=None)
    world.sandbox.faults.fail("smtp", "error:mailbox", times=None)
    world.sandbox.workspace.member("bruno").deleted = True  # and Slack has not told us

    await world.declares("marta", TILLS)

    record = await world.newest()
    assert record.ladder.level == 2
    [failed] = record.happened(EventKind.ALL_METHODS_FAILED)
    assert failed.facts["person"] == "bruno"
    assert "Bruno Ferri" in world.person("marta").reads(await world.room())


async def test_a_letter_that_the_server_refuses_leaves_the_next_level_at_its_time(worlds: Worlds):
    """It was the last way; the message in Slack may still be read."""
    world = await texted(worlds, "swallowed")
    world.sandbox.faults.fail("smtp", "error:mailbox", times=None)
    await world.declares("marta", TILLS)
    await world.waits(minutes=4)

    assert world.phone("anna").mails == []
    assert (await world.newest()).ladder.level == 1
    await world.waits(minutes=1)
    assert (await world.newest()).ladder.level == 2


# What is written to us

ANNAS, BRUNOS, STRANGER = "+393205550103", "+393205550102", "+393331234567"

REPLIES: dict[str, dict[str, str]] = {
    "from nobody of the plan": {"From": STRANGER, "Body": "1"},
    "from a short code": {"From": "40404", "Body": "1"},
    "from a name": {"From": "ANTICRISI", "Body": "1"},
    "from nobody at all": {"Body": "1"},
    "from a number with words behind it": {"From": f"{ANNAS} OR 1=1", "Body": "1"},
    "from somebody who was not called": {"From": "+393205550101", "Body": "1"},
    "for an incident that there is not": {"From": ANNAS, "Body": "99 1"},
    "for an incident of twenty digits": {"From": ANNAS, "Body": f"{'9' * 20} 1"},
    "with nothing written": {"From": ANNAS, "Body": ""},
    "without a body": {"From": ANNAS},
    "with a picture alone": {"From": ANNAS, "Body": "", "NumMedia": "1", "MediaUrl0": "https://evil.example/1.jpg"},
    "with sixteen hundred ones": {"From": ANNAS, "Body": "1" * 1_600},
    "with marks and controls": {"From": ANNAS, "Body": "\x00\x1b[2J\u202e1"},
    "with a number that is no number": {"From": ANNAS, "Body": "½"},
    "with a yes among other words": {"From": ANNAS, "Body": "sì, ma chi chiama i negozi?"},
}


@pytest.mark.parametrize("fields", REPLIES.values(), ids=REPLIES)
async def test_what_is_not_an_answer_of_somebody_who_was_asked_changes_nothing(world: World, fields: dict[str, str]):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    before = (await world.newest()).ladder

    await says(world, SMS, MessageSid=NOBODYS, To=world.sandbox.twilio_from, **fields)

    assert (await world.newest()).ladder == before
    assert len(await world.incidents()) == 1
    await world.person("anna").texts("1")
    assert await world.holder() == "anna"


async def test_a_yes_that_is_delivered_again_after_it_was_given_back_takes_nothing(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    yes = {"MessageSid": NOBODYS, "From": ANNAS, "To": world.sandbox.twilio_from, "Body": "1"}
    await says(world, SMS, **yes)
    assert await world.holder() == "anna"
    await world.person("anna").presses("Restituisco", "dm")

    await says(world, SMS, **yes)

    assert await world.holder() is None
    assert (await world.newest()).ladder.wanted


async def test_an_answer_from_a_number_that_changed_hands_is_nobodys_and_the_page_goes_on(worlds: Worlds):
    world = await texted(worlds, "swallowed")
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    theirs = EXAMPLE.read_text(encoding="utf-8").replace("+39 320 555 0103", "+39 320 555 0199")
    await plan.save_document(world.core, read(theirs), by="tests")

    await says(world, SMS, MessageSid=NOBODYS, From=ANNAS, To=world.sandbox.twilio_from, Body="1")
    await world.waits(minutes=4)

    assert await world.holder() is None
    assert (await world.newest()).ladder.level == 2


async def _text_to(world: World, person: str) -> str:
    """The telephone company's number of the text to somebody."""
    [text] = {k.provider_id for k in (await world.newest()).knocks if (k.person, k.method) == (person, "sms")}
    assert text
    return text


async def _takes_it_by_telephone(world: World, name: str) -> None:
    await world.phone(name).answers()
    await world.phone(name).presses_key("1")
    await world.settles()
    assert await world.holder() == name
