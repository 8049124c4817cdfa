"""One sentence for each thing that happened, for the channel and for the story.

Promises a sentence for every kind of event, whoever and whatever it names; in the channel people are
mentioned, in the post-mortem they are named. Refuses to add a word that the record doesn't have.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.domain.incident import Status
from bot.domain.record import Record
from bot.domain.timeline import Event, EventKind
from messages.channels import channel_name, kind_name
from messages.marks import one_line
from messages.names import called, name
from messages.troubles import why
from messages.words import Words


def event_line(_: Words, record: Record, event: Event, *, named: bool) -> str:
    """The sentence. ``named``: with names, for what is read outside the channel."""
    return _SAID[event.kind](_Teller(_, record, event, named=named))


class _Teller:
    """One event, with its people and facts at hand."""

    def __init__(self, words: Words, record: Record, event: Event, *, named: bool) -> None:
        self._ = words
        self.record = record
        self.event = event
        self.facts = event.facts
        self._call = name if named else called

    @property
    def by(self) -> str:
        return self.person(self.event.by)

    def person(self, person: Any) -> str:
        return self._call(self.record.roster, person) if person else self._("Anticrisi")

    def people(self) -> str:
        return self._.people([self.person(who) for who in self.facts.get("people") or ()])

    def text(self, fact: str = "text") -> str:
        return one_line(str(self.facts.get(fact) or "–"))

    def role(self) -> str:
        return one_line(self._.role(str(self.facts.get("role", "")), self.record.roster.document))

    def length(self, fact: str) -> str:
        return self._.duration(timedelta(seconds=float(self.facts.get(fact) or 0)))

    def status(self, fact: str) -> str:
        known = str(self.facts.get(fact, ""))
        return self._.status(Status(known)) if known in list(Status) else known

    def clock(self, fact: str) -> str:
        known = self.facts.get(fact)
        moment = datetime.fromisoformat(known) if isinstance(known, str) else known
        return self._.clock(moment, self.record.now) if moment else "–"


# Help being called


def _declared(t: _Teller) -> str:
    facts = {"who": t.by, "title": t.text("title"), "severity": t._.severity(t.facts.get("severity", 1))}
    return t._("{who} declared: {title} ({severity}).", **facts)


def _also_reported(t: _Teller) -> str:
    return t._("{who} reports it too: “{title}”.", who=t.by, title=t.text("title"))


def _joined(t: _Teller) -> str:
    return t._("{who} joined.", who=t.by)


def _level_paged(t: _Teller) -> str:
    facts = {"level": t.facts.get("level", 1), "levels": t.facts.get("levels", 1), "names": t.people()}
    if t.facts.get("forced") and t.event.by:
        return t._("{who} did not wait: level {level} of {levels} is called now: {names}.", who=t.by, **facts)
    if int(t.facts.get("loop") or 1) > 1 and int(facts["level"]) > 1:
        return t._("Still no answer. Level {level} of {levels} is called again: {names}.", **facts)
    if int(t.facts.get("loop") or 1) > 1:
        return t._("Once more from the start. Level {level} of {levels} is called: {names}.", **facts)
    return t._("Level {level} of {levels} is called: {names}.", **facts)


def _level_empty(t: _Teller) -> str:
    facts = {"level": t.facts.get("level", 1), "levels": t.facts.get("levels", 1)}
    return t._("Level {level} of {levels} has nobody who can be reached: skipped.", **facts)


def _everyone_paged(t: _Teller) -> str:
    if t.event.by:
        return t._("Everyone on the ladder is called at once, as {who} asked: {names}.", who=t.by, names=t.people())
    return t._("Nobody has answered: everyone on the ladder is called at once: {names}.", names=t.people())


def _last_resort(t: _Teller) -> str:
    reporter = t.person(t.record.incident.reporter)
    return t._("Still nobody. {who} has been given the emergency numbers.", who=reporter)


def _person_paged(t: _Teller) -> str:
    if t.event.by:
        return t._("{who} calls {names} by name.", who=t.by, names=t.people())
    return t._("Called by name: {names}.", names=t.people())


def _acknowledged(t: _Teller) -> str:
    facts = {"who": t.by, "duration": t.length("after")}
    method = str(t.facts.get("method") or "")
    if method and method != "slack_dm":
        return t._("{who} is on it, after {duration} ({method}).", **facts, method=t._.method(method))
    return t._("{who} is on it, after {duration}.", **facts)


def _declined(t: _Teller) -> str:
    return t._("{who} can't.", who=t.by)


def _handed_over(t: _Teller) -> str:
    return t._("{who} hands over to {to}, who is being called.", who=t.by, to=t.person(t.facts.get("to")))


def _given_back(t: _Teller) -> str:
    return t._("{who} gave it back: somebody else is being called.", who=t.by)


def _asked_again(t: _Teller) -> str:
    facts = {"who": t.by, "level": t.facts.get("level", 1)}
    return t._("No word from {who} for a while: level {level} is asked again.", **facts)


def _all_methods_failed(t: _Teller) -> str:
    who = t.person(t.facts.get("person") or t.event.by)
    return t._("{who} could not be reached in any way: the next level is called.", who=who)


# The incident itself


def _status_changed(t: _Teller) -> str:
    return t._("{who}: {old} → *{new}*.", who=t.by, old=t.status("from"), new=t.status("to"))


def _severity_changed(t: _Teller) -> str:
    facts = {"old": t._.severity(t.facts.get("from", 0)), "new": t._.severity(t.facts.get("to", 0))}
    return t._("{who} changed the severity: {old} → *{new}*.", who=t.by, **facts)


def _role_assigned(t: _Teller) -> str:
    person = t.facts.get("person")
    if t.event.by is None or t.event.by == person:
        return t._("{person} is {role}.", person=t.person(person), role=t.role())
    return t._("{person} is {role} ({who} decided).", person=t.person(person), role=t.role(), who=t.by)


def _room_updated(t: _Teller) -> str:
    return t._("*Update* from {who}: {text}", who=t.by, text=t.text())


def _noted(t: _Teller) -> str:
    who = t.person(t.facts.get("author") or t.event.by)
    return t._("{who}: “{text}”", who=who, text=t.text())


def _unnoted(t: _Teller) -> str:
    return t._("{who} took a mark away.", who=t.by)


def _task_added(t: _Teller) -> str:
    assignee = t.facts.get("assignee")
    if not assignee:
        return t._("To do: {text}. Nobody has it yet.", text=t.text().rstrip("."))
    return t._("To do: {text} ({who}).", text=t.text().rstrip("."), who=t.person(assignee))


def _task_done(t: _Teller) -> str:
    return t._("Done: {text} ({who}).", text=t.text().rstrip("."), who=t.by)


def _resolved(t: _Teller) -> str:
    facts = {"who": t.by, "length": t._.duration(t.event.at - t.record.incident.started_at)}
    if t.facts.get("summary"):
        return t._("{who} resolved it, after {length}: {text}", **facts, text=t.text("summary"))
    return t._("{who} resolved it, after {length}.", **facts)


def _cancelled(t: _Teller) -> str:
    if t.facts.get("reason"):
        return t._("{who}: it was a false alarm. {text}", who=t.by, text=t.text("reason"))
    return t._("{who}: it was a false alarm.", who=t.by)


def _reopened(t: _Teller) -> str:
    return t._("{who} reopened it: the ladder is called again.", who=t.by)


def _merged(t: _Teller) -> str:
    return t._("The same event as INC-{number}: it goes on there.", number=t.text("into").removeprefix("INC-"))


# Customers


def _statement_drafted(t: _Teller) -> str:
    return t._("A draft for customers is ready ({kind}).", kind=kind_name(t._, t.facts.get("kind")))


def _approval_asked(t: _Teller) -> str:
    return t._("{who} wrote to customers; a second person has to read it before it goes out.", who=t.by)


def _statement_published(t: _Teller) -> str:
    late = float(t.facts.get("late") or 0)
    facts = {"who": t.by, "when": t._("{duration} late", duration=t.length("late")) if late >= 1 else t._("on time")}
    if t.facts.get("self_approved"):
        return t._("*Customers were told* ({who}, {when}; in an emergency, without a second reader).", **facts)
    approver = t.facts.get("approver")
    if approver:
        return t._("*Customers were told* ({who}, {when}; read by {approver}).", **facts, approver=t.person(approver))
    return t._("*Customers were told* ({who}, {when}).", **facts)


def _statement_failed(t: _Teller) -> str:
    facts = {"channel": channel_name(t._, t.text("channel")), "why": why(t._, str(t.facts.get("code") or ""))}
    return t._("The statement did not go out on {channel}: {why}. The other channels are not affected.", **facts)


def _deadline_missed(t: _Teller) -> str:
    late = t._.whole(t.event.at - datetime.fromisoformat(t.facts["due"])) if t.facts.get("due") else "–"
    person = t.facts.get("person")
    if not person:
        return t._("Customers should have heard from us {duration} ago.", duration=late)
    if late == t._.whole(timedelta(0)):
        return t._("Customers expect word now. It is up to {who}.", who=t.person(person))
    return t._("Word to customers is {duration} late. It is up to {who} now.", duration=late, who=t.person(person))


def _cadence_handed_over(t: _Teller) -> str:
    return t._("{to} speaks to customers from now on (handed over by {who}).", to=t.person(t.facts.get("to")), who=t.by)


# The room and the record


def _channel_opened(t: _Teller) -> str:
    return t._("The channel is open: #{channel}.", channel=t.text("name"))


def _channel_refused(t: _Teller) -> str:
    return t._("Slack would not create the channel: {why}.", why=why(t._, str(t.facts.get("code") or "")))


def _channel_adopted(t: _Teller) -> str:
    return t._("{who} created the channel by hand: #{channel}.", who=t.by, channel=t.text("name"))


def _channel_archived(t: _Teller) -> str:
    return t._("The channel was archived.")


def _guests_kept_out(t: _Teller) -> str:
    return t._("Slack doesn't let us bring guests in. Add by hand: {names}.", names=t.people())


def _review_compiled(t: _Teller) -> str:
    return t._("The post-mortem was compiled (revision {n}).", n=t.facts.get("revision", 1))


def _contacts_revealed(t: _Teller) -> str:
    if t.facts.get("of"):
        return t._("The private contacts of {person} were shown to {who}.", person=t.person(t.facts["of"]), who=t.by)
    return t._("The emergency numbers were shown to {who}.", who=t.person(t.facts.get("to") or t.event.by))


_SAID: dict[EventKind, Callable[[_Teller], str]] = {
    EventKind.DECLARED: _declared,
    EventKind.ALSO_REPORTED: _also_reported,
    EventKind.JOINED: _joined,
    EventKind.LEVEL_PAGED: _level_paged,
    EventKind.LEVEL_EMPTY: _level_empty,
    EventKind.EVERYONE_PAGED: _everyone_paged,
    EventKind.LAST_RESORT: _last_resort,
    EventKind.PERSON_PAGED: _person_paged,
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.DECLINED: _declined,
    EventKind.HANDED_OVER: _handed_over,
    EventKind.GIVEN_BACK: _given_back,
    EventKind.ASKED_AGAIN: _asked_again,
    EventKind.ALL_METHODS_FAILED: _all_methods_failed,
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
}
