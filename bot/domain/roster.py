"""Who people are: the team document joined with what the workspace knows of them.

Pure: a name, a language, a Slack id for every person id, also for people whom the
document doesn't name; their Slack user id then serves as their person id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bot.domain.people import Person
from bot.domain.slugs import PersonId
from bot.domain.team import TeamDocument

GUESTS_KEPT_OUT = "guests_kept_out"
"""The code of an invitation that Slack refused because guests come into a channel by a member's hand alone."""


@dataclass(frozen=True)
class SlackUser:
    """What Slack says of somebody."""

    id: str
    name: str
    locale: str = ""
    time_zone: str = "UTC"
    is_admin: bool = False
    is_guest: bool = False
    deleted: bool = False
    is_bot: bool = False
    email: str = ""


def is_slack_id(name: str) -> bool:
    """Whether a name is a Slack user id: capitals, as no short name of the document is."""
    return len(name) > 2 and name[0] in "UW" and name.upper() == name


@dataclass(frozen=True)
class Roster:
    """Everyone we may have to name, write to or wake."""

    document: TeamDocument | None
    users: Mapping[str, SlackUser] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)  # Slack user id → language they chose
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # Slack user group → members
    default_language: str = "en"
    languages: tuple[str, ...] = ("en",)  # those that we speak: no other can be chosen
    default_time_zone: str = "UTC"

    def person_of(self, slack: str) -> PersonId:
        """The person behind a Slack user: their id in the document, or their Slack id itself."""
        if self.document is None:
            return PersonId(slack)
        user = self.users.get(slack)
        person = self.document.by_slack(slack) or (self.document.by_slack(user.email) if user and user.email else None)
        return person.id if person else PersonId(slack)

    def person(self, person: PersonId) -> Person | None:
        return self.document.person(person) if self.document else None

    def slack(self, person: PersonId) -> str | None:
        """The Slack user id to write to, or nothing when they are not in the workspace."""
        known = self.person(person)
        if known is None:
            return str(person) if is_slack_id(person) else None
        if known.slack and "@" in known.slack:
            return self._by_email.get(known.slack)
        return known.slack

    @cached_property
    def found_out(self) -> dict[Any, Any]:
        """What was found out about it once: it never changes, and many pages at once ask the same."""
        return {}

    @cached_property
    def _by_email(self) -> dict[str, str]:
        return {user.email: user.id for user in self.users.values() if user.email}

    def reachable_in_slack(self, person: PersonId) -> bool:
        slack = self.slack(person)
        return slack is not None and not (slack in self.users and self.users[slack].deleted)

    def name(self, person: PersonId) -> str:
        known = self.person(person)
        if known:
            return known.name
        user = self.users.get(str(person))
        return user.name if user else str(person)

    def language(self, person: PersonId) -> str:
        """Their own choice, then the document, then Slack's locale, then the team's default."""
        slack = self.slack(person) or ""
        if slack in self.choices:
            return self.choices[slack]
        known = self.person(person)
        if known and known.language:
            return known.language
        return self.language_of_locale(self.users[slack].locale if slack in self.users else "")

    def language_of_locale(self, locale: str) -> str:
        language = locale.split("-")[0].split("_")[0].lower()
        return language if language in self.languages else self.default_language

    def time_zone(self, person: PersonId) -> str:
        known = self.person(person)
        if known and known.time_zone:
            return known.time_zone
        user = self.users.get(self.slack(person) or "")
        return user.time_zone if user else self.default_time_zone

    def company_zone(self) -> str:
        """The time in which customers are spoken to."""
        return self.document.time_zone if self.document else self.default_time_zone

    def is_guest(self, slack: str) -> bool:
        """Whether Slack lets them into the channels they were invited to, and no other."""
        return slack in self.users and self.users[slack].is_guest

    def is_owner(self, person: PersonId) -> bool:
        """Who may edit the plan: the document's owners; with no document, the workspace's admins."""
        if self.document and self.document.owners:
            return person in self.document.owners
        user = self.users.get(self.slack(person) or "")
        return bool(user and user.is_admin)

    def owners(self) -> tuple[PersonId, ...]:
        if self.document and self.document.owners:
            return tuple(self.document.owners)
        return tuple(PersonId(user.id) for user in self.users.values() if user.is_admin and not user.deleted)

    def deputy_of(self, person: PersonId, *, role: str) -> PersonId | None:
        """Who stands in: the person's first deputy, then another holder of the role."""
        known = self.person(person)
        if known and known.deputies:
            return known.deputies[0]
        holders = self.document.holders(role) if self.document else ()
        return next((holder for holder in holders if holder != person), None)

    def public_languages(self) -> tuple[str, ...]:
        return tuple(self.document.statement_languages) if self.document else (self.default_language,)
