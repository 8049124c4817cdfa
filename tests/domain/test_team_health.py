"""The plan says what is wrong with it before anyone needs it."""

from datetime import date, timedelta

import pytest

from bot.domain.team import TeamDocument
from bot.domain.team_health import Weight, examine

TODAY = date(2026, 11, 17)  # a quiet Tuesday


def document(**parts):
    whole = {
        "company": "X",
        "owners": ["al"],
        "last_resort": [{"label": "desk", "phone": "+390255500100", "consent": "switchboard"}],
        "people": [member("al"), member("bo")],
        "policies": [policy("person:al", "person:bo")],
    }
    return TeamDocument.model_validate({**whole, **parts})


def member(name, **parts):
    roles = ["incident_commander", "communications_lead", "customer_care_lead"]
    roles += ["technical_lead", "scribe", "executive_sponsor"]
    usual = {"id": name, "name": name, "slack": f"U0{name.upper()}", "roles": roles, "verified_on": TODAY}
    return {**usual, "phones": [f"+39 320 555 {ord(name[0]):04}"], **parts}


def policy(*targets):
    return {"id": "p", "name": "P", "levels": [{"name": "L", "targets": list(targets)}]}


def codes(found):
    return [finding.code for finding in found]


def test_a_plan_in_good_order_has_nothing_to_mend():
    assert document().health(TODAY) == ()


def test_a_bare_plan_says_everything_that_is_missing():
    found = TeamDocument(company="X").health(TODAY)

    assert codes(found) == ["no_last_resort", "no_policy", *["role_without_holder"] * 6, "no_owner"]


def test_a_role_held_by_one_person_without_deputy_is_found():
    alone = document(people=[member("al"), member("bo", roles=[])])

    assert "role_without_deputy" in codes(alone.health(TODAY))
    covered = document(people=[member("al", deputies=["bo"]), member("bo", roles=[])])
    assert "role_without_deputy" not in codes(covered.health(TODAY))


def test_a_level_with_one_person_or_nobody_is_found():
    assert codes(document(policies=[policy("person:al")]).health(TODAY)) == ["level_with_one_person"]
    roles = [{"id": "legal", "name": "Legal"}]
    assert codes(document(policies=[policy("role:legal")], roles=roles).health(TODAY)) == ["level_without_people"]


@pytest.mark.parametrize(("wanted", "found"), [(2, []), (3, ["level_wants_more_people"])])
def test_a_level_that_wants_more_answers_than_it_holds_people_is_found(wanted, found):
    written = policy("person:al", "person:bo")
    written["levels"][0]["acknowledgements_wanted"] = wanted

    assert codes(document(policies=[written]).health(TODAY)) == found


def test_a_level_that_asks_a_slack_group_is_not_judged():
    assert document(policies=[policy("group:S0OPS")]).health(TODAY) == ()


@pytest.mark.parametrize(("days", "found"), [(89, []), (90, ["contact_not_verified"])])
def test_a_contact_is_believed_for_ninety_days(days, found):
    people = [member("al", verified_on=TODAY - timedelta(days=days)), member("bo")]

    assert codes(document(people=people).health(TODAY)) == found


def test_a_contact_never_confirmed_is_found():
    assert codes(document(people=[member("al", verified_on=None), member("bo")]).health(TODAY)) == [
        "contact_never_verified"
    ]


def test_a_closed_slack_account_is_found():
    found = examine(document(), TODAY, deactivated=frozenset({"U0BO"}))

    assert [(finding.code, finding.facts) for finding in found] == [("slack_deactivated", {"person": "bo"})]


def test_someone_who_cannot_be_rung_is_found():
    phones = [{"number": "+39 320 555 0102", "voice": False}]

    assert codes(document(people=[member("al", phones=phones), member("bo")]).health(TODAY)) == ["no_phone_that_rings"]


@pytest.mark.parametrize(
    ("quiet", "found"),
    [("22:00-07:00", []), ({"hours": "22:00-07:00", "except": ["SEV2"]}, ["sev1_does_not_ring"])],
)
def test_quiet_hours_in_which_not_even_the_gravest_rings_are_found(quiet, found):
    people = [member("al", quiet_hours=quiet), member("bo")]

    assert codes(document(people=people).health(TODAY)) == found


def test_a_telephone_that_two_people_have_is_found_once():
    people = [member("al", phones=["+39 320 555 0102"]), member("bo", phones=["+39 320 555 0102"])]

    [found] = document(people=people).health(TODAY)

    assert (found.code, found.facts) == ("phone_shared", {"person": "bo", "other": "al"})


def test_hours_when_nobody_of_a_level_can_be_reached_are_found_with_the_first_of_them():
    people = [member("al", reachable=["mon-fri 00:00-24:00"]), member("bo", reachable=["sat 00:00-24:00"])]

    (gap,) = document(people=people, time_zone="Europe/Rome").health(TODAY)

    assert gap.code == "reachability_gap"
    assert gap.facts == {"policy": "p", "level": "1", "weekday": "sun", "time": "00:00", "hours": "24"}


def test_two_people_who_cover_the_week_between_them_leave_no_gap():
    people = [member("al", reachable=["every day 08:00-20:00"]), member("bo", reachable=["every day 20:00-08:00"])]

    assert document(people=people).health(TODAY) == ()


def test_a_statement_missing_in_a_language_customers_speak_is_found():
    scenario = {"id": "s", "title": "S", "severity": 1, "statement": {"en": "We're sorry."}}
    bilingual = document(scenarios=[scenario], statement_languages=["it", "en"])

    (missing,) = bilingual.health(TODAY)

    assert (missing.code, missing.facts) == ("statement_without_language", {"scenario": "s", "language": "it"})


def test_the_gravest_comes_first():
    people = [member("al", verified_on=None, slack=None), member("bo", reachable=["mon 10:00-11:00"])]
    found = document(people=people, policies=[policy("person:bo")]).health(TODAY)

    assert [finding.weight for finding in found] == sorted(finding.weight for finding in found)
    assert found[0].weight is Weight.NOBODY_ANSWERS
