"""The room works: roles, tasks, notes, updates, severity, and the several ways in which an incident ends."""

from __future__ import annotations

from tests.world import World

TILLS = "casse bloccate in tutti i negozi"


async def room_with_anna_in_charge(world: World) -> str:
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    return await world.room()


def reminders(world: World, room: str) -> int:
    """How often the room was asked how things stand."""
    return sum(seen.buttons == ["Aggiorna il canale"] for seen in world.person("anna").sees(room))


async def publish(world: World, room: str) -> None:
    """The first statement, written by Luca and read by Anna."""
    luca = world.person("luca")
    await luca.types("/crisis pubblica", room)
    await luca.submits()
    if luca.form is not None:
        assert not await luca.submits()
    await world.person("anna").presses("Approva e pubblica", room)
    assert (await world.newest()).published


async def test_a_role_is_given_and_its_holder_is_told_what_it_asks(world: World):
    room = await room_with_anna_in_charge(world)

    await world.person("anna").types("/crisis ruolo scribe @tom", room)

    assert world.last_page("tom").mentions("You are scribe now.")
    assert world.last_page("tom").mentions("Write facts and decisions in the timeline")
    assert room in world.person("tom").channels
    assert "tom baker: verbalizzatore (lo ha deciso anna riva)." in world.person("marta").reads(room).lower()
    assert (await world.card("marta")).mentions("Verbalizzatore Tom Baker")


async def test_a_role_is_known_by_its_usual_name_too_whatever_the_plan_calls_it(world: World):
    """Help says "verbalizzante"; Bottega Ventura says "Verbalizzatore"."""
    room = await room_with_anna_in_charge(world)

    await world.person("anna").types("/crisis ruolo verbalizzante @tom", room)

    assert (await world.card("marta")).mentions("Verbalizzatore Tom Baker")


async def test_what_is_so_already_is_said_and_changes_nothing(world: World):
    room = await room_with_anna_in_charge(world)
    anna = world.person("anna")

    await anna.types("/crisis gravità 1", room)
    assert anna.ephemerals[-1].plain == "INC-1 ha già questa gravità: non è cambiato nulla."

    await anna.types("/crisis ruolo communications_lead @luca", room)
    assert anna.ephemerals[-1].plain == "Luca Moretti ha già questo ruolo: non è cambiato nulla."


async def test_the_lead_is_taken_from_the_card(world: World):
    await world.declares("marta", TILLS)

    await world.person("bruno").presses("Prendo la guida", await world.card("bruno"))

    assert (await world.newest()).incident.commander == "bruno"
    assert "Prendo la guida" not in (await world.card("bruno")).buttons


async def test_a_role_is_given_with_the_form_when_something_is_missing(world: World):
    room = await room_with_anna_in_charge(world)
    anna = world.person("anna")

    await anna.types("/crisis ruolo", room)
    await anna.fills({"Ruolo": "Referente della direzione", "A chi": "elena"})
    assert not await anna.submits()

    assert (await world.newest()).incident.roles["executive_sponsor"] == "elena"


async def test_a_task_is_given_told_and_ticked_off(world: World):
    room = await room_with_anna_in_charge(world)

    await world.person("anna").types("/crisis compito @bruno rinnovare il certificato", room)

    assert world.last_page("bruno").mentions("Anna Riva ti chiede: rinnovare il certificato")
    assert "Da fare: rinnovare il certificato (Bruno Ferri)." in world.person("marta").reads(room)
    assert (await world.card("marta")).mentions("In corso rinnovare il certificato (Bruno Ferri)")

    await world.person("bruno").presses("Fatto", "dm")

    assert "Fatto: rinnovare il certificato (Bruno Ferri)." in world.person("marta").reads(room)
    assert world.last_page("bruno").mentions("Fatto: grazie.")
    assert not (await world.card("marta")).mentions("rinnovare il certificato")


async def test_an_update_reaches_the_room_and_says_where_it_stands(world: World):
    room = await room_with_anna_in_charge(world)
    anna = world.person("anna")

    await anna.types("/crisis aggiorna il certificato era scaduto", room)
    assert "Aggiornamento di @Anna Riva: il certificato era scaduto" in world.person("marta").reads(room)

    await anna.presses("Aggiorna il canale", await world.card("anna"))
    await anna.fills({"Che cosa c'è di nuovo": "certificato rinnovato", "A che punto è": "Sotto osservazione"})
    assert not await anna.submits()
    assert (await world.newest()).incident.status == "monitoring"
    assert "Anna Riva: in analisi → sotto osservazione." in world.person("marta").reads(room)


async def test_the_room_is_reminded_of_its_own_updates_on_its_rhythm(world: World):
    room = await room_with_anna_in_charge(world)
    due = (await world.newest()).room_deadline.due_at

    await world.waits(seconds=(due - world.clock.now()).total_seconds() - 1)
    assert reminders(world, room) == 0
    await world.waits(seconds=1)
    assert reminders(world, room) == 1
    assert "A che punto siamo? Due righe per il canale" in world.person("anna").reads(room)

    await world.person("anna").types("/crisis aggiorna stiamo provando il rimedio", room)
    again = (await world.newest()).room_deadline.due_at
    assert again > due


async def test_an_update_given_in_time_moves_the_next_reminder(world: World):
    room = await room_with_anna_in_charge(world)
    due = (await world.newest()).room_deadline.due_at
    await world.waits(seconds=(due - world.clock.now()).total_seconds() - 60)

    await world.person("anna").types("/crisis aggiorna ci siamo quasi", room)

    await world.waits(seconds=120)
    assert reminders(world, room) == 0


async def test_a_wrong_severity_is_mended_and_a_graver_one_hurries(world: World):
    await world.declares("marta", TILLS, {"Gravità": "3"})
    room = await world.room()
    late = (await world.newest()).customers_deadline.due_at

    await world.person("bruno").types("/crisis gravità 1", room)

    record = await world.newest()
    assert record.incident.severity == 1
    assert (record.customers_deadline.due_at - world.clock.now()).total_seconds() == 600
    assert record.customers_deadline.due_at < late
    assert "Bruno Ferri ha cambiato la gravità: SEV3 → SEV1." in world.person("marta").reads(room)
    assert (await world.card("marta")).mentions("SEV1")
    assert "SEV1" in world.sandbox.channel(room).topic["value"]


async def test_a_milder_severity_keeps_the_promise_already_made(world: World):
    await world.declares("marta", TILLS)
    room = await world.room()
    promised = (await world.newest()).customers_deadline.due_at

    await world.person("bruno").types("/crisis gravità 3", room)

    assert (await world.newest()).customers_deadline.due_at == promised


async def test_a_false_alarm_is_cancelled_and_everyone_called_hears_so(world: World):
    room = await room_with_anna_in_charge(world)
    anna = world.person("anna")

    await anna.types("/crisis annulla", room)
    assert anna.form.labels == ["Perché è un falso allarme"]
    await anna.fills({"Perché è un falso allarme": "Era una cassa di prova"})
    assert not await anna.submits()

    assert world.last_page("bruno").mentions("È finita: falso allarme, dice Anna Riva.")
    assert world.last_page("paolo").mentions("It's over: a false alarm, says Anna Riva.")
    assert "Anna Riva: era un falso allarme. Era una cassa di prova" in world.person("marta").reads(room)
    before = len(world.pages("bruno")), len(world.pages("luca"))
    await world.waits(minutes=60)
    assert (len(world.pages("bruno")), len(world.pages("luca"))) == before


async def test_a_false_alarm_after_a_public_statement_needs_a_correction(world: World):
    room = await room_with_anna_in_charge(world)
    await publish(world, room)
    anna = world.person("anna")

    await anna.types("/crisis annulla", room)
    correction = [label for label in anna.form.labels if label.startswith("Rettifica ai clienti")]
    assert len(correction) == 2
    await anna.fills({"Perché è un falso allarme": "Una cassa di prova", **dict.fromkeys(correction, "")})
    errors = await anna.submits()
    assert set(errors) <= set(correction)
    assert errors
    assert (await world.newest()).incident.open

    sorry = "Ci scusiamo: era un falso allarme, i pagamenti con carta hanno sempre funzionato."
    await anna.fills(dict.fromkeys(correction, sorry))
    assert not await anna.submits()
    record = await world.newest()
    assert record.incident.status == "cancelled"
    assert sorry in record.draft.texts.values() or any(sorry in each.texts.values() for each in record.published)
    await world.person("luca").presses("Approva e pubblica", room)
    assert (await world.newest()).last_published.kind == "correction"


async def test_an_incident_that_customers_know_of_ends_with_a_closing_message(world: World):
    room = await room_with_anna_in_charge(world)
    await publish(world, room)
    anna = world.person("anna")

    await anna.types("/crisis risolto", room)
    closing = [label for label in anna.form.labels if label.startswith("Messaggio di chiusura")]
    await anna.fills({"Come si è risolto": "Rinnovato il certificato", **dict.fromkeys(closing, "")})

    assert await anna.submits()
    assert (await world.newest()).incident.open


async def test_what_comes_back_is_reopened_and_the_ladder_is_called_again(world: World):
    room = await room_with_anna_in_charge(world)
    anna = world.person("anna")
    await anna.types("/crisis risolto", room)
    await anna.fills({"Come si è risolto": "Riavviato il server"})
    assert not await anna.submits()
    await world.waits(minutes=10)
    before = len(world.pages("bruno"))

    await anna.types("/crisis riapri", room)

    record = await world.newest()
    assert record.incident.open
    assert world.last_page("bruno").mentions("Livello 1: tocca a te.")
    assert len(world.pages("bruno")) == before + 1
    assert record.customers_deadline is not None
    assert "Anna Riva ha riaperto il caso: richiamiamo dal primo livello." in world.person("marta").reads(room)
    await world.waits(minutes=5)
    assert any(seen.mentions("Livello 2: tocca a te.") for seen in world.pages("giulia"))


async def test_a_ladder_that_is_called_again_is_the_one_on_the_card_and_can_be_climbed(any_world: World):
    world = any_world
    room = await room_with_anna_in_charge(world)
    anna = world.person("anna")
    await anna.types("/crisis annulla", room)
    await anna.fills({"Perché è un falso allarme": "Era una prova"})
    assert not await anna.submits()

    await anna.types("/crisis riapri", room)
    assert (await world.card("anna")).mentions("Livello 1 di 4 (stiamo chiamando Bruno Ferri, Anna Riva e Paolo Grant)")
    await anna.types("/crisis sali", room)

    assert world.last_page("giulia").mentions("Livello 2: tocca a te.")
    assert (await world.card("anna")).mentions("Livello 2 di 4 (stiamo chiamando Paolo Grant e Giulia Sarti)")
    await world.person("giulia").presses("Ci penso io", "dm")
    assert (await world.card("anna")).mentions("Giulia Sarti ha risposto")

    await anna.types("/crisis preso", room)
    assert anna.ephemerals[-1].mentions("Ci pensa Giulia Sarti")
    await world.person("giulia").types("/crisis restituisco", room)
    assert world.last_page("giulia").mentions("Hai restituito la chiamata.")


async def test_nobody_leads_what_is_opened_again_until_somebody_answers(world: World):
    room = await room_with_anna_in_charge(world)
    await world.person("anna").types("/crisis annulla", room)
    await world.person("anna").fills({"Perché è un falso allarme": "Era una prova"})
    assert not await world.person("anna").submits()

    await world.person("bruno").types("/crisis riapri", room)

    assert (await world.newest()).incident.commander is None
    assert (await world.card("marta")).mentions("Guida ancora nessuno")
    await world.person("bruno").presses("Ci penso io", "dm")
    assert (await world.newest()).incident.commander == "bruno"


async def test_who_led_and_opens_it_again_leads_on(world: World):
    room = await room_with_anna_in_charge(world)
    await world.person("anna").types("/crisis annulla", room)
    await world.person("anna").fills({"Perché è un falso allarme": "Era una prova"})
    assert not await world.person("anna").submits()

    await world.person("anna").types("/crisis riapri", room)

    assert (await world.newest()).incident.commander == "anna"


async def test_the_same_event_declared_twice_is_merged_into_the_other(world: World):
    await world.declares("marta", TILLS)
    first = await world.room()
    await world.declares("giulia", "sito irraggiungibile da stamattina")
    second = await world.room()
    assert first != second

    await world.person("anna").types("/crisis unisci 1", second)

    merged, target = await world.record(2), await world.record(1)
    assert merged.incident.status == "merged"
    assert not merged.ladder.wanted
    assert "giulia" in target.incident.also_reported_by
    assert "Lo segnala anche @Giulia Sarti" in world.person("marta").reads(first)
    assert "È lo stesso evento di INC-1: si continua là." in world.person("giulia").reads(second)
    assert any(seen.mentions("Continua in INC-1: era lo stesso evento.") for seen in world.pages("anna"))
    assert not any(seen.mentions("Non serve altro") for seen in world.pages("anna"))
    assert first in world.person("giulia").channels

    await world.person("anna").types("/crisis unisci 1", first)
    assert world.person("anna").ephemerals[-1].mentions("È lo stesso: dai il numero dell'altro.")
    await world.person("anna").types("/crisis riapri", second)
    assert world.person("anna").ephemerals[-1].mentions("INC-2 continua in quello a cui è stato unito")


async def test_a_note_a_pushpin_and_the_shortcut_keep_what_was_said(world: World):
    room = await room_with_anna_in_charge(world)
    marta, anna = world.person("marta"), world.person("anna")

    await anna.types("/crisis nota la prima chiamata era delle 9:55", room)
    await marta.types("La cassa mostra errore 51", room)
    said = next(seen for seen in anna.sees(room) if seen.mentions("errore 51"))
    await world.waits(minutes=3)
    await anna.reacts("pushpin", said)
    await anna.message_shortcut("add_to_timeline", said)

    notes = [event for event in (await world.newest()).events if event.kind == "noted"]
    assert [note.facts["text"] for note in notes] == ["la prima chiamata era delle 9:55", "La cassa mostra errore 51"]
    assert notes[1].facts["author"] == "marta"
    assert (world.clock.now() - notes[1].at).total_seconds() >= 179
