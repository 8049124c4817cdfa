"""What the dispatcher asks before it sends, and tells us after.

``prepare`` looks once more whether an effect is still wanted and gathers the facts of the moment;
``settle`` stores the receipt and what it makes possible; ``failed`` finds the next way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.domain.effects import (
    Announce,
    AskSnoozed,
    Effect,
    InviteToRoom,
    OpenChannel,
    PageResponder,
    PinCard,
    PostCard,
    PublishStatement,
    RefreshCard,
    TellPerson,
    WarnOwner,
)
from bot.domain.escalation import Page, PageId
from bot.domain.incident import Room
from bot.domain.record import Knock
from bot.domain.roster import GUESTS_KEPT_OUT
from bot.domain.timeline import EventKind
from bot.errors import AnticrisiError, NotRecorded, NotYetDelivered, OutcomeUnknown, Undeliverable
from bot.ports import Claimed, Core, Receipt, Transaction
from bot.usecases import bundles
from bot.usecases.briefs import MAY_ARRIVE, prepare
from bot.usecases.quiet import hasten
from bot.usecases.room import furnish, say_who_waits_outside
from bot.usecases.telling import refresh_room, tell_room
from bot.usecases.waits import knock_by_phone, wait_behind_limit

__all__ = ["cards_of", "failed", "has_consequences", "next_way", "prepare", "settle"]

GIVE_UP_AFTER = 150  # failures of what is not a page; with back-off, about a day
_CONSEQUENTIAL = (OpenChannel, PostCard, Announce, AskSnoozed, PublishStatement)


def has_consequences(claimed: Claimed) -> bool:
    """Whether its receipt changes more of the record than the effect itself."""
    return isinstance(claimed.effect, _CONSEQUENTIAL) or _was_in_trouble(claimed)


async def settle(core: Core, receipts: Sequence[tuple[Claimed, Receipt]]) -> None:
    """Store what the other side said, and enqueue what can happen now that this has.

    Cards are drawn again in a commit of their own: locks on them are never taken after those on what was sent.
    """
    async with core.store.transaction(gesture=False) as tx:
        now = core.clock.now()
        held = await tx.outbox.settle_all(receipts, now=now)
        for claimed, receipt in receipts:
            if claimed.id in held and has_consequences(claimed):
                await _follow(tx, claimed, receipt, now=now)
        cards = await cards_of(tx, (claimed.effect for claimed, _ in receipts if claimed.id in held))
    if cards:
        with suppress(NotRecorded):  # what was sent is stored; the card follows with whatever happens next
            async with core.store.transaction(gesture=False) as tx:
                await tx.outbox.enqueue(cards, now=now)


async def cards_of(tx: Transaction, effects: Iterable[Effect]) -> tuple[RefreshCard, ...]:
    """The cards that tell what became of these knocks."""
    told = {effect.incident for effect in effects if isinstance(effect, PageResponder)}
    shown = (await tx.incidents(told)).values() if told else ()
    return tuple(RefreshCard(each.id) for each in shown if each.open and each.room.card_ts)


async def _follow(tx: Transaction, claimed: Claimed, receipt: Receipt, *, now: datetime) -> None:
    match claimed.effect:
        case OpenChannel() as effect:
            await furnish(tx, effect.incident, str(receipt.provider_id), str(receipt.facts.get("name", "")), now=now)
        case PostCard() as effect:
            _channel, _, ts = (receipt.provider_id or "").partition(":")
            meanwhile = RefreshCard(effect.incident)  # knocks may have left while it was being posted
            await _change_room(tx, effect, now, [PinCard(effect.incident), meanwhile], card_ts=ts)
        case Announce() as effect:
            channel, _, ts = (receipt.provider_id or "").partition(":")
            await _change_room(tx, effect, now, [], announcement_channel=channel, announcement_ts=ts)
        case AskSnoozed() as effect if receipt.facts.get("snoozed", True):
            await knock_by_phone(tx, effect, now=now)
        case PublishStatement() as effect:
            await tx.outbox.enqueue(refresh_room(await tx.incident(effect.incident)), now=now)
        case _:
            pass
    if _was_in_trouble(claimed):
        await _card_after_trouble(tx, claimed.effect, now=now)


def _was_in_trouble(claimed: Claimed) -> bool:
    return claimed.failures > 0 and not isinstance(claimed.effect, RefreshCard)


async def failed(core: Core, claimed: Claimed, error: AnticrisiError, *, retry_at: datetime) -> None:
    """Store the failure, and let the next way take over where there is one."""
    async with core.store.transaction(gesture=False) as tx:
        now = core.clock.now()
        effect = claimed.effect
        match error:
            case OutcomeUnknown(code=code) if isinstance(effect, PublishStatement):
                if await tx.outbox.doubt(claimed, code, now=now):
                    await _ask_whether_published(tx, effect, now=now)
            case NotYetDelivered() | OutcomeUnknown() if _worth_repeating(claimed):
                await _postpone(tx, claimed, error, until=retry_at, now=now)
            case NotYetDelivered(code=code) | OutcomeUnknown(code=code) | Undeliverable(code=code):
                if await tx.outbox.fail(claimed, code, now=now):
                    await next_way(tx, effect, code, now=now)
            case _:
                if await tx.outbox.fail(claimed, type(error).__name__, now=now):
                    await next_way(tx, effect, type(error).__name__, now=now)
        await bundles.make_way(core, tx, claimed)
        await tx.outbox.enqueue(await cards_of(tx, [effect]), now=now)


async def _postpone(
    tx: Transaction, claimed: Claimed, error: NotYetDelivered | OutcomeUnknown, *, until: datetime, now: datetime
) -> None:
    in_doubt = isinstance(error, OutcomeUnknown)
    if not await tx.outbox.postpone(claimed, error.code, until=until, now=now, uncertain=in_doubt):
        return
    await _card_after_trouble(tx, claimed.effect, now=now)
    if isinstance(error, NotYetDelivered) and error.retry_after is not None:
        await wait_behind_limit(tx, claimed.effect, until=until, now=now)
    elif not claimed.failures:  # Slack itself is ill: nobody waits to see for how long
        await knock_by_phone(tx, claimed.effect, now=now)


def _worth_repeating(claimed: Claimed) -> bool:
    """A page always is. Who is warned of our own trouble is told by another way at once, while there is one."""
    match claimed.effect:
        case PageResponder():
            return True
        case WarnOwner(otherwise=otherwise) if otherwise:
            return False
        case _:
            return claimed.failures < GIVE_UP_AFTER


async def _change_room(
    tx: Transaction, effect: Effect, now: datetime, then: list[Effect], **fields: str | None
) -> None:
    incident = await tx.incident(effect.incident, lock=True)
    room: Room = replace(incident.room, **fields)
    await tx.save_incident(replace(incident, room=room))
    await tx.outbox.enqueue(then, now=now)


async def _card_after_trouble(tx: Transaction, effect: Effect, *, now: datetime) -> None:
    """The card says what is still being tried; it is drawn again when that changes."""
    if not effect.incident or isinstance(effect, RefreshCard):
        return
    await tx.outbox.enqueue(refresh_room(await tx.incident(effect.incident)), now=now)


async def next_way(tx: Transaction, effect: Effect, code: str, *, now: datetime) -> None:
    match effect:
        case PageResponder() as knock:
            await _knock_otherwise(tx, knock, code, now=now)
        case WarnOwner(otherwise=(way, *rest)) as warning:
            await tx.outbox.enqueue([replace(warning, method=way, otherwise=tuple(rest))], now=now)
        case OpenChannel():
            await _channel_refused(tx, effect, code, now=now)
        case InviteToRoom(people=people) if code == GUESTS_KEPT_OUT:
            await say_who_waits_outside(tx, effect.incident, people, now=now)
        case PublishStatement(statement=statement, channel=channel):
            facts = {"statement": statement, "channel": channel, "code": code}
            told = await tx.tell(effect.incident, EventKind.STATEMENT_FAILED, at=now, facts=facts)
            incident = await tx.incident(effect.incident)
            await tx.outbox.enqueue((*tell_room(incident, [told]), *refresh_room(incident)), now=now)
        case _:
            await _card_after_trouble(tx, effect, now=now)


async def _knock_otherwise(tx: Transaction, knock: PageResponder, code: str, *, now: datetime) -> None:
    """The person's next way is due now. When no way is left and none may have arrived, they can't be reached."""
    page = await tx.page(PageId(knock.page), lock=True)
    if not page.asks(knock.person, epoch=knock.epoch):
        return
    if await hasten(tx, page, knock.person, await tx.roster(), now=now):
        return
    record = await tx.record(knock.incident, now=now)
    turn = (knock.page, knock.epoch, knock.loop, knock.level, knock.turn)
    here = [each for each in record.knocks if (each.page, each.epoch, each.loop, each.level, each.turn) == turn]
    if not any(each.state in MAY_ARRIVE for each in here if each.person == knock.person):
        await _unreachable(tx, page, knock, code, here, now=now)


async def _unreachable(
    tx: Transaction, page: Page, knock: PageResponder, code: str, here: list[Knock], *, now: datetime
) -> None:
    """The room is told; when nobody else of the level can be reached either, the next level is due now."""
    facts = {"person": knock.person, "code": code}
    told = await tx.tell(knock.incident, EventKind.ALL_METHODS_FAILED, at=now, facts=facts)
    incident = await tx.incident(knock.incident)
    await tx.outbox.enqueue((*tell_room(incident, [told]), *refresh_room(incident)), now=now)
    present = (knock.epoch, knock.loop, knock.level, knock.turn) == (page.epoch, page.loop, page.level, page.turn)
    if page.due_at and present and not any(each.state in MAY_ARRIVE for each in here):
        await tx.save_pages([replace(page, due_at=min(page.due_at, now))])


async def _channel_refused(tx: Transaction, effect: OpenChannel, code: str, *, now: datetime) -> None:
    incident = await tx.incident(effect.incident)
    roster = await tx.roster()
    await tx.tell(incident.id, EventKind.CHANNEL_REFUSED, at=now, facts={"code": code})
    told = tuple(dict.fromkeys((incident.reporter, *roster.owners())))
    letters = [TellPerson(incident.id, person, "channel_refused", "channel", {"code": code}) for person in told]
    announce = [] if incident.private else [Announce(incident.id)]
    await tx.outbox.enqueue([*letters, *announce], now=now)


async def _ask_whether_published(tx: Transaction, effect: PublishStatement, *, now: datetime) -> None:
    statement = await tx.statement(effect.statement)  # type: ignore[arg-type]
    incident = await tx.incident(effect.incident)
    person = statement.author or incident.communications_lead or incident.reporter
    facts = {"statement": effect.statement, "channel": effect.channel}
    await tx.outbox.enqueue(
        [TellPerson(incident.id, person, "delivery_uncertain", effect.key, facts), *refresh_room(incident)], now=now
    )
