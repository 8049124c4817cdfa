"""Whom of a level we can reach at this moment, and how hard to knock.

Pure. Someone who cannot be reached (outside their hours, deactivated, no connected way, or none that may make a
noise now) is replaced by their first deputy who can; a level that leaves nobody is empty, and skipped.
In a person's quiet hours what makes a noise waits for their end; what makes none leaves at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from bot.domain.policy import DEFAULT_POLICY, Level, Method, Policy, Target, TargetKind
from bot.domain.quiet import NOISY, Silence
from bot.domain.roster import Roster, is_slack_id
from bot.domain.severity import Severity
from bot.domain.slugs import PersonId, PolicyId
from bot.domain.text import Text

BY_NAME = PolicyId("called_by_name")
OWNERS = PolicyId("owners_of_the_plan")

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
_About = Callable[Concatenate[PersonId, Roster, _Asked], _Answer]


def _found_out_once(find: _About[_Asked, _Answer]) -> _About[_Asked, _Answer]:
    """What depends on the roster alone is found out once for each roster."""

    @wraps(find)
    def known(person: PersonId, roster: Roster, /, *args: _Asked.args, **asked: _Asked.kwargs) -> _Answer:
        key = (find, person, args, *asked.values())
        if key not in roster.found_out:
            roster.found_out[key] = find(person, roster, *args, **asked)
        answer: _Answer = roster.found_out[key]
        return answer

    return known


@dataclass(frozen=True)
class Timed:
    """One knock, and when it is due. ``held``: later than planned, because of quiet hours."""

    method: str
    at: datetime
    held: bool = False


def reach(
    level: Level, roster: Roster, *, at: datetime, severity: int, methods: frozenset[str]
) -> tuple[PersonId, ...]:
    """Who of a level is woken now, each once, deputies standing in for those who can't be reached."""
    wanted = (person for target in level.targets for person in _resolve(target, roster))
    chosen = (stand_in(person, roster, at=at, severity=severity, level=level, methods=methods) for person in wanted)
    return tuple(dict.fromkeys(person for person in chosen if person is not None))


def stand_in(
    person: PersonId,
    roster: Roster,
    *,
    at: datetime,
    severity: int,
    methods: frozenset[str],
    level: Level | None = None,
) -> PersonId | None:
    """The person, or the first of their deputies who can be reached, or nobody."""
    deputies = roster.document.deputies(person) if roster.document else ()

    def able(one: PersonId) -> bool:
        return reachable(one, roster, at=at, severity=severity, level=level, methods=methods)

    return next((one for one in (person, *deputies) if able(one)), None)


def reachable(
    person: PersonId,
    roster: Roster,
    *,
    at: datetime,
    severity: int,
    methods: frozenset[str],
    level: Level | None = None,
) -> bool:
    """Within their hours, and with at least one way that is connected and not held back for hours."""
    member = roster.person(person)
    if member and not member.reachable_at(at, _zone(roster)):
        return False
    if silence_of(person, roster, severity=severity) is None:
        return bool(ways(person, roster, methods=methods))
    planned = timed_knocks(person, roster, at=at, severity=severity, level=level, methods=methods)
    return any(not knock.held for knock in planned)


@_found_out_once
def silence_of(person: PersonId, roster: Roster, *, severity: int) -> Silence | None:
    """The quiet hours of a person, for this severity."""
    member = roster.person(person)
    return member.silence(severity, _zone(roster)) if member else None


def welcome(person: PersonId, roster: Roster, *, at: datetime, severity: int) -> frozenset[Method]:
    """The ways that may be used to call a person at this moment, whether or not they have them."""
    silence = silence_of(person, roster, severity=severity)
    return frozenset(Method) - NOISY if silence and silence.covers(at) else frozenset(Method)


@_found_out_once
def ways(person: PersonId, roster: Roster, *, methods: frozenset[str]) -> frozenset[Method]:
    """By which connected ways a person can be reached at all."""
    member = roster.person(person)
    able = member.methods if member else frozenset({Method.SLACK_DM} if roster.slack(person) else ())
    if not roster.reachable_in_slack(person):
        able -= {Method.SLACK_DM}
    return frozenset(method for method in able if method in methods)


def knocks(
    person: PersonId, roster: Roster, *, severity: int, level: Level | None, methods: frozenset[str]
) -> tuple[tuple[str, timedelta], ...]:
    """The ways in which one person is tried, and how long after the page began, soonest first."""
    if level and Severity(severity) in level.knock:
        return _planned(person, roster, severity=severity, level=level, methods=methods)
    return _usual(person, roster, severity=severity, methods=methods)


def timed_knocks(
    person: PersonId, roster: Roster, *, at: datetime, severity: int, level: Level | None, methods: frozenset[str]
) -> tuple[Timed, ...]:
    """The same for a page that begins at this moment: in quiet hours, what makes a noise waits for their end.

    What is held back leaves when the hours end, its steps as far from each other as planned. Hours that never
    end leave it out.
    """
    planned = knocks(person, roster, severity=severity, level=level, methods=methods)
    silence = silence_of(person, roster, severity=severity)
    held = [step for step in planned if silence and step[0] in NOISY and silence.covers(at + step[1])]
    if silence is None or not held:
        return tuple(Timed(method, at + after) for method, after in planned)
    over = silence.over(at + held[0][1])
    later = _from(held, over, held=True) if over else ()
    return (*_from([step for step in planned if step not in held], at), *later)


def _planned(
    person: PersonId, roster: Roster, *, severity: int, level: Level | None, methods: frozenset[str]
) -> tuple[tuple[str, timedelta], ...]:
    able = ways(person, roster, methods=methods)
    if roster.document is None or roster.person(person) is None:
        return tuple((str(method), timedelta(0)) for method in sorted(able))
    plan = roster.document.plan_for(person, Severity(severity), level).only(able)
    return tuple((str(step.method), step.after) for step in plan.steps)


@_found_out_once
def _usual(
    person: PersonId, roster: Roster, *, severity: int, methods: frozenset[str]
) -> tuple[tuple[str, timedelta], ...]:
    """The same where the level has no plan of its own."""
    return _planned(person, roster, severity=severity, level=None, methods=methods)


def _from(steps: Sequence[tuple[str, timedelta]], start: datetime, *, held: bool = False) -> tuple[Timed, ...]:
    """The first step at this moment, the others as long after it as planned."""
    return tuple(Timed(method, start + after - steps[0][1], held) for method, after in steps)


def policy_for(roster: Roster, *, scenario: str | None, severity: int) -> Policy:
    """The ladder of an incident. With no document, its only level is the owners of the plan."""
    if roster.document is not None:
        return roster.document.policy_for(scenario, Severity(severity))
    return _single_level(OWNERS, Text.of(en="Owners of the plan", it="Responsabili del piano"), roster.owners())


def policy_of_people(people: Iterable[PersonId]) -> Policy:
    """A ladder of one level: people called by name."""
    return _single_level(BY_NAME, Text.of(en="Called by name", it="Chiamati per nome"), tuple(people))


def _zone(roster: Roster) -> str:
    return roster.document.time_zone if roster.document else "UTC"


def _single_level(name: PolicyId, title: Text, people: tuple[PersonId, ...]) -> Policy:
    targets = tuple(Target.person(person) for person in people) or (Target.role("owner"),)
    wait = DEFAULT_POLICY.levels[0].wait
    return Policy(id=name, name=title, levels=(Level(name=title, targets=targets, wait=wait),))


def seats(level: Level, roster: Roster) -> tuple[PersonId, ...]:
    """Everyone a level points at, whether or not they can be reached, in the order of its targets."""
    return tuple(dict.fromkeys(person for target in level.targets for person in _resolve(target, roster)))


def _resolve(target: Target, roster: Roster) -> tuple[PersonId, ...]:
    if target.kind is TargetKind.PERSON and (is_slack_id(target.id) or roster.document is None):
        return (PersonId(target.id),)
    if target.kind is TargetKind.GROUP:
        return tuple(roster.person_of(user) for user in roster.groups.get(target.id, ()))
    return roster.document.resolve(target, roster.groups) if roster.document else ()
