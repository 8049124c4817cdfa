"""What comes back from outside, unasked: reports of providers, links that were used before.

A report moves a state forward only, and once; one that comes late changes nothing. A page that did not
arrive makes the person's next way due now, as a page that could not leave does.
"""

from __future__ import annotations

from enum import StrEnum

from bot.domain.effects import Effect, PageResponder
from bot.domain.escalation import PageId
from bot.errors import NotFound
from bot.ports import Core, Transaction
from bot.usecases.deliveries import next_way, token_hash

_MAY_HAVE_ARRIVED = frozenset({"sending", "accepted", "delivered", "uncertain"})


class Fate(StrEnum):
    """What a provider says became of a message."""

    DELIVERED = "delivered"
    FAILED = "failed"


async def delivered(core: Core, provider_id: str, state: Fate, error: str | None = None) -> bool:
    """Store what a provider reports. Whether that was news."""
    async with core.store.transaction(gesture=False) as tx:
        effect = await tx.outbox.delivered(provider_id, str(state), error, now=core.clock.now())
        if effect is None:
            return False
        if state is Fate.FAILED:
            await _take_next_way(core, tx, effect, error or "not_delivered")
        return True


async def spent(core: Core, token: str) -> bool:
    """Whether an answer link has answered already. Raises ``NotFound``."""
    async with core.store.reading() as tx:
        known = await tx.token(token_hash(token))
        if known is None:
            raise NotFound("link_unknown")
        return known.get("used_at") is not None


async def first_time(core: Core, gesture: str) -> bool:
    """Whether this is the first of its kind. Two machines that answer each other stop at the second."""
    async with core.store.transaction() as tx:
        return await tx.first_time(gesture, now=core.clock.now())


async def _take_next_way(core: Core, tx: Transaction, effect: Effect, code: str) -> None:
    if not isinstance(effect, PageResponder):
        await next_way(tx, effect, code, now=core.clock.now())
        return
    page = await tx.page(PageId(effect.page))
    if not page.wanted or page.epoch != effect.epoch or effect.person in page.declined:
        return
    if await _reached_otherwise(core, tx, effect):
        await tx.outbox.hasten_knocks(PageId(effect.page), effect.person, now=core.clock.now())
    else:
        await next_way(tx, effect, code, now=core.clock.now())


async def _reached_otherwise(core: Core, tx: Transaction, effect: PageResponder) -> bool:
    """Whether another knock of the same turn may have arrived: then not every way has failed."""
    record = await tx.record(effect.incident, now=core.clock.now())
    turn = (effect.page, effect.epoch, effect.loop, effect.level, effect.person)
    knocks = (k for k in record.knocks if (k.page, k.epoch, k.loop, k.level, k.person) == turn)
    return any(knock.state in _MAY_HAVE_ARRIVED for knock in knocks)
