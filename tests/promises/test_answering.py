"""How people who are called answer: in Slack, by text message, behind a link; and what everyone else then hears."""

from __future__ import annotations

import asyncio

from bot.domain.incident import IncidentId
from bot.sandbox.screen import Seen
from tests.links import link_in, opens_link, presses_in_page
from tests.world import World

TILLS = "casse bloccate in tutti i negozi"


def noise(world: World, *names: str) -> list[tuple[int, int]]:
    """How often each of them was called, in Slack and on the phone; reminders to speak to customers apart."""
    return [(len(calls(world, name)), len(world.phone(name).messages)) for name in names]


def calls(world: World, name: str) -> list[Seen]:
    """The pages among somebody's messages, however they stand now."""
    return [seen for seen in world.pages(name) if "I clienti" not in seen.text]


async def test_whoever_takes_it_stops_every_phone_and_leads(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await world.waits(seconds=40)

    await world.person("anna").presses("Ci penso io", "dm")

    others = ("bruno", "paolo", "giulia", "elena", "sofia")
    before = noise(world, *others)
    await world.waits(seconds=29 * 60)
    assert noise(world, *others) == before
    assert world.phone("anna").messages == []
    mine = world.pages("anna")[0]
    assert mine.mentions("Ci pensi tu, dopo 40 s. A tutti gli altri il telefono ha smesso di suonare.")
    assert mine.mentions("1. Conta i negozi fermi")
    assert mine.mentions("Stabilisci la gravità")
    assert mine.buttons == ["Passa a…", "Restituisco"]
    assert world.pages("bruno")[0].mentions("Ci pensa Anna Riva dalle 10:02.")
    assert world.pages("paolo")[0].mentions("Anna Riva has had it since 10:02.")
    assert "Ci pensa Anna Riva, dopo 40 s." in world.person("marta").reads(await world.room())
    assert (await world.card("marta")).mentions("Guida Anna Riva")


async def test_the_second_who_presses_learns_who_has_it(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    anna, bruno = world.person("anna"), world.person("bruno")

    await asyncio.gather(anna.in_slack.presses("Ci penso io", "dm"), bruno.in_slack.presses("Ci penso io", "dm"))
    await world.settles()

    holder = (await world.newest()).ladder.acknowledged_by
    first, second = (anna, bruno) if holder == "anna" else (bruno, anna)
    name = {"anna": "Anna Riva", "bruno": "Bruno Ferri"}[holder]
    assert first.sees("dm")[0].mentions("Ci pensi tu")
    assert second.sees("dm")[0].mentions(f"Ci pensa {name} dalle 10:02.")
    assert any(seen.mentions(f"Ci pensa {name} dalle 10:02") for seen in second.ephemerals)
    assert (await world.newest()).incident.commander == holder


async def test_a_late_press_takes_what_nobody_has(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=11)

    await world.person("bruno").presses("Ci penso io", "dm")

    assert world.pages("bruno")[0].mentions("Ci pensi tu, dopo 11 min")
    before = noise(world, "giulia", "elena", "sofia")
    await world.waits(minutes=10)
    assert noise(world, "giulia", "elena", "sofia") == before


async def test_a_press_after_the_end_changes_nothing_and_says_so(world: World):
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.waits(minutes=5)
    await world.person("anna").presses("Ci penso io", "dm")
    await world.person("anna").types("/crisis annulla", room)
    await world.person("anna").fills({"Perché è un falso allarme": "Era una prova"})

    giulia = world.person("giulia").in_slack
    await asyncio.gather(world.person("anna").in_slack.submits(), giulia.presses("Partecipo", "dm"))
    await world.settles()

    assert world.pages("giulia")[0].mentions("È finita: falso allarme, dice Anna Riva.")
    assert world.pages("giulia")[0].buttons == []
    assert not (await world.newest()).incident.open


async def test_whoever_cannot_is_left_in_peace_and_the_others_are_still_asked(world: World):
    await world.declares("marta", TILLS)

    await world.person("bruno").presses("Non posso", "dm")

    assert world.pages("bruno")[0].mentions("Hai detto che non puoi. Grazie di averlo detto subito.")
    assert world.pages("bruno")[0].mentions("Adesso chiamiamo Anna Riva e Paolo Grant.")
    assert "Bruno Ferri non può." in world.person("marta").reads(await world.room())
    await world.waits(minutes=2)
    assert world.phone("bruno").messages == []
    assert len(world.phone("anna").messages) == 1


async def test_when_nobody_of_a_level_can_the_next_is_called_at_once(world: World):
    await world.declares("marta", TILLS)
    await world.person("bruno").presses("Non posso", "dm")
    await world.person("anna").presses("Non posso", "dm")
    assert not world.pages("giulia")

    await world.person("paolo").presses("Can't", "dm")

    assert world.last_page("giulia").mentions("Livello 2: tocca a te.")


async def test_somebody_who_could_not_may_change_their_mind(world: World):
    await world.declares("marta", TILLS)
    await world.person("bruno").presses("Non posso", "dm")

    await world.person("bruno").presses("Alla fine posso", "dm")

    assert world.pages("bruno")[0].mentions("Ci pensi tu")


async def test_a_slip_is_given_back_and_the_same_level_is_asked_again(world: World):
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await world.waits(seconds=30)

    await world.person("anna").presses("Restituisco", "dm")

    assert world.last_page("bruno").mentions("Livello 1: tocca a te.")
    assert world.last_page("paolo").mentions("You are level 1.")
    assert world.last_page("anna").mentions("Hai restituito la chiamata. ")
    assert [len(page.buttons) for page in world.pages("bruno")] == [0, 3]
    assert world.pages("bruno")[0].mentions("Ti abbiamo richiamato: rispondi al messaggio più recente.")
    assert (await world.newest()).incident.commander is None
    assert "Anna Riva ha restituito la chiamata: cerchiamo qualcun altro." in world.person("marta").reads(
        await world.room()
    )
    await world.waits(seconds=60)
    assert len(world.phone("bruno").messages) == 1
    assert world.phone("anna").messages == []


async def test_only_whoever_has_it_gives_it_back(world: World):
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("anna").presses("Ci penso io", "dm")

    await world.person("bruno").types("/crisis restituisco", room)

    assert world.person("bruno").ephemerals[-1].mentions("Ci pensa Anna Riva: solo Anna Riva può restituirla.")
    assert (await world.newest()).ladder.acknowledged_by == "anna"


async def test_an_heir_who_answers_takes_the_page_that_was_handed_over(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    anna = world.person("anna")

    await anna.presses("Passa a…", "dm")
    await anna.fills({"A chi": "giulia"})
    assert not await anna.submits()

    assert world.pages("giulia")[-1].mentions("Anna Riva passa la chiamata a te.")
    assert world.pages("anna")[0].mentions("Hai passato la chiamata a Giulia Sarti.")
    assert "Anna Riva passa la chiamata a Giulia Sarti" in world.person("marta").reads(await world.room())
    await world.person("giulia").presses("Ci penso io", "dm")
    record = await world.newest()
    assert record.ladder.acknowledged_by == "giulia"
    assert record.incident.commander == "giulia"
    assert world.pages("bruno")[0].mentions("Ci pensa Giulia Sarti")
    before = noise(world, "bruno", "anna", "paolo")
    await world.waits(minutes=20)
    assert noise(world, "bruno", "anna", "paolo") == before


async def test_whoever_has_it_hands_it_over_too(world: World):
    await world.declares("marta", TILLS)
    anna, room = world.person("anna"), await world.room()
    await anna.presses("Ci penso io", "dm")

    await anna.hands_over(to="paolo")
    assert (await world.newest()).ladder.acknowledged_by == "anna"  # hers, until he has it
    await world.person("paolo").presses("I'm on it", "dm")

    record = await world.newest()
    assert record.ladder.acknowledged_by == "paolo"
    assert record.incident.commander == "paolo"
    assert "Ci pensa Paolo Grant" in world.person("marta").reads(room)


# By text message


async def test_a_reply_by_text_takes_it_in_whatever_words(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    anna = world.person("anna")

    for body in ("1", "ok", "Sì", "si.", "ci penso io", "Sì, ci penso io!", "1 ci penso io", "1 1"):
        assert "Ci pensi tu, dopo 1 min" in await anna.texts(body), body
        assert (await world.newest()).ladder.acknowledged_by == "anna", body
        assert calls(world, "bruno")[-1].mentions("Ci pensa Anna Riva"), body
        await anna.types("/crisis restituisco")

    assert "Ci pensa Anna Riva, dopo 1 min (per SMS)." in world.person("marta").reads(await world.room())


async def test_a_reply_by_text_declines_it_in_whatever_words(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)

    for name, body in (("anna", "2"), ("bruno", "No"), ("bruno", "non posso"), ("bruno", "No, non posso.")):
        assert "Ricevuto: chiamiamo qualcun altro." in await world.person(name).texts(body), body
        assert world.pages(name)[0].mentions("Hai detto che non puoi."), body

    assert (await world.newest()).ladder.wanted


async def test_a_reply_nobody_understands_is_asked_back_three_times_at_most_and_changes_nothing(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    anna = world.person("anna")

    said = [await anna.texts(words) for words in ("chi sei?", "Chi sei?", "ok grazie", "eh?", "boh")]

    unclear = "INC-1. Non abbiamo capito. Rispondi 1 ci penso io, 2 non posso."
    assert said == [unclear, "", unclear, unclear, ""]
    assert (await world.newest()).ladder.wanted
    assert "Ci pensi tu" in await world.person("anna").texts("ok")


async def test_whoever_could_not_and_writes_something_else_is_not_told_that_it_was_understood(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    anna = world.person("anna")
    await anna.texts("2")

    back = await anna.texts("forse tra mezz'ora riesco")

    assert back == "INC-1. Non abbiamo capito. Hai detto che non puoi: se ci ripensi rispondi 1."
    assert "Ci pensi tu" in await anna.texts("1")


async def test_a_number_that_nobody_knows_changes_nothing(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    ours = world.phone("anna").messages[0].from_

    back = await world.phone("kenji").replies("1", to=ours)
    await world.settles()

    assert back == ""
    assert (await world.newest()).ladder.wanted


async def test_with_two_pages_open_a_reply_says_which(world: World):
    await world.declares("marta", TILLS)
    await world.declares("giulia", "sito irraggiungibile da stamattina")
    await world.waits(minutes=1)
    [text] = world.phone("anna").messages
    assert text.body.startswith("1 SEV1 casse")
    assert "; 2 SEV1 sito" in text.body

    asked = await world.person("anna").texts("1")
    assert asked.startswith("Quale? 1 casse bloccate in tutti i negozi; 2 sito")
    assert (await world.record(1)).ladder.wanted
    assert (await world.record(2)).ladder.wanted

    back = await world.person("anna").texts("2 1")
    assert back.startswith("INC-2. Ci pensi tu")
    assert (await world.record(1)).ladder.wanted
    assert (await world.record(2)).ladder.acknowledged_by == "anna"


async def test_a_late_reply_by_text_learns_who_has_it(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    await world.person("bruno").presses("Ci penso io", "dm")

    assert "Ci pensa Bruno Ferri." in await world.person("anna").texts("1")


async def test_whoever_has_it_gives_it_back_by_text_when_they_say_what(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    anna = world.person("anna")
    await anna.texts("1")

    asked, asked_twice = await anna.texts("2"), await anna.texts("no")

    assert asked == 'INC-1. Ci pensi tu. Se non puoi più, rispondi "1 2".'
    assert asked_twice == ""
    assert await world.holder() == "anna"
    before = len(calls(world, "bruno"))
    assert await anna.texts("1 2") == "INC-1. Ricevuto: chiamiamo qualcun altro."
    await world.waits(minutes=1)
    assert await world.holder() is None
    assert len(calls(world, "bruno")) > before
    assert "Ci pensi tu" in await anna.texts("1")


async def test_a_bare_no_gives_nothing_back(world: World):
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await world.declares("elena", "sito lento")
    await world.waits(minutes=1)

    await world.person("anna").texts("2")

    first, second = await world.record(IncidentId(1)), await world.record(IncidentId(2))
    assert first.ladder.acknowledged_by == "anna"
    assert second.ladder.declined == ("anna",)


async def test_a_reply_by_text_to_what_is_over_learns_once_how_it_ended(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    room, bruno = await world.room(), world.person("bruno")
    await bruno.presses("Ci penso io", "dm")
    await bruno.types("/crisis annulla", room)
    await bruno.fills({"Perché è un falso allarme": "Era una prova"})
    assert not await bruno.submits()

    first, second = await world.person("anna").texts("1"), await world.person("anna").texts("1")

    assert first == "INC-1. E' finita: falso allarme, dice Bruno Ferri."
    assert second == ""
    assert await world.holder() == "bruno"
    await world.waits(minutes=24 * 60)
    assert await bruno.texts("1") == ""


# Behind a link


async def test_looking_at_a_link_changes_nothing_and_its_button_answers(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    link = link_in(world.phone("anna").messages[0].body)

    for _ in range(2):
        shown = await opens_link(link)
        assert shown.status == 200
        assert shown.mentions("casse bloccate")
        assert shown.mentions("Ci penso io")
    await world.settles()
    assert (await world.newest()).ladder.wanted

    answered = await presses_in_page(world, link, "acknowledge")
    assert answered.status == 200
    assert answered.mentions("Ci pensi tu, dopo 1 min")
    assert world.pages("bruno")[0].mentions("Ci pensa Anna Riva")


async def test_a_link_declines_as_well(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)

    answered = await presses_in_page(world, link_in(world.phone("bruno").messages[0].body), "decline")

    assert answered.mentions("puoi ancora pensarci tu, in Slack o per SMS.")
    assert world.pages("bruno")[0].mentions("Hai detto che non puoi.")


async def test_a_used_a_foreign_and_an_expired_link_change_nothing_and_say_why(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    hers, his = (link_in(world.phone(name).messages[0].body) for name in ("anna", "bruno"))
    await presses_in_page(world, hers, "acknowledge")
    await world.person("anna").presses("Restituisco", "dm")

    used = await presses_in_page(world, hers, "acknowledge")
    assert used.status == 409
    assert used.mentions("non vale più")
    foreign = await presses_in_page(world, hers[:-22] + "A" * 22, "acknowledge")
    assert foreign.status == 404
    assert (await world.newest()).ladder.wanted

    await world.waits(minutes=24 * 60)
    expired = await presses_in_page(world, his, "acknowledge")
    assert expired.status == 410
    assert expired.mentions("non vale più")
    assert (await world.newest()).ladder.wanted


async def test_a_no_behind_a_link_that_said_yes_is_not_lost_without_a_word(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    hers = link_in(world.phone("anna").messages[0].body)
    await presses_in_page(world, hers, "acknowledge")

    insisted = await presses_in_page(world, hers, "decline")

    assert insisted.status == 409
    assert insisted.mentions("Ci pensi ancora tu: un link risponde una volta sola")
    assert insisted.mentions("o scrivi «1 2» per SMS")
    assert (await world.newest()).ladder.acknowledged_by == "anna"


async def test_a_late_press_behind_a_link_learns_who_has_it(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=1)
    link = link_in(world.phone("bruno").messages[0].body)
    await world.person("anna").presses("Ci penso io", "dm")

    answered = await presses_in_page(world, link, "acknowledge")

    assert answered.status == 409
    assert answered.mentions("Ci pensa Anna Riva dalle 10:03")
    assert (await world.newest()).ladder.acknowledged_by == "anna"


# Gone quiet


async def test_a_level_that_went_quiet_is_asked_again(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    before = len(world.pages("bruno"))

    await world.waits(seconds=30 * 60 - 1)
    assert len(world.pages("bruno")) == before
    await world.waits(seconds=1)

    why = "ma da mezz'ora non sappiamo più nulla"
    assert world.last_page("bruno").mentions(f"Livello 1: tocca a te. Ci pensava Anna Riva, {why}.")
    assert world.last_page("anna").mentions(f"Livello 1: tocca a te. Ci pensavi tu, {why}: ci pensi ancora tu?")
    assert not world.last_page("bruno").edited, "nothing has changed since it was sent"
    assert not world.last_page("anna").edited
    said = "Da Anna Riva non si sa più nulla da un po': lo chiediamo di nuovo al livello 1."
    assert said in world.person("marta").reads(await world.room())
    await world.person("bruno").presses("Ci penso io", "dm")
    record = await world.newest()
    assert record.ladder.acknowledged_by == "bruno"
    assert record.incident.commander == "bruno"
    await world.person("bruno").presses("Restituisco", "dm")
    assert not world.last_page("anna").mentions(why), "somebody has been heard from since"


async def test_whoever_writes_in_the_room_is_not_asked_again_before_their_time(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("anna").presses("Ci penso io", "dm")
    before = len(world.pages("bruno"))
    await world.waits(minutes=20)

    await world.person("anna").types("Sto guardando i certificati", room)
    await world.person("bruno").types("Vado in negozio", room)

    await world.waits(seconds=30 * 60 - 1)
    assert len(world.pages("bruno")) == before
    assert (await world.newest()).ladder.acknowledged_by == "anna"
    await world.waits(seconds=1)
    assert len(world.pages("bruno")) == before + 1


# When it is over


async def test_when_it_is_over_everyone_who_was_called_hears_so(world: World):
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.waits(minutes=5)
    await world.person("giulia").presses("Ci penso io", "dm")

    await world.person("giulia").types("/crisis risolto", room)
    await world.person("giulia").fills({"Come si è risolto": "Riavviato il server dei pagamenti."})
    assert not await world.person("giulia").submits()

    for name in ("bruno", "anna", "giulia"):
        assert world.last_page(name).mentions("È finita: Giulia Sarti ha risolto, dopo 5 min.")
    assert world.last_page("paolo").mentions("It's over: resolved by Giulia Sarti, after 5 min.")
    assert not any(seen.mentions("È finita") for seen in world.pages("elena"))
    assert world.pages("bruno")[0].buttons == []


async def test_somebody_who_left_slack_hears_by_text_that_it_is_over(world: World):
    await world.sandbox.deactivates("bruno")
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("anna").presses("Ci penso io", "dm")

    await world.person("anna").types("/crisis annulla", room)
    await world.person("anna").fills({"Perché è un falso allarme": "Era una cassa di prova"})
    assert not await world.person("anna").submits()

    assert world.phone("bruno").messages[-1].mentions("INC-1. E' finita: falso allarme, dice Anna Riva.")


async def test_whoever_is_in_the_room_is_not_asked_to_join_it(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=5)  # Giulia, of the second level, is called once the room is open

    await world.person("anna").presses("Ci penso io", "dm")

    assert world.last_page("bruno").mentions("Ci pensa Anna Riva dalle 10:07. →")
    assert world.last_page("bruno").buttons == []
    assert world.last_page("giulia").mentions("Se vuoi, puoi partecipare.")
    await world.person("giulia").presses("Partecipo", "dm")
    await world.person("giulia").types("/crisis stato 1")
    assert "Partecipo" not in world.person("giulia").ephemerals[-1].buttons


async def test_two_incidents_of_one_title_are_told_apart_by_their_number(world: World):
    for _once in range(2):
        await world.declares("marta", TILLS)
        await world.waits(minutes=11)

    first, second = [seen for seen in calls(world, "bruno") if seen.mentions("passata")]
    await world.person("bruno").presses("Ci penso io", second)

    assert first.mentions("INC-1, segnalato alle 10:02")
    assert second.mentions("INC-2, segnalato alle 10:13")


async def test_the_page_behind_the_link_names_who_has_it_already(world: World):
    await world.declares("marta", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    await world.person("anna").hands_over(to="luca")
    await world.waits(minutes=2)

    shown = await opens_link(link_in(world.phone("luca").messages[-1].body))

    assert shown.mentions("Hanno chiamato proprio te. Finché non rispondi ci pensa Anna Riva.")
    assert not shown.mentions("Nessuno ha ancora risposto")


async def test_whoever_is_asked_again_because_it_came_back_reads_why(world: World):
    await world.declares("marta", TILLS)
    await world.person("anna").types("/crisis annulla", await world.room())
    await world.person("anna").fills({"Perché è un falso allarme": "Era una prova"})
    assert not await world.person("anna").submits()
    luca = [seen for seen in world.pages("luca") if seen.mentions("clienti")]
    assert "È finita" in world.person("bruno").reads()

    assert not any(seen.buttons for seen in luca), "customers wait for nothing any more"
    await world.person("anna").types("/crisis riapri", await world.room())

    assert world.last_page("bruno").mentions("Livello 1: tocca a te. Era finita, e Anna Riva ha riaperto il caso.")
