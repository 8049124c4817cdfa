"""The answer to "where are we?", and to "who does what?".

Promises what fits a phone screen, true to the record: no number and no name that is not in it. Who does what
shows everyone what everyone may see; private contacts stay behind a button that is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.domain import rights
from bot.domain.cadence import lateness
from bot.domain.escalation import Page, PageStatus, ladder_position
from bot.domain.incident import Status
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement, StatementKind
from messages import ladder
from messages.actions import DECLARE_OPEN, INCIDENT_JOIN, INCIDENT_STATUS, OPEN_LINK, pack
from messages.blocks import Block, Message, actions, button, section
from messages.marks import quoted
from messages.names import and_more, name, names, title
from messages.outlook import how_it_ended, lines, sentences
from messages.room import quotation
from messages.second_reader import reading_buttons
from messages.words import Words

_MANY = 15
_WORTH_TELLING = timedelta(minutes=1)


def status(_: Words, record: Record, *, me: PersonId) -> Message:
    """One incident for somebody between two meetings; whose own phone may be the one that rings."""
    incident = record.incident
    head, gist = _head(_, record)
    outside = incident.open and not record.inside(me)
    joining = button(_("Join"), INCIDENT_JOIN, pack(incident=incident.id)) if outside else None
    public = button(_("What customers see"), OPEN_LINK, url=record.status_url) if record.published else None
    return Message.of(
        sentences(f"{head} — {gist}", _plainly(_, record, me)),
        section(lines(f"*{head}* — {gist}", _impact(_, record), _people(_, record), _doing(_, record))),
        section(lines(_told(_, record), _needs_you(_, record, me))),
        *_to_read(_, record, me),
        actions(joining, public),
    )


def status_all(_: Words, records: Sequence[Record]) -> Message:
    """Every open incident, a line or two each."""
    if not records:
        return Message.of(_("No incident is open. Everything is quiet, as far as anybody has said."))
    said = _.plural("{n} incident is open.", "{n} incidents are open.", len(records), n=len(records))
    shown = [_entry(_, record) for record in records[:_MANY]]
    rest = len(records) - len(shown)
    more = section(_("And {n} more: `/crisis status` with a number shows one.", n=rest)) if rest else None
    gist = "; ".join(" ".join(_head(_, record)) for record in records[:3])
    return Message.of(sentences(said, gist), section(f"*{said}*"), *shown, more)


def nothing_open(_: Words) -> Message:
    """Asked where we are, when nothing is on fire."""
    declare = button(_("Declare an incident"), DECLARE_OPEN, pack())
    said = _("No incident is open. Everything is quiet, as far as anybody has said.")
    return Message.of(said, section(said), actions(declare))


def _entry(_: Words, record: Record) -> Block:
    head, gist = _head(_, record)
    text = lines(f"*{head}* — {gist}", _people(_, record), _told(_, record))
    more = button(_("More"), INCIDENT_STATUS, pack(incident=record.incident.id))
    return section(text, accessory=more)


def _head(_: Words, record: Record) -> tuple[str, str]:
    incident = record.incident
    name_of_it, length = (
        f"{incident.name} {title(incident)}",
        (incident.resolved_at or record.now) - incident.started_at,
    )
    facts = {"severity": _.severity(incident.severity), "status": _.status(incident.status)}
    if length < _WORTH_TELLING:
        return name_of_it, _("{severity}, {status}", **facts)
    return name_of_it, _("{severity}, {length}, {status}", **facts, length=_.duration(length))


def _impact(_: Words, record: Record) -> str:
    incident, scenario = record.incident, record.scenario
    since = _("*Since* {time}", time=_.clock(incident.started_at, record.now))
    seen = incident.impact
    if not seen and scenario and scenario.customers_see:
        seen = scenario.customers_see.in_(_.language)
    if not seen or incident.status is Status.CANCELLED:  # a false alarm: they saw nothing
        return since
    seen = quoted(seen, 300)
    return f"{since} · " + (
        _("*Customers see* {impact}", impact=seen) if incident.open else _("*Customers saw* {impact}", impact=seen)
    )


def _people(_: Words, record: Record) -> str:
    incident, roster = record.incident, record.roster
    parts = [
        _("{who} leads", who=name(roster, incident.commander)) if incident.commander else _("nobody leads yet"),
        _("{who} speaks", who=name(roster, incident.communications_lead)) if incident.communications_lead else "",
        _level(_, record),
    ]
    return _("*Who* {people}", people=", ".join(part for part in parts if part))


def _level(_: Words, record: Record) -> str:
    page = record.ladder
    if page is None:
        return ""
    at, of = ladder_position(page)
    return _("level {level} of {levels}", level=at, levels=of)


def _doing(_: Words, record: Record) -> str:
    left = [task for task in record.tasks if task.done_at is None]
    if not left:
        return ""
    shown = (
        f"{quoted(task.text, 80)} ({name(record.roster, task.assignee)})" if task.assignee else quoted(task.text, 80)
        for task in left[:4]
    )
    return _("*Doing* {tasks}", tasks=", ".join(shown)) + and_more(_, len(left) - 4)


def _told(_: Words, record: Record) -> str:
    told, due = record.last_published, record.customers_deadline
    if told is None or told.published_at is None:
        said = _("*Told customers* nothing yet")
    else:
        late = lateness(told.due_at, told.published_at)
        when = _("{duration} late", duration=_.duration(late)) if late.total_seconds() >= 1 else _("on time")
        said = _("*Told customers* {time}, {when}", time=_.clock(told.published_at, record.now), when=when)
    if due is None or not record.incident.open:
        return said
    return f"{said}; {_next(_, record, due.due_at, first=told is None)}"


def _next(_: Words, record: Record, due: datetime, *, first: bool) -> str:
    by = _.clock(due, record.now)
    if due <= record.now:
        facts = {"time": by, "duration": _.whole(record.now - due)}
        if first:
            return _("the first word was due by {time}: {duration} late", **facts)
        return _("next was due by {time}: {duration} late", **facts)
    return _("the first word by {time}", time=by) if first else _("next by {time}", time=by)


def _needs_you(_: Words, record: Record, me: PersonId) -> str:
    needed = _("*Needs you* {what}", what=_needs(_, record, me))
    if record.incident.open:
        return needed
    return lines(how_it_ended(_, record), needed if _closing_missing(record) else "")


def _plainly(_: Words, record: Record, me: PersonId) -> str:
    if not record.incident.open:
        return how_it_ended(_, record)
    return _("Needs you: {what}.", what=_needs(_, record, me))


def _needs(_: Words, record: Record, me: PersonId) -> str:
    """The decisions that are waiting for somebody, from the record alone."""
    if _closing_missing(record):
        return _("the closing message to customers")
    page = record.ladder
    wanted = [
        _("your answer to the call") if _calls(record, me) else "",
        _unanswered(_, page) if page and page.status is PageStatus.EXHAUSTED else "",
        _reader(_, record, record.unread, me) if record.unread else "",
        _("somebody to speak to customers") if record.incident.communications_lead is None else "",
        _("word to customers: it is late") if _is_late(record) else "",
    ]
    return ", ".join(want for want in wanted if want) or _("nothing")


def _reader(_: Words, record: Record, unread: Statement, me: PersonId) -> str:
    author = name(record.roster, unread.author)
    if rights.may_approve(record, unread, me):
        return _("your reading of what {who} wrote to customers", who=author)
    asked = rights.approvers(record, unread.author) if unread.author else ()
    if not asked:
        return _("a second reader for a statement")
    return _("a second reader for what {who} wrote ({names})", who=author, names=names(_, record.roster, asked))


def _to_read(_: Words, record: Record, me: PersonId) -> Iterator[Block | None]:
    """Whoever may let words to customers leave does so where they read that they wait."""
    unread = record.unread
    if unread is not None and rights.may_approve(record, unread, me):
        yield quotation(_, unread)
        yield actions(*reading_buttons(_, record, unread, me))


def _calls(record: Record, me: PersonId) -> bool:
    """Whether the reader's own phone is ringing for it."""
    return any(page.wanted and me in ladder.still_asked(record, page) for page in record.pages)


def _unanswered(_: Words, page: Page) -> str:
    if page.taken_by:
        return _("somebody else to take it as well")
    return _("somebody to take it: nobody has answered")


def _is_late(record: Record) -> bool:
    due = record.customers_deadline
    return due is not None and record.incident.open and due.due_at < record.now


def _closing_missing(record: Record) -> bool:
    """Solved and spoken of, but customers have not heard the end."""
    over = record.incident.status is Status.RESOLVED and bool(record.published)
    return over and all(each.kind is not StatementKind.CLOSING for each in record.published)
