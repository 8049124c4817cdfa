"""Who was called, in a line each: the newest of each way, and the last word of each person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.record import Knock
from bot.domain.slugs import PersonId
from bot.domain.timeline import Event, EventKind
from messages.called import calls
from messages.words import words_for
from tests.domain.records import ANNA, BRUNO, DECLARED_AT, ROME, fired, incident, minutes, page, record

EN = words_for("en", ROME)
LATER = timedelta(minutes=2)


def knock(person=ANNA, method="sms", state="accepted", after=timedelta(0), **more) -> Knock:
    at = DECLARED_AT + after
    left = state not in ("pending", "cancelled")
    return Knock(7, 1, 1, 1, person, method, state, at, sent_at=at if left else None, **more)


def said(*knocks: Knock, people=(ANNA,), **more) -> list[str]:
    shown = record(6, pages=more.pop("pages", (page(),)), levels=(fired(1, *people),), knocks=knocks, **more)
    return calls(EN, shown).splitlines()[1:]


@pytest.mark.parametrize(
    ("method", "state", "words"),
    [
        ("slack_dm", "accepted", "Slack 10:02"),
        ("slack_dm", "failed", "Slack refused"),
        ("sms", "accepted", "SMS sent 10:02"),
        ("sms", "uncertain", "SMS sent 10:02"),
        ("sms", "delivered", "SMS arrived 10:04"),
        ("sms", "failed", "SMS not arrived"),
        ("voice", "accepted", "call 10:02"),
        ("voice", "delivered", "call 10:02, taken"),
        ("voice", "failed", "call not taken"),
        ("email", "accepted", "email 10:02"),
        ("email", "failed", "email refused"),
    ],
)
def test_each_way_says_what_became_of_it(method, state, words):
    arrived = DECLARED_AT + LATER if state == "delivered" else None

    assert said(knock(method=method, state=state, arrived_at=arrived)) == [f"Anna: no answer yet · {words}"]


@pytest.mark.parametrize("state", ["pending", "cancelled"])
def test_what_has_not_left_is_not_said(state):
    assert said(knock(state=state)) == ["Anna: no answer yet"]


def test_of_each_way_the_newest_is_shown():
    assert said(knock(), knock(after=LATER)) == ["Anna: no answer yet · SMS sent 10:04"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [(EventKind.DECLINED, "can't"), (EventKind.GIVEN_BACK, "gave it back"), (EventKind.HANDED_OVER, "handed it over")],
)
def test_how_somebody_let_it_go_is_said(kind, words):
    event = Event(incident().id, 1, DECLARED_AT, kind, by=ANNA, facts={})

    assert said(knock(), pages=(page(declined=(ANNA,)),), events=(event,)) == [f"Anna: {words} · SMS sent 10:02"]


def test_of_a_colleague_who_has_it_and_of_whoever_stayed_silent():
    taken = page().taken(by=BRUNO, at=DECLARED_AT + minutes(1))

    assert said(people=(ANNA, BRUNO), pages=(taken,)) == ["Anna: no answer yet", "Bruno: *on it* since 10:03"]


def test_more_than_a_telephone_shows_are_counted():
    people = [PersonId(f"person{number}") for number in range(15)]

    shown = said(people=people)

    assert len(shown) == 12
    assert shown[-1].endswith(" and 3 more")
