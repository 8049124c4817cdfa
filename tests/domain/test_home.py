"""The Home tab, on a quiet day and on the other kind."""

import json

import pytest

from bot.domain.hours import Hours
from bot.domain.slugs import PersonId
from bot.domain.team_health import Finding, Weight, examine
from messages import actions as ids
from messages.findings import finding
from messages.home import home, hours_in
from messages.words import words_for
from tests.domain.example_company import VENTURA
from tests.domain.records import (
    ANNA,
    DARIO,
    DECLARED_AT,
    HOSTILE,
    MARTA,
    ROME,
    document,
    incident,
    no_document,
    person,
    roster,
)
from tests.domain.records_b import over, under_way
from tests.domain.slack_limits import broken

EN, IT = words_for("en", ROME), words_for("it", ROME)
TODAY = DECLARED_AT.date()
FINDINGS = examine(VENTURA, TODAY, deactivated=frozenset({"U0TOM"}))
CODES = (
    "no_owner", "no_last_resort", "no_policy", "role_without_holder", "role_without_deputy", "not_in_slack",
    "slack_deactivated", "no_phone_that_rings", "contact_never_verified", "contact_not_verified",
    "level_without_people", "level_with_one_person", "level_wants_more_people", "reachability_gap",
    "no_first_statement", "statement_without_language", "sev1_does_not_ring", "phone_shared",
)  # fmt: skip


def seen(view):
    return json.dumps(view, ensure_ascii=False)


def shown(_, *, me=ANNA, **changes):
    return home(_, **{"roster": roster(), "me": me, "records": [under_way()], "language": "en", **changes})


@pytest.mark.parametrize("language", ["en", "it", "qps"])
@pytest.mark.parametrize("me", [ANNA, DARIO, MARTA])
@pytest.mark.parametrize("whole", [True, False])
def test_slack_takes_every_home_tab(language, me, whole):
    known = roster() if whole else no_document()
    many = [under_way(incident=incident(id=n, title=HOSTILE * 3)) for n in range(60)]

    view = home(words_for(language, ROME), roster=known, me=me, records=many, language="it", findings=FINDINGS * 9)

    assert broken(view) == []
    assert view["type"] == "home"
    assert "<!channel>" not in seen(view)


def test_declaring_comes_first():
    first = next(block for block in shown(EN)["blocks"] if block["type"] == "actions")

    assert first["elements"][0]["action_id"] == ids.DECLARE_OPEN


def test_open_incidents_are_listed_and_closed_ones_are_not():
    view = shown(
        EN, records=[under_way(), over(incident=over().incident.__class__(**{**vars(over().incident), "id": 41}))]
    )

    assert "INC-42" in seen(view)
    assert "INC-41" not in seen(view)


def test_a_quiet_day_says_so():
    assert "No incident is open." in seen(shown(EN, records=[]))
    assert "Nessuna emergenza aperta." in seen(shown(IT, records=[]))


def test_my_contacts_are_recognisable_and_masked():
    view = seen(shown(EN))

    assert "By SMS (+39 … 67), after 1 min" in view
    assert "1234567" not in view
    assert "private.example" not in view


def test_nobody_sees_anothers_contacts():
    view = seen(shown(EN, me=MARTA))

    assert "+39" not in view
    assert "…@…" not in view
    assert "You are not in the anti-crisis team." in view


def test_ring_me_is_there_for_those_who_can_be_rung():
    assert ids.RING_ME in seen(shown(EN))
    assert ids.RING_ME not in seen(shown(EN, me=MARTA))


@pytest.mark.parametrize("language", ["en", "it"])
def test_my_language_is_chosen_already(language):
    view = shown(EN, language=language)

    choices = [each for block in view["blocks"] for each in block.get("elements", []) if each.get("options")]
    assert [choice["initial_option"]["value"] for choice in choices] == [language]
    assert {"Italiano", "English"} <= {option["text"]["text"] for option in choices[0]["options"]}


def test_everyone_sees_whom_to_alert():
    view = seen(shown(IT, me=MARTA))

    assert "*Responsabile comunicazione* <@U0LUCA>" in view


def test_what_to_mend_is_for_owners_alone():
    assert "The plan's health" in seen(shown(EN, me=DARIO, findings=FINDINGS))
    assert "The plan's health" not in seen(shown(EN, me=ANNA, findings=FINDINGS))


def test_with_no_document_the_owner_is_told_what_to_do_and_others_who_is_called():
    owner = seen(home(EN, roster=no_document(), me=PersonId("U0ADMIN"), language="en"))
    other = seen(home(EN, roster=no_document(), me=MARTA, language="en"))

    assert "anticrisi doc import" in owner
    assert "anticrisi doc import" not in other
    assert "<@U0ADMIN> will be called." in other


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("code", CODES)
def test_every_finding_has_a_sentence_of_its_own(language, code):
    facts = {
        "role": "scribe", "person": "anna", "policy": "ladder", "level": "2", "days": "120", "hours": "12",
        "weekday": "sun", "time": "03:00", "scenario": "tills_down", "language": "it", "other": "bruno",
        "wanted": "3", "people": "2",
    }  # fmt: skip
    known = roster()
    _ = words_for(language, ROME)

    said = finding(_, known, Finding(code, Weight.TO_CONFIRM, "part", facts))

    assert said != finding(_, known, Finding("new", Weight.TO_CONFIRM, "part", facts))
    assert "?" not in said


def test_the_codes_above_are_all_that_the_example_and_an_empty_plan_can_show():
    bare = document(owners=(), last_resort=(), policies=(), people=(person("Anna"),), scenarios=())

    found = {each.code for plan in (VENTURA, bare) for each in examine(plan, TODAY, deactivated=frozenset({"U0ANNA"}))}

    assert found <= set(CODES)
    assert {"no_owner", "slack_deactivated", "contact_not_verified"} <= found


def test_hours_are_said_in_the_readers_words():
    hours = Hours.parse("mon-fri 08:00-20:00")

    assert hours_in(EN, hours) == "Mon-Fri 08:00-20:00"
    assert hours_in(IT, hours) == "lun-ven 08:00-20:00"
    assert hours_in(IT, Hours.parse("every day 08:00-22:00")) == "ogni giorno 08:00-22:00"
