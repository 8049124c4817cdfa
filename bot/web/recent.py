"""What was just looked up, kept for a moment.

Promises that any number of readers within that moment cost one look, and that readers get what was last
known while the database does not answer. Refuses to grow: the oldest entries make room.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

from bot.errors import NotRecorded

K = TypeVar("K")
V = TypeVar("V")

log = structlog.get_logger(__name__)


class Recent(Generic[K, V]):
    """The latest answers of ``look``, by what was asked. ``fresh`` is in seconds."""

    def __init__(self, look: Callable[[K], Awaitable[V]], *, fresh: float, most: int = 256) -> None:
        self._look = look
        self._fresh = fresh
        self._most = most
        self._kept: dict[K, tuple[float, V]] = {}
        self._looking: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        """What is known now, or was a moment ago."""
        until, value = self._kept.get(key, (0.0, None))
        if value is not None and _now() < until:
            return value
        looking = self._looking.get(key)
        if looking is None:
            looking = asyncio.create_task(self._look_again(key))
            self._looking[key] = looking
            looking.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(looking)  # one reader who leaves must not take the answer from the others

    async def _look_again(self, key: K) -> V:
        try:
            value = await self._look(key)
        except NotRecorded:
            if key not in self._kept:
                raise
            log.warning("shown_from_memory")
            value = self._kept[key][1]
        self._keep(key, value)
        return value

    def _keep(self, key: K, value: V) -> None:
        self._kept.pop(key, None)
        self._kept[key] = (_now() + self._fresh, value)
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]

    def _forget(self, key: K, done: asyncio.Task[V]) -> None:
        self._looking.pop(key, None)
        if not done.cancelled():
            done.exception()  # every reader may have left: then nobody else fetches it


def _now() -> float:
    return asyncio.get_running_loop().time()
