"""What can no longer matter goes by itself; the record, and whoever answers late, notice nothing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import create_engine, func, select

from bot.domain.record import Record
from bot.storage.database import normalised
from bot.storage.tables import answer_token, attempt, beat, kept_form, seen
from bot.usecases import prune
from tests.links import link_in, opens_link, presses_in_page
from tests.promises.test_bad_callbacks import SMS, reports, says
from tests.world import World

TILLS = "casse bloccate in tutti i negozi"
REPORT = {"MessageSid": f"SM{7:032x}", "Body": f"crisi {TILLS}"}


async def later(world: World, *, days: float) -> None:
    """The clock is so much later, and a tick that began after that has ended."""
    scheduler = world.stage.app.scheduler
    world.clock.turn(timedelta(days=days))
    await scheduler.drain()
    await world.settles()
    await scheduler.drain()


async def resolves(world: World, name: str) -> None:
    person = world.person(name)
    await person.types("/crisis risolto", await world.room())
    await person.fills({"Come si è risolto": "Rinnovato il certificato"})
    assert not await person.submits()


async def resolved(world: World) -> Record:
    """An incident from the first call to the end."""
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    await world.person("anna").presses("Ci penso io", "dm")
    await resolves(world, "anna")
    await world.waits(minutes=1)
    return await world.newest()


def rows(world: World) -> dict[str, int]:
    """How many there are of what grows."""
    engine = create_engine(normalised(world.stage.app.settings.database_url))
    with engine.connect() as connection:
        tables = (seen, answer_token, kept_form, attempt, beat)
        counted = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }
    engine.dispose()
    return counted


async def test_what_an_incident_left_behind_goes_and_its_record_stays(any_world: World):
    world = any_world
    before = await resolved(world)
    full = rows(world)
    assert all(full[name] for name in ("seen", "answer_token", "attempt"))

    await later(world, days=15)
    gestures_gone = rows(world)
    await later(world, days=76)
    all_gone = rows(world)

    assert (gestures_gone["seen"], gestures_gone["attempt"]) == (0, full["attempt"])
    assert gestures_gone["answer_token"] == full["answer_token"]
    assert (all_gone["seen"], all_gone["answer_token"], all_gone["attempt"]) == (0, 0, 0)
    assert replace(await world.record(before.incident.id), now=before.now) == before


async def test_a_letter_opened_a_month_later_still_says_that_its_link_is_no_longer_good(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    link = link_in(world.phone("bruno").messages[0].body)
    await world.person("anna").presses("Ci penso io", "dm")
    await resolves(world, "anna")

    await later(world, days=30)
    in_time = await presses_in_page(world, link, "acknowledge")
    await later(world, days=2)
    too_late = await opens_link(link)

    assert (in_time.status, too_late.status) == (410, 404)
    assert in_time.mentions("non vale più")
    assert too_late.mentions("Non è cambiato nulla")


async def test_a_text_that_the_company_delivers_again_for_a_week_declares_once(any_world: World):
    world = any_world
    sender = {"From": world.phone("marta").number, "To": world.sandbox.twilio_from}

    for _ in range(8):
        await says(world, SMS, **REPORT, **sender)
        await later(world, days=1)

    assert [incident.title for incident in await world.incidents()] == [TILLS]


async def test_a_report_that_is_repeated_after_its_attempt_was_pruned_changes_nothing(any_world: World):
    world = any_world
    before = await resolved(world)
    text = next(knock.provider_id for knock in before.knocks if knock.method == "sms" and knock.provider_id)
    await later(world, days=100)
    assert rows(world)["attempt"] == 0

    await reports(world, text, "sent", "undelivered", "failed", ErrorCode="30003")

    after = await world.record(before.incident.id)
    assert (after.levels, after.pages, after.events) == (before.levels, before.pages, before.events)
    assert rows(world)["attempt"] == 0


async def test_a_message_marked_again_after_weeks_stands_in_the_story_once(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    room = await world.room()
    await world.person("anna").types("il terminale risponde di nuovo", room)
    message = next(seen for seen in world.person("anna").sees(room) if seen.mentions("risponde di nuovo"))
    await world.person("anna").reacts("pushpin", message)
    await resolves(world, "anna")
    await later(world, days=20)
    assert rows(world)["seen"] == 0

    await world.person("bruno").reacts("pushpin", message)

    noted = [event for event in (await world.newest()).events if event.kind == "noted"]
    assert [event.facts["text"] for event in noted] == ["il terminale risponde di nuovo"]


async def test_what_was_typed_in_a_lost_form_is_forgotten_after_a_week(any_world: World):
    world, marta = any_world, any_world.person("marta")
    world.sandbox.faults.fail("views.open", "error:expired_trigger_id")
    await marta.types(f"/crisis {TILLS}")
    assert rows(world)["kept_form"] == 1

    await later(world, days=7.1)
    await marta.presses("Riapri")

    assert rows(world)["kept_form"] == 0
    assert marta.ephemerals[-1].mentions("non è cambiato nulla")


async def test_the_owners_hear_the_end_of_a_trouble_however_long_it_lasted(any_world: World):
    world = any_world
    socket = world.stage.app.ears.socket
    world.sandbox.faults.fail("apps.connections.open", "http500", times=None)
    await world.sandbox.delivery.sockets.drop()
    await socket.client.current_session.close()
    for _ in range(20):
        await world.waits(seconds=5)
        await world.stage.app.watchdog.look()
    await later(world, days=20)

    world.sandbox.faults.clear()
    await socket.client.connect_to_new_endpoint(force=True)
    await world.sandbox.connected()
    await world.stage.app.watchdog.look()
    await world.settles()

    texts = [text.body for text in world.phone("ada").messages]
    assert [("non sentiamo più Slack" in text, "sentiamo di nuovo Slack" in text) for text in texts] == [
        (True, False),
        (False, True),
    ]


async def test_a_backlog_goes_a_batch_a_tick_and_then_once_an_hour(any_world: World):
    world, scheduler = any_world, any_world.stage.app.scheduler
    scheduler.pause()
    await scheduler.drain()
    async with world.core.store.transaction() as tx:
        for number in range(2 * prune.AT_ONCE + 1):
            await tx.first_time(f"click {number}", now=world.clock.now())

    world.clock.turn(timedelta(days=15))
    left = []
    for _ in range(4):
        await scheduler.tick()
        left.append(rows(world)["seen"])

    assert left == [prune.AT_ONCE + 1, 1, 0, 0]
