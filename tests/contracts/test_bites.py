"""How much a tick takes at once: much while nobody asks for anything, little as soon as somebody does."""

from __future__ import annotations

from pathlib import Path

from bot.usecases.tick import PAGES_AT_ONCE, PAGES_UNDISTURBED, tick
from tests.bench.crowd import ask
from tests.bench.house import House, Sizes
from tests.bench.ticking import core_on


async def test_pages_that_nobody_disturbs_are_taken_many_at_once_and_few_once_somebody_asks(tmp_path: Path):
    with House(tmp_path, None, Sizes()).database("SQLite") as url:
        async with core_on(url, people=3) as core:
            ask(url, pages=PAGES_UNDISTURBED + PAGES_AT_ONCE + 1, people=3, due_at=core.clock.now())

            undisturbed = await tick(core)
            with core.gestures.waiting():
                pass
            disturbed = await tick(core)
            last = await tick(core)

    assert (undisturbed.advanced, undisturbed.more) == (PAGES_UNDISTURBED, True)
    assert (disturbed.advanced, disturbed.more) == (PAGES_AT_ONCE, True)
    assert (last.advanced, last.more) == (1, False)
