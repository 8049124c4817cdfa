"""What the dispatcher asks before it sends, and tells us after.

``prepare`` looks once more whether an effect is still wanted and gathers the facts of the moment;
``settle`` stores the receipt and what it makes possible; ``failed`` finds the next way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.effects import (
    AddBookmark,
    Announce,
    AskSnoozed,
    AttachReview,
    Effect,
    InviteToRoom,
    OpenChannel,
    PageResponder,
    PinCard,
    PostCard,
    PostReview,
    PublishStatement,
    RefreshAnnouncement,
    RefreshCard,
    RefreshLetter,
    RefreshLine,
    RefreshPage,
    RefreshReminder,
    RelayPage,
    RemindSpeaker,
    SetTopic,
    TellPerson,
    TellRoom,
    WarnOwner,
)
from bot.domain.escalation import Page, PageId
from bot.domain.incident import Room
from bot.domain.policy import Method
from bot.domain.record import Knock, Record
from bot.domain.roster import GUESTS_KEPT_OUT, Roster
from bot.domain.timeline import EventKind
from bot.errors import AnticrisiError, NotFound, NotYetDelivered, OutcomeUnknown, Undeliverable
from bot.ports import Brief, Claimed, Core, Receipt, Transaction
from bot.usecases.paging import refresh_room, tell_room
from bot.usecases.room import furnish, say_who_waits_outside

ANSWER_LINK_LASTS = timedelta(hours=24)
GIVE_UP_AFTER = 150  # failures of what is not a page; with back-off, about a day
_MAY_ARRIVE = frozenset({"pending", "sending", "accepted", "delivered", "uncertain"})
_EDITS = (RefreshPage, RefreshReminder, RefreshLetter, RefreshLine, RefreshCard, RefreshAnnouncement)
_CONSEQUENTIAL = (OpenChannel, PostCard, Announce, AskSnoozed, PublishStatement)
_LINKED = frozenset({Method.SMS, Method.VOICE, Method.EMAIL})


async def prepare(core: Core, claimed: Sequence[Claimed]) -> list[Brief | None]:
    """The facts to send each with, or nothing when its moment has passed (the effect is then dropped)."""
    briefs: dict[int, Brief] = {}
    plain = [each for each in claimed if not _is_linked(each.effect)]
    linked = [each for each in claimed if _is_linked(each.effect)]
    if plain:
        async with core.store.reading() as tx:
            briefs |= await _briefs(core, tx, plain)
    if linked:
        async with core.store.transaction(gesture=False) as tx:
            found = await _briefs(core, tx, linked)
            briefs |= {number: await _with_link(core, tx, brief) for number, brief in found.items()}
    unwanted = [each for each in claimed if each.id not in briefs]
    if unwanted:
        async with core.store.transaction(gesture=False) as tx:
            for each in unwanted:
                await tx.outbox.drop(each, now=core.clock.now())
    return [briefs.get(each.id) for each in claimed]


def has_consequences(claimed: Claimed) -> bool:
    """Whether its receipt changes more of the record than the effect itself."""
    return isinstance(claimed.effect, _CONSEQUENTIAL) or _was_in_trouble(claimed)


async def settle(core: Core, receipts: Sequence[tuple[Claimed, Receipt]]) -> None:
    """Store what the other side said, and enqueue what can happen now that this has."""
    async with core.store.transaction(gesture=False) as tx:
        now = core.clock.now()
        held = await tx.outbox.settle_all(receipts, now=now)
        for claimed, receipt in receipts:
            if claimed.id in held and has_consequences(claimed):
                await _follow(tx, claimed, receipt, now=now)


async def _follow(tx: Transaction, claimed: Claimed, receipt: Receipt, *, now: datetime) -> None:
    match claimed.effect:
        case OpenChannel() as effect:
            await furnish(tx, effect.incident, str(receipt.provider_id), str(receipt.facts.get("name", "")), now=now)
        case PostCard() as effect:
            _channel, _, ts = (receipt.provider_id or "").partition(":")
            await _change_room(tx, effect, now, [PinCard(effect.incident)], card_ts=ts)
        case Announce() as effect:
            channel, _, ts = (receipt.provider_id or "").partition(":")
            await _change_room(tx, effect, now, [], announcement_channel=channel, announcement_ts=ts)
        case AskSnoozed(page=page, person=person) if receipt.facts.get("snoozed", True):
            await tx.outbox.hasten_knocks(PageId(page), person, now=now)
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
            case OutcomeUnknown(code=code) if _worth_repeating(claimed):
                if await tx.outbox.postpone(claimed, code, until=retry_at, now=now, uncertain=True):
                    await _card_after_trouble(tx, effect, now=now)
            case NotYetDelivered(code=code) if _worth_repeating(claimed):
                if await tx.outbox.postpone(claimed, code, until=retry_at, now=now):
                    await _card_after_trouble(tx, effect, now=now)
            case NotYetDelivered(code=code) | OutcomeUnknown(code=code) | Undeliverable(code=code):
                if await tx.outbox.fail(claimed, code, now=now):
                    await next_way(tx, effect, code, now=now)
            case _:
                if await tx.outbox.fail(claimed, type(error).__name__, now=now):
                    await next_way(tx, effect, type(error).__name__, now=now)


def _worth_repeating(claimed: Claimed) -> bool:
    """A page always is. Who is warned of our own trouble is told by another way at once, while there is one."""
    match claimed.effect:
        case PageResponder():
            return True
        case WarnOwner(otherwise=otherwise) if otherwise:
            return False
        case _:
            return claimed.failures < GIVE_UP_AFTER


def token_hash(token: str) -> str:
    """What we keep of an answer link: enough to know it, not enough to forge it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _is_linked(effect: Effect) -> bool:
    return isinstance(effect, PageResponder) and effect.method in _LINKED


async def _with_link(core: Core, tx: Transaction, brief: Brief) -> Brief:
    """A link for this recipient alone, kept as little more than its print."""
    effect = brief.effect
    assert isinstance(effect, PageResponder)
    token = core.ids.token()
    await tx.add_token(
        token_hash(token),
        page=PageId(effect.page),
        person=effect.person,
        expires=brief.now + ANSWER_LINK_LASTS,
        method=effect.method,
    )
    others = {page.incident for page in await tx.wanted_pages_of(effect.person)} - {effect.incident}
    link = f"{brief.record.public_url}/ack/{token}"
    return replace(brief, answer_url=link, answer_prefix=f"{effect.incident} " if others else "")


async def _briefs(core: Core, tx: Transaction, claimed: Sequence[Claimed]) -> dict[int, Brief]:
    """By the effect's number: those that are still wanted."""
    now = core.clock.now()
    roster = await tx.roster()
    records = await tx.records({each.effect.incident for each in claimed if each.effect.incident}, now=now)
    briefs = {each.id: _brief(each, roster, records.get(each.effect.incident), now) for each in claimed}
    return {number: brief for number, brief in briefs.items() if brief is not None}


def _brief(claimed: Claimed, roster: Roster, record: Record | None, now: datetime) -> Brief | None:
    effect = claimed.effect
    if record is None and effect.incident:
        raise NotFound("incident_unknown", incident=effect.incident)
    if record is not None and not _wanted(effect, record):
        return None
    posted = _posted(effect, record) if record else None
    before = _messages_of(effect, record)[1] if isinstance(effect, RefreshPage) and record else ()
    if isinstance(effect, _EDITS) and posted is None and not before:
        return None
    if isinstance(effect, TellPerson) and effect.notice == "last_resort":
        effect = _with_numbers(effect, roster)
    return Brief(effect, roster, now, record, claimed.attempt, claimed.uncertain, posted=posted, posted_before=before)


def _with_numbers(effect: TellPerson, roster: Roster) -> TellPerson:
    """The last-resort numbers join the notice as it leaves: no stored effect holds one."""
    known = roster.document.last_resort if roster.document else ()
    language = roster.language(effect.person)
    numbers = [{"label": each.label.in_(language), "phone": each.phone.reveal()} for each in known]
    return replace(effect, facts={**effect.facts, "numbers": numbers})


def _wanted(effect: Effect, record: Record) -> bool:
    match effect:
        case PageResponder(page=page, epoch=epoch, person=person) | AskSnoozed(page=page, epoch=epoch, person=person):
            found = record.page(page)
            return found is not None and found.asks(person, epoch=epoch)
        case RelayPage(page=page, epoch=epoch):
            found = record.page(page)
            return found is not None and found.wanted and found.epoch == epoch
        case RemindSpeaker(round=round):
            deadline = record.customers_deadline
            return deadline is not None and deadline.round == round
        case SetTopic() | InviteToRoom() | PostCard() | AddBookmark() | PostReview() | AttachReview() | TellRoom():
            return record.incident.room.channel is not None
        case _:
            return True


def _posted(effect: Effect, record: Record) -> str | None:
    """Where the message to edit is, as "channel:ts"."""
    room = record.incident.room
    match effect:
        case RefreshCard() | PinCard():
            return f"{room.channel}:{room.card_ts}" if room.card_ts else None
        case RefreshAnnouncement():
            return f"{room.announcement_channel}:{room.announcement_ts}" if room.announcement_ts else None
        case RefreshPage() as page:
            newest, _earlier = _messages_of(page, record)
            return newest
        case RefreshReminder(person=person, round=round, stage=stage, asked=asked):
            wanted = (person, round, stage, asked)
            reminders = (r for r in record.reminders if (r.person, r.round, r.stage, r.asked) == wanted)
            return next((reminder.provider_id for reminder in reminders if reminder.provider_id), None)
        case RefreshLine(seq=seq):
            return next((line.provider_id for line in record.lines if line.seq == seq and line.provider_id), None)
        case RefreshLetter(person=person, notice=notice, occasion=occasion):
            letters = (x for x in record.letters if (x.person, x.notice, x.occasion) == (person, notice, occasion))
            return next((letter.provider_id for letter in letters if letter.provider_id), None)
        case _:
            return None


def _messages_of(effect: RefreshPage, record: Record) -> tuple[str | None, tuple[str, ...]]:
    """The message that asks this person now, if it is there yet; and those that asked them before."""
    mine = (effect.page, effect.person, Method.SLACK_DM)
    asked = [knock for knock in record.knocks if (knock.page, knock.person, knock.method) == mine]
    sent = [knock.provider_id for knock in asked if knock.provider_id]
    on_its_way = bool(asked) and not asked[-1].provider_id and asked[-1].state in _MAY_ARRIVE
    return (None, tuple(sent)) if on_its_way or not sent else (sent[-1], tuple(sent[:-1]))


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
    if await tx.outbox.hasten_knocks(page.id, knock.person, now=now):
        return
    record = await tx.record(knock.incident, now=now)
    turn = (knock.page, knock.epoch, knock.loop, knock.level)
    here = [each for each in record.knocks if (each.page, each.epoch, each.loop, each.level) == turn]
    if not any(each.state in _MAY_ARRIVE for each in here if each.person == knock.person):
        await _unreachable(tx, page, knock, code, here, now=now)


async def _unreachable(
    tx: Transaction, page: Page, knock: PageResponder, code: str, here: list[Knock], *, now: datetime
) -> None:
    """The room is told; when nobody else of the level can be reached either, the next level is due now."""
    facts = {"person": knock.person, "code": code}
    told = await tx.tell(knock.incident, EventKind.ALL_METHODS_FAILED, at=now, facts=facts)
    incident = await tx.incident(knock.incident)
    await tx.outbox.enqueue((*tell_room(incident, [told]), *refresh_room(incident)), now=now)
    if page.due_at and not any(each.state in _MAY_ARRIVE for each in here):
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
