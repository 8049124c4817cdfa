"""The form that speaks to customers: the text is already there, one for each public language.

Promises that whoever publishes sees what a careful colleague would mend, when the next word is due, and
whether a second person reads it first. Advises; blocks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.record import Record
from bot.domain.statement import StatementKind, needs_approval
from messages import actions as ids
from messages.blocks import Block, View, context, link, modal, quoted, section
from messages.forms.fields import incident_line, status_field, text_fields
from messages.names import name
from messages.words import Words


def public_form(
    _: Words,
    record: Record,
    *,
    kind: StatementKind,
    texts: Mapping[str, str],
    next_update_at: datetime | None = None,
    statement: int | None = None,
    advised: bool = False,
    meanwhile: str = "",
) -> View:
    """`statement` when one is being changed. The advice is the linter's, on the texts given.

    `advised`: it comes back with advice, and the same button sends it as it is. `meanwhile`: what somebody else
    said or wrote while this was being written; it comes back too.
    """
    incident = record.incident
    approval = needs_approval(incident.severity)
    blocks = (
        section(_("*Nothing was sent yet.* Read the advice below the text; press again to send it as it is."))
        if advised
        else None,
        section(meanwhile) if meanwhile else None,
        section(incident_line(_, record)),
        context(_last(_, record)),
        *text_fields(
            _,
            texts,
            label=_("To customers"),
            kind=kind,
            next_update_at=next_update_at,
            hint=_("Sorry first. What we know, what we are doing, what you can do, when we speak again."),
        ),
        context(_next(_, record, next_update_at)),
        _public_status(_, incident, kind),
        context(_approval(_, record)) if approval else None,
        context(link(record.status_url, _("What customers see now")))
        if record.published and record.status_url
        else None,
    )
    return modal(
        _title(_, kind),
        blocks,
        callback_id=ids.FORM_PUBLIC,
        submit=_("Ask for approval") if approval else _("Publish"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=incident.id, kind=kind.value, statement=statement or 0, **_seen(record)),
    )


def meanwhile(_: Words, record: Record, seen: Mapping[str, object]) -> str:
    """What happened since the form was drawn that whoever wrote in it should know; empty when nothing did."""
    now = _seen(record)
    if "told" not in seen or all(seen.get(part) == stands for part, stands in now.items()):
        return ""
    if seen.get("over") != now["over"]:
        return _("*Nothing was sent yet.* {news} Press again if your words still hold.", news=_over(_, record))
    told, unread = record.last_published, record.unread
    if told and seen.get("told") != now["told"]:
        facts = {"who": name(record.roster, told.author), "text": quoted(told.text(_.language))}
        return _("*Nothing was sent yet.* {who} has just told customers: “{text}” Press again to add yours.", **facts)
    if unread is None:
        return ""
    who = name(record.roster, unread.author)
    return _("*Nothing was sent yet.* What {who} wrote awaits approval. Press again: yours takes its place.", who=who)


def _seen(record: Record) -> dict[str, int]:
    """What the writer has before them: what was said last, what awaits a reader, whether it is over."""
    told, unread = record.last_published, record.unread
    return {"told": told.id if told else 0, "unread": unread.id if unread else 0, "over": int(not record.incident.open)}


def _over(_: Words, record: Record) -> str:
    if record.incident.open:
        return _("{incident} was reopened meanwhile.", incident=record.incident.name)
    return _("{incident} ended meanwhile.", incident=record.incident.name)


def _public_status(_: Words, incident: Incident, kind: StatementKind) -> Block | None:
    """What a closing message says of it is plain: it is over."""
    if kind is StatementKind.CLOSING or not incident.open:
        return None
    return status_field(_, incident.status, block_id=ids.FIELD_PUBLIC_STATUS, label=_("What the public page says"))


def _title(_: Words, kind: StatementKind) -> str:
    return {
        StatementKind.FIRST: _("First statement"),
        StatementKind.UPDATE: _("Update customers"),
        StatementKind.NO_CHANGE: _("Nothing has changed"),
        StatementKind.CLOSING: _("Closing message"),
        StatementKind.CORRECTION: _("Correction"),
    }[kind]


def _last(_: Words, record: Record) -> str:
    last = record.last_published
    if last is None or last.published_at is None:
        return _("Customers have been told nothing yet.")
    return _(
        "Last, {time}: “{text}”",
        time=_.clock(last.published_at, record.now),
        text=quoted(last.text(_.language)),
    )


def _next(_: Words, record: Record, next_update_at: datetime | None) -> str:
    if next_update_at is None:
        return _("No next update is promised with this.")
    return _("The next update is then due by {time}.", time=_.clock(next_update_at, record.now))


def _approval(_: Words, record: Record) -> str:
    return _(
        "{severity}: a second person reads it before it goes out. If nobody is there you can approve it yourself, "
        "and that is recorded.",
        severity=_.severity(record.incident.severity),
    )
