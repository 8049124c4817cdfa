"""Whom to wake, in which order, and how hard to knock.

Promises an escalation policy as a value: ordered levels, each with its targets, its wait, whose turn it is and
what counts as answered; and a contact plan for every person and severity.
Refuses a policy without levels, a level without targets, a wait of nothing. Fires nothing: deciding when
the next level is due is the escalation's business.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Protocol

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from bot.domain.duration import DURATION_PATTERN, Duration, read_duration, write_duration
from bot.domain.severity import Severity, SeverityKey
from bot.domain.slugs import PersonId, PolicyId, PolicyKey, RoleId
from bot.domain.text import Frozen, Text


class Method(StrEnum):
    """A way to reach one person."""

    SLACK_DM = "slack_dm"
    """A direct message in Slack."""
    SMS = "sms"
    """A text message to a phone that takes them."""
    VOICE = "voice"
    """A call to a phone that rings."""
    EMAIL = "email"
    """A message to the private address."""


class Step(Frozen):
    """One knock: by which method, how long after the page began."""

    method: Method
    after: Duration = timedelta(0)

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        method, _, after = value.partition(" after ")
        return {"method": method.strip(), "after": after.strip() or timedelta(0)}

    def __str__(self) -> str:
        return f"{self.method} after {write_duration(self.after)}" if self.after else str(self.method)


class ContactPlan(Frozen):
    """The knocks for one page, soonest first."""

    steps: tuple[Step, ...]

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return {"steps": value} if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _soonest_first(self) -> "ContactPlan":
        ordered = tuple(sorted(self.steps, key=lambda step: step.after))
        if ordered != self.steps:
            object.__setattr__(self, "steps", ordered)
        return self

    @classmethod
    def of(cls, **after_minutes: float) -> "ContactPlan":
        """`ContactPlan.of(slack_dm=0, sms=1)`: minutes after the page began."""
        steps = (Step(method=Method(name), after=timedelta(minutes=m)) for name, m in after_minutes.items())
        return cls(steps=tuple(steps))

    def only(self, methods: frozenset[Method]) -> "ContactPlan":
        """The same plan without the methods that cannot work; the first knock that is left comes at once."""
        kept = [step for step in self.steps if step.method in methods]
        start = kept[0].after if kept else timedelta(0)
        if len(kept) == len(self.steps) and not start:
            return self
        moved = (step.model_copy(update={"after": step.after - start}) for step in kept) if start else kept
        return self.model_copy(update={"steps": tuple(moved)})


STEP_PATTERN: Final = rf"^(slack_dm|sms|voice|email)( after {DURATION_PATTERN[1:-1]})?$"

PlanField = Annotated[
    ContactPlan,
    PlainSerializer(lambda plan: [str(step) for step in plan.steps], return_type=list[str]),
    WithJsonSchema({"type": "array", "items": {"type": "string", "pattern": STEP_PATTERN}}),
]
"""A contact plan as the document writes it: `[slack_dm, sms after 1 min, voice after 2 min]`."""

_URGENT: Final = ContactPlan.of(slack_dm=0, sms=1, voice=2, email=3)

DEFAULT_PLANS: Final[Mapping[Severity, ContactPlan]] = MappingProxyType(
    {
        Severity.SEV1: _URGENT,
        Severity.SEV2: _URGENT,
        Severity.SEV3: ContactPlan.of(slack_dm=0, sms=3, email=5),
        Severity.SEV4: ContactPlan.of(slack_dm=0, email=10),
    }
)
"""How hard to knock when neither the person nor the company has said otherwise."""


class TargetKind(StrEnum):
    """What a level points at."""

    PERSON = "person"
    ROLE = "role"
    GROUP = "group"
    """A Slack user group, by its id (`S…`): who is in it is known to Slack only."""


_TARGET = re.compile(r"(person|role|group):([A-Za-z0-9_-]{1,40})")


class Target(Frozen):
    """Someone to page: a person, whoever holds a role, or a Slack user group."""

    kind: TargetKind
    id: str

    @classmethod
    def person(cls, person: PersonId | str) -> "Target":
        return cls(kind=TargetKind.PERSON, id=person)

    @classmethod
    def role(cls, role: RoleId | str) -> "Target":
        return cls(kind=TargetKind.ROLE, id=role)

    @classmethod
    def group(cls, group: str) -> "Target":
        return cls(kind=TargetKind.GROUP, id=group)

    @classmethod
    def parse(cls, written: str) -> "Target":
        """`person:bruno`, `role:legal` or `group:S0123ABC`; anything else is refused."""
        found = _TARGET.fullmatch(written.strip())
        if found is None:
            raise PydanticCustomError("invalid_target", "'{value}' is not a target", {"value": written})
        return cls(kind=TargetKind(found[1]), id=found[2])

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def _read_target(value: Any) -> Any:
    return Target.parse(value) if isinstance(value, str) else value


TargetField = Annotated[
    Target,
    BeforeValidator(_read_target),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^(person|role|group):[A-Za-z0-9_-]{1,40}$"}),
]
"""A target as the document writes it: `role:legal`."""

Mode = Literal["all", "repeat", "round_robin"]
"""`all`: everyone on the level at once. `repeat`: the same, and everyone is asked once more before the next level.
`round_robin`: one at a time, each with the level's whole wait, beginning with the one after whoever was asked
first the last time; when everyone was asked, the next level."""


def _read_wait(value: Any) -> timedelta:
    wait = read_duration(value)
    if wait <= timedelta(0):
        raise PydanticCustomError("invalid_wait", "a level must be given some time to answer")
    return wait


Plans = Mapping[SeverityKey, PlanField]


class Level(Frozen):
    """One rung: these people are asked, and this long is waited before the next turn of the level, or the next level.

    `acknowledgements_wanted` is how many different people must have the page before nobody else is woken. Those of
    other levels count; a page wants as many as the most demanding level it has reached. A level never wants more
    people than there are: those it can ask when it begins, and those who have the page already. At the end of the
    ladder those who have it are enough.
    """

    name: Text
    targets: tuple[TargetField, ...] = Field(min_length=1)
    wait: Annotated[Duration, BeforeValidator(_read_wait)] = timedelta(minutes=5)
    mode: Mode = "all"
    acknowledgements_wanted: int = Field(default=1, ge=1, le=20)
    knock: Plans = Field(default_factory=dict)
    """Contact plans of this level alone, by severity, for people who have none of their own."""


class Policy(Frozen):
    """An escalation policy: its levels, in the order in which they are asked."""

    id: PolicyKey
    name: Text
    levels: tuple[Level, ...] = Field(min_length=1)


class Contactable(Protocol):
    """What choosing a contact plan needs to know about a person."""

    @property
    def contact_plan(self) -> Plans: ...
    @property
    def methods(self) -> frozenset[Method]: ...


def plan_for(
    person: Contactable, severity: Severity, *, level: Level | None = None, company: Plans = DEFAULT_PLANS
) -> ContactPlan:
    """How this person is reached: their own plan, else the level's, else the company's, else the usual one.

    Methods the person cannot be reached by are left out. An empty plan means nobody can be reached.
    """
    wishes = (person.contact_plan, level.knock if level else {}, company, DEFAULT_PLANS)
    wished = next(plans[severity] for plans in wishes if severity in plans)
    return wished.only(person.methods)


DEFAULT_POLICY: Final = Policy(
    id=PolicyId("customer_service_ladder"),
    name=Text.of(it="Scala del servizio clienti", en="Customer service ladder"),
    levels=(
        Level(name=Text.of(it="Prima linea", en="Front line"), targets=(Target.role("customer_care_lead"),)),
        Level(name=Text.of(it="Esperti", en="Experts"), targets=(Target.role("technical_lead"),)),
        Level(
            name=Text.of(it="Supervisore o responsabile", en="Supervisor or manager"),
            targets=(Target.role("incident_commander"),),
        ),
        Level(name=Text.of(it="Direzione", en="Executive"), targets=(Target.role("executive_sponsor"),)),
    ),
)
"""The four levels of customer service: front line, expert (functional), supervisor or manager (hierarchical),
executive. Stands in when the document names no policy."""
