"""`/crisis role <role> @user`: give somebody a role in the incident."""

from __future__ import annotations

from bot.domain.roster import Roster
from bot.domain.timeline import EventKind
from bot.errors import Refused
from bot.usecases import coordinate, look
from handlers import forms
from handlers.commands.call import Call
from handlers.incident import confirm
from handlers.naming import person_named, role_named
from handlers.slack_text import first_mention
from messages.actions import FORM_ROLE

NAME = "role"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = True


def fits(text: str, roster: Roster) -> bool:
    person, rest = _read(text, roster)
    return not text.strip() or person is not None or role_named(roster, rest) is not None or _mistaken(roster, rest)


async def run(call: Call) -> None:
    """With one of the two missing, the form asks for it."""
    person, rest = _read(call.text, call.roster)
    role = role_named(call.roster, rest)
    if _mistaken(call.roster, rest):
        raise Refused("person_unknown")
    if rest and role is None:
        raise Refused("role_unknown")
    if person is None or role is None:
        await forms.show(call.gesture, FORM_ROLE, incident=call.about, role=role, person=person)
        return
    record = await look.record(call.core, call.about, by=call.by)
    heir = record.roster.person_of(person)
    if record.incident.open and record.incident.roles.get(role) == heir:
        raise Refused("role_held", who=record.roster.name(heir))
    await coordinate.assign_role(call.core, call.about, role, to=person, by=call.by)
    await confirm(call.gesture, call.about, EventKind.ROLE_ASSIGNED)


def _mistaken(roster: Roster, rest: str) -> bool:
    """`scribe @nobody`: the role is one, the person is not."""
    role, _space, last = rest.rpartition(" ")
    return last.startswith("@") and role_named(roster, role) is not None


def _read(text: str, roster: Roster) -> tuple[str | None, str]:
    """The person and the rest: `commander @anna`, `@anna commander`, `commander anna`."""
    person, rest = first_mention(text)
    if person is not None:
        return str(person), rest
    first, _space, last = text.strip().rpartition(" ")
    named = person_named(roster, last) if last and role_named(roster, text) is None else None
    return (named, first) if named else (None, text.strip())
