"""Who people are and what the plan says: the team document, Slack's users and groups, languages chosen.

All of it together is the roster. It is read whole and kept in memory by its revision, so that a
transaction pays one short query for it; every change here makes the revision grow.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, insert, select, update

from bot.domain.roster import Roster, SlackUser
from bot.domain.slugs import PersonId
from bot.domain.team import TeamDocument
from bot.ports import DocumentVersion
from bot.storage.rows import Row, Rows
from bot.storage.tables import kept_form, language_choice, revision, slack_group, slack_user, team_version

_ROSTER = "roster"
REVISION = select(func.coalesce(func.max(revision.c.number), 0).label("number")).where(revision.c.name == _ROSTER)
"""Of everything here together; none before the first change."""


class People(Rows):
    """The part of a transaction that keeps people and the plan."""

    _changed_people = False
    _roster: Roster | None = None  # as this transaction has read it

    async def roster(self) -> Roster:
        """Everyone, as of this transaction."""
        if self._roster is None or self._changed_people:
            return await self._roster_of(int(await self._scalar(REVISION)))
        return self._roster

    async def _roster_of(self, number: int) -> Roster:
        """The same where the revision is known."""
        if self._roster is None or self._changed_people:
            self._roster = await self._kept_roster(number)
        return self._roster

    async def _kept_roster(self, number: int) -> Roster:
        kept = self._setting.kept
        if kept.roster is not None and kept.roster[0] == number and not self._changed_people:
            return kept.roster[1]
        roster = await self._read_roster()
        if not self._changed_people:  # what is not committed yet is for this transaction alone
            kept.roster = (number, roster)
        return roster

    async def save_document(self, document: TeamDocument, *, by: str, note: str, now: datetime) -> int:
        """A new version, beside the old ones. Its number."""
        await self._grow_revision()  # first: whoever saves at the same time waits here, and gets the next number
        last = await self._scalar(select(func.max(team_version.c.number)))
        number = int(last or 0) + 1
        values = {
            "number": number,
            "saved_at": now,
            "saved_by": by,
            "note": note,
            "document": document.without_contacts(),
            "contacts": self._setting.secrets.seal(document.contacts()),
        }
        await self._count(insert(team_version).values(values))
        return number

    async def document_versions(self) -> tuple[DocumentVersion, ...]:
        """All of them, newest first. Those that a lost key sealed come without contacts."""
        rows = await self._all(select(team_version).order_by(team_version.c.number.desc()))
        return tuple(
            DocumentVersion(row["number"], row["saved_at"], row["saved_by"], row["note"], self._as_far_as_opens(row))
            for row in rows
        )

    async def document_without_contacts(self) -> TeamDocument | None:
        """The newest plan, with nobody's phone or address in it. No key is needed for that."""
        public = await self._scalar(select(team_version.c.document).order_by(team_version.c.number.desc()).limit(1))
        return None if public is None else TeamDocument.join(public, None)

    async def forget_contacts(self, person: PersonId) -> int:
        """Erase somebody's phones and address from every version that our keys open. How many held them."""
        count = 0
        for row in await self._all(select(team_version.c.number, team_version.c.contacts)):
            contacts = self._setting.secrets.unseal_if_ours(row["contacts"])
            if contacts and contacts["people"].pop(person, None):
                changed = update(team_version).where(team_version.c.number == row["number"])
                count += await self._count(changed.values(contacts=self._setting.secrets.seal(contacts)))
        return count

    async def save_users(self, users: Iterable[SlackUser]) -> None:
        rows = [{**vars(user), "email": self._setting.secrets.seal(user.email)} for user in users]
        await self._upsert(slack_user, "id", rows)

    async def save_group(self, group: str, members: tuple[str, ...]) -> None:
        await self._upsert(slack_group, "id", [{"id": group, "members": list(members)}])

    async def choose_language(self, slack: str, language: str) -> None:
        await self._upsert(language_choice, "slack", [{"slack": slack, "language": language}])

    async def reseal(self) -> int:
        """Seal with the newest key whatever an older one of ours had sealed. How many rows."""
        versions = await self._reseal(team_version, "number", "contacts")
        forms = await self._reseal(kept_form, "key", "content")
        return versions + forms + await self._reseal(slack_user, "id", "email")

    async def _reseal(self, table: Table, key: str, column: str) -> int:
        count = 0
        for row in await self._all(select(table.c[key], table.c[column])):
            fresh = self._setting.secrets.resealed(row[column])
            if fresh is not None:
                count += await self._count(update(table).where(table.c[key] == row[key]).values({column: fresh}))
        return count

    async def _upsert(self, table: Table, key: str, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        await self._grow_revision()
        new = self._insert(table)
        changes = {column.name: new.excluded[column.name] for column in table.c if column.name != key}
        await self._count(new.on_conflict_do_update(index_elements=[key], set_=changes), rows)

    async def _grow_revision(self) -> None:
        new = self._insert(revision).values(name=_ROSTER, number=1)
        grown = {"number": revision.c.number + 1}
        await self._count(new.on_conflict_do_update(index_elements=["name"], set_=grown))
        self._changed_people = True

    async def _read_roster(self) -> Roster:
        newest = await self._first(select(team_version).order_by(team_version.c.number.desc()).limit(1))
        users = await self._all(select(slack_user))
        choices = await self._all(select(language_choice))
        groups = await self._all(select(slack_group))
        return Roster(
            document=None if newest is None else self._document(newest),
            users={row["id"]: self._user(row) for row in users},
            choices={row["slack"]: row["language"] for row in choices},
            groups={row["id"]: tuple(row["members"]) for row in groups},
            default_language=self._setting.default_language,
            languages=self._setting.languages,
            default_time_zone=self._setting.time_zone,
        )

    def _user(self, row: Row) -> SlackUser:
        """Their address is forgotten with its key: Slack says it again at the next start."""
        return SlackUser(**{**row, "email": self._setting.secrets.unseal_if_ours(row["email"]) or ""})

    def _document(self, row: Row) -> TeamDocument:
        """The plan in force: without its contacts nobody would ring, so that is never passed over in silence."""
        return TeamDocument.join(row["document"], self._setting.secrets.unseal(row["contacts"]))

    def _as_far_as_opens(self, row: Row) -> TeamDocument:
        return TeamDocument.join(row["document"], self._setting.secrets.unseal_if_ours(row["contacts"]))
