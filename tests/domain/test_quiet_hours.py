"""In somebody's quiet hours only what is grave enough makes a noise; the rest waits, or comes without one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from ruamel.yaml import YAML

from bot.domain.hours import Hours, first_outside
from bot.domain.policy import Level, Method, Target
from bot.domain.reachability import reach, timed_knocks, welcome
from bot.domain.roster import Roster
from bot.domain.severity import Severity
from bot.domain.slugs import PersonId
from bot.domain.team import Text
from bot.storage.document_yaml import BrokenDocument, dump, json_schema, parse

EVERY = frozenset(str(method) for method in Method)
QUIETLY = frozenset({Method.SLACK_DM, Method.EMAIL})
ROME = ZoneInfo("Europe/Rome")
BO, AL = PersonId("bo"), PersonId("al")
LEVEL = Level(name=Text.of(en="First"), targets=(Target.person(BO),))
SLACK, PHONE, MAIL = "slack: U0BO", "phones: [+39 320 555 0102]", "email: bo@x.example"
NIGHTS = "22:00-07:00"


def roster(quiet: str, *contacts: str, plan: str = "", zone: str = "Europe/Rome") -> Roster:
    """Bo has quiet hours; Al, who stands in, has none."""
    own = (f"contact_plan: {plan}",) if plan else ()
    bo = "".join(f"    {line}\n" for line in ("name: Bo", "deputies: [al]", f"quiet_hours: {quiet}", *contacts, *own))
    al = "  al: {name: Al, slack: U0AL}\n"
    return Roster(parse(f"company: X\ntime_zone: {zone}\npeople:\n  bo:\n{bo}{al}"))


def rome(day: int, clock: str, month: int = 11) -> datetime:
    """A moment of 2026, as a clock in Rome shows it."""
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{clock}").replace(tzinfo=ROME).astimezone(UTC)


def planned(who: Roster, at: datetime, severity: int = 3) -> dict[str, datetime]:
    knocks = timed_knocks(BO, who, at=at, severity=severity, level=LEVEL, methods=EVERY)
    return {knock.method: knock.at for knock in knocks}


def called(who: Roster, at: datetime, severity: int = 3) -> tuple[PersonId, ...]:
    return reach(LEVEL, who, at=at, severity=severity, methods=EVERY)


@pytest.mark.parametrize(("severity", "held"), [(1, False), (2, False), (3, True), (4, True)])
def test_unless_said_otherwise_sev1_and_sev2_ring_at_any_hour(severity: int, held: bool):
    who, night = roster(NIGHTS, SLACK, PHONE, plan=f"{{SEV{severity}: [slack_dm, sms after 1 min]}}"), rome(20, "03:00")

    sent = planned(who, night, severity)

    assert sent["slack_dm"] == night
    assert sent["sms"] == (rome(20, "07:00") if held else night + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("despite", "ringing"), [("[sev1]", {1}), ("[SEV1, SEV2, SEV3]", {1, 2, 3}), ("[SEV4]", {4}), ("[]", set())]
)
def test_a_person_names_the_severities_that_ring_all_the_same(despite: str, ringing: set[int]):
    who = roster(f"{{hours: {NIGHTS}, except: {despite}}}", SLACK, PHONE)

    free = {step for step in (1, 2, 3, 4) if Method.VOICE in welcome(BO, who, at=rome(20, "23:30"), severity=step)}

    assert free == ringing


def test_what_makes_no_noise_leaves_at_once_and_the_rest_when_the_hours_end_as_far_apart_as_planned():
    plan = "{SEV3: [sms, voice after 2 min, email after 5 min]}"
    who, night = roster(NIGHTS, SLACK, PHONE, MAIL, plan=plan), rome(20, "23:00")

    sent = planned(who, night)

    assert sent == {"email": night, "sms": rome(21, "07:00"), "voice": rome(21, "07:02")}


@pytest.mark.parametrize(
    ("begins", "sms"),
    [
        ("21:56", "21:59"),  # its time is before they begin
        ("21:57", "07:00"),  # its time is the very minute in which they begin
        ("06:56", "07:00"),  # its time is within, by a minute
        ("06:57", "07:00"),  # its time is when they end: nothing is held back
        ("07:00", "07:03"),
    ],
)
def test_what_counts_is_the_minute_at_which_a_text_would_arrive(begins: str, sms: str):
    who = roster(NIGHTS, SLACK, PHONE)

    text = planned(who, rome(20, begins))["sms"]

    assert text.astimezone(ROME).strftime("%H:%M") == sms
    assert text >= rome(20, begins)


def test_the_hours_are_the_persons_own_and_not_the_companys():
    who = roster(NIGHTS, SLACK, PHONE, "time_zone: Asia/Tokyo")

    assert welcome(BO, who, at=rome(20, "15:00"), severity=3) == QUIETLY  # 23:00 in Tokyo
    assert welcome(BO, who, at=rome(20, "23:00"), severity=3) == frozenset(Method)  # 07:00 there


@pytest.mark.parametrize(
    ("hours", "moment", "over"),
    [
        ("22:00-07:00", "2026-11-20T23:00+01:00", "2026-11-21T07:00+01:00"),
        ("22:00-07:00", "2026-11-21T06:59:30+01:00", "2026-11-21T07:00+01:00"),
        ("fri 22:00-07:00", "2026-11-21T03:00+01:00", "2026-11-21T07:00+01:00"),
        ("22:00-07:00", "2026-03-28T23:00+01:00", "2026-03-29T07:00+02:00"),  # an hour is skipped in the night
        ("22:00-02:30", "2026-03-28T23:00+01:00", "2026-03-29T03:00+02:00"),  # their end is within what is skipped
        ("22:00-02:30", "2026-10-24T23:00+02:00", "2026-10-25T02:30+02:00"),  # it comes twice: the first is meant
        ("22:00-02:30", "2026-10-25T02:10+01:00", "2026-10-25T02:30+01:00"),  # the second is, once the first is past
        ("22:00-07:00", "2026-10-24T23:00+02:00", "2026-10-25T07:00+01:00"),
        ("mon-fri 20:00-24:00", "2026-11-20T21:00+01:00", "2026-11-21T00:00+01:00"),
    ],
)
def test_the_end_of_the_hours_is_right_across_midnight_and_clock_changes(hours: str, moment: str, over: str):
    found = first_outside((Hours.parse(hours),), datetime.fromisoformat(moment), ROME)

    assert found == datetime.fromisoformat(over)


def test_stretches_that_touch_are_one():
    stretches = (Hours.parse("22:00-24:00"), Hours.parse("00:00-06:00"), Hours.parse("sat,sun 05:00-10:00"))

    assert first_outside(stretches, rome(20, "23:00"), ROME) == rome(21, "10:00")  # a Saturday


def test_hours_that_never_end_leave_the_noise_out():
    who = roster("{hours: 00:00-24:00, except: []}", SLACK, PHONE)

    assert planned(who, rome(20, "12:00"), severity=1) == {"slack_dm": rome(20, "12:00")}


@pytest.mark.parametrize(
    ("contacts", "severity", "expected"),
    [
        ((PHONE,), 3, (AL,)),  # nothing but a telephone that keeps silent
        ((PHONE,), 1, (BO,)),
        ((PHONE, SLACK), 3, (BO,)),
        ((PHONE, MAIL), 3, (BO,)),
        ((PHONE, SLACK, "contact_plan: {SEV3: [voice]}"), 3, (AL,)),  # they want to be rung, and can't be now
    ],
)
def test_somebody_left_with_no_way_at_all_is_replaced_by_who_stands_in(
    contacts: tuple[str, ...], severity: int, expected: tuple[PersonId, ...]
):
    assert called(roster(NIGHTS, *contacts), rome(20, "03:00"), severity) == expected
    assert called(roster(NIGHTS, *contacts), rome(20, "12:00"), severity) == (BO,)


@pytest.mark.parametrize(
    ("written", "hours", "despite"),
    [
        ("22:00-07:00", "every day 22:00-07:00", "SEV1 SEV2"),
        ("[fri 22:00-08:00, sun-thu 22:00-07:00]", "fri 22:00-08:00, mon-thu,sun 22:00-07:00", "SEV1 SEV2"),
        ("{hours: mon-fri 22:00-07:00, except: [sev1]}", "mon-fri 22:00-07:00", "SEV1"),
        ("{hours: [22:00-07:00], except: []}", "every day 22:00-07:00", ""),
    ],
)
def test_quiet_hours_are_written_short_or_whole_and_come_back_equal(written: str, hours: str, despite: str):
    document = roster(written).document
    assert document
    quiet = document.people[0].quiet_hours
    assert quiet

    assert ", ".join(map(str, quiet.hours)) == hours
    assert " ".join(Severity(step).label for step in quiet.despite) == despite
    assert parse(dump(document)) == document
    editor = jsonschema.Draft202012Validator(json_schema())
    for text in (
        f"company: X\npeople:\n  bo: {{name: Bo, quiet_hours: {written}}}\n".replace("sev", "SEV"),
        dump(document),
    ):
        editor.validate(YAML(typ="safe", pure=True).load(text))


@pytest.mark.parametrize(
    ("written", "code", "column"),
    [
        ("22:00-27:00", "invalid_hours", 5),
        ("[22:00-07:00, tue]", "invalid_hours", 32),
        ("22:00-22:00", "invalid_hours", 5),
        ("[]", "empty", 5),
        ("{except: [SEV1]}", "missing_key", 5),
        ("{hours: 22:00-07:00, except: [SEV1, SEV9]}", "invalid_severity", 54),
        ("{hours: 22:00-07:00, exept: [SEV1]}", "unknown_key", 39),
    ],
)
def test_every_slip_has_a_line_and_a_column(written: str, code: str, column: int):
    with pytest.raises(BrokenDocument) as broken:
        parse(f"company: X\npeople:\n  bo:\n    name: Bo\n    quiet_hours: {written}\n")

    assert [(fault.line, fault.column, fault.code) for fault in broken.value.faults] == [(5, column, code)]


def test_what_was_found_out_about_somebody_ends_with_the_document_that_said_it():
    night, able, mute = rome(20, "03:00"), roster(NIGHTS, SLACK, PHONE), roster(NIGHTS, SLACK)

    assert ["sms" in planned(who, night, 1) for who in (able, mute, able)] == [True, False, True]
