"""The team document and what people say of themselves: versions, languages, revealed contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.incident import IncidentId
from bot.domain.people import Person
from bot.domain.roster import SlackUser
from bot.domain.slugs import PersonId
from bot.domain.team import TeamDocument
from bot.domain.timeline import EventKind
from bot.errors import NotAllowed, NotFound, Refused
from bot.ports import Core


async def save_document(core: Core, document: TeamDocument, *, by: str, note: str = "") -> int:
    """Store a new version; the one before stays. The number of the version."""
    async with core.store.transaction() as tx:
        return await tx.save_document(document, by=by, note=note, now=core.clock.now())


async def choose_language(core: Core, *, by: str, language: str) -> None:
    """A person's own choice stands before everything else."""
    async with core.store.transaction() as tx:
        if language not in (await tx.roster()).languages:
            raise Refused("language_unknown")
        await tx.choose_language(by, language)


async def meet(core: Core, users: Iterable[SlackUser]) -> None:
    """Store what Slack says of people."""
    async with core.store.transaction(gesture=False) as tx:
        await tx.save_users(users)


async def save_groups(core: Core, groups: Mapping[str, tuple[str, ...]]) -> None:
    """Store who is in which Slack user group."""
    async with core.store.transaction(gesture=False) as tx:
        for group, members in groups.items():
            await tx.save_group(group, members)


async def reveal(core: Core, person: PersonId, *, by: str, incident: IncidentId | None = None) -> Person:
    """Private contacts, to a member of the team; the audit row is written before they are shown."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        roster = await tx.roster()
        reader = roster.person_of(by)
        if roster.person(reader) is None and not roster.is_owner(reader):
            raise NotAllowed("contacts_for_the_team")
        found = roster.person(person)
        if found is None:
            raise NotFound("person_unknown")
        await tx.audit(EventKind.CONTACTS_REVEALED, at=now, by=reader, incident=incident, facts={"of": person})
        return found


async def keep_form(core: Core, key: str, content: Mapping[str, Any]) -> None:
    """What somebody wrote in a form that expired, so that they can open it again."""
    async with core.store.transaction() as tx:
        await tx.keep_form(key, content, now=core.clock.now())


async def kept_form(core: Core, key: str) -> Mapping[str, Any] | None:
    async with core.store.reading() as tx:
        return await tx.kept_form(key)
