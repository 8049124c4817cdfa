"""What goes wrong on purpose: latency, limits, silence, half-done calls.

A fault is asked for by method name (`chat.postMessage`, `twilio.Messages`, `smtp`, `response_url`) or for all.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

KINDS = ("ratelimited", "http500", "hang", "half", "half500", "swallowed")
"""`half`: the effect happens and the connection drops; `half500`: it happens and the answer is a 500; `swallowed`: the
telephone company accepts, nothing arrives, and nobody is told so."""
CODED = ("error:", "inside:")
"""`error:<code>`: refused; `inside:<code>`: the telephone company accepts, and its answer holds the refusal."""


@dataclass(slots=True)
class Fault:
    kind: str
    times: int | None
    retry_after: int


class Faults:
    """Faults now in force; each is used up after `times` calls, or lasts until `clear`."""

    def __init__(self) -> None:
        self._latency: dict[str | None, float] = {}
        self._faults: dict[str | None, list[Fault]] = {}
        self._released = asyncio.Event()

    def latency(self, seconds: float, method: str | None = None) -> None:
        """Every call (or every call of one method) takes this much longer."""
        self._latency[method] = seconds

    def fail(self, method: str | None, kind: str, times: int | None = 1, *, retry_after: int = 30) -> None:
        """Make the next `times` calls fail; None means until `clear`. Kinds: KINDS, or CODED with a code."""
        if kind not in KINDS and not kind.startswith(CODED):
            raise ValueError(f"unknown kind of fault: {kind}")
        key = None if method == "*" else method
        self._faults.setdefault(key, []).append(Fault(kind, times, retry_after))

    def clear(self) -> None:
        """Back to health; calls that hang are let go."""
        self._latency.clear()
        self._faults.clear()
        self._released.set()
        self._released = asyncio.Event()

    async def delay(self, method: str) -> None:
        seconds = self._latency.get(method, self._latency.get(None, 0.0))
        if seconds > 0:
            await asyncio.sleep(seconds)

    def take(self, method: str) -> Fault | None:
        """The fault this call suffers, if any."""
        for key in (method, None):
            waiting = self._faults.get(key)
            if waiting:
                return self._spend(waiting)
        return None

    async def hang(self) -> None:
        """Never return, unless the faults are cleared."""
        await self._released.wait()

    def _spend(self, waiting: list[Fault]) -> Fault:
        fault = waiting[0]
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                waiting.pop(0)
        return fault
