"""The process dies in the middle of anything, Slack says everything three times: each thing still happens once."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.timeline import EventKind
from bot.sandbox.delivery import Parcel
from bot.usecases import coordinate
from tests.world import World

FRONT_LINE = ("bruno", "anna", "paolo")
LEASE = 20  # seconds after which a new process takes over what the old one held


@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.create", "conversations.invite", "pins.add"])
async def test_a_restart_in_the_middle_of_a_declaration_ends_it_once(any_world: World, method: str):
    world = any_world
    await _dies_during(world, method)

    await world.starts_again()
    await world.waits(seconds=LEASE)

    _is_whole(world)
    assert [len(world.pages(name)) for name in FRONT_LINE] == [1, 1, 1]


@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.create", "bookmarks.add"])
async def test_what_slack_had_done_when_the_process_died_is_found_and_not_repeated(world: World, method: str):
    marta = world.person("marta")
    await marta.types("/crisis casse bloccate")
    world.sandbox.faults.fail(method, "half")  # done, and the answer lost
    world.sandbox.faults.fail(method, "hang", times=None)
    await marta.in_slack.submits()
    await world.sandbox.until(lambda: _hanging(world, method) or _failed(world, method))
    await world.crashes()
    world.sandbox.faults.clear()

    await world.starts_again()
    await world.waits(seconds=LEASE)

    _is_whole(world)
    assert [len(world.pages(name)) for name in FRONT_LINE] == [1, 1, 1]


async def test_a_restart_between_two_levels_calls_the_second_on_time(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate")
    await world.waits(minutes=4, seconds=59)

    await world.crashes()
    await world.starts_again()
    await world.settles()
    assert world.pages("giulia") == []
    await world.waits(seconds=1)

    assert world.last_page("giulia").mentions("casse bloccate")
    assert [len(world.pages(name)) for name in ("bruno", "anna")] == [1, 1]


async def test_a_level_that_was_due_while_nobody_ran_is_called_at_the_start_and_only_that_one(world: World):
    await world.declares("marta", "casse bloccate")
    await world.crashes()
    world.clock.turn(timedelta(minutes=11))

    await world.starts_again()
    await world.settles()

    assert world.last_page("giulia").mentions("casse bloccate")
    assert not world.last_page("luca").mentions("Livello 3: tocca a te")  # no blast of the whole ladder


async def test_texts_that_fell_due_while_nobody_ran_leave_at_the_start(world: World):
    await world.declares("marta", "casse bloccate")
    await world.crashes()
    world.clock.turn(timedelta(minutes=1))
    assert world.phone("bruno").messages == []

    await world.starts_again()
    await world.settles()

    for name in FRONT_LINE:
        assert len(world.phone(name).messages) == 1


async def test_a_reminder_to_speak_survives_a_restart(world: World):
    await world.declares("marta", "casse bloccate")
    await world.person("anna").presses("Ci penso io", "dm")
    await world.waits(minutes=9, seconds=59)
    before = len(world.pages("luca"))

    await world.crashes()
    await world.starts_again()
    await world.settles()
    assert len(world.pages("luca")) == before
    await world.waits(seconds=1)

    assert len(world.pages("luca")) == before + 1
    assert world.last_page("luca").mentions("clienti")


async def test_a_reminder_cut_off_half_way_is_not_written_twice(world: World):
    await world.declares("marta", "casse bloccate")
    await world.person("anna").presses("Ci penso io", "dm")
    await world.waits(minutes=9, seconds=59)
    before = len(world.pages("luca"))
    world.sandbox.faults.fail("chat.postMessage", "hang", times=None)
    world.clock.turn(timedelta(seconds=1))
    await world.stage.app.scheduler.tick()
    world.stage.app.dispatcher.wake()
    await world.sandbox.until(lambda: _hanging(world, "chat.postMessage"))

    await world.crashes()
    world.sandbox.faults.clear()
    await world.starts_again()
    await world.waits(seconds=LEASE)

    assert len(world.pages("luca")) == before + 1


async def test_a_form_opened_before_a_restart_is_submitted_after_it(world: World):
    marta = world.person("marta")
    await marta.types("/crisis casse bloccate")

    await world.crashes()
    await world.starts_again()
    await marta.submits()

    assert "Stiamo chiamando" in marta.form.plain
    assert len(world.pages("bruno")) == 1


async def test_a_command_delivered_three_times_declares_once(any_world: World):
    world = any_world
    parcel = _command(world, "marta", "adesso casse bloccate")

    acks = await asyncio.gather(*(world.sandbox.delivery.send(parcel) for _ in range(3)))
    await world.settles()

    assert [ack.ok for ack in acks] == [True, True, True]
    assert len(await world.incidents()) == 1
    assert (await world.newest()).incident.also_reported_by == ()
    assert [len(world.pages(name)) for name in FRONT_LINE] == [1, 1, 1]


async def test_a_form_delivered_three_times_declares_once_even_across_a_restart(any_world: World):
    world = any_world
    marta = world.person("marta")
    await marta.types("/crisis casse bloccate")
    view = world.sandbox.workspace.views.top("U0MARTA")
    parcel = world.sandbox.gestures.payloads.submission(view, world.sandbox.triggers.mint("U0MARTA"))

    await world.sandbox.delivery.send(parcel)
    await world.sandbox.delivery.send(parcel)
    await world.settles()
    await world.crashes()
    await world.starts_again()
    again = await world.sandbox.delivery.send(parcel)
    await world.settles()

    assert "Stiamo chiamando" in str(again.payload)
    assert len(await world.incidents()) == 1
    assert (await world.newest()).incident.also_reported_by == ()
    assert [len(world.pages(name)) for name in FRONT_LINE] == [1, 1, 1]


async def test_an_answer_delivered_three_times_is_told_to_the_room_once(world: World):
    await world.declares("marta", "casse bloccate")
    anna = world.person("anna")
    parcel = _press(world, "U0ANNA", anna.sees("dm")[-1], "Ci penso io")

    for _ in range(3):
        await world.sandbox.delivery.send(parcel)
    await world.settles()

    assert await world.holder() == "anna"
    told = [seen for seen in anna.sees(await world.room()) if "Anna Riva" in seen.plain and not seen.pinned]
    assert len([seen for seen in told if "è entrat" not in seen.plain and "joined" not in seen.plain]) == 1


async def test_a_message_that_three_people_pin_at_once_is_one_note(any_world: World):
    record = await any_world.declares("marta", "casse bloccate")
    incident, message = record.incident.id, {"by": "U0MARTA", "message": "C1:1.0"}

    pinned = (coordinate.note(any_world.core, incident, "il terminale risponde", **message) for _ in range(3))
    notes = await asyncio.gather(*pinned)

    assert len({note.seq for note in notes}) == 1
    assert len((await any_world.record(incident)).happened(EventKind.NOTED)) == 1


async def test_a_pin_delivered_three_times_is_one_note(world: World):
    await world.declares("marta", "casse bloccate")
    anna, room = world.person("anna"), await world.room()
    await anna.types("il terminale risponde di nuovo", room)
    message = next(seen for seen in reversed(anna.sees(room)) if seen.mentions("il terminale risponde"))
    event = {
        "type": "reaction_added",
        "user": "U0ANNA",
        "reaction": "pushpin",
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "event_ts": message.ts,
    }
    parcel = world.sandbox.gestures.payloads.event(event)

    for _ in range(3):
        await world.sandbox.delivery.send(parcel)
    await world.settles()

    noted = [each for each in (await world.newest()).events if each.kind == "noted"]
    assert [note.facts["text"] for note in noted] == ["il terminale risponde di nuovo"]


async def test_a_call_by_name_delivered_again_after_a_restart_calls_once(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate")
    parcel = _command(world, "marta", "page <@U0SOFIA>")

    await world.sandbox.delivery.send(parcel)
    await world.settles()
    await world.crashes()
    await world.starts_again()
    await world.sandbox.delivery.send(parcel)
    await world.settles()

    assert len(world.pages("sofia")) == 1
    assert len([each for each in (await world.newest()).events if each.kind == "person_paged"]) == 1


async def test_a_trial_of_the_phone_delivered_again_after_a_restart_rings_once(world: World):
    bruno = world.person("bruno")
    await bruno.opens_home()
    home = world.sandbox.workspace.views.homes["U0BRUNO"]
    button = next(
        element
        for block in home.body["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id") == "ring_me"
    )
    action = {name: button[name] for name in ("type", "action_id", "text")}
    trigger = world.sandbox.triggers.mint("U0BRUNO")
    parcel = world.sandbox.gestures.payloads.action(
        "U0BRUNO", action, trigger, message=None, view=home, response_url=""
    )

    await world.sandbox.delivery.send(parcel)
    await world.settles()
    rung = len(bruno.phone.messages)
    await world.crashes()
    await world.starts_again()
    await world.sandbox.delivery.send(parcel)
    await world.settles()

    assert rung == 1
    assert len(bruno.phone.messages) == rung


async def _dies_during(world: World, method: str) -> None:
    marta = world.person("marta")
    await marta.types("/crisis casse bloccate")
    world.sandbox.faults.fail(method, "hang", times=None)
    await marta.in_slack.submits()
    await world.sandbox.until(lambda: _hanging(world, method))
    await world.crashes()
    world.sandbox.faults.clear()


def _hanging(world: World, method: str):
    return [call for call in world.sandbox.log if call.method == method and not call.ended]


def _failed(world: World, method: str):
    return [call for call in world.sandbox.log if call.method == method and call.error == "half"]


def _is_whole(world: World) -> None:
    workspace = world.sandbox.workspace
    rooms = [name for name in workspace.channel_names if name.startswith("inc-")]
    assert rooms == ["inc-0001-casse-bloccate"]
    room = world.sandbox.channel(rooms[0])
    assert len(room.pins) == 1
    assert len(room.bookmarks) == 2
    assert {"U0MARTA", "U0BRUNO", "U0ANNA", "U0PAOLO", "U0LUCA"} <= room.members.keys()
    assert len([message for message in room.messages.values() if "INC-1 · casse bloccate" in message.text]) == 1
    assert len([s for s in world.person("sofia").sees("incidents") if s.mentions("casse bloccate")]) == 1


def _command(world: World, who: str, text: str) -> Parcel:
    sandbox = world.sandbox
    user, channel = world.person(who).in_slack.user_id, sandbox.channel("general")
    path = sandbox.triggers.response_path("commands", channel.id, user)
    trigger = sandbox.triggers.mint(user)
    return sandbox.gestures.payloads.command(user, channel, "/crisis", text, trigger, f"{sandbox.url}/{path}")


def _press(world: World, user: str, seen, label: str) -> Parcel:
    sandbox = world.sandbox
    message = sandbox.workspace.channels[seen.channel].messages[seen.ts]
    block, element = next(
        (block, element)
        for block in message.blocks
        for element in block.get("elements", ())
        if isinstance(element.get("text"), dict) and element["text"]["text"] == label
    )
    action = {name: element[name] for name in ("type", "action_id", "value", "text")} | {"block_id": block["block_id"]}
    path = sandbox.triggers.response_path("actions", seen.channel, user, message=seen.ts)
    return sandbox.gestures.payloads.action(
        user, action, sandbox.triggers.mint(user), message=message, view=None, response_url=f"{sandbox.url}/{path}"
    )
