"""How long work that a kill cut off lay there: from the kill to its next send.

Told from the outside: the kills as the harness saw them, the sends as the receiver did. Our own record only
names the attempts that were cut. In a storm the next replica may be killed too before it gets there: such
work is delivered like all other, but tells nothing about how long one kill delays it, and is counted apart.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from time import monotonic_ns

from sqlalchemy import Engine, select

from bot.clock import SystemClock
from bot.engine import scheduler
from bot.storage.tables import attempt, effect
from tests.crash.receiver import Arrival
from tests.crash.worker import LEASE

WITHIN = LEASE.total_seconds() + scheduler.EVERY  # seconds: the lease, and one tick
BUSY = 3.0  # seconds that a machine may add, for each process that waits for one of its processors
_NANO = 1_000_000_000


@dataclass(frozen=True)
class Cut:
    """An attempt that was claimed and never recorded."""

    key: str
    attempt: int
    started: int  # monotonic nanoseconds


@dataclass(frozen=True)
class Recoveries:
    """What was sent again after a kill."""

    seconds: tuple[float, ...] = ()  # shortest first
    cut_again: int = 0  # kills fell between the end of the lease and the next send
    load: float = 1.0  # processes for each processor while we looked

    @property
    def slow(self) -> int:
        """Those that a busy machine does not explain either."""
        return sum(each > WITHIN + BUSY * max(self.load, 1) for each in self.seconds)


def recoveries(engine: Engine, arrivals: Sequence[Arrival], kills: Sequence[int]) -> Recoveries:
    """Of every cut attempt whose next one was sent; ``kills`` in order.

    A knock that another message took along was sent in the attempt after that. One that waits for company after
    the kill tells nothing: so long it was meant to wait. Where several replicas share the work, the first kill
    after the claim is taken for the one that cut it: if it was a later one, the truth is shorter.
    """
    sent = {(each.key, each.attempt): each.arrived for each in reversed(arrivals)}
    seconds, cut_again = [], 0
    joined = _joined(engine)
    for cut in _cuts(engine):
        kill = bisect_left(kills, cut.started)
        following = next(n for n in count(cut.attempt + 1) if (cut.key, n) not in joined)
        again = sent.get((cut.key, following))
        if kill == len(kills) or again is None:
            continue
        free = max(cut.started + int(LEASE.total_seconds() * _NANO), kills[kill] + 1)
        if bisect_left(kills, again) > bisect_left(kills, free):
            cut_again += 1
        else:
            seconds.append((again - kills[kill]) / _NANO)
    return Recoveries(tuple(sorted(seconds)), cut_again, os.getloadavg()[0] / (os.cpu_count() or 1))


def _cuts(engine: Engine) -> list[Cut]:
    ahead = _monotonic_at_epoch()
    columns = (effect.c.key, attempt.c.n, attempt.c.started)
    chosen = select(*columns).join(attempt, attempt.c.effect == effect.c.id).where(attempt.c.outcome.is_(None))
    with engine.connect() as connection:
        return [Cut(key, n, ahead + _nanoseconds(started)) for key, n, started in connection.execute(chosen)]


def _joined(engine: Engine) -> set[tuple[str, int]]:
    """The attempts that ended before they left, when another message took their knock along."""
    chosen = select(effect.c.key, attempt.c.n).join(attempt, attempt.c.effect == effect.c.id)
    with engine.connect() as connection:
        return {(key, n) for key, n in connection.execute(chosen.where(attempt.c.outcome == "joined"))}


def _monotonic_at_epoch() -> int:
    """What the monotonic clock said when the wall clock began to count."""
    return monotonic_ns() - _nanoseconds(SystemClock().now())


def _nanoseconds(instant: datetime) -> int:
    return int(instant.timestamp() * _NANO)
