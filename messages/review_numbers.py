"""The figures of a post-mortem, said.

Promises that each comes from `domain.metrics`; a thing that did not happen is said to be so, never a zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.cadence import lateness
from bot.domain.escalation import Outcome
from bot.domain.metrics import LevelAnswer, Metrics, metrics
from bot.domain.record import Record
from bot.domain.statement import Statement
from messages.marks import capital, one_line
from messages.words import Words

Row = tuple[str, str]


def figures(_: Words, record: Record, *, short: bool = False) -> tuple[Row, ...]:
    """Name and value of each figure; ``short``: the few that everyone asks for."""
    known = metrics(record)
    asked = (*_speed(_, record, known), *_speaking(_, known))
    return asked if short else (*asked, *_calling(_, known), *_work(_, known))


def answers(_: Words, record: Record) -> Iterator[tuple[str, str, str, str]]:
    """One row for each turn of each level: which, when, who, and what came of it."""
    for turn in metrics(record).levels:
        people = _.people([one_line(record.roster.name(person)) for person in turn.fired.people])
        yield _level(_, turn), _.seconds(turn.fired.at), people, _answer(_, record, turn)


def lateness_of(_: Words, statement: Statement) -> str:
    """`on time`, `3 min late`, or that nothing had been promised."""
    if statement.due_at is None or statement.published_at is None:
        return _("not promised")
    late = lateness(statement.due_at, statement.published_at)
    return _("{length} late", length=_.duration(late)) if late >= timedelta(seconds=1) else _("on time")


def _speed(_: Words, record: Record, known: Metrics) -> Iterator[Row]:
    if known.time_to_acknowledge is None:
        yield _("Time to acknowledge"), _("nobody acknowledged")
    else:
        who = one_line(record.roster.name(known.acknowledged_by)) if known.acknowledged_by else "–"
        yield _("Time to acknowledge"), f"{_.duration(known.time_to_acknowledge)} ({who})"
    if known.time_to_resolve is not None:
        yield _("Time to resolve"), _.duration(known.time_to_resolve)


def _speaking(_: Words, known: Metrics) -> Iterator[Row]:
    first = known.time_to_first_statement
    yield _("Time to first statement"), _.duration(first) if first is not None else _("customers were told nothing")
    if known.promised:
        yield _("Statements on time"), f"{known.on_time}/{known.promised}"


def _calling(_: Words, known: Metrics) -> Iterator[Row]:
    if known.level_count:
        yield _("Level reached"), _("{level} of {levels}", level=known.level_reached, levels=known.level_count)
    yield _("People called"), str(known.people_called)
    for turn in known.levels:
        if turn.after is not None:
            yield _("{level} answered in", level=capital(_level(_, turn))), _.duration(turn.after)
    if known.declined:
        yield _("“I can't”"), str(known.declined)
    if known.handovers:
        yield _("Handovers"), str(known.handovers)


def _work(_: Words, known: Metrics) -> Iterator[Row]:
    if known.customers_affected_for is not None:
        yield _("Customers felt it for"), _.duration(known.customers_affected_for)
    if known.tasks:
        yield _("Tasks done"), f"{known.tasks_done}/{known.tasks}"
    if known.reopened:
        yield _("Times reopened"), str(known.reopened)


def _level(_: Words, turn: LevelAnswer) -> str:
    if turn.manual:
        return _("called by name")
    if turn.fired.outcome is Outcome.EVERYONE:
        return _("everyone")
    if turn.fired.loop > 1:
        return _("level {level}, once more", level=turn.fired.level)
    if turn.fired.turn > 1:
        return _("level {level}, turn {turn}", level=turn.fired.level, turn=turn.fired.turn)
    return _("level {level}", level=turn.fired.level)


def _answer(_: Words, record: Record, turn: LevelAnswer) -> str:
    if turn.after is None or turn.answered_by is None:
        return _("no answer")
    return _(
        "{person}, after {length}", person=one_line(record.roster.name(turn.answered_by)), length=_.duration(turn.after)
    )
