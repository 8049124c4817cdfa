"""The end of the ladder is never silence: twice round, then everyone at once, then the emergency numbers."""

from __future__ import annotations

from collections.abc import Callable

from tests.promises.test_paging import FIRST_LEVEL, NEXT_LEVEL, asked, ladder
from tests.world import World

ONE_LOOP = 25 * 60
EVERYONE = "Nessuno ha ancora risposto: lo chiediamo a tutti."
BY_REQUEST = "Chiamiamo tutti, come ha chiesto Anna Riva."
NUMBERS = "Chiama adesso uno di questi numeri."
TILLS = "casse bloccate in tutti i negozi"


def told(world: World, name: str, sentence: str) -> bool:
    return any(seen.mentions(sentence) for seen in world.pages(name))


async def test_the_ladder_is_climbed_twice_then_everyone_is_called_then_the_reporter_gets_the_numbers(
    any_world: World,
):
    world = any_world
    await world.declares("marta", TILLS)
    room = await world.room()

    await world.waits(seconds=ONE_LOOP - 1)
    [only] = world.pages("bruno")
    assert only.mentions("La chiamata è passata al livello 4: Elena Ventura e Sofia Neri.")
    await world.waits(seconds=1)
    older, newest = world.pages("bruno")
    assert older.mentions("Ti abbiamo richiamato: rispondi al messaggio più recente.")
    assert older.buttons == []
    assert newest.mentions("Livello 1: tocca a te.")
    assert "Ricominciamo da capo. Chiamiamo il livello 1 di 4" in world.person("marta").reads(room)

    await world.waits(seconds=ONE_LOOP - 1)
    assert not any(told(world, name, EVERYONE) for name in ("bruno", "anna", "giulia", "luca", "elena", "sofia"))
    await world.waits(seconds=1)
    assert all(told(world, name, EVERYONE) for name in ("bruno", "anna", "giulia", "luca", "elena", "sofia"))
    assert "Nessuno ha risposto: chiamiamo tutti insieme" in world.person("marta").reads(room)

    await world.waits(seconds=299)
    assert not told(world, "marta", NUMBERS)
    assert await world.audits() == []
    await world.waits(seconds=1)
    letter = next(seen for seen in world.pages("marta") if seen.mentions(NUMBERS))
    assert letter.mentions("Portineria della sede, sempre presidiata")
    assert letter.mentions("Elena Ventura, amministratrice delegata")
    for number in ("+39 02 5550 0100", "+39 320 555 0108"):  # as telephones show them
        assert number in letter.text
        assert number in letter.plain
    assert letter.mentions("resta scritto che te li abbiamo mostrati")
    assert "Ancora nessuno. Abbiamo dato a Marta Colombo i numeri di emergenza." in world.person("bruno").reads(room)
    [reveal] = await world.audits()
    assert (reveal.kind, reveal.by, reveal.incident) == ("contacts_revealed", "marta", 1)
    assert "5550" not in str(reveal.facts)


async def test_called_on_request_everyone_hears_whose_it_was_and_not_that_nobody_answered(world: World):
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("anna").presses("Ci penso io", "dm")

    for _level in range(8):  # past the last, twice
        if told(world, "elena", BY_REQUEST):
            break
        await world.person("anna").types("/crisis sali", room)
        await world.waits(seconds=30)

    assert told(world, "bruno", BY_REQUEST)
    assert not told(world, "bruno", EVERYONE)
    assert "Li chiamiamo tutti insieme, come ha chiesto Anna Riva" in world.person("marta").reads(room)
    assert "Nessuno ha risposto" not in world.person("marta").reads(room)


async def test_whoever_climbs_past_the_end_is_told_that_nobody_is_left(world: World):
    await world.declares("marta", TILLS)
    await world.waits(seconds=2 * ONE_LOOP + 300)
    await world.waits(seconds=30)
    anna = world.person("anna")

    await anna.types("/crisis sali", await world.room())
    assert anna.ephemerals[-1].mentions("non resta nessun altro. Chiama qualcuno per nome.")
    await anna.chooses(NEXT_LEVEL, NEXT_LEVEL, await world.card("anna"))

    assert anna.ephemerals[-1].mentions("Marta Colombo ha i numeri di emergenza: non resta nessun altro.")


async def test_an_answer_is_still_wanted_after_the_end(world: World):
    await world.declares("marta", TILLS)
    await world.waits(seconds=2 * ONE_LOOP + 300)

    await world.person("bruno").presses("Ci penso io", "dm")

    record = await world.newest()
    assert record.ladder.acknowledged_by == "bruno"
    assert told(world, "bruno", "Ci pensi tu, dopo 55 min")
    assert "Ci pensa Bruno Ferri, dopo 55 min." in world.person("marta").reads(await world.room())


async def test_nobody_is_given_a_number_once_somebody_has_it(world: World):
    await world.declares("marta", TILLS)
    await world.waits(seconds=2 * ONE_LOOP + 299)

    await world.person("sofia").presses("Ci penso io", "dm")
    await world.waits(minutes=5)

    assert not told(world, "marta", NUMBERS)
    assert await world.audits() == []


async def test_everyone_who_could_not_is_asked_once_more_at_the_end(world: World):
    await world.declares("marta", TILLS)
    await world.person("bruno").presses("Non posso", "dm")

    await world.waits(seconds=2 * ONE_LOOP)

    first, newest = world.pages("bruno")
    assert first.buttons == []
    assert newest.mentions(EVERYONE)


async def test_a_ladder_with_nobody_on_it_gives_the_numbers_at_once(worlds: Callable[..., object]):
    nobody = "[group:S0NOBODY1]"
    world = await ladder(
        worlds,
        (FIRST_LEVEL, nobody),
        ("[role:technical_lead, role:customer_care_lead]", nobody),
        ("[role:incident_commander, role:communications_lead]", nobody),
        ("[role:executive_sponsor, role:legal]", nobody),
    )

    await world.declares("marta", TILLS)

    assert told(world, "marta", NUMBERS)
    assert len(await world.audits()) == 1
    assert not asked(world, "bruno", 1)


async def test_somebody_who_was_called_by_name_and_is_silent_is_called_again_and_never_for_ever(world: World):
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await world.person("anna").types("/crisis chiama @sofia", await world.room())

    await world.waits(minutes=4, seconds=59)
    before = len(world.pages("sofia"))
    await world.waits(seconds=1)
    assert len(world.pages("sofia")) == before + 1

    await world.waits(minutes=20)
    assert len(world.pages("sofia")) <= before + 2
