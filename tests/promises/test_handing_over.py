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


async def test_nobody_hands_a_page_over_to_themselves(world: World):
    await world.declares("marta", TILLS)
    anna = world.person("anna")

    await anna.presses("Passa a…", "dm")
    await anna.fills({"A chi": "anna"})
    errors = await anna.submits()

    assert [*errors.values()] == ["Sei tu: non è cambiato nulla. Scegli qualcun altro."]
    assert [page for page in (await world.newest()).pages if page.manual] == []
    assert world.last_page("anna").mentions("Livello 1: tocca a te.")


async def test_nobody_hands_a_page_over_to_whoever_has_it(world: World):
    await world.declares("marta", TILLS)
    await hands_on(world, "anna", to="luca")
    await world.person("bruno").presses("Ci penso io", "dm")
    await hands_on(world, "bruno", to="giulia")

    giulia = world.person("giulia")
    await giulia.presses("Passa a…", "dm")
    await giulia.fills({"A chi": "bruno"})

    assert [*(await giulia.submits()).values()] == [
        "Ci pensa già Bruno Ferri: non è cambiato nulla. Scegli qualcun altro."
    ]


async def test_a_page_is_handed_over_to_nobody_who_cannot_be_reached(world: World):
    """Whoever handed it over would be asked no more, and nobody in their place."""
    await world.waits(minutes=11 * 60)  # 21:02 in Rome
    await world.declares("marta", TILLS)
    anna = world.person("anna")

    await anna.presses("Passa a…", "dm")
    await anna.fills({"A chi": "sofia"})
    errors = await anna.submits()

    assert "Sofia Neri ora non è raggiungibile" in errors.popitem()[1]
    assert "anna" not in (await world.newest()).ladder.declined
    await anna.types("/crisis chiama @sofia")
    assert anna.ephemerals[-1].mentions("Sofia Neri ora non è raggiungibile")
    assert [page for page in (await world.newest()).pages if page.manual] == []


async def test_the_room_is_told_who_stands_in_for_an_heir_who_cannot_be_reached(world: World):
    await world.waits(minutes=11 * 60)
    await world.declares("marta", TILLS)

    await hands_on(world, "anna", to="tom")

    told = world.person("anna").reads(await world.room())
    assert "Anna Riva passa la chiamata a Tom Baker. Ne fa le veci Ada Conti, che stiamo chiamando." in told
    assert "Chiamata diretta" not in told
    assert world.last_page("ada").mentions("Anna Riva passa la chiamata a Tom Baker, di cui fai le veci.")
    await world.person("ada").presses("Ci penso io", "dm")
    assert await world.holder() == "ada"


async def test_the_form_and_the_heir_are_told_the_same_of_silence(world: World):
    await world.declares("marta", TILLS)
    anna = world.person("anna")
    await anna.presses("Passa a…", "dm")
    assert "Se non risponde, la scala prosegue." in anna.form.text
    await anna.closes()

    await hands_on(world, "anna", to="luca")
    assert world.last_page("luca").mentions("te lo chiediamo di nuovo, e la scala prosegue.")

    await world.person("bruno").presses("Ci penso io", "dm")
    await world.person("bruno").presses("Passa a…", "dm")
    assert "Finché non risponde, ci pensi tu." in world.person("bruno").form.text
    await world.person("bruno").closes()
    await hands_on(world, "bruno", to="giulia")
    assert world.last_page("giulia").mentions("te lo chiediamo di nuovo, e finché non rispondi ci pensa Bruno Ferri.")
    await world.waits(minutes=5)
    assert world.last_page("giulia").mentions("va avanti Bruno Ferri")
    await world.waits(minutes=5)
    assert "Non ti chiamiamo più. Puoi ancora pensarci tu." in world.person("giulia").reads()


async def test_an_heir_who_cannot_hears_who_goes_on_with_it_and_the_room_that_nobody_else_will_once_all_answered(
    world: World,
):
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("anna").presses("Ci penso io", "dm")
    await hands_on(world, "anna", to="luca")
    await hands_on(world, "anna", to="giulia")
    await world.waits(minutes=2)

    assert await world.person("luca").texts("2") == "INC-1. Ricevuto. Ci pensa Anna Riva."
    assert "va avanti Anna Riva" not in world.person("marta").reads(room)
    await world.person("giulia").presses("Non posso", "dm")

    assert world.person("marta").reads(room).count("Non ha risposto nessun altro: va avanti Anna Riva.") == 1


async def test_whoever_takes_by_word_what_was_handed_to_another_takes_nothing_from_who_has_it(world: World):
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await hands_on(world, "anna", to="luca")
    marta = world.person("marta")

    await marta.types("/crisis preso", await world.room())

    assert marta.ephemerals[-1].mentions("Ci pensa Anna Riva")
    assert await world.holder() == "anna"


async def test_who_is_being_called_by_name_is_not_called_twice(world: World):
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("anna").presses("Ci penso io", "dm")

    for who, named in (("marta", "luca"), ("bruno", "luca"), ("marta", "anna")):
        await world.person(who).types(f"/crisis chiama @{named}", room)

    assert world.person("bruno").ephemerals[-1].mentions("Stiamo già chiamando Luca Moretti per nome")
    assert world.person("marta").ephemerals[-1].mentions("Ci pensa già Anna Riva")
    assert len([seen for seen in world.pages("luca") if seen.mentions("Hanno chiesto di te")]) == 1


async def test_whoever_hands_over_reads_the_heir_among_those_who_are_called(world: World):
    await world.declares("marta", TILLS)

    await hands_on(world, "bruno", to="giulia")

    assert world.last_page("bruno").mentions("Hai passato la chiamata a Giulia Sarti.")
    assert world.last_page("bruno").mentions("Adesso chiamiamo Giulia Sarti, Anna Riva e Paolo Grant.")
