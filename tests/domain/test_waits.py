"""Whoever waits behind a limit is named, with the reason, as long as it is worth telling."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.patience import CAPPED, NOTICEABLE
from bot.domain.record import Knock, Record, Trouble
from messages import card, waits
from messages.words import words_for
from tests.domain import records as r
from tests.domain.records import ANNA

EN, IT = words_for("en"), words_for("it")


def waiting(method: str = "sms", error: str | None = "ratelimited", seconds: float = 40, **changes: Any) -> Record:
    record = r.record()
    due = record.now + timedelta(seconds=seconds)
    knock: Knock = replace(r.knock(ANNA, method, "pending"), due_at=due, error=error, **changes)
    return replace(record, knocks=(knock,))


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ("sms", "the SMS to Anna: the provider asks for 40 s"),
        ("voice", "the call to Anna: the provider asks for 40 s"),
        ("email", "the email to Anna: the provider asks for 40 s"),
        ("slack_dm", "the Slack message to Anna: Slack asks for 40 s"),
    ],
)
def test_a_wait_names_the_way_the_person_and_for_how_long(method: str, told: str):
    [said] = waits.who_waits(EN, waiting(method))

    assert said == told


def test_a_cap_of_ours_is_not_blamed_on_anybody():
    [said] = waits.who_waits(IT, waiting(error=CAPPED, seconds=3600))

    assert said.startswith("l'SMS a Anna: per oggi basta, fino alle ")


@pytest.mark.parametrize(
    "record",
    [
        waiting(seconds=NOTICEABLE.total_seconds()),
        waiting(error="joins", seconds=110),
        waiting(error=None, seconds=110),
        waiting(error="unreachable", seconds=50),
        waiting(state="accepted"),
        waiting(epoch=7),
    ],
    ids=["soon over", "for company", "for its time", "for a fault", "gone", "of an earlier asking"],
)
def test_what_is_no_wait_behind_a_limit_is_not_told_as_one(record: Record):
    assert waits.who_waits(EN, record) == []


def test_a_notice_that_waits_is_told_with_the_pages_and_not_as_a_step_that_fails():
    record = waiting("voice")
    late = Trouble("TextPerson", "pending", "ratelimited", record.now + timedelta(seconds=40), person=ANNA)
    shown = str(card.card(EN, replace(record, troubles=(late,))).blocks)

    assert "the call to Anna: the provider asks for 40 s, the SMS to Anna: the provider asks for 40 s" in shown
    assert "Still trying" not in shown


def test_many_who_wait_for_the_same_are_told_once_each():
    record = waiting()
    twice = replace(record, knocks=record.knocks * 2)

    assert len(waits.who_waits(EN, twice)) == 1
