"""Whom a page wakes, how, and when: one level after the other, Slack first and then the phone."""

from __future__ import annotations

import asyncio

from bot.shipped import EXAMPLE
from bot.usecases import plan
from tests.plans import read
from tests.world import World, Worlds

NEXT_LEVEL = "Chiama subito il livello dopo"
FIRST_LEVEL = "[person:bruno, person:anna, person:paolo]"


def asked(world: World, name: str, level: int) -> bool:
    """Whether somebody was told that this level is theirs."""
    sentence = {"paolo": f"You are level {level}."}.get(name, f"Livello {level}: tocca a te.")
    return any(seen.mentions(sentence) for seen in world.pages(name))


async def ladder(worlds: Worlds, *changes: tuple[str, str]) -> World:
    """A world whose plan differs from the example in a few words."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    world = await worlds(plan_saved=False)
    await plan.save_document(world.core, read(text), by="tests")
    return world


async def test_each_level_is_given_its_whole_wait_and_then_the_next_is_called(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate in tutti i negozi")
    assert all(asked(world, name, 1) for name in ("bruno", "anna", "paolo"))

    await world.waits(seconds=299)
    assert not asked(world, "giulia", 2)
    await world.waits(seconds=1)
    assert asked(world, "giulia", 2)
    assert asked(world, "paolo", 2)

    await world.waits(seconds=299)
    assert not asked(world, "luca", 3)
    await world.waits(seconds=1)
    assert asked(world, "luca", 3)

    await world.waits(seconds=299)
    assert not asked(world, "elena", 4)
    await world.waits(seconds=1)
    assert asked(world, "elena", 4)
    assert asked(world, "sofia", 4)
    assert "Chiamiamo il livello 4 di 4: Elena Ventura e Sofia Neri." in world.person("marta").reads(await world.room())


async def test_the_page_says_what_is_on_fire_who_said_so_and_what_happens_next(world: World):
    await world.declares("marta", "casse bloccate in tutti i negozi")

    italian, english = world.last_page("bruno"), world.last_page("paolo")

    assert italian.text.startswith("SEV1 · casse bloccate in tutti i negozi. Livello 1: tocca a te. Segnalato da Marta")
    assert italian.mentions("Se non rispondi entro 5 min (10:07) chiamiamo Giulia Sarti.")
    assert italian.buttons == ["Ci penso io", "Non posso", "Passa a…"]
    assert english.mentions("You are level 1.")
    assert english.buttons == ["I'm on it", "Can't", "Hand over…"]


async def test_slack_comes_first_and_the_phone_a_minute_later(world: World):
    await world.declares("marta", "casse bloccate in tutti i negozi")

    await world.waits(seconds=59)
    assert [world.phone(name).messages for name in ("bruno", "anna")] == [[], []]
    assert world.phone("paolo").calls  # who wakes for calls only is called at once: his own plan says so
    await world.waits(seconds=1)
    for name in ("bruno", "anna", "paolo"):
        [text] = world.phone(name).messages
        assert text.body.startswith("SEV1 INC-1 casse bloccate")
        assert len(text.body) <= 160
    assert "Rispondi 1 ci penso io, 2 non posso" in world.phone("anna").messages[0].body
    assert "Reply 1 on it, 2 can't" in world.phone("paolo").messages[0].body


async def test_the_phone_of_somebody_who_is_snoozed_does_not_wait(world: World):
    world.sandbox.snoozes("anna")

    await world.declares("marta", "casse bloccate in tutti i negozi")

    assert world.last_page("anna").mentions("Livello 1: tocca a te.")
    assert len(world.phone("anna").messages) == 1
    assert world.phone("bruno").messages == []
    await world.waits(minutes=2)
    assert len(world.phone("anna").messages) == 1


async def test_the_phone_does_not_wait_when_slack_will_not_say_whether_somebody_is_snoozed(world: World):
    world.sandbox.faults.fail("dnd.info", "hang", None)

    await world.declares("marta", "casse bloccate in tutti i negozi")

    for name in ("bruno", "anna", "paolo"):
        assert len(world.phone(name).messages) == 1
    world.sandbox.faults.clear()


async def test_somebody_who_left_slack_is_called_on_the_phone_at_once(world: World):
    await world.sandbox.deactivates("bruno")
    await world.settles()

    await world.declares("marta", "casse bloccate in tutti i negozi")

    assert len(world.phone("bruno").messages) == 1
    assert world.phone("anna").messages == []


async def test_the_phone_does_not_wait_for_a_message_that_slack_refuses(world: World):
    world.sandbox.faults.fail("chat.postMessage", "error:user_not_found", 3)

    await world.declares("marta", "casse bloccate in tutti i negozi")

    assert len(world.phone("bruno").messages) == 1
    assert len(world.phone("anna").messages) == 1
    assert world.phone("paolo").ringing  # his plan rings first


async def test_an_empty_level_is_skipped_at_once(worlds: Worlds):
    world = await ladder(worlds, (FIRST_LEVEL, "[group:S0NOBODY1]"))

    await world.declares("marta", "casse bloccate in tutti i negozi")

    assert asked(world, "giulia", 2)
    assert asked(world, "paolo", 2)
    assert not world.pages("bruno")
    await world.waits(seconds=299)
    assert not asked(world, "luca", 3)
    await world.waits(seconds=1)
    assert asked(world, "luca", 3)


async def test_a_deputy_stands_in_for_somebody_outside_their_hours(worlds: Worlds):
    world = await ladder(worlds, ("deputies: [anna]\n", "deputies: [ada]\n    reachable: [sun 03:00-04:00]\n"))

    await world.declares("marta", "casse bloccate in tutti i negozi")

    assert asked(world, "ada", 1)
    assert not world.pages("bruno")


async def test_escalate_now_calls_the_next_level_without_waiting(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate in tutti i negozi")
    room = await world.room()

    await world.person("bruno").chooses(NEXT_LEVEL, NEXT_LEVEL, await world.card("bruno"))

    assert asked(world, "giulia", 2)
    said = "Bruno Ferri non ha aspettato: chiamiamo ora il livello 2 di 4"
    assert said in world.person("marta").reads(room)
    await world.waits(seconds=299)
    assert not asked(world, "luca", 3)
    await world.waits(seconds=1)
    assert asked(world, "luca", 3)


async def test_whoever_had_it_hears_who_did_not_wait_and_how_to_keep_it(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate in tutti i negozi")
    room, bruno = await world.room(), world.person("bruno")
    await bruno.presses("Ci penso io", "dm")
    before = len(world.pages("bruno"))

    await world.person("marta").types("/crisis sali", room)

    told = world.pages("bruno")[before:]
    assert len(told) == 1
    assert told[0].mentions("Ci pensavi tu, e Marta Colombo non ha voluto aspettare")
    assert told[0].mentions("ora chiamiamo Paolo Grant e Giulia Sarti")
    assert not [seen for seen in world.pages("anna") if seen.mentions("non ha voluto aspettare")], "she did not have it"
    await bruno.types("/crisis preso", room)
    assert await world.holder() == "bruno"


async def test_whoever_had_it_and_is_not_in_slack_hears_so_by_text(worlds: Worlds):
    world = await worlds(plan_saved=False)
    text = EXAMPLE.read_text(encoding="utf-8")
    await plan.save_document(world.core, read(text.replace("    slack: U0BRUNO\n", "")), by="tests")
    await world.declares("marta", "casse bloccate in tutti i negozi")
    await world.waits(minutes=1)
    await world.person("bruno").texts("1")
    assert await world.holder() == "bruno"

    await world.person("marta").types("/crisis sali", await world.room())

    said = world.phone("bruno").messages[-1].body
    assert said == "INC-1. Marta Colombo non ha voluto aspettare: ora chiamiamo altri. Rispondi 1 se ci stai lavorando."
    await world.person("bruno").texts("1")
    assert await world.holder() == "bruno"


async def test_whoever_climbs_over_themselves_is_told_nothing_twice(world: World):
    await world.declares("marta", "casse bloccate in tutti i negozi")
    anna = world.person("anna")
    await anna.presses("Ci penso io", "dm")
    before = len(world.pages("anna"))

    await anna.types("/crisis sali", await world.room())

    assert len(world.pages("anna")) == before


async def test_two_people_who_escalate_at_once_climb_one_level(world: World):
    await world.declares("marta", "casse bloccate in tutti i negozi")
    both = [(world.person(name).in_slack, await world.card(name)) for name in ("bruno", "anna")]

    await asyncio.gather(*(person.chooses(NEXT_LEVEL, NEXT_LEVEL, card) for person, card in both))
    await world.settles()

    assert asked(world, "giulia", 2)
    assert not asked(world, "luca", 3)
    told = [seen for name in ("bruno", "anna") for seen in world.person(name).ephemerals]
    assert [seen.text for seen in told] == ["La chiamata è già passata al livello 2; non è cambiato nulla."]


async def test_the_next_level_that_is_asked_for_twice_by_word_is_called_once(world: World):
    await world.declares("marta", "casse bloccate in tutti i negozi")
    room = await world.room()
    both = [world.person(name).in_slack for name in ("bruno", "anna")]

    await asyncio.gather(*(person.types("/crisis sali", room) for person in both))
    await world.settles()
    assert asked(world, "giulia", 2)
    assert not asked(world, "luca", 3)
    await world.waits(seconds=29)
    await world.person("bruno").types("/crisis sali")

    assert not asked(world, "luca", 3)
    told = world.person("bruno").ephemerals[-1]
    assert told.mentions("non ha aspettato: chiamiamo ora il livello 2 di 4")
    assert told.mentions("È successo 29 s fa: non abbiamo chiamato nessun altro.")
    await world.person("bruno").presses(NEXT_LEVEL, told)
    assert asked(world, "luca", 3)
    assert (
        world.person("bruno").ephemerals[-1].mentions("Bruno Ferri non ha aspettato: chiamiamo ora il livello 3 di 4")
    )
    await world.waits(seconds=30)
    await world.person("anna").types("/crisis sali", room)
    assert asked(world, "elena", 4)


async def test_somebody_is_called_by_name_beside_the_ladder(world: World):
    await world.declares("marta", "casse bloccate in tutti i negozi")
    room = await world.room()

    await world.person("marta").types("/crisis chiama @sofia", room)

    assert world.last_page("sofia").mentions("Hanno chiesto di te.")
    assert "Marta Colombo chiede di Sofia Neri." in world.person("marta").reads(room)
    await world.waits(seconds=60)
    assert len(world.phone("sofia").messages) == 1
    await world.person("sofia").presses("Ci penso io", "dm")
    assert room in world.person("sofia").channels
    assert world.last_page("sofia").mentions("Ci pensi tu")
    await world.waits(minutes=4)
    assert asked(world, "giulia", 2)  # the ladder goes on by itself


async def test_everyone_who_holds_a_role_is_called(world: World):
    await world.declares("marta", "casse bloccate in tutti i negozi")
    room = await world.room()

    await world.person("marta").types("/crisis chiama ruolo:legal", room)

    assert world.last_page("sofia").mentions("Hanno chiesto di te.")


async def test_somebody_is_called_from_the_card(world: World):
    await world.declares("marta", "casse bloccate in tutti i negozi")
    marta = world.person("marta")

    await marta.presses("Chiama qualcuno", await world.card("marta"))
    await marta.fills({"Chi": "elena"})
    assert not await marta.submits()

    assert world.last_page("elena").mentions("Hanno chiesto di te.")


async def test_a_guest_and_nobody_cannot_be_called(world: World):
    await world.declares("marta", "casse bloccate in tutti i negozi")
    room = await world.room()
    marta = world.person("marta")

    await marta.types("/crisis chiama @kenji", room)
    assert marta.ephemerals[-1].mentions("Gli ospiti non si possono chiamare")
    await marta.types("/crisis chiama ruolo:mago", room)
    assert marta.ephemerals[-1].mentions("Questo ruolo non c'è.")
    assert world.pages("kenji") == []


async def test_ring_me_now_tries_every_way_at_once_and_wakes_nobody_else(world: World):
    bruno = world.person("bruno")
    await bruno.opens_home()

    await bruno.presses("Chiamami adesso", home=True)

    assert world.last_page("bruno").mentions("Una prova")
    [text] = world.phone("bruno").messages
    assert text.mentions("Una prova")
    assert world.pages("anna") == []
    assert await world.incidents() == ()
    await world.waits(minutes=10)
    assert len(world.phone("bruno").messages) == 1


async def test_a_private_incident_tells_a_phone_nothing(world: World):
    await world.declares("marta", "dati dei clienti rubati", {"Chi può vederlo": ["Riservato"]})

    await world.waits(minutes=1)

    texts = [text.body for name in ("anna", "paolo") for text in world.phone(name).messages]
    assert texts
    assert not any("rubati" in text or "dati" in text for text in texts)
    assert world.last_page("anna").mentions("Riservato: di che cosa si tratta si dice solo nel suo canale.")
    assert not world.last_page("anna").mentions("rubati")
