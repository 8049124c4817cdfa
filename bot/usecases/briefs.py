"""The facts of this very moment, for what is about to leave.

Looks once more whether an effect is still wanted, and in whose company it leaves; then gathers what an adapter
needs to say it: the record, where a message to be edited is, a link that answers for one recipient.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.effects import (
    AddBookmark,
    AskSnoozed,
    AttachReview,
    Effect,
    InviteToRoom,
    PageResponder,
    PinCard,
    PostCard,
    PostReview,
    RefreshAnnouncement,
    RefreshCard,
    RefreshLetter,
    RefreshLine,
    RefreshPage,
    RefreshReminder,
    RelayPage,
    RemindSpeaker,
    SetTopic,
    StopRinging,
    TellPerson,
    TellRoom,
)
from bot.domain.escalation import PageId
from bot.domain.policy import Method
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.errors import NotFound
from bot.ports import Brief, Claimed, Core, Transaction
from bot.usecases import bundles

ANSWER_LINK_LASTS = timedelta(hours=24)
MAY_ARRIVE = frozenset({"pending", "sending", "accepted", "delivered", "uncertain"})
_EDITS = (RefreshPage, RefreshReminder, RefreshLetter, RefreshLine, RefreshCard, RefreshAnnouncement)


async def prepare(core: Core, claimed: Sequence[Claimed]) -> list[Brief | None]:
    """The facts to send each with, or nothing when it does not leave now.

    What has no moment left is dropped; what waits for company, or was taken along by another, is kept for later.
    """
    linked = [each for each in claimed if _is_linked(each.effect)]
    plain = [each for each in claimed if not _is_linked(each.effect)]
    briefs = await _plain(core, plain) if plain else {}
    if linked:
        briefs |= await _linked(core, linked)
    return [briefs.get(each.id) for each in claimed]


async def _plain(core: Core, claimed: Sequence[Claimed]) -> dict[int, Brief]:
    async with core.store.reading() as tx:
        briefs = await _briefs(core, tx, claimed)
    unwanted = [each for each in claimed if each.id not in briefs]
    if unwanted:
        async with core.store.transaction(gesture=False) as tx:
            for each in unwanted:
                await tx.outbox.drop(each, now=core.clock.now())
    return briefs


async def _linked(core: Core, claimed: Sequence[Claimed]) -> dict[int, Brief]:
    """Texts, calls and letters: each alone, or several for one person in one."""
    async with core.store.transaction(gesture=False) as tx:
        sorted_out = await bundles.sort_out(core, tx, claimed, _wanted)
        leaving = [each for each in claimed if each.id in sorted_out.leaving]
        found = await _briefs(core, tx, leaving)
        for each in (*sorted_out.unwanted, *(each for each in leaving if each.id not in found)):
            await tx.outbox.drop(each, now=core.clock.now())
            await bundles.make_way(core, tx, each)
        return {
            number: replace(await _with_link(core, tx, brief), together=sorted_out.leaving[number])
            for number, brief in found.items()
        }


def token_hash(token: str) -> str:
    """What we keep of an answer link: enough to know it, not enough to forge it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _is_linked(effect: Effect) -> bool:
    return isinstance(effect, PageResponder) and effect.method in bundles.BY_PHONE


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
    records = await tx.records({each.effect.incident for each in claimed if each.effect.incident}, now=now)
    roster = await tx.roster()  # read with the records, if there are any
    briefs = {each.id: _brief(each, roster, records.get(each.effect.incident), now) for each in claimed}
    wanted = {number: brief for number, brief in briefs.items() if brief is not None}
    for number, brief in wanted.items():
        if isinstance(brief.effect, StopRinging):
            wanted[number] = await _with_calls(tx, brief, brief.effect)
    return wanted


async def _with_calls(tx: Transaction, brief: Brief, effect: StopRinging) -> Brief:
    """Before a call is hung up: whether it rings for another page too."""
    mine = [knock for knock in brief.record.knocks if (knock.page, knock.method) == (effect.page, Method.VOICE)]
    calls = [knock.provider_id for knock in mine if knock.provider_id]
    others = await tx.outbox.others_in_the_message(calls, page=effect.page) if calls else ()
    pages = {page.id: page for who in {knock.person for _, knock in others} for page in await tx.wanted_pages_of(who)}
    known = ((call, knock, pages.get(PageId(knock.page))) for call, knock in others)
    asking = [call for call, knock, page in known if page and page.asks(knock.person, epoch=knock.epoch)]
    return replace(brief, still_wanted=frozenset(asking))


def _brief(claimed: Claimed, roster: Roster, record: Record | None, now: datetime) -> Brief | None:
    effect = claimed.effect
    if record is None and effect.incident:
        raise NotFound("incident_unknown", incident=effect.incident)
    if record is not None and not _wanted(effect, record):
        return None
    posted, before = _posted(effect, record) if record else (None, ())
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


def _posted(effect: Effect, record: Record) -> tuple[str | None, tuple[str, ...]]:
    """Where the message to edit is, as "channel:ts"; and those that asked the same before it."""
    if isinstance(effect, RefreshPage):
        return _messages_of(effect, record)
    return _message_of(effect, record), ()


def _message_of(effect: Effect, record: Record) -> str | None:
    room = record.incident.room
    match effect:
        case RefreshCard() | PinCard():
            return f"{room.channel}:{room.card_ts}" if room.card_ts else None
        case RefreshAnnouncement():
            return f"{room.announcement_channel}:{room.announcement_ts}" if room.announcement_ts else None
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
    on_its_way = bool(asked) and not asked[-1].provider_id and asked[-1].state in MAY_ARRIVE
    return (None, tuple(sent)) if on_its_way or not sent else (sent[-1], tuple(sent[:-1]))
