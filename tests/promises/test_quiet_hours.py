"""Whoever wants to sleep is woken for what they named, and finds the rest in the morning."""

from __future__ import annotations

from bot.demo.stage import EXAMPLE
from bot.usecases import plan
from tests.plans import read
from tests.world import World, Worlds

FAULT = "insegne spente"
SEV3 = {"Gravità": "3"}
BRUNO = 'deputies: [anna]\n    phones: ["+39 320 555 0102"]\n'
UNTIL_NOON = "    quiet_hours: 09:00-12:00\n"
"""It is 10:02 in Rome when these stories begin: a morning after a night at work."""


async def asleep(worlds: Worlds, hours: str = UNTIL_NOON, *, slack: bool = True, **options: object) -> World:
    """A world in which Bruno is called first, by direct message, text and call, and has quiet hours."""
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.count(BRUNO) == 1
    ways = "[slack_dm, sms after 1 min, voice after 2 min]"
    own = f"    contact_plan: {{SEV1: {ways}, SEV3: {ways}}}\n"
    text = text.replace(BRUNO, BRUNO + hours + own)
    text = text.replace("    email: bruno@ventura.example\n", "")
    text = text.replace("default_policy: customers", "default_policy: tills")
    world = await worlds(plan_saved=False, **options)
    await plan.save_document(world.core, read(text if slack else text.replace("    slack: U0BRUNO\n", "")), by="tests")
    return world


def disturbed(world: World, name: str = "bruno") -> tuple[int, int]:
    """How many texts, and how many calls."""
    return len(world.phone(name).messages), len(world.phone(name).calls)


async def test_a_lesser_incident_is_told_without_a_noise_and_rings_when_the_hours_end(worlds: Worlds):
    world = await asleep(worlds)

    await world.declares("marta", FAULT, SEV3)
    assert "Ci penso io" in world.last_page("bruno").buttons
    await world.waits(minutes=117)  # two rounds of the ladder, and everyone at once

    assert disturbed(world) == (0, 0)
    await world.waits(minutes=1)  # noon
    assert disturbed(world) == (1, 0)
    await world.waits(minutes=1)
    assert disturbed(world) == (1, 1)
    await world.waits(minutes=30)
    assert disturbed(world) == (1, 1)


async def test_what_somebody_has_by_then_does_not_ring_any_more(worlds: Worlds):
    world = await asleep(worlds, "    quiet_hours: 09:00-10:20\n")
    await world.declares("marta", FAULT, SEV3)

    await world.person("anna").presses("Ci penso io", "dm")
    await world.waits(minutes=25)

    assert disturbed(world) == (0, 0)


async def test_a_grave_one_rings_at_its_time(worlds: Worlds):
    world = await asleep(worlds)

    await world.declares("marta", "casse bloccate in tutti i negozi")
    await world.waits(minutes=2)

    assert disturbed(world) == (1, 1)


async def test_neither_a_snoozed_slack_nor_a_failing_one_breaks_the_silence(worlds: Worlds):
    world = await asleep(worlds)
    world.sandbox.snoozes("bruno")

    await world.declares("marta", FAULT, SEV3)
    await world.waits(minutes=20)

    assert disturbed(world) == (0, 0)


async def test_an_incident_that_turns_grave_lets_go_what_was_waiting(worlds: Worlds):
    world = await asleep(worlds)
    await world.declares("marta", FAULT, SEV3)
    await world.waits(minutes=4)
    assert disturbed(world) == (0, 0)

    await world.person("anna").types("/crisis gravità 1", await world.room())

    assert disturbed(world) == (1, 0)
    await world.waits(minutes=1)
    assert disturbed(world) == (1, 1)


async def test_what_turns_out_to_be_less_rings_nobody_before_their_hours_end(any_database_url: str, worlds: Worlds):
    world = await asleep(worlds, database_url=any_database_url)
    await world.declares("marta", "casse bloccate in tutti i negozi")

    await world.person("anna").types("/crisis gravità 3", await world.room())
    await world.waits(minutes=117)

    assert disturbed(world) == (0, 0)
    assert disturbed(world, "anna")[0] > 0
    await world.waits(minutes=1)
    assert disturbed(world) == (1, 0)
    await world.waits(minutes=1)
    assert disturbed(world) == (1, 1)


async def test_what_turned_grave_rings_whoever_is_called_from_then_on(worlds: Worlds):
    world = await asleep(worlds)
    await world.declares("marta", FAULT, SEV3)
    await world.person("anna").presses("Ci penso io", "dm")
    await world.person("anna").types("/crisis gravità 1", await world.room())

    await world.person("anna").presses("Restituisco", "dm")
    await world.waits(minutes=2)

    assert disturbed(world) == (1, 1)
    await world.waits(minutes=5)
    assert disturbed(world, "giulia") == (1, 1)


async def test_with_nothing_but_a_silent_telephone_the_deputy_stands_in(worlds: Worlds):
    world = await asleep(worlds, slack=False)

    await world.declares("marta", FAULT, SEV3)
    await world.waits(minutes=30)

    assert disturbed(world) == (0, 0)
    assert world.pages("bruno") == []
    first = (await world.newest()).levels[0]
    assert first.people == ("anna", "paolo")


async def test_that_it_is_over_is_not_said_with_a_noise_either(worlds: Worlds):
    """Called as for a grave one, and it turned out to be less."""
    world = await asleep(worlds, slack=False)
    await world.declares("marta", "casse bloccate in tutti i negozi")
    assert disturbed(world) == (1, 0)
    room = await world.room()
    await world.person("anna").presses("Ci penso io", "dm")
    await world.person("anna").types("/crisis gravità 3", room)

    await world.person("anna").types("/crisis annulla", room)
    await world.person("anna").fills({"Perché è un falso allarme": "Erano le insegne di prova"})
    assert not await world.person("anna").submits()
    assert disturbed(world) == (1, 0)
    await world.waits(minutes=118)

    assert disturbed(world) == (2, 0)
    assert "falso allarme" in world.phone("bruno").messages[-1].body


async def test_the_home_tab_says_when_the_telephone_keeps_silent(worlds: Worlds):
    world = await asleep(worlds)

    await world.person("bruno").opens_home()

    assert "SMS e chiamate ogni giorno 09:00-12:00 solo per SEV1 e SEV2" in world.person("bruno").home.plain
