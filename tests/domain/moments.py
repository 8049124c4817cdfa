"""Every message of an incident's life, by name: what each test of the words goes through.

`moments(spoil)` draws them from records that `spoil` may have changed: with hostile words, or endless ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

from bot.domain.effects import TellPerson
from bot.domain.escalation import Outcome, PageStatus
from bot.domain.incident import IncidentId, Room, Status
from bot.domain.record import Record, Trouble
from bot.domain.slugs import PersonId
from bot.domain.statement import StatementId, StatementKind, StatementState
from bot.domain.timeline import EventKind
from messages import card, help, notices, page, reminder, room, status
from messages.blocks import Message
from messages.who import who
from messages.words import Words
from tests.domain import records as r
from tests.domain.records import ANNA, BRUNO, CARLA, DECLARED_AT, LUCA, MARTA, fired, minutes

Spoil = Callable[[Record], Record]
Draw = Callable[[Words], Message]


def moved_on() -> Record:
    return r.record(
        6,
        pages=(r.page(level=2, due_at=DECLARED_AT + minutes(10)),),
        levels=(fired(1, ANNA), fired(2, BRUNO)),
    )


def declined() -> Record:
    return replace(
        moved_on(),
        pages=(r.page(level=2, due_at=DECLARED_AT + minutes(10), declined=(ANNA,)),),
        events=(r.event(EventKind.DECLINED, by=ANNA),),
    )


def exhausted(**changes: Any) -> Record:
    page = r.page(status=PageStatus.EXHAUSTED, level=5, loop=2, due_at=DECLARED_AT + minutes(45))
    everyone = fired(5, ANNA, BRUNO, CARLA, loop=2, outcome=Outcome.EVERYONE)
    return r.record(41, **{"pages": (page,), "levels": (fired(1, ANNA), everyone), **changes})


def resolved(status: Status = Status.RESOLVED, **changes: Any) -> Record:
    ended = r.incident(
        status=status,
        ended_by=ANNA,
        resolved_at=DECLARED_AT + minutes(138),
        merged_into=IncidentId(41),
        roles={"incident_commander": ANNA, "communications_lead": LUCA},
    )
    return r.under_way(after=140, incident=ended, pages=(r.acknowledged(status=PageStatus.CLOSED),), **changes)


def awaiting_approval() -> Record:
    waiting = r.statement(
        id=StatementId(4), kind=StatementKind.UPDATE, state=StatementState.AWAITING_APPROVAL, published_at=None
    )
    return r.under_way(statements=(r.statement(), waiting))


def in_trouble() -> Record:
    now = DECLARED_AT + minutes(18)
    return r.under_way(
        troubles=(
            Trouble("SetTopic", "pending", "ratelimited", now + minutes(1)),
            Trouble("AddBookmark", "failed", "missing_scope", None),
        )
    )


def private() -> Record:
    return r.record(incident=r.incident(private=True, room=Room("C0SECRET", "inc-0042")))


def pages(spoil: Spoil) -> dict[str, Draw]:
    drawn: dict[str, tuple[Record, PersonId]] = {
        "asking": (r.record(), ANNA),
        "yours": (r.under_way(), ANNA),
        "taken": (r.under_way(), BRUNO),
        "moved on": (moved_on(), ANNA),
        "declined": (declined(), ANNA),
        "everyone": (exhausted(), ANNA),
        "resolved": (resolved(), BRUNO),
        "false alarm": (resolved(Status.CANCELLED), BRUNO),
        "merged": (resolved(Status.MERGED), BRUNO),
        "private": (private(), ANNA),
    }
    return {
        f"page: {name}": partial(page.dm, record=spoil(rec), page_id=7, person=who)
        for name, (rec, who) in drawn.items()
    }


def cards(spoil: Spoil) -> dict[str, Draw]:
    drawn: dict[str, Record] = {
        "new": r.record(),
        "under way": r.under_way(),
        "late": r.under_way(after=50),
        "in trouble": in_trouble(),
        "awaiting approval": awaiting_approval(),
        "exhausted": exhausted(),
        "resolved": resolved(),
    }
    announced: dict[str, Draw] = {
        f"announcement: {name}": partial(card.announcement, record=spoil(rec)) for name, rec in drawn.items()
    }
    posted: dict[str, Draw] = {f"card: {name}": partial(card.card, record=spoil(rec)) for name, rec in drawn.items()}
    return posted | announced


FACTS: dict[EventKind, dict[str, Any]] = {
    EventKind.DECLARED: {"title": "Casse bloccate", "severity": 1},
    EventKind.ALSO_REPORTED: {"title": "Casse ferme"},
    EventKind.LEVEL_PAGED: {"level": 2, "levels": 4, "people": ["bruno"], "loop": 1, "forced": True},
    EventKind.LEVEL_EMPTY: {"level": 2, "levels": 4},
    EventKind.EVERYONE_PAGED: {"people": ["anna", "bruno", "carla"]},
    EventKind.PERSON_PAGED: {"people": ["carla"]},
    EventKind.ACKNOWLEDGED: {"after": 130, "method": "sms", "level": 1},
    EventKind.STAYS_WITH: {"people": ["anna"]},
    EventKind.HANDED_OVER: {"to": "bruno"},
    EventKind.ASKED_AGAIN: {"level": 1},
    EventKind.ALL_METHODS_FAILED: {"person": "bruno", "code": "user_disabled"},
    EventKind.GUESTS_KEPT_OUT: {"people": ["bruno"]},
    EventKind.STATUS_CHANGED: {"from": "investigating", "to": "identified"},
    EventKind.SEVERITY_CHANGED: {"from": 2, "to": 1},
    EventKind.ROLE_ASSIGNED: {"role": "scribe", "person": "carla"},
    EventKind.ROOM_UPDATED: {"text": "certificato scaduto"},
    EventKind.NOTED: {"text": "certificato scaduto", "author": "bruno"},
    EventKind.TASK_ADDED: {"task": 5, "text": "rinnovare il certificato", "assignee": "bruno"},
    EventKind.TASK_DONE: {"task": 5, "text": "rinnovare il certificato"},
    EventKind.STATEMENT_DRAFTED: {"statement": 3, "kind": "first"},
    EventKind.APPROVAL_ASKED: {"statement": 4},
    EventKind.STATEMENT_PUBLISHED: {"statement": 3, "kind": "first", "late": 120, "approver": "carla"},
    EventKind.STATEMENT_FAILED: {"statement": 3, "channel": "mastodon", "code": "timeout"},
    EventKind.DEADLINE_MISSED: {"due": DECLARED_AT.isoformat(), "stage": "deputy", "person": "carla"},
    EventKind.CADENCE_HANDED_OVER: {"to": "carla"},
    EventKind.RESOLVED: {"summary": "certificato rinnovato"},
    EventKind.CANCELLED: {"reason": "era una prova"},
    EventKind.MERGED: {"into": 41},
    EventKind.CHANNEL_OPENED: {"name": "inc-0042-casse-bloccate"},
    EventKind.CHANNEL_REFUSED: {"code": "restricted_action"},
    EventKind.CHANNEL_ADOPTED: {"name": "inc-0042-casse-bloccate"},
    EventKind.REVIEW_COMPILED: {"revision": 1},
    EventKind.CONTACTS_REVEALED: {"of": "bruno"},
    EventKind.CONTACTS_ERASED: {"of": "bruno"},
}


def events(spoil: Spoil) -> dict[str, Draw]:
    """One of each kind, with all of its facts."""
    record = spoil(awaiting_approval())
    told = {kind: replace(r.event(kind, 9, by=ANNA, after=10), facts=FACTS.get(kind, {})) for kind in EventKind}
    return {f"event: {kind}": partial(room.event, record=record, event=event) for kind, event in told.items()}


NOTICES: dict[str, dict[str, Any]] = {
    "over": {},
    "last_resort": {"numbers": [{"label": "Centralino", "phone": "+39 02 12345678"}]},
    "role": {"role": "incident_commander"},
    "task": {"task": 5, "text": "rinnovare il certificato"},
    "approve": {"statement": 4},
    "channel_refused": {"code": "restricted_action"},
    "no_document": {},
    "delivery_uncertain": {"statement": 3, "channel": "mastodon"},
    "waiting_behind_limit": {"seconds": 40, "method": "sms", "person": "bruno"},
    "daily_cap": {"method": "sms", "until": "2026-03-11T09:00:00+00:00"},
    "owner_alarm": {"code": "invalid_auth"},
    "closing_missing": {},
    "ring_test": {},
    "climbed": {"by": "marta", "page": 1, "had_it": ["bruno"]},
}


def letters(spoil: Spoil) -> dict[str, Draw]:
    record = spoil(awaiting_approval())
    return {
        f"notice: {name}": partial(
            notices.notice, record=record, effect=TellPerson(IncidentId(42), MARTA, name, "once", facts)
        )
        for name, facts in (NOTICES | {"of tomorrow": {}}).items()
    }


def reminders(spoil: Spoil) -> dict[str, Draw]:
    asked = partial(reminder.reminder, round=2)
    return {
        "reminder: first": partial(
            asked, record=spoil(r.record(1, deadlines=(r.deadline(10),))), stage="draft", person=LUCA
        ),
        "reminder: ahead": partial(asked, record=spoil(r.under_way(after=30)), stage="draft", person=LUCA),
        "reminder: due": partial(asked, record=spoil(r.under_way(after=40)), stage="lead", person=LUCA),
        "reminder: deputy": partial(asked, record=spoil(r.under_way(after=45)), stage="deputy", person=CARLA),
        "reminder: commander": partial(asked, record=spoil(r.under_way(after=50)), stage="commander", person=ANNA),
        "reminder: answered": partial(
            asked, record=spoil(r.under_way(after=41, deadlines=(r.deadline(71, round=3),))), stage="lead", person=LUCA
        ),
        "reminder: put off": partial(reminder.answered, record=spoil(r.under_way(after=20)), person=LUCA, round=2),
        "reminder: room": partial(reminder.room_reminder, record=spoil(r.under_way())),
    }


def answers(spoil: Spoil) -> dict[str, Draw]:
    running, over, all_ill = spoil(r.under_way()), spoil(resolved()), spoil(exhausted())
    return {
        "status": partial(status.status, record=running, me=MARTA),
        "status: late": partial(status.status, record=spoil(r.under_way(after=50)), me=MARTA),
        "status: resolved": partial(status.status, record=over, me=MARTA),
        "status: nobody": partial(status.status, record=all_ill, me=BRUNO),
        "status: all": partial(status.status_all, records=[running, all_ill] * 10),
        "status: none": partial(status.status_all, records=[]),
        "status: quiet": status.nothing_open,
        "who": partial(who, roster=running.roster, incident=running.incident, for_team=True),
        "who: scenario": partial(who, roster=running.roster, query="tills_down"),
        "who: nobody": partial(who, roster=running.roster, query="astronauta"),
        "who: no document": partial(who, roster=r.no_document()),
        "help": help.help,
        "help: one": partial(help.help, text="stato"),
        "help: typo": partial(help.suggestion, typed="statsu", command="status"),
        "help: unknown": partial(help.unknown, typed="xyz"),
    }


def as_it_is(record: Record) -> Record:
    return record


@cache
def moments(spoil: Spoil = as_it_is) -> dict[str, Draw]:
    """All of them."""
    return pages(spoil) | cards(spoil) | events(spoil) | letters(spoil) | reminders(spoil) | answers(spoil)
