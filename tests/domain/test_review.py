"""The post-mortem is compiled from the record: nothing in it that is not there, nothing left out."""

import re
from dataclasses import replace

import pytest

from bot.domain.incident import Status
from bot.domain.timeline import EventKind
from messages.review import file_name, markdown, review_message
from messages.words import words_for
from tests.domain.records import (
    ANNA,
    CARLA,
    DECLARED_AT,
    HOSTILE,
    ROME,
    event,
    incident,
    minutes,
    no_document,
    record,
    statement,
    task,
)
from tests.domain.records_b import over, story, under_way
from tests.domain.slack_limits import broken

EN, IT = words_for("en", ROME), words_for("it", ROME)


def chapter(text, title):
    return text.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0].strip()


def lasting(**changes):
    return over(incident=replace(over().incident, **changes))


@pytest.mark.parametrize(
    "title",
    ["Summary", "What customers saw", "In numbers", "Who was called, who answered", "What happened, in its own time",
     "What customers were told", "What made it possible", "What went well", "What went badly", "Actions",
     "What we learned", "What changes in the plan", "Closing message"],
)  # fmt: skip
def test_every_chapter_is_there_and_none_is_blank(title):
    assert chapter(markdown(EN, over()), title)


def test_what_only_people_can_write_is_visibly_empty():
    text = markdown(EN, over())

    assert chapter(text, "Summary") == "> ☐ **Empty.** To be written by Carla."
    assert chapter(text, "What went well") == "> ☐ **Empty.** To be written by everyone who was there."
    assert chapter(text, "What changes in the plan").endswith("To be written by Dario.")


def test_a_summary_that_was_written_stands_there():
    assert chapter(markdown(EN, lasting(summary="Expired.\nRenewed.")), "Summary") == "> Expired.\n> Renewed."


def test_the_numbers_are_the_records():
    numbers = chapter(markdown(EN, over()), "In numbers")

    for row in (
        "| Time to acknowledge | 7 min (Bruno) |",
        "| Level 2 answered in | 2 min |",
        "| Time to first statement | 10 min |",
        "| Statements on time | 1/2 |",
        "| Time to resolve | 2 h 18 min |",
        "| People called | 2 |",
    ):
        assert row in numbers


def test_the_story_is_told_in_its_own_time():
    times = re.findall(r"`(\d\d:\d\d:\d\d)`", chapter(markdown(EN, over()), "What happened, in its own time"))

    assert times == sorted(times)
    assert times[0] == "09:55:00"


def test_a_mark_that_was_taken_away_leaves_no_trace():
    text = markdown(IT, over())

    assert "il primo negozio ha chiamato" in text
    assert "messa per sbaglio" not in text


def test_a_story_of_two_days_is_told_by_days():
    late = event(EventKind.REOPENED, 99, by=ANNA, after=24 * 60)

    text = chapter(markdown(EN, over(events=(*story(), late))), "What happened, in its own time")

    assert text.index("### 21 Nov") < text.index("### 22 Nov")


def test_each_statement_shows_how_punctual_it_was():
    told = chapter(markdown(EN, over()), "What customers were told")

    assert "**10:12** · First message · on time, Luca (approved by Carla)" in told
    assert "**10:47** · Update · 5 min late, Luca" in told
    assert "**12:22** · How it ended · not promised" in told
    assert "> We're sorry: card payments are refused in our stores." in told


def test_words_published_by_one_person_alone_say_so():
    alone = over(statements=(statement(self_approved=True, approver=None),))

    assert "published without a second reader" in chapter(markdown(EN, alone), "What customers were told")


def test_tasks_still_open_become_actions_with_their_owner():
    actions = chapter(markdown(EN, over()), "Actions")

    assert "| rinnovare il certificato | Bruno |  | open |" in actions
    assert "avvisare i negozi" not in actions


def test_a_task_nobody_has_says_so():
    assert "| nobody yet |" in markdown(EN, over(tasks=(task(assignee=None),)))


def test_the_closing_message_is_there_or_its_absence_is_explained():
    assert "two hours and eighteen minutes" in chapter(markdown(EN, over()), "Closing message")
    assert "Empty" in chapter(markdown(EN, over(statements=(statement(),))), "Closing message")
    assert (
        chapter(markdown(EN, over(statements=())), "Closing message") == "Customers were told nothing, so none was due."
    )
    assert chapter(markdown(EN, lasting_cancelled()), "Closing message") == "It was a false alarm: none is due."


def lasting_cancelled():
    cancelled = replace(over().incident, status=Status.CANCELLED)
    return over(incident=cancelled, statements=())


def test_an_incident_nobody_answered_says_so_instead_of_zero():
    text = markdown(EN, record(30))

    assert "| Time to acknowledge | nobody acknowledged |" in text
    assert "| Time to first statement | customers were told nothing |" in text


def test_it_can_be_compiled_with_no_document_and_before_the_end():
    text = markdown(EN, record(roster=no_document(), incident=incident(scenario=None, roles={}), pages=(), levels=()))

    assert "Nobody was called." in text
    assert "It has lasted" in text


def test_what_a_person_typed_is_dead_in_markdown():
    typed = "<script>x</script> [click](https://evil.example) | `code` *"
    text = markdown(EN, over(incident=incident(title=typed, summary=typed), tasks=(task(text=typed),)))

    assert "<script>" not in text
    assert "[click](" not in text
    rows = [line for line in chapter(text, "Actions").splitlines() if "evil" in line]
    assert len(re.findall(r"(?<!\\)\|", rows[0])) == 5


def test_no_control_character_reaches_the_file():
    text = markdown(EN, over(incident=incident(title=HOSTILE, summary=HOSTILE)))

    assert "\u202e" not in text
    assert "\x07" not in text


def test_italian_and_english_tell_the_same_story():
    english, italian = markdown(EN, over()), markdown(IT, over())

    assert english.count("\n## ") == italian.count("\n## ")
    assert english.count("\n| ") == italian.count("\n| ")
    assert "## Che cosa è successo, ora per ora" in italian


@pytest.mark.parametrize("language", ["en", "it", "qps"])
def test_the_post_beside_the_file_is_short_whole_and_valid(language):
    message = review_message(words_for(language, ROME), over())

    assert broken({"blocks": list(message.blocks)}) == []
    assert "INC-42" in message.text
    assert "7 min" in message.text
    assert "*" not in message.text
    assert len(message.text) < 400


def test_the_file_is_named_after_the_incident():
    assert file_name(over()) == "inc-0042-postmortem.md"


def test_the_reopened_and_the_handed_over_are_counted():
    again = event(EventKind.REOPENED, 99, by=CARLA, after=200)

    text = markdown(EN, over(events=(*story(), again)))

    assert "| Times reopened | 1 |" in text
    assert "| Handovers | 1 |" in text


def test_an_incident_under_way_has_no_end():
    assert "| Over |" not in markdown(EN, under_way(now=DECLARED_AT + minutes(50)))
