"""Whom a page wakes, decided: every mode of a level, several acknowledgements, and what undoes them.

Pure: people answer or don't, and time passes; nothing is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.domain import escalation
from bot.domain.effects import PageResponder
from bot.domain.escalation import Advance, LevelFired, Outcome, Page, PageId, PageStatus
from bot.domain.incident import IncidentId
from bot.domain.policy import Level, Mode, Policy, Target
from bot.domain.slugs import PersonId, PolicyId
from bot.domain.text import Text

NINE = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
WAIT = timedelta(minutes=5)
A, B, C, D = (PersonId(name) for name in ("anna", "bruno", "carla", "dario"))


def level(*people: PersonId, mode: Mode = "all", wanted: int = 1) -> Level:
    targets = tuple(Target.person(person) for person in people) or (Target.group("S0NOBODY"),)
    return Level(name=Text.of(en="Level"), targets=targets, wait=WAIT, mode=mode, acknowledgements_wanted=wanted)


@dataclass
class Night:
    """One page of a ladder, and everyone who was woken for it."""

    levels: tuple[Level, ...]
    away: set[PersonId] = field(default_factory=set)
    now: datetime = NINE
    fired: list[LevelFired] = field(default_factory=list)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        policy = Policy(id=PolicyId("ladder"), name=Text.of(en="Ladder"), levels=self.levels)
        page = Page(PageId(1), IncidentId(1), policy, 1, PageStatus.OPEN, started_at=NINE)
        self._took(escalation.begin(page, now=NINE, reach=self.reach))

    def reach(self, level: Level) -> tuple[PersonId, ...]:
        people = (PersonId(target.id) for target in level.targets if target.kind == "person")
        return tuple(person for person in people if person not in self.away)

    @property
    def asked_now(self) -> frozenset[PersonId]:
        return frozenset(person for each in self.fired if each.is_present(self.page) for person in each.people)

    @property
    def status(self) -> str:
        return str(self.page.status)

    @property
    def rung(self) -> list[tuple[PersonId, ...]]:
        return [each.people for each in self.fired]

    def passes(self) -> None:
        """The wait is over."""
        assert self.page.due_at
        self.now = max(self.now, self.page.due_at)
        self._took(escalation.advance(self.page, now=self.now, reach=self.reach))

    def takes(self, who: PersonId) -> None:
        self._answers(escalation.acknowledge(self.page, by=who, now=self.now, asked=self.asked_now))

    def declines(self, who: PersonId) -> None:
        self._answers(escalation.decline(self.page, by=who, now=self.now, asked=self.asked_now))

    def gives_back(self, who: PersonId) -> None:
        self._took(escalation.give_back(self.page, by=who, now=self.now, reach=self.reach, asked=self.asked_now))
        self._answers(self.page)

    def forces(self) -> None:
        page = escalation.wanted_anew(self.page)
        self._took(escalation.advance(page, now=self.now, reach=self.reach, forced=True))

    def _answers(self, page: Page) -> None:
        self.page = page
        if page.status is PageStatus.OPEN and page.due_at and page.due_at <= self.now:
            self.passes()

    def _took(self, advance: Advance) -> None:
        self.page = advance.page
        self.fired += advance.fired


# Everyone twice


def test_a_level_that_repeats_asks_everyone_once_more_before_the_next():
    night = Night((level(A, B, mode="repeat"), level(C)))

    night.passes()
    assert night.rung == [(A, B), (A, B)]
    assert night.page.due_at == NINE + 2 * WAIT
    night.passes()

    assert night.rung[-1] == (C,)
    assert [(each.level, each.turn) for each in night.fired] == [(1, 1), (1, 2), (2, 1)]


def test_whoever_declined_is_left_out_when_the_level_is_asked_once_more():
    night = Night((level(A, B, mode="repeat"), level(C)))

    night.declines(A)
    night.passes()

    assert night.rung == [(A, B), (B,)]


def test_a_level_that_repeats_is_over_when_everyone_on_it_declined():
    night = Night((level(A, B, mode="repeat"), level(C)))

    night.declines(A)
    night.declines(B)

    assert night.rung == [(A, B), (C,)]
    assert [each.outcome for each in night.fired] == [Outcome.PAGED, Outcome.PAGED]


# One at a time


def test_one_person_is_asked_at_a_time_and_the_next_level_after_the_last():
    night = Night((level(A, B, C, mode="round_robin"), level(D)))

    for _ in range(3):
        night.passes()

    assert night.rung == [(A,), (B,), (C,), (D,)]
    assert [(each.level, each.turn) for each in night.fired] == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_whoever_declines_passes_the_turn_on_at_once():
    night = Night((level(A, B, mode="round_robin"), level(C)))

    night.declines(A)

    assert night.rung == [(A,), (B,)]
    assert night.page.due_at == NINE + WAIT


def test_somebody_whose_turn_has_passed_declines_and_nobody_loses_their_wait():
    night = Night((level(A, B, C, mode="round_robin"),))
    night.passes()

    night.declines(A)

    assert night.rung == [(A,), (B,)]


def test_somebody_who_comes_back_meanwhile_has_their_turn_and_somebody_who_leaves_has_not():
    night = Night((level(A, B, C, mode="round_robin"), level(D)), away={C})
    night.away = {B}

    night.passes()
    night.passes()

    assert night.rung == [(A,), (C,), (D,)]


def test_the_second_time_round_begins_with_turns_anew():
    night = Night((level(A, B, mode="round_robin"),))

    for _ in range(3):
        night.passes()

    assert [(each.loop, each.turn) for each in night.fired] == [(1, 1), (1, 2), (2, 1), (2, 2)]


@pytest.mark.parametrize("mode", ["all", "repeat", "round_robin"])
def test_a_forced_escalation_goes_to_the_next_level_whatever_turns_are_left(mode: Mode):
    night = Night((level(A, B, mode=mode), level(C)))

    night.forces()

    assert night.rung[-1] == (C,)
    assert night.fired[-1].outcome is Outcome.FORCED
    assert (night.page.level, night.page.turn) == (2, 1)


def test_somebody_has_it_and_a_person_wants_the_next_level_all_the_same():
    night = Night((level(A, B, mode="repeat"), level(C)))
    night.takes(A)

    night.forces()

    assert night.rung[-1] == (C,)
    assert night.page.taken_by == ()
    assert night.page.epoch == 2


# Several acknowledgements


def test_a_page_that_wants_two_is_wanted_until_two_have_it():
    night = Night((level(A, B, C, wanted=2), level(D)))

    night.takes(A)
    assert night.status == PageStatus.OPEN
    assert night.page.due_at == NINE + WAIT
    assert not night.page.asks(A, epoch=1)
    assert night.page.asks(B, epoch=1)
    night.takes(B)

    assert night.status == PageStatus.ACKNOWLEDGED
    assert night.page.taken_by == (A, B)
    assert night.page.acknowledged_by == A
    assert night.page.due_at is None


def test_one_person_counts_once():
    night = Night((level(A, B, wanted=2),))

    night.takes(A)
    night.takes(A)

    assert night.page.taken_by == (A,)
    assert night.page.wanted


def test_the_next_level_is_asked_when_too_few_answer_and_those_who_did_are_left_alone():
    night = Night((level(A, B, wanted=2), level(A, C)))
    night.takes(A)

    night.passes()
    assert night.rung[-1] == (C,)
    night.takes(C)

    assert night.status == PageStatus.ACKNOWLEDGED
    assert night.page.taken_by == (A, C)


def test_nobody_is_waited_for_when_the_others_of_the_level_have_declined():
    night = Night((level(A, B, wanted=2), level(C)))
    night.declines(B)

    night.takes(A)

    assert night.rung[-1] == (C,)


def test_one_at_a_time_and_two_wanted_the_next_is_asked_as_soon_as_the_first_has_it():
    night = Night((level(A, B, C, mode="round_robin", wanted=2),))

    night.takes(A)

    assert night.rung == [(A,), (B,)]


def test_a_level_that_wants_more_than_it_holds_is_satisfied_by_all_of_its_people():
    night = Night((level(A, B, wanted=3), level(C)))

    night.takes(A)
    assert night.page.wanted
    night.takes(B)

    assert night.status == PageStatus.ACKNOWLEDGED


def test_a_level_that_wants_two_and_holds_one_counts_who_has_it_already():
    night = Night((level(A, wanted=2), level(B, wanted=2)))
    assert night.page.acknowledgements_wanted == 1

    night.passes()
    assert night.page.acknowledgements_wanted == 1
    night.takes(A)

    assert night.status == PageStatus.ACKNOWLEDGED


def test_a_page_wants_as_many_as_the_most_demanding_level_it_has_reached():
    night = Night((level(A), level(B, C, wanted=2), level(D)))

    night.passes()
    night.passes()
    night.takes(D)
    assert night.page.wanted
    night.takes(A)

    assert night.status == PageStatus.ACKNOWLEDGED


def test_at_the_end_of_the_ladder_those_who_have_it_are_enough():
    night = Night((level(A, B, wanted=2),))
    night.takes(A)

    night.passes()  # twice round
    night.passes()
    assert night.status == PageStatus.EXHAUSTED
    assert night.rung[-1] == (B,)
    night.passes()

    assert night.status == PageStatus.ACKNOWLEDGED
    assert night.page.taken_by == (A,)
    assert Outcome.LAST_RESORT not in [each.outcome for each in night.fired]


def test_after_the_last_resort_whoever_answers_is_enough():
    night = Night((level(A, B, wanted=2),))
    while night.page.due_at:
        night.passes()
    assert night.fired[-1].outcome is Outcome.LAST_RESORT

    night.takes(B)

    assert night.status == PageStatus.ACKNOWLEDGED


def test_giving_back_takes_one_acknowledgement_away_and_the_others_are_still_asked():
    night = Night((level(A, B, C, wanted=2),))
    night.takes(A)

    night.gives_back(A)

    assert night.page.taken_by == ()
    assert night.status == PageStatus.OPEN
    assert night.page.epoch == 1
    assert not night.page.asks(A, epoch=1)
    assert night.page.asks(B, epoch=1)


def test_once_enough_had_it_giving_back_asks_the_level_again_for_one_more():
    night = Night((level(A, B, C, wanted=2),))
    night.takes(A)
    night.takes(B)

    night.gives_back(A)

    assert night.page.taken_by == (B,)
    assert night.page.epoch == 2
    assert night.rung[-1] == (C,)


def test_an_heir_stands_in_for_the_one_who_handed_it_over_and_for_nobody_else():
    night = Night((level(A, B, C, wanted=2),))
    night.takes(A)
    night.takes(B)

    page = escalation.taken_over(night.page, by=D, giver=A, now=NINE + WAIT)

    assert page.taken_by == (D, B)
    assert page.acknowledged_at == NINE + WAIT
    assert page.status is PageStatus.ACKNOWLEDGED


def test_an_heir_joins_those_who_have_it_where_the_ladder_ended_with_fewer_than_it_wanted():
    night = Night((level(A, B, wanted=2),))
    night.takes(A)
    while night.page.due_at:
        night.passes()
    assert (night.status, night.page.taken_by) == (PageStatus.ACKNOWLEDGED, (A,))

    page = escalation.taken_over(night.page, by=D, giver=B, now=night.now)

    assert page.taken_by == (A, D)
    assert page.status is PageStatus.ACKNOWLEDGED
    assert escalation.taken_over(page, by=C, giver=B, now=night.now).taken_by == (C, D)


def test_an_heir_who_could_not_before_is_asked_again_when_they_go_quiet():
    night = Night((level(A, B),))
    night.declines(B)
    night.takes(A)

    page = escalation.taken_over(night.page, by=B, giver=A, now=NINE)
    again = escalation.ask_again(page, now=NINE + escalation.ASK_AGAIN_AFTER, reach=night.reach)

    assert page.declined == ()
    assert again.fired[-1].people == (A, B)


def test_whoever_has_it_and_hands_it_over_keeps_it_until_the_heir_answers():
    night = Night((level(A, B, C, wanted=3),))
    night.takes(A)

    assert escalation.handed_over(night.page, by=A, now=NINE) is night.page
    page = escalation.taken_over(night.page, by=D, giver=A, now=NINE)

    assert page.taken_by == (D,)
    assert page.wanted


def test_those_who_went_quiet_are_all_asked_again():
    night = Night((level(A, B, wanted=2),))
    night.takes(A)
    night.takes(B)

    again = escalation.ask_again(night.page, now=NINE + escalation.ASK_AGAIN_AFTER, reach=night.reach)

    assert again.page.taken_by == ()
    assert again.fired[-1].people == (A, B)
    assert again.page.wanted


def test_whoever_could_not_and_then_can_is_one_of_those_who_have_it():
    night = Night((level(A, B, C, wanted=2),))
    night.declines(A)

    night.takes(A)

    assert night.page.taken_by == (A,)
    assert night.page.declined == ()


# Whatever happens

Deed = tuple[Any, ...]
PEOPLE = (A, B, C, D)
LEVELS = some.builds(
    level,
    some.just(A),
    some.sampled_from(PEOPLE),
    some.sampled_from(PEOPLE),
    mode=some.sampled_from(["all", "repeat", "round_robin"]),
    wanted=some.integers(1, 4),
).map(lambda made: made.model_copy(update={"targets": tuple(dict.fromkeys(made.targets))}))
DEEDS = some.one_of(
    some.tuples(some.just("passes")),
    some.tuples(some.just("passes")),
    some.tuples(some.sampled_from(["takes", "declines", "gives_back"]), some.sampled_from(PEOPLE)),
    some.tuples(some.just("forces")),
    some.tuples(some.just("away"), some.sets(some.sampled_from(PEOPLE), max_size=2)),
)


def lived(levels: list[Level], deeds: list[Deed]) -> Night:
    """A night in which these things happen, one after the other."""
    night = Night(tuple(levels))
    for deed, *about in deeds:
        if deed == "away":
            night.away = about[0]
        elif deed == "passes":
            if night.page.due_at and night.page.wanted:
                night.passes()
        else:
            getattr(night, deed)(*about)
    return night


@given(some.lists(LEVELS, min_size=1, max_size=3), some.lists(DEEDS, max_size=25))
def test_no_turn_is_fired_twice_and_turns_go_up_one_at_a_time(levels: list[Level], deeds: list[Deed]):
    fired = lived(levels, deeds).fired

    keys = [(each.epoch, each.loop, each.level, each.turn) for each in fired]
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)
    for key in keys:
        assert key[3] == 1 or (*key[:3], key[3] - 1) in keys
    knocks = [
        PageResponder(IncidentId(1), 1, *key[:3], who, "sms", turn=key[3]).key
        for key, each in zip(keys, fired, strict=True)
        for who in each.people
    ]
    assert len(set(knocks)) == len(knocks)


@given(some.lists(LEVELS, min_size=1, max_size=3), some.lists(DEEDS, max_size=25))
def test_nobody_who_has_it_or_who_cannot_is_asked(levels: list[Level], deeds: list[Deed]):
    night = Night(tuple(levels))
    for deed, *about in deeds:
        before, count = night.page, len(night.fired)
        if deed == "away":
            night.away = about[0]
        elif deed != "passes":
            getattr(night, deed)(*about)
        elif night.page.due_at and night.page.wanted:
            night.passes()
        keeps_it = {*before.taken_by} & {*night.page.taken_by}
        for each in night.fired[count:]:
            assert not keeps_it & {*each.people}
            if each.outcome is not Outcome.EVERYONE and each.epoch == before.epoch:
                assert not {*before.declined} & {*each.people} or night.status == PageStatus.EXHAUSTED


@given(some.lists(some.sampled_from(PEOPLE), min_size=1, unique=True), some.sets(some.sampled_from(PEOPLE)))
def test_everyone_on_a_level_that_asks_one_at_a_time_is_asked_before_the_next_level(
    people: list[PersonId], decliners: set[PersonId]
):
    night = Night((level(*people, mode="round_robin"), level(*PEOPLE)))

    while night.page.level == 1:
        [asked] = night.asked_now
        night.declines(asked) if asked in decliners else night.passes()

    turns = [each.people for each in night.fired if (each.loop, each.level) == (1, 1)]
    assert turns == [(person,) for person in people]


@given(some.lists(LEVELS, min_size=1, max_size=3), some.lists(DEEDS, max_size=25))
def test_a_page_is_never_silent_and_never_wants_more_people_than_there_are(levels: list[Level], deeds: list[Deed]):
    night = lived(levels, deeds)
    page = night.page

    assert 1 <= page.acknowledgements_wanted <= len(PEOPLE)
    assert len(set(page.taken_by)) == len(page.taken_by)
    assert not {*page.taken_by} & {*page.declined}
    if page.wanted:
        assert len(page.taken_by) < page.acknowledgements_wanted
        assert page.due_at or (night.fired[-1].outcome is Outcome.LAST_RESORT and not page.taken_by)
    for _ in range(100):  # silence from now on always ends
        if not (night.page.wanted and night.page.due_at):
            break
        night.passes()
    assert not night.page.due_at
    assert night.status == PageStatus.ACKNOWLEDGED or night.fired[-1].outcome is Outcome.LAST_RESORT


def test_what_is_closed_stays_closed():
    night = Night((level(A, B, wanted=2),))
    closed = escalation.close(replace(night.page))

    assert escalation.acknowledge(closed, by=A, now=NINE) is closed
    assert escalation.decline(closed, by=A, now=NINE, asked=frozenset({A})) is closed
    assert escalation.give_back(closed, by=A, now=NINE, reach=night.reach).page is closed
    assert escalation.advance(closed, now=NINE, reach=night.reach).page is closed
