"""Who is waiting for an answer at this moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

LATELY = 10.0  # seconds


class Gestures:
    """Who is waiting for an answer at this moment. The engine lets them pass, and they don't hold it up for long."""

    def __init__(self) -> None:
        self._waiting = 0
        self._last = -LATELY
        self._nobody = asyncio.Event()
        self._nobody.set()

    @property
    def lately(self) -> bool:
        """Whether somebody waits, or did a moment ago: where one comes, more do."""
        return self._waiting > 0 or monotonic() - self._last < LATELY

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Somebody waits, until this is left."""
        self._begin()
        try:
            yield
        finally:
            self._end()

    def arrives(self, *, read_within: float = 0.05) -> None:
        """Something has come in and is being read: somebody waits, before we know who and for what."""
        self._begin()
        asyncio.get_running_loop().call_later(read_within, self._end)

    async def pass_first(self, *, within: float = 0.05) -> None:
        """Return when nobody waits, or after so many seconds: pages matter as much as answers."""
        if self._waiting == 0:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._nobody.wait()

    def _begin(self) -> None:
        self._waiting += 1
        self._nobody.clear()

    def _end(self) -> None:
        self._waiting -= 1
        self._last = monotonic()
        if self._waiting == 0:
            self._nobody.set()
