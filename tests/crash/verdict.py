"""What a run has proved: the receiver's log held against the plan, and against what we recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from bot.domain.escalation import PageId
from bot.domain.incident import IncidentId
from bot.storage.tables import attempt, effect, event, level_fired
from tests.crash import scene
from tests.crash.receiver import Arrival

GRACE = 250_000_000  # nanoseconds a check may be old; older is a stop between check and send, and counted apart


@dataclass(frozen=True)
class Verdict:
    """Everything that must be nothing, and what may be something."""

    missing: int  # knocks of unanswered pages that never arrived
    levels_wrong: int  # levels fired twice, skipped, or out of order
    duplicates_unexplained: int  # arrivals beyond the first that no interruption explains
    statements_repeated: int  # public statements that arrived twice without a person
    after_acknowledgement: int  # sends whose check began after the acknowledgement had committed
    arrivals: int
    duplicates: int  # all of them, the explained ones too
    interruptions: int  # attempts between claim and record when the process died or was held up
    stopped_between_check_and_send: int

    @property
    def sound(self) -> bool:
        return not any(
            (
                self.missing,
                self.levels_wrong,
                self.duplicates_unexplained,
                self.statements_repeated,
                self.after_acknowledgement,
            )
        )


def judge(
    engine: Engine,
    pages: Mapping[PageId, IncidentId],
    arrivals: Sequence[Arrival],
    acknowledged: Mapping[PageId, int],
) -> Verdict:
    """``acknowledged`` says when each acknowledgement had surely committed."""
    times = Counter(arrival.key for arrival in arrivals)
    cut = _interruptions(engine)
    extra = {key: count - 1 for key, count in times.items() if count > 1}
    expected = {key for page in scene.unanswered(pages) for key in scene.expected(page)}
    return Verdict(
        missing=len(expected - set(times)),
        levels_wrong=sum(_levels_wrong(engine, page, pages[page]) for page in scene.unanswered(pages)),
        duplicates_unexplained=sum(max(count - cut[key], 0) for key, count in extra.items() if _once(key)),
        statements_repeated=sum(count for key, count in extra.items() if key.startswith("publish:")),
        after_acknowledgement=sum(_too_late(arrival, acknowledged) for arrival in arrivals),
        arrivals=len(arrivals),
        duplicates=sum(count for key, count in extra.items() if _once(key)),
        interruptions=sum(cut.values()),
        stopped_between_check_and_send=sum(arrival.arrived - arrival.checked > GRACE for arrival in arrivals),
    )


def _once(key: str) -> bool:
    """Edits happen again whenever they are asked for again; all else happens once."""
    return not key.startswith(("refresh", "Refresh", "SetTopic"))


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


def _levels_wrong(engine: Engine, page: PageId, incident: IncidentId) -> int:
    """Rows that are missing or too many, and stories that tell of a level twice."""
    fired = select(level_fired.c.loop, level_fired.c.level).where(level_fired.c.page == page)
    stories = select(event.c.kind, event.c.facts).where(event.c.incident == incident, event.c.kind == "level_paged")
    with engine.connect() as connection:
        rows = Counter((loop, level) for loop, level in connection.execute(fired))
        told = Counter((facts["loop"], facts["level"]) for _, facts in connection.execute(stories))
    wanted = Counter(scene.levels())
    ladder = Counter({key: 1 for key in wanted if key[1] <= scene.LEVELS})
    return ((rows - wanted) + (wanted - rows)).total() + ((told - ladder) + (ladder - told)).total()


def _too_late(arrival: Arrival, acknowledged: Mapping[PageId, int]) -> bool:
    kind, _, rest = arrival.key.partition(":")
    if kind != "page":
        return False
    committed = acknowledged.get(PageId(int(rest.partition(":")[0])))
    return committed is not None and arrival.checked > committed
