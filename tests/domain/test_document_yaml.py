"""The plan is a file people can write, and every slip in it has a line and a column."""

import json
import re
from datetime import date, timedelta

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from ruamel.yaml import YAML

from bot.domain.hours import Hours
from bot.domain.policy import ContactPlan, Level, Method, Policy, Step, Target
from bot.domain.private import PhoneNumber
from bot.domain.quiet import QuietHours
from bot.domain.scenario import Scenario
from bot.domain.severity import Severity
from bot.domain.team import LastResort, Person, Phone, TeamDocument, Text
from bot.shipped import EXAMPLE
from bot.storage.document_faults import SENTENCES, code_and_facts, describe
from bot.storage.document_yaml import BrokenDocument, dump, json_schema, parse
from tests.domain.example_company import VENTURA

HERE = "§"  # marks, in the files below, the place a fault must name

POLICY = "policies:\n  p:\n    name: P\n    levels:\n      - name: L\n"
BROKEN = {
    "syntax": "company: X\npeople:\n  al: [§}",
    "strange_character": "company: §\x07",
    "empty_document": "§# nothing but a comment",
    "alias": "company: X\nroles:\n  a: &a {name: A}\n  b: §*a",
    "key_not_a_word": "company: X\n? §[a, b]\n: c",
    "duplicate_key": "company: X\n§company: Y",
    "cut_by_a_comma": "company: X\nroles:\n  a: {name: {it: Casse, §bloccate}}",
    "missing_key": "company: X\npeople:\n  §al:\n    slack: U01",
    "unknown_key": "company: X\npeople:\n  al:\n    name: Al\n    §fone: +39 320 555 0102",
    "wrong_type": "company: X\n§people: [al]",
    "not_one_of": f"company: X\n{POLICY}        targets: [group:S01]\n        §mode: everyone",
    "out_of_range": f"company: X\n{POLICY}        targets: [group:S01]\n        §acknowledgements_wanted: 0",
    "empty": f"company: X\n{POLICY}        §targets: []",
    "empty_text": "company: X\nroles:\n  a:\n    §name: {it: ''}",
    "invalid_id": "company: X\nroles:\n  §Capo Turno: {name: A}",
    "invalid_language": "company: X\nroles:\n  a:\n    name: {§italiano: Cassa}",
    "invalid_phone": "company: X\npeople:\n  al:\n    name: Al\n    phones: [+39 320 555 0102, §+39 12]",
    "invalid_email": "company: X\npeople:\n  al:\n    name: Al\n    §email: al at x.example",
    "invalid_time_zone": "company: X\n§time_zone: Rome",
    "invalid_duration": "company: X\nprocedure:\n  updates_every:\n    §SEV1: 15",
    "invalid_wait": f"company: X\n{POLICY}        targets: [group:S01]\n        §wait: 0 s",
    "invalid_hours": "company: X\npeople:\n  al:\n    name: A\n    reachable:\n      - mon 09:00-18:00\n      - §tue",
    "invalid_target": f"company: X\n{POLICY}        targets: [group:S01, §everyone]",
    "invalid_severity": "company: X\nseverities:\n  §SEV5: {meaning: x}",
    "invalid_date": "company: X\npeople:\n  al:\n    name: Al\n    §verified_on: 31/03/2026",
    "invalid_slack": "company: X\npeople:\n  al:\n    name: Al\n    §slack: '@al'",
    "invalid_link": "company: X\n§conference_link: meet.example",
    "invalid_channel": "company: X\n§announce_channel: '#Incidents'",
    "unknown_person": "company: X\nowners: [al, §alb]\npeople:\n  al: {name: Al}",
    "unknown_role": "company: X\npeople:\n  al:\n    name: Al\n    roles: [scribe, §scrib]",
    "unknown_policy": "company: X\nscenarios:\n  s:\n    title: S\n    severity: SEV1\n    §policy: tils",
    "unknown_placeholder": "company: X\nscenarios:\n  s:\n    title: S\n    severity: 1\n    §statement: '{sinc}'",
    "own_deputy": "company: X\npeople:\n  al:\n    name: Al\n    deputies:\n      - §al",
    "repeated_slack": "company: X\npeople:\n  al: {name: Al, slack: U01}\n  bo: {name: Bo, §slack: U01}",
    "slow_cadence": "company: X\ncadence:\n  §SEV2: {every: 61 min}",
}


def faults_of(text):
    with pytest.raises(BrokenDocument) as broken:
        parse(text)
    return broken.value.faults


@pytest.mark.parametrize("code", BROKEN)
def test_a_fault_is_named_at_its_line_and_column(code):
    before = BROKEN[code].partition(HERE)[0]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")

    (fault,) = faults_of(BROKEN[code].replace(HERE, ""))

    assert (fault.code, fault.line, fault.column) == (code, line, column)


@pytest.mark.parametrize("code", BROKEN)
def test_a_fault_is_one_plain_line_of_english(code):
    (fault,) = faults_of(BROKEN[code].replace(HERE, ""))

    sentence = describe(fault)

    assert sentence.startswith(f"{fault.line}:{fault.column}")
    assert "\n" not in sentence
    assert sentence[-1] in ".?"


def test_every_sentence_about_a_fault_has_a_file_that_deserves_it():
    assert set(SENTENCES) - set(BROKEN) == {"too_large", "too_deep", "invalid"}


@pytest.mark.parametrize(("text", "code"), [("a" * 1_000_001, "too_large"), ("[" * 20_000, "too_deep")])
def test_a_file_that_is_no_plan_is_refused_without_reading_on(text, code):
    (fault,) = faults_of(text)

    assert fault.code == code
    assert describe(fault).startswith("1:")


def test_a_fault_nobody_foresaw_is_still_said():
    code, facts = code_and_facts({"type": "novel", "loc": ("company",), "msg": "Something odd."})

    assert SENTENCES[code].format_map(facts) == "Something odd."


@pytest.mark.parametrize(
    ("code", "nearest"),
    [
        ("unknown_role", "scribe"),
        ("unknown_person", "al"),
        ("invalid_time_zone", "Europe/Rome"),
        ("unknown_placeholder", "since"),
    ],
)
def test_the_nearest_name_is_suggested(code, nearest):
    (fault,) = faults_of(BROKEN[code].replace(HERE, ""))

    assert fault.facts["nearest"] == nearest
    assert describe(fault).endswith(f"Did you mean `{nearest}`?")


def test_the_nearest_key_that_may_stand_there_is_suggested():
    (fault,) = faults_of(
        "company: X\npolicies:\n  p:\n    name: P\n    levls: []\n    levels: [{name: L, targets: [group:S1]}]"
    )

    assert fault.facts == {"key": "levls", "nearest": "levels"}
    assert fault.path == "policies.p.levls"


def test_a_duplicate_says_where_the_first_one_is():
    (fault,) = faults_of("company: X\npeople:\n  al: {name: Al}\n  bo: {name: Bo}\n  al: {name: Alba}")

    assert describe(fault) == "5:3 people.al: `al` is written twice; the first is on line 3."


def test_all_faults_are_told_at_once_in_the_order_of_the_file():
    text = (
        "time_zone: Rome\nowners: [ghost]\npeople:\n  al:\n    phones: ['12']\n    email: x\n    deputies: [al, bo]\n"
    )

    found = [(fault.line, fault.code) for fault in faults_of(text)]

    assert found == [
        (1, "missing_key"),
        (1, "invalid_time_zone"),
        (2, "unknown_person"),
        (4, "missing_key"),
        (5, "invalid_phone"),
        (6, "invalid_email"),
        (7, "own_deputy"),
        (7, "unknown_person"),
    ]


def test_a_fault_never_repeats_a_number_or_an_address():
    text = "company: X\npeople:\n  al: {name: Al, phones: [+39 320 555 01429999999], email: al.secret.example}"

    told = " ".join(describe(fault) + repr(fault) for fault in faults_of(text))

    assert "0142" not in told
    assert "secret" not in told


@pytest.mark.parametrize(
    "text", ["", "   \n", "~", "---\n...\n", "- a\n- b", "just words", "company: X\n---\ncompany: Y"]
)
def test_a_file_that_is_not_one_mapping_is_refused(text):
    assert len(faults_of(text)) == 1


def test_words_stay_as_they_were_written():
    text = (
        "company: no\npeople:\n  'on':\n    name: 22:30\n    phones:\n      - number: +39 320 555 0102\n"
        "        sms: no\n    reachable: [mon 22:30-06:00]\n"
    )

    document = parse(text)

    (member,) = document.people
    assert (document.company, member.name) == ("no", "22:30")
    assert member.phones == (Phone(number=PhoneNumber("+393205550102"), sms=False),)


def test_a_key_with_nothing_behind_it_is_as_good_as_none():
    document = parse("company: X\npolicies:\npeople:\n  al:\n    name: Al\n    email:\n    roles:\n")

    assert document == TeamDocument.model_validate({"company": "X", "people": [{"id": "al", "name": "Al"}]})


# ── Round trip ──


def test_the_example_comes_back_equal_and_is_written_the_same_every_time():
    written = dump(VENTURA)

    assert parse(written) == VENTURA
    assert dump(parse(written)) == written


def test_a_written_file_carries_numbers_in_full_and_says_whom_it_is_about():
    written = dump(VENTURA)

    assert "'+393205550102'" in written
    assert "…" not in written
    assert "# The team. Phones and email are private." in written


words = some.text(
    some.characters(exclude_categories=("C", "Zl", "Zp")) | some.just("\n"), min_size=1, max_size=30
).filter(str.strip)
slugs = some.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
texts = words.map(lambda sentence: Text.of(any=sentence)) | some.dictionaries(
    some.sampled_from(["it", "en", "de-CH"]), words, min_size=1
).map(Text)
waits = some.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds))
steps = some.builds(Step, method=some.sampled_from(Method), after=waits)
plans = some.dictionaries(
    some.sampled_from(Severity), some.lists(steps, max_size=4).map(lambda chosen: ContactPlan(steps=tuple(chosen)))
)
stretches = some.tuples(some.integers(0, 1439), some.integers(0, 1440)).filter(lambda pair: pair[0] != pair[1])
hours = some.builds(
    lambda days, stretch: Hours(days=days, start=stretch[0], end=stretch[1]),
    some.frozensets(some.integers(0, 6), min_size=1),
    stretches,
)


def many(parts, most=3):
    return some.lists(parts, max_size=most).map(tuple)


quiet = some.builds(
    QuietHours, hours=some.lists(hours, min_size=1, max_size=3).map(tuple), despite=many(some.sampled_from(Severity), 4)
)
numbers = some.integers(3200000000, 3299999999).map(lambda local: PhoneNumber(f"+39{local}"))
phones = some.builds(Phone, number=numbers, sms=some.booleans(), voice=some.booleans())
resorts = some.builds(LastResort, label=texts, phone=numbers, consent=some.sampled_from(["consented", "switchboard"]))


def by_id(parts):
    return some.lists(parts, max_size=3, unique_by=lambda part: part.id).map(tuple)


@some.composite
def documents(draw):
    people = draw(by_id(some.builds(
        Person, id=slugs, name=words, title=some.none() | texts, slack=some.none(), phones=many(phones),
        responsibilities=many(texts), email=some.none(), language=some.none() | some.just("it"),
        time_zone=some.sampled_from([None, "Asia/Tokyo"]), reachable=many(hours), contact_plan=plans,
        quiet_hours=some.none() | quiet,
        roles=many(some.sampled_from(["scribe", "technical_lead"])), deputies=some.just(()),
        verified_on=some.none() | some.dates(date(2000, 1, 1), date(2100, 1, 1)),
    )))  # fmt: skip
    whom = [Target.role("scribe"), Target.group("S0X"), *(Target.person(person.id) for person in people)]
    targets = some.lists(some.sampled_from(whom), min_size=1, max_size=3).map(tuple)
    levels = some.builds(
        Level, name=texts, targets=targets, wait=waits, mode=some.sampled_from(["all", "repeat", "round_robin"]),
        acknowledgements_wanted=some.integers(1, 20), knock=plans,
    )  # fmt: skip
    policies = some.builds(Policy, id=slugs, name=texts, levels=some.lists(levels, min_size=1, max_size=2).map(tuple))
    known = draw(by_id(policies))
    policy = some.sampled_from([None, *(one.id for one in known)])
    scenarios = some.builds(
        Scenario, id=slugs, title=texts, cost=some.none() | texts, severity=some.sampled_from(Severity),
        priority=some.integers(1, 5), policy=policy, experts=some.just(()), checklist=many(texts),
        customers_see=some.none(), statement=some.none() | some.just(Text.of(it="Scusate: {impact}")),
        keywords=some.dictionaries(some.sampled_from(["it", "en"]), many(words)),
    )  # fmt: skip
    return TeamDocument(
        company=draw(words), people=people, policies=known, default_policy=draw(policy),
        scenarios=draw(by_id(scenarios)), last_resort=draw(many(resorts)), contact_plans=draw(plans),
        owners=tuple(person.id for person in people[:1]),
    )  # fmt: skip


@settings(max_examples=60)
@given(documents())
def test_whatever_is_written_is_read_back_equal(document):
    assert parse(dump(document)) == document


@settings(max_examples=40)
@given(documents())
def test_the_two_halves_of_any_document_join_again(document):
    public, private = (json.loads(json.dumps(half)) for half in (document.without_contacts(), document.contacts()))

    assert TeamDocument.join(public, private) == document


@settings(max_examples=150)
@given(some.text(max_size=200) | some.text(alphabet="{}[]:-,#&*!|>'\"%@ \n\tab?", max_size=80))
def test_no_text_whatever_breaks_the_reader(text):
    try:
        parse(text)
    except BrokenDocument as broken:
        told = [describe(fault) for fault in broken.faults]
    else:
        told = ["nothing to mend"]
    assert told


# ── Schema ──


def plain(text):
    """As an editor reads it: ordinary YAML, dates as text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def test_the_schema_accepts_the_example_as_people_write_it_and_as_we_do():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)

    for text in (EXAMPLE.read_text(encoding="utf-8"), dump(VENTURA)):
        jsonschema.Draft202012Validator(schema).validate(plain(text))


@pytest.mark.parametrize(
    "code",
    [
        "missing_key",
        "unknown_key",
        "not_one_of",
        "out_of_range",
        "empty",
        "invalid_target",
        "invalid_wait_unit",
        "invalid_hours",
    ],
)
def test_the_schema_refuses_what_an_editor_can_see(code):
    text = {**BROKEN, "invalid_wait_unit": f"company: X\n{POLICY}        targets: [group:S01]\n        wait: 5"}[code]

    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(plain(text.replace(HERE, "")))


def test_the_schema_knows_every_key_of_the_document():
    assert set(json_schema()["properties"]) == set(TeamDocument.model_fields)


# ── The page that explains the file ──


def test_the_guide_explains_every_key_and_its_examples_can_be_read():
    guide = (EXAMPLE.parents[1] / "docs" / "team-document.md").read_text(encoding="utf-8")

    definitions = json_schema()["$defs"].values()
    keys = set(TeamDocument.model_fields) | {key for part in definitions for key in part.get("properties", ())}
    assert {key for key in keys - {"steps"} if f"`{key}`" not in guide} == set()
    examples = re.findall(r"```yaml\n(.*?)```", guide, flags=re.S)
    assert len(examples) >= 5
    for example in examples:
        assert parse(example)


def test_a_folded_text_is_read_without_the_parser_s_own_marks():
    text = "company: >-\n  Bottega\n  Ventura\n"

    assert parse(text).company == "Bottega Ventura"
