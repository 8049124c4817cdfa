"""Once an hour, what can no longer matter goes; a backlog goes one batch a tick, after everything that is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain.traces import Trace
from bot.ports import Core
from bot.usecases import prune as usecase

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(hours=1)


class Pruning:
    """One replica's. Several at once take different rows."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._done_at: datetime | None = None

    async def prune(self) -> None:
        """If it is time: one batch of each kind. Raises ``NotRecorded``."""
        now = self._core.clock.now()
        if self._done_at is not None and timedelta(0) <= now - self._done_at < EVERY:
            return
        gone = {}
        for trace in Trace:
            await self._core.gestures.pass_first()
            gone[str(trace)] = await usecase.prune(self._core, trace)
        if any(gone.values()):
            log.info("pruned", **gone)
        if max(gone.values()) < usecase.AT_ONCE:
            self._done_at = now
