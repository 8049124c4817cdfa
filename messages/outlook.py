"""What happens next to a page, and how it ended: sentences that Slack, phones and letters share.

Promises that an incident which is private tells nothing of its content.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.escalation import Page, PageStatus
from bot.domain.incident import Status
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from messages import ladder
from messages.marks import quoted
from messages.names import called, name, names
from messages.words import Words


def how_it_ended(_: Words, record: Record) -> str:
    """One sentence: solved or not so, by whom, after how long."""
    incident = record.incident
    length = _.duration((incident.resolved_at or record.now) - incident.started_at)
    who = name(record.roster, incident.ended_by) if incident.ended_by else None
    if incident.status is Status.CANCELLED:
        return _("It's over: a false alarm, says {who}.", who=who) if who else _("It's over: a false alarm.")
    if incident.status is Status.MERGED:
        return _("It goes on in INC-{number}: it was the same event.", number=incident.merged_into or "?")
    if incident.status is Status.RESOLVED:
        facts = {"who": who or "–", "length": length}
        return _("It's over: resolved by {who}, after {length}.", **facts) if who else _over_after(_, length)
    return _("Nothing more is asked of you here.")


def _over_after(_: Words, length: str) -> str:
    return _("It's over: resolved after {length}.", length=length)


def if_silent(_: Words, record: Record, page: Page, person: PersonId | None = None) -> str:
    """What happens when nobody answers, and in how long. ``person`` is one of those asked, if they are reading."""
    if not page.wanted:
        return ""
    if page.due_at is None:
        return _("Nobody else is left to call: your answer is still wanted.") if person else ""
    facts = {
        "wait": _.whole(page.due_at - record.now),
        "time": _.clock(page.due_at, record.now),
        "what": _what_comes(_, record, page, person),
    }
    if person is None and page.taken_by:
        return _("If nobody else answers in {wait} ({time}): {what}.", **facts)
    if person is None:
        return _("If nobody answers in {wait} ({time}): {what}.", **facts)
    return _("No answer in {wait} ({time}): {what}.", **facts)


def _what_comes(_: Words, record: Record, page: Page, person: PersonId | None) -> str:
    if page.manual:
        return _by_name(_, record, page)
    if page.status is PageStatus.EXHAUSTED:
        return _after_everyone(_, record, page)
    coming = ladder.coming(record, page)
    people = coming.people
    if not people:
        return _("everyone on the ladder is called at once")
    if coming.one_of:
        return _("one of {names} is called", names=names(_, record.roster, people))
    others = [each for each in people if each not in ladder.asked_now(record, page)]
    if not others and person in people:
        return _("you are asked again")
    return _called(_, record, others) if others else _called_again(_, record, people)


def _by_name(_: Words, record: Record, page: Page) -> str:
    """Whoever is called by name is asked twice, beside the ladder, which somebody has or which goes on."""
    beside = ladder.beside(record, page)
    if page.status is PageStatus.EXHAUSTED and beside is not None and beside.status is PageStatus.ACKNOWLEDGED:
        return _go_on(_, record, beside)
    if page.status is PageStatus.EXHAUSTED:
        return _("the ladder goes on")
    if page.stands_for is None or beside is None:
        return _("you are asked again")
    if beside.wanted:
        return _("you are asked again, and the ladder goes on")
    who = names(_, record.roster, beside.taken_by)
    return _.plural(
        "you are asked again, and {names} has it until you answer",
        "you are asked again, and {names} have it until you answer",
        len(beside.taken_by),
        names=who,
    )


def _after_everyone(_: Words, record: Record, page: Page) -> str:
    if page.taken_by:
        return _go_on(_, record, page)
    return _("{who} gets the emergency numbers", who=name(record.roster, record.incident.reporter))


def _go_on(_: Words, record: Record, page: Page) -> str:
    people = names(_, record.roster, page.taken_by)
    return _.plural("{names} goes on with it", "{names} go on with it", len(page.taken_by), names=people)


def have_it(_: Words, record: Record, page: Page) -> str:
    """Who has it so far, where more people are wanted; else nothing."""
    have = len(page.taken_by)
    if not page.wanted or not have:
        return ""
    facts = {"have": have, "wanted": page.acknowledgements_wanted, "names": names(_, record.roster, page.taken_by)}
    return _.plural("{have} of {wanted} has it: {names}.", "{have} of {wanted} have it: {names}.", have, **facts)


def _called(_: Words, record: Record, people: Sequence[PersonId]) -> str:
    shown = names(_, record.roster, people)
    return _.plural("{names} is called", "{names} are called", len(people), names=shown)


def _called_again(_: Words, record: Record, people: Sequence[PersonId]) -> str:
    shown = names(_, record.roster, people)
    return _.plural("{names} is called again", "{names} are called again", len(people), names=shown)


def report(_: Words, record: Record, *, by_name: bool) -> str:
    """Who declared it, how long ago, in their first words. Nothing of a private incident."""
    incident = record.incident
    if incident.private:
        return _("Private: what it is about is said in its channel.")
    who = name(record.roster, incident.reporter) if by_name else called(record.roster, incident.reporter)
    facts = {"who": who, "ago": _.ago(incident.declared_at, record.now)}
    if incident.impact:
        return _("Declared by {who}, {ago}: “{words}”.", **facts, words=quoted(incident.impact).rstrip("."))
    return _("Declared by {who}, {ago}.", **facts)


def sentences(*parts: str) -> str:
    """One line of sentences, for a locked phone."""
    return " ".join(part if part.endswith((".", "…", "”", "»", "?")) else f"{part}." for part in parts if part)


def lines(*parts: str) -> str:
    """Those that are there, one below the other."""
    return "\n".join(part for part in parts if part)
