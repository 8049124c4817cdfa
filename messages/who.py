"""Who does what, and how to alert them: the tier that everyone in the workspace may see.

Promises names, roles, responsibilities and ways of being reached. Refuses numbers and addresses: a member of
the team asks for one with a button, and that is recorded.
"""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.policy import Level
from bot.domain.reachability import policy_for
from bot.domain.roster import Roster
from bot.domain.scenario import Scenario
from bot.domain.slugs import PersonId
from bot.domain.team import PublicPerson, TeamDocument
from bot.domain.text import Text
from messages.actions import CONTACT_REVEAL, pack
from messages.blocks import Block, Message, button, context, section
from messages.marks import one_line
from messages.names import called, name, names
from messages.outlook import lines, sentences
from messages.words import Words

_MOST = 40


def who(
    _: Words, roster: Roster, incident: Incident | None = None, query: str = "", *, for_team: bool = False
) -> Message:
    """Everyone; or who is meant by a scenario, a role or a name. ``for_team`` adds the buttons to private contacts."""
    document = roster.document
    if document is None:
        return _no_document(_, roster)
    wanted = " ".join(query.split()).casefold()
    scenario = next((each for each in document.scenarios if _is(wanted, each.id, each.title)), None)
    if wanted and scenario:
        return _of_scenario(_, roster, scenario)
    shown = [each for each in document.public_view().people if not wanted or _matches(_, document, each, wanted)]
    head = _("Who does what at {company}", company=one_line(document.company))
    if not shown:
        missing = _("Nobody and nothing in the plan is called “{query}”.", query=one_line(query))
        return Message.of(sentences(missing, _("`/crisis who` alone shows everyone.")))
    return Message.of(
        sentences(head, ", ".join(one_line(each.name) for each in shown[:8])),
        section(f"*{head}*"),
        section(_in_charge(_, roster, incident)) if incident and incident.roles else None,
        *(_person(_, roster, document, each, for_team=for_team) for each in shown[:_MOST]),
        context(_("To have somebody called: `/crisis page @name`.")),
    )


def _no_document(_: Words, roster: Roster) -> Message:
    owners = roster.owners()
    news = _("There is no team document yet. Declare all the same: `/crisis` calls the owner.")
    known = _("The owner is {names}.", names=names(_, roster, owners)) if owners else ""
    return Message.of(sentences(news, known), section(lines(news, known)))


def _in_charge(_: Words, roster: Roster, incident: Incident) -> str:
    held = (f"{one_line(_.role(role, roster.document))}: {called(roster, who)}" for role, who in incident.roles.items())
    return lines(_("*In {incident}*", incident=incident.name), *held)


def _person(_: Words, roster: Roster, document: TeamDocument, person: PublicPerson, *, for_team: bool) -> Block:
    roles = ", ".join(one_line(_.role(role, document)) for role in person.roles)
    told = [one_line(text.in_(_.language)) for text in (person.title, *person.responsibilities) if text]
    deputies = _("Stands in: {names}", names=names(_, roster, person.deputies)) if person.deputies else ""
    ways = _("Reached {ways}", ways=", ".join(_.method(str(way)) for way in person.methods)) if person.methods else ""
    reveal = button(_("Contacts…"), CONTACT_REVEAL, pack(person=person.id)) if for_team else None
    first = f"*{called(roster, PersonId(person.id))}*"
    return section(
        lines(f"{first} — {roles}" if roles else first, " · ".join(told), " · ".join(filter(None, (ways, deputies)))),
        accessory=reveal,
    )


def _of_scenario(_: Words, roster: Roster, scenario: Scenario) -> Message:
    policy = policy_for(roster, scenario=scenario.id, severity=scenario.severity)
    document = roster.document
    assert document is not None
    what = one_line(scenario.title.in_(_.language))
    head = _("{scenario}: who is called, and in which order", scenario=what)
    levels = [
        _(
            "{n}. *{level}*: {names} ({how})",
            n=number,
            level=one_line(level.name.in_(_.language)),
            names=names(_, roster, document.people_of(level, roster.groups)) or "–",
            how=_how(_, level),
        )
        for number, level in enumerate(policy.levels, 1)
    ]
    experts = [who for target in scenario.experts for who in document.resolve(target, roster.groups)]
    known = _("Experts: {names}", names=names(_, roster, experts)) if experts else ""
    plainly = ", ".join(name(roster, who) for who in document.people_of(policy.levels[0], roster.groups))
    return Message.of(
        sentences(head, plainly),
        section(lines(f"*{head}*", *levels, known)),
        context(_("To declare it: `/crisis {scenario}`.", scenario=what)),
    )


def _how(_: Words, level: Level) -> str:
    """`5 min to answer, 2 answers wanted`."""
    wanted = level.acknowledgements_wanted
    said = _turns(_, level)
    return said if wanted == 1 else f"{said}, " + _("{n} answers wanted", n=wanted)


def _turns(_: Words, level: Level) -> str:
    wait = _.duration(level.wait)
    match level.mode:
        case "all":
            return _("{wait} to answer", wait=wait)
        case "repeat":
            return _("{wait} to answer, asked twice", wait=wait)
        case "round_robin":
            return _("one person at a time, {wait} each", wait=wait)


def _matches(_: Words, document: TeamDocument, person: PublicPerson, wanted: str) -> bool:
    roles = (each for role in person.roles for each in (role, _.role(role, document).casefold()))
    return wanted in person.name.casefold() or wanted == person.id or any(wanted in role for role in roles)


def _is(wanted: str, scenario: str, title: Text) -> bool:
    return bool(wanted) and (wanted == scenario or any(wanted in said.casefold() for said in title.root.values()))
