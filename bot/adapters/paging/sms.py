"""A page as one SMS: answered by a reply, or by the link in it."""

from __future__ import annotations

from bot.adapters.paging.pager import number_of
from bot.adapters.paging.twilio import Twilio
from bot.domain.effects import PageResponder, RingMe, TextPerson, WarnOwner
from bot.domain.policy import Method
from bot.domain.slugs import PersonId
from bot.errors import Undeliverable
from bot.ports import Brief, Receipt
from messages import bundle, notices, phone, watch
from messages.words import words_of


class Sms:
    """Sends through Twilio; the provider tells ``callback_url`` what became of it."""

    def __init__(self, twilio: Twilio, *, callback_url: str) -> None:
        self._twilio = twilio
        self._callback_url = callback_url

    async def page(self, brief: Brief) -> Receipt:
        person, text = _text(brief)
        fields = {
            "To": number_of(brief, person, Method.SMS),
            "From": self._twilio.sender,
            "Body": text,
            "StatusCallback": self._callback_url,
        }
        answer = await self._twilio.create("Messages", fields)
        return Receipt(str(answer["sid"]))


def _text(brief: Brief) -> tuple[PersonId, str]:
    match brief.effect:
        case PageResponder(person=person) if brief.incidents_together:
            return person, bundle.sms(words_of(brief.roster, person), brief.incidents_together, url=brief.answer_url)
        case PageResponder(person=person):
            _ = words_of(brief.roster, person)
            return person, phone.sms(_, brief.record, url=brief.answer_url, prefix=brief.answer_prefix)
        case RingMe(person=person):
            return person, notices.ring_test_sms(words_of(brief.roster, person))
        case TextPerson(person=person) as effect:
            return person, notices.notice_sms(words_of(brief.roster, person), brief.record, effect)
        case WarnOwner(person=person) as warning if person:
            return person, watch.warning_sms(words_of(brief.roster, person), warning, brief.now)
        case _:
            raise Undeliverable("no_such_effect")
