"""The post-mortem, compiled from the record alone.

Promises that every number, name and time in it can be found in the record; that the story is told in original
time; that what only people can write stands there visibly empty, with the name of who is to write it.
Refuses to guess causes and to name culprits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from bot.domain.incident import Status
from bot.domain.metrics import so_far
from bot.domain.record import Record, Task
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement, StatementKind
from bot.domain.timeline import Event, EventKind
from messages import actions as ids
from messages.blocks import Message, actions, button, context, section
from messages.customers import kind_name
from messages.marks import capital, clean, one_line
from messages.names import heading
from messages.review_numbers import answers, figures, lateness_of
from messages.story import event_line
from messages.words import Words

_UNTOLD: Final = (EventKind.UNNOTED, EventKind.REVIEW_COMPILED, EventKind.STATEMENT_DRAFTED)
"""Events of the bookkeeping, not of the story."""
_LIVE = re.compile(r"([\\`\[\]|])")
_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")


def markdown(_: Words, record: Record) -> str:
    """The whole document, as Markdown."""
    incident = record.incident
    parts = (
        f"# {incident.name} · {_md(incident.title)}",
        _("Post-mortem, compiled from the record. Times: {zone}.", zone=_.time_zone),
        table((), _header(_, record)),
        _chapter(_("Summary"), _summary(_, record)),
        _chapter(_("What customers saw"), _impact(_, record)),
        _chapter(_("In numbers"), table((_("Figure"), _("Value")), figures(_, record))),
        _chapter(_("Who was called, who answered"), _responders(_, record)),
        _chapter(_("What happened, in its own time"), _timeline(_, record)),
        _chapter(_("What customers were told"), _statements(_, record)),
        _chapter(_("What made it possible"), _empty(_, _scribe(_, record))),
        _chapter(_("What went well"), _empty(_, _("everyone who was there"))),
        _chapter(_("What went badly"), _empty(_, _("everyone who was there"))),
        _chapter(_("Actions"), _actions(_, record)),
        _chapter(_("What we learned"), _empty(_, _scribe(_, record))),
        _chapter(_("What changes in the plan"), _empty(_, _owners(_, record))),
        _chapter(_("Closing message"), _closing(_, record)),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def review_message(_: Words, record: Record) -> Message:
    """What is posted beside the file: the few numbers everyone asks for, and what is still to be written."""
    incident = record.incident
    head = _("Post-mortem of {incident}", incident=incident.name)
    rows = [f"{name}: *{one_line(value)}*" for name, value in figures(_, record, short=True)]
    missing = (
        _("The summary is still to be written.")
        if not incident.summary
        else _("Causes, lessons and actions are still to be completed.")
    )
    text = f"{head}. {heading(_, incident)}. {'; '.join(row.replace('*', '') for row in rows)}. {missing}"
    edit = button(_("Write the summary…"), ids.SUMMARY_EDIT, ids.pack(incident=incident.id))
    return Message.of(
        text,
        section(f"*{head}*\n{heading(_, incident)}"),
        section("\n".join(rows)) if rows else None,
        actions(edit),
        context(missing),
    )


def file_name(record: Record, revision: int = 1) -> str:
    """`inc-0042-postmortem.md`; later ones `inc-0042-postmortem-2.md`, so that none is taken for another."""
    later = f"-{revision}" if revision > 1 else ""
    return f"inc-{record.incident.id:04d}-postmortem{later}.md"


def newer(_: Words, record: Record, revision: int) -> str | None:
    """What is said beside a file that takes the place of an earlier one; the first needs no words."""
    if revision <= 1:
        return None
    facts = {"incident": record.incident.name, "n": revision}
    return _("Post-mortem of {incident}, revision {n}. It takes the place of the earlier file.", **facts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; its cells are dead text. Without a head the first column is one."""
    lines = [[_cell(cell) for cell in row] for row in rows]
    if not lines:
        return ""
    names = [_cell(name) for name in head] or [""] * len(lines[0])
    rule = ["---"] * len(names)
    return "\n".join(f"| {' | '.join(row)} |" for row in (names, rule, *lines))


def _header(_: Words, record: Record) -> Iterator[tuple[str, str]]:
    incident, document = record.incident, record.roster.document
    yield _("Severity"), _.severity(incident.severity)
    yield _("Status"), capital(_.status(incident.status))
    if record.scenario:
        yield _("Scenario"), record.scenario.title.in_(_.language)
    yield _("Began"), _.date_time(incident.started_at)
    yield _("Declared"), f"{_.date_time(incident.declared_at)}, {_reporters(_, record)}"
    if incident.resolved_at:
        by = f", {_name(record, incident.ended_by)}" if incident.ended_by else ""
        yield _("Over"), f"{_.date_time(incident.resolved_at)}{by}"
    for role, person in incident.roles.items():
        yield capital(_.role(role, document)), _name(record, person)
    if incident.private:
        yield _("Who may read this"), _("private: those involved")


def _reporters(_: Words, record: Record) -> str:
    incident = record.incident
    return _.people([_name(record, person) for person in (incident.reporter, *incident.also_reported_by)])


def _summary(_: Words, record: Record) -> str:
    return _quote(record.incident.summary) if record.incident.summary else _empty(_, _scribe(_, record))


def _impact(_: Words, record: Record) -> str:
    incident, scenario = record.incident, record.scenario
    seen = incident.impact or (scenario.customers_see.in_(_.language) if scenario and scenario.customers_see else "")
    length = _.duration(so_far(incident, record.now))
    lasted = (
        _("It lasted {length}, from {start} to {end}.", length=length, **_from_to(_, record))
        if incident.resolved_at
        else _("It has lasted {length} so far.", length=length)
    )
    return f"{_quote(capital(seen)) if seen else _empty(_, _scribe(_, record))}\n\n{lasted}"


def _from_to(_: Words, record: Record) -> dict[str, str]:
    incident = record.incident
    end = incident.resolved_at or record.now
    return {"start": _.clock(incident.started_at, end), "end": _.clock(end, end)}


def _responders(_: Words, record: Record) -> str:
    rows = table((_("Level"), _("Called at"), _("Who"), _("Answer")), answers(_, record))
    moves = record.happened(
        EventKind.HANDED_OVER, EventKind.GIVEN_BACK, EventKind.ROLE_ASSIGNED, EventKind.CADENCE_HANDED_OVER
    )
    told = "\n".join(_line(_, record, event) for event in moves)
    return "\n\n".join(part for part in (rows or _("Nobody was called."), told) if part)


def _timeline(_: Words, record: Record) -> str:
    days = groupby(_story(record), key=lambda event: _.day(event.at))
    told = [(day, "\n".join(_line(_, record, event) for event in events)) for day, events in days]
    if len(told) == 1:
        return told[0][1]
    return "\n\n".join(f"### {day}\n\n{lines}" for day, lines in told)


def _story(record: Record) -> list[Event]:
    """What happened, in order; without notes whose mark was taken away."""
    taken = {event.facts.get("message"): event.seq for event in record.happened(EventKind.UNNOTED)}
    kept = (
        event
        for event in record.events
        if event.kind not in _UNTOLD
        and not (event.kind is EventKind.NOTED and event.seq < taken.get(event.facts.get("message"), 0))
    )
    return sorted(kept, key=lambda event: (event.at, event.seq))


def _line(_: Words, record: Record, event: Event) -> str:
    said = _LIVE.sub(r"\\\1", event_line(_, record, event, named=True))
    told = _BOLD.sub(r"**\1**", said)
    return f"- `{_.seconds(event.at)}` {told}"


def _statements(_: Words, record: Record) -> str:
    if not record.published:
        return _("Customers were told nothing.")
    return "\n\n".join(_told(_, record, each) for each in record.published)


def _told(_: Words, record: Record, statement: Statement) -> str:
    at = _.clock(statement.published_at or statement.drafted_at, record.incident.resolved_at or record.now)
    who = f", {_name(record, statement.author)}" if statement.author else ""
    read = _(" (approved by {person})", person=_name(record, statement.approver)) if statement.approver else ""
    alone = _(" (published without a second reader)") if statement.self_approved else ""
    head = f"**{at}** · {kind_name(_, statement.kind)} · {lateness_of(_, statement)}{who}{read}{alone}"
    return "\n\n".join((head, *_texts(_, statement)))


def _texts(_: Words, statement: Statement) -> Iterator[str]:
    for language, text in statement.texts.items():
        label = f"{capital(_.language_name(language))}:\n\n" if len(statement.texts) > 1 else ""
        yield f"{label}{_quote(text)}"


def _actions(_: Words, record: Record) -> str:
    waiting = [task for task in record.tasks if task.done_at is None]
    rows = [(_md(task.text), _owner(_, record, task), "", _("open")) for task in waiting]
    head = (_("Action"), _("Owner"), _("Due"), _("State"))
    if not rows:
        return _empty(_, _("the owner of each: what, who, by when"))
    advice = _("Give each a date: an action without one is a wish.")
    return f"{table(head, rows)}\n\n{advice}"


def _owner(_: Words, record: Record, task: Task) -> str:
    return _name(record, task.assignee) if task.assignee else _("nobody yet")


def _closing(_: Words, record: Record) -> str:
    closing = [each for each in record.published if each.kind is StatementKind.CLOSING]
    if closing:
        return "\n\n".join(_texts(_, closing[-1]))
    if record.incident.status is Status.CANCELLED:
        return _("It was a false alarm: none is due.")
    if not record.published:
        return _("Customers were told nothing, so none was due.")
    speaker = record.incident.communications_lead
    return _empty(_, _name(record, speaker) if speaker else _("the communications lead"))


def _chapter(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"


def _empty(_: Words, who: str) -> str:
    """A gap that can't be overlooked."""
    gap, writer = _("Empty."), _("To be written by {who}.", who=who)
    return f"> ☐ **{gap}** {writer}"


def _scribe(_: Words, record: Record) -> str:
    writer = record.incident.roles.get("scribe") or record.incident.commander
    return _name(record, writer) if writer else _("whoever led it")


def _owners(_: Words, record: Record) -> str:
    owners = [_name(record, person) for person in record.roster.owners()]
    return _.people(owners) if owners else _("the owners of the plan")


def _name(record: Record, person: PersonId | None) -> str:
    return _md(record.roster.name(person)) if person else "–"


def _md(text: str) -> str:
    """What a person typed, on one line, dead in Markdown."""
    return _LIVE.sub(r"\\\1", one_line(text))


def _cell(text: str) -> str:
    """Dead text in a table: cells that were made dead already stay as they are."""
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(clean(text).split()))


def _quote(text: str) -> str:
    lines = (_md(line) for line in clean(text).strip().splitlines())
    return "\n".join(f"> {line}".rstrip() for line in lines)
