"""A page as a telephone call: answered by a key.

Twilio asks our web what to say when the call is taken, so that it tells how the page stands at that moment;
``bot/web/voice.py`` answers, and hears the key and how the call ended. A call that still rings when somebody
else has the page is hung up.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from bot.adapters.paging.pager import number_of
from bot.adapters.paging.twilio import Twilio
from bot.domain.effects import PageResponder, RingMe, StopRinging
from bot.domain.policy import Method
from bot.domain.record import Knock, Record
from bot.domain.slugs import PersonId
from bot.errors import NotYetDelivered, OutcomeUnknown, Undeliverable
from bot.ports import Brief, Receipt
from messages import notices, twiml
from messages.words import words_of

log = structlog.get_logger(__name__)

RINGS_FOR: Final = 45  # seconds: long enough to wake somebody, short enough for the next way


class Voice:
    """Calls through Twilio. ``hooks`` is where its call-backs for calls begin, at our public address."""

    def __init__(self, twilio: Twilio, *, hooks: str) -> None:
        self._twilio = twilio
        self._hooks = hooks.rstrip("/")

    async def page(self, brief: Brief) -> Receipt:
        match brief.effect:
            case PageResponder(person=person):
                return await self._call(brief, person, {"Url": self._address(brief), "Method": "POST"})
            case RingMe(person=person):
                _ = words_of(brief.roster, person)
                said = notices.ring_test_voice(_)
                return await self._call(brief, person, {"Twiml": twiml.say(_, said, said)})
            case StopRinging():
                return await self._hang_up(brief)
            case _:
                raise Undeliverable("no_such_effect")

    async def _call(self, brief: Brief, person: PersonId, what: dict[str, str]) -> Receipt:
        fields = {
            "To": number_of(brief, person, Method.VOICE),
            "From": self._twilio.sender,
            "Timeout": str(RINGS_FOR),
            "StatusCallback": f"{self._hooks}/call",
            "StatusCallbackMethod": "POST",
        }
        answer = await self._twilio.create("Calls", fields | what)
        return Receipt(str(answer["sid"]))

    async def _hang_up(self, brief: Brief) -> Receipt:
        """Cancel what rings for this page alone. Calls that were taken go on: who speaks with us hears who has it."""
        if any(knock.state == "sending" for knock in _calls(brief)):
            raise NotYetDelivered("still_dialling")
        idle = [knock for knock in _calls(brief) if knock.state == "accepted" and not _asked(brief.record, knock)]
        calls = {knock.provider_id for knock in idle if knock.provider_id} - brief.still_wanted
        await asyncio.gather(*(self._cancel(call) for call in calls))
        return Receipt()

    async def _cancel(self, call: str) -> None:
        try:
            await self._twilio.create(f"Calls/{call}", {"Status": "canceled"})
        except (Undeliverable, OutcomeUnknown) as error:
            log.info("call_not_cancelled", error=str(error))  # it has ended meanwhile, or rings out by itself

    def _address(self, brief: Brief) -> str:
        """Where Twilio learns what to say: it holds the same token as an answer link, for this call alone."""
        token = brief.answer_url.rpartition("/")[2]
        if not token:
            raise Undeliverable("no_link")
        return f"{self._hooks}/voice/{token}"


def _calls(brief: Brief) -> list[Knock]:
    number = brief.effect.page if isinstance(brief.effect, StopRinging) else None
    return [knock for knock in brief.record.knocks if knock.page == number and knock.method == Method.VOICE]


def _asked(record: Record, knock: Knock) -> bool:
    """Whether this call is still wanted: the page asks again, and asks this person."""
    page = record.page(knock.page)
    return page is not None and page.asks(knock.person, epoch=knock.epoch)
