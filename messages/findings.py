"""What is wrong with the plan, said to those who can mend it.

Promises one sentence for each code of `team_health`, naming people and parts as readers know them.
"""

from __future__ import annotations

from babel.dates import get_day_names

from bot.domain.hours import WEEKDAYS
from bot.domain.roster import Roster
from bot.domain.team_health import Finding, Weight
from messages.marks import one_line
from messages.names import name
from messages.words import Words


def finding(_: Words, roster: Roster, found: Finding) -> str:
    """One line: what is missing, and what that would mean."""
    known = _about_people(_, roster, found) or _about_the_plan(_, roster, found)
    return known or _("Something in the plan wants a look: {what}.", what=one_line(found.about))


def weight(_: Words, found: Finding) -> str:
    """How soon to mend it."""
    return {
        Weight.NOBODY_ANSWERS: _("urgent"),
        Weight.ONE_PERSON_DEEP: _("soon"),
        Weight.TO_CONFIRM: _("to confirm"),
    }[found.weight]


def _about_people(_: Words, roster: Roster, found: Finding) -> str:
    facts = found.facts
    who = name(roster, facts.get("person"))
    role = one_line(_.role(facts.get("role", ""), roster.document))
    match found.code:
        case "role_without_holder":
            return _("Nobody is {role}.", role=role)
        case "role_without_deputy":
            return _("{person} is alone as {role}: nobody stands in.", person=who, role=role)
        case "not_in_slack":
            return _("{person} has no Slack account in the plan.", person=who)
        case "slack_deactivated":
            return _("{person}'s Slack account is closed: messages don't arrive.", person=who)
        case "no_phone_that_rings":
            return _("{person} has no phone that rings.", person=who)
        case "sev1_does_not_ring":
            return _("In {person}'s quiet hours not even a SEV1 rings.", person=who)
        case "phone_shared":
            other = name(roster, facts.get("other"))
            return _(
                "{person} and {other} have one telephone: a text from it speaks for {other}.", person=who, other=other
            )
        case "contact_never_verified":
            return _("{person} has never confirmed their contacts.", person=who)
        case "contact_not_verified":
            return _("{person} confirmed their contacts {days} days ago.", person=who, days=facts.get("days", "?"))
        case _other:
            return ""


def _about_the_plan(_: Words, roster: Roster, found: Finding) -> str:
    facts = found.facts
    where = _place(_, roster, facts)
    match found.code:
        case "no_owner":
            return _("The plan has no owner.")
        case "no_last_resort":
            return _("There are no last-resort numbers: if everyone is silent, nobody knows whom to call.")
        case "no_policy":
            return _("There is no escalation policy: the usual ladder is used.")
        case "level_without_people":
            return _("{where} holds nobody.", where=where)
        case "level_with_one_person":
            return _("{where} holds only {person}.", where=where, person=name(roster, facts.get("person")))
        case "level_wants_more_people":
            counts = {"wanted": facts.get("wanted", "?"), "people": facts.get("people", "?")}
            return _("{where} wants {wanted} people to answer and holds {people}.", where=where, **counts)
        case "reachability_gap":
            return _(
                "{where}: nobody can be reached for {hours} h of the week, the first time on {day} at {time}.",
                where=where,
                hours=facts.get("hours", "?"),
                day=_weekday(_, facts.get("weekday", "")),
                time=facts.get("time", "?"),
            )
        case "no_first_statement":
            return _("“{scenario}” has no first statement for customers.", scenario=_scenario(_, roster, facts))
        case "statement_without_language":
            return _(
                "“{scenario}” has no first statement in {language}.",
                scenario=_scenario(_, roster, facts),
                language=_.language_name(facts.get("language", "")),
            )
        case _other:
            return ""


def _place(_: Words, roster: Roster, facts: dict[str, str]) -> str:
    document = roster.document
    policy = document.policy(facts.get("policy", "")) if document else None
    title = policy.name.in_(_.language) if policy else facts.get("policy", "?")
    return _("Level {level} of “{policy}”", level=facts.get("level", "?"), policy=one_line(title))


def _scenario(_: Words, roster: Roster, facts: dict[str, str]) -> str:
    known = roster.document.scenario(facts.get("scenario", "")) if roster.document else None
    return one_line(known.title.in_(_.language) if known else facts.get("scenario", "?"))


def _weekday(_: Words, weekday: str) -> str:
    days = get_day_names("wide", locale=_.locale)
    return days[WEEKDAYS.index(weekday)] if weekday in WEEKDAYS else weekday
