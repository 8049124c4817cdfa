"""What people read where a level asks twice, one at a time, or for more than one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.escalation import Acknowledgement, Outcome, Page, PageStatus
from bot.domain.policy import Level, Policy, Target
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.timeline import EventKind
from messages import card, forms, ladder, page, status, story
from messages.actions import PAGE_ACK, PAGE_DECLINE, PAGE_GIVE_BACK, PAGE_HAND_OVER
from messages.texted import sms_declared
from messages.words import words_for
from tests.domain import records as r
from tests.domain.records import ANNA, BRUNO, CARLA, DECLARED_AT, MARTA, ROME, fired, minutes
from tests.domain.slack_limits import broken

en, it = words_for("en", ROME), words_for("it", ROME)
THREE = (ANNA, BRUNO, CARLA)


def ladder_with(**keys: Any) -> Policy:
    """The usual ladder; three people on its first level, which asks in another way."""
    first, *rest = r.policy().levels
    changed = first.model_copy(update={"targets": tuple(Target.person(who) for who in THREE), **keys})
    return r.policy().model_copy(update={"levels": (changed, *rest)})


def wanting_two(*, also: PersonId | None = None, **changes: Any) -> Record:
    """Anna has had it since the first minute; two are wanted."""
    answers = (Acknowledgement(also, DECLARED_AT + minutes(2)),) if also else ()
    held: Page = r.page(
        policy=ladder_with(acknowledgements_wanted=2),
        acknowledgements_wanted=2,
        acknowledged_by=ANNA,
        acknowledged_at=DECLARED_AT + minutes(1),
        also_acknowledged=answers,
        **changes,
    )
    if also:
        held = replace(held, status=PageStatus.ACKNOWLEDGED, due_at=None)
    return r.record(2, pages=(held,), levels=(fired(1, *THREE),))


def in_turn(*asked: PersonId) -> Record:
    """One after the other, the last of them now."""
    here = r.page(policy=ladder_with(mode="round_robin"), turn=len(asked), asked=asked)
    return r.record(2, pages=(here,), levels=tuple(fired(1, who, turn=n) for n, who in enumerate(asked, 1)))


def labels(message) -> list[str]:
    return [each["action_id"] for block in message.blocks if block["type"] == "actions" for each in block["elements"]]


# More than one


def test_whoever_has_it_reads_that_one_more_is_being_asked_and_may_give_it_back():
    message = page.dm(en, wanting_two(), 7, ANNA)

    assert message.text.endswith("You have it; one more is being asked.")
    assert labels(message) == [PAGE_HAND_OVER, PAGE_GIVE_BACK]


def test_whoever_declares_reads_who_has_it_and_who_is_still_being_called():
    shown = str(forms.declared_view(en, wanting_two(), joined=True)["blocks"])
    answer = sms_declared(en, wanting_two(), joined=True)

    assert "1 of 2 has it: Anna. Calling *Bruno* and *Carla* now: level 1 of 4. If nobody else answers in" in shown
    assert answer.startswith("INC-42 was open: you are added. Calling Bruno and Carla. If nobody else answers in")
    assert "*Anna* has it." in str(forms.declared_view(en, wanting_two(also=BRUNO), joined=True)["blocks"])


def test_the_others_read_who_has_it_and_are_still_asked():
    message = page.dm(en, wanting_two(), 7, BRUNO)

    assert "You are level 1. 1 of 2 has it: Anna." in message.text
    assert labels(message) == [PAGE_ACK, PAGE_DECLINE, PAGE_HAND_OVER]
    assert "Ha risposto 1 su 2: Anna." in page.dm(it, wanting_two(), 7, BRUNO).text


@pytest.mark.parametrize(("who", "after", "other"), [(ANNA, "1 min", "Bruno"), (BRUNO, "2 min", "Anna")])
def test_each_of_two_reads_after_how_long_they_took_it_and_with_whom(who: PersonId, after: str, other: str):
    message = page.dm(en, wanting_two(also=BRUNO), 7, who)

    news = f"You have it, after {after}. Everyone else has stopped ringing. With you: {other}."
    assert message.text.endswith(news)


def test_everyone_else_reads_both_names():
    assert "Anna and Bruno have it." in page.dm(en, wanting_two(also=BRUNO), 7, CARLA).text
    assert "Ci pensano Anna e Bruno." in page.dm(it, wanting_two(also=BRUNO), 7, CARLA).text


def test_the_card_counts_who_has_it_and_names_who_is_being_called():
    assert card.level(en, wanting_two()) == ("*Level* 1 of 4 (1 of 2 has it: Anna; Bruno and Carla are being called)")
    assert card.level(en, wanting_two(also=BRUNO)) == "*Level* 1 of 4 (Anna answered in 1 min, then Bruno)"


def test_at_the_end_of_the_ladder_nobody_reads_that_nobody_has_answered():
    record = wanting_two(status=PageStatus.EXHAUSTED, level=5, loop=2)
    record = replace(record, levels=(fired(1, *THREE), fired(5, BRUNO, CARLA, loop=2, outcome=Outcome.EVERYONE)))

    asked = page.dm(en, record, 7, BRUNO)

    assert "More people are wanted. 1 of 2 has it: Anna." in asked.text
    assert "No answer in 3 min (10:07): Anna goes on with it." in asked.text
    assert card.level(en, record) == "*Level* 4 of 4 (1 of 2 has it: Anna; everyone else is being called)"
    assert "somebody else to take it as well" in status.status(en, record, me=MARTA).text


# One at a time


def test_somebody_whose_turn_it_is_reads_their_place_and_who_is_next():
    message = page.dm(en, in_turn(ANNA, BRUNO), 7, BRUNO)

    assert "You are level 1, one person at a time: number 2 of 3." in message.text
    assert "No answer in 3 min (10:07): Carla is called." in message.text
    assert "Chiamiamo una persona alla volta: 2 di 3." in page.dm(it, in_turn(ANNA, BRUNO), 7, BRUNO).text


def test_somebody_whose_turn_has_passed_reads_whose_it_is_and_may_still_take_it():
    message = page.dm(en, in_turn(ANNA, BRUNO), 7, ANNA)

    assert "It is Bruno's turn now. You can still take it." in message.text
    assert labels(message) == [PAGE_ACK]


def test_after_the_last_turn_comes_the_next_level():
    record = in_turn(CARLA, ANNA, BRUNO)

    assert ladder.place_in_turn(record, record.pages[0], BRUNO) == (3, 3)
    assert ladder.coming(record, record.pages[0]).people == (BRUNO,)  # alone on the second level
    assert "you are asked again" in page.dm(en, record, 7, BRUNO).text


def test_before_a_level_that_asks_one_at_a_time_nobody_is_promised_a_turn():
    first, second, *rest = r.policy().levels
    targets = (Target.person(BRUNO), Target.person(CARLA))
    turns: Level = second.model_copy(update={"mode": "round_robin", "targets": targets})
    record = r.record(pages=(r.page(policy=r.policy().model_copy(update={"levels": (first, turns, *rest)})),))

    assert "one of Bruno and Carla is called." in page.dm(en, record, 7, ANNA).text


# Everyone twice


def test_the_second_call_says_that_it_is_one():
    here = r.page(policy=ladder_with(mode="repeat"), turn=2)
    record = r.record(2, pages=(here,), levels=(fired(1, *THREE), fired(1, *THREE, turn=2)))

    assert "You are level 1, asked once more." in page.dm(en, record, 7, ANNA).text
    assert "È la seconda chiamata." in page.dm(it, record, 7, ANNA).text


# The story


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"turn": 2, "mode": "repeat"}, "No answer yet. Level 1 of 4 is called once more: Anna."),
        ({"turn": 1, "mode": "round_robin"}, "Level 1 of 4 is called, one person at a time: Anna first."),
        ({"turn": 2, "mode": "round_robin"}, "Level 1 of 4, one person at a time: now Anna."),
        ({"turn": 1, "mode": "all", "taken_by": ["bruno"]}, "More people are wanted. Level 1 of 4 is called: Anna."),
        ({}, "Level 1 of 4 is called: Anna."),  # as events were before levels had turns
    ],
)
def test_the_room_hears_how_a_level_is_called(facts: dict[str, Any], said: str):
    told = r.event(EventKind.LEVEL_PAGED, level=1, levels=4, people=["anna"], loop=1, **facts)

    assert story.event_line(en, r.record(), told, named=True) == said


def test_the_room_hears_how_many_have_it_and_with_whom_it_stays():
    first = replace(
        r.event(EventKind.ACKNOWLEDGED, by=ANNA), facts={"after": 40, "method": "slack_dm", "have": 1, "wanted": 2}
    )
    alone = r.event(EventKind.STAYS_WITH, people=["anna"])

    assert story.event_line(en, r.record(), first, named=True) == "Anna is on it, after 40 s. 1 of 2 has it."
    assert story.event_line(en, r.record(), alone, named=True) == "Nobody else has answered: Anna has it alone."


@pytest.mark.parametrize("language", ["en", "it", "qps"])
@pytest.mark.parametrize("record", [wanting_two(), wanting_two(also=BRUNO), in_turn(ANNA, BRUNO)])
def test_slack_takes_every_one_of_these_messages(language: str, record: Record):
    _ = words_for(language, ROME)

    for message in (card.card(_, record), *(page.dm(_, record, 7, who) for who in THREE)):
        assert broken({"blocks": message.blocks}) == []
