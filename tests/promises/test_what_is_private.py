"""Of a private incident nothing is told where others read: on a locked telephone, in another incident's channel."""

from __future__ import annotations

from messages import review
from messages.words import words_for
from tests.world import World

PRIVATE = {"Chi può vederlo": ["Riservato"]}


async def test_merged_with_one_that_everyone_sees_its_title_stays_where_it_was(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate")
    public = await world.newest()
    await world.declares("marta", "licenziamento di Rossi", PRIVATE)

    await world.person("marta").types("/crisis unisci 1", await world.room())

    target = await world.record(public.incident.id)
    room = target.incident.room.channel_name
    assert room
    assert "Lo segnala anche Marta Colombo." in world.person("bruno").reads(room)
    assert "Rossi" not in world.person("bruno").reads(room)
    assert "Rossi" not in review.markdown(words_for("it"), target)


async def test_a_task_and_a_statement_are_not_shown_on_a_locked_telephone(world: World):
    await world.declares("marta", "licenziamento di Rossi", PRIVATE | {"Che cosa vedono i clienti": "dati di Rossi"})
    room = await world.room()
    await world.person("giulia").presses("Ci penso io", "dm")

    await world.person("giulia").types("/crisis compito @luca chiama l'avvocato di Rossi", room)
    asked = world.last_page("luca")
    await world.person("luca").presses("Pubblica…", "dm")
    await world.person("luca").submits()
    await world.person("luca").submits()

    assert "Rossi" in asked.plain
    assert asked.text == "SEV2 · INC-1 · riservato. C'è qualcosa che tocca a te."
    to_read = world.last_page("elena")
    assert "Approva e pubblica" in to_read.buttons
    assert "dati di Rossi" in to_read.plain
    assert "Rossi" not in to_read.text
