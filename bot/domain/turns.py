"""Whom of a level each of its turns asks, by the level's mode.

Pure. ``all`` has one turn; ``repeat`` has two, each for everybody; ``round_robin`` has one for each person.
Refuses to know who can be reached or who has answered: it is given those who are still to be asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.policy import Level, Mode, Policy, Target
from bot.domain.reachability import seats
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId

ONE_AT_A_TIME: Mode = "round_robin"

Rotation = Mapping[int, PersonId]
"""By the number of a level (1-based): who was asked first the last time it began."""


def first_turn(level: Level, people: Sequence[PersonId]) -> tuple[PersonId, ...]:
    """Whom the level asks when it begins."""
    return tuple(people[:1] if level.mode == ONE_AT_A_TIME else people)


def next_turn(
    level: Level, people: Sequence[PersonId], *, turn: int, asked: Sequence[PersonId]
) -> tuple[PersonId, ...]:
    """Whom the level asks after its ``turn``; nobody when it has had them all.

    ``asked`` are those of a ``round_robin`` who had their turn, in order.
    """
    match level.mode:
        case "all":
            return ()
        case "repeat":
            return tuple(people) if turn == 1 else ()
        case "round_robin":
            left = [person for person in _after(people, asked[-1] if asked else None) if person not in asked]
            return tuple(left[:1])


def rotating(policy: Policy) -> bool:
    """Whether anybody's turn has to be remembered from one page to the next."""
    return any(level.mode == ONE_AT_A_TIME for level in policy.levels)


def in_rotation(policy: Policy, level: Level, roster: Roster, rotation: Rotation) -> Level:
    """The level with its people in the order of this page: after the one who was asked first the last time.

    Those who cannot be reached keep their place, and whoever stands in for somebody is asked in theirs.
    """
    last = rotation.get(policy.levels.index(level) + 1) if level.mode == ONE_AT_A_TIME else None
    if last is None:
        return level
    people = _after(seats(level, roster), _seat_of(last, level, roster))
    return level.model_copy(update={"targets": tuple(Target.person(person) for person in people)})


def _seat_of(person: PersonId, level: Level, roster: Roster) -> PersonId | None:
    """Their own place on the level, else the place of the first for whom they stand in."""
    known = seats(level, roster)
    deputies = roster.document.deputies if roster.document else lambda _: ()
    stood_in = (seat for seat in known if person in deputies(seat))
    return person if person in known else next(stood_in, None)


def _after(people: Sequence[PersonId], last: PersonId | None) -> tuple[PersonId, ...]:
    """The same circle, beginning after ``last``; as it is when they are not in it."""
    if last is None or last not in people:
        return tuple(people)
    place = list(people).index(last) + 1
    return (*people[place:], *people[:place])
