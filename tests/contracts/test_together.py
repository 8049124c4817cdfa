"""What is asked at the same time is asked together, and one question's failure is its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.engine.together import Together
from bot.errors import NotRecorded


class Oracle:
    """Answers with the double; remembers what it was asked together."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.away = False

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append(list(numbers))
        await asyncio.sleep(0)
        if self.away:
            raise NotRecorded
        if 13 in numbers:
            raise ValueError("thirteen")
        return [2 * number for number in numbers]


@pytest.fixture
def oracle() -> Oracle:
    return Oracle()


async def test_those_who_wait_at_the_same_time_share_one_transaction(oracle: Oracle):
    together = Together(oracle, most=3)

    answers = await asyncio.gather(*(together.ask(number) for number in range(5)))

    assert answers == [0, 2, 4, 6, 8]
    assert oracle.asked == [[0, 1, 2], [3, 4]]


async def test_one_failure_is_not_anothers(oracle: Oracle):
    together = Together(oracle, most=3)

    answers = await asyncio.gather(*(together.ask(number) for number in (1, 13, 2)), return_exceptions=True)

    assert answers[0] == 2
    assert isinstance(answers[1], ValueError)
    assert answers[2] == 4
    assert oracle.asked == [[1, 13, 2], [1], [13], [2]]


async def test_a_database_that_is_away_is_not_asked_once_more_by_each(oracle: Oracle):
    together = Together(oracle, most=3)
    oracle.away = True

    answers = await asyncio.gather(*(together.ask(number) for number in range(3)), return_exceptions=True)

    assert all(isinstance(answer, NotRecorded) for answer in answers)
    assert oracle.asked == [[0, 1, 2]]


async def test_whoever_stops_waiting_is_not_asked_for(oracle: Oracle):
    together = Together(oracle, most=1)
    first, second, third = (asyncio.create_task(together.ask(number)) for number in range(3))
    await asyncio.sleep(0)

    second.cancel()

    assert (await first, await third) == (0, 4)
    assert oracle.asked == [[0], [2]]


async def test_others_are_waited_for_as_long_as_they_are_coming_and_no_longer(oracle: Oracle):
    coming = {1, 2, 3}
    together = Together(oracle, most=10, gather=60, coming=lambda: bool(coming))

    async def comes(number: int) -> int:
        coming.discard(number)
        return await together.ask(number)

    first, second = asyncio.create_task(comes(1)), asyncio.create_task(comes(2))
    await asyncio.sleep(0)
    assert not oracle.asked
    coming.clear()  # the third does not come after all
    together.look_who_is_coming()

    assert (await first, await second) == (2, 4)
    assert oracle.asked == [[1, 2]]
    assert await comes(4) == 8


async def test_nobody_is_waited_for_once_there_are_as_many_as_are_asked_together(oracle: Oracle):
    together = Together(oracle, most=2, gather=60)

    first, second = await asyncio.gather(together.ask(1), together.ask(2))

    assert (first, second) == (2, 4)
