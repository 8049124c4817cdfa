"""``anticrisi check``: what is configured, what is missing, what was found, a line a part."""

from __future__ import annotations

from collections.abc import Callable

from bot.checkup.configured import configured
from bot.checkup.line import WRONG
from bot.settings import Settings


async def checkup(settings: Settings, *, live: bool, say: Callable[[str], None]) -> bool:
    """Print how every part is; with ``live`` each provider is asked too. Whether serve could start and be heard."""
    lines = await configured(settings)
    if live:
        from bot.checkup.live import live_answers

        lines += await live_answers(settings)
    for line in lines:
        say(str(line))
    return all(line.state != WRONG for line in lines)
