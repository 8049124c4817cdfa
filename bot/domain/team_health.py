"""What is wrong with the plan on a quiet Tuesday, before anyone needs it.

Promises findings as codes and facts, gravest first, always in the same order for the same document and day.
Pure: closed Slack accounts are told to it. Mends nothing and blames nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.hours import WEEKDAYS
from bot.domain.people import STANDARD_ROLES, Person
from bot.domain.policy import Level, Method, Policy, TargetKind
from bot.domain.severity import Severity
from bot.domain.slugs import PersonId
from bot.domain.team import TeamDocument

VERIFIED_WITHIN: Final = timedelta(days=90)
"""How long a confirmed contact is believed: the quarterly question."""
SLOT: Final = timedelta(minutes=30)
"""How finely a week is looked at for hours when nobody can be reached."""
SLOTS_A_WEEK: Final = timedelta(weeks=1) // SLOT


class Weight(IntEnum):
    """How soon to mend it."""

    NOBODY_ANSWERS = 1
    """Somebody who must be found cannot be."""
    ONE_PERSON_DEEP = 2
    """One absence away from that."""
    TO_CONFIRM = 3
    """Probably right, and nobody has checked."""


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `about` names the part of the document: `people.bruno`, `policies.tills.levels.2`."""

    code: str
    weight: Weight
    about: str
    facts: dict[str, str] = field(default_factory=dict)


def examine(document: TeamDocument, today: date, *, deactivated: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """Every finding, gravest first."""
    found = [
        *_document(document),
        *_roles(document),
        *(finding for person in document.people for finding in _person(person, today, deactivated)),
        *(finding for policy in document.policies for finding in _policy(document, policy, today)),
        *_shared_phones(document),
        *_scenarios(document),
    ]
    return tuple(sorted(found, key=lambda finding: finding.weight))


def _document(document: TeamDocument) -> Iterator[Finding]:
    if not document.owners:
        yield Finding("no_owner", Weight.ONE_PERSON_DEEP, "owners")
    if not document.last_resort:
        yield Finding("no_last_resort", Weight.NOBODY_ANSWERS, "last_resort")
    if not document.policies:
        yield Finding("no_policy", Weight.NOBODY_ANSWERS, "policies")


def _roles(document: TeamDocument) -> Iterator[Finding]:
    for role in document.role_ids:
        holders = document.holders(role)
        if not holders and role in STANDARD_ROLES:
            yield Finding("role_without_holder", Weight.NOBODY_ANSWERS, f"roles.{role}", {"role": role})
        elif len(holders) == 1 and not document.deputies(holders[0]):
            facts = {"role": role, "person": holders[0]}
            yield Finding("role_without_deputy", Weight.ONE_PERSON_DEEP, f"roles.{role}", facts)


def _person(person: Person, today: date, deactivated: frozenset[str]) -> Iterator[Finding]:
    about, facts = f"people.{person.id}", {"person": str(person.id)}
    if person.slack is None:
        yield Finding("not_in_slack", Weight.ONE_PERSON_DEEP, about, facts)
    elif person.slack in deactivated:
        yield Finding("slack_deactivated", Weight.NOBODY_ANSWERS, about, facts)
    if Method.VOICE not in person.methods:
        yield Finding("no_phone_that_rings", Weight.ONE_PERSON_DEEP, about, facts)
    if Severity.SEV1 in _silenced(person):
        yield Finding("sev1_does_not_ring", Weight.ONE_PERSON_DEEP, about, facts)
    if person.verified_on is None:
        yield Finding("contact_never_verified", Weight.TO_CONFIRM, about, facts)
    elif today - person.verified_on >= VERIFIED_WITHIN:
        age = {"verified_on": person.verified_on.isoformat(), "days": str((today - person.verified_on).days)}
        yield Finding("contact_not_verified", Weight.TO_CONFIRM, about, facts | age)


def _silenced(person: Person) -> frozenset[Severity]:
    """The severities for which their telephone does not ring in their quiet hours."""
    return frozenset(Severity) - frozenset(person.quiet_hours.despite) if person.quiet_hours else frozenset()


def _policy(document: TeamDocument, policy: Policy, today: date) -> Iterator[Finding]:
    for number, level in enumerate(policy.levels, start=1):
        if any(target.kind is TargetKind.GROUP for target in level.targets):
            continue  # who is in a Slack user group is known to Slack only
        about, facts = f"policies.{policy.id}.levels.{number}", {"policy": str(policy.id), "level": str(number)}
        people = document.people_of(level)
        if not people:
            yield Finding("level_without_people", Weight.NOBODY_ANSWERS, about, facts)
            continue
        if len(people) == 1:
            yield Finding("level_with_one_person", Weight.ONE_PERSON_DEEP, about, facts | {"person": people[0]})
        if level.acknowledgements_wanted > len(people):
            wants = {"wanted": str(level.acknowledgements_wanted), "people": str(len(people))}
            yield Finding("level_wants_more_people", Weight.ONE_PERSON_DEEP, about, facts | wants)
        if gap := reachability_gap(document, level, today):
            yield Finding("reachability_gap", Weight.NOBODY_ANSWERS, about, facts | gap)


def reachability_gap(document: TeamDocument, level: Level, today: date) -> dict[str, str]:
    """The hours of the coming week in which nobody of a level can be reached; empty when somebody always can."""
    people = document.people_of(level)
    if any(_always(document, person) for person in people):
        return {}
    dark = [moment for moment in _week(document, today) if not _anyone(document, people, moment)]
    if not dark:
        return {}
    first = dark[0].astimezone(ZoneInfo(document.time_zone))
    hours = len(dark) * SLOT / timedelta(hours=1)
    return {"weekday": WEEKDAYS[first.weekday()], "time": f"{first:%H:%M}", "hours": f"{hours:g}"}


def _always(document: TeamDocument, person: PersonId) -> bool:
    member = document.person(person)
    return member is not None and not member.reachable


def _week(document: TeamDocument, today: date) -> Iterator[datetime]:
    midnight = datetime.combine(today, time(), ZoneInfo(document.time_zone)).astimezone(UTC)
    return (midnight + SLOT * slot for slot in range(SLOTS_A_WEEK))


def _anyone(document: TeamDocument, people: tuple[PersonId, ...], moment: datetime) -> bool:
    members = (document.person(person) for person in people)
    return any(member.reachable_at(moment, document.time_zone) for member in members if member)


def _shared_phones(document: TeamDocument) -> Iterator[Finding]:
    """A text speaks for whoever has its number: of two people who have it, for one."""
    for person in document.people:
        for phone in person.phones:
            first, *others = document.by_phone(phone.number)
            if person.id in others:
                facts = {"person": str(person.id), "other": str(first)}
                yield Finding("phone_shared", Weight.TO_CONFIRM, f"people.{person.id}", facts)


def _scenarios(document: TeamDocument) -> Iterator[Finding]:
    for scenario in document.scenarios:
        about, facts = f"scenarios.{scenario.id}", {"scenario": str(scenario.id)}
        if scenario.statement is None:
            yield Finding("no_first_statement", Weight.ONE_PERSON_DEEP, about, facts)
            continue
        for language in document.statement_languages:
            if not scenario.statement.covers(language):
                missing = facts | {"language": language}
                yield Finding("statement_without_language", Weight.ONE_PERSON_DEEP, about, missing)
