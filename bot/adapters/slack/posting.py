"""Messages in Slack: posted once, then only edited.

Every post carries its effect's key, so that after an interruption it is looked for before it is
repeated.
"""

from __future__ import annotations

from bot.adapters.slack.calls import METADATA_TYPE, SlackCalls
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.errors import Undeliverable
from bot.ports import Brief, Receipt
from messages.blocks import Message
from messages.words import Words, words_for


def words_of_room(roster: Roster) -> Words:
    """The words of what several people read: the team's own language and time."""
    if roster.document is None:
        return words_for(roster.default_language, roster.default_time_zone)
    return words_for(roster.document.language, roster.document.time_zone)


async def post(calls: SlackCalls, brief: Brief, channel: str, message: Message) -> Receipt:
    """Post a message, unless an interrupted attempt has already done so."""
    key = brief.effect.key
    if brief.uncertain and (found := await calls.find_posted(channel, key)):
        return Receipt(found)
    answer = await calls(
        "chat.postMessage",
        channel=channel,
        text=message.text,
        blocks=message.blocks or None,
        metadata={"event_type": METADATA_TYPE, "event_payload": {"key": key}},
        unfurl_links=False,
        unfurl_media=False,
    )
    return Receipt(f"{answer['channel']}:{answer['ts']}")


async def edit(calls: SlackCalls, brief: Brief, message: Message) -> Receipt:
    """Change what was posted. Edits carry no key: only the last one matters."""
    channel, _, ts = (brief.posted or "").partition(":")
    await calls("chat.update", channel=channel, ts=ts, text=message.text, blocks=message.blocks or [])
    return Receipt(brief.posted)


def slack_of(roster: Roster, person: PersonId) -> str:
    """The person's Slack user id. Raises ``Undeliverable`` for those who are not in the workspace."""
    slack = roster.slack(person)
    if slack is None or not roster.reachable_in_slack(person):
        raise Undeliverable("user_not_found")
    return slack
