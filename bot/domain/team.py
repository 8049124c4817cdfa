"""The anti-crisis team document: who does what when something is on fire.

Promises one immutable value that answers who holds a role, who stands in, which policy applies, whom a
target means; that shows everyone only what everyone may see; and that splits into a public and a private
half, so that contacts can be encrypted apart.
Refuses names that point at nobody, two parts with one name, two people with one Slack account.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from bot.domain.people import (
    COMMUNICATIONS_LEAD,
    CUSTOMER_CARE_LEAD,
    EXECUTIVE_SPONSOR,
    INCIDENT_COMMANDER,
    SCRIBE,
    STANDARD_ROLES,
    TECHNICAL_LEAD,
    Consent,
    LanguageCode,
    LastResort,
    Person,
    Phone,
    Role,
    TimeZone,
)
from bot.domain.policy import (
    DEFAULT_POLICY,
    ContactPlan,
    Level,
    Method,
    PlanField,
    Policy,
    Target,
    TargetKind,
    plan_for,
)
from bot.domain.private import REVEALED, EmailAddress, PhoneNumber, Private
from bot.domain.procedure import CadenceOverride, Procedure, SeverityNote, check_rhythms
from bot.domain.references import unknown_names
from bot.domain.scenario import Scenario
from bot.domain.severity import MEANINGS, Severity, SeverityKey
from bot.domain.slugs import PersonId, PersonKey, PolicyId, PolicyKey, RoleId, ScenarioId
from bot.domain.text import Frozen, Text

if TYPE_CHECKING:
    from bot.domain.team_health import Finding

__all__ = [
    "COMMUNICATIONS_LEAD",
    "CUSTOMER_CARE_LEAD",
    "EXECUTIVE_SPONSOR",
    "INCIDENT_COMMANDER",
    "SCRIBE",
    "STANDARD_ROLES",
    "TECHNICAL_LEAD",
    "CadenceOverride",
    "Consent",
    "EmailAddress",
    "LastResort",
    "Person",
    "PersonId",
    "Phone",
    "PhoneNumber",
    "PolicyId",
    "Private",
    "Procedure",
    "PublicPerson",
    "PublicView",
    "Role",
    "RoleId",
    "ScenarioId",
    "SeverityNote",
    "TeamDocument",
    "Text",
]

Members = Mapping[str, Sequence[str]]
"""Slack user ids by Slack user group id, as Slack last told us."""

IN_PARTS = {"names": "checked elsewhere"}
"""Validation context for a reader that reports unknown names itself, with their place in the file."""


@dataclass(frozen=True)
class PublicPerson:
    """What everyone in the workspace may see of a team member."""

    id: PersonId
    name: str
    title: Text | None
    slack: str | None
    roles: tuple[RoleId, ...]
    responsibilities: tuple[Text, ...]
    deputies: tuple[PersonId, ...]
    methods: tuple[Method, ...]
    """How they can be alerted; never the number."""


@dataclass(frozen=True)
class PublicView:
    """What everyone in the workspace may see: who, which role, which responsibility, how to alert them."""

    company: str
    announce_channel: str
    people: tuple[PublicPerson, ...]
    roles: tuple[Role, ...]
    scenarios: tuple[tuple[ScenarioId, Text, Severity], ...]


class TeamDocument(Frozen):
    """The plan. Build a new one to change it; compare two with `team_changes.changes`."""

    company: str = Field(min_length=1)
    time_zone: TimeZone = "UTC"
    language: LanguageCode = "en"
    """For readers who have said nothing and whose Slack says nothing."""
    statement_languages: tuple[LanguageCode, ...] = ("en",)
    """The languages in which customers are spoken to, the main one first."""
    conference_link: str | None = Field(default=None, pattern=r"^https?://\S+$")
    announce_channel: str = Field(default="incidents", pattern=r"^[^\sA-Z#]{1,80}$")
    owners: tuple[PersonKey, ...] = ()
    last_resort: tuple[LastResort, ...] = ()
    people: tuple[Person, ...] = ()
    roles: tuple[Role, ...] = ()
    policies: tuple[Policy, ...] = ()
    default_policy: PolicyKey | None = None
    contact_plans: Mapping[SeverityKey, PlanField] = Field(default_factory=dict)
    """The company's ways of calling, by severity, where people have not chosen their own."""
    scenarios: tuple[Scenario, ...] = ()
    severities: Mapping[SeverityKey, SeverityNote] = Field(default_factory=dict)
    procedure: Procedure = Procedure()
    cadence: Mapping[SeverityKey, CadenceOverride] = Field(default_factory=dict)

    @field_validator("cadence")
    @classmethod
    def _customers_are_not_left_waiting(
        cls, rhythms: Mapping[Severity, CadenceOverride]
    ) -> Mapping[Severity, CadenceOverride]:
        check_rhythms(rhythms)
        return rhythms

    @model_validator(mode="after")
    def _holds_together(self, info: ValidationInfo) -> Self:
        if info.context != IN_PARTS:
            self._refuse_unknown_names()
            for section in (self.people, self.roles, self.policies, self.scenarios):
                _refuse_repeated("repeated_id", (part.id for part in section))
            _refuse_repeated("repeated_slack", (person.slack for person in self.people if person.slack))
        return self

    def _refuse_unknown_names(self) -> None:
        for unknown in unknown_names(self.model_dump(mode="json")):
            place = ".".join(str(step) for step in unknown.path)
            raise PydanticCustomError(
                f"unknown_{unknown.kind}", "{place}: nobody is called '{name}'", {"place": place, "name": unknown.name}
            )

    def revised(self, **parts: Any) -> Self:
        """The document with some parts replaced, checked again as a whole."""
        return self.model_validate({**dict(self), **parts})

    def health(self, today: date, *, deactivated: frozenset[str] = frozenset()) -> "tuple[Finding, ...]":
        """What its owner should mend, gravest first. `deactivated`: Slack accounts known to be closed."""
        from bot.domain.team_health import examine  # it needs this class; a late import breaks the circle

        return examine(self, today, deactivated=deactivated)

    # Who

    @cached_property
    def _by_name(self) -> dict[str, Person]:
        return {member.id: member for member in reversed(self.people)}

    @cached_property
    def _by_slack(self) -> dict[str, Person]:
        return {member.slack.casefold(): member for member in reversed(self.people) if member.slack}

    def person(self, person: PersonId | str) -> Person | None:
        """The member of this name, if there is one."""
        return self._by_name.get(person)

    def by_slack(self, user_id: str) -> Person | None:
        """The member with this Slack account (user id, or its address)."""
        return self._by_slack.get(user_id.casefold())

    def by_phone(self, number: PhoneNumber) -> tuple[PersonId, ...]:
        """Whose number this is, in the document's order: several people, when they share a telephone."""
        return tuple(member.id for member in self.people if any(phone.number == number for phone in member.phones))

    def holders(self, role: RoleId | str) -> tuple[PersonId, ...]:
        """Everyone who holds a role, in the document's order: the first is the one to ask."""
        return tuple(member.id for member in self.people if role in member.roles)

    def deputies(self, person: PersonId | str) -> tuple[PersonId, ...]:
        """Who stands in for someone, in order."""
        member = self.person(person)
        return member.deputies if member else ()

    def role(self, role: RoleId | str) -> Role | None:
        """The description of a role, if the document gives one."""
        return next((described for described in self.roles if described.id == role), None)

    @property
    def role_ids(self) -> tuple[RoleId, ...]:
        """The standard roles, then the company's own."""
        own = (described.id for described in self.roles if described.id not in STANDARD_ROLES)
        return (*STANDARD_ROLES, *own)

    def is_owner(self, person: PersonId | str) -> bool:
        """Whether this person may edit the document."""
        return person in self.owners

    # Whom to wake

    def resolve(self, target: Target, members: Members | None = None) -> tuple[PersonId, ...]:
        """The people a target means. `members` tells who is in a Slack user group; without it a group is nobody."""
        match target.kind:
            case TargetKind.PERSON:
                member = self.person(target.id)
                return (member.id,) if member else ()
            case TargetKind.ROLE:
                return self.holders(target.id)
            case TargetKind.GROUP:
                found = (self.by_slack(user) for user in (members or {}).get(target.id, ()))
                return tuple(member.id for member in found if member)

    def people_of(self, level: Level, members: Members | None = None) -> tuple[PersonId, ...]:
        """Everyone a level points at, each once, in the order of its targets."""
        return tuple(dict.fromkeys(who for target in level.targets for who in self.resolve(target, members)))

    def policy(self, policy: PolicyId | str) -> Policy | None:
        """The escalation policy of this name, if there is one."""
        return next((known for known in self.policies if known.id == policy), None)

    def policy_for(self, scenario: Scenario | ScenarioId | str | None, severity: Severity | int) -> Policy:
        """The scenario's policy, else the severity's, else the company's default, else its first, else the usual."""
        found = scenario if isinstance(scenario, Scenario) else self.scenario(scenario or "")
        note = self.severities.get(Severity(severity))
        for name in (found and found.policy, note and note.policy, self.default_policy):
            if name and (policy := self.policy(name)):
                return policy
        return self.policies[0] if self.policies else DEFAULT_POLICY

    def plan_for(self, person: PersonId | str, severity: Severity | int, level: Level | None = None) -> ContactPlan:
        """How this member is reached at this severity. Empty when they are unknown or have no contact at all."""
        member = self.person(person)
        if member is None:
            return ContactPlan(steps=())
        return plan_for(member, Severity(severity), level=level, company=self.contact_plans)

    # What can happen

    def scenario(self, scenario: ScenarioId | str) -> Scenario | None:
        """The scenario of this name, if there is one."""
        return next((known for known in self.scenarios if known.id == scenario), None)

    def meaning(self, severity: Severity | int) -> Text:
        """What a severity means here; the usual words when the company has none of its own."""
        note = self.severities.get(Severity(severity))
        return note.meaning if note else MEANINGS[Severity(severity)]

    # Who may see what

    def public_view(self) -> PublicView:
        """The tier for everyone in the workspace: no number, no address, no procedure."""
        return PublicView(
            company=self.company,
            announce_channel=self.announce_channel,
            people=tuple(_public(member) for member in self.people),
            roles=self.roles,
            scenarios=tuple((known.id, known.title, known.severity) for known in self.scenarios),
        )

    # Keeping contacts apart

    def without_contacts(self) -> dict[str, Any]:
        """The document as JSON, with nobody's phone or address in it."""
        whole: dict[str, Any] = self.model_dump(mode="json", exclude={"last_resort"})
        for member in whole["people"]:
            del member["phones"], member["email"]
        return whole

    def contacts(self) -> dict[str, Any]:
        """The other half, as JSON in plain sight: encrypt it before it goes anywhere."""
        whole = self.model_dump(mode="json", include={"people", "last_resort"}, context=REVEALED)
        people = {member["id"]: {"phones": member["phones"], "email": member["email"]} for member in whole["people"]}
        return {"people": people, "last_resort": whole["last_resort"]}

    @classmethod
    def join(cls, public: Mapping[str, Any], contacts: Mapping[str, Any] | None) -> Self:
        """Put the halves together. Without contacts, people have none: they can still be reached in Slack."""
        private = contacts or {}
        known = private.get("people", {})
        people = [{**member, **known.get(member["id"], {})} for member in public.get("people", ())]
        return cls.model_validate({**public, "people": people, "last_resort": private.get("last_resort", ())})


def _public(member: Person) -> PublicPerson:
    return PublicPerson(
        id=member.id,
        name=member.name,
        title=member.title,
        slack=member.slack,
        roles=member.roles,
        responsibilities=member.responsibilities,
        deputies=member.deputies,
        methods=tuple(method for method in Method if method in member.methods),
    )


def _refuse_repeated(code: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise PydanticCustomError(code, "'{name}' is used twice", {"name": name})
        seen.add(name)
