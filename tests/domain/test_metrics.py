"""The numbers of an incident come from its record, and from nothing else."""

from bot.domain.escalation import Outcome
from bot.domain.incident import Status
from bot.domain.metrics import metrics
from bot.domain.timeline import EventKind
from tests.domain.records import ANNA, BRUNO, DECLARED_AT, deadline, event, fired, minutes, page, record, statement
from tests.domain.records_b import over, under_way


def test_a_whole_incident_in_numbers():
    known = metrics(over())

    assert known.time_to_acknowledge == minutes(7)
    assert known.acknowledged_by == BRUNO
    assert (known.level_reached, known.level_count) == (2, 4)
    assert known.people_called == 2
    assert known.time_to_first_statement == minutes(10)
    assert (known.on_time, known.promised) == (1, 2)
    assert known.time_to_resolve == minutes(138)
    assert (known.tasks_done, known.tasks) == (1, 2)


def test_an_answer_belongs_to_the_last_call_its_giver_received():
    late = event(EventKind.ACKNOWLEDGED, by=ANNA, after=6)

    known = metrics(record(7, levels=(fired(1, ANNA), fired(2, BRUNO)), events=(late,)))

    first, second = known.levels
    assert (first.answered_by, first.after) == (ANNA, minutes(6))
    assert (second.answered_by, second.after) == (None, None)


def test_a_second_loop_is_a_turn_of_its_own():
    turns = (fired(1, ANNA), fired(1, ANNA, loop=2, at=DECLARED_AT + minutes(20)))
    answer = event(EventKind.ACKNOWLEDGED, by=ANNA, after=21)

    first, second = metrics(record(22, levels=turns, events=(answer,))).levels

    assert first.after is None
    assert second.after == minutes(1)


def test_an_empty_level_called_nobody_and_was_not_reached():
    turns = (fired(1, ANNA), fired(2, outcome=Outcome.EMPTY))

    known = metrics(record(6, levels=turns))

    assert known.level_reached == 1
    assert len(known.levels) == 1


def test_everyone_at_once_counts_as_the_whole_ladder():
    turns = (fired(1, ANNA), fired(5, ANNA, BRUNO, outcome=Outcome.EVERYONE))

    assert metrics(record(30, levels=turns)).level_reached == 4


def test_what_has_not_happened_is_unknown_not_zero():
    known = metrics(record(1))

    assert known.time_to_acknowledge is None
    assert known.time_to_first_statement is None
    assert known.time_to_resolve is None
    assert known.promised == 0


def test_a_statement_exactly_on_its_deadline_is_on_time_and_a_second_later_is_not():
    exactly = statement()
    a_second_late = statement(published_at=DECLARED_AT + minutes(10 + 1 / 60))

    assert metrics(record(12, statements=(exactly,))).on_time == 1
    assert metrics(record(12, statements=(a_second_late,))).on_time == 0


def test_a_promise_that_nobody_has_kept_yet_counts_against_us():
    waiting = under_way(deadlines=(deadline(due_after=40),), statements=(statement(),))

    known = metrics(waiting)

    assert (known.on_time, known.promised) == (1, 2)


def test_an_incident_that_is_over_owes_nothing():
    ended = over(deadlines=(deadline(due_after=40),))

    assert metrics(ended).promised == 2
    assert ended.incident.status is Status.RESOLVED


def test_calls_by_name_stand_beside_the_ladder():
    by_name = page(id=8, manual=True)
    turns = (fired(1, ANNA), fired(1, BRUNO, page=8))

    known = metrics(record(6, pages=(page(), by_name), levels=turns))

    assert [turn.manual for turn in known.levels] == [False, True]
    assert known.level_reached == 1
