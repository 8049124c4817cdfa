"""The same incident at its end: everything that a post-mortem or a public page can be made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.incident import Status
from bot.domain.record import Record
from bot.domain.statement import StatementId, StatementKind
from bot.domain.timeline import EventKind
from tests.domain.records import (
    ANNA,
    BRUNO,
    CARLA,
    DECLARED_AT,
    LUCA,
    MARTA,
    acknowledged,
    event,
    fired,
    incident,
    minutes,
    page,
    record,
    statement,
    task,
)

IMPACT = "I pagamenti con carta non funzionano; si può pagare in contanti"
STATUS_URL = "https://anticrisi.example/status/p42"


def told(*more: Any) -> tuple[Any, ...]:
    """What customers heard until 10:47: on time, then five minutes late."""
    second = statement(
        id=StatementId(4),
        kind=StatementKind.UPDATE,
        texts={
            "it": "Ci scusiamo, le carte non funzionano ancora. Abbiamo trovato la causa e stiamo rimediando.",
            "en": "We're sorry, cards are still refused. We have found the cause and are fixing it.",
        },
        due_at=DECLARED_AT + minutes(40),
        published_at=DECLARED_AT + minutes(45),
        next_update_at=DECLARED_AT + minutes(75),
        public_status="identified",
    )
    return (statement(), second, *more)


def under_way(**changes: Any) -> Record:
    """Fifty minutes in: acknowledged, identified, customers told twice."""
    return record(
        **{
            "incident": incident(status=Status.IDENTIFIED, impact=IMPACT),
            "now": DECLARED_AT + minutes(50),
            "pages": (acknowledged(BRUNO, minutes(7)),),
            "levels": (fired(1, ANNA), fired(2, BRUNO)),
            "statements": told(),
            "tasks": (task(),),
            "status_url": STATUS_URL,
            **changes,
        }
    )


def over(**changes: Any) -> Record:
    """Two hours and eighteen minutes later: resolved, closed with customers, one task left."""
    closing = statement(
        id=StatementId(5),
        kind=StatementKind.CLOSING,
        texts={
            "it": "Ci scusiamo per le due ore e diciotto minuti in cui non avete potuto pagare con carta.",
            "en": "We're sorry for the two hours and eighteen minutes in which you couldn't pay by card.",
        },
        due_at=None,
        published_at=DECLARED_AT + minutes(140),
        next_update_at=None,
        public_status="resolved",
    )
    whole: dict[str, Any] = {
        "incident": incident(
            status=Status.RESOLVED,
            impact=IMPACT,
            resolved_at=DECLARED_AT + minutes(138),
            ended_by=BRUNO,
            roles={"incident_commander": CARLA, "communications_lead": LUCA},
        ),
        "now": DECLARED_AT + minutes(141),
        "pages": (page(status="closed", due_at=None),),
        "statements": told(closing),
        "tasks": (task(), replace(task(id=6, text="avvisare i negozi"), done_at=DECLARED_AT + minutes(30))),
        "events": story(),
    }
    return under_way(**{**whole, **changes})


def story() -> tuple[Any, ...]:
    facts: tuple[tuple[EventKind, Any, float, dict[str, Any]], ...] = (
        (EventKind.DECLARED, MARTA, 0, {"title": "Casse bloccate in tutti i negozi", "severity": 1}),
        (EventKind.LEVEL_PAGED, None, 0, {"level": 1, "levels": 4, "people": (ANNA,), "loop": 1}),
        (EventKind.LEVEL_PAGED, None, 5, {"level": 2, "levels": 4, "people": (BRUNO,), "loop": 1}),
        (EventKind.ACKNOWLEDGED, BRUNO, 7, {"after": 420, "method": "sms"}),
        (EventKind.ROLE_ASSIGNED, CARLA, 9, {"role": "incident_commander", "person": CARLA}),
        (EventKind.STATEMENT_PUBLISHED, LUCA, 10, {"statement": 3, "kind": "first", "late": 0}),
        (EventKind.NOTED, ANNA, -7, {"text": "il primo negozio ha chiamato", "author": MARTA, "message": "C1:9.1"}),
        (EventKind.NOTED, ANNA, 12, {"text": "messa per sbaglio", "author": MARTA, "message": "C1:9.2"}),
        (EventKind.UNNOTED, ANNA, 13, {"message": "C1:9.2"}),
        (EventKind.HANDED_OVER, BRUNO, 30, {"to": ANNA}),
        (EventKind.STATUS_CHANGED, BRUNO, 44, {"from": "investigating", "to": "identified"}),
        (EventKind.STATEMENT_PUBLISHED, LUCA, 45, {"statement": 4, "kind": "update", "late": 300}),
        (EventKind.RESOLVED, BRUNO, 138, {}),
        (EventKind.STATEMENT_PUBLISHED, LUCA, 140, {"statement": 5, "kind": "closing", "late": 0}),
    )
    return tuple(
        replace(event(kind, n, by=by, after=at), facts=told) for n, (kind, by, at, told) in enumerate(facts, start=1)
    )
