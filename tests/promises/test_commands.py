"""`/crisis …` in Italian and in English, in the room, elsewhere, in a direct message, by a guest."""

from __future__ import annotations

import pytest

from tests.world import Colleague, World

TILLS = "casse bloccate in tutti i negozi"

ANSWERED = {
    "it": {
        "stato": "INC-1 casse bloccate",
        "stato tutte": "INC-1 casse bloccate",
        "stato 1": "INC-1 casse bloccate",
        "chi": "Chi fa che cosa in Bottega Ventura",
        "chi casse": "Prima linea",
        "chi legale": "Sofia Neri",
        "aiuto": "Qualcosa non va?",
        "io": "Per un SEV1 ti cerchiamo così:",
        "piano": "Il piano di Bottega Ventura è curato da Ada Conti.",
        "resoconto 1": "INC-1",
    },
    "en": {
        "status": "INC-1 casse bloccate",
        "status all": "INC-1 casse bloccate",
        "status INC-1": "INC-1 casse bloccate",
        "who": "Who does what at Bottega Ventura",
        "who tills": "Front line",
        "who legal": "Sofia Neri",
        "help": "Something is wrong?",
        "me": "If a SEV1 is for you, we try:",
        "doc": "The plan of Bottega Ventura is kept by Ada Conti.",
        "postmortem 1": "INC-1",
    },
}
"""What is answered at once, in the eyes of whoever asked."""

OPENED = {
    "it": {
        "": "Segnala un'emergenza",
        "sito giù da stamattina": "Segnala un'emergenza",
        "subito": "Segnala un'emergenza",
        "chiama": "Chiama qualcuno",
        "ruolo": "Assegna un ruolo",
        "gravità": "Cambia la gravità",
        "aggiorna": "Aggiorna il canale",
        "pubblica": "Primo messaggio",
        "nota": "Aggiungi in cronologia",
        "compito": "Aggiungi un compito",
        "risolto": "INC-1 è risolto",
        "annulla": "Falso allarme",
    },
    "en": {
        "": "Declare an incident",
        "site down since this morning": "Declare an incident",
        "now": "Declare an incident",
        "page": "Page someone",
        "role": "Give a role",
        "sev": "Change the severity",
        "update": "Update the room",
        "public": "First statement",
        "note": "Add to the timeline",
        "task": "Add a task",
        "resolve": "Resolve INC-1",
        "cancel": "False alarm",
    },
}
"""What asks for more, with a form."""

READERS = {"it": "anna", "en": "paolo"}


async def declared(world: World, *, leader: str = "anna") -> str:
    """One incident, and somebody who has it."""
    await world.declares("marta", TILLS)
    await world.person(leader).presses({"paolo": "I'm on it"}.get(leader, "Ci penso io"), "dm")
    return await world.room()


async def answer_to(person: Colleague, command: str, channel: str) -> str:
    before = len(person.ephemerals)
    await person.types(f"/crisis {command}", channel)
    told = person.ephemerals[before:]
    return "\n".join(f"{seen.text}\n{seen.plain}" for seen in told)


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("place", ["room", "general", "dm"])
async def test_every_command_is_answered_in_the_readers_language_wherever_it_is_typed(
    world: World, language: str, place: str
):
    person = world.person(READERS[language])
    room = await declared(world, leader=READERS[language])
    channel = room if place == "room" else place

    for command, words in ANSWERED[language].items():
        assert words.lower() in (await answer_to(person, command, channel)).lower(), command
    for command, title in OPENED[language].items():
        assert await answer_to(person, command, channel) == "", command
        assert person.form is not None, command
        assert person.form.title == title, command
        await person.closes()
    assert len(await world.incidents()) == 1
    assert (await world.newest()).incident.open


@pytest.mark.parametrize(
    ("who", "take", "leave", "pass_on", "climb"),
    [("anna", "preso", "restituisco", "nonposso", "sali"), ("paolo", "ack", "giveback", "decline", "escalate")],
)
async def test_a_page_is_answered_by_command(world: World, who: str, take: str, leave: str, pass_on: str, climb: str):
    await world.declares("marta", TILLS)
    person = world.person(who)
    mine = {"anna": "Ci pensi tu", "paolo": "You have it"}[who]

    assert mine in await answer_to(person, take, "general")
    assert (await world.newest()).ladder.acknowledged_by == who
    await person.types(f"/crisis {leave}")
    assert (await world.newest()).ladder.wanted
    await person.types(f"/crisis {climb}")
    assert (await world.newest()).ladder.level == 2
    await world.person("bruno").types("/crisis rifiuto")
    assert "bruno" in (await world.newest()).ladder.declined
    await person.types(f"/crisis {pass_on}")
    assert who in (await world.newest()).ladder.declined


async def test_status_all_shows_every_open_incident_gravest_first(world: World):
    await world.declares("marta", "linee telefoniche interrotte", {"Gravità": "2"})
    await world.declares("marta", TILLS)

    said = await answer_to(world.person("elena"), "stato tutti", "dm")
    assert "2 emergenze aperte." in said
    assert said.index("INC-2 casse bloccate") < said.index("INC-1 linee telefoniche")
    assert "2 incidents are open." in await answer_to(world.person("james"), "status", "general")
    elena = world.person("elena")
    await elena.presses("Di più", elena.ephemerals[-1])
    assert elena.ephemerals[-1].mentions("INC-2 casse bloccate")


async def test_now_declares_without_a_form_and_says_who_is_called(world: World):
    said = await answer_to(world.person("giulia"), "subito casse ferme a Milano", "general")

    assert "Stiamo chiamando Bruno Ferri, Anna Riva e Paolo Grant: livello 1 di 4." in said
    assert world.last_page("bruno").mentions("casse ferme a Milano")
    said = await answer_to(world.person("tom"), "now website shows a blank page", "general")
    assert "Calling Anna Riva and Bruno Ferri now: level 1 of 4." in said


async def test_outside_a_room_with_two_open_incidents_a_command_asks_which(world: World):
    await declared(world)
    await world.declares("giulia", "sito irraggiungibile da stamattina")
    anna = world.person("anna")

    await anna.types("/crisis gravità 3")

    assert anna.form.title == "Quale emergenza"
    await anna.fills({"Emergenza": "INC-1 · SEV1 · casse bloccate in tutti i negozi"})
    assert not await anna.submits()
    assert (await world.record(1)).incident.severity == 3
    assert (await world.record(2)).incident.severity == 1
    assert anna.ephemerals[-1].mentions("Anna Riva ha cambiato la gravità: SEV1 → SEV3.")


async def test_a_command_that_goes_on_with_a_form_goes_on_in_the_pickers_place(world: World):
    await declared(world)
    await world.declares("giulia", "sito irraggiungibile da stamattina")
    anna = world.person("anna")

    await anna.types("/crisis risolto certificato rinnovato", "dm")
    assert anna.form.title == "Quale emergenza"
    await anna.fills({"Emergenza": "INC-1 · SEV1 · casse bloccate in tutti i negozi"})
    await anna.submits()

    assert anna.form.title == "INC-1 è risolto"
    assert "certificato rinnovato" in str(anna.form.values)


async def test_whoever_was_called_to_one_of_two_is_not_asked_which(world: World):
    await world.declares("marta", TILLS)
    await world.declares("marta", "linee telefoniche interrotte", {"Gravità": "2"})

    await world.person("tom").types("/crisis ack")

    assert (await world.record(2)).ladder.acknowledged_by == "tom"
    assert (await world.record(1)).ladder.wanted


async def test_whoever_merges_without_saying_into_which_is_asked_for_the_other_one(world: World):
    room = await declared(world)

    said = await answer_to(world.person("anna"), "unisci", room)

    assert "Con quale? Dai il numero dell'altro: /crisis unisci 41." in said


async def test_a_plan_that_one_person_keeps_is_not_spoken_of_as_if_there_were_several(world: World):
    said = await answer_to(world.person("anna"), "piano", "general")

    assert "è curato da Ada Conti." in said
    assert "Scrivi a chi lo cura: nessun altro può modificarlo." in said


async def test_with_nothing_open_nothing_is_changed_and_the_person_is_told(world: World):
    anna = world.person("anna")

    await anna.types("/crisis preso")
    assert "Nessuna emergenza aperta. Non è cambiato nulla." in anna.form.plain
    await anna.closes()
    assert "Nessuna emergenza aperta." in await answer_to(anna, "stato", "general")
    said = await answer_to(anna, "riapri", "general")
    assert "Quale? Scrivilo dal suo canale, o con il numero in fondo, per esempio 42." in said
    await anna.types("/crisis aggiorna server rotto")
    assert anna.form.title == "Segnala un'emergenza"  # only a report can be meant
    assert await world.incidents() == ()


@pytest.mark.parametrize(
    ("who", "typed", "asked", "meant", "answer"),
    [
        ("anna", "statto", "intendevi stato? Non abbiamo segnalato nulla.", "/crisis stato", "INC-1 casse bloccate"),
        ("paolo", "statsu", "did you mean status? Nothing was declared.", "/crisis status", "INC-1 casse bloccate"),
        ("anna", "graviat 3", "intendevi gravità 3? Non abbiamo segnalato", "/crisis gravità 3", "SEV1 → SEV3"),
    ],
)
async def test_a_slip_is_asked_about_and_declares_nothing(
    world: World, who: str, typed: str, asked: str, meant: str, answer: str
):
    room = await declared(world)
    person = world.person(who)

    assert asked in await answer_to(person, typed, room)
    assert person.form is None
    await person.presses(meant, person.ephemerals[-1])

    assert person.ephemerals[-1].mentions(answer)
    assert len(await world.incidents()) == 1


async def test_a_slip_that_was_a_report_after_all_declares_with_one_press(world: World):
    anna = world.person("anna")

    await anna.types("/crisis statto")
    await anna.presses("No, segnala un'emergenza", anna.ephemerals[-1])

    assert anna.form.title == "Segnala un'emergenza"
    assert anna.form.values["Che cosa succede"] == "statto"


@pytest.mark.parametrize("report", ["chi paga i clienti oggi resta bloccato", "nota di credito doppia sugli scontrini"])
async def test_a_report_that_begins_like_a_command_is_not_lost(world: World, report: str):
    giulia = world.person("giulia")

    await giulia.types(f"/crisis {report}")

    assert giulia.form.title == "Segnala un'emergenza"
    assert giulia.form.values["Che cosa succede"] == report


@pytest.mark.parametrize("typed", ["esercitazione", "cerca casse", "richieste 40/1200", "drill"])
async def test_a_word_that_is_kept_for_later_is_not_taken_for_a_report(world: World, typed: str):
    anna = world.person("anna")

    assert "è previsto, ma non c'è ancora. Non abbiamo segnalato nulla." in await answer_to(anna, typed, "general")
    assert anna.form is None

    await anna.presses("Segnala un'emergenza", anna.ephemerals[-1])
    assert anna.form.title == "Segnala un'emergenza"


@pytest.mark.parametrize("report", ["richieste bloccate dal mattino", "cerca del sito non trova niente", "drill rotto"])
async def test_a_report_that_begins_with_a_word_kept_for_later_opens_the_form(world: World, report: str):
    anna = world.person("anna")

    await anna.types(f"/crisis {report}")

    assert anna.form.values["Che cosa succede"] == report


async def test_a_guest_is_answered_in_their_language(world: World):
    await declared(world)
    kenji = world.person("kenji")

    assert "INC-1 casse bloccate" in await answer_to(kenji, "status", "dm")
    assert "Something is wrong?" in await answer_to(kenji, "help", "dm")
    assert "You are not in the anti-crisis team." in await answer_to(kenji, "me", "dm")
    assert "There is no way to reach you yet" not in "".join(seen.plain for seen in world.pages("kenji"))
    assert "can change it" in await answer_to(kenji, "sev 3", "dm")
    await kenji.types("/crisis", "dm")
    assert kenji.form.title == "Declare an incident"
    assert "INC-1" in kenji.form.plain


async def test_help_lists_only_what_is_there(world: World):
    shown = await answer_to(world.person("anna"), "aiuto", "general")

    for word in ("subito", "stato", "chi", "preso", "nonposso", "restituisco", "sali", "chiama", "ruolo", "gravità"):
        assert f"/crisis {word}" in shown
    for word in (
        "aggiorna",
        "pubblica",
        "nota",
        "compito",
        "unisci",
        "risolto",
        "annulla",
        "riapri",
        "resoconto",
        "io",
    ):
        assert f"/crisis {word}" in shown
    assert "gravità" in await answer_to(world.person("anna"), "aiuto gravità", "general")


async def test_whoever_writes_to_the_bot_hears_how_to_be_understood(world: World):
    await world.person("anna").types("ciao, che si fa?", "dm")

    assert world.last_page("anna").mentions("Qualcosa non va? Scrivi /crisis e che cosa succede")
    assert await world.incidents() == ()


async def test_what_the_room_reads_is_not_said_a_second_time_to_whoever_typed_it_there(world: World):
    room = await declared(world)
    anna = world.person("anna")

    assert await answer_to(anna, "gravità 3", room) == ""
    assert await answer_to(anna, "gravità 2", "general") != ""

    lines = [seen.plain for seen in anna.sees(room)]
    assert sum("ha cambiato la gravità: SEV1 → SEV3" in line for line in lines) == 1


async def test_reopening_what_is_open_is_answered(world: World):
    room = await declared(world)

    assert "INC-1 è aperto: non c'è nulla da riaprire." in await answer_to(world.person("anna"), "riapri", room)


@pytest.mark.parametrize("text", ["compito @zzz chiamare Nexi", "ruolo comunicazione @zzz"])
async def test_a_name_that_nobody_has_is_said_and_nothing_is_given_to_nobody(world: World, text: str):
    await world.declares("marta", "casse bloccate")
    anna = world.person("anna")

    await anna.types(f"/crisis {text}", await world.room())

    assert anna.form is None
    assert anna.ephemerals[-1].mentions("Con quel nome non c'è nessuno")
    assert (await world.newest()).tasks == ()


@pytest.mark.parametrize("text", ["sev two", "gravità due"])
async def test_a_severity_in_words_is_asked_for_with_its_meanings(world: World, text: str):
    await world.declares("marta", "casse bloccate")
    anna = world.person("anna")

    await anna.types(f"/crisis {text}", await world.room())

    assert anna.form.title == "Cambia la gravità"
