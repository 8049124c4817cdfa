"""Whether we are well ourselves: Slack is heard and accepts us, the tick comes, calls leave on time.

Promises that each trouble is logged once when it begins and once when it ends, and that owners of the plan are
told of one that has lasted a minute. A minute is one of looks, too: a clock that was set forward, or a machine that
slept, is no trouble. Without the database nothing can be stored, so that is logged and nobody is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain.own_trouble import OwnTrouble
from bot.errors import NotRecorded
from bot.ports import Core
from bot.usecases import warn

log = structlog.get_logger(__name__)

EVERY: Final = 5.0  # seconds between two looks
LATE: Final = timedelta(seconds=30)  # a page or knock that has waited longer is late
TOLD_AFTER: Final = timedelta(minutes=1)
LOOKS: Final = 6  # as many must have seen a trouble before people hear of it
_GRACE: Final = {OwnTrouble.SLACK: timedelta(seconds=30)}  # Slack renews its connections by itself every few hours
_SHOWN_BY_ITSELF: Final = frozenset({OwnTrouble.DATABASE})

_SLACK_FAILS: Final = (OwnTrouble.SLACK, OwnTrouble.REFUSED)

Look = Callable[[], Awaitable[bool]]
Observe = Callable[[Mapping[str, bool], timedelta], None]
"""Given every trouble's name with whether it is there, and how late the oldest due page or knock is."""


@dataclass
class _Watched:
    """One kind of trouble, from look to look."""

    since: datetime | None = None
    looks: int = 0  # in a row that saw the same
    begun: bool = False
    told: bool = False
    end_owed: bool = True  # to whoever was told; a new process does not know whether an earlier one told anybody
    sure_after: int = LOOKS  # so many looks without it before its end is told

    def sees(self, wrong: bool, now: datetime) -> None:
        if wrong != (self.since is not None):
            self.looks, self.told = 0, False
            self.since = now if wrong else None
        if self.since is not None:
            self.since = min(self.since, now)  # the clock may have been set back
        self.looks += 1


class Watchdog:
    """One process's. ``hears`` says whether Slack reaches anybody of us, ``known`` whether it takes our token for ours,
    ``on_time`` whether the tick comes."""

    def __init__(
        self,
        core: Core,
        *,
        oldest_due: Callable[[], Awaitable[datetime | None]],
        on_time: Callable[[], bool],
        hears: Look,
        known: Look,
        observe: Observe = lambda troubles, oldest_due: None,
        every: float = EVERY,
    ) -> None:
        self._core = core
        self._ask_oldest = oldest_due
        self._on_time = on_time
        self._hears = hears
        self._known = known
        self._observe = observe
        self._every = every
        self._watched = {trouble: _Watched() for trouble in OwnTrouble}
        self._task: asyncio.Task[None] | None = None
        self._looking = asyncio.Lock()
        self.oldest_due = timedelta(0)

    def start(self) -> None:
        """Look from now on."""
        self._task = asyncio.create_task(self._watch(), name="watchdog-of-the-house")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def troubles(self) -> dict[OwnTrouble, datetime]:
        """What is wrong at present, and since when."""
        return {name: each.since for name, each in self._watched.items() if each.begun and each.since}

    async def due_work_on_time(self) -> bool:
        """Whether whoever is due is being called. Asks anew, and waits for no look."""
        try:
            return self._on_time() and await self._lateness() <= LATE
        except NotRecorded:
            return False

    async def look(self) -> None:
        """Look once, at everything; log and tell what is new."""
        async with self._looking:
            now = self._core.clock.now()
            for trouble, wrong in (await self._findings()).items():
                self._watched[trouble].sees(wrong, now)
                self._log(trouble, now)
            self._observe({str(name): each.begun for name, each in self._watched.items()}, self.oldest_due)
            with suppress(NotRecorded):  # the store has logged it; the next look tries again
                await self._tell_all(now)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.look()
            except Exception:
                log.exception("watchdog_stumbled")

    async def _findings(self) -> dict[OwnTrouble, bool]:
        """What can be judged now. Without the database, what is due is unknown, and no tick can end."""
        slack = {OwnTrouble.SLACK: not await self._hears(), OwnTrouble.REFUSED: not await self._known()}
        try:
            self.oldest_due = await self._lateness()
        except NotRecorded:
            return {**slack, OwnTrouble.DATABASE: True}
        late = self.oldest_due > LATE
        return {**slack, OwnTrouble.DATABASE: False, OwnTrouble.PAGES: late, OwnTrouble.TICK: not self._on_time()}

    async def _lateness(self) -> timedelta:
        due = await self._ask_oldest()
        return max(self._core.clock.now() - due, timedelta(0)) if due else timedelta(0)

    def _log(self, trouble: OwnTrouble, now: datetime) -> None:
        watched = self._watched[trouble]
        if watched.since is None:
            if watched.begun:
                log.info("trouble_over", trouble=str(trouble))
            watched.begun = False
        elif not watched.begun and now - watched.since >= _GRACE.get(trouble, timedelta(0)):
            watched.begun = True
            log.error("trouble_begun", trouble=str(trouble), since=watched.since.isoformat())

    async def _tell_all(self, now: datetime) -> None:
        if self._watched[OwnTrouble.DATABASE].since is not None:
            return
        for trouble in OwnTrouble:
            if trouble not in _SHOWN_BY_ITSELF:
                await self._tell(trouble, self._watched[trouble], now)

    async def _tell(self, trouble: OwnTrouble, watched: _Watched, now: datetime) -> None:
        if watched.since is None:
            if watched.end_owed and watched.looks >= watched.sure_after:
                await warn.tell_over(self._core, trouble)
                watched.end_owed = False
        elif not watched.told and watched.begun and now - watched.since >= TOLD_AFTER and watched.looks >= LOOKS:
            round_slack = any(self._watched[each].since is not None for each in _SLACK_FAILS)
            if await warn.tell_begun(self._core, trouble, since=watched.since, round_slack=round_slack):
                watched.told, watched.end_owed, watched.sure_after = True, True, 1
