"""What people do in Slack, and what they are answered, with nothing but listeners at work."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.escalation import PageStatus
from bot.domain.incident import Status
from bot.domain.timeline import EventKind
from messages import card, page
from messages.words import words_for
from tests.contracts.desk_house import DeskHouse, desk_house

_ = words_for("it", "Europe/Rome")


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[DeskHouse]:
    async with desk_house(database_url) as made:
        yield made


async def test_a_few_words_open_the_form_and_submitting_it_declares(house: DeskHouse):
    await house.types("marta", "/crisis casse bloccate & ferme #general")

    form = house.form("marta")
    assert form.values["Che cosa succede"] == "casse bloccate & ferme #general"
    assert await house.submits("marta") == {}

    record = await house.record(1)
    assert record.incident.title == "casse bloccate & ferme #general"
    assert record.incident.reporter == "marta"
    shown = house.form("marta")
    assert "INC-1" in shown.title


async def test_two_who_declare_the_same_are_both_told_so(house: DeskHouse):
    await house.types("marta", "/crisis casse bloccate")
    await house.types("james", "/crisis casse bloccate")

    await house.submits("marta")
    await house.submits("james")

    record = await house.record(1)
    form = house.person("james").form
    assert record.incident.also_reported_by == ("james",)
    assert form is not None
    assert "Marta Colombo" in form.plain


async def test_choosing_a_scenario_redraws_the_form_and_keeps_what_was_typed(house: DeskHouse):
    await house.types("marta", "/crisis qualcosa non va")
    marta = house.person("marta")
    await marta.fills({"Che cosa succede": "Non si vende più niente"})

    await marta.fills({"Scenario": house.form("marta").options("Scenario")[2]})
    await house.settles()

    assert house.form("marta").values["Che cosa succede"] == "Non si vende più niente"
    assert await house.submits("marta") == {}
    record = await house.record(1)
    assert record.scenario is not None
    assert record.incident.severity == int(record.scenario.severity)


async def test_declared_without_a_form_in_one_line(house: DeskHouse):
    await house.types("marta", "/crisis now casse bloccate in tutti i negozi")

    record = await house.record(1)
    assert record.incident.severity == 1
    assert "INC-1" in house.told("marta")


async def test_status_is_for_one_persons_eyes_and_in_their_language(house: DeskHouse):
    await house.types("james", "/crisis status")
    assert "No incident is open" in house.told("james")

    await house.declared()
    await house.types("james", "/crisis stato")
    await house.types("marta", "/crisis status 1")

    assert "INC-1" in house.told("james")
    assert "investigating" in house.told("james")
    assert "in analisi" in house.told("marta")


async def test_a_slip_declares_nothing_and_its_button_runs_what_was_meant(house: DeskHouse):
    await house.types("james", "/crisis statsu")

    assert "status" in house.told("james")
    assert house.person("james").form is None
    await house.presses("james", "/crisis status")
    assert "No incident is open" in house.told("james")


async def test_a_command_that_needs_an_incident_takes_the_only_one(house: DeskHouse):
    await house.declared()

    await house.types("anna", "/crisis sev 2")

    assert (await house.record(1)).incident.severity == 2
    assert "SEV2" in house.told("anna")


async def test_of_several_incidents_the_person_is_asked_which(house: DeskHouse):
    await house.declared("casse bloccate", scenario=None)
    await house.declared("furto in magazzino a Londra", severity=2)

    await house.types("anna", "/crisis sev 3")
    form = house.form("anna")
    label = form.labels[0]
    await house.person("anna").fills({label: next(each for each in form.options(label) if "INC-1" in each)})
    assert await house.submits("anna") == {}

    assert (await house.record(1)).incident.severity == 3
    assert (await house.record(2)).incident.severity == 2
    assert "SEV3" in house.told("anna")


async def test_a_command_that_opens_a_form_goes_on_to_it_once_the_incident_is_picked(house: DeskHouse):
    await house.declared("casse bloccate")
    await house.declared("furto in magazzino a Londra", severity=2)
    await house.types("anna", "/crisis aggiorna abbiamo trovato il guasto")

    assert await house.submits("anna") == {}

    form = house.form("anna")
    assert "abbiamo trovato il guasto" in form.values.values()
    assert await house.submits("anna") == {}
    assert (await house.record(2)).happened(EventKind.ROOM_UPDATED)


async def test_with_nothing_open_a_sentence_that_begins_like_a_command_is_a_report(house: DeskHouse):
    await house.types("tom", "/crisis update server broken everywhere")

    form = house.form("tom")
    assert "update server broken everywhere" in form.values.values()


async def test_in_the_incidents_channel_words_go_straight_to_the_room(house: DeskHouse):
    record = await house.declared()
    channel = await house.room_of(record, "anna")

    await house.types("anna", "/crisis note il primo negozio ha chiamato alle 9:55", channel)
    await house.types("anna", "/crisis update cerchiamo nei certificati", channel)
    await house.types("anna", "/crisis task @bruno rinnova il certificato", channel)
    await house.types("anna", "/crisis ruolo scribe @sofia", channel)

    record = await house.record(1)
    assert record.fact(EventKind.NOTED, "text") == "il primo negozio ha chiamato alle 9:55"
    assert record.fact(EventKind.ROOM_UPDATED, "text") == "cerchiamo nei certificati"
    assert [(task.text, task.assignee) for task in record.tasks] == [("rinnova il certificato", "bruno")]
    assert record.incident.roles["scribe"] == "sofia"


async def test_whoever_was_called_says_yes_with_a_button(house: DeskHouse):
    record = await house.declared()
    asking = await house.posts(page.dm(_, record, record.pages[0].id, record.called[0]), to="bruno")

    await house.presses("bruno", "Ci penso io", asking)

    assert (await house.record(1)).pages[0].acknowledged_by == "bruno"
    assert house.person("bruno").ephemerals == []


async def test_whoever_comes_second_learns_who_has_it(house: DeskHouse):
    record = await house.declared()
    asking = page.dm(_, record, record.pages[0].id, record.called[0])
    first, second = await house.posts(asking, to="bruno"), await house.posts(asking, to="anna")

    await house.presses("bruno", "Ci penso io", first)
    await house.presses("anna", "Ci penso io", second)

    assert "Bruno Ferri" in house.told("anna")
    assert (await house.record(1)).incident.commander == "bruno"


async def test_called_answered_given_back_by_command(house: DeskHouse):
    await house.declared()

    await house.types("bruno", "/crisis preso")
    assert (await house.record(1)).pages[0].status is PageStatus.ACKNOWLEDGED
    assert "Ci pensi tu" in house.told("bruno")

    await house.types("bruno", "/crisis restituisco")
    assert (await house.record(1)).pages[0].status is PageStatus.OPEN

    await house.types("anna", "/crisis nonposso")
    assert "anna" in (await house.record(1)).pages[0].declined


async def test_a_page_is_handed_over_with_a_form(house: DeskHouse):
    record = await house.declared()
    asking = await house.posts(page.dm(_, record, record.pages[0].id, record.called[0]), to="bruno")

    await house.presses("bruno", "Passa a…", asking)
    bruno = house.person("bruno")
    await bruno.fills({house.form("bruno").labels[0]: "sofia"})
    assert await house.submits("bruno") == {}

    assert (await house.record(1)).fact(EventKind.HANDED_OVER, "to") == "sofia"


async def test_the_cards_buttons_open_their_forms_and_act(house: DeskHouse):
    record = await house.declared()
    channel = await house.room_of(record, "anna", "marta")
    posted = await house.posts(card.card(_, record), channel=channel)
    anna = house.person("anna")

    for button in ("Chiama qualcuno", "Aggiorna il canale", "Risolto"):
        label = next((each for each in posted.buttons if each == button), None)
        assert label, posted.buttons
        await house.presses("anna", label, posted)
        assert house.form("anna").submit
        await anna.cancels()

    await house.presses("anna", "Prendo la guida", posted)
    assert (await house.record(1)).incident.commander == "anna"


async def test_a_false_alarm_ends_the_incident(house: DeskHouse):
    await house.declared()
    await house.types("anna", "/crisis annulla")
    anna = house.person("anna")
    await anna.fills({house.form("anna").labels[0]: "era una prova"})

    assert await house.submits("anna") == {}

    assert (await house.record(1)).incident.status is Status.CANCELLED
    await house.types("anna", "/crisis riapri 1")
    assert (await house.record(1)).incident.status is Status.INVESTIGATING


async def test_a_pushpin_keeps_the_message_with_its_writer_and_its_time(house: DeskHouse):
    record = await house.declared()
    channel = await house.room_of(record, "marta", "anna")
    marta, anna = house.person("marta"), house.person("anna")
    await marta.types("Torino vende di nuovo", channel)
    said = anna.sees(channel)[-1]

    await anna.reacts("pushpin", said)
    await house.settles()

    noted = (await house.record(1)).happened(EventKind.NOTED)
    assert [(each.facts["text"], each.facts["author"], each.by) for each in noted] == [
        ("Torino vende di nuovo", "marta", "anna")
    ]
    assert noted[0].at.timestamp() == pytest.approx(float(said.ts))

    await anna.reacts("pushpin", said)
    await house.settles()
    assert (await house.record(1)).happened(EventKind.UNNOTED)


async def test_a_message_becomes_a_note_or_a_report_by_its_shortcut(house: DeskHouse):
    record = await house.declared()
    channel = await house.room_of(record, "marta", "anna")
    await house.person("marta").types("Torino vende di nuovo", channel)
    said = house.person("anna").sees(channel)[-1]

    await house.person("anna").message_shortcut("add_to_timeline", said)
    await house.settles()
    assert (await house.record(1)).fact(EventKind.NOTED, "author") == "marta"

    await house.person("anna").message_shortcut("declare_from_message", said)
    await house.settles()
    form = house.form("anna")
    assert "Torino vende di nuovo" in form.values.values()


async def test_the_home_tab_declares_and_changes_the_language(house: DeskHouse):
    james = house.person("james")
    await james.opens_home()
    await house.settles()
    assert james.home is not None
    assert "Declare an incident" in james.home.buttons

    await house.presses("james", "Declare an incident", home=True)
    await james.cancels()

    await james.chooses("Language", "Italiano", home=True)
    await house.settles()
    assert "Segnala un'emergenza" in james.home.buttons


async def test_who_help_me_and_the_plan_answer_everybody(house: DeskHouse):
    for who in ("james", "kenji", "anna", "ada"):
        for command in ("who", "help", "me", "doc", "postmortem", "reopen", "merge"):
            before = len(house.person(who).ephemerals)
            place = "general" if who != "kenji" else "dm"
            house.sandbox.workspace.dm(house.person(who).user_id)
            await house.types(who, f"/crisis {command}", place)
            shown = len(house.person(who).ephemerals) > before or house.person(who).form is not None
            assert shown, (who, command)
            if house.person(who).form:
                await house.person(who).cancels()
    assert "anticrisi doc import" in house.told_all("ada")
    assert "anticrisi doc import" not in house.told_all("james")


async def test_a_private_contact_is_shown_to_the_team_and_to_nobody_else(house: DeskHouse):
    await house.types("anna", "/crisis chi bruno")
    assert "+39" not in house.told("anna")
    await house.presses("anna", "Contatti…")
    assert "+39" in house.told("anna")

    house.sandbox.workspace.dm("U0KENJI")
    await house.types("kenji", "/crisis who bruno", "dm")
    assert house.person("kenji").ephemerals[-1].buttons == []


async def test_words_written_to_the_bot_are_answered(house: DeskHouse):
    house.sandbox.workspace.dm("U0MARTA")

    await house.person("marta").types("aiuto, come funziona?", "dm")
    await house.settles()

    assert house.person("marta").sees("dm")[-1].mentions("/crisis")


async def test_whoever_comes_into_the_room_counts_among_those_involved(house: DeskHouse):
    record = await house.declared()
    channel = await house.room_of(record, "marta")

    await house.person("sofia").joins(channel)
    await house.settles()

    joined = (await house.record(1)).happened(EventKind.JOINED)
    assert [each.by for each in joined] == ["sofia"]


async def test_a_message_from_elsewhere_is_kept_in_the_incident_that_is_picked(house: DeskHouse):
    await house.declared("casse bloccate")
    await house.declared("furto in magazzino a Londra", severity=2)
    await house.person("marta").types("ho visto il furgone", "general")
    said = house.person("anna").sees("general")[-1]

    await house.person("anna").message_shortcut("add_to_timeline", said)
    await house.settles()
    assert await house.submits("anna") == {}
    assert await house.submits("anna") == {}

    noted = (await house.record(2)).happened(EventKind.NOTED)
    assert [(each.facts["text"], each.facts["author"]) for each in noted] == [("ho visto il furgone", "marta")]
    assert noted[0].at.timestamp() == pytest.approx(float(said.ts))


async def test_a_guest_is_not_called(house: DeskHouse):
    record = await house.declared()

    await house.types("anna", "/crisis page @kenji")

    assert "ospiti" in house.told("anna").casefold()
    assert (await house.record(1)).pages == record.pages
