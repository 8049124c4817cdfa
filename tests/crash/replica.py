"""A replica as a process: started, met by its fate, replaced.

Promises the moment of its death on the machine's monotonic clock. Refuses to replace one that ended by itself.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, monotonic_ns

from tests.crash.worker import LEASE, Orders, work

_processes = get_context("forkserver")
_processes.set_forkserver_preload(["tests.crash.worker"])

Fate = Callable[[], str]
"""The failpoint that the next life of a replica is given; "" for none."""


class Stuck(Exception):
    """The run did not come to rest: something due was never done."""


class Replica:
    """A process that is replaced when it dies."""

    def __init__(self, orders: Orders, *, next_fate: Fate = str) -> None:
        self.deaths: list[int] = []  # monotonic nanoseconds
        self._orders = orders
        self._next_fate = next_fate
        self._process: BaseProcess | None = None
        self._stopped_at: float | None = None
        self._was_stopped = False

    @property
    def met_its_fate(self) -> bool:
        return bool(self.deaths) or self._was_stopped

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.exitcode is None

    def start(self) -> None:
        process = _processes.Process(target=work, args=(self._orders,), daemon=True)
        process.start()
        self._process = process
        asyncio.get_running_loop().add_reader(process.sentinel, self._note_death, process.sentinel)

    def kill(self) -> None:
        """At this very instant, wherever it is."""
        if self._process is not None:
            self._process.kill()

    def end(self) -> None:
        """Kill it and count nothing."""
        if self._process is not None:
            asyncio.get_running_loop().remove_reader(self._process.sentinel)
            self._process.kill()
            self._process.join()

    def look_after(self) -> None:
        """Replace it when it was killed, and let it go on when it was stopped for longer than a lease."""
        assert self._process is not None, "it is started first"
        if self._process.exitcode not in (None, -signal.SIGKILL):
            raise Stuck(f"{self._orders.name} ended by itself: {self._process.exitcode}")
        if self._process.exitcode is not None:
            self._be_born_again()
        elif self._stopped_at is not None and monotonic() - self._stopped_at > 2 * LEASE.total_seconds():
            os.kill(self._process.pid or 0, signal.SIGCONT)
            self._stopped_at = None
        elif self._orders.failpoint.endswith("stop") and not self._was_stopped:
            self._note_stop(self._process.pid or 0)

    def _be_born_again(self) -> None:
        assert self._process is not None
        self._note_death(self._process.sentinel)
        self._process.join()
        name = f"{self._orders.name.partition('.')[0]}.{len(self.deaths)}"
        self._orders = replace(self._orders, name=name, failpoint=self._next_fate(), steps=())
        self.start()

    def _note_death(self, sentinel: int) -> None:
        """Once for each death: the sentinel stays readable."""
        if asyncio.get_running_loop().remove_reader(sentinel):
            self.deaths.append(monotonic_ns())

    def _note_stop(self, process: int) -> None:
        with suppress(OSError):
            state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
            if state in ("T", "t"):
                self._was_stopped = True
                self._stopped_at = monotonic()
