"""The form that declares: one required field, everything else already likely.

Promises that open incidents stand above it, so that nobody declares what is already being looked at, and
that what was typed survives the choice of a scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.incident import TITLE_LENGTH, clean_title
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.scenario import Scenario, suggest, suggest_severity
from messages import actions as ids
from messages.blocks import (
    Block,
    View,
    actions,
    button,
    checkboxes,
    context,
    divider,
    escape,
    input_block,
    modal,
    section,
    select,
    text_input,
)
from messages.forms.fields import came_from, incident_line, severity_field
from messages.marks import capital
from messages.names import name
from messages.words import Words

NO_SCENARIO = "-"
"""The select's answer for "none of these"; no scenario can be called so."""
PRIVATE = "private"
OPEN_SHOWN = 5


def declare_form(  # noqa: PLR0913 - everything that a person may already have typed
    _: Words,
    *,
    roster: Roster,
    open_records: Sequence[Record] = (),
    text: str = "",
    title: str = "",
    scenario: str | None = None,
    severity: int | None = None,
    impact: str = "",
    private: bool = False,
    kept: str | None = None,
    message_link: str | None = None,
    redrawn: bool = False,
) -> View:
    """`scenario` None: suggested from the words; NO_SCENARIO: the person chose none.

    A form that had nothing to suggest from carries the severity it was drawn with as `drawn`: what it is about is
    known once it is submitted. `kept` is the key under which the form was kept, when it is opened again.
    With `redrawn`, after DECLARE_SCENARIO, severity and impact have block ids of their own ("severity:tills_down"):
    Slack holds on to what a field of the same id already shows. Read them by what stands before the colon.
    """
    chosen = _scenario(roster, scenario, f"{title} {text} {impact}")
    suffix = f":{scenario}" if redrawn and scenario else ""
    grave = severity or suggest_severity(f"{title} {text} {impact}", chosen)
    drawn = "" if chosen or scenario else str(int(grave))
    shown = [record for record in open_records if record.incident.open][:OPEN_SHOWN]
    blocks = (
        *_already_open(_, shown),
        context(_("What you had written is back.")) if kept else None,
        came_from(_, message_link) if message_link else None,
        _no_document(_, roster),
        _title(_, clean_title(title or text)),
        _scenario_field(_, roster, chosen),
        _cost(_, chosen),
        severity_field(_, roster, initial=int(grave), block_id=f"{ids.FIELD_SEVERITY}{suffix}"),
        _impact(_, impact or _likely_impact(_, chosen), f"{ids.FIELD_IMPACT}{suffix}"),
        _private(_, private),
    )
    return modal(
        _("Declare an incident"),
        blocks,
        callback_id=ids.FORM_DECLARE,
        submit=_("Declare"),
        close=_("Not now"),
        private_metadata=_carried(shown, link=message_link or "", kept=kept or "", drawn=drawn),
    )


def _carried(shown: Sequence[Record], **facts: str) -> str:
    """What the form brings back when it is submitted: also which incidents stood above it."""
    return ids.pack(saw=",".join(str(record.incident.id) for record in shown), **facts)


def _scenario(roster: Roster, scenario: str | None, said: str) -> Scenario | None:
    document = roster.document
    if document is None or scenario == NO_SCENARIO:
        return None
    return document.scenario(scenario) if scenario else suggest(said, document.scenarios)


def _likely_impact(_: Words, chosen: Scenario | None) -> str:
    """What customers see of such an incident, as the plan has it."""
    return capital(chosen.customers_see.in_(_.language)) if chosen and chosen.customers_see else ""


def _already_open(_: Words, records: Sequence[Record]) -> Iterator[Block | None]:
    if not records:
        return
    yield section(_("*Already open.* If it is the same thing, join it: nobody is called twice."))
    for record in records:
        value = ids.pack(incident=record.incident.id)
        join = button(_("Join"), ids.INCIDENT_JOIN, value, label=_("Join {incident}", incident=record.incident.name))
        yield section(incident_line(_, record), accessory=join)
    yield divider()


def _no_document(_: Words, roster: Roster) -> Block | None:
    if roster.document is not None:
        return None
    owners = _.people([name(roster, owner) for owner in roster.owners()])
    if not owners:
        return context(_("There is no team document yet: what you declare is recorded and announced."))
    return context(_("There is no team document yet: {owners} will be called.", owners=owners))


def _title(_: Words, title: str) -> Block:
    element = text_input(
        initial=title,
        placeholder=_("Tills down in every store"),
        longest=TITLE_LENGTH,
        focus=not title,
    )
    return input_block(_("What is happening"), element, block_id=ids.FIELD_TITLE)


def _scenario_field(_: Words, roster: Roster, chosen: Scenario | None) -> Block | None:
    if roster.document is None or not roster.document.scenarios:
        return None
    known = [(each.title.in_(_.language), str(each.id)) for each in roster.document.scenarios]
    options = [*known, (_("None of these, or I don't know"), NO_SCENARIO)]
    element = select(
        ids.DECLARE_SCENARIO,
        _("Choose the closest"),
        options,
        initial=str(chosen.id) if chosen else NO_SCENARIO,
    )
    return input_block(_("Scenario"), element, block_id=ids.FIELD_SCENARIO, optional=True, dispatch=True)


def _cost(_: Words, chosen: Scenario | None) -> Block | None:
    if chosen is None or chosen.cost is None:
        return None
    return context(escape(chosen.cost.in_(_.language)))


def _impact(_: Words, impact: str, block_id: str) -> Block:
    element = text_input(
        initial=impact,
        placeholder=_("Card payments are refused; cash works"),
        multiline=True,
        longest=1000,
    )
    return input_block(_("What customers see"), element, block_id=block_id, optional=True)


def _private(_: Words, private: bool) -> Block:
    option = (_("Private"), PRIVATE, _("Only those who are called can see it; pages carry no content."))
    element = checkboxes(ids.VALUE, [option], initial=[PRIVATE] if private else [])
    return input_block(_("Who can see it"), element, block_id=ids.FIELD_PRIVATE, optional=True)


def reopen_button(_: Words, kept: str) -> Block | None:
    """The way back into a form whose time ran out."""
    return actions(button(_("Open it again"), ids.REOPEN_FORM, ids.pack(form=kept), style="primary"))
