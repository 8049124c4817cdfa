"""One sentence for each thing that happened, for the channel and for the story.

Promises a sentence for every kind of event, whoever and whatever it names; in the channel people are
mentioned, in the post-mortem they are named. Refuses to add a word that the record doesn't have.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.record import Record
from bot.domain.timeline import Event, EventKind
from messages.channels import channel_name, kind_name
from messages.story_calls import CALLS
from messages.teller import Teller
from messages.troubles import why
from messages.words import Words


def event_line(_: Words, record: Record, event: Event, *, named: bool) -> str:
    """The sentence. ``named``: with names, for what is read outside the channel."""
    return _SAID[event.kind](Teller(_, record, event, named=named))


# The incident itself


def _status_changed(t: Teller) -> str:
    return t._("{who}: {old} → *{new}*.", who=t.by, old=t.status("from"), new=t.status("to"))


def _severity_changed(t: Teller) -> str:
    facts = {"old": t._.severity(t.facts.get("from", 0)), "new": t._.severity(t.facts.get("to", 0))}
    return t._("{who} changed the severity: {old} → *{new}*.", who=t.by, **facts)


def _role_assigned(t: Teller) -> str:
    person = t.facts.get("person")
    if t.event.by is None or t.event.by == person:
        return t._("{person} is {role}.", person=t.person(person), role=t.role())
    return t._("{person} is {role} ({who} decided).", person=t.person(person), role=t.role(), who=t.by)


def _room_updated(t: Teller) -> str:
    return t._("*Update* from {who}: {text}", who=t.by, text=t.text())


def _noted(t: Teller) -> str:
    who = t.person(t.facts.get("author") or t.event.by)
    return t._("{who}: “{text}”", who=who, text=t.text())


def _unnoted(t: Teller) -> str:
    return t._("{who} took a mark away.", who=t.by)


def _task_added(t: Teller) -> str:
    assignee = t.facts.get("assignee")
    if not assignee:
        return t._("To do: {text}. Nobody has it yet.", text=t.text().rstrip("."))
    return t._("To do: {text} ({who}).", text=t.text().rstrip("."), who=t.person(assignee))


def _task_done(t: Teller) -> str:
    return t._("Done: {text} ({who}).", text=t.text().rstrip("."), who=t.by)


def _resolved(t: Teller) -> str:
    facts = {"who": t.by, "length": t._.duration(t.event.at - t.record.incident.started_at)}
    if t.facts.get("summary"):
        return t._("{who} resolved it, after {length}: {text}", **facts, text=t.text("summary"))
    return t._("{who} resolved it, after {length}.", **facts)


def _cancelled(t: Teller) -> str:
    if t.facts.get("reason"):
        return t._("{who}: it was a false alarm. {text}", who=t.by, text=t.text("reason"))
    return t._("{who}: it was a false alarm.", who=t.by)


def _reopened(t: Teller) -> str:
    return t._("{who} reopened it: the ladder is called again.", who=t.by)


def _merged(t: Teller) -> str:
    return t._("The same event as INC-{number}: it goes on there.", number=t.text("into").removeprefix("INC-"))


# Customers


def _statement_drafted(t: Teller) -> str:
    return t._("A draft for customers is ready ({kind}).", kind=kind_name(t._, t.facts.get("kind")))


def _approval_asked(t: Teller) -> str:
    return t._("{who} wrote to customers; a second person has to read it before it goes out.", who=t.by)


def _statement_published(t: Teller) -> str:
    late = float(t.facts.get("late") or 0)
    facts = {"who": t.by, "when": t._("{duration} late", duration=t.length("late")) if late >= 1 else t._("on time")}
    if t.facts.get("self_approved"):
        return t._("*Customers were told* ({who}, {when}; in an emergency, without a second reader).", **facts)
    approver = t.facts.get("approver")
    if approver:
        return t._("*Customers were told* ({who}, {when}; read by {approver}).", **facts, approver=t.person(approver))
    return t._("*Customers were told* ({who}, {when}).", **facts)


def _statement_failed(t: Teller) -> str:
    facts = {"channel": channel_name(t._, t.text("channel")), "why": why(t._, str(t.facts.get("code") or ""))}
    return t._("The statement did not go out on {channel}: {why}. The other channels are not affected.", **facts)


def _deadline_missed(t: Teller) -> str:
    late = t._.whole(t.event.at - datetime.fromisoformat(t.facts["due"])) if t.facts.get("due") else "–"
    person, now = t.facts.get("person"), late == t._.whole(timedelta(0))
    if t.facts.get("unread"):
        author = t.person(t.facts.get("unread"))
        if now:
            return t._("Customers expect word now. What {who} wrote awaits a second reader.", who=author)
        return t._(
            "Word to customers is {duration} late: what {who} wrote awaits a second reader.", duration=late, who=author
        )
    if not person:
        return t._("Customers should have heard from us {duration} ago.", duration=late)
    if now:
        return t._("Customers expect word now. It is up to {who}.", who=t.person(person))
    return t._("Word to customers is {duration} late. It is up to {who} now.", duration=late, who=t.person(person))


def _cadence_handed_over(t: Teller) -> str:
    return t._("{to} speaks to customers from now on (handed over by {who}).", to=t.person(t.facts.get("to")), who=t.by)


# The room and the record


def _channel_opened(t: Teller) -> str:
    return t._("The channel is open: #{channel}.", channel=t.text("name"))


def _channel_refused(t: Teller) -> str:
    return t._("Slack would not create the channel: {why}.", why=why(t._, str(t.facts.get("code") or "")))


def _channel_adopted(t: Teller) -> str:
    return t._("{who} created the channel by hand: #{channel}.", who=t.by, channel=t.text("name"))


def _channel_archived(t: Teller) -> str:
    return t._("The channel was archived.")


def _guests_kept_out(t: Teller) -> str:
    return t._("Slack doesn't let us bring guests in. Add by hand: {names}.", names=t.people())


def _review_compiled(t: Teller) -> str:
    return t._("The post-mortem was compiled (revision {n}).", n=t.facts.get("revision", 1))


def _contacts_revealed(t: Teller) -> str:
    if t.facts.get("of"):
        return t._("The private contacts of {person} were shown to {who}.", person=t.person(t.facts["of"]), who=t.by)
    return t._("The emergency numbers were shown to {who}.", who=t.person(t.facts.get("to") or t.event.by))


def _contacts_erased(t: Teller) -> str:
    return t._("The private contacts of {person} were erased.", person=t.person(t.facts.get("of")))


_SAID: dict[EventKind, Callable[[Teller], str]] = {
    **CALLS,
    EventKind.STATUS_CHANGED: _status_changed,
    EventKind.SEVERITY_CHANGED: _severity_changed,
    EventKind.ROLE_ASSIGNED: _role_assigned,
    EventKind.ROOM_UPDATED: _room_updated,
    EventKind.NOTED: _noted,
    EventKind.UNNOTED: _unnoted,
    EventKind.TASK_ADDED: _task_added,
    EventKind.TASK_DONE: _task_done,
    EventKind.STATEMENT_DRAFTED: _statement_drafted,
    EventKind.APPROVAL_ASKED: _approval_asked,
    EventKind.STATEMENT_PUBLISHED: _statement_published,
    EventKind.STATEMENT_FAILED: _statement_failed,
    EventKind.DEADLINE_MISSED: _deadline_missed,
    EventKind.CADENCE_HANDED_OVER: _cadence_handed_over,
    EventKind.RESOLVED: _resolved,
    EventKind.CANCELLED: _cancelled,
    EventKind.REOPENED: _reopened,
    EventKind.MERGED: _merged,
    EventKind.CHANNEL_OPENED: _channel_opened,
    EventKind.CHANNEL_REFUSED: _channel_refused,
    EventKind.CHANNEL_ADOPTED: _channel_adopted,
    EventKind.CHANNEL_ARCHIVED: _channel_archived,
    EventKind.GUESTS_KEPT_OUT: _guests_kept_out,
    EventKind.REVIEW_COMPILED: _review_compiled,
    EventKind.CONTACTS_REVEALED: _contacts_revealed,
    EventKind.CONTACTS_ERASED: _contacts_erased,
}
