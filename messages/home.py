"""The Home tab: where the plan is looked at on a quiet day, and where an incident is declared on the other kind.

Promises the public tier to everyone, one's own contacts masked, what to mend only to those who can mend it.
Shows no private number and no incident the reader may not see: the caller passes those they may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from babel.dates import format_date, get_day_names

from bot.domain.hours import WEEKDAYS, Hours
from bot.domain.people import Person
from bot.domain.policy import Method
from bot.domain.reachability import knocks
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.severity import Severity
from bot.domain.slugs import PersonId
from bot.domain.team_health import Finding
from messages import actions as ids
from messages.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    divider,
    escape,
    header,
    home_view,
    section,
    select,
)
from messages.findings import finding, weight
from messages.forms.fields import incident_line
from messages.ladder import EVERY_WAY
from messages.marks import capital, channel, one_line
from messages.names import called, name
from messages.words import Words, languages, words_for

_FINDINGS: Final = 8
_OPEN: Final = 20
_ROLES: Final = 30
_WEEKDAY = re.compile("|".join(WEEKDAYS))


def home(
    _: Words,
    *,
    roster: Roster,
    me: PersonId,
    records: Sequence[Record] = (),
    language: str,
    findings: Sequence[Finding] = (),
    methods: frozenset[str] = EVERY_WAY,
) -> View:
    """One person's Home tab. `records`: the open incidents they may see. `findings`: shown to owners alone.

    `methods`: the ways of reaching people that are connected; no other is promised.
    """
    owner = roster.is_owner(me)
    return home_view(
        (
            header(_("When something is on fire")),
            _first_buttons(_),
            *_without_document(_, roster, owner=owner),
            *_incidents(_, records),
            divider(),
            *_you(_, roster, me, language, methods),
            *_who(_, roster),
            *(_to_mend(_, roster, findings) if owner and roster.document else ()),
        )
    )


def _first_buttons(_: Words) -> Block | None:
    return actions(
        button(_("Declare an incident"), ids.DECLARE_OPEN, style="danger"),
        button(_("Who does what"), ids.WHO_OPEN),
    )


def _without_document(_: Words, roster: Roster, *, owner: bool) -> Iterator[Block]:
    if roster.document is not None:
        return
    owners = _.people([called(roster, person) for person in roster.owners()])
    if owner:
        yield section(
            _(
                "*There is no team document yet.* Declaring works all the same: you are called. To have levels, "
                "roles and first statements, start from the example plan, put your people in it and bring it in with "
                "`anticrisi doc import`. An hour is enough to begin: one policy, two people on each level."
            )
        )
    elif owners:
        yield section(
            _("*There is no team document yet.* Declaring works all the same: {owners} will be called.", owners=owners)
        )
    else:
        yield section(_("*There is no team document yet.* Declaring works all the same."))


def _incidents(_: Words, records: Sequence[Record]) -> Iterator[Block | None]:
    shown = [record for record in records if record.incident.open]
    if not shown:
        yield section(_("No incident is open."))
        return
    yield header(_("Open now"))
    for record in shown[:_OPEN]:
        look = button(
            _("Where we are"),
            ids.HOME_INCIDENT,
            ids.pack(incident=record.incident.id),
            label=_("Where we are with {incident}", incident=record.incident.name),
        )
        yield section(f"{incident_line(_, record)}\n{_led(_, record)}", accessory=look)
    if len(shown) > _OPEN:
        yield context(_("And {n} more: `/crisis status all`.", n=len(shown) - _OPEN))


def _led(_: Words, record: Record) -> str:
    incident = record.incident
    lead = (
        _("Lead {person}", person=called(record.roster, incident.commander))
        if incident.commander
        else _("Nobody leads it yet")
    )
    return f"{channel(incident.room.channel)} · {lead}" if incident.room.channel else lead


def _you(_: Words, roster: Roster, me: PersonId, language: str, methods: frozenset[str]) -> Iterator[Block | None]:
    yield header(_("You"))
    member = roster.person(me)
    if member is None:
        yield section(_("You are not in the anti-crisis team. You can declare, join and follow every open incident."))
    else:
        yield from _member(_, roster, member, methods)
    tongues = [(capital(words_for(code).language_name(code)), code) for code in languages()]
    yield actions(
        button(_("Ring me now"), ids.RING_ME, label=_("Ring me now: try my contact plan")) if member else None,
        select(ids.LANGUAGE_CHOICE, _("Language"), tongues, initial=language),
    )
    if member:
        yield context(_("“Ring me now” tries your own ways, one after the other. It wakes nobody else."))


def _member(_: Words, roster: Roster, member: Person, methods: frozenset[str]) -> Iterator[Block | None]:
    roles = [one_line(_.role(role, roster.document)) for role in member.roles]
    duties = [f"• {one_line(each.in_(_.language))}" for each in member.responsibilities]
    if roles:
        yield section("\n".join((_("You are *{roles}*.", roles=_.people(roles)), *duties)))
    elif duties:
        yield section("\n".join((_("You answer for:"), *duties)))
    plan = "\n".join(f"• {step}" for step in _plan(_, roster, member, methods))
    known = _("If a SEV1 is for you, we try:")
    yield section(f"{known}\n{plan}" if plan else _("We have no way of reaching you."))
    yield context(_hours(_, member), _quiet(_, member), _stand_in(_, roster, member), _verified(_, member))


def _plan(_: Words, roster: Roster, member: Person, methods: frozenset[str]) -> Iterator[str]:
    for method, after in knocks(member.id, roster, severity=Severity.SEV1, level=None, methods=methods):
        way, address = capital(_.method(method)), _masked(member, Method(method))
        where = f"{way} ({address})" if address else way
        yield _("{way}, at once", way=where) if not after else _after(_, where, after)


def _after(_: Words, way: str, wait: timedelta) -> str:
    return _("{way}, after {wait}", way=way, wait=_.duration(wait))


def _masked(member: Person, method: Method) -> str:
    """The end of the number: enough to recognise one's own."""
    if method is Method.EMAIL:
        return escape(member.email.masked) if member.email else ""
    phone = member.phone_for(method)
    return escape(phone.masked) if phone else ""


def _hours(_: Words, member: Person) -> str:
    if not member.reachable:
        return _("Reachable at any hour")
    return _("Reachable {hours}", hours=", ".join(hours_in(_, each) for each in member.reachable))


def _quiet(_: Words, member: Person) -> str:
    quiet = member.quiet_hours
    if quiet is None:
        return ""
    hours = ", ".join(hours_in(_, each) for each in quiet.hours)
    if not quiet.despite:
        return _("No texts and no calls {hours}", hours=hours)
    grave = _.people([_.severity(step) for step in sorted(quiet.despite)])
    return _("Texts and calls {hours} for {severities} only", hours=hours, severities=grave)


def hours_in(_: Words, hours: Hours) -> str:
    """`Mon-Fri 08:00-20:00`, with the reader's names for the days."""
    days = get_day_names("abbreviated", locale=_.locale)
    written = _WEEKDAY.sub(lambda day: days[WEEKDAYS.index(day.group())], str(hours))
    return written.replace("every day", _("every day"))


def _stand_in(_: Words, roster: Roster, member: Person) -> str:
    if not member.deputies:
        return _("Nobody stands in for you")
    return _("{person} stands in for you", person=name(roster, member.deputies[0]))


def _verified(_: Words, member: Person) -> str:
    if member.verified_on is None:
        return _("You have never confirmed these contacts")
    return _("Confirmed on {date}", date=format_date(member.verified_on, "d MMM y", locale=_.locale))


def _who(_: Words, roster: Roster) -> Iterator[Block | None]:
    document = roster.document
    if document is None:
        return
    held = [(role, document.holders(role)) for role in document.role_ids]
    lines = [
        f"*{capital(one_line(_.role(role, document)))}* {_.people([called(roster, person) for person in people])}"
        for role, people in held[:_ROLES]
        if people
    ]
    if not lines:
        return
    yield header(_("Whom to alert"))
    for start in range(0, len(lines), 10):
        yield section("\n".join(lines[start : start + 10]))
    yield context(_("You needn't choose: `/crisis` and a few words call the right people in the right order."))


def _to_mend(_: Words, roster: Roster, findings: Sequence[Finding]) -> Iterator[Block | None]:
    yield header(_("The plan's health"))
    if not findings:
        yield section(_("Nothing to mend today."))
        return
    lines = (f"• _{weight(_, each)}_ · {finding(_, roster, each)}" for each in findings[:_FINDINGS])
    yield section("\n".join(lines))
    if len(findings) > _FINDINGS:
        yield context(_("And {n} more: `anticrisi doc check` lists them all.", n=len(findings) - _FINDINGS))
