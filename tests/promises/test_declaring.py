"""Somebody says that something is on fire: from wherever they are, once, and help has left."""

import asyncio

import pytest

from tests.world import World

FRONT_LINE = ("bruno", "anna", "paolo")


async def test_a_report_needs_one_field_and_the_rest_is_already_likely(world: World):
    marta = world.person("marta")

    await marta.types("/crisis casse bloccate")

    assert marta.form.title == "Segnala un'emergenza"
    empty = [label for label in marta.form.required if not marta.form.values.get(label)]
    assert (marta.form.required[0], empty) == ("Che cosa succede", [])
    assert marta.form.values["Che cosa succede"] == "casse bloccate"
    assert marta.form.values["Scenario"] == "Casse bloccate"
    assert marta.form.values["Gravità"].startswith("SEV1")
    assert marta.form.values["Che cosa vedono i clienti"].startswith("I pagamenti con carta non funzionano")
    assert "9.000 €" in marta.form.plain
    assert any("Vendite o contatti fermi" in option for option in marta.form.options("Gravità"))
    assert await world.incidents() == ()


async def test_choosing_another_scenario_draws_the_form_again_and_keeps_what_was_typed(world: World):
    marta = world.person("marta")
    await marta.types("/crisis")
    await marta.fills({"Che cosa succede": "non risponde più niente"})

    await marta.fills({"Scenario": "Sito irraggiungibile"})

    assert marta.form.values["Che cosa succede"] == "non risponde più niente"
    assert marta.form.values["Che cosa vedono i clienti"].startswith("Il nostro sito non si apre")


async def test_the_submitted_form_says_by_itself_who_is_being_called(world: World):
    marta, tom = world.person("marta"), world.person("tom")

    await marta.types("/crisis casse bloccate")
    await marta.submits()
    await tom.types("/crisis website down")
    await tom.submits()

    assert marta.form.title == "INC-1 registrato"
    assert "Stiamo chiamando Bruno Ferri, Anna Riva e Paolo Grant: livello 1 di 4." in marta.form.plain
    assert "Se nessuno risponde entro 5 min" in marta.form.plain
    assert tom.form.title == "INC-2 declared"
    assert "Calling Anna Riva and Bruno Ferri now: level 1 of 4." in tom.form.plain


async def test_a_report_without_a_title_is_sent_back_and_nobody_is_called(world: World):
    marta = world.person("marta")
    await marta.types("/crisis")

    await marta.fills({"Che cosa succede": " \u200b "})
    errors = await marta.submits()

    assert "non abbiamo ancora segnalato nulla" in errors["Che cosa succede"]
    assert await world.incidents() == ()
    assert world.pages("bruno") == []


async def test_now_declares_without_a_form(world: World):
    tom = world.person("tom")

    await tom.types("/crisis now tills down in every store")

    assert tom.form is None
    assert tom.ephemerals[-1].mentions("INC-1 declared")
    assert tom.ephemerals[-1].mentions("Calling Bruno Ferri, Anna Riva and Paolo Grant now")
    assert (await world.newest()).incident.severity == 1
    for name in FRONT_LINE:
        assert world.last_page(name).mentions("tills down in every store")


async def test_now_in_italian_and_now_with_nothing_said_opens_the_form(world: World):
    marta = world.person("marta")

    await marta.types("/crisis adesso sito irraggiungibile")
    await marta.types("/crisis adesso")

    assert (await world.newest()).incident.title == "sito irraggiungibile"
    assert marta.form.title == "Segnala un'emergenza"
    assert len(await world.incidents()) == 1


@pytest.mark.parametrize(
    ("who", "title", "label", "said"),
    [
        ("marta", "Segnala un'emergenza", "Che cosa succede", "casse ferme"),
        ("tom", "Declare an incident", "What is happening", "tills down"),
    ],
)
async def test_the_global_shortcut_opens_the_same_form(world: World, who: str, title: str, label: str, said: str):
    person = world.person(who)

    await person.shortcut("declare_incident")
    assert person.form.title == title
    await person.fills({label: said})
    await person.submits()

    assert world.last_page("bruno").mentions(said)


async def test_a_message_becomes_the_report_and_stays_in_the_story(world: World):
    giulia, marta = world.person("giulia"), world.person("marta")
    await marta.types("le casse di Torino non leggono più le carte", "negozi")

    await giulia.message_shortcut("declare_from_message", giulia.sees("negozi")[-1])
    assert giulia.form.values["Che cosa succede"] == "le casse di Torino non leggono più le carte"
    await giulia.submits()

    record = await world.newest()
    assert record.incident.reporter == "giulia"
    assert any("/archives/" in str(event.facts.get("text")) for event in record.events)
    assert world.last_page("bruno").mentions("le casse di Torino non leggono più le carte")


async def test_the_home_tab_has_the_button_first(world: World):
    elena = world.person("elena")
    await elena.opens_home()

    assert elena.home.buttons[0] == "Segnala un'emergenza"
    await elena.presses("Segnala un'emergenza", home=True)
    await elena.fills({"Che cosa succede": "casse bloccate"})
    await elena.submits()

    assert "Stiamo chiamando" in elena.form.plain
    assert world.last_page("bruno").mentions("Elena Ventura")


async def test_a_blank_form_left_to_us_follows_its_words_and_a_choice_stands(world: World):
    marta, tom = world.person("marta"), world.person("tom")

    await marta.shortcut("declare_incident")
    assert marta.form.values["Gravità"].startswith("SEV2")
    await marta.fills({"Che cosa succede": "casse bloccate"})
    await marta.submits()
    first = (await world.newest()).incident
    await tom.shortcut("declare_incident")
    await tom.fills({"What is happening": "website down", "Severity": tom.form.options("Severity")[3]})
    await tom.submits()
    second = (await world.newest()).incident

    assert (first.scenario, first.severity) == ("tills_down", 1)
    assert (second.scenario, second.severity) == ("site_down", 4)


async def test_two_who_declare_the_same_thing_end_in_one_incident_with_both_credited(world: World):
    marta, james = world.person("marta"), world.person("james")
    await marta.types("/crisis casse bloccate")
    await james.types("/crisis tills down in London")

    await marta.submits()
    await james.submits()

    (incident,) = await world.incidents()
    assert (incident.reporter, incident.also_reported_by) == ("marta", ("james",))
    assert "Marta Colombo had just declared the same thing. You are both credited" in james.form.plain
    assert len(world.pages("bruno")) == 1
    card = await world.card("marta")
    assert card.mentions("Segnalato da Marta Colombo")
    assert card.mentions("Segnalato anche da James Hill")
    assert await world.room() in james.channels


async def test_five_who_declare_at_the_same_instant_end_in_one_incident(any_world: World):
    world = any_world
    people = [world.person(name) for name in ("marta", "james", "giulia", "tom", "sofia")]
    for person in people:
        await person.types("/crisis casse bloccate")

    await asyncio.gather(*(person.in_slack.submits() for person in people))
    await world.settles()

    (incident,) = await world.incidents()
    credited = {incident.reporter, *incident.also_reported_by}
    assert credited == {"marta", "james", "giulia", "tom", "sofia"}
    assert len(incident.also_reported_by) == 4
    assert [len(world.pages(name)) for name in FRONT_LINE] == [1, 1, 1]
    room = await world.room()
    assert [name for name in world.person("marta").channels if name.startswith("inc-")] == [room]
    assert all(room in person.channels for person in people)


async def test_the_same_words_eleven_minutes_later_are_another_incident(world: World):
    await world.declares("marta", "scaffali crollati in magazzino")
    await world.waits(minutes=10)
    await world.person("tom").types("/crisis now scaffali crollati in magazzino")
    assert len(await world.incidents()) == 1

    await world.waits(seconds=1)
    await world.person("tom").types("/crisis now scaffali crollati in magazzino")

    assert len(await world.incidents()) == 2


async def test_open_incidents_stand_above_the_form_with_join(world: World):
    await world.declares("marta", "casse bloccate")
    tom = world.person("tom")

    await tom.types("/crisis tills down")
    assert "casse bloccate" in tom.form.plain
    await tom.presses("Join")

    (incident,) = await world.incidents()
    assert incident.name in tom.form.title
    assert incident.room.channel_name in tom.channels
    assert len(world.pages("bruno")) == 1


async def test_whoever_left_the_channel_is_brought_back_when_they_join_again(world: World):
    await world.declares("marta", "casse bloccate")
    tom = world.person("tom")
    room = await world.room()

    for _ in range(2):
        await tom.types("/crisis tills down")
        await tom.presses("Join")
        assert room in tom.channels
        await tom.closes()
        await tom.leaves(room)
        assert room not in tom.channels


async def test_who_saw_an_open_incident_and_went_on_declares_another(world: World):
    await world.declares("marta", "casse bloccate")
    tom = world.person("tom")

    await tom.types("/crisis tills down, a different one")
    await tom.submits()

    assert len(await world.incidents()) == 2


async def test_the_room_is_furnished(world: World):
    await world.declares("marta", "casse bloccate")

    room = world.sandbox.channel("inc-0001-casse-bloccate")
    assert not room.is_private
    assert room.topic["value"].startswith("SEV1 · in analisi · casse bloccate")
    assert {mark["title"]: mark["link"] for mark in room.bookmarks.values()} == {
        "Che cosa vedono i clienti": (await world.newest()).status_url,
        "Entra nella chiamata": "https://meet.ventura.example/crisi",
    }
    for name in ("marta", "bruno", "anna", "paolo", "luca"):  # who said so, who is called, who will speak
        assert room.name in world.person(name).channels
    assert room.name not in world.person("sofia").channels
    announcement = world.person("sofia").sees("incidents")[-1]
    assert announcement.mentions("casse bloccate")
    assert announcement.mentions("#inc-0001-casse-bloccate")
    assert announcement.buttons == ["Partecipo"]


async def test_joining_from_the_announcement_brings_one_in(world: World):
    await world.declares("marta", "casse bloccate")
    sofia = world.person("sofia")

    await sofia.presses("Partecipo", "incidents")

    assert await world.room() in sofia.channels
    assert "sofia" in (await world.newest()).involved


async def test_the_card_is_one_message_edited_in_place(world: World):
    await world.declares("marta", "casse bloccate")
    before = await world.card("anna")
    assert before.mentions("SEV1 · in analisi")
    assert before.mentions("Livello 1 di 4")

    await world.person("anna").presses("Ci penso io", "dm")
    await world.person("anna").types("/crisis gravità 2", await world.room())

    after = await world.card("anna")
    assert after.ts == before.ts
    assert after.edited
    assert after.mentions("SEV2 · in analisi")
    assert after.mentions("Anna Riva ha risposto")
    assert len(world.person("anna").sees_pinned(await world.room())) == 1


async def test_pages_do_not_wait_for_a_slack_that_answers_nothing_else(any_world: World):
    world = any_world
    marta = world.person("marta")
    await marta.types("/crisis casse bloccate")
    for method in ("conversations.create", "dnd.info"):
        world.sandbox.faults.fail(method, "hang", times=None)

    await marta.in_slack.submits()
    assert "Stiamo chiamando" in marta.form.plain
    await world.sandbox.until(lambda: _written_to(world) >= {"U0BRUNO", "U0ANNA", "U0PAOLO"} and _opening(world))

    for name in FRONT_LINE:
        assert world.last_page(name).mentions("casse bloccate")
    assert not _opening(world)[0].ended  # still silent, and everyone has been woken
    world.sandbox.faults.clear()
    await world.settles()


async def test_pages_leave_before_anything_else_that_slack_is_asked(world: World):
    await world.person("marta").types("/crisis casse bloccate")
    seen = len(world.sandbox.log)

    await world.person("marta").submits()

    asked = [call.method for call in world.sandbox.log[seen:]]
    assert set(asked[:6]) == {"chat.postMessage", "dnd.info"}  # each page with the question beside it
    assert asked.index("conversations.create") >= 6


async def test_every_step_is_retried_by_itself_and_shown_on_the_card_until_it_works(world: World):
    for method in ("conversations.setTopic", "bookmarks.add"):
        world.sandbox.faults.fail(method, "ratelimited", times=None, retry_after=30)

    await world.declares("marta", "casse bloccate")

    card = await world.card("marta")
    assert card.mentions("Ci stiamo riprovando")
    assert card.mentions("l'argomento del canale (Slack ci sta rallentando")
    assert card.mentions("i segnalibri (Slack ci sta rallentando")
    assert world.person("sofia").sees("incidents")[-1].mentions("casse bloccate")  # the others went on

    world.sandbox.faults.clear()
    await world.waits(minutes=1)

    assert not (await world.card("marta")).mentions("Ci stiamo riprovando")
    room = world.sandbox.channel(await world.room())
    assert room.topic["value"].startswith("SEV1")
    assert len(room.bookmarks) == 2


async def test_a_step_that_never_works_is_named_with_its_reason(world: World):
    world.sandbox.faults.fail("conversations.setTopic", "error:restricted_action", times=None)

    await world.declares("marta", "casse bloccate")

    card = await world.card("marta")
    assert card.mentions(
        "Non è riuscito: l'argomento del canale (nel vostro workspace possono farlo solo gli amministratori"
    )
    assert len(world.sandbox.channel(await world.room()).bookmarks) == 2


def _written_to(world: World):
    return {call.args["channel"] for call in world.sandbox.log if call.method == "chat.postMessage" and call.ok}


def _opening(world: World):
    return [call for call in world.sandbox.log if call.method == "conversations.create"]
