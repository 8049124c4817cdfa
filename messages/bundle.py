"""What a person reads or hears when several incidents call them in one message.

Promises the gravest first, one segment for a text message whatever its number of incidents, and of a private
incident no more than its gravity and number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import unescape
from itertools import chain

from bot.domain.incident import Incident
from bot.domain.record import Record
from messages import gsm
from messages.marks import clean
from messages.outlook import report
from messages.phone import Mail, how_to_answer, voice_question
from messages.words import Words

_SHORTEST_TITLE = 8  # less than this tells nothing


def gravest_first(records: Iterable[Record]) -> list[Record]:
    """One for each incident, as they are told."""
    told = {record.incident.id: record for record in records}
    return sorted(told.values(), key=lambda record: (record.incident.severity, record.incident.id))


def sms(_: Words, records: Iterable[Record], *, url: str) -> str:
    """One segment: every incident with the number that its answer begins with, and the link that answers them all.

    Titles give way first; what finds no room is counted.
    """
    told = [record.incident for record in gravest_first(records)]
    first = f"{told[0].id} "
    how = how_to_answer(_, first)
    after = gsm.gsm(_("{reply}, or open {url}", reply=how, url=url) if url else f"{how}.")
    attempts = chain([(len(told), _SHORTEST_TITLE)], ((shown, 0) for shown in range(len(told), 0, -1)))
    fitting = (_listed(_, told, shown, at_least, after) for shown, at_least in attempts)
    return next((text for text in fitting if text), gsm.segment(after))


def _listed(_: Words, told: Sequence[Incident], shown: int, at_least: int, after: str) -> str:
    """So many of them, with titles of at least so many letters; nothing when that does not fit."""
    heads = [f"{incident.id} {_.severity(incident.severity)}" for incident in told[:shown]]
    titles = [gsm.gsm(_what(_, incident)).rstrip(".") for incident in told[:shown]] if at_least else [""] * shown
    rest = gsm.gsm(_("...and {n} more", n=len(told) - shown)) if shown < len(told) else ""
    bare = _written(heads, [""] * shown, rest, after)
    room = gsm.SEGMENT - gsm.septets(bare) - sum(1 for title in titles if title)
    shares = _shares([gsm.septets(title) for title in titles], room)
    cut = any(share < min(at_least, gsm.septets(title)) for share, title in zip(shares, titles, strict=True))
    if room < 0 or cut:
        return ""
    return _written(heads, [gsm.cut(title, share) for title, share in zip(titles, shares, strict=True)], rest, after)


def _written(heads: Sequence[str], titles: Sequence[str], rest: str, after: str) -> str:
    items = [f"{head} {title}".rstrip() for head, title in zip(heads, titles, strict=True)]
    return f"{'; '.join((*items, rest) if rest else items)}. {after}"


def _shares(lengths: Sequence[int], room: int) -> list[int]:
    """The room divided so that short titles are whole and the long ones equally cut."""
    shares = [0] * len(lengths)
    waiting = sorted(range(len(lengths)), key=lambda place: lengths[place])
    for done, place in enumerate(waiting):
        shares[place] = min(lengths[place], max(room, 0) // (len(waiting) - done))
        room -= shares[place]
    return shares


def voice(_: Words, records: Iterable[Record]) -> str:
    """What a call says that is about several: how many, and the gravest."""
    told = gravest_first(records)
    many = _.plural("{n} incident is calling you.", "{n} incidents are calling you.", len(told), n=len(told))
    return f"Anticrisi. {many} {voice_question(_, told[0])}"


def voice_next(_: Words, answered: str, left: int) -> str:
    """What stands between the answer to one and the question of the next."""
    more = _.plural("One more is calling you.", "{n} more are calling you.", left, n=left)
    return f"{answered} {more}"


def mail(_: Words, records: Iterable[Record], *, url: str) -> Mail:
    """One letter: what each is about, and the link whose page answers each."""
    told = gravest_first(records)
    first = told[0].incident
    rest = len(told) - 1
    facts = {"first": f"{_.severity(first.severity)} {first.name} {_what(_, first)}", "n": rest}
    subject = _.plural("{first}, and one more", "{first}, and {n} more", rest, **facts)
    how = _("Say for each whether you are on it: {url}", url=url)
    parts = [_part(_, record) for record in told]
    return Mail(subject, "\n\n".join((how, *parts)) + "\n")


def _part(_: Words, record: Record) -> str:
    incident = record.incident
    head = f"{_.severity(incident.severity)} {incident.name} {_what(_, incident)}"
    said = "" if incident.private else report(_, record, by_name=True)
    return "\n".join(part for part in (head, unescape(said)) if part)


def _what(_: Words, incident: Incident) -> str:
    return _("Private") if incident.private else " ".join(clean(incident.title).split())
