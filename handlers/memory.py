"""What this process remembers between two gestures, and may forget.

Promises that a gesture delivered again gets the answer of its first delivery, that a task once started is held
until it ends, and that the last roster seen is there when the database is not.
Refuses to be the record: whatever must survive a restart is the use cases' business.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.domain.roster import Roster

Acknowledgement = dict[str, Any]
_KEPT = 512


@dataclass
class Memory:
    """One per process."""

    roster: Roster = field(default_factory=lambda: Roster(None))
    _answers: OrderedDict[str, asyncio.Future[Acknowledgement | None]] = field(default_factory=OrderedDict)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def begin(self, key: str) -> asyncio.Future[Acknowledgement | None] | None:
        """The answer to this gesture's first delivery, or None when this is the first.

        https://docs.slack.dev/apis/events-api#retries: one thing may arrive several times.
        """
        if key in self._answers:
            return self._answers[key]
        self._answers[key] = asyncio.get_running_loop().create_future()
        while len(self._answers) > _KEPT:
            self._resolve(self._answers.popitem(last=False)[1], None)
        return None

    def answered(self, key: str, answer: Acknowledgement) -> None:
        """Later deliveries get the same."""
        if key in self._answers:
            self._resolve(self._answers[key], answer)

    def forget(self, key: str) -> None:
        """It came to nothing: when it comes again, it is done again."""
        found = self._answers.pop(key, None)
        if found is not None:
            self._resolve(found, None)

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something after the acknowledgement, held so that nobody collects it half-way."""
        self.hold(asyncio.ensure_future(work))

    def hold(self, task: asyncio.Task[Any] | None) -> None:
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Return when everything that was begun has ended."""
        me = asyncio.current_task()
        while waiting := [task for task in self._tasks if task is not me]:
            await asyncio.wait(waiting)

    @staticmethod
    def _resolve(answer: asyncio.Future[Acknowledgement | None], value: Acknowledgement | None) -> None:
        if not answer.done():
            answer.set_result(value)
