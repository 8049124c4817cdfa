"""Who waits behind a limit, for how long, and what goes on meanwhile.

Promises that a limit never sounds like a fault: what waits is stored, leaves by itself, and other ways go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.patience import CAPPED, LIMITS, NOTICEABLE
from bot.domain.policy import Method
from bot.domain.record import Knock, Record, Trouble
from bot.domain.slugs import PersonId
from messages.marks import capital
from messages.names import name
from messages.words import N_, Words

_WAYS = {
    Method.SLACK_DM: N_("the Slack message"),
    Method.SMS: N_("the SMS"),
    Method.VOICE: N_("the call"),
    Method.EMAIL: N_("the email"),
}
_NOTICES = {"TellPerson": Method.SLACK_DM, "TextPerson": Method.SMS}


def is_notice(trouble: Trouble) -> bool:
    """Whether what waits is a word for one person, not a step of the ceremony."""
    return trouble.step in _NOTICES


def who_waits(_: Words, record: Record) -> list[str]:
    """Every wait worth telling, each once: `the SMS to Bruno waits: the provider asks for 40 s`."""
    told = [_knock(_, record, knock) for knock in record.knocks if _is_waiting(record, knock)]
    told += [_notice(_, record, each) for each in record.troubles if is_notice(each) and _long(record, each.next_at)]
    return list(dict.fromkeys(told))


def _is_waiting(record: Record, knock: Knock) -> bool:
    page = record.page(knock.page)
    asked = page is not None and page.asks(knock.person, epoch=knock.epoch)
    return asked and knock.state == "pending" and knock.error in LIMITS and _long(record, knock.due_at)


def _long(record: Record, until: datetime | None) -> bool:
    return until is not None and until - record.now > NOTICEABLE


def _knock(_: Words, record: Record, knock: Knock) -> str:
    if knock.error == CAPPED:
        until = _.clock(knock.due_at, record.now)
        return _line(_, record, knock.method, knock.person, _("enough for today, until {time}", time=until))
    return _line(_, record, knock.method, knock.person, _why(_, knock.method, knock.due_at - record.now))


def _notice(_: Words, record: Record, trouble: Trouble) -> str:
    method = _NOTICES[trouble.step]
    return _line(_, record, method, trouble.person, _why(_, method, (trouble.next_at or record.now) - record.now))


def _line(_: Words, record: Record, method: str, person: PersonId | None, why: str) -> str:
    return _("{way} to {who}: {why}", way=_way(_, method), who=name(record.roster, person), why=why)


def _why(_: Words, method: str, wait: timedelta) -> str:
    shown = _.whole(wait)
    if method == Method.SLACK_DM:
        return _("Slack asks for {wait}", wait=shown)
    return _("the provider asks for {wait}", wait=shown)


def _way(_: Words, method: str) -> str:
    return _(_WAYS[Method(method)]) if method in frozenset(Method) else method


def asked_for(_: Words, record: Record | None, facts: Mapping[str, Any]) -> str:
    """For whoever asked by hand: that it is stored and how long it waits."""
    method = str(facts.get("method") or Method.SLACK_DM)
    wait = timedelta(seconds=float(facts.get("seconds") or 60))
    if record is None or not facts.get("person"):
        what = _("{way} that you asked for", way=_way(_, method))
    else:
        who = name(record.roster, PersonId(str(facts["person"])))
        what = _("{way} to {who}", way=_way(_, method), who=who)
    why = _why(_, method, wait)
    return _(
        "{what} waits: {why}. It is recorded and leaves by itself; the other ways go on.", what=capital(what), why=why
    )


def capped(_: Words, record: Record, facts: Mapping[str, Any]) -> str:
    """For whoever has been sent enough for one day."""
    until = _.clock(datetime.fromisoformat(str(facts["until"])), record.now)
    if facts.get("method") == Method.VOICE:
        return _(
            "You have had many calls today: we repeat none until {time}. Each new page still rings once.", time=until
        )
    return _("You have had many texts today: we repeat none until {time}. Each new page still sends one.", time=until)
