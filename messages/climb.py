"""What somebody who has it reads when a colleague does not wait for them, and calls the next level.

Promises who it was, who is called now, and how to say that one is on it all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.record import Record
from bot.domain.slugs import PersonId
from messages import ladder
from messages.blocks import Message, context, section
from messages.names import heading, name, names
from messages.outlook import lines, sentences
from messages.words import Words


def climbed(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    """The notice in Slack."""
    head, news = heading(_, record.incident), _news(_, record, facts)
    step = _("If you are on it, press *I'm on it* in your call or write `/crisis ack`: then nobody else is woken.")
    return Message.of(
        sentences(head, news, step.replace("`", "").replace("*", "")),
        section(lines(f"*{head}*", news, step)),
        context(record.incident.name),
    )


def _news(_: Words, record: Record, facts: Mapping[str, Any]) -> str:
    asked = _called_instead(record, facts)
    said = {"who": name(record.roster, PersonId(str(facts.get("by", "")))), "names": names(_, record.roster, asked)}
    if not asked:
        return _("You had it, and {who} did not want to wait: others are called now.", **said)
    return _.plural(
        "You had it, and {who} did not want to wait: {names} is called now.",
        "You had it, and {who} did not want to wait: {names} are called now.",
        len(asked),
        **said,
    )


def climbed_sms(_: Words, record: Record, facts: Mapping[str, Any]) -> str:
    """The same for a telephone."""
    who = record.roster.name(PersonId(str(facts.get("by", ""))))
    return _("{who} did not want to wait: others are called now. Reply 1 if you are on it.", who=who)


def _called_instead(record: Record, facts: Mapping[str, Any]) -> tuple[PersonId, ...]:
    """Who is asked at this moment, but for whoever reads it."""
    page = record.page(int(facts.get("page", 0)))
    had_it = facts.get("had_it", ())
    return tuple(each for each in ladder.still_asked(record, page) if each not in had_it) if page else ()
