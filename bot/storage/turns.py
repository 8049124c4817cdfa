"""Whose turn it is to write.

SQLite has one writer. Promises that a person's gesture goes before the ticks, that equals go in the
order they came, and that a turn given up (time-out, cancellation) is passed on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """A lock with two queues."""

    def __init__(self) -> None:
        self._taken = False
        self._gestures: deque[asyncio.Future[None]] = deque()
        self._ticks: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, *, gesture: bool) -> AsyncIterator[None]:
        """Wait for the turn and hold it."""
        await self._take(self._gestures if gesture else self._ticks)
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self, queue: deque[asyncio.Future[None]]) -> None:
        if not self._taken:
            self._taken = True
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._pass_on()  # the turn came in the same moment as the cancellation
            raise

    def _pass_on(self) -> None:
        for queue in (self._gestures, self._ticks):
            while queue:
                waiting = queue.popleft()
                if not waiting.done():
                    waiting.set_result(None)
                    return
        self._taken = False
