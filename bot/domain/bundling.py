"""When several incidents call one person by one way at the same time: one message rather than five.

Pure: given the knocks at one person's door by one way, says who leaves now and in whose company. The first
knock never waits for anybody; those that come within the window after it leave together when it ends. Knows
nothing of what a message looks like, and nothing of Slack, where every page has buttons of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.effects import PageResponder

WINDOW = timedelta(minutes=2)
JOINS = "joins"
"""Why a knock waits that will leave in the company of others."""

_LEFT = frozenset({"accepted", "delivered"})


@dataclass(frozen=True)
class Nearby:
    """A knock at the same door by the same way: it left lately, is on its way, or could leave now."""

    id: int
    effect: PageResponder
    state: str
    attempt: int
    left_at: datetime | None = None
    lease_until: datetime | None = None
    carrier: int | None = None  # the knock in whose message it leaves; its own number when it leads

    @property
    def set_off(self) -> bool:
        """Whether it was checked for the last time and is leaving, or has left."""
        return self.state in _LEFT or (self.state == "sending" and self.carrier is not None)

    def held(self, now: datetime) -> bool:
        """Whether somebody is carrying it out at this moment."""
        return self.state == "sending" and self.lease_until is not None and self.lease_until > now


def waits_until(mine: Nearby, others: Iterable[Nearby], *, now: datetime, window: timedelta) -> datetime | None:
    """Until when a knock waits for company, or nothing when it leaves now.

    It waits while another incident's knock left less than a window ago, or is just leaving: of that one
    we look again when its lease ends at the latest.
    """
    if mine.carrier == mine.id:
        return None  # it leads already: its check is only being repeated
    ends = [_end(each, now, window) for each in others if each.effect.incident != mine.effect.incident]
    return max((end for end in ends if end is not None and end > now), default=None)


def company(mine: Nearby, others: Iterable[Nearby], *, now: datetime) -> tuple[Nearby, ...]:
    """Who leaves in this knock's message: what could leave now or waits for company, and is nobody else's."""
    return tuple(each for each in others if each.id != mine.id and _may_join(each, mine, now))


def travels_with(each: Nearby, leader: Nearby) -> bool:
    """Whether it was taken along by this very attempt of the leader."""
    return each.state == "sending" and each.carrier == leader.id and each.lease_until == leader.lease_until


def _may_join(each: Nearby, leader: Nearby, now: datetime) -> bool:
    if each.state == "pending":
        return True
    return each.held(now) and (each.carrier is None or travels_with(each, leader))


def _end(each: Nearby, now: datetime, window: timedelta) -> datetime | None:
    if each.state in _LEFT:
        if each.left_at is None or each.left_at > now + window:  # the clock was set back since: it says nothing
            return None
        return each.left_at + window
    return each.lease_until if each.set_off and each.held(now) else None
