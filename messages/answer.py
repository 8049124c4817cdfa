"""The page behind the link of an email or a text message: it shows how things stand, and its buttons act.

Promises that whoever opens it late learns who has it; that a private incident tells nothing but its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from html import unescape
from typing import Any

from bot.domain.escalation import Page, PageStatus, ladder_position
from bot.domain.incident import Status
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from messages import ladder
from messages.outlook import have_it, how_it_ended, sentences
from messages.phone import one_of_several
from messages.words import Words

_STEPS = 3


class AnswerState(StrEnum):
    """How a page stands for one of those who were called."""

    ASKING = "asking"  # nobody has it; an answer is wanted from this person
    YOURS = "yours"  # this person has it
    TAKEN = "taken"  # somebody else has it
    DECLINED = "declined"  # this person can't; they may still change their mind
    OVER = "over"  # nothing is wanted any more


_TONES = {
    AnswerState.ASKING: "trouble",
    AnswerState.YOURS: "ok",
    AnswerState.TAKEN: "watch",
    AnswerState.DECLINED: "watch",
    AnswerState.OVER: "ok",
}


def answer_state(record: Record, page: Page, person: PersonId) -> AnswerState:
    """Read from the record, never from the link."""
    if page.status is PageStatus.CLOSED or not record.incident.open:
        return AnswerState.OVER
    if person in page.taken_by:
        return AnswerState.YOURS
    if page.status is PageStatus.ACKNOWLEDGED:
        return AnswerState.TAKEN
    return AnswerState.DECLINED if person in page.declined else AnswerState.ASKING


def answer_page(
    _: Words,
    record: Record,
    page_id: int,
    person: PersonId,
    state: AnswerState | None = None,
    *,
    post: str = "",
    others: Sequence[tuple[Record, Page]] = (),
    spent: bool = False,
    insists: bool = False,
    by_text: bool = True,
) -> dict[str, Any]:
    """The context of `answer.html`. `state` only to override what the record says; `post` is the page's address;
    `others` are the pages that ask this person too, each with buttons of its own; a link that is `spent` has none.
    `insists`: they pressed that they can't, on a link that had answered that they can; `by_text`: whether they may
    say so by SMS."""
    page = record.page(page_id)
    if page is None:
        raise ValueError("the incident has no such page")
    state = state or answer_state(record, page, person)
    kicker, heading = _kicker(_, record), _heading(_, record)
    return {
        "_": _,
        "title": f"{kicker} · {heading}",
        "company": record.roster.document.company if record.roster.document else "",
        "home": "",
        "languages": [],
        "indexable": False,
        "feed": "",
        "state": state.value,
        "tone": _TONES[state],
        "kicker": kicker,
        "heading": heading,
        "lead": _unheard(_) if insists else _lead(_, record, page, person, state, spent=spent),
        "details": _details(_, record, state),
        "buttons": [] if spent else _buttons(_, state),
        "post": post,
        "steps": _steps(_, record) if state is AnswerState.YOURS else [],
        "duties": _duties(_, record, person) if state is AnswerState.YOURS else [],
        "way_back": _way_back(_, record, by_text=by_text) if state is AnswerState.YOURS else "",
        "channel": _channel(_, record) if state in (AnswerState.YOURS, AnswerState.TAKEN) else None,
        "page": page_id,
        "others": [_other(_, *each, person) for each in others],
    }


def _other(_: Words, record: Record, page: Page, person: PersonId) -> dict[str, Any]:
    return {
        "page": int(page.id),
        "kicker": _kicker(_, record),
        "heading": _heading(_, record),
        "lead": _asking(_, record, page, person),
        "details": _details(_, record, AnswerState.ASKING),
        "buttons": _buttons(_, AnswerState.ASKING),
    }


def _kicker(_: Words, record: Record) -> str:
    return f"{_.severity(record.incident.severity)} · {record.incident.name}"


def _heading(_: Words, record: Record) -> str:
    return _("Private") if record.incident.private else record.incident.title


def _lead(_: Words, record: Record, page: Page, person: PersonId, state: AnswerState, *, spent: bool) -> str:
    match state:
        case AnswerState.ASKING:
            return _asking(_, record, page, person)
        case AnswerState.YOURS if page.wanted:
            return one_of_several(_, page)
        case AnswerState.YOURS:
            waited = _.duration(timedelta(seconds=ladder.answered_after(page, person)))
            return _("You have it, after {duration}. Everyone else has stopped ringing.", duration=waited)
        case AnswerState.TAKEN:
            who = record.roster.name(page.acknowledged_by) if page.acknowledged_by else "–"
            when = _.clock(page.acknowledged_at, record.now) if page.acknowledged_at else "–"
            return _("{who} has had it since {time}. You can still join, in Slack.", who=who, time=when)
        case AnswerState.DECLINED if page.manual:
            return _("You said you can't. You can still take it, in Slack or by text.")
        case AnswerState.DECLINED if spent:
            return _("You said you can't. Others are being called; you can still take it, in Slack or by text.")
        case AnswerState.DECLINED:
            return _("You said you can't. Others are being called; you can still take it, also in Slack or by text.")
        case AnswerState.OVER:
            return _over(_, record)


def _asking(_: Words, record: Record, page: Page, person: PersonId) -> str:
    return f"{_how_called(_, record, page, person)} {_who_has_it(_, record, page)}"


def _how_called(_: Words, record: Record, page: Page, person: PersonId) -> str:
    if page.manual:
        return _("You were called by name.")
    level, levels = ladder_position(page)
    turn = ladder.turn_of(record, page, person)
    if turn is None or turn.is_present(page):
        return _("You are called: level {level} of {levels}.", level=level, levels=levels)
    if ladder.passed_in_turn(turn, page):
        next_ones = [record.roster.name(one) for one in ladder.asked_now(record, page)]
        return _("It is {names}'s turn now. You can still take it.", names=_.people(next_ones))
    return _("It has moved on to level {level} of {levels}. You can still take it.", level=level, levels=levels)


def _who_has_it(_: Words, record: Record, page: Page) -> str:
    """So far, where more are wanted; or meanwhile, of what is being handed over."""
    beside = ladder.beside(record, page) if page.manual else page
    if beside is None or not beside.taken_by:
        return _("Nobody has answered yet.")
    if beside.wanted:
        return unescape(have_it(_, record, beside))  # shared with Slack, whose marks mean nothing here
    people = [record.roster.name(person) for person in beside.taken_by]
    return _.plural(
        "{names} has it until you answer.",
        "{names} have it until you answer.",
        len(people),
        names=_.people(people),
    )


def _over(_: Words, record: Record) -> str:
    incident = record.incident
    if incident.open:
        return _("This call is closed. Nothing more is asked of you.")
    ended = unescape(how_it_ended(_, record))  # shared with Slack, whose marks mean nothing here
    if incident.status is Status.MERGED:  # it goes on, perhaps with the very same people
        return ended
    return sentences(ended, _("Nothing more is asked of you."))


def _details(_: Words, record: Record, state: AnswerState) -> list[str]:
    incident = record.incident
    if incident.private or state is AnswerState.OVER:
        return []
    reporter = record.roster.name(incident.reporter)
    ago = _.ago(incident.declared_at, record.now)
    declared = _("Declared by {person}, {ago}.", person=reporter, ago=ago)
    return [declared, _("Customers see: {impact}", impact=incident.impact)] if incident.impact else [declared]


def _unheard(_: Words) -> str:
    return _("You still have it: a link answers once, and this one has.")


def _way_back(_: Words, record: Record, *, by_text: bool) -> str:
    """The link has answered and does so once: whoever can't after all needs another way."""
    if not by_text:
        return _("Can't after all? Give it back in Slack.")
    return _("Can't after all? Give it back in Slack, or text “{number} 2”.", number=record.incident.id)


def _buttons(_: Words, state: AnswerState) -> list[dict[str, object]]:
    take = {"value": "acknowledge", "label": _("I'm on it"), "first": True}
    leave = {"value": "decline", "label": _("I can't"), "first": False}
    return {AnswerState.ASKING: [take, leave], AnswerState.DECLINED: [take]}.get(state, [])


def _steps(_: Words, record: Record) -> list[str]:
    scenario = record.scenario
    return list(scenario.steps_in(_.language)[:_STEPS]) if scenario and not record.incident.private else []


def _duties(_: Words, record: Record, person: PersonId) -> list[str]:
    """What the person's role in this incident asks, else the first role they hold in the plan."""
    document, member = record.roster.document, record.roster.person(person)
    mine = [role for role, holder in record.incident.roles.items() if holder == person]
    for role in (*mine, *(member.roles if member else ())):
        described = document.role(role) if document else None
        if described and described.duties:
            return [duty.in_(_.language) for duty in described.duties]
    return []


def _channel(_: Words, record: Record) -> dict[str, str] | None:
    room = record.incident.room
    if room.channel is None:
        return None
    told = room.channel_name if not record.incident.private else None  # a channel's name tells its title
    label = _("Open #{channel} in Slack", channel=told) if told else _("Open it in Slack")
    return {"url": f"https://slack.com/app_redirect?channel={room.channel}", "label": label}
