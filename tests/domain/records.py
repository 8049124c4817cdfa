"""One incident, told by hand: the tills of every store, at any moment of its story.

`record()` is the moment after the declaration; every argument moves it elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot.domain.cadence import Audience, Deadline
from bot.domain.effects import Reminder
from bot.domain.escalation import LevelFired, Outcome, Page, PageId, PageStatus
from bot.domain.incident import Incident, IncidentId, Room, Status
from bot.domain.people import Consent, LastResort, Person, Role
from bot.domain.policy import Level, Policy, Target
from bot.domain.private import EmailAddress, PhoneNumber
from bot.domain.record import Delivery, Knock, Record, Task
from bot.domain.roster import Roster, SlackUser
from bot.domain.scenario import Scenario
from bot.domain.severity import Severity
from bot.domain.slugs import PersonId, PolicyId, RoleId, ScenarioId
from bot.domain.statement import Statement, StatementId, StatementKind, StatementState
from bot.domain.team import TeamDocument
from bot.domain.text import Text
from bot.domain.timeline import Event, EventKind

DECLARED_AT = datetime(2026, 11, 21, 9, 2, tzinfo=UTC)  # 10:02 in Rome
ROME = "Europe/Rome"
ANNA, BRUNO, CARLA, LUCA, DARIO = map(PersonId, ("anna", "bruno", "carla", "luca", "dario"))
MARTA = PersonId("U0MARTA")  # a colleague whom the document does not name
HOSTILE = "<!channel> <@U0ANNA> *bold* & <https://evil.example|click> \u202egnp.exe\x07"


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def person(name: str, *roles: str, **more: Any) -> Person:
    person_id = name.lower()
    return Person(
        id=PersonId(person_id),
        name=name,
        slack=f"U0{name.upper()}",
        roles=tuple(map(RoleId, roles)),
        phones=more.pop("phones", ("+39 340 1234567",)),
        email=EmailAddress(f"{person_id}@private.example"),
        **more,
    )


def document(**changes: Any) -> TeamDocument:
    return _document(**changes) if changes else _usual_document()


@cache
def _usual_document() -> TeamDocument:
    """Always the same one: reading a document is slow."""
    return _document()


def _document(**changes: Any) -> TeamDocument:
    whole: dict[str, Any] = {
        "company": "Ferramenta Rossi",
        "time_zone": ROME,
        "language": "it",
        "statement_languages": ("it", "en"),
        "conference_link": "https://meet.example/crisi",
        "owners": (DARIO,),
        "last_resort": (
            LastResort(
                label=Text.of(it="Centralino", en="Switchboard"),
                phone=PhoneNumber("+39 02 12345678"),
                consent=Consent.SWITCHBOARD,
            ),
        ),
        "people": (
            person("Anna", "customer_care_lead", deputies=(BRUNO,)),
            person("Bruno", "technical_lead"),
            person("Carla", "incident_commander", title=Text.of(it="Responsabile operativa", en="Head of operations")),
            person("Luca", "communications_lead", deputies=(CARLA,)),
            person("Dario", "executive_sponsor"),
        ),
        "roles": (
            Role(
                id=RoleId("incident_commander"),
                name=Text.of(it="guida dell'emergenza", en="incident commander"),
                duties=(Text.of(it="Decidi e fai decidere.", en="Decide, or have it decided."),),
            ),
        ),
        "policies": (policy(),),
        "scenarios": (scenario(),),
    }
    return TeamDocument(**{**whole, **changes})


@cache
def policy() -> Policy:
    names = (("Prima linea", "Front line", "anna"), ("Esperti", "Experts", "bruno"))
    higher = (("Responsabile", "Manager", "carla"), ("Direzione", "Executive", "dario"))
    return Policy(
        id=PolicyId("ladder"),
        name=Text.of(it="Scala", en="Ladder"),
        levels=tuple(
            Level(name=Text.of(it=it, en=en), targets=(Target.person(who),)) for it, en, who in (*names, *higher)
        ),
    )


def scenario() -> Scenario:
    return Scenario(
        id=ScenarioId("tills_down"),
        title=Text.of(it="Casse bloccate", en="Tills down"),
        severity=Severity.SEV1,
        checklist=tuple(
            Text.of(it=it, en=en)
            for it, en in (
                ("Chiedi a un negozio che cosa mostra la cassa.", "Ask one store what the till shows."),
                ("Verifica se si può pagare in contanti.", "Check whether cash works."),
                ("Chiama il gestore dei pagamenti.", "Call the payment provider."),
                ("Metti un cartello alle casse.", "Put a sign on the tills."),
            )
        ),
        customers_see=Text.of(it="Pagamenti con carta rifiutati", en="Card payments refused"),
    )


def roster(**changes: Any) -> Roster:
    names = {"U0MARTA": "marta", "U0ANNA": "anna", "U0BRUNO": "bruno", "U0CARLA": "carla", "U0LUCA": "luca"}
    users = {user: SlackUser(user, name, locale="it-IT", time_zone=ROME) for user, name in names.items()}
    whole: dict[str, Any] = {
        "document": document(),
        "users": users,
        "default_time_zone": ROME,
        "languages": ("en", "it"),
    }
    return Roster(**{**whole, **changes})


def no_document() -> Roster:
    admin = SlackUser("U0ADMIN", "ada", is_admin=True)
    return Roster(document=None, users={"U0ADMIN": admin, "U0MARTA": SlackUser("U0MARTA", "marta")})


def incident(**changes: Any) -> Incident:
    whole: dict[str, Any] = {
        "id": IncidentId(42),
        "title": "Casse bloccate in tutti i negozi",
        "severity": 1,
        "status": Status.INVESTIGATING,
        "reporter": MARTA,
        "declared_at": DECLARED_AT,
        "started_at": DECLARED_AT,
        "public_id": "p42",
        "scenario": "tills_down",
        "impact": "pagamenti con carta rifiutati dalle 10:02",
        "roles": {"communications_lead": LUCA},
        "room": Room("C0INC42", "inc-0042-casse-bloccate", "1.1", "C0INCIDENTS", "1.2"),
    }
    return Incident(**{**whole, **changes})


def page(**changes: Any) -> Page:
    whole: dict[str, Any] = {
        "id": PageId(7),
        "incident": IncidentId(42),
        "policy": policy(),
        "severity": 1,
        "status": PageStatus.OPEN,
        "started_at": DECLARED_AT,
        "level": 1,
        "due_at": DECLARED_AT + minutes(5),
    }
    return Page(**{**whole, **changes})


def acknowledged(by: PersonId = ANNA, after: timedelta = timedelta(seconds=130), **changes: Any) -> Page:
    return page(
        **{
            "status": PageStatus.ACKNOWLEDGED,
            "acknowledged_by": by,
            "acknowledged_at": DECLARED_AT + after,
            "due_at": None,
            **changes,
        }
    )


def fired(level: int, *people: PersonId, outcome: Outcome = Outcome.PAGED, **changes: Any) -> LevelFired:
    whole: dict[str, Any] = {
        "page": PageId(7),
        "epoch": 1,
        "loop": 1,
        "level": level,
        "outcome": outcome,
        "people": people,
        "at": DECLARED_AT + minutes(5 * (level - 1)),
    }
    return LevelFired(**{**whole, **changes})


def knock(who: PersonId, method: str = "slack_dm", state: str = "delivered", **changes: Any) -> Knock:
    whole: dict[str, Any] = {
        "page": 7,
        "epoch": 1,
        "loop": 1,
        "level": 1,
        "person": who,
        "method": method,
        "state": state,
        "due_at": DECLARED_AT,
    }
    return Knock(**{**whole, **changes})


def event(kind: EventKind, seq: int = 1, *, by: PersonId | None = None, after: float = 1, **facts: Any) -> Event:
    return Event(IncidentId(42), seq, DECLARED_AT + minutes(after), kind, by, facts)


def statement(**changes: Any) -> Statement:
    whole: dict[str, Any] = {
        "id": StatementId(3),
        "incident": IncidentId(42),
        "kind": StatementKind.FIRST,
        "state": StatementState.PUBLISHED,
        "texts": {
            "it": "Ci scusiamo: i pagamenti con carta non funzionano nei nostri negozi.",
            "en": "We're sorry: card payments are refused in our stores.",
        },
        "drafted_at": DECLARED_AT + minutes(8),
        "author": LUCA,
        "approver": CARLA,
        "due_at": DECLARED_AT + minutes(10),
        "published_at": DECLARED_AT + minutes(10),
        "next_update_at": DECLARED_AT + minutes(40),
        "public_status": "investigating",
    }
    return Statement(**{**whole, **changes})


def deadline(due_after: float = 40, **changes: Any) -> Deadline:
    due = DECLARED_AT + minutes(due_after)
    whole: dict[str, Any] = {
        "incident": IncidentId(42),
        "audience": Audience.CUSTOMERS,
        "round": 2,
        "due_at": due,
        "stage": Reminder.DRAFT,
        "wake_at": due - minutes(10),
    }
    return Deadline(**{**whole, **changes})


def task(**changes: Any) -> Task:
    whole: dict[str, Any] = {
        "id": 5,
        "incident": IncidentId(42),
        "text": "rinnovare il certificato",
        "assignee": BRUNO,
        "added_by": ANNA,
        "added_at": DECLARED_AT + minutes(20),
    }
    return Task(**{**whole, **changes})


def delivery(channel: str = "status_page", state: str = "delivered", **changes: Any) -> Delivery:
    return Delivery(statement=3, channel=channel, state=state, **changes)


def record(after: float = 20 / 60, **changes: Any) -> Record:
    """The incident `after` so many minutes. Declared, level 1 called; nothing else has happened."""
    whole: dict[str, Any] = {
        "incident": incident(),
        "roster": roster(),
        "now": DECLARED_AT + minutes(after),
        "pages": (page(),),
        "levels": (fired(1, ANNA),),
        "events": (event(EventKind.DECLARED, by=MARTA, after=0, title="Casse bloccate in tutti i negozi", severity=1),),
        "status_url": "https://status.example/status/p42",
        "public_url": "https://status.example",
    }
    return Record(**{**whole, **changes})


def under_way(**changes: Any) -> Record:
    """Eighteen minutes in: Anna leads, Luca has spoken once, one task is open."""
    whole: dict[str, Any] = {
        "incident": incident(roles={"incident_commander": ANNA, "communications_lead": LUCA}),
        "pages": (acknowledged(),),
        "events": (
            event(EventKind.DECLARED, 1, by=MARTA, after=0, title="Casse bloccate in tutti i negozi", severity=1),
            replace(  # one of its facts is called as an argument of `event` is
                event(EventKind.ACKNOWLEDGED, 2, by=ANNA, after=2.17),
                facts={"after": 130, "level": 1, "page": 7, "method": "slack_dm"},
            ),
        ),
        "statements": (statement(),),
        "deadlines": (deadline(),),
        "tasks": (task(),),
        "deliveries": (delivery(),),
    }
    return record(changes.pop("after", 18), **{**whole, **changes})
