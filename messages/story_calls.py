"""The sentences of people being called and of their answers: the part of the story that the ladder tells.

Promises to say how a level asks (everyone, once more, one at a time) and how many have it where several are wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.timeline import EventKind
from messages.teller import Teller


def _declared(t: Teller) -> str:
    facts = {"who": t.by, "title": t.text("title"), "severity": t._.severity(t.facts.get("severity", 1))}
    return t._("{who} declared: {title} ({severity}).", **facts)


def _also_reported(t: Teller) -> str:
    if not t.facts.get("title"):  # it was private, and is the same event
        return t._("{who} reports it too.", who=t.by)
    return t._("{who} reports it too: “{title}”.", who=t.by, title=t.text("title"))


def _joined(t: Teller) -> str:
    return t._("{who} joined.", who=t.by)


def _level_paged(t: Teller) -> str:
    facts = {"level": t.facts.get("level", 1), "levels": t.facts.get("levels", 1), "names": t.people()}
    if t.facts.get("forced") and t.event.by:
        return t._("{who} did not wait: level {level} of {levels} is called now: {names}.", who=t.by, **facts)
    if t.facts.get("mode") == "round_robin":
        return _one_at_a_time(t, facts)
    if t.facts.get("taken_by"):
        return t._("More people are wanted. Level {level} of {levels} is called: {names}.", **facts)
    if int(t.facts.get("turn") or 1) > 1:
        return t._("No answer yet. Level {level} of {levels} is called once more: {names}.", **facts)
    if int(t.facts.get("loop") or 1) > 1 and int(facts["level"]) > 1:
        return t._("Still no answer. Level {level} of {levels} is called again: {names}.", **facts)
    if int(t.facts.get("loop") or 1) > 1:
        return t._("Once more from the start. Level {level} of {levels} is called: {names}.", **facts)
    return t._("Level {level} of {levels} is called: {names}.", **facts)


def _one_at_a_time(t: Teller, facts: dict[str, Any]) -> str:
    if int(t.facts.get("turn") or 1) > 1:
        return t._("Level {level} of {levels}, one person at a time: now {names}.", **facts)
    return t._("Level {level} of {levels} is called, one person at a time: {names} first.", **facts)


def _level_empty(t: Teller) -> str:
    facts = {"level": t.facts.get("level", 1), "levels": t.facts.get("levels", 1)}
    if t.facts.get("taken_by"):
        return t._("Level {level} of {levels} has nobody else who can be called: skipped.", **facts)
    return t._("Level {level} of {levels} has nobody who can be reached: skipped.", **facts)


def _everyone_paged(t: Teller) -> str:
    if t.event.by:
        return t._("Everyone on the ladder is called at once, as {who} asked: {names}.", who=t.by, names=t.people())
    if t.facts.get("taken_by"):
        return t._("More people are wanted: everyone else on the ladder is called at once: {names}.", names=t.people())
    return t._("Nobody has answered: everyone on the ladder is called at once: {names}.", names=t.people())


def _last_resort(t: Teller) -> str:
    reporter = t.person(t.record.incident.reporter)
    return t._("Still nobody. {who} has been given the emergency numbers.", who=reporter)


def _person_paged(t: Teller) -> str:
    if not t.event.by:
        return t._("Called by name: {names}.", names=t.people())
    facts = {"who": t.by, "names": t.people(), "named": t.people("named")}
    if set(t.facts.get("named") or ()) - set(t.facts.get("people") or ()):
        return t._("{who} asks for {named}. Who can be reached, or stands in, is called: {names}.", **facts)
    return t._("{who} calls {names} by name.", **facts)


def _acknowledged(t: Teller) -> str:
    facts = {"who": t.by, "duration": t.length("after")}
    method = str(t.facts.get("method") or "")
    if method and method != "slack_dm":
        said = t._("{who} is on it, after {duration} ({method}).", **facts, method=t._.method(method))
    else:
        said = t._("{who} is on it, after {duration}.", **facts)
    return f"{said} {_how_many(t)}" if t.facts.get("wanted") else said


def _how_many(t: Teller) -> str:
    have = int(t.facts.get("have") or 1)
    return t._.plural(
        "{have} of {wanted} has it.", "{have} of {wanted} have it.", have, have=have, wanted=t.facts.get("wanted")
    )


def _stays_with(t: Teller) -> str:
    names = t.facts.get("people") or ()
    return t._.plural(
        "Nobody else has answered: {names} has it alone.",
        "Nobody else has answered: {names} have it.",
        len(names),
        names=t.people(),
    )


def _declined(t: Teller) -> str:
    return t._("{who} can't.", who=t.by)


def _handed_over(t: Teller) -> str:
    to, called = t.facts.get("to"), t.facts.get("called")
    if called and called != to:
        facts = {"who": t.by, "to": t.person(to), "deputy": t.person(called)}
        return t._("{who} hands over to {to}. {deputy} stands in, and is being called.", **facts)
    return t._("{who} hands over to {to}, who is being called.", who=t.by, to=t.person(t.facts.get("to")))


def _given_back(t: Teller) -> str:
    return t._("{who} gave it back: somebody else is being called.", who=t.by)


def _asked_again(t: Teller) -> str:
    facts = {"who": t.by, "level": t.facts.get("level", 1)}
    return t._("No word from {who} for a while: level {level} is asked again.", **facts)


def _all_methods_failed(t: Teller) -> str:
    who = t.person(t.facts.get("person") or t.event.by)
    return t._("{who} could not be reached in any way: whoever comes next is called.", who=who)


CALLS: dict[EventKind, Callable[[Teller], str]] = {
    EventKind.DECLARED: _declared,
    EventKind.ALSO_REPORTED: _also_reported,
    EventKind.JOINED: _joined,
    EventKind.LEVEL_PAGED: _level_paged,
    EventKind.LEVEL_EMPTY: _level_empty,
    EventKind.EVERYONE_PAGED: _everyone_paged,
    EventKind.LAST_RESORT: _last_resort,
    EventKind.PERSON_PAGED: _person_paged,
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.STAYS_WITH: _stays_with,
    EventKind.DECLINED: _declined,
    EventKind.HANDED_OVER: _handed_over,
    EventKind.GIVEN_BACK: _given_back,
    EventKind.ASKED_AGAIN: _asked_again,
    EventKind.ALL_METHODS_FAILED: _all_methods_failed,
}
