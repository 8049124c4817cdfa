"""Handed over once, twice or to two people: one of them has it, and nobody else is called for what somebody has."""

from __future__ import annotations

from tests.promises.test_answering import noise
from tests.world import World

TILLS = "casse bloccate in tutti i negozi"
NUMBERS = "+39 02 5550 0100"


async def hands_on(world: World, who: str, *, to: str) -> None:
    """By the newest message that offers it."""
    await world.person(who).hands_over(to=to)


async def test_an_heir_is_called_no_more_when_somebody_else_has_it(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await hands_on(world, "bruno", to="luca")

    await world.person("anna").presses("Ci penso io", "dm")

    assert world.last_page("luca").mentions("Ci pensa Anna Riva")
    before = noise(world, "luca", "bruno")
    await world.waits(minutes=9)
    assert noise(world, "luca", "bruno") == before
    assert await world.holder() == "anna"


async def test_of_two_heirs_the_first_has_it_and_the_other_is_called_no_more(world: World):
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await hands_on(world, "anna", to="luca")
    await hands_on(world, "anna", to="giulia")

    await world.person("luca").presses("Ci penso io", "dm")

    assert world.last_page("giulia").mentions("Ci pensa Luca Moretti")
    await world.waits(minutes=9)
    assert noise(world, "giulia") == [(1, 0)]
    assert await world.holder() == "luca"


async def test_an_heir_of_whoever_has_it_is_called_on_though_another_has_it_too(world: World):
    """A page that wants one: Anna has it and wants to be relieved."""
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")

    await hands_on(world, "anna", to="luca")
    await world.waits(minutes=2)

    assert len(world.phone("luca").messages) == 1
    assert await world.holder() == "anna"


async def test_what_went_through_two_hands_is_taken_by_the_last(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await hands_on(world, "bruno", to="luca")
    await hands_on(world, "luca", to="giulia")

    await world.person("giulia").presses("Ci penso io", "dm")

    record = await world.newest()
    assert record.ladder.acknowledged_by == record.incident.commander == "giulia"
    assert world.last_page("anna").mentions("Ci pensa Giulia Sarti")
    await world.waits(minutes=20)
    assert not [name for name in ("bruno", "anna", "luca", "giulia", "elena") if world.phone(name).messages]


async def test_an_heir_who_hands_on_what_they_had_has_it_no_more(world: World):
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await hands_on(world, "anna", to="luca")
    await world.person("luca").presses("Ci penso io", "dm")
    await hands_on(world, "luca", to="giulia")

    await world.person("giulia").presses("Ci penso io", "dm")

    record = await world.newest()
    assert record.ladder.acknowledged_by == record.incident.commander == "giulia"
    assert (await world.card("anna")).mentions("Guida Giulia Sarti")


async def test_an_heir_who_gives_it_back_gives_it_back_to_the_level(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await hands_on(world, "anna", to="luca")
    await world.person("luca").presses("Ci penso io", "dm")

    await world.person("luca").presses("Restituisco", "dm")

    assert await world.holder() is None
    assert world.last_page("bruno").mentions("Livello 1: tocca a te.")
    assert world.last_page("luca").mentions("Hai restituito la chiamata. Adesso chiamiamo Bruno Ferri")
    assert (await world.card("anna")).mentions("stiamo chiamando Bruno Ferri e Paolo Grant")
    await world.waits(minutes=5)
    assert world.phone("luca").messages == []
    assert world.last_page("giulia").mentions("Livello 2: tocca a te.")


async def test_an_heir_who_went_quiet_reads_who_has_it_now(world: World):
    await world.declares("marta", TILLS)
    await hands_on(world, "anna", to="luca")
    await world.person("luca").presses("Ci penso io", "dm")

    await world.waits(minutes=30)
    assert any(seen.mentions("Puoi ancora pensarci tu") for seen in world.pages("luca"))
    await world.person("bruno").presses("Ci penso io", "dm")

    assert any(seen.mentions("Ci pensa Bruno Ferri") for seen in world.pages("luca"))
    assert not any(seen.mentions("Ci pensi tu") for seen in world.pages("luca"))


async def test_an_heir_who_cannot_is_left_in_peace(world: World):
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await hands_on(world, "anna", to="giulia")

    await world.person("giulia").presses("Non posso", "dm")
    await world.waits(minutes=15)

    assert len([seen for seen in world.pages("giulia") if seen.mentions("passa la chiamata")]) == 0
    assert noise(world, "giulia") == [(1, 0)]
    assert await world.holder() == "anna"


async def test_an_heir_who_is_silent_gives_nobody_a_number_while_somebody_has_it(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await hands_on(world, "anna", to="giulia")

    await world.waits(minutes=25)

    assert not any(seen.mentions(NUMBERS) for seen in world.pages("marta"))
    assert world.phone("marta").messages == []
    assert await world.audits() == []
    assert "Non ha risposto nessun altro: va avanti Anna Riva." in world.person("marta").reads(await world.room())
