"""What owners of the plan are told when the bot itself is in trouble, and when it no longer is.

Promises what has stopped, what goes on, and the next step last; text messages of one segment.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.effects import WarnOwner
from bot.domain.own_trouble import OwnTrouble
from messages import gsm
from messages.blocks import Message, section
from messages.marks import escape
from messages.outlook import lines, sentences
from messages.phone import Mail
from messages.words import N_, Words

_BEGUN = {
    OwnTrouble.SLACK: N_("we haven't been hearing Slack {since}. Commands and buttons may do nothing; phones go on."),
    OwnTrouble.REFUSED: N_("Slack has refused us {since}. We can write nothing there; phones and letters go on."),
    OwnTrouble.TICK: N_("our clock has been standing still {since}. Nobody further is called, nobody is reminded."),
    OwnTrouble.PAGES: N_("calls have been leaving late {since}. People hear of incidents later than planned."),
}
_STEP = {
    OwnTrouble.SLACK: N_("Look at slack-status.com and the bot's log. Until we write again, call people yourselves."),
    OwnTrouble.REFUSED: N_("Ask a Slack admin whether the app was removed; install it again, renew SLACK_BOT_TOKEN."),
    OwnTrouble.TICK: N_("Look at the bot's log and restart it: what is due is stored, and leaves at the start."),
    OwnTrouble.PAGES: N_("Look at the bot's log, database and providers. If in doubt, call people yourselves."),
}
_OVER = {
    OwnTrouble.SLACK: N_("we hear Slack again, after {duration}. Repeat what was typed or pressed meanwhile."),
    OwnTrouble.REFUSED: N_("Slack accepts us again, after {duration}. What was waiting is leaving now."),
    OwnTrouble.TICK: N_("our clock runs again, after {duration}. What had fallen due is leaving now."),
    OwnTrouble.PAGES: N_("calls leave on time again, after {duration}."),
}


def warning(_: Words, effect: WarnOwner, now: datetime) -> Message:
    """For Slack."""
    news, step = _news(_, effect, now), _step(_, effect)
    return Message.of(sentences(news, step), section(lines(f"*{escape(news)}*", escape(step))))


def warning_sms(_: Words, effect: WarnOwner, now: datetime) -> str:
    """In one text message: the news alone, for the step may not fit."""
    return gsm.segment(_news(_, effect, now))


def warning_mail(_: Words, effect: WarnOwner, now: datetime) -> Mail:
    """By letter, or for a second line."""
    subject = _("Anticrisi is well again") if effect.until else _("Anticrisi itself is in trouble")
    return Mail(subject, "\n\n".join(part for part in (_news(_, effect, now), _step(_, effect)) if part) + "\n")


def _news(_: Words, effect: WarnOwner, now: datetime) -> str:
    trouble, since = OwnTrouble(effect.trouble), datetime.fromisoformat(effect.since)
    if effect.until:
        length = _.duration(datetime.fromisoformat(effect.until) - since)
        return f"Anticrisi: {_(_OVER[trouble], duration=length)}"
    return f"Anticrisi: {_(_BEGUN[trouble], since=_.since(since, now))}"


def _step(_: Words, effect: WarnOwner) -> str:
    return "" if effect.until else _(_STEP[OwnTrouble(effect.trouble)])
