"""An incident as customers know it: only what they were told, in their words.

Promises that an incident appears once customers were told of it, under its scenario's name, never under the
words somebody typed in a hurry. A private one appears by what a person confirmed customers may hear, and no more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.incident import OPEN, Status
from bot.domain.record import Record
from bot.domain.statement import LAST_WORDS, Statement, StatementKind
from bot.domain.timeline import EventKind
from messages.marks import capital
from messages.words import Words

Context = dict[str, Any]

TONES: Final = {
    Status.INVESTIGATING: "trouble",
    Status.IDENTIFIED: "trouble",
    Status.MONITORING: "watch",
    Status.RESOLVED: "ok",
    Status.CANCELLED: "ok",
    Status.MERGED: "ok",
}


def is_public(record: Record) -> bool:
    """Whether customers may see it: never before the first statement, which for a private one a person confirmed."""
    return bool(record.published)


def incident_facts(_: Words, record: Record, now: datetime) -> Context:
    """One incident as customers know it."""
    status = public_status(record)
    statements = [statement_facts(_, each, now) for each in reversed(record.published)]
    return {
        "url": record.status_url,
        "title": public_title(_, record),
        "state": state_name(_, status),
        "tone": TONES[status],
        "since": {"iso": iso(record.incident.started_at), "text": since(_, record, now)},
        "last": statements[0],
        "next": _next(_, record, now),
        "statements": statements,
    }


def public_title(_: Words, record: Record) -> str:
    """The scenario's name. What was typed in a hurry may name people and suppliers, and stays inside.

    The name of a private one's scenario may say more than its statements do: it stays inside too.
    """
    scenario = None if record.incident.private else record.scenario
    if scenario and scenario.title.covers(_.language):
        return scenario.title.in_(_.language)
    return _("A problem with our service")


def public_status(record: Record) -> Status:
    """Where it stands as customers were last told, which may lag behind what the room knows.

    That it is over is not said of what was opened again; of a private one nothing is, before a person confirms it.
    """
    last = record.last_published
    if record.incident.status is Status.MERGED:
        return Status.MERGED
    if last is None:
        return Status.INVESTIGATING
    if _opened_again_since(record, last) and not record.incident.private:
        return Status.INVESTIGATING
    if last.kind is StatementKind.CLOSING:
        return Status.RESOLVED
    if last.kind is StatementKind.CORRECTION and record.incident.status is Status.CANCELLED:
        return Status.CANCELLED
    try:
        return Status(last.public_status)
    except ValueError:
        return record.incident.status


def _opened_again_since(record: Record, last: Statement) -> bool:
    """Whether customers were told that it is over, and it is not any more."""
    opened = record.happened(EventKind.REOPENED)
    return record.incident.open and last.kind in LAST_WORDS and bool(opened) and opened[-1].at >= told_at(last)


def goes_on(record: Record) -> bool:
    return public_status(record) in OPEN


def ended_at(record: Record) -> datetime:
    last = record.last_published
    return told_at(last) if last else record.incident.declared_at


def state_name(_: Words, status: Status) -> str:
    return {
        Status.INVESTIGATING: _("We are looking for the cause"),
        Status.IDENTIFIED: _("We have found the cause and are putting it right"),
        Status.MONITORING: _("It works again; we are checking that it holds"),
        Status.RESOLVED: _("Over"),
        Status.CANCELLED: _("There was no problem after all"),
        Status.MERGED: _("It goes on in another report"),
    }[status]


def since(_: Words, record: Record, now: datetime) -> str:
    incident = record.incident
    if goes_on(record):
        begun = capital(_.since(incident.started_at, now))
        return _("{since}, for {length}", since=begun, length=_.duration(now - incident.started_at))
    length = _.duration(max((incident.resolved_at or ended_at(record)) - incident.started_at, timedelta(0)))
    return _("{day}, lasted {length}", day=_.date_time(incident.started_at), length=length)


def _next(_: Words, record: Record, now: datetime) -> Context | None:
    last = record.last_published
    if last is None or last.next_update_at is None or not goes_on(record):
        return None
    due = last.next_update_at
    late = now > due
    time = _.clock(due, now)
    text = (
        _("We are late: you were to hear from us by {time}. We're sorry.", time=time)
        if late
        else _("Next update by {time}", time=time)
    )
    return {"iso": iso(due), "text": text, "late": late}


def statement_facts(_: Words, statement: Statement, now: datetime) -> Context:
    language = _.language if _.language in statement.texts else next(iter(statement.texts), _.language)
    text = statement.text(_.language)
    told = told_at(statement)
    return {
        "id": f"s{statement.id}",
        "kind": kind_name(_, statement.kind),
        "iso": iso(told),
        "when": _.clock(told, now),
        "language": language,
        "paragraphs": [line.strip() for line in text.splitlines() if line.strip()],
    }


def kind_name(_: Words, kind: StatementKind) -> str:
    """What customers call it."""
    return {
        StatementKind.FIRST: _("First message"),
        StatementKind.UPDATE: _("Update"),
        StatementKind.NO_CHANGE: _("Nothing new"),
        StatementKind.CLOSING: _("How it ended"),
        StatementKind.CORRECTION: _("Correction"),
    }[kind]


def told_at(statement: Statement) -> datetime:
    return statement.published_at or statement.drafted_at


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
