"""Who was called, what they answered, and what they were sent and whether it arrived: a line a person, on the card.

Promises the newest message of each way and the last word of each person, and never more lines than a telephone
shows. What has not left yet is not here: the card's small print says who is next.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.policy import Method
from bot.domain.record import Knock, Record
from bot.domain.slugs import PersonId
from bot.domain.timeline import EventKind
from messages import ladder
from messages.names import and_more, name
from messages.outlook import lines
from messages.words import N_, Words

_MOST = 12
_SENT = {
    Method.SLACK_DM: N_("Slack {time}"),
    Method.SMS: N_("SMS sent {time}"),
    Method.VOICE: N_("call {time}"),
    Method.EMAIL: N_("email {time}"),
}
_ARRIVED = {
    Method.SLACK_DM: N_("Slack {time}"),
    Method.SMS: N_("SMS arrived {time}"),
    Method.VOICE: N_("call {time}, taken"),
    Method.EMAIL: N_("email arrived {time}"),
}
_FAILED = {
    Method.SLACK_DM: N_("Slack refused"),
    Method.SMS: N_("SMS not arrived"),
    Method.VOICE: N_("call not taken"),
    Method.EMAIL: N_("email refused"),
}
_LET_GO = {
    EventKind.DECLINED: N_("can't"),
    EventKind.GIVEN_BACK: N_("gave it back"),
    EventKind.HANDED_OVER: N_("handed it over"),
}


def calls(_: Words, record: Record) -> str:
    """Everyone who was called, the first first; nothing before anybody was."""
    people = record.called
    if not people:
        return ""
    shown = [_person(_, record, person) for person in people[:_MOST]]
    return lines(_("*Called*"), *shown) + and_more(_, len(people) - len(shown))


def _person(_: Words, record: Record, person: PersonId) -> str:
    sent = ", ".join(filter(None, (_way(_, record, knock) for knock in _newest(record, person))))
    said = " · ".join(filter(None, (_answer(_, record, person), sent)))
    return f"{name(record.roster, person)}: {said}"


def _newest(record: Record, person: PersonId) -> Iterable[Knock]:
    """The last one of each way that has left, in the order in which they did."""
    left = (each for each in record.knocks if each.person == person and (each.sent_at or each.state == "failed"))
    by_way = {each.method: each for each in sorted(left, key=lambda each: each.sent_at or each.due_at)}
    return sorted(by_way.values(), key=lambda each: each.sent_at or each.due_at)


def _way(_: Words, record: Record, knock: Knock) -> str:
    method = Method(knock.method)
    if knock.state == "failed":
        return _(_FAILED[method])
    if knock.sent_at is None:
        return ""
    if knock.state == "delivered":
        at = knock.sent_at if method is Method.VOICE else knock.arrived_at or knock.sent_at
        return _(_ARRIVED[method], time=_.clock(at, record.now))
    return _(_SENT[method], time=_.clock(knock.sent_at, record.now))


def _answer(_: Words, record: Record, person: PersonId) -> str:
    asked = {level.page for level in record.levels if person in level.people}
    mine = [page for page in record.pages if page.id in asked]
    taken = [each for page in mine for each in page.acknowledgements if each.by == person]
    if taken:
        return _("*on it* since {time}", time=_.clock(taken[-1].at, record.now))
    last = ladder.let_go(record, person)
    if last is not None and any(person in page.declined for page in mine):
        return _(_LET_GO[last.kind])
    if any(page.wanted and page.may_ask(person) for page in mine):
        return _("no answer yet")
    return _("no answer")
