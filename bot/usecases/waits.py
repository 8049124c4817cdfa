"""Whoever waits behind a limit is told: the room on its card, and the person who asked.

A limit is somebody's who asks us for patience (Slack, a telephone company) or our own daily cap. Promises one
word about each wait, and none about what is over before anybody would have noticed.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.effects import AskSnoozed, Effect, PageResponder, RingMe, TellPerson
from bot.domain.escalation import PageId
from bot.domain.incident import IncidentId
from bot.domain.patience import CAPPED, NOTICEABLE, PHONE_INSTEAD
from bot.domain.policy import Method
from bot.domain.slugs import PersonId
from bot.domain.timeline import EventKind
from bot.ports import Transaction
from bot.usecases.quiet import hasten
from bot.usecases.telling import refresh_room

_LATE_NOTICE = "waiting_behind_limit"


async def wait_behind_limit(tx: Transaction, effect: Effect, *, until: datetime, now: datetime) -> None:
    """An effect was asked to wait: the phone takes over for a page in Slack, and who asked for it is told."""
    if until - now > PHONE_INSTEAD:
        await knock_by_phone(tx, effect, now=now)
    if until - now <= NOTICEABLE:
        return
    asker = await _asker(tx, effect, now=now)
    if asker is not None:
        await tx.outbox.enqueue([_notice(effect, asker, until, now)], now=now)


async def tell_capped(tx: Transaction, knock: PageResponder, *, until: datetime, now: datetime) -> None:
    """The card says that a repeat waits for tomorrow; the person hears so once a day for each way."""
    incident = await tx.incident(knock.incident)
    await tx.outbox.enqueue(refresh_room(incident), now=now)
    if await tx.first_time(f"capped:{knock.person}:{knock.method}:{until:%Y-%m-%d}", now=now):
        facts = {"method": knock.method, "until": until.isoformat()}
        told = TellPerson(knock.incident, knock.person, CAPPED, f"{knock.method}:{until:%Y-%m-%d}", facts)
        await tx.outbox.enqueue([told], now=now)


async def knock_by_phone(tx: Transaction, asked: Effect, *, now: datetime) -> None:
    """As when Slack refuses for good: the person's next way is due now. The message still comes when it may.

    Once: a message that does not leave and a snooze that Slack won't tell are one trouble, not two ways sooner.
    """
    if not isinstance(asked, PageResponder | AskSnoozed) or getattr(asked, "method", "slack_dm") != Method.SLACK_DM:
        return
    page = await tx.page(PageId(asked.page), lock=True)
    if not page.asks(asked.person, epoch=asked.epoch):
        return
    if await tx.first_time(f"phone-instead:{asked.place}:{asked.person}", now=now):
        await hasten(tx, page, asked.person, await tx.roster(), now=now)


async def _asker(tx: Transaction, effect: Effect, *, now: datetime) -> PersonId | None:
    """Who asked for this by a gesture and looks at the screen: for a trial, a page of somebody by name, a hand-over."""
    if isinstance(effect, RingMe):
        return effect.person if effect.method != Method.SLACK_DM else None  # that one is the notice itself
    if not isinstance(effect, PageResponder):
        return None
    page = await tx.page(PageId(effect.page))
    if not page.manual:
        return None
    record = await tx.record(effect.incident, now=now)
    asked = record.happened(EventKind.PERSON_PAGED, EventKind.HANDED_OVER)
    called = [each for each in asked if effect.person in (each.facts.get("people") or (each.facts.get("called"),))]
    return called[-1].by if called else None


def _notice(effect: Effect, asker: PersonId, until: datetime, now: datetime) -> TellPerson:
    facts = {
        "seconds": (until - now).total_seconds(),
        "method": getattr(effect, "method", ""),
        "person": getattr(effect, "person", ""),
    }
    return TellPerson(IncidentId(effect.incident), asker, _LATE_NOTICE, effect.key, facts)
