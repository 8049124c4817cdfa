"""What comes back from outside, unasked: reports of providers, links that were used before.

A report moves a state forward only, and once; one that comes late changes nothing. A page that did not
arrive makes the person's next way due now, as a page that could not leave does.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum

from bot.errors import NotFound
from bot.ports import Core
from bot.usecases.briefs import token_hash
from bot.usecases.deliveries import cards_of, next_way

_EARLY = (0.1, 0.2, 0.4)  # seconds between looks; a report that comes sooner than our own record is rare


class Fate(StrEnum):
    """What a provider says became of a message."""

    DELIVERED = "delivered"
    FAILED = "failed"


async def delivered(core: Core, provider_id: str, state: Fate, error: str | None = None) -> bool:
    """Store what a provider reports. Whether that was news.

    A line can be busy sooner than we have stored that we dialled: what is not known is looked for a little longer.
    """
    for patience in _EARLY:
        news = await _stored(core, provider_id, state, error)
        if news is not None:
            return news
        await asyncio.sleep(patience)
    return bool(await _stored(core, provider_id, state, error))


async def _stored(core: Core, provider_id: str, state: Fate, error: str | None) -> bool | None:
    """Whether it was news; nothing when we know of no such message."""
    async with core.store.transaction(gesture=False) as tx:
        effects = await tx.outbox.delivered(provider_id, str(state), error, now=core.clock.now())
        if state is Fate.FAILED:
            for effect in sorted(effects, key=lambda effect: getattr(effect, "page", 0)):  # as pages are locked
                await next_way(tx, effect, error or "not_delivered", now=core.clock.now())
        await tx.outbox.enqueue(await cards_of(tx, effects), now=core.clock.now())
        if effects:
            return True
        return False if await tx.outbox.knows(provider_id) else None


async def spent(core: Core, token: str) -> bool:
    """Whether an answer link has answered already for the page it was made for. Raises ``NotFound``."""
    async with core.store.reading() as tx:
        known = await tx.token(token_hash(token))
        if known is None:
            raise NotFound("link_unknown")
        return known.get("used_at") is not None


async def first_time(core: Core, gesture: str) -> bool:
    """Whether this is the first of its kind. Two machines that answer each other stop at the second."""
    async with core.store.transaction() as tx:
        return await tx.first_time(gesture, now=core.clock.now())
