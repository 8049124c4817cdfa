"""Who is waiting for an answer at this moment."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_READ_WITHIN = 0.05  # seconds


class Gestures:
    """Who is waiting for an answer at this moment. The engine lets them pass, and they don't hold it up for long."""

    def __init__(self) -> None:
        self._waiting = 0
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._being_read: deque[asyncio.TimerHandle] = deque()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Somebody waits, until this is left; if it was for being read, no more."""
        self._begin()
        self.read()
        try:
            yield
        finally:
            self._end()

    def arrives(self) -> None:
        """Something has come in and is being read: somebody waits, before we know who and for what."""
        self._begin()
        self._being_read.append(asyncio.get_running_loop().call_later(_READ_WITHIN, self._unread))

    def read(self) -> None:
        """One thing that had come in has been read: who waits for it is known, or that nobody does."""
        if self._being_read:
            self._being_read.popleft().cancel()
            self._end()

    async def pass_first(self, *, within: float = 0.05) -> None:
        """Return when nobody waits, or after so many seconds: pages matter as much as answers."""
        if self._waiting == 0:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._nobody.wait()

    def _unread(self) -> None:
        """Nobody has said who waits for it."""
        self._being_read.popleft()
        self._end()

    def _begin(self) -> None:
        self._waiting += 1
        self._nobody.clear()

    def _end(self) -> None:
        self._waiting -= 1
        if self._waiting == 0:
            self._nobody.set()
