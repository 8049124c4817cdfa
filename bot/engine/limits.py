"""How much each destination bears: a token bucket each, its budget shared between live replicas.

Slack's tiers are budgets per method and workspace (https://api.slack.com/apis/rate-limits); posting is about
one message a second for each conversation. Paging providers are as fast as their contract: pass your own.
A destination without a budget is not limited. Measures with the monotonic clock, whatever the product's says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from time import monotonic


@dataclass(frozen=True)
class Budget:
    """So many a second in the long run, so many at once after a quiet while."""

    per_second: float
    burst: float = 1.0


UNSEEN = 5.0
"""Seconds: what waits longer at a destination is taken up and put off by name, so that others can be told."""

_TIER_2 = Budget(20 / 60, burst=10)
_TIER_3 = Budget(50 / 60, burst=25)

SLACK: Mapping[str, Budget] = {
    "slack:room:": Budget(1.0, burst=3),
    "slack:dm:": Budget(1.0, burst=3),
    "slack:announcements": Budget(1.0, burst=3),
    "slack:edit:": Budget(1.0, burst=2),
    "slack:OpenChannel": _TIER_2,
    "slack:InviteToRoom": _TIER_3,
    "slack:SetTopic": _TIER_2,
    "slack:PinCard": _TIER_2,
    "slack:AddBookmark": _TIER_2,
    "slack:AskSnoozed": _TIER_3,
}
"""By the destination's name or its beginning."""


@dataclass
class _Bucket:
    budget: Budget
    tokens: float
    at: float
    paused_until: float = 0.0

    def refill(self, now: float, replicas: int) -> None:
        gained = (now - self.at) * self.budget.per_second / replicas
        self.tokens = min(self.budget.burst, self.tokens + gained)
        self.at = now

    def wait(self, now: float, replicas: int) -> float:
        """Seconds until there is a whole token."""
        missing = max(1.0 - self.tokens, 0.0) * replicas / self.budget.per_second
        return max(missing, self.paused_until - now, 0.0)


class Limits:
    """The buckets of one dispatcher."""

    def __init__(self, budgets: Mapping[str, Budget] = SLACK, *, seconds: Callable[[], float] = monotonic) -> None:
        self._budgets = budgets
        self._seconds = seconds
        self._replicas = 1
        self._buckets: dict[str, _Bucket] = {}

    def take(self, destination: str, *, within: float = inf) -> float:
        """Take a token, ahead of time if need be: the seconds to wait before using it.

        Where that is more than ``within``, none is taken: whoever goes away leaves it to another.
        """
        bucket = self._bucket(destination)
        if bucket is None:
            return 0.0
        now = self._seconds()
        bucket.refill(now, self._replicas)
        wait = bucket.wait(now, self._replicas)
        if wait <= within:
            bucket.tokens -= 1.0
        return wait

    def pause(self, destination: str, seconds: float) -> None:
        """The other side asked for quiet. Where nothing is limited, the retry's own delay says it all."""
        if not self._budgets:
            return
        bucket = self._bucket(destination, unknown=Budget(1000.0, burst=1000.0))
        if bucket is not None:
            bucket.paused_until = max(bucket.paused_until, self._seconds() + seconds)

    def busy(self) -> frozenset[str]:
        """Destinations that bear nothing for a few seconds: what is due waits unseen. Those that have rested are
        forgotten. A longer wait is somebody's to know of, and is not hidden."""
        now = self._seconds()
        busy: set[str] = set()
        for destination, bucket in list(self._buckets.items()):
            bucket.refill(now, self._replicas)
            if (wait := bucket.wait(now, self._replicas)) > 0:
                busy |= {destination} if wait <= UNSEEN else set()
            elif bucket.tokens >= bucket.budget.burst:
                del self._buckets[destination]
        return frozenset(busy)

    def next_free(self) -> float | None:
        """Seconds until the first busy destination bears something again; nothing when none is busy."""
        now = self._seconds()
        waits = (bucket.wait(now, self._replicas) for bucket in self._buckets.values())
        return min((wait for wait in waits if 0 < wait <= UNSEEN), default=None)

    def share(self, replicas: int) -> None:
        """So many of us live off the same budgets."""
        self._replicas = max(replicas, 1)

    def _bucket(self, destination: str, *, unknown: Budget | None = None) -> _Bucket | None:
        if destination in self._buckets:
            return self._buckets[destination]
        budget = self._budget(destination) or unknown
        if budget is None:
            return None
        self._buckets[destination] = _Bucket(budget, budget.burst, self._seconds())
        return self._buckets[destination]

    def _budget(self, destination: str) -> Budget | None:
        if destination in self._budgets:
            return self._budgets[destination]
        return next((budget for name, budget in self._budgets.items() if destination.startswith(name)), None)


def unlimited() -> Limits:
    """For a workspace of our own making, which bears anything."""
    return Limits({})
