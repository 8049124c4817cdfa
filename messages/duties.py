"""What is expected of whoever has it: the scenario's first steps, and the duties of the roles they hold."""

from __future__ import annotations

from bot.domain.record import Record
from bot.domain.slugs import PersonId
from messages.blocks import Block, section
from messages.marks import one_line
from messages.outlook import lines
from messages.words import Words

_FIRST = 3


def first_steps(_: Words, record: Record) -> Block | None:
    """The beginning of the scenario's checklist; a private incident's would tell what it is."""
    scenario = record.scenario
    if scenario is None or record.incident.private or not scenario.checklist:
        return None
    steps = scenario.steps_in(_.language)[:_FIRST]
    shown = (f"{number}. {one_line(step)}" for number, step in enumerate(steps, 1))
    return section(lines(_("*Your first steps*"), *shown))


def duties(_: Words, record: Record, person: PersonId) -> Block | None:
    """Those of every role that this person holds."""
    document, held = record.roster.document, record.incident.roles.items()
    shown = [duties_of(_, record, role) for role, holder in held if document and holder == person]
    return section("\n\n".join(filter(None, shown))) if any(shown) else None


def duties_of(_: Words, record: Record, role: str) -> str:
    """What a role asks of whoever holds it, as the document says; empty when it says nothing."""
    document = record.roster.document
    described = document.role(role) if document else None
    if described is None or not described.duties:
        return ""
    asked = (f"• {one_line(duty.in_(_.language))}" for duty in described.duties)
    return lines(_("*You are {role}*", role=one_line(_.role(role, document))), *asked)
