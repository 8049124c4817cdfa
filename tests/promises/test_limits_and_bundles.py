"""One person, many incidents, few noises: what comes together, what waits, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.demo.stage import Ways
from messages import gsm
from tests.links import link_in, opens_link, presses_in_page
from tests.world import World, Worlds

TILLS = "casse bloccate in tutti i negozi"
SITE = "sito irraggiungibile da stamattina"
DOORS = "gestionale fermo in tutte le sedi"
GRAVEST = {"Gravità": "SEV1 · Vendite o contatti fermi quasi ovunque."}
GRAVE = {"Gravità": "SEV2 · Più negozi o un intero canale bloccati."}
SLIGHT = {"Gravità": "SEV4 · I clienti non se ne accorgono ancora."}


def texts(world: World, who: str) -> list[str]:
    return [text.body for text in world.phone(who).messages]


async def declares(world: World, *titles: str) -> None:
    for title in titles:
        await world.declares("marta", title, GRAVEST)


# Several incidents, one person


async def test_what_becomes_due_at_one_moment_comes_in_one_text_of_one_segment(any_world: World):
    world = any_world
    await declares(world, TILLS, SITE)

    await world.waits(minutes=1)

    [text] = texts(world, "anna")
    assert gsm.fits(text)
    assert text.startswith("1 SEV1 casse bl")
    assert "; 2 SEV1 sito irr" in text
    assert 'Rispondi "1 1" ci penso io, "1 2" non posso, o apri http' in text


async def test_the_first_leaves_at_once_and_those_that_follow_within_two_minutes_come_together(any_world: World):
    world = any_world
    await declares(world, TILLS)
    await world.waits(minutes=1)
    assert len(texts(world, "anna")) == 1
    await declares(world, SITE)
    await world.waits(seconds=10)
    await declares(world, DOORS)

    await world.waits(seconds=109)
    assert len(texts(world, "anna")) == 1
    await world.waits(seconds=1)

    [_first, both] = texts(world, "anna")
    assert both.startswith("2 SEV1 sito irr")
    assert "; 3 SEV1 gestional" in both
    assert "1 SEV1" not in both


async def test_what_waits_for_company_has_not_failed_and_slack_does_not_wait(world: World):
    await declares(world, TILLS)
    await world.waits(minutes=1)

    await declares(world, SITE)
    await world.waits(minutes=1)

    assert world.last_page("anna").mentions(SITE)
    [knock] = [each for each in (await world.newest()).knocks if (each.person, each.method) == ("anna", "sms")]
    assert knock.state == "pending"
    assert not (await world.card("marta")).mentions("In attesa")


async def test_the_first_text_of_two_quiet_minutes_never_waits(world: World):
    await declares(world, TILLS)
    await world.waits(minutes=1)
    await declares(world, SITE)

    await world.waits(minutes=2)
    await declares(world, DOORS)
    await world.waits(seconds=119)
    assert len(texts(world, "anna")) == 2
    await world.waits(seconds=1)

    assert len(texts(world, "anna")) == 3
    assert texts(world, "anna")[-1].startswith("SEV1 INC-3")


async def test_no_text_waits_for_one_that_left_before_the_clock_was_set_back(world: World):
    await declares(world, TILLS)
    await world.waits(minutes=1)
    world.clock.turn(-timedelta(hours=1))

    await declares(world, SITE)
    await world.waits(minutes=1)

    assert [text[:10] for text in texts(world, "anna")] == ["SEV1 INC-1", "SEV1 INC-2"]


async def test_an_answer_takes_its_incident_out_of_what_is_about_to_leave(any_world: World):
    world = any_world
    await declares(world, TILLS)
    await world.waits(minutes=1)
    await declares(world, SITE, DOORS)
    await world.waits(minutes=1)

    await world.person("bruno").types("/crisis preso INC-2")
    await world.waits(minutes=1)

    [_first, second] = texts(world, "anna")
    assert "3 1" in second
    assert "2 SEV1" not in second
    assert SITE[:8] not in second


async def test_each_reply_code_answers_its_own_incident(world: World):
    await declares(world, TILLS, SITE)
    await world.waits(minutes=1)

    back = await world.person("anna").texts("2 1")

    assert back.startswith("INC-2. Ci pensi tu")
    assert (await world.record(1)).ladder.wanted
    assert (await world.record(2)).ladder.acknowledged_by == "anna"


async def test_four_incidents_are_one_text_and_its_link_has_them_all(world: World):
    stolen = "dati dei clienti rubati dal gestionale"
    await declares(world, TILLS, SITE, DOORS, stolen)

    await world.waits(minutes=1)

    [text] = texts(world, "anna")
    assert gsm.fits(text)
    assert all(f"{number} SEV1" in text for number in (1, 2, 3, 4))
    shown = await opens_link(link_in(text))
    assert all(shown.mentions(title) for title in (TILLS, SITE, DOORS, stolen))


# One link, one page, an answer for each


async def test_the_page_behind_the_link_answers_each_incident_by_itself(any_world: World):
    world = any_world
    await declares(world, TILLS, SITE)
    await world.waits(minutes=1)
    url = link_in(texts(world, "anna")[0])

    shown = await opens_link(url)
    assert shown.mentions(TILLS)
    assert shown.mentions(SITE)
    assert (await world.record(1)).ladder.wanted

    first = await presses_in_page(world, url, "acknowledge", page=(await world.record(2)).ladder.id)
    assert first.mentions("Ci pensi tu")
    assert first.mentions(TILLS)
    assert (await world.record(1)).ladder.wanted
    assert (await world.record(2)).ladder.acknowledged_by == "anna"

    second = await presses_in_page(world, url, "decline", page=(await world.record(1)).ladder.id)
    assert second.mentions("Hai detto che non puoi")
    assert (await world.record(1)).ladder.declined == ("anna",)


async def test_a_button_pressed_twice_answers_once(world: World):
    await declares(world, TILLS, SITE)
    await world.waits(minutes=1)
    url, other = link_in(texts(world, "anna")[0]), (await world.record(2)).ladder.id

    shown = [await presses_in_page(world, url, "acknowledge", page=other) for _time in range(2)]

    assert [page.status for page in shown] == [200, 200]
    answers = [each for each in (await world.record(2)).events if each.kind == "acknowledged"]
    assert len(answers) == 1


async def test_a_link_answers_nothing_that_its_recipient_was_not_called_for(world: World):
    await declares(world, TILLS)
    await world.declares("giulia", "lettere minatorie a un cliente", SLIGHT)
    await world.waits(minutes=1)
    url, foreign = link_in(texts(world, "anna")[0]), (await world.record(2)).ladder
    assert "anna" not in (await world.record(2)).called

    shown = [await presses_in_page(world, url, "acknowledge", page=page) for page in (foreign.id, 999, "x", "-1")]

    assert [page.status for page in shown] == [404] * 4
    assert (await world.record(2)).ladder.wanted


async def test_a_private_incident_stays_private_in_company(world: World):
    await declares(world, TILLS)
    await world.declares("marta", "dati dei clienti rubati", {"Chi può vederlo": ["Riservato"]})

    await world.waits(minutes=3)

    phone = world.phone("anna")
    sent = [*texts(world, "anna"), *(f"{mail.subject} {mail.body}" for mail in phone.mails)]
    assert any("2 SEV1 Riservato" in text for text in sent)
    assert not any("rubati" in text for text in sent)
    shown = await opens_link(link_in(texts(world, "anna")[0]))
    assert not shown.mentions("rubati")


# One call


async def test_a_call_reads_the_gravest_first_and_goes_on_with_the_next(any_world: World):
    world = any_world
    await world.declares("marta", SITE, GRAVE)
    await declares(world, TILLS)
    await world.waits(minutes=2)
    [call] = world.phone("anna").calls

    await world.phone("anna").answers()
    assert call.said[0].startswith("Anticrisi. Ci sono 2 emergenze per te. Gravità uno. casse bloccate")
    await world.phone("anna").presses_key("1")
    assert call.said[-2] == "Ci pensi tu. Grazie. Ce n'è un'altra."
    assert call.said[-1].startswith("Gravità due. sito irraggiungibile")
    await world.phone("anna").presses_key("3")
    assert call.said[-1].endswith("3 per riascoltare.")
    await world.phone("anna").presses_key("2")
    await world.settles()

    assert call.said[-1] == "Ricevuto: chiamiamo qualcun altro."
    assert (await world.record(2)).ladder.acknowledged_by == "anna"
    assert (await world.record(1)).ladder.declined == ("anna",)
    assert len(world.phone("anna").calls) == 1


async def test_a_call_for_two_rings_on_when_somebody_takes_one_of_them(world: World):
    await declares(world, TILLS, SITE)
    await world.waits(minutes=2)
    [call] = world.phone("anna").calls

    await world.person("bruno").types("/crisis preso INC-1")
    assert call.state == "ringing"
    await world.phone("anna").answers()
    assert call.said[-1].startswith("Gravità uno. sito irraggiungibile")
    await world.phone("anna").hangs_up()
    await world.settles()

    assert (await world.record(2)).ladder.wanted


async def test_a_call_for_two_stops_ringing_when_both_are_taken(world: World):
    await declares(world, TILLS, SITE)
    await world.waits(minutes=2)
    [call] = world.phone("anna").calls

    for number in (1, 2):
        await world.person("bruno").types(f"/crisis preso INC-{number}")

    assert call.state == "canceled"


async def test_a_call_for_two_that_nobody_takes_makes_the_next_way_of_both_due(world: World):
    await declares(world, TILLS, SITE)
    await world.waits(minutes=2)
    assert world.phone("anna").mails == []

    await world.waits(seconds=45)

    [letter] = world.phone("anna").mails
    assert letter.mentions(TILLS)
    assert letter.mentions(SITE)


async def test_one_letter_tells_of_all_and_its_link_answers_each(world: World):
    await declares(world, TILLS, SITE)
    await world.waits(minutes=2)
    await world.phone("anna").answers()

    await world.waits(minutes=1)

    [letter] = world.phone("anna").mails
    assert letter.subject == f"SEV1 INC-1 {TILLS}, e un'altra"
    await presses_in_page(world, link_in(letter.body), "acknowledge", page=(await world.record(2)).ladder.id)
    assert (await world.record(2)).ladder.acknowledged_by == "anna"


# Failure and death in the middle


async def test_a_text_for_two_that_fails_comes_again_for_both_and_once(any_world: World):
    world = any_world
    world.sandbox.faults.fail("twilio.Messages", "ratelimited", times=None, retry_after=20)
    await declares(world, TILLS, SITE)
    await world.waits(minutes=1)
    assert texts(world, "anna") == []

    world.sandbox.faults.clear()
    await world.waits(seconds=25)

    [text] = texts(world, "anna")
    assert "1 SEV1" in text
    assert "2 SEV1" in text


async def test_a_text_that_was_refused_keeps_nobody_waiting(world: World):
    await declares(world, TILLS)
    world.sandbox.faults.fail("twilio.Messages", "error:21610", times=3)
    await world.waits(minutes=1)
    assert texts(world, "anna") == []

    await declares(world, SITE)
    await world.waits(minutes=1)

    assert [text[:10] for text in texts(world, "anna")] == ["SEV1 INC-2"]


async def test_a_process_that_dies_while_several_wait_for_company_loses_none(any_world: World):
    world = any_world
    await declares(world, TILLS)
    await world.waits(minutes=1)
    await declares(world, SITE, DOORS)
    await world.waits(minutes=1)

    await world.crashes()
    await world.starts_again()
    await world.waits(minutes=1)

    [_first, both] = texts(world, "anna")
    assert "2 SEV1" in both
    assert "3 SEV1" in both


# Whoever waits behind a limit is told


async def test_the_card_says_who_waits_for_the_provider_and_forgets_it_when_it_is_over(any_world: World):
    world = any_world
    await declares(world, TILLS)
    world.sandbox.faults.fail("twilio.Messages", "ratelimited", times=None, retry_after=40)

    await world.waits(minutes=1)

    assert (await world.card("marta")).mentions("In attesa: l'SMS a Bruno Ferri: il fornitore chiede 4")
    world.sandbox.faults.clear()
    await world.waits(seconds=45)
    assert len(texts(world, "anna")) == 1
    assert not (await world.card("marta")).mentions("In attesa")


async def test_a_short_wait_is_nobody_s_concern(world: World):
    await declares(world, TILLS)
    world.sandbox.faults.fail("twilio.Messages", "ratelimited", times=None, retry_after=20)

    await world.waits(minutes=1)

    assert not (await world.card("marta")).mentions("In attesa")


async def test_a_page_that_slack_makes_wait_goes_to_the_phone_now(any_world: World):
    world = any_world
    world.sandbox.faults.fail("chat.postMessage", "ratelimited", times=None, retry_after=40)

    await world.person("marta").types("/crisis adesso casse bloccate")
    await world.settles()

    assert [len(texts(world, name)) for name in ("bruno", "anna")] == [1, 1]
    world.sandbox.faults.clear()
    await world.waits(seconds=50)
    assert [seen for seen in world.pages("anna") if seen.mentions("casse bloccate")]


async def test_whoever_asked_to_be_rung_hears_that_it_waits(world: World):
    world.sandbox.faults.fail("twilio.Messages", "ratelimited", times=None, retry_after=40)

    await world.person("anna").opens_home()
    await world.person("anna").presses("Chiamami adesso", home=True)

    told = [seen for seen in world.pages("anna") if seen.mentions("L'SMS di prova aspetta: il fornitore chiede 4")]
    assert len(told) == 1


async def test_whoever_called_somebody_by_name_hears_that_it_waits(world: World):
    await declares(world, TILLS)
    await world.person("anna").presses("Ci penso io", "dm")
    world.sandbox.faults.fail("twilio.Messages", "ratelimited", times=None, retry_after=40)
    room = await world.room()

    await world.person("anna").types("/crisis chiama @luca", room)
    await world.waits(minutes=1)

    assert "L'SMS a Luca" in world.person("anna").reads("dm")


# Costs


async def test_past_the_cap_repeats_wait_and_the_first_page_of_an_incident_never_does(worlds: Worlds, any_database_url):
    world = await worlds(database_url=any_database_url, ways=Ways(daily_cap_sms=2))
    await declares(world, TILLS)
    await world.waits(minutes=1)
    await declares(world, SITE)
    await world.waits(minutes=2)
    assert len(texts(world, "anna")) == 2
    while (await world.record(1)).ladder.loop == 1:
        await world.waits(minutes=1)
    before = len(texts(world, "anna"))

    await world.waits(minutes=3)

    assert len(texts(world, "anna")) == before == 2
    assert (await world.record(1)).ladder.wanted
    assert (await _card_of(world, 1)).count("l'SMS a Anna Riva: per oggi basta, fino alle 10:03 del 11 mar") == 1
    assert len([seen for seen in world.pages("anna") if seen.mentions("Oggi hai ricevuto molti SMS")]) == 1
    await declares(world, DOORS)
    await world.waits(minutes=1)
    assert len(texts(world, "anna")) == 3


async def test_the_cap_is_counted_from_the_record_across_a_restart(worlds: Worlds):
    world = await worlds(ways=Ways(daily_cap_sms=1))
    await declares(world, TILLS)
    await world.waits(minutes=1)
    assert len(texts(world, "anna")) == 1

    await world.crashes()
    await world.starts_again()
    while (await world.record(1)).ladder.loop == 1:
        await world.waits(minutes=1)
    await world.waits(minutes=3)

    assert len(texts(world, "anna")) == 1


async def _card_of(world: World, incident: int) -> str:
    room = (await world.record(incident)).incident.room.channel_name
    assert room
    return world.person("marta").sees_pinned(room)[0].plain


@pytest.mark.parametrize("cap", [0, 60])
async def test_without_a_cap_in_the_way_repeats_come(worlds: Worlds, cap: int):
    world = await worlds(ways=Ways(daily_cap_sms=cap))
    await declares(world, TILLS)
    while (await world.record(1)).ladder.loop == 1:
        await world.waits(minutes=1)

    await world.waits(minutes=2)

    assert len(texts(world, "anna")) > 1
