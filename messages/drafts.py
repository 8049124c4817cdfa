"""What to say to customers, before anybody has had time to write it.

Promises a text in any language a company speaks, apology first, made of facts in the record alone, that the
linter finds nothing to mend in. Where no catalogue knows the language, the scenario's own words or English.
Refuses to guess causes, to promise anything but the next update, and to name anyone.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from bot.domain.incident import Status
from bot.domain.metrics import so_far
from bot.domain.record import Record
from bot.domain.statement import LAST_WORDS, Advice, StatementKind, lint
from messages.marks import clean
from messages.words import Words, words_for

_PLACE = re.compile(r"\{(since|where|impact|next_update)\}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_DOING = re.compile(r"\b(stiamo|stanno|al lavoro|at work|are (?:now |still |already )?\w+ing)\b", re.I)
"""How a sentence tells what we are doing: that changes with each update."""
_SMALL: Final = frozenset(
    "i il lo la le gli l un uno una non nessuno alcuni alcune molti molte tutti tutte parte chi the a an some all our "
    "no nobody many most customers clienti card cards payments pagamenti ordini orders you your we there".split()
)
"""First words that are nobody's name: after a colon they begin small."""


def draft(
    language: str, kind: StatementKind, record: Record, *, next_update_at: datetime | None, time_zone: str
) -> str:
    """The text for customers in one language. With no next update, none is promised."""
    _ = words_for(language, time_zone)
    said = _said(_, kind, record, next_update_at)
    if next_update_at is None or kind is StatementKind.CLOSING or _promises(said):
        return said
    promise = _("Next update by {time}.", time=_.clock(next_update_at, record.now))
    return f"{said} {promise}"


def drafts(
    languages: tuple[str, ...],
    kind: StatementKind,
    record: Record,
    *,
    next_update_at: datetime | None,
    time_zone: str,
) -> dict[str, str]:
    """One draft per language, in the company's order."""
    return {
        language: draft(language, kind, record, next_update_at=next_update_at, time_zone=time_zone)
        for language in languages
    }


def to_mend(text: str, language: str, kind: StatementKind, *, next_update_at: datetime | None) -> tuple[Advice, ...]:
    """The linter's advice, without asking for a next update where none is due."""
    found = lint(text, language, kind)
    return found if next_update_at else tuple(each for each in found if each.code != "no_next_update")


def advice(_: Words, advice: Advice) -> str:
    """One line: what was found, and why it matters."""
    quote = advice.quote
    match advice.code:
        case "no_apology":
            return _("No apology: it comes first, whoever's fault it is.")
        case "apology_late":
            return _("The apology comes late: put it in the first words.")
        case "blames":
            return _("Says “{quote}”: to customers it is us.", quote=quote)
        case "vague_time":
            return _("“{quote}” is a promise without a time.", quote=quote)
        case "promises_time":
            return _("“{quote}” promises a time we may not keep: only the next update has one.", quote=quote)
        case "no_next_update":
            return _("No next update time: without one, people call.")
        case "not_said_what_is_done":
            return _("Doesn't say what we are doing: silence reads as nothing.")
        case _other:
            return _("Read it once more as a customer would.")


def _said(_: Words, kind: StatementKind, record: Record, next_update_at: datetime | None) -> str:
    match kind:
        case StatementKind.FIRST:
            return _first(_, record, next_update_at)
        case StatementKind.UPDATE:
            return _update(_, record)
        case StatementKind.NO_CHANGE:
            return _no_change(_, record)
        case StatementKind.CLOSING:
            return _closing(_, record)
        case StatementKind.CORRECTION:
            return _correction(_, record) if next_update_at else _false_alarm(_, record)


def _first(_: Words, record: Record, next_update_at: datetime | None) -> str:
    scenario = record.scenario
    if scenario and scenario.statement and scenario.statement.covers(_.language):
        return _filled(_, scenario.statement.in_(_.language), record, next_update_at)
    since = _.clock(record.incident.started_at, record.now)
    if impact := impact_in(_.language, record):
        return _("We're sorry: {impact}. It began at {since} and we are working on it.", impact=impact, since=since)
    return _(
        "We're sorry: since {since} our service hasn't been working as it should. We are working to find out why.",
        since=since,
    )


def _update(_: Words, record: Record) -> str:
    if record.incident.status is Status.MONITORING:
        return _(
            "We're sorry for the trouble that began at {since}. A remedy is in place and we are checking that it "
            "holds. If something still isn't working for you, tell us.",
            since=_.clock(record.incident.started_at, record.now),
        )
    if record.last_published and record.last_published.kind in LAST_WORDS:
        return _back(_, record)
    doing = (
        _("We have found the cause and are fixing it.")
        if record.incident.status is Status.IDENTIFIED
        else _("We are still looking for the cause.")
    )
    if impact := impact_in(_.language, record):
        doing = " ".join((*_meanwhile(_, record), doing))
        return _("We're sorry, this isn't solved yet: {impact}. {doing}", impact=impact, doing=doing)
    return _("We're sorry, this isn't solved yet. {doing}", doing=doing)


def _back(_: Words, record: Record) -> str:
    """Customers were told that all was well again, and it was not to last."""
    told = _last_told(_, record)
    if impact := impact_in(_.language, record):
        news = _("We're sorry: what we told you at {time} didn't last. It is back: {impact}.", time=told, impact=impact)
    else:
        news = _("We're sorry: what we told you at {time} didn't last. The problem is back.", time=told)
    return " ".join((news, *_meanwhile(_, record), _("We are working on it again.")))


def _no_change(_: Words, record: Record) -> str:
    since = _last_told(_, record)
    if impact := impact_in(_.language, record):
        news = _(
            "We're sorry this is taking time. Nothing has changed since {since}: {impact}, "
            "and we are still working on it.",
            since=since,
            impact=impact,
        )
        return " ".join((news, *_meanwhile(_, record)))
    return _(
        "We're sorry this is taking time. Nothing has changed since {since} and we are still working on it.",
        since=since,
    )


def _meanwhile(_: Words, record: Record) -> tuple[str, ...]:
    """What still works and what customers can do: the scenario's sentences that say neither what nor what we do."""
    scenario = record.scenario
    if scenario is None or scenario.statement is None or not scenario.statement.covers(_.language):
        return ()
    sentences = _SENTENCE.split(_plain(scenario.statement.in_(_.language)))
    return tuple(each for each in sentences if not _PLACE.search(each) and not _DOING.search(each))


def _closing(_: Words, record: Record) -> str:
    incident = record.incident
    return _(
        "We're sorry for the {length} in which our service let you down, from {start} to {end}. It has been working "
        "again since then. We are going over what happened, step by step, so that it doesn't happen again. "
        "If something still isn't right for you, tell us and we will put it right.",
        length=_spoken(_, so_far(incident, record.now)),
        start=_.clock(incident.started_at, incident.resolved_at or record.now),
        end=_.clock(incident.resolved_at or record.now, record.now),
    )


def _correction(_: Words, record: Record) -> str:
    """Something we said was not so, and the incident goes on: a person writes what is."""
    return _(
        "We're sorry: what we told you at {time} was not right. We are checking every detail and will tell you here "
        "what we know for certain.",
        time=_last_told(_, record),
    )


def _false_alarm(_: Words, record: Record) -> str:
    return _(
        "We're sorry: what we told you at {time} was not right. We have checked: our service is working as it "
        "should, and we are keeping an eye on it. If something isn't working for you, tell us.",
        time=_last_told(_, record),
    )


def _last_told(_: Words, record: Record) -> str:
    last = record.last_published
    return _.clock((last and last.published_at) or record.incident.declared_at, record.now)


def impact_in(language: str, record: Record) -> str:
    """What customers see, to stand in the middle of a sentence; empty when nobody has said.

    What was typed is in one language, the company's first; the others take the scenario's words if it has them.
    """
    typed, scenario = record.incident.impact.strip(), record.scenario
    seen = scenario.customers_see if scenario else None
    usual = seen.in_(language) if seen and seen.covers(language) else ""
    untouched = seen is not None and typed.casefold() in map(str.casefold, seen.root.values())
    ours = language == record.roster.public_languages()[0]
    return _within(typed if typed and not untouched and (ours or not usual) else usual)


def _filled(_: Words, template: str, record: Record, next_update_at: datetime | None) -> str:
    """A scenario's sentence with its places filled; sentences whose place stays empty are left out."""
    places = {
        "since": _.clock(record.incident.started_at, record.now),
        "where": "",
        "impact": impact_in(_.language, record),
        "next_update": _.clock(next_update_at, record.now) if next_update_at else "",
    }
    kept = [
        sentence
        for sentence in _SENTENCE.split(_plain(template))
        if all(places[name] or name == "where" for name in _PLACE.findall(sentence))
    ]
    filled = _PLACE.sub(lambda place: places[place.group(1)], " ".join(kept))
    tidy = re.sub(r"\s*\(\s*\)", "", _plain(filled))
    return re.sub(r"\s+([,.;:])", r"\1", tidy)


def _plain(text: str) -> str:
    """One line, without the marks that no customer should meet."""
    return " ".join(clean(text).split())


def _within(sentence: str) -> str:
    """A sentence to stand within another: no end mark, no capital that only began it."""
    line = _plain(sentence).rstrip(".!… ")
    first = re.split(r"[ ’']", line, maxsplit=1)[0]
    return line[:1].lower() + line[1:] if first.lower() in _SMALL else line


def _promises(said: str) -> bool:
    return re.search(r"(next update|prossimo aggiornamento)\b.*\d", said, re.I) is not None


def _spoken(_: Words, length: timedelta) -> str:
    """`2 hours and 18 minutes`: never less than one minute."""
    minutes = max(round(length.total_seconds() / 60), 1)
    hours, rest = divmod(minutes, 60)
    parts = [_.plural("{n} hour", "{n} hours", hours, n=hours)] if hours else []
    if rest:
        parts.append(_.plural("{n} minute", "{n} minutes", rest, n=rest))
    return _.people(parts)
