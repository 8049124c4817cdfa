"""The card at the top of an incident's channel, and what stands round it.

Promises that the card always tells how things stand now: who leads, who has been woken, what customers were
told and when they hear next, what is still being tried. Edited in place, it never grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.escalation import Page, PageStatus, ladder_position
from bot.domain.incident import COMMANDER, COMMUNICATIONS, Incident, Status
from bot.domain.record import Record, Trouble
from bot.domain.slugs import PersonId
from bot.domain.timeline import EventKind
from messages import ladder
from messages.actions import (
    INCIDENT_JOIN,
    INCIDENT_LEAD,
    INCIDENT_MORE,
    INCIDENT_PAGE,
    INCIDENT_PUBLIC,
    INCIDENT_RESOLVE,
    INCIDENT_UPDATE,
    MORE_CANCEL,
    MORE_ESCALATE,
    MORE_NOTE,
    MORE_POSTMORTEM,
    MORE_REOPEN,
    MORE_ROLE,
    MORE_SEVERITY,
    MORE_STATUS,
    MORE_TASK,
    USE_CHANNEL,
    pack,
)
from messages.blocks import Block, Element, Message, Option, actions, button, context, overflow, section
from messages.called import calls
from messages.marks import capital, clean, cut, escape, link, one_line, quoted
from messages.names import and_more, called, conference, heading, name, names, room, title
from messages.outlook import how_it_ended, if_silent, lines, sentences
from messages.troubles import step_name, why
from messages.waits import is_notice, who_waits
from messages.words import N_, Words

TOPIC_LENGTH = 250
PURPOSE_LENGTH = 250
_QUOTE = 90
_WORTH_TELLING = timedelta(minutes=1)


def card(_: Words, record: Record) -> Message:
    """The one message that is edited."""
    incident = record.incident
    first = _("{incident} · {title}", incident=incident.name, title=title(incident))
    state = _state(_, record)
    return Message.of(
        sentences(f"{first} — {state}", _plainly(_, record)),
        section(lines(f"*{first}* — {state}", who(_, record), customers(_, record), _tasks(_, record))),
        _still_trying(_, record),
        actions(*_buttons(_, record)),
        context(calls(_, record)) if incident.open else None,
        context(*_footer(_, record)),
    )


def _state(_: Words, record: Record) -> str:
    """`SEV1 · investigating · since 10:02, 18 min`."""
    return f"{_.severity(record.incident.severity)} · {_standing(_, record)}"


def _standing(_: Words, record: Record) -> str:
    """`investigating · since 10:02, 18 min`; how long it has been is told once there is a minute of it."""
    incident = record.incident
    length = (incident.resolved_at or record.now) - incident.started_at
    facts = {"status": _.status(incident.status), "since": _.since(incident.started_at, record.now)}
    if length < _WORTH_TELLING:
        return _("{status} · {since}", **facts)
    return _("{status} · {since}, {length}", **facts, length=_.duration(length))


def _plainly(_: Words, record: Record) -> str:
    leader = record.incident.commander
    if not record.incident.open:
        return how_it_ended(_, record)
    return _("{who} leads it.", who=name(record.roster, leader)) if leader else _("Nobody leads it yet.")


def who(_: Words, record: Record) -> str:
    """Who leads, who speaks, how far the ladder was climbed."""
    roster, roles = record.roster, record.incident.roles
    parts = [
        _("*Lead* {name}", name=_holder(_, record, COMMANDER)),
        _("*Communications* {name}", name=_holder(_, record, COMMUNICATIONS)),
    ]
    parts += [
        f"*{capital(one_line(_.role(role, roster.document)))}* {name(roster, holder)}"
        for role, holder in roles.items()
        if role not in (COMMANDER, COMMUNICATIONS)
    ]
    return " · ".join([*parts, level(_, record)] if record.ladder else parts)


def _holder(_: Words, record: Record, role: str) -> str:
    holder = record.incident.roles.get(role)
    return name(record.roster, holder) if holder else _("nobody yet")


def level(_: Words, record: Record) -> str:
    """`Level 1 of 4 (Anna answered in 2 min 10 s)`."""
    page = record.ladder
    if page is None:
        return ""
    at, of = ladder_position(page)
    return _("*Level* {level} of {levels} ({answer})", level=at, levels=of, answer=_answer(_, record, page))


def _answer(_: Words, record: Record, page: Page) -> str:
    asked = ladder.still_asked(record, page)
    if page.wanted and page.taken_by:
        return _not_enough(_, record, page, asked)
    if page.acknowledged_by is not None:
        return _answered(_, record, page)
    if page.status is PageStatus.CLOSED:
        return _last_answer(_, record, page)
    if page.status is PageStatus.EXHAUSTED:
        return _("nobody has answered: everyone is being called")
    return _called_now(_, record, asked) if asked else "–"


def _answered(_: Words, record: Record, page: Page) -> str:
    waited = _.duration(timedelta(seconds=ladder.answered_after(page)))
    facts = {"who": name(record.roster, page.acknowledged_by), "duration": waited}
    if page.also_acknowledged:
        others = names(_, record.roster, page.taken_by[1:])
        return _("{who} answered in {duration}, then {names}", **facts, names=others)
    return _("{who} answered in {duration}", **facts)


def _not_enough(_: Words, record: Record, page: Page, asked: Sequence[PersonId]) -> str:
    """`1 of 2 has it: Anna; Bruno is being called`."""
    have = len(page.taken_by)
    facts = {"have": have, "wanted": page.acknowledgements_wanted, "names": names(_, record.roster, page.taken_by)}
    said = _.plural("{have} of {wanted} has it: {names}", "{have} of {wanted} have it: {names}", have, **facts)
    if page.status is PageStatus.EXHAUSTED or not asked:
        return f"{said}; " + _("everyone else is being called")
    return f"{said}; {_called_now(_, record, asked)}"


def _called_now(_: Words, record: Record, asked: Sequence[PersonId]) -> str:
    people = names(_, record.roster, asked)
    return _.plural("{names} is being called", "{names} are being called", len(asked), names=people)


def _last_answer(_: Words, record: Record, page: Page) -> str:
    """Over, and nobody has it at the end: who had it last, if anybody did."""
    answers = [each for each in record.happened(EventKind.ACKNOWLEDGED) if each.facts.get("page") == page.id]
    if not answers or answers[-1].by is None:
        return _("nobody answered")
    waited = _.duration(timedelta(seconds=float(answers[-1].facts.get("after", 0))))
    return _("{who} answered in {duration}", who=name(record.roster, answers[-1].by), duration=waited)


def customers(_: Words, record: Record) -> str:
    """What customers were told last, and when they hear next."""
    told, due = record.last_published, record.customers_deadline
    if told is None or told.published_at is None:
        said = _("*Customers* have not been told anything yet")
    else:
        time, words = _.clock(told.published_at, record.now), quoted(told.text(_.language), _QUOTE)
        said = _("*Customers were told* {time} “{words}”", time=time, words=words)
    if record.unread:
        said += " · " + _("a new statement awaits approval")
    return f"{said} → {_next_due(_, record)}" if due and record.incident.open else said


def _next_due(_: Words, record: Record) -> str:
    due = record.customers_deadline
    if due is None:
        return ""
    late = record.now - due.due_at
    if late >= _WORTH_TELLING:
        return _("*late by {duration}*", duration=_.whole(late))
    until = _.by(due.due_at, record.now)
    return _("next due *{until}*", until=until) if record.published else _("first word due *{until}*", until=until)


def _tasks(_: Words, record: Record) -> str:
    left = [task for task in record.tasks if task.done_at is None]
    if not left:
        return ""
    shown = ", ".join(
        f"{quoted(task.text, 60)} ({name(record.roster, task.assignee)})" if task.assignee else quoted(task.text, 60)
        for task in left[:3]
    )
    return _("*Doing* {tasks}", tasks=shown) + and_more(_, len(left) - 3)


def _still_trying(_: Words, record: Record) -> Block | None:
    """What has not worked yet, in one line of small print."""
    steps = [trouble for trouble in record.troubles if not is_notice(trouble)]
    trying = [_trouble(_, record, trouble) for trouble in steps if trouble.state != "failed"]
    failed = [_trouble(_, record, trouble) for trouble in steps if trouble.state == "failed"]
    waiting = who_waits(_, record)
    return context(
        _("*Waiting*: {who}", who=", ".join(waiting)) if waiting else "",
        _("*Still trying*: {steps}", steps=", ".join(trying)) if trying else "",
        _("*Did not work*: {steps}", steps=", ".join(failed)) if failed else "",
    )


def _trouble(_: Words, record: Record, trouble: Trouble) -> str:
    reason = why(_, trouble.error)
    if trouble.next_at is None or trouble.state == "failed":
        return f"{step_name(_, trouble.step)} ({reason})"
    again = _("again {until}", until=_.until(trouble.next_at, record.now))
    return f"{step_name(_, trouble.step)} ({reason}, {again})"


def _footer(_: Words, record: Record) -> tuple[str, ...]:
    page = record.ladder
    calls = conference(_, record)
    public = link(record.status_url, _("What customers see")) if _has_public_page(record) else ""
    silent = if_silent(_, record, page) if page else ""
    also = record.incident.also_reported_by
    credit = _("Also reported by {names}", names=names(_, record.roster, also)) if also else ""
    declared = _("Declared by {who}", who=name(record.roster, record.incident.reporter))
    return (silent, declared, credit, " · ".join(part for part in (calls, public) if part))


def _has_public_page(record: Record) -> bool:
    return bool(record.status_url and record.published)


# Buttons


def _buttons(_: Words, record: Record) -> tuple[Element | None, ...]:
    incident = record.incident
    value = pack(incident=incident.id)
    if not incident.open:
        return (overflow(INCIDENT_MORE, _afterwards(_, incident)),)
    lead = button(_("Take lead"), INCIDENT_LEAD, value)
    return (
        lead if incident.commander is None else None,
        button(_("Page someone"), INCIDENT_PAGE, value),
        button(_("Update the room"), INCIDENT_UPDATE, value),
        button(_("Tell customers"), INCIDENT_PUBLIC, value, style="primary"),
        button(_("Resolve"), INCIDENT_RESOLVE, value),
        overflow(INCIDENT_MORE, _more(_, record)),
    )


def _more(_: Words, record: Record) -> tuple[Option, ...]:
    """Slack shows five; a task or a note has its own command too."""
    page = record.ladder
    level = page.level if page else 0
    return (
        (_("Call the next level now"), _do(record.incident, MORE_ESCALATE, level)),
        (_("Change severity…"), _do(record.incident, MORE_SEVERITY)),
        (_("Assign a role…"), _do(record.incident, MORE_ROLE)),
        (_("Add a task…"), _do(record.incident, MORE_TASK)),
        (_("It was a false alarm…"), _do(record.incident, MORE_CANCEL)),
    )


def _afterwards(_: Words, incident: Incident) -> tuple[Option, ...]:
    shown: list[Option] = [
        (_("Where we are"), _do(incident, MORE_STATUS)),
        (_("Post-mortem"), _do(incident, MORE_POSTMORTEM)),
        (_("Add a note…"), _do(incident, MORE_NOTE)),
    ]
    if incident.status is not Status.MERGED:
        shown.append((_("Reopen"), _do(incident, MORE_REOPEN)))
    return tuple(shown)


def _do(incident: Incident, what: str, level: int | None = None) -> str:
    """The value of an entry; an option carries 75 characters at most."""
    return pack(incident=incident.id, do=what) if level is None else pack(incident=incident.id, do=what, level=level)


# Round the card


def topic(_: Words, record: Record) -> str:
    """`SEV1 · investigating · Tills down in every store`, in 250 characters."""
    incident = record.incident
    said = f"{_.severity(incident.severity)} · {_.status(incident.status)} · {escape(clean(incident.title))}"
    leader = incident.commander
    led = " · " + _("{who} leads", who=name(record.roster, leader)) if leader else ""
    return cut(said + led, TOPIC_LENGTH)


def purpose(_: Words, record: Record) -> str:
    """What the channel is for."""
    incident = record.incident
    facts = {"incident": incident.name, "title": escape(incident.title), "time": _.date_time(incident.declared_at)}
    return cut(_("{incident}: {title}. Declared {time}.", **facts), PURPOSE_LENGTH)


_BOOKMARKS = {"status_page": N_("What customers see"), "conference": N_("Join the call")}


def bookmark(_: Words, record: Record, what: str) -> tuple[str, str] | None:
    """The title and the address of a bookmark; nothing when there is no such address."""
    document = record.roster.document
    address = record.status_url if what == "status_page" else (document.conference_link if document else None)
    return (_(_BOOKMARKS[what]), address) if address and what in _BOOKMARKS else None


def announcement(_: Words, record: Record) -> Message:
    """For everyone: there is an incident, who leads it, how to join. Nothing of a private one."""
    incident = record.incident
    head, state = heading(_, incident), _standing(_, record)
    if not incident.open:
        news = how_it_ended(_, record)
        return Message.of(sentences(head, news), section(lines(f"*{head}*", news)))
    reported = _("Declared by {who}", who=called(record.roster, incident.reporter))
    where = f"{reported} → {room(record)}"
    text = sentences(f"{incident.name} · {head}", _plainly(_, record))
    if incident.private:
        return Message.of(text, section(f"*{head}*"))
    return Message.of(
        text,
        section(lines(f"*{head}*", state, quoted(incident.impact), where)),
        actions(button(_("Join"), INCIDENT_JOIN, pack(incident=incident.id))),
    )


def use_channel(_: Words, record: Record) -> Element:
    """For the channel that a person created where Slack would not let us."""
    return button(_("Use this channel"), USE_CHANNEL, pack(incident=record.incident.id))
