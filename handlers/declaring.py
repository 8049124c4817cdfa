"""The form that declares: redrawn when a scenario is chosen, submitted, joined instead.

Promises that "declared" means recorded, and that the form then says who is being called.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.incident import IncidentId, Report
from bot.domain.scenario import suggest, suggest_severity
from bot.errors import NotRecorded
from bot.usecases import coordinate, look
from bot.usecases import declare as usecase
from handlers import forms
from handlers.gesture import SLACK_FAILURES, Gesture
from handlers.payload import Kind
from messages import actions as ids
from messages.blocks import View
from messages.forms import NO_SCENARIO, declared_view
from messages.status import status


async def open_form(gesture: Gesture) -> None:
    """DECLARE_OPEN and SHORTCUT_DECLARE."""
    await forms.show(gesture, ids.FORM_DECLARE, text=str(gesture.payload.facts.get("text", "")))


async def choose_scenario(gesture: Gesture) -> None:
    """DECLARE_SCENARIO: the form is drawn again around the scenario, with what was typed."""
    payload = gesture.payload
    facts = {
        "title": payload.field(ids.FIELD_TITLE),
        "private": payload.field(ids.FIELD_PRIVATE),
        "impact": _in_own_words(gesture),
        "link": payload.form_facts.get("link", ""),
        "kept": payload.form_facts.get("kept", ""),
        "scenario": payload.chosen or NO_SCENARIO,
        "redrawn": True,
    }
    view = await forms.build(gesture.desk, gesture.reader, ids.FORM_DECLARE, facts)
    await gesture.ack()
    try:
        await gesture.desk.slack.views_update(
            view_id=str(payload.view.get("id")), hash=str(payload.view.get("hash")), view=view
        )
    except SLACK_FAILURES:
        return  # the form as it was serves as well: nothing typed is lost


async def submit(gesture: Gesture) -> None:
    """FORM_DECLARE: recorded first, then the form turns into what happens now."""
    payload = gesture.payload
    severity = payload.field(ids.FIELD_SEVERITY)
    scenario = payload.field(ids.FIELD_SCENARIO)
    report = Report(
        title=payload.field(ids.FIELD_TITLE),
        severity=int(severity) if severity in ("1", "2", "3", "4") else 2,
        scenario=scenario if scenario and scenario != NO_SCENARIO else None,
        impact=payload.field(ids.FIELD_IMPACT),
        private=bool(payload.field(ids.FIELD_PRIVATE)),
        already_saw=_saw(gesture),
    )
    view = await declare(gesture, _suggested(gesture, report))
    await (gesture.ack(response_action="update", view=view) if view else gesture.ack())


async def declare(gesture: Gesture, report: Report) -> View | None:
    """Record the report. What to show then; nothing, when it is recorded but cannot be read back."""
    declared = await usecase.declare(gesture.core, report, by=gesture.by, gesture=gesture.key)
    link = str(gesture.payload.facts.get("link", "")) if gesture.payload.kind is Kind.VIEW else ""
    try:
        if link and not declared.joined:
            await coordinate.note(gesture.core, declared.incident, link, by=gesture.by, message=gesture.key)
        record = await look.record(gesture.core, declared.incident)
    except NotRecorded:
        return None
    return declared_view(gesture.words, record, joined=declared.joined)


async def join(gesture: Gesture) -> None:
    """INCIDENT_JOIN and PAGE_JOIN: into the room, and where things stand."""
    incident = IncidentId(gesture.payload.number("incident"))
    await usecase.join(gesture.core, incident, by=gesture.by)
    record = await look.record(gesture.core, incident, by=gesture.by)
    if gesture.payload.in_form:
        await gesture.show(declared_view(gesture.words, record, joined=True))
    else:
        await gesture.tell(status(gesture.words, record, me=gesture.reader.person))


def _suggested(gesture: Gesture, report: Report) -> Report:
    """A form that opened blank learns only now what it is about: what was left as it was drawn follows the words."""
    drawn, document = str(gesture.payload.form_facts.get("drawn", "")), gesture.reader.roster.document
    if not drawn or report.scenario:
        return report
    said = f"{report.title} {report.impact}"
    scenario = suggest(said, document.scenarios) if document else None
    severity = min(report.severity, int(suggest_severity(said, scenario)))
    return replace(
        report,
        scenario=str(scenario.id) if scenario else None,
        severity=severity if str(report.severity) == drawn else report.severity,
    )


def _saw(gesture: Gesture) -> tuple[IncidentId, ...]:
    """The incidents that stood above the form and were not joined."""
    shown = str(gesture.payload.form_facts.get("saw", "")).split(",")
    return tuple(IncidentId(int(each)) for each in shown if each.isdecimal())


def _in_own_words(gesture: Gesture) -> str:
    """What customers see, unless it is only what a scenario had put there."""
    typed, document = gesture.payload.field(ids.FIELD_IMPACT), gesture.reader.roster.document
    usual = [each.customers_see.root.values() for each in document.scenarios if each.customers_see] if document else []
    suggested = {text.strip().casefold() for texts in usual for text in texts}
    return "" if typed.casefold() in suggested else typed
