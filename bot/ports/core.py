"""What every use case holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.clock import Clock, Ids
from bot.ports.gestures import Gestures
from bot.ports.store import Store


@dataclass(frozen=True)
class Patience:
    """How long something may take before whoever waits for it is told that it failed, in seconds."""

    gesture: float = 2.0  # a person's gesture at the database, all in all
    unattended: float = 10.0  # the same for what nobody is looking at
    answer: float = 2.3  # a gesture until its answer; Slack waits three, the person was promised two and a half
    call: float = 10.0  # one call of ours to Slack, a telephone company, a mail host


USUAL_PATIENCE = Patience()


@dataclass(frozen=True)
class Core:
    """What every use case holds."""

    store: Store
    clock: Clock
    ids: Ids
    methods: frozenset[str] = frozenset({"slack_dm"})  # the ways of paging that are connected
    publishing: tuple[str, ...] = ("status_page",)  # the public channels that are connected
    default_language: str = "en"
    bundle_within: timedelta = timedelta(0)  # pages that reach one person so close together leave as one; 0: never
    daily_caps: Mapping[str, int] = field(default_factory=dict)  # by way of paging; what is not named has none
    gestures: Gestures = field(default_factory=Gestures)
    patience: Patience = USUAL_PATIENCE
