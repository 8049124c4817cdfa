"""A page as a direct message in Slack: the first knock, one call."""

from __future__ import annotations

from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.posting import post, slack_of
from bot.domain.effects import PageResponder, RingMe, WarnOwner
from bot.errors import Undeliverable
from bot.ports import Brief, Receipt
from messages import notices, page, watch
from messages.words import words_of


class SlackDm:
    """Writes to the person's conversation with the bot; Slack opens it when there is none."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls = calls

    async def page(self, brief: Brief) -> Receipt:
        match brief.effect:
            case PageResponder(page=number, person=person):
                message = page.dm(words_of(brief.roster, person), brief.record, number, person)
            case RingMe(person=person):
                message = notices.ring_test(words_of(brief.roster, person))
            case WarnOwner(person=person) as warning if person:
                message = watch.warning(words_of(brief.roster, person), warning, brief.now)
            case _:
                raise Undeliverable("no_such_effect")
        return await post(self._calls, brief, slack_of(brief.roster, person), message)
