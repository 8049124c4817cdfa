"""The people of the anti-crisis team, and the roles they take.

Promises who someone is, what they answer for, who stands in for them, when and how they can be reached, and
when only what is grave may ring.
Phones and addresses are private values: see `private`. Refuses an unknown time zone and someone who is
their own deputy. Whether the deputies and roles exist is the document's business.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from bot.domain.hours import HoursField
from bot.domain.policy import Method, PlanField
from bot.domain.private import EmailAddress, PhoneNumber
from bot.domain.quiet import QuietHours, Silence
from bot.domain.severity import Severity, SeverityKey
from bot.domain.slugs import PersonKey, RoleId, RoleKey
from bot.domain.text import LANGUAGE_PATTERN, Frozen, Text, language


@cache
def known_time_zones() -> frozenset[str]:
    """Every zone of the tz database; looked up on disk once."""
    return frozenset(available_timezones())


def time_zone(value: str) -> str:
    """Let a zone of the tz database pass (`Europe/Rome`) and refuse any other."""
    if value not in known_time_zones():
        raise PydanticCustomError("invalid_time_zone", "'{value}' is not a time zone", {"value": value})
    return value


LanguageCode = Annotated[str, AfterValidator(language), WithJsonSchema({"type": "string", "pattern": LANGUAGE_PATTERN})]
TimeZone = Annotated[str, AfterValidator(time_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Rome"]})]


class Phone(Frozen):
    """A number and what it is good for. Written as a plain string it does both."""

    number: PhoneNumber
    sms: bool = True
    voice: bool = True

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Phone) else {"number": value}


class Consent(StrEnum):
    """Why a number may be shown when nobody answers."""

    CONSENTED = "consented"
    """Its owner agreed to be given out in an emergency."""
    SWITCHBOARD = "switchboard"
    """It belongs to a desk, not to a person."""


class LastResort(Frozen):
    """A number given to the reporter when the whole ladder stayed silent."""

    label: Text
    phone: PhoneNumber
    consent: Consent


class Person(Frozen):
    """A member of the team."""

    id: PersonKey
    name: str = Field(min_length=1)
    title: Text | None = None
    slack: str | None = Field(default=None, pattern=r"^([UW][A-Z0-9]{2,24}|[^@\s]+@[^@\s]+\.[^@\s]+)$")
    """Slack user id, or the address of the Slack account."""
    roles: tuple[RoleKey, ...] = ()
    responsibilities: tuple[Text, ...] = ()
    deputies: tuple[PersonKey, ...] = ()
    """Who stands in, in order."""
    phones: tuple[Phone, ...] = ()
    email: EmailAddress | None = None
    language: LanguageCode | None = None
    time_zone: TimeZone | None = None
    """Their own; the company's when not said."""
    reachable: tuple[HoursField, ...] = ()
    """When they can be reached; always, when not said."""
    quiet_hours: QuietHours | None = None
    """When their telephone keeps silent, but for the severities named there."""
    contact_plan: Mapping[SeverityKey, PlanField] = Field(default_factory=dict)
    """Their own ways of being called, by severity."""
    verified_on: date | None = None
    """The day on which they last confirmed their contacts."""

    @model_validator(mode="after")
    def _is_not_their_own_deputy(self) -> "Person":
        if self.id in self.deputies:
            raise PydanticCustomError("own_deputy", "'{value}' is their own deputy", {"value": self.id})
        return self

    @cached_property
    def methods(self) -> frozenset[Method]:
        """The ways in which this person can be reached at all."""
        able = {
            Method.SLACK_DM: self.slack is not None,
            Method.SMS: any(phone.sms for phone in self.phones),
            Method.VOICE: any(phone.voice for phone in self.phones),
            Method.EMAIL: self.email is not None,
        }
        return frozenset(method for method, possible in able.items() if possible)

    def phone_for(self, method: Method) -> PhoneNumber | None:
        """The first number that takes text messages, or that rings."""
        able = (phone.number for phone in self.phones if (phone.sms if method is Method.SMS else phone.voice))
        return next(able, None) if method in (Method.SMS, Method.VOICE) else None

    def reachable_at(self, moment: datetime, company_zone: str = "UTC") -> bool:
        """Whether an aware moment falls within their hours."""
        if not self.reachable:
            return True
        local = moment.astimezone(ZoneInfo(self.time_zone or company_zone))
        return any(hours.covers(local) for hours in self.reachable)

    def silence(self, severity: Severity | int, company_zone: str = "UTC") -> Silence | None:
        """Their quiet hours as they hold for this severity; nothing when it rings at any hour."""
        quiet = self.quiet_hours
        if quiet is None or severity in quiet.despite:
            return None
        return Silence(quiet, ZoneInfo(self.time_zone or company_zone))


class Role(Frozen):
    """A part somebody plays in an incident, and its duties."""

    id: RoleKey
    name: Text
    duties: tuple[Text, ...] = ()


INCIDENT_COMMANDER: Final = RoleId("incident_commander")
COMMUNICATIONS_LEAD: Final = RoleId("communications_lead")
CUSTOMER_CARE_LEAD: Final = RoleId("customer_care_lead")
TECHNICAL_LEAD: Final = RoleId("technical_lead")
SCRIBE: Final = RoleId("scribe")
EXECUTIVE_SPONSOR: Final = RoleId("executive_sponsor")

STANDARD_ROLES: Final = (
    INCIDENT_COMMANDER,
    COMMUNICATIONS_LEAD,
    CUSTOMER_CARE_LEAD,
    TECHNICAL_LEAD,
    SCRIBE,
    EXECUTIVE_SPONSOR,
)
"""The roles that exist whether or not the document describes them."""
