"""A level asks everyone twice, or one person at a time, or wants more than one: and nobody is asked in vain."""

from __future__ import annotations

import asyncio

import pytest

from bot.demo.stage import EXAMPLE
from bot.usecases import plan
from tests.links import link_in, opens_link
from tests.plans import read
from tests.promises.test_answering import noise
from tests.promises.test_paging import asked
from tests.world import World

TILLS = "casse bloccate in tutti i negozi"
FRONT_LINE = "targets: [person:bruno, person:anna, person:paolo]     # whoever is quickest\n"
INDENT = " " * 8
TITLES = (
    "casse bloccate a Torino",
    "stampanti ferme in via Roma",
    "niente luce al magazzino",
    "cassetti aperti a Lecce",
)


async def plans(world: World, *keys: str) -> None:
    """The example's plan, with a few more words about the first level of the tills' ladder."""
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.count(FRONT_LINE) == 1
    written = FRONT_LINE + "".join(f"{INDENT}{key}\n" for key in keys)
    await plan.save_document(world.core, read(text.replace(FRONT_LINE, written)), by="tests")


async def asked_first(world: World) -> list[str]:
    """Whom each incident's ladder asked first, in the order of the incidents."""
    incidents = sorted(await world.incidents(), key=lambda incident: incident.id)
    records = [await world.record(incident.id) for incident in incidents]
    return [record.levels[0].people[0] for record in records]


# Everyone twice


async def test_a_level_that_repeats_asks_everyone_once_more_and_then_the_next_is_called(any_world: World):
    world = any_world
    await plans(world, "mode: repeat")
    await world.declares("marta", TILLS)
    room = await world.room()
    assert world.last_page("bruno").mentions("Se non rispondi entro 5 min (10:07) te lo chiediamo di nuovo.")

    await world.waits(seconds=299)
    assert len(world.pages("bruno")) == 1
    await world.waits(seconds=1)

    older, newest = world.pages("bruno")
    assert older.mentions("Ti abbiamo richiamato: rispondi al messaggio più recente.")
    assert older.buttons == []
    assert newest.mentions("Livello 1: tocca a te. È la seconda chiamata.")
    assert newest.mentions("Se non rispondi entro 5 min (10:12) chiamiamo Giulia Sarti")
    assert not newest.edited
    said = "Ancora nessuna risposta. Livello 1 di 4, seconda chiamata: Bruno Ferri, Anna Riva e Paolo Grant."
    assert said in world.person("marta").reads(room)
    assert not asked(world, "giulia", 2)

    await world.waits(seconds=300)
    assert asked(world, "giulia", 2)
    assert len(world.pages("bruno")) == 2
    assert world.last_page("bruno").mentions("La chiamata è passata al livello 2")


async def test_the_telephone_rings_again_too_and_not_for_who_has_declined(world: World):
    await plans(world, "mode: repeat")
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Non posso", "dm")

    await world.waits(minutes=6)

    assert len(world.phone("bruno").messages) == 2
    assert world.phone("anna").messages == []
    assert len(world.pages("anna")) == 1


async def test_whoever_answers_the_second_call_has_it_and_nobody_else_is_called(world: World):
    await plans(world, "mode: repeat")
    await world.declares("marta", TILLS)
    await world.waits(minutes=5)

    await world.person("bruno").presses("Ci penso io", "dm")

    assert await world.holder() == "bruno"
    before = noise(world, "anna", "paolo", "giulia")
    await world.waits(minutes=20)
    assert noise(world, "anna", "paolo", "giulia") == before


# One at a time


async def test_one_person_is_called_at_a_time_until_everyone_was_and_then_the_next_level(any_world: World):
    world = any_world
    await plans(world, "mode: round_robin")
    await world.declares("marta", TILLS)
    room = await world.room()
    assert [len(world.pages(name)) for name in ("bruno", "anna", "paolo")] == [1, 0, 0]
    assert world.last_page("bruno").mentions("Livello 1: tocca a te. Chiamiamo una persona alla volta: 1 di 3.")
    assert world.last_page("bruno").mentions("Se non rispondi entro 5 min (10:07) chiamiamo Anna Riva.")

    await world.waits(seconds=299)
    assert world.pages("anna") == []
    await world.waits(seconds=1)
    assert world.last_page("anna").mentions("Chiamiamo una persona alla volta: 2 di 3.")
    assert world.last_page("bruno").mentions("Adesso tocca a Anna Riva. Puoi ancora pensarci tu.")
    assert world.last_page("bruno").buttons == ["Ci penso io"]
    assert "Livello 1 di 4, una persona alla volta: adesso Anna Riva." in world.person("marta").reads(room)

    await world.waits(seconds=300)
    assert world.last_page("paolo").mentions("You are level 1, one person at a time: number 3 of 3.")
    assert not asked(world, "giulia", 2)
    await world.waits(seconds=300)
    assert asked(world, "giulia", 2)


async def test_who_cannot_passes_the_turn_on_at_once(world: World):
    await plans(world, "mode: round_robin")
    await world.declares("marta", TILLS)

    await world.person("bruno").presses("Non posso", "dm")

    assert world.last_page("anna").mentions("Chiamiamo una persona alla volta: 2 di 3.")
    assert world.pages("bruno")[0].mentions("Hai detto che non puoi.")
    assert world.pages("paolo") == []


async def test_somebody_who_cannot_be_reached_in_any_way_passes_the_turn_on_at_once(world: World):
    await plans(world, "mode: round_robin", "knock: {SEV1: [slack_dm]}")
    world.sandbox.faults.fail("chat.postMessage", "error:user_not_found", 1)

    await world.declares("marta", TILLS)

    assert world.pages("bruno") == []
    assert world.last_page("anna").mentions("Livello 1: tocca a te.")
    assert world.pages("paolo") == []


async def test_whoever_had_their_turn_may_still_take_it(world: World):
    await plans(world, "mode: round_robin")
    await world.declares("marta", TILLS)
    await world.waits(minutes=5)

    await world.person("bruno").presses("Ci penso io", "dm")

    assert await world.holder() == "bruno"
    assert world.last_page("anna").mentions("Ci pensa Bruno Ferri")
    before = noise(world, "anna", "paolo", "giulia")
    await world.waits(minutes=20)
    assert noise(world, "anna", "paolo", "giulia") == before


async def test_each_incident_begins_with_the_one_after_the_last_and_a_restart_forgets_nobody(any_world: World):
    world = any_world
    await plans(world, "mode: round_robin")
    for title in TITLES[:2]:
        await world.declares("marta", title, {"Scenario": "Casse bloccate"})

    await world.crashes()
    await world.starts_again()
    for title in TITLES[2:]:
        await world.declares("marta", title, {"Scenario": "Casse bloccate"})

    assert await asked_first(world) == ["bruno", "anna", "paolo", "bruno"]


async def test_after_the_second_person_comes_the_third_and_not_the_first(world: World):
    await plans(world, "mode: round_robin")
    for title in TITLES[:2]:
        await world.declares("marta", title, {"Scenario": "Casse bloccate"})

    await world.waits(minutes=5)

    turns = [(level.turn, level.people) for level in (await world.newest()).levels]
    assert turns == [(1, ("anna",)), (2, ("paolo",))]
    await world.waits(minutes=5)
    assert (await world.newest()).levels[-1].people == ("bruno",)


async def test_whose_turn_it_is_when_somebody_is_away_is_who_stands_in_for_them(world: World):
    await plans(world, "mode: round_robin")
    await world.declares("marta", TITLES[0], {"Scenario": "Casse bloccate"})
    text = EXAMPLE.read_text(encoding="utf-8").replace(FRONT_LINE, f"{FRONT_LINE}{INDENT}mode: round_robin\n")
    away = text.replace("    name: Anna Riva\n", "    name: Anna Riva\n    reachable: [sun 03:00-04:00]\n")
    await plan.save_document(world.core, read(away), by="tests")

    for title in TITLES[1:3]:
        await world.declares("marta", title, {"Scenario": "Casse bloccate"})

    assert await asked_first(world) == ["bruno", "paolo", "bruno"]  # Paolo is Anna's first deputy, and himself


@pytest.mark.parametrize("mode", ["repeat", "round_robin"])
async def test_an_escalation_that_somebody_asks_for_goes_to_the_next_level(world: World, mode: str):
    await plans(world, f"mode: {mode}")
    await world.declares("marta", TILLS)

    await world.person("marta").types("/crisis sali", await world.room())

    assert asked(world, "giulia", 2)
    await world.waits(seconds=299)
    assert not asked(world, "luca", 3)


# More than one


async def test_a_page_that_wants_two_is_asked_on_until_two_have_it(any_world: World):
    world = any_world
    await plans(world, "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.waits(seconds=40)

    await world.person("anna").presses("Ci penso io", "dm")

    assert world.pages("anna")[0].mentions("Ci pensi tu")
    assert not world.pages("anna")[0].mentions("ha smesso di suonare")
    assert world.pages("anna")[0].buttons == ["Passa a…", "Restituisco"]
    assert world.pages("bruno")[0].mentions("Ha risposto 1 su 2: Anna Riva.")
    assert world.pages("bruno")[0].buttons == ["Ci penso io", "Non posso", "Passa a…"]
    assert "Ci pensa Anna Riva, dopo 40 s. Ha risposto 1 su 2." in world.person("marta").reads(room)
    assert (await world.card("marta")).mentions(
        "(ha risposto 1 su 2: Anna Riva; stiamo chiamando Bruno Ferri e Paolo Grant)"
    )
    assert (await world.newest()).incident.commander == "anna"

    await world.waits(seconds=60)
    assert len(world.phone("bruno").messages) == 1
    assert world.phone("anna").messages == []
    await world.person("bruno").presses("Ci penso io", "dm")

    record = await world.newest()
    assert record.ladder.taken_by == ("anna", "bruno")
    assert record.incident.commander == "anna"
    assert world.pages("bruno")[0].mentions("Ci pensi tu, dopo 1 min 40 s.")
    assert world.pages("bruno")[0].mentions("Con te: Anna Riva.")
    assert world.pages("anna")[0].mentions(
        "Ci pensi tu, dopo 40 s. A tutti gli altri il telefono ha smesso di suonare."
    )
    assert world.pages("paolo")[0].mentions("Anna Riva and Bruno Ferri have it.")
    before = noise(world, "anna", "bruno", "paolo", "giulia")
    await world.waits(minutes=25)
    assert noise(world, "anna", "bruno", "paolo", "giulia") == before


async def test_the_next_level_is_called_when_one_answer_is_missing_and_who_answered_is_left_alone(any_world: World):
    world = any_world
    await plans(world, "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("bruno").presses("Ci penso io", "dm")
    before = noise(world, "bruno")

    await world.waits(seconds=299)
    assert not asked(world, "giulia", 2)
    await world.waits(seconds=1)

    assert world.last_page("giulia").mentions("Livello 2: tocca a te. Ha risposto 1 su 2: Bruno Ferri.")
    assert "Serve qualcun altro. Chiamiamo il livello 2 di 4: " in world.person("marta").reads(room)
    await world.waits(seconds=299)
    assert noise(world, "bruno") == before
    await world.person("giulia").presses("Ci penso io", "dm")
    assert (await world.newest()).ladder.taken_by == ("bruno", "giulia")
    assert not asked(world, "luca", 3)


async def test_two_who_press_at_once_both_have_it_and_the_third_learns_so(any_world: World):
    world = any_world
    await plans(world, "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)
    anna, bruno, paolo = (world.person(name) for name in ("anna", "bruno", "paolo"))

    await asyncio.gather(anna.in_slack.presses("Ci penso io", "dm"), bruno.in_slack.presses("Ci penso io", "dm"))
    await world.settles()

    record = await world.newest()
    assert set(record.ladder.taken_by) == {"anna", "bruno"}
    assert record.incident.commander == record.ladder.acknowledged_by
    assert not record.ladder.wanted
    assert paolo.sees("dm")[0].mentions("have it.")
    assert paolo.sees("dm")[0].buttons == []
    await world.waits(minutes=6)
    assert world.phone("paolo").messages == []
    assert not asked(world, "giulia", 2)


async def test_one_person_who_answers_twice_is_still_one(world: World):
    await plans(world, "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    await world.person("anna").presses("Ci penso io", "dm")

    back = await world.person("anna").texts("1")

    assert "Ci pensi tu" in back
    assert (await world.newest()).ladder.wanted


async def test_who_is_called_by_name_and_cannot_does_not_end_a_ladder_that_goes_on(world: World):
    await plans(world, "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("bruno").presses("Ci penso io", "dm")
    await world.waits(minutes=2)
    shown = await opens_link(link_in(world.phone("anna").messages[-1].body))
    assert shown.mentions("Ha risposto 1 su 2: Bruno Ferri.")

    await world.person("marta").types("/crisis chiama @ada", room)
    await world.person("ada").presses("Non posso", "dm")

    assert "Ada Conti non può." in world.person("marta").reads(room)
    assert "va avanti Bruno Ferri" not in world.person("marta").reads(room)


async def test_giving_back_takes_one_answer_away(world: World):
    await plans(world, "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await world.person("bruno").presses("Ci penso io", "dm")

    await world.person("anna").presses("Restituisco", "dm")

    record = await world.newest()
    assert record.ladder.taken_by == ("bruno",)
    assert record.ladder.wanted
    assert record.incident.commander == "bruno"
    assert world.last_page("anna").mentions("Hai restituito la chiamata. ")
    assert world.last_page("paolo").mentions("1 of 2 has it: Bruno Ferri.")
    assert world.pages("bruno")[-1].mentions("Ci pensi tu")
    await world.person("paolo").presses("I'm on it", "dm")
    assert (await world.newest()).ladder.taken_by == ("bruno", "paolo")


async def test_who_gives_back_before_the_others_answered_is_not_asked_again_and_they_still_are(world: World):
    await plans(world, "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")

    await world.person("anna").presses("Restituisco", "dm")

    record = await world.newest()
    assert (record.ladder.taken_by, record.ladder.epoch) == ((), 1)
    assert record.incident.commander is None
    await world.waits(minutes=2)
    assert world.phone("anna").messages == []
    assert len(world.phone("bruno").messages) == 1
    assert len(world.pages("bruno")) == 1


async def test_an_heir_of_one_of_two_leaves_the_other_in_place(world: World):
    await plans(world, "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await world.person("bruno").presses("Ci penso io", "dm")

    await world.person("bruno").hands_over(to="giulia")
    await world.person("giulia").presses("Ci penso io", "dm")

    record = await world.newest()
    assert record.ladder.taken_by == ("anna", "giulia")
    assert record.incident.commander == "anna"


async def test_at_the_end_of_the_ladder_it_stays_with_whoever_answered_and_no_number_is_given(world: World):
    await plans(world, "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("anna").presses("Ci penso io", "dm")

    await world.waits(minutes=50)
    assert "Serve qualcun altro: chiamiamo insieme tutti gli altri" in world.person("marta").reads(room)
    await world.waits(minutes=5)

    assert "Non ha risposto nessun altro: va avanti Anna Riva." in world.person("marta").reads(room)
    assert await world.audits() == []
    assert not (await world.newest()).ladder.wanted
    assert world.last_page("bruno").mentions("Ci pensa Anna Riva")


async def test_who_was_named_by_a_colleague_is_called_on_when_the_ladder_ends_with_fewer_and_joins_them(world: World):
    await plans(world, "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await world.waits(minutes=54)
    await world.person("bruno").hands_over(to="ada")

    await world.waits(minutes=3)
    assert not (await world.newest()).ladder.wanted
    assert world.phone("ada").messages
    assert world.last_page("ada").mentions("te lo chiediamo di nuovo, e finché non rispondi ci pensa Anna Riva")
    await world.person("ada").presses("Ci penso io", "dm")

    record = await world.newest()
    assert record.ladder.taken_by == ("anna", "ada")
    assert record.incident.commander == "anna"
    assert world.last_page("bruno").mentions("Ci pensano Anna Riva e Ada Conti")


async def test_one_at_a_time_and_two_wanted_the_second_is_called_as_soon_as_the_first_has_it(world: World):
    await plans(world, "mode: round_robin", "acknowledgements_wanted: 2")
    await world.declares("marta", TILLS)

    await world.person("bruno").presses("Ci penso io", "dm")

    assert world.last_page("anna").mentions("Ha risposto 1 su 2: Bruno Ferri.")
    assert world.pages("paolo") == []


# Before it is needed


async def test_the_dry_run_says_how_each_level_asks(world: World):
    await plans(world, "mode: round_robin", "acknowledgements_wanted: 2")

    await world.person("giulia").types("/crisis chi casse bloccate")

    said = world.person("giulia").ephemerals[-1]
    assert said.mentions("(una persona alla volta, 5 min a testa, servono 2 risposte)")
    assert said.mentions("(5 min per rispondere)")
