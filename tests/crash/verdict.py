"""What a run has proved: the receiver's log held against the plan, and against what we recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from bot.domain.escalation import Outcome, PageId
from bot.domain.incident import IncidentId
from bot.domain.slugs import PersonId
from bot.storage.tables import attempt, effect, event, level_fired
from tests.crash import scene
from tests.crash.receiver import Arrival
from tests.crash.recovery import Recoveries, recoveries
from tests.crash.scene import LEVELS, Scene

GRACE = 250_000_000  # nanoseconds a check may be old; older is a stop between check and send, and counted apart


@dataclass(frozen=True)
class Acknowledged:
    """When an acknowledgement had surely committed, whose it was, and of which asking of the page."""

    by: PersonId
    epoch: int
    at: int  # monotonic nanoseconds


@dataclass(frozen=True)
class Verdict:
    """Everything that must be nothing, and what may be something."""

    missing: int  # knocks of pages that too few people took, and that never arrived
    levels_wrong: int  # levels fired twice, skipped, or out of order
    duplicates_unexplained: int  # arrivals beyond the first that no interruption explains
    statements_repeated: int  # public statements that arrived twice without a person
    after_acknowledgement: int  # sends whose check began after the acknowledgement that counts had committed
    arrivals: int
    bundled: int  # of them those that came in a message with others
    duplicates: int  # all of them, the explained ones too
    interruptions: int  # attempts between claim and record when the process died or was held up
    stopped_between_check_and_send: int
    kills: int
    recoveries: Recoveries

    @property
    def sound(self) -> bool:
        return not any(
            (
                self.missing,
                self.levels_wrong,
                self.duplicates_unexplained,
                self.statements_repeated,
                self.after_acknowledgement,
                self.recoveries.slow,
            )
        )


def judge(
    engine: Engine,
    played: Scene,
    pages: Mapping[PageId, IncidentId],
    log: Sequence[Arrival],
    acknowledged: Mapping[PageId, Sequence[Acknowledged]],
    kills: Sequence[int],
) -> Verdict:
    """``acknowledged``: the answers of each page, in order. ``kills``: the moments of death, in order; leave them out
    where clocks were turned."""
    arrivals = [arrival for arrival in log if arrival.taken]
    times = Counter(arrival.key for arrival in arrivals)
    cut = _interruptions(engine)
    extra = {key: count - 1 for key, count in times.items() if count > 1}
    takers = {page: [each.by for each in acknowledged.get(page, ())] for page in pages}
    wanting = {page for page, people in takers.items() if len(people) < played.wanted}
    expected = {key for page in wanting for key in played.expected(page, pages[page], taken_by=takers[page])}
    return Verdict(
        missing=len(expected - set(times)),
        levels_wrong=sum(_levels_wrong(engine, page, incident, page in wanting) for page, incident in pages.items()),
        duplicates_unexplained=sum(max(count - cut[key], 0) for key, count in extra.items() if _once(key)),
        statements_repeated=sum(count for key, count in extra.items() if key.startswith("publish:")),
        after_acknowledgement=sum(_too_late(arrival, acknowledged, wanted=played.wanted) for arrival in log),
        arrivals=len(arrivals),
        bundled=sum(arrival.carried > 1 for arrival in arrivals),
        duplicates=sum(count for key, count in extra.items() if _once(key)),
        interruptions=sum(cut.values()),
        stopped_between_check_and_send=sum(arrival.arrived - arrival.checked > GRACE for arrival in log),
        kills=len(kills),
        recoveries=recoveries(engine, log, kills),
    )


def _once(key: str) -> bool:
    """Edits and hanging up happen again whenever they are asked for again; all else happens once."""
    return not key.startswith(("refresh", "Refresh", "SetTopic", "stop-ringing"))


def _interruptions(engine: Engine) -> Counter[str]:
    """Attempts that never ended, or ended too late to count, or without an answer: by effect."""
    unended = attempt.c.outcome.is_(None) | attempt.c.outcome.in_(("late", "uncertain"))
    unknown = attempt.c.error.in_(("timeout", "ReadError", "ReadTimeout", "RemoteProtocolError"))
    chosen = (
        select(effect.c.key, func.count().label("times"))
        .join(attempt, attempt.c.effect == effect.c.id)
        .where(unended | unknown)
        .group_by(effect.c.key)
    )
    with engine.connect() as connection:
        return Counter({row.key: row.times for row in connection.execute(chosen)})


def _levels_wrong(engine: Engine, page: PageId, incident: IncidentId, wanting: bool) -> int:
    """Rows that are missing or too many, and stories that tell of a level twice or not at all.

    A page that enough people took has climbed a part of the ladder, without a gap. The last resort, long after the
    rest of a run, is only seen where a clock was set ahead.
    """
    columns = (level_fired.c.epoch, level_fired.c.loop, level_fired.c.level, level_fired.c.outcome)
    fired = select(*columns).where(level_fired.c.page == page, level_fired.c.outcome != Outcome.LAST_RESORT)
    stories = select(event.c.facts).where(event.c.incident == incident, event.c.kind == "level_paged")
    with engine.connect() as connection:
        rows = list(connection.execute(fired))
        told = Counter((facts["loop"], facts["level"]) for (facts,) in connection.execute(stories))
    first = Counter((row.loop, row.level) for row in rows if row.epoch == 1)
    climbed = scene.ladder() if wanting else scene.ladder()[: len(first)]
    paged = Counter((row.loop, row.level) for row in rows if row.level <= LEVELS)
    return _difference(first, climbed) + _difference(told, paged.elements())


def _difference(found: Counter[tuple[int, int]], wanted: Iterable[tuple[int, int]]) -> int:
    counted = Counter(wanted)
    return ((found - counted) + (counted - found)).total()


def _too_late(arrival: Arrival, acknowledged: Mapping[PageId, Sequence[Acknowledged]], *, wanted: int) -> bool:
    """Whoever took the page is called no more from then on, and nobody is once as many have as it wants."""
    kind, _, rest = arrival.key.partition(":")
    if kind != "page":
        return False
    page, epoch, _loop, _level, person, _method = rest.split(":")
    answers = acknowledged.get(PageId(int(page)), ())
    counting = (each for n, each in enumerate(answers, start=1) if n >= wanted or each.by == person)
    return any(int(epoch) <= each.epoch and arrival.checked > each.at for each in counting)
