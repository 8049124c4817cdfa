"""How an incident went, in numbers that its record alone can prove.

Pure: every figure is counted from events, levels and statements; one that cannot be known is None, never a guess.
Refuses to judge: what is good is decided by people who read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.cadence import lateness
from bot.domain.escalation import LevelFired, Outcome
from bot.domain.incident import Incident
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement
from bot.domain.timeline import Event, EventKind

_CALLED = frozenset({Outcome.PAGED, Outcome.FORCED, Outcome.EVERYONE})


@dataclass(frozen=True)
class LevelAnswer:
    """One turn of one level, and how long it took until one of its people had the page."""

    fired: LevelFired
    manual: bool  # called by name, beside the ladder
    answered_by: PersonId | None = None
    after: timedelta | None = None


@dataclass(frozen=True)
class Punctuality:
    """One public statement and how late it was; zero when on time, None when nothing was promised."""

    statement: Statement
    late: timedelta | None


@dataclass(frozen=True)
class Metrics:
    """The figures of one incident. Times are lengths; None means that it has not happened."""

    time_to_acknowledge: timedelta | None  # from the declaration to the first "I have it"
    acknowledged_by: PersonId | None
    levels: tuple[LevelAnswer, ...]
    level_reached: int  # of the ladder; 0 when nobody was called
    level_count: int
    people_called: int
    declined: int
    handovers: int
    time_to_first_statement: timedelta | None  # from the declaration
    statements: tuple[Punctuality, ...]
    promised: int  # statements that customers were promised by a time, one still overdue included
    on_time: int
    time_to_resolve: timedelta | None  # from the declaration
    customers_affected_for: timedelta | None  # from the moment it began
    reopened: int
    tasks: int
    tasks_done: int


def metrics(record: Record) -> Metrics:
    """Count everything that the record proves."""
    incident = record.incident
    first = _first_acknowledgement(record)
    told = tuple(Punctuality(each, _late(each)) for each in record.published)
    kept = [each.late for each in told if each.late is not None]
    levels = level_answers(record)
    return Metrics(
        time_to_acknowledge=_since(incident.declared_at, first.at if first else None),
        acknowledged_by=first.by if first else None,
        levels=levels,
        level_reached=_level_reached(record),
        level_count=len(record.ladder.policy.levels) if record.ladder else 0,
        people_called=len(record.called),
        declined=len(record.happened(EventKind.DECLINED)),
        handovers=len(record.happened(EventKind.HANDED_OVER, EventKind.GIVEN_BACK)),
        time_to_first_statement=_since(incident.declared_at, told[0].statement.published_at if told else None),
        statements=told,
        promised=len(kept) + _overdue(record),
        on_time=sum(1 for late in kept if not late),
        time_to_resolve=_since(incident.declared_at, incident.resolved_at),
        customers_affected_for=_since(incident.started_at, incident.resolved_at),
        reopened=len(record.happened(EventKind.REOPENED)),
        tasks=len(record.tasks),
        tasks_done=sum(1 for task in record.tasks if task.done_at),
    )


def level_answers(record: Record) -> tuple[LevelAnswer, ...]:
    """Every turn of every level that called somebody, with its answer.

    An answer belongs to the last call its giver had received: somebody of level 1 who answers
    while level 2 rings has answered level 1.
    """
    turns = sorted((turn for turn in record.levels if turn.outcome in _CALLED), key=lambda turn: turn.at)
    manual = _by_name(record)
    answers: dict[LevelFired, Event] = {}
    for event in record.happened(EventKind.ACKNOWLEDGED):
        turn = next((turn for turn in reversed(turns) if event.by in turn.people and turn.at <= event.at), None)
        if turn is not None:
            answers.setdefault(turn, event)
    return tuple(_answered(turn, answers.get(turn), manual=turn.page in manual) for turn in turns)


def so_far(incident: Incident, now: datetime) -> timedelta:
    """How long customers have felt it: until it was over, or until now."""
    return max((incident.resolved_at or now) - incident.started_at, timedelta(0))


def _answered(turn: LevelFired, event: Event | None, *, manual: bool) -> LevelAnswer:
    if event is None:
        return LevelAnswer(turn, manual)
    return LevelAnswer(turn, manual, answered_by=event.by, after=event.at - turn.at)


def _first_acknowledgement(record: Record) -> Event | None:
    answers = record.happened(EventKind.ACKNOWLEDGED)
    return min(answers, key=lambda event: event.at, default=None)


def _by_name(record: Record) -> frozenset[int]:
    """The pages of people called by name, beside the ladder."""
    return frozenset(page.id for page in record.pages if page.manual)


def _level_reached(record: Record) -> int:
    """The highest rung that rang; everyone at once counts as the whole ladder."""
    ladder = record.ladder
    if ladder is None:
        return 0
    count = len(ladder.policy.levels)
    manual = _by_name(record)
    rang = [turn.level for turn in record.levels if turn.page not in manual and turn.outcome in _CALLED]
    return min(max(rang, default=0), count)


def _late(statement: Statement) -> timedelta | None:
    if statement.due_at is None or statement.published_at is None:
        return None
    return lateness(statement.due_at, statement.published_at)


def _overdue(record: Record) -> int:
    """One, when customers are at this moment waiting past the time they were given."""
    deadline = record.customers_deadline
    return int(record.incident.open and deadline is not None and deadline.due_at < record.now)


def _since(start: datetime, end: datetime | None) -> timedelta | None:
    return None if end is None else max(end - start, timedelta(0))
