"""The plan answers who, in which order, and shows nobody's number by accident."""

import copy
import json
import logging
import pickle
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.domain.hours import Hours
from bot.domain.policy import DEFAULT_POLICY, ContactPlan, Level, Method, Policy, Target, plan_for
from bot.domain.private import EmailAddress, PhoneNumber
from bot.domain.severity import Severity
from bot.domain.slugs import PersonId, PolicyId
from bot.domain.team import LastResort, Person, Phone, TeamDocument, Text
from bot.sandbox.cast import BOTTEGA_VENTURA


def person(name, **parts):
    return Person.model_validate({"id": name, "name": name.title(), "slack": f"U0{name.upper()}", **parts})


def test_a_role_is_held_by_people_in_the_order_of_the_document():
    team = TeamDocument(company="X", people=(person("bo", roles=["scribe"]), person("al", roles=["scribe"])))

    assert team.holders("scribe") == ("bo", "al")
    assert team.holders("technical_lead") == ()


def test_deputies_keep_their_order_and_strangers_have_none(ventura):
    assert ventura.deputies("anna") == ("paolo", "bruno")
    assert ventura.deputies("nobody") == ()


def test_a_person_is_found_by_their_slack_account_in_any_case(ventura):
    found = ventura.by_slack("u0bruno")

    assert found is not None
    assert found.id == "bruno"
    assert ventura.by_slack("U0KENJI") is None


def test_the_first_level_of_the_tills_policy_asks_three_people(ventura):
    tills = ventura.policy_for("tills_down", Severity.SEV1)

    assert ventura.people_of(tills.levels[0]) == ("bruno", "anna", "paolo")
    assert len(tills.levels) == 4


def test_a_target_means_a_person_a_role_or_the_known_members_of_a_group(ventura):
    members = {"S0OPS": ("U0ANNA", "U0KENJI", "U0BRUNO")}

    assert ventura.resolve(Target.person("tom")) == ("tom",)
    assert ventura.resolve(Target.person("kenji")) == ()
    assert ventura.resolve(Target.role("legal")) == ("sofia",)
    assert ventura.resolve(Target.group("S0OPS"), members) == ("anna", "bruno")
    assert ventura.resolve(Target.group("S0OPS")) == ()


def test_nobody_is_asked_twice_on_one_level(ventura):
    level = Level(name=Text.of(en="x"), targets=(Target.person("anna"), Target.role("incident_commander")))

    assert ventura.people_of(level) == ("anna",)


def test_the_policy_is_the_scenarios_else_the_severitys_else_the_default_else_the_first_else_the_usual():
    one, two, three = (Policy(id=PolicyId(name), name=Text.of(en=name), levels=DEFAULT_POLICY.levels) for name in "abc")
    scenarios = [{"id": "s", "title": "S", "severity": "SEV1", "policy": "a"}, {"id": "t", "title": "T", "severity": 1}]
    severities = {"SEV1": {"meaning": "m", "policy": "b"}}
    parts = {"company": "X", "policies": (one, two, three), "scenarios": scenarios, "severities": severities}
    team = TeamDocument.model_validate({**parts, "default_policy": "c"})

    assert team.policy_for("s", 1) == one
    assert team.policy_for("t", 1) == two
    assert team.policy_for("t", 2) == three
    assert team.revised(default_policy=None).policy_for(None, 2) == one
    assert TeamDocument(company="X").policy_for(None, Severity.SEV4) == DEFAULT_POLICY


def test_the_usual_ladder_has_the_four_levels_of_customer_service():
    assert [level.name.in_("en") for level in DEFAULT_POLICY.levels] == [
        "Front line",
        "Experts",
        "Supervisor or manager",
        "Executive",
    ]
    assert {level.wait for level in DEFAULT_POLICY.levels} == {timedelta(minutes=5)}


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (1, "slack_dm, sms after 1 min, voice after 2 min, email after 3 min"),
        (2, "slack_dm, sms after 1 min, voice after 2 min, email after 3 min"),
        (3, "slack_dm, sms after 3 min, email after 5 min"),
        (4, "slack_dm, email after 10 min"),
    ],
)
def test_the_graver_the_harder_the_knock(severity, expected):
    reachable = person("al", phones=["+39 320 555 0102"], email="al@x.example")

    assert ", ".join(map(str, plan_for(reachable, severity).steps)) == expected


def test_ways_that_cannot_work_are_left_out_and_the_first_that_can_comes_at_once():
    no_slack = person("al", slack=None, phones=[{"number": "+39 320 555 0102", "sms": False}])

    assert [str(step) for step in plan_for(no_slack, Severity.SEV1).steps] == ["voice"]
    assert plan_for(person("bo", slack=None), Severity.SEV1).steps == ()


def test_ones_own_plan_goes_before_the_levels_and_the_levels_before_the_companys():
    own = person("al", email="a@x.example", contact_plan={"SEV1": ["email"]})
    other = person("bo", email="b@x.example")
    level = Level(name=Text.of(en="x"), targets=(Target.person("al"),), knock={Severity.SEV1: ContactPlan.of(email=7)})
    team = TeamDocument.model_validate(
        {"company": "X", "people": (own, other), "contact_plans": {"SEV1": ["slack_dm", "email after 1 min"]}}
    )

    assert [str(step) for step in team.plan_for("al", 1, level).steps] == ["email"]
    assert [str(step) for step in team.plan_for("bo", 1, level).steps] == ["email"]
    assert [str(step) for step in team.plan_for("bo", 1).steps] == ["slack_dm", "email after 1 min"]
    assert team.plan_for("nobody", 1).steps == ()


def test_a_number_is_chosen_for_what_it_can_do(ventura):
    ada = ventura.person("ada")

    assert ada.phone_for(Method.SMS) == PhoneNumber("+393205550112")
    assert person("al", phones=[{"number": "+390255500112", "sms": False}]).phone_for(Method.SMS) is None
    assert ada.phone_for(Method.EMAIL) is None


# ── Private values ──


@pytest.mark.parametrize(
    ("number", "mask"),
    [
        ("+39 320 555 0142", "+39 … 42"),
        ("+447700900106", "+44 … 06"),
        ("+1 202-555-0199", "+1 … 99"),
        ("+353 20 912 0123", "+353 … 23"),
    ],
)
def test_a_number_shows_its_country_and_two_digits(number, mask):
    hidden = PhoneNumber(number)

    assert f"{hidden}" == f"{hidden!s}" == mask
    assert repr(hidden) == f"PhoneNumber({mask})"
    assert hidden.reveal().startswith("+")


def test_nothing_that_prints_a_person_prints_their_contacts(ventura, caplog):
    bruno = ventura.person("bruno")
    caplog.set_level(logging.INFO)

    logging.getLogger("x").info("%s %r", bruno, ventura)

    shown = "".join([repr(bruno), str(bruno), caplog.text, bruno.model_dump_json(), ventura.model_dump_json()])
    assert "3205550102" not in shown
    assert "bruno@ventura.example" not in shown
    assert "+39 … 02" in shown


def test_a_refused_number_is_not_repeated_in_the_error():
    with pytest.raises(ValidationError) as refused:
        Person.model_validate({"id": "al", "name": "Al", "phones": ["0039 320 555 0142"], "email": "secret(at)x"})

    assert "0142" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_private_value_cannot_be_changed_and_survives_copies():
    hidden = EmailAddress("Al@X.Example")

    with pytest.raises(AttributeError):
        hidden._value = "other"
    assert copy.deepcopy(hidden) == hidden == pickle.loads(pickle.dumps(hidden))
    assert hidden.reveal() == "Al@x.example"
    assert len({hidden, EmailAddress("Al@x.example")}) == 1
    assert hidden != PhoneNumber("+393205550142")


def test_everyone_sees_who_and_how_but_never_a_number(ventura):
    view = ventura.public_view()

    sofia = next(member for member in view.people if member.id == "sofia")
    assert sofia.roles == ("legal",)
    assert sofia.methods == (Method.SLACK_DM, Method.SMS, Method.VOICE, Method.EMAIL)
    assert not {"phones", "email", "procedure", "last_resort"} & set(dir(view)) | {"phones", "email"} & set(dir(sofia))
    assert "… " not in repr(view)


# ── Splitting and joining ──


def test_the_public_half_holds_nobodys_contacts(ventura):
    public = json.dumps(ventura.without_contacts())

    secrets = [phone.number.reveal() for member in ventura.people for phone in member.phones]
    secrets += [member.email.reveal() for member in ventura.people if member.email]
    secrets += [contact.phone.reveal() for contact in ventura.last_resort]
    assert len(secrets) > 20
    assert [secret for secret in secrets if secret in public] == []


def test_the_two_halves_join_into_the_same_document(ventura):
    public, private = (json.loads(json.dumps(half)) for half in (ventura.without_contacts(), ventura.contacts()))

    assert TeamDocument.join(public, private) == ventura


def test_without_the_private_half_people_are_still_reached_in_slack(ventura):
    joined = TeamDocument.join(ventura.without_contacts(), None)

    assert joined.last_resort == ()
    assert {member.methods for member in joined.people} == {frozenset({Method.SLACK_DM})}


# ── What is refused ──


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"owners": ["ghost"]}, "unknown_person"),
        ({"people": [{"id": "al", "name": "Al", "roles": ["ghost"]}]}, "unknown_role"),
        ({"people": [{"id": "al", "name": "Al", "deputies": ["al"]}]}, "own_deputy"),
        ({"people": [{"id": "al", "name": "Al"}, {"id": "al", "name": "Al"}]}, "repeated_id"),
        (
            {"people": [{"id": "al", "name": "Al", "slack": "U01"}, {"id": "bo", "name": "Bo", "slack": "U01"}]},
            "repeated_slack",
        ),
        ({"default_policy": "ghost"}, "unknown_policy"),
        ({"scenarios": [{"id": "s", "title": "S", "severity": 1, "experts": ["role:ghost"]}]}, "unknown_role"),
        ({"time_zone": "Rome"}, "invalid_time_zone"),
        ({"cadence": {"SEV2": {"every": "61 min"}}}, "slow_cadence"),
        ({"policies": [{"id": "p", "name": "P", "levels": []}]}, "too_short"),
        ({"people": [{"id": "Al B", "name": "Al"}]}, "invalid_id"),
    ],
)
def test_a_document_that_does_not_hold_together_is_refused(parts, code):
    with pytest.raises(ValidationError) as refused:
        TeamDocument.model_validate({"company": "X", **parts})

    assert [error["type"] for error in refused.value.errors()] == [code]


def test_a_slow_rhythm_is_accepted_with_a_reason_exactly_at_an_hour_and_for_milder_severities():
    with_reason = {
        "SEV1": {"every": "2 h", "reason": "the stores are shut"},
        "SEV2": {"every": "60 min"},
        "SEV3": {"every": "1 d"},
    }

    assert TeamDocument.model_validate({"company": "X", "cadence": with_reason}).cadence[Severity.SEV1].reason


def test_a_level_must_be_given_time_to_answer():
    with pytest.raises(ValidationError, match="some time"):
        Level(name=Text.of(en="x"), targets=(Target.role("legal"),), wait=timedelta(0))


def test_the_document_is_never_changed_in_place(ventura):
    with pytest.raises(ValidationError):
        ventura.company = "Y"
    assert ventura.revised(company="Y").company == "Y"
    assert ventura.company == "Bottega Ventura"


def test_a_revision_is_checked_as_a_whole(ventura):
    with pytest.raises(ValidationError, match="nobody is called 'bruno'"):
        ventura.revised(people=tuple(member for member in ventura.people if member.id != "bruno"))


# ── Words ──


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (Text.of(it="Casse", en="Tills"), "it", "Casse"),
        (Text.of(it="Casse", en="Tills"), "it-CH", "Casse"),
        (Text.of(it="Casse", en="Tills"), "fr", "Tills"),
        (Text.of(any="POS"), "it", "POS"),
        (Text.of(it="Casse"), "en", "Casse"),
    ],
)
def test_every_reader_gets_a_sentence(text, language, expected):
    assert text.in_(language) == expected


# ── Hours ──


@pytest.mark.parametrize(
    ("hours", "moment", "covered"),
    [
        ("mon-fri 08:00-20:00", "2026-11-20 08:00", True),  # a Friday
        ("mon-fri 08:00-20:00", "2026-11-20 19:59", True),
        ("mon-fri 08:00-20:00", "2026-11-20 20:00", False),
        ("mon-fri 08:00-20:00", "2026-11-20 07:59", False),
        ("mon-fri 08:00-20:00", "2026-11-21 12:00", False),
        ("fri 22:00-06:00", "2026-11-21 05:59", True),  # the small hours belong to Friday's night
        ("fri 22:00-06:00", "2026-11-21 06:00", False),
        ("fri 22:00-06:00", "2026-11-20 05:00", False),
        ("sat-mon 00:00-24:00", "2026-11-22 23:59", True),
        ("every day 09:00-10:00", "2026-11-22 09:30", True),
    ],
)
def test_hours_cover_what_a_person_would_say(hours, moment, covered):
    assert Hours.parse(hours).covers(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is covered


@pytest.mark.parametrize("written", ["mon-fri 08:00-20:00", "mon,wed-fri 22:00-06:00", "every day 00:00-24:00"])
def test_hours_are_written_as_they_are_read(written):
    assert str(Hours.parse(written)) == written


@pytest.mark.parametrize(
    "written", ["mon-fry 08:00-20:00", "mon 8-20", "mon 09:00-09:00", "mon 24:00-10:00", "mon 10:00-24:30"]
)
def test_hours_that_mean_nothing_are_refused(written):
    with pytest.raises(ValueError, match="not a stretch of hours"):
        Hours.parse(written)


def test_a_person_is_reachable_by_their_own_clock():
    tom = person("tom", time_zone="Europe/London", reachable=["every day 08:00-20:00"])

    assert not tom.reachable_at(datetime(2026, 11, 21, 7, 59, tzinfo=UTC))
    assert tom.reachable_at(datetime(2026, 11, 21, 8, 0, tzinfo=UTC))
    assert tom.reachable_at(datetime(2026, 7, 21, 7, 0, tzinfo=UTC))  # summer time


# ── The example company ──


def test_the_example_company_is_the_cast_of_the_embedded_workspace(ventura):
    cast = {actor.name: actor for actor in BOTTEGA_VENTURA.people if not actor.is_guest}

    assert {member.id for member in ventura.people} == set(cast)
    for member in ventura.people:
        actor = cast[member.id]
        assert (member.name, member.slack) == (actor.real_name, actor.user_id)
        assert member.email == EmailAddress(actor.email)
        assert member.phone_for(Method.SMS) == PhoneNumber(actor.phone)
        assert member.language is None, "Slack knows it; here it would stand in the way of a change there"


def test_every_usual_role_of_the_example_has_a_holder_and_a_stand_in(ventura):
    for role in ventura.role_ids:
        assert ventura.holders(role), role
    alone = [finding.facts for finding in ventura.health(date(2026, 11, 1)) if finding.code == "role_without_deputy"]
    assert alone == [{"role": "legal", "person": "sofia"}]


def test_a_last_resort_number_says_why_it_may_be_shown(ventura):
    assert {contact.consent.value for contact in ventura.last_resort} == {"consented", "switchboard"}
    with pytest.raises(ValidationError):
        LastResort.model_validate({"label": "x", "phone": "+390255500100"})


def test_ids_are_plain_strings_to_everyone_else(ventura):
    assert ventura.person(PersonId("anna")) is ventura.person("anna")
    assert Phone(number=PhoneNumber("+393205550102")).sms
