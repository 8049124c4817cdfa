"""Whom a person means: by mention, by name, by role.

Promises that `@anna`, `anna`, `Anna Riva` and `role:legal` are understood in any language we speak. Refuses to
guess between two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.people import STANDARD_ROLES
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.errors import Refused
from handlers.slack_text import MENTION
from messages.words import languages, words_for

_ROLE = re.compile(r"^(?:role|ruolo)\s*[:=]\s*", re.I)
_NUMBER = re.compile(r"^(?:inc)?[-\s#]*(\d{1,9})$", re.I)


def person_named(roster: Roster, text: str) -> str | None:
    """A Slack user id or a person's id, when the text names exactly one person."""
    text = text.strip()
    if mention := MENTION.fullmatch(text):
        return mention["user"]
    wanted = text.removeprefix("@").casefold()
    if not wanted:
        return None
    for known in (_identities(roster), _first_names(roster)):
        found = {who for who, name in known if name.casefold() == wanted}
        if found:
            return str(next(iter(found))) if len(found) == 1 else None
    return None


def colleague(roster: Roster, who: str) -> str:
    """Somebody who can be called. Raises ``Refused`` for nobody, for guests, bots and closed accounts."""
    user = roster.users.get(who)
    if not who or (user and (user.is_bot or user.deleted)):
        raise Refused("person_unknown")
    if user and user.is_guest and roster.person(roster.person_of(who)) is None:
        raise Refused("person_is_guest")  # a supplier whom the plan names is another matter
    return who


def people_named(roster: Roster, text: str) -> tuple[str, ...]:
    """Everyone a call is for: mentions, one name, or the holders of a role. Raises ``Refused`` for nobody."""
    mentioned = dict.fromkeys(found["user"] for found in MENTION.finditer(text))
    if mentioned:
        return tuple(colleague(roster, who) for who in mentioned)
    if not _ROLE.match(text) and (person := person_named(roster, text)):
        return (colleague(roster, person),)
    role = role_named(roster, _ROLE.sub("", text))
    if role is None:
        raise Refused("role_unknown" if _ROLE.match(text) else "person_unknown")
    holders = roster.document.holders(role) if roster.document else ()
    if not holders:
        raise Refused("nobody_to_call")
    return tuple(map(str, holders))


def role_named(roster: Roster, text: str) -> str | None:
    """A role by its id or its name, or by a word that only one role's name has."""
    wanted = " ".join(_ROLE.sub("", text.strip()).replace("_", " ").casefold().split())
    if not wanted:
        return None
    names = {str(role): set(_role_names(roster, str(role))) for role in _roles(roster)}
    exactly = [role for role, known in names.items() if wanted in known]
    partly = [role for role, known in names.items() if any(wanted in name.split() for name in known)]
    found = exactly or partly
    return found[0] if len(found) == 1 or exactly else None


def incident_number(text: str) -> int | None:
    """`42`, `#42`, `INC-42`, `inc 0042`."""
    found = _NUMBER.match(text.strip())
    return int(found[1]) if found else None


def _roles(roster: Roster) -> Iterable[str]:
    return roster.document.role_ids if roster.document else STANDARD_ROLES


def _role_names(roster: Roster, role: str) -> Iterable[str]:
    yield role.replace("_", " ").casefold()
    for language in languages():
        yield words_for(language).role(role, roster.document).casefold()
        yield words_for(language).role(role).casefold()  # as help writes it, whatever the document calls it


def _identities(roster: Roster) -> Iterable[tuple[PersonId, str]]:
    for person in roster.document.people if roster.document else ():
        yield person.id, str(person.id)
        yield person.id, person.name
    for user in roster.users.values():
        if not user.deleted and not user.is_bot:
            yield roster.person_of(user.id), user.name
            yield roster.person_of(user.id), user.id


def _first_names(roster: Roster) -> Iterable[tuple[PersonId, str]]:
    return ((person, name.split()[0]) for person, name in _identities(roster) if name.strip())
