"""What several forms ask for: a person, a severity, a status, a text in each public language.

Promises fields that come back under the block ids of `actions`, already filled with the likeliest answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.incident import OPEN, Status
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.severity import MEANINGS, Severity
from bot.domain.slugs import PersonId
from bot.domain.statement import StatementKind
from bot.domain.team import STANDARD_ROLES
from messages.actions import FIELD_PERSON, FIELD_ROLE, FIELD_SEVERITY, FIELD_STATUS, VALUE, field_text
from messages.blocks import OPTION_TEXT, Block, context, escape, input_block, link, one_line, radio, select, text_input
from messages.blocks import users_select as slack_people
from messages.drafts import advice, to_mend
from messages.marks import capital
from messages.names import name
from messages.words import Words

STATEMENT_LENGTH = 2000
"""Longer, and nobody reads it on a phone."""


def unread_line(_: Words, record: Record) -> Block | None:
    """What whoever ends an incident should know of words that have not left."""
    if record.unread is None:
        return None
    who = name(record.roster, record.unread.author)
    return context(_("What {who} wrote to customers has not gone out: this withdraws it.", who=who))


def incident_line(_: Words, record: Record) -> str:
    """`*INC-42 · Tills down* — SEV1 · investigating · since 10:02`; a private one gives no title."""
    incident = record.incident
    title = _("private") if incident.private else one_line(incident.title)
    facts = (_.severity(incident.severity), _.status(incident.status), _.since(incident.started_at, record.now))
    return f"*{incident.name} · {title}* — {' · '.join(facts)}"


def came_from(_: Words, message_link: str) -> Block | None:
    """Which message a form was opened from."""
    message = link(message_link, _("this message"))
    return context(_("From {message}.", message=message))


def person_field(
    _: Words,
    label: str,
    roster: Roster,
    *,
    initial: PersonId | None = None,
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    """Somebody of the workspace."""
    chosen = roster.slack(initial) if initial else None
    known = chosen if chosen and "@" not in chosen else None
    element = slack_people(placeholder=_("Choose a person"), initial=known)
    return input_block(label, element, block_id=FIELD_PERSON, hint=hint, optional=optional)


def role_field(_: Words, label: str, roster: Roster, *, initial: str | None = None, optional: bool = False) -> Block:
    """One of the company's roles."""
    document = roster.document
    roles = document.role_ids if document else STANDARD_ROLES
    options = [(capital(_.role(role, document)), str(role)) for role in roles]
    element = select(VALUE, _("Choose a role"), options, initial=initial)
    return input_block(label, element, block_id=FIELD_ROLE, optional=optional)


def severity_field(_: Words, roster: Roster, *, initial: int, block_id: str = FIELD_SEVERITY) -> Block:
    """The four steps, each with what it means here."""
    options = [severity_option(_, roster, severity) for severity in Severity]
    return input_block(
        _("Severity"),
        radio(VALUE, options, initial=str(int(initial))),
        block_id=block_id,
        hint=_("When unsure, choose the higher: it can come down."),
    )


def severity_option(_: Words, roster: Roster, severity: Severity) -> tuple[str, str, str]:
    """A step, its meaning begun beside it and ended below: Slack gives two lines of 75 characters."""
    document = roster.document
    meaning = document.meaning(severity) if document else MEANINGS[severity]
    said = meaning.in_(_.language, document.language if document else "en")
    first, rest = _two_lines(f"{_.severity(severity)} · {said}")
    return first, str(int(severity)), rest


def status_field(_: Words, initial: Status, *, block_id: str = FIELD_STATUS, label: str | None = None) -> Block:
    """Where an open incident stands, with what each word means."""
    meanings = {
        Status.INVESTIGATING: _("we know that, not why"),
        Status.IDENTIFIED: _("we know why"),
        Status.MONITORING: _("mended; we watch that it holds"),
    }
    options = [(capital(_.status(each)), each.value, meaning) for each, meaning in meanings.items()]
    chosen = initial if initial in OPEN else Status.MONITORING
    return input_block(label or _("Where it stands"), radio(VALUE, options, initial=chosen.value), block_id=block_id)


def text_fields(
    _: Words,
    texts: Mapping[str, str],
    *,
    label: str,
    kind: StatementKind,
    next_update_at: datetime | None,
    hint: str | None = None,
    optional: bool = False,
) -> Iterable[Block | None]:
    """One text per public language, each with what a careful colleague would mend in it."""
    for language, text in texts.items():
        name = label if len(texts) == 1 else f"{label} · {_.language_name(language)}"
        element = text_input(initial=text, multiline=True, longest=STATEMENT_LENGTH)
        yield input_block(name, element, block_id=field_text(language), hint=hint, optional=optional)
        found = to_mend(text, language, kind, next_update_at=next_update_at) if text else ()
        yield context("\n".join(f"• {escape(advice(_, each))}" for each in found))


def _two_lines(text: str) -> tuple[str, str]:
    """Broken after the first sentence; one that is too long, after a clause where there is one, else between words."""
    first, stop, rest = text.partition(". ")
    if stop and len(first) < OPTION_TEXT:
        return f"{first}.", rest
    if len(text) <= OPTION_TEXT:
        return text, ""
    clauses = [mark.end() for mark in re.finditer(r"[,;:.] ", text[:OPTION_TEXT])]
    at = clauses[-1] if clauses else text.rfind(" ", 0, OPTION_TEXT) + 1 or OPTION_TEXT
    return text[:at].rstrip(), text[at:]
