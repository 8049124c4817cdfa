"""What is asked at the same time is asked together: one transaction answers for many.

Promises every asker an answer of its own, in the order of asking, and that one question's failure is not
another's: when many fail together, each is asked once more alone. Lets the event loop breathe between two answers.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from bot.errors import NotRecorded

_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


class Together(Generic[_Question, _Answer]):
    """``answer`` is given up to ``most`` questions, and returns as many answers.

    Who is in no hurry lets others join: ``gather`` seconds from the first question, while some are still ``coming``.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[_Question]], Awaitable[Sequence[_Answer]]],
        *,
        most: int,
        gather: float = 0.0,
        coming: Callable[[], bool] = lambda: True,
    ) -> None:
        self._answer = answer
        self._most = most
        self._gather = gather
        self._coming = coming
        self._complete = asyncio.Event()
        self._waiting: deque[tuple[_Question, asyncio.Future[_Answer]]] = deque()
        self._answering: asyncio.Task[None] | None = None

    async def ask(self, question: _Question) -> _Answer:
        """Wait for the answer to this question. Raises what answering it raised."""
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._answering is None:
            self._answering = asyncio.create_task(self._run())
        self.look_who_is_coming()
        return await answer

    def look_who_is_coming(self) -> None:
        """Wait no longer when there is nobody to wait for. To be called when somebody does not come after all."""
        if len(self._waiting) >= self._most or not self._coming():
            self._complete.set()

    async def _run(self) -> None:
        try:
            while self._waiting:
                if self._gather:
                    await self._let_others_join()
                many = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
                await self._ask([each for each in many if not each[1].done()])
        finally:
            self._answering = None

    async def _let_others_join(self) -> None:
        self._complete.clear()
        self.look_who_is_coming()
        if self._complete.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._gather):
                await self._complete.wait()

    async def _ask(self, asked: Sequence[tuple[_Question, asyncio.Future[_Answer]]]) -> None:
        if not asked:
            return
        try:
            answers = await self._answer([question for question, _ in asked])
        except Exception as failure:  # noqa: BLE001 - it is raised where the question was asked
            await self._ask_each(asked, failure)
            return
        for (_, waiting), answer in zip(asked, answers, strict=True):
            if not waiting.done():
                waiting.set_result(answer)
                await asyncio.sleep(0)

    async def _ask_each(self, asked: Sequence[tuple[_Question, asyncio.Future[_Answer]]], failure: Exception) -> None:
        alone = len(asked) == 1 or isinstance(failure, NotRecorded)  # a database that is away is away for all
        for each in asked:
            if not alone:
                await self._ask([each])
            elif not each[1].done():
                each[1].set_exception(failure)
