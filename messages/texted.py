"""What comes back to whoever declares by text: the number, who is being called, what next.

Promises one segment, in which names give way before what comes next does. Says nothing to strangers: the caller
has no words for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.record import Record
from messages import gsm, ladder
from messages.outlook import if_silent
from messages.words import Words


def sms_declared(_: Words, record: Record, *, joined: bool = False) -> str:
    """The one answer to a report. ``joined``: somebody had just declared the same."""
    name = record.incident.name
    head = (
        _("{incident} was open: you are added.", incident=name) if joined else _("{incident} declared.", incident=name)
    )
    tried = [gsm.gsm(f"{head} {after}") for after in _standing(_, record)]
    return next((text for text in tried if gsm.fits(text)), gsm.segment(tried[-1]))


def sms_say_what(_: Words) -> str:
    """Asked back when a text does not say what is happening, or says it without the word for it."""
    return gsm.segment(
        _("Not understood. To declare an emergency reply CRISIS and what is happening, like: CRISIS tills down")
    )


def _standing(_: Words, record: Record) -> Iterator[str]:
    """Who has it, or who is being called and what comes next; in ever fewer words."""
    page = record.ladder
    if page is not None and page.acknowledged_by and not page.wanted:
        yield _("{who} has it.", who=record.roster.name(page.acknowledged_by))
        return
    asked = ladder.still_asked(record, page) if page and page.wanted else ()
    people = [record.roster.name(person) for person in asked]
    if page is None or not people:
        yield _("Nobody on the ladder can be reached right now. Call somebody you know.")
        return
    after = if_silent(_, record, page)
    yield f"{_calling(_, _.people(people))} {after}"
    some = _few(_, people)
    yield f"{_calling(_, some)} {after}"
    yield _calling(_, some)


def _calling(_: Words, people: str) -> str:
    return _("Calling {people}.", people=people)


def _few(_: Words, people: list[str]) -> str:
    others = len(people) - 1
    if not others:
        return people[0]
    return _.plural("{who} and {n} other", "{who} and {n} others", others, who=people[0], n=others)
