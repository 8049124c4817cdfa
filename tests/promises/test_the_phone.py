"""Whoever Slack does not reach is called, texted and written to; one key, one word or one link stops all the rest."""

from __future__ import annotations

import pytest

from bot.demo.stage import Ways
from bot.shipped import EXAMPLE
from bot.usecases import plan
from tests.links import link_in, opens_link, presses_in_page
from tests.plans import read
from tests.second_line import QUIET_APPRISE, second_line
from tests.world import World, Worlds

TILLS = "casse bloccate in tutti i negozi"
FIRST_LINE = ("bruno", "anna", "paolo")


async def rung(worlds: Worlds, plan_of_paolo: str, **options: object) -> World:
    """A world in which Paolo is reached as said, from the first moment on."""
    text = EXAMPLE.read_text(encoding="utf-8")
    usual = "SEV1: [slack_dm, voice, sms after 1 min, email after 3 min]"
    assert usual in text
    world = await worlds(plan_saved=False, **options)
    await plan.save_document(world.core, read(text.replace(usual, f"SEV1: {plan_of_paolo}")), by="tests")
    return world


async def presses(world: World, name: str, key: str) -> list[str]:
    """Take the call, if it still rings, and press a key; what the voice said after it."""
    call = world.phone(name).ringing
    assert call, f"{name}'s phone is not ringing"
    if call.state == "ringing":
        await world.phone(name).answers()
    before = len(call.said)
    await world.phone(name).presses_key(key)
    await world.settles()
    return call.said[before:]


def received(world: World, *names: str) -> dict[str, tuple[int, int, int]]:
    """How often each phone has been disturbed: texts, calls, letters."""
    return {
        name: (len(phone.messages), len(phone.calls), len(phone.mails))
        for name in names
        for phone in [world.phone(name)]
    }


def silent(world: World, *names: str) -> bool:
    return not any(world.phone(name).ringing for name in names)


# A call


async def test_a_call_tells_what_is_on_fire_and_what_the_keys_do_in_the_language_of_whoever_takes_it(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=2)

    await world.phone("bruno").answers()

    [said] = world.phone("bruno").ringing.said
    assert said.startswith("Anticrisi. Gravità uno. casse bloccate in tutti i negozi. ")
    assert said.endswith("Premi 1 se ci pensi tu, 2 se non puoi, 3 per riascoltare.")


async def test_an_english_call_is_in_english(world: World):
    await world.declares("marta", TILLS)

    await world.phone("paolo").answers()

    [said] = world.phone("paolo").ringing.said
    assert said.startswith("Anticrisi. Severity one. casse bloccate in tutti i negozi. ")
    assert said.endswith("Press 1 if you are on it, 2 if you can't, 3 to hear it again.")


async def test_one_takes_it_and_every_other_notification_stops(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    await world.waits(minutes=2)
    assert world.phone("anna").ringing
    assert world.phone("bruno").ringing

    said = await presses(world, "bruno", "1")

    assert said == ["Ci pensi tu. Grazie."]
    assert await world.holder() == "bruno"
    assert silent(world, *FIRST_LINE)
    assert world.phone("anna").calls[-1].state == "canceled"
    assert world.pages("anna")[0].mentions("Ci pensa Bruno Ferri")
    assert "Ci pensa Bruno Ferri, dopo 2 min (per telefono)." in world.person("marta").reads(await world.room())
    before = received(world, *FIRST_LINE, "giulia")
    await world.waits(minutes=20)
    assert received(world, *FIRST_LINE, "giulia") == before


async def test_two_declines_and_the_others_are_still_asked(world: World):
    await world.declares("marta", TILLS)

    said = await presses(world, "paolo", "2")

    assert said == ["Understood: somebody else is being called."]
    assert world.pages("paolo")[0].mentions("You said you can't.")
    assert (await world.newest()).ladder.wanted
    await world.waits(minutes=2)
    assert received(world, "paolo") == {"paolo": (0, 1, 0)}
    assert world.phone("anna").ringing


async def test_three_says_it_again_and_a_wrong_key_asks_again(world: World):
    await world.declares("marta", TILLS)
    [first] = world.phone("paolo").calls

    again = await presses(world, "paolo", "3")
    wrong = [await presses(world, "paolo", key) for key in ("7", "#", "0")]

    assert again == [first.said[0]]
    assert wrong == [["Press 1 if you are on it, 2 if you can't, 3 to hear it again."]] * 3
    assert (await world.newest()).ladder.wanted
    assert await presses(world, "paolo", "1") == ["You have it. Thank you."]
    assert await world.holder() == "paolo"


async def test_nobody_pressing_hears_it_once_more_and_then_the_call_ends(world: World):
    """A machine that takes calls presses nothing: it is not taken for an answer."""
    await world.declares("marta", TILLS)
    await world.phone("paolo").answers()
    [call] = world.phone("paolo").calls

    await world.waits(seconds=59)

    assert call.said == [call.said[0]] * 2
    assert call.state == "completed"
    assert (await world.newest()).ladder.wanted
    await world.waits(seconds=1)
    assert len(world.phone("paolo").messages) == 1  # the next way, at its own time


async def test_a_call_taken_after_somebody_else_had_it_says_who(world: World):
    await world.declares("marta", TILLS)
    await world.phone("paolo").answers()
    await world.person("anna").presses("Ci penso io", "dm")
    assert world.phone("paolo").ringing  # whoever speaks with us is not cut off

    said = await presses(world, "paolo", "1")

    assert said == ["Anna Riva has it."]
    assert await world.holder() == "anna"


async def test_a_call_that_is_over_while_it_rings_is_hung_up(world: World):
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("bruno").presses("Non posso", "dm")
    assert world.phone("paolo").ringing

    await world.person("anna").types("/crisis annulla", room)
    await world.person("anna").fills({"Perché è un falso allarme": "Era una cassa di prova"})
    assert not await world.person("anna").submits()

    assert silent(world, "paolo")


async def test_whoever_cannot_stops_their_own_telephone_and_nobody_elses(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=2)

    await world.person("bruno").presses("Non posso", "dm")

    assert silent(world, "bruno")
    assert world.phone("anna").ringing


@pytest.mark.parametrize("ending", ["busy", "rings out", "off"])
async def test_a_line_that_is_not_taken_makes_the_next_way_due_at_once(worlds: Worlds, ending: str):
    world = await rung(worlds, "[slack_dm, voice, sms after 30 min, email after 40 min]")
    world.phone("paolo").off = ending == "off"
    await world.declares("marta", TILLS)
    assert world.phone("paolo").messages == []

    if ending == "busy":
        await world.phone("paolo").hangs_up()
        await world.settles()
    else:
        world.phone("paolo").off = False
        await world.waits(seconds=44)
        assert world.phone("paolo").messages == []
        await world.waits(seconds=1)

    assert len(world.phone("paolo").messages) == 1
    assert world.phone("paolo").mails == []


async def test_a_number_that_nobody_has_makes_the_next_way_due_at_once(worlds: Worlds):
    """The line fails sooner than we have written down that we dialled it."""
    text = EXAMPLE.read_text(encoding="utf-8").replace("+39 320 555 0106", "+39 320 555 9999")
    world = await worlds(plan_saved=False)
    await plan.save_document(world.core, read(text), by="tests")
    await world.declares("marta", TILLS)

    await world.waits(seconds=1)

    sent = [sms for sms in world.sandbox.twilio.texts.values() if sms.to == "+393205559999"]
    assert len(sent) == 1


async def test_a_call_that_the_telephone_company_refuses_makes_the_next_way_due_at_once(world: World):
    world.sandbox.faults.fail("twilio.Calls", "error:21211")

    await world.declares("marta", TILLS)

    assert world.phone("paolo").calls == []
    assert len(world.phone("paolo").messages) == 1


async def test_several_telephones_ring_at_once_and_each_with_its_own_call(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=2)

    ringing = [world.phone(name).ringing for name in ("bruno", "anna")]

    assert all(ringing)
    assert len({call.id for call in ringing}) == 2
    await presses(world, "bruno", "2")
    assert await presses(world, "anna", "1") == ["Ci pensi tu. Grazie."]
    assert await world.holder() == "anna"


async def test_do_not_disturb_in_slack_goes_straight_to_the_phone(worlds: Worlds):
    world = await rung(worlds, "[slack_dm, voice after 10 min, sms after 20 min]")
    world.sandbox.snoozes("paolo")

    await world.declares("marta", TILLS)

    assert world.phone("paolo").ringing
    assert world.last_page("paolo").mentions("You are level 1.")


async def test_a_private_incident_is_not_told_on_the_telephone_nor_by_letter(world: World):
    await world.declares("marta", "dati dei clienti rubati", {"Chi può vederlo": ["Riservato"]})
    await world.waits(minutes=2)
    await world.phone("anna").answers()
    await world.waits(minutes=1)

    heard = " ".join(world.phone("anna").calls[-1].said)
    [letter] = world.phone("anna").mails
    assert "Un caso riservato." in heard
    assert "riservato" in letter.subject
    assert not any("rubati" in text for text in (heard, letter.subject, letter.body))


# A letter


async def test_a_letter_says_what_is_on_fire_and_its_link_answers(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=3)
    [italian], [english] = (world.phone(name).mails for name in ("bruno", "paolo"))

    assert italian.subject == english.subject == f"SEV1 INC-1 {TILLS}"
    assert "Segnalato da Marta Colombo" in italian.body
    assert "Declared by Marta Colombo" in english.body
    shown = await opens_link(link_in(italian.body))
    assert shown.mentions("Ci penso io")
    assert (await world.newest()).ladder.wanted

    answered = await presses_in_page(world, link_in(italian.body), "acknowledge")

    assert answered.mentions("Ci pensi tu, dopo 3 min")
    assert await world.holder() == "bruno"
    assert "(per email)" in world.person("marta").reads(await world.room())
    assert silent(world, *FIRST_LINE)
    before = received(world, *FIRST_LINE, "giulia")
    await world.waits(minutes=20)
    assert received(world, *FIRST_LINE, "giulia") == before


async def test_the_link_of_a_letter_declines_as_well(world: World):
    await world.declares("marta", TILLS)
    await world.waits(minutes=3)

    await presses_in_page(world, link_in(world.phone("paolo").mails[0].body), "decline")

    assert world.pages("paolo")[0].mentions("You said you can't.")
    assert (await world.newest()).ladder.wanted


async def test_a_refused_letter_makes_the_next_way_due_at_once(worlds: Worlds):
    world = await rung(worlds, "[slack_dm, email, sms after 30 min]")
    world.sandbox.faults.fail("smtp", "error:mailbox", 1)

    await world.declares("marta", TILLS)

    assert world.phone("paolo").mails == []
    assert len(world.phone("paolo").messages) == 1


async def test_a_letter_that_is_put_off_arrives_once_a_little_later(worlds: Worlds):
    world = await rung(worlds, "[slack_dm, email, sms after 30 min]")
    world.sandbox.faults.fail("smtp", "ratelimited", 2)

    await world.declares("marta", TILLS)
    assert world.phone("paolo").mails == []
    await world.waits(seconds=30)

    assert len(world.phone("paolo").mails) == 1
    assert world.phone("paolo").messages == []


async def test_a_letter_whose_fate_is_unknown_is_sent_again_as_the_same_letter(worlds: Worlds):
    world = await rung(worlds, "[slack_dm, email, sms after 30 min]")
    world.sandbox.faults.fail("smtp", "half", 1)

    await world.declares("marta", TILLS)
    await world.waits(seconds=30)

    first, second = world.phone("paolo").mails
    assert first.headers["Message-ID"] == second.headers["Message-ID"]


# A text


@pytest.mark.parametrize(
    ("name", "word", "answer"),
    [
        ("bruno", "sì", "Ci pensi tu"),
        ("paolo", "Yes", "You have it"),
        ("bruno", "no", "Ricevuto"),
        ("paolo", "no", "U"),
    ],
)
async def test_a_word_in_either_language_answers_and_the_telephone_stops(
    world: World, name: str, word: str, answer: str
):
    await world.declares("marta", TILLS)
    await world.waits(minutes=2)

    back = await world.person(name).texts(word)

    assert answer in back
    assert silent(world, name)
    before = received(world, name)
    await world.waits(minutes=2)
    assert received(world, name) == before


# Every way at once


async def test_ring_me_now_rings_texts_and_writes(world: World):
    await world.person("bruno").opens_home()

    await world.person("bruno").presses("Chiamami adesso", home=True)
    await world.phone("bruno").answers()
    await world.settles()

    assert received(world, "bruno") == {"bruno": (1, 1, 1)}
    assert all(said.startswith("Anticrisi. È una prova") for said in world.phone("bruno").calls[0].said)
    assert world.phone("bruno").ringing is None
    assert world.phone("bruno").mails[0].mentions("una prova")
    assert await world.incidents() == ()


async def test_the_home_tab_names_every_way_that_is_connected(worlds: Worlds):
    every, slack = await worlds(), await worlds(ways=Ways(phone=False, mail=False))
    for world in (every, slack):
        await world.person("bruno").opens_home()

    assert "Per telefono" in every.person("bruno").home.plain
    assert "Per email" in every.person("bruno").home.plain
    assert "Per telefono" not in slack.person("bruno").home.plain


# When the process dies in the middle


async def test_a_call_that_rings_while_we_start_again_is_answered_all_the_same(any_world: World):
    world = any_world
    await world.declares("marta", TILLS)
    assert world.phone("paolo").ringing
    await world.crashes()
    await world.starts_again()

    said = await presses(world, "paolo", "1")

    assert said == ["You have it. Thank you."]
    assert await world.holder() == "paolo"
    assert len(world.phone("paolo").calls) == 1


async def test_a_key_pressed_while_we_are_down_is_not_an_answer_and_the_next_way_still_comes(world: World):
    await world.declares("marta", TILLS)
    await world.phone("paolo").answers()
    [call] = world.phone("paolo").calls
    await world.crashes()

    await world.phone("paolo").presses_key("1")
    await world.starts_again()

    assert call.state == "completed"
    assert (await world.newest()).ladder.wanted
    await world.waits(minutes=1)
    assert len(world.phone("paolo").messages) == 1


# The second line


@pytest.mark.filterwarnings(QUIET_APPRISE)
async def test_the_second_line_hears_that_a_page_moved_on_and_nothing_of_the_first_call(worlds: Worlds):
    async with second_line() as line:
        world = await worlds(ways=Ways(second_lines=(line.url,)))
        await world.declares("marta", TILLS)
        await world.waits(seconds=299)
        assert line.told == []

        await world.waits(seconds=1)

        [told] = line.told
        assert told["title"] == f"SEV1 INC-1 {TILLS}"
        assert line.messages == ["Nessuno risponde da 5 min. Chiamiamo il livello 2 di 4: Paolo Grant e Giulia Sarti."]
        await world.person("giulia").presses("Ci penso io", "dm")
        await world.waits(minutes=20)
        assert len(line.told) == 1


@pytest.mark.filterwarnings(QUIET_APPRISE)
async def test_the_second_line_hears_the_end_of_the_ladder(worlds: Worlds):
    async with second_line() as line:
        world = await worlds(ways=Ways(second_lines=(line.url,)))
        await world.declares("marta", TILLS)

        await world.waits(minutes=60)

        assert line.messages[-1].endswith("Stiamo chiamando tutti insieme.")
        assert len(line.messages) == len(set(line.messages))


@pytest.mark.filterwarnings(QUIET_APPRISE)
async def test_one_second_line_that_fails_is_tried_again_by_itself(worlds: Worlds):
    async with second_line() as broken, second_line() as well:
        broken.status = 500
        world = await worlds(ways=Ways(second_lines=(broken.url, well.url)))
        await world.declares("marta", TILLS)
        await world.waits(minutes=5)
        assert len(well.told) == 1
        assert broken.told

        broken.status = 200
        failed = len(broken.told)
        await world.waits(minutes=1)

        assert len(broken.told) == failed + 1
        assert len(well.told) == 1
