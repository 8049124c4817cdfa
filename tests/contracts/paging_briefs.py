"""What an adapter of paging is given: one page of one incident, for Anna, whose telephone the workspace carries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.adapters.paging.twilio import Twilio
from bot.domain.effects import Effect, PageResponder, RingMe
from bot.domain.incident import IncidentId
from bot.domain.people import Person
from bot.domain.roster import Roster
from bot.ports import Brief
from bot.sandbox import Sandbox
from tests.domain.records import ANNA, DECLARED_AT, document, person, record, roster

NUMBER = "+393205550103"
ADDRESS = "anna@ventura.example"
LINK = "https://crisi.example/ack/0123456789abcdefghijklmnopqrstuvwxyz"


def anna(**changes: Any) -> Person:
    usual = person("Anna", "customer_care_lead", phones=(NUMBER,))
    return usual.model_copy(update={"email": type(usual.email)(ADDRESS), **changes})  # type: ignore[misc]


def company(**changes: Any) -> Roster:
    """The usual people, with an Anna who can be reached in the embedded workspace."""
    return roster(document=document(people=(anna(**changes), *document().people[1:])))


def knock(method: str, **changes: Any) -> PageResponder:
    whole: dict[str, Any] = {
        "incident": IncidentId(42),
        "page": 7,
        "epoch": 1,
        "loop": 1,
        "level": 1,
        "person": ANNA,
        "method": method,
    }
    return PageResponder(**{**whole, **changes})


def brief(effect: Effect, *, people: Roster | None = None, attempt: int = 1, **changes: Any) -> Brief:
    """The facts of the moment in which an effect leaves."""
    people = people or company()
    about = None if isinstance(effect, RingMe) else record(roster=people, **changes)
    return Brief(effect, people, DECLARED_AT, about, attempt, False, answer_url=LINK)


def trial(method: str) -> RingMe:
    return RingMe(IncidentId(0), ANNA, method, "request-1")


@dataclass
class Line:
    """A telephone company, and our account there."""

    sandbox: Sandbox
    twilio: Twilio


@asynccontextmanager
async def line(sandbox: Sandbox, **options: Any) -> AsyncIterator[Line]:
    whole = {"sid": sandbox.twilio_sid, "token": sandbox.twilio_token, "sender": sandbox.twilio_from}
    twilio = Twilio(**{**whole, "api_url": sandbox.twilio_url, **options})
    try:
        yield Line(sandbox, twilio)
    finally:
        await twilio.close()
