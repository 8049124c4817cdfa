"""The room sees on one card whom it is waiting for: what each was sent, whether it arrived, what they answered."""

from __future__ import annotations

from tests.world import World


async def lines(world: World) -> dict[str, str]:
    """What the card says of each person who was called."""
    card = (await world.card("marta")).plain.splitlines()
    said = card[card.index("Chiamati") + 1 :]
    return dict(line.split(": ", 1) for line in said if " · " in line and ": " in line)


async def test_each_has_a_line_that_follows_what_was_sent_and_what_became_of_it(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate")
    assert await lines(world) == {
        "Bruno Ferri": "ancora nessuna risposta · Slack 10:02",
        "Anna Riva": "ancora nessuna risposta · Slack 10:02",
        "Paolo Grant": "ancora nessuna risposta · Slack 10:02, chiamata 10:02",
    }

    await world.waits(minutes=1)
    assert (await lines(world))["Anna Riva"] == "ancora nessuna risposta · Slack 10:02, SMS arrivato 10:03"

    await world.waits(minutes=1)
    assert (await lines(world))["Anna Riva"].endswith("Slack 10:02, SMS arrivato 10:03, chiamata 10:04")

    await world.person("bruno").texts("2")
    await world.person("anna").texts("1")
    after = await lines(world)
    assert after["Bruno Ferri"].startswith("non può · ")
    assert after["Anna Riva"].startswith("ci pensa dalle 10:04 · ")


async def test_what_did_not_arrive_is_said_of_the_person_it_was_for(world: World):
    world.sandbox.faults.fail("twilio.Messages", "error:21211", times=None)
    await world.declares("marta", "casse bloccate")

    await world.waits(minutes=1)

    assert "SMS non arrivato" in (await lines(world))["Anna Riva"]


async def test_it_is_one_message_that_is_edited(world: World):
    await world.declares("marta", "casse bloccate")
    before = len(world.person("marta").sees(await world.room()))

    await world.waits(minutes=2)

    room = world.person("marta").sees(await world.room())
    assert len(room) == before
    assert sum("Chiamati" in seen.plain for seen in room) == 1


async def test_once_it_is_over_nobody_is_waited_for(world: World):
    await world.declares("marta", "casse bloccate")
    anna = world.person("anna")
    await anna.presses("Ci penso io", "dm")
    await anna.types("/crisis risolto", await world.room())
    await anna.fills({"Come si è risolto": "Riavviate"})
    await anna.submits()

    assert "Chiamati" not in (await world.card("marta")).plain
