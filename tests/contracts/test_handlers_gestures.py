"""What people do in Slack, and what they are answered, with nothing but listeners at work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.escalation import PageStatus
from bot.domain.incident import Status
from bot.domain.slugs import PersonId
from bot.domain.statement import StatementKind
from bot.domain.timeline import EventKind
from bot.usecases import speak
from messages import card, page, room
from messages.reminder import reminder
from messages.words import words_for
from tests.contracts.desk_house import DeskHouse, desk_house

_ = words_for("it", "Europe/Rome")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DeskHouse]:
    async with desk_house(f"sqlite:///{tmp_path}/anticrisi.db") as made:
        yield made


async def test_a_few_words_open_the_form_and_submitting_it_declares(house: DeskHouse):
    await house.types("marta", "/crisis casse bloccate & ferme #general")

    form = house.person("marta").form
    assert form is not None
    assert form.values["Che cosa succede"] == "casse bloccate & ferme #general"
    assert await house.submits("marta") == {}

    record = await house.record(1)
    assert record.incident.title == "casse bloccate & ferme #general"
    assert record.incident.reporter == "marta"
    shown = house.person("marta").form
    assert shown is not None
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

    await marta.fills({"Scenario": marta.form.options("Scenario")[2]})
    await house.settles()

    assert marta.form.values["Che cosa succede"] == "Non si vende più niente"
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
    anna = house.person("anna")
    assert anna.form is not None
    await anna.fills(
        {anna.form.labels[0]: next(each for each in anna.form.options(anna.form.labels[0]) if "INC-1" in each)}
    )
    assert await house.submits("anna") == {}

    assert (await house.record(1)).incident.severity == 3
    assert (await house.record(2)).incident.severity == 2
    assert "SEV3" in house.told("anna")


async def test_a_command_that_opens_a_form_goes_on_to_it_once_the_incident_is_picked(house: DeskHouse):
    await house.declared("casse bloccate")
    await house.declared("furto in magazzino a Londra", severity=2)
    await house.types("anna", "/crisis aggiorna abbiamo trovato il guasto")

    assert await house.submits("anna") == {}

    form = house.person("anna").form
    assert form is not None
    assert "abbiamo trovato il guasto" in form.values.values()
    assert await house.submits("anna") == {}
    assert (await house.record(2)).happened(EventKind.ROOM_UPDATED)


async def test_with_nothing_open_a_sentence_that_begins_like_a_command_is_a_report(house: DeskHouse):
    await house.types("tom", "/crisis update server broken everywhere")

    form = house.person("tom").form
    assert form is not None
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
    assert bruno.form is not None
    await bruno.fills({bruno.form.labels[0]: "sofia"})
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
        assert anna.form is not None
        await anna.cancels()

    await house.presses("anna", "Prendo la guida", posted)
    assert (await house.record(1)).incident.commander == "anna"


async def test_once_customers_were_told_resolving_asks_for_the_last_word(house: DeskHouse):
    record = await house.declared(severity=3)
    await speak.say(
        house.core, record.incident.id, {"it": "Ci scusiamo."}, kind=StatementKind.FIRST, by="U0LUCA", gesture="first"
    )
    await house.types("anna", "/crisis risolto certificato rinnovato")
    anna = house.person("anna")
    assert anna.form is not None
    assert anna.form.values["Come si è risolto"] == "certificato rinnovato"
    closing = [label for label in anna.form.labels if label.startswith("Messaggio di chiusura")]

    await anna.fills(dict.fromkeys(closing, "  "))
    errors = await house.submits("anna")
    assert list(errors) == closing[:1]
    assert (await house.record(1)).incident.open

    await anna.fills(dict.fromkeys(closing, "Ci scusiamo, ora funziona."))
    assert await house.submits("anna") == {}
    assert (await house.record(1)).incident.status is Status.RESOLVED


async def test_a_false_alarm_ends_the_incident(house: DeskHouse):
    await house.declared()
    await house.types("anna", "/crisis annulla")
    anna = house.person("anna")
    await anna.fills({anna.form.labels[0]: "era una prova"})

    assert await house.submits("anna") == {}

    assert (await house.record(1)).incident.status is Status.CANCELLED
    await house.types("anna", "/crisis riapri 1")
    assert (await house.record(1)).incident.status is Status.INVESTIGATING


async def test_a_statement_with_faults_is_shown_once_more_and_the_second_time_their_word_counts(house: DeskHouse):
    await house.declared()
    await house.types("luca", "/crisis pubblica")
    luca = house.person("luca")
    fields = [label for label in luca.form.labels if "client" in label.casefold()]
    await luca.fills({fields[0]: "Il nostro fornitore ha un guasto, si risolve a breve."})

    assert await house.submits("luca") == {}
    assert luca.form is not None
    assert "fornitore" in luca.form.plain
    assert (await house.record(1)).statements == ()

    assert await house.submits("luca") == {}
    assert luca.form is None
    assert len((await house.record(1)).statements) == 1


async def test_a_second_person_approves_what_the_first_one_wrote(house: DeskHouse):
    record = await house.declared()
    channel = await house.room_of(record, "luca", "anna")
    await house.types("luca", "/crisis pubblica", channel)
    assert await house.submits("luca") == {}
    record = await house.record(1)
    asked = room.event(_, record, record.happened(EventKind.APPROVAL_ASKED)[-1])
    posted, letter = await house.posts(asked, channel=channel), await house.posts(asked, to="elena")
    approve = posted.buttons[0]

    await house.presses("luca", approve, posted)
    assert (await house.record(1)).published == ()
    assert "Pubblic" in house.told("luca")

    await house.presses("elena", approve, letter)
    assert [each.approver for each in (await house.record(1)).published] == ["elena"]


async def test_words_that_await_approval_are_changed_and_await_it_anew(house: DeskHouse):
    record = await house.declared()
    await house.types("luca", "/crisis pubblica")
    await house.submits("luca")
    record = await house.record(1)
    asked = room.event(_, record, record.happened(EventKind.APPROVAL_ASKED)[-1])
    letter = await house.posts(asked, to="luca")

    await house.presses("luca", letter.buttons[1], letter)
    luca = house.person("luca")
    assert luca.form is not None
    first = next(label for label, value in luca.form.values.items() if value and "scus" in str(value))
    await luca.fills({first: luca.form.values[first] + " Si può pagare in contanti."})
    assert await house.submits("luca") == {}

    record = await house.record(1)
    assert [str(each.state) for each in record.statements] == ["withdrawn", "awaiting_approval"]
    assert "contanti" in record.statements[-1].text("it")


async def test_alone_in_an_emergency_the_author_publishes_and_the_record_says_so(house: DeskHouse):
    record = await house.declared()
    await house.types("luca", "/crisis pubblica")
    await house.submits("luca")
    record = await house.record(1)
    asked = room.event(_, record, record.happened(EventKind.APPROVAL_ASKED)[-1])
    letter = await house.posts(asked, to="luca")

    await house.presses("luca", letter.buttons[2], letter)

    assert [each.self_approved for each in (await house.record(1)).published] == [True]


async def test_nothing_new_is_one_click_and_a_second_click_publishes_nothing(house: DeskHouse):
    record = await house.declared(severity=3)
    await speak.say(
        house.core, record.incident.id, {"it": "Ci scusiamo."}, kind=StatementKind.FIRST, by="U0LUCA", gesture="first"
    )
    record = await house.record(1)
    deadline = record.customers_deadline
    assert deadline is not None
    asking = reminder(_, record, stage="draft", person=PersonId("luca"), round=deadline.round)
    posted = await house.posts(asking, to="luca")
    unchanged = next(label for label in posted.buttons if "novità" in label)

    await house.presses("luca", unchanged, posted)
    await house.presses("luca", unchanged, posted)

    kinds = [each.kind for each in (await house.record(1)).published]
    assert kinds == [StatementKind.FIRST, StatementKind.NO_CHANGE]


async def test_a_reminder_is_put_off_or_given_to_somebody_else(house: DeskHouse):
    record = await house.declared()
    deadline = record.customers_deadline
    assert deadline is not None
    asking = reminder(_, record, stage="draft", person=PersonId("luca"), round=deadline.round)
    posted = await house.posts(asking, to="luca")
    luca = house.person("luca")

    await house.presses("luca", "Rimanda…", posted)
    assert await house.submits("luca") == {}
    later = (await house.record(1)).customers_deadline
    assert later is not None
    assert later.wake_at is not None
    assert later.wake_at > house.core.clock.now()

    await house.presses("luca", "Passa a…", posted)
    assert luca.form is not None
    await luca.fills({luca.form.labels[0]: "giulia"})
    assert await house.submits("luca") == {}
    assert (await house.record(1)).incident.communications_lead == "giulia"


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
    form = house.person("anna").form
    assert form is not None
    assert "Torino vende di nuovo" in form.values.values()


async def test_the_home_tab_declares_and_changes_the_language(house: DeskHouse):
    james = house.person("james")
    await james.opens_home()
    await house.settles()
    assert james.home is not None
    assert "Declare an incident" in james.home.buttons

    await house.presses("james", "Declare an incident", home=True)
    assert james.form is not None
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
