"""Who waits for an answer goes first, and holds up nobody who need not wait."""

from __future__ import annotations

import asyncio

import pytest

from bot.ports import Gestures


@pytest.fixture
def gestures() -> Gestures:
    return Gestures()


async def goes_ahead(gestures: Gestures) -> bool:
    """Whether the engine would, without letting anybody pass first."""
    passing = asyncio.create_task(gestures.pass_first(within=60))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    if passing.done():
        return True
    passing.cancel()
    return False


async def test_somebody_waits_from_the_moment_in_which_it_came_in_until_they_are_answered(gestures: Gestures):
    assert await goes_ahead(gestures)

    gestures.arrives()
    assert not await goes_ahead(gestures)
    with gestures.waiting():
        assert not await goes_ahead(gestures)

    assert await goes_ahead(gestures)


async def test_what_turns_out_to_be_nobodys_holds_up_nobody_any_more(gestures: Gestures):
    gestures.arrives()

    gestures.read()

    assert await goes_ahead(gestures)


async def test_each_is_read_by_itself(gestures: Gestures):
    gestures.arrives()
    gestures.arrives()

    gestures.read()

    assert not await goes_ahead(gestures)
    gestures.read()
    assert await goes_ahead(gestures)


async def test_what_is_never_read_is_waited_for_a_moment(gestures: Gestures):
    gestures.arrives()

    await gestures.pass_first(within=60)

    gestures.read()
    assert await goes_ahead(gestures)


async def test_pages_matter_as_much_as_answers(gestures: Gestures):
    with gestures.waiting():
        await gestures.pass_first(within=0.001)

        assert not await goes_ahead(gestures)
