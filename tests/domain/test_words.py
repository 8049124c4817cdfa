"""Sentences come out in the reader's language, times as people say them, values as they are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.incident import Status
from bot.domain.roster import SlackUser
from messages.actions import pack, unpack
from messages.marks import cut, escape, link, one_line
from messages.words import PSEUDO, words_for, words_of
from tests.domain.records import ANNA, DECLARED_AT, HOSTILE, MARTA, ROME, document, minutes, roster

en, it = words_for("en", ROME), words_for("it", ROME)


@pytest.mark.parametrize(
    ("seconds", "english", "italian"),
    [
        (0, "0 s", "0 s"),
        (20, "20 s", "20 s"),
        (59.7, "1 min", "1 min"),
        (130, "2 min 10 s", "2 min 10 s"),
        (599.8, "10 min", "10 min"),
        (18 * 60 + 20, "18 min", "18 min"),
        (59 * 60 + 40, "1 h", "1 h"),
        (76 * 60, "1 h 16 min", "1 h 16 min"),
        (2 * 86400 + 3 * 3600, "2 d 3 h", "2 g 3 h"),
    ],
)
def test_a_length_of_time_is_as_exact_as_its_size_deserves(seconds, english, italian):
    assert en.duration(timedelta(seconds=seconds)) == english
    assert it.duration(timedelta(seconds=seconds)) == italian


def test_what_is_still_to_come_is_told_in_whole_minutes():
    assert en.until(DECLARED_AT + timedelta(seconds=295), DECLARED_AT) == "in 5 min"
    assert it.until(DECLARED_AT + timedelta(seconds=40), DECLARED_AT) == "tra 40 s"
    assert it.until(DECLARED_AT, DECLARED_AT) == "adesso"


def test_what_is_read_later_than_it_was_written_says_the_hour_too():
    assert en.by(DECLARED_AT + minutes(10), DECLARED_AT) == "in 10 min, by 10:12"
    assert it.by(DECLARED_AT + minutes(10), DECLARED_AT) == "tra 10 min, entro le 10:12"
    assert it.by(DECLARED_AT, DECLARED_AT) == "adesso"


def test_what_has_just_happened_is_not_counted_in_seconds():
    assert en.ago(DECLARED_AT, DECLARED_AT) == "just now"
    assert it.ago(DECLARED_AT, DECLARED_AT + timedelta(seconds=9)) == "proprio ora"
    assert it.ago(DECLARED_AT, DECLARED_AT + timedelta(seconds=10)) == "10 s fa"


def test_times_are_those_of_the_readers_clock_and_name_the_day_when_it_was_another():
    assert it.clock(DECLARED_AT) == "10:02"
    assert words_for("it", "UTC").clock(DECLARED_AT) == "09:02"
    assert it.since(DECLARED_AT, DECLARED_AT + minutes(18)) == "dalle 10:02"
    assert it.since(DECLARED_AT, DECLARED_AT + timedelta(days=1)) == "dalle 10:02 del 21 nov"
    assert en.clock(DECLARED_AT, DECLARED_AT + timedelta(days=1)) == "10:02 on 21 Nov"
    assert it.slack_time(DECLARED_AT) == f"<!date^{int(DECLARED_AT.timestamp())}^{{time}}|10:02>"
    assert en.date_time(DECLARED_AT) == "21 Nov 2026, 10:02"


def test_a_time_zone_nobody_knows_does_not_leave_the_reader_without_an_answer():
    assert words_for("it", "Europe/Atlantis").clock(DECLARED_AT) == "09:02"


def test_people_are_listed_as_one_would_say_it():
    assert it.people(["Anna", "Bruno", "Luca"]) == "Anna, Bruno e Luca"
    assert en.people(["Anna", "Bruno"]) == "Anna and Bruno"
    assert en.people(["Anna"]) == "Anna"
    assert en.people([]) == ""


def test_numbers_choose_the_form_of_the_sentence():
    assert it.plural("{n} incident is open.", "{n} incidents are open.", 1, n=1) == "1 emergenza aperta."
    assert it.plural("{n} incident is open.", "{n} incidents are open.", 3, n=3) == "3 emergenze aperte."
    assert en.plural("{n} incident is open.", "{n} incidents are open.", 0, n=0) == "0 incidents are open."


def test_what_a_person_typed_is_never_read_as_a_format():
    assert en("{who} joined.", who="{who} {0} {evil!r}") == "{who} {0} {evil!r} joined."


def test_a_language_without_a_catalogue_reads_english():
    assert words_for("de")("Can't") == "Can't"
    assert words_for("../../etc")("Can't") == "Can't"
    assert it("Can't") == "Non posso"


def test_the_pseudo_language_marks_each_sentence():
    assert words_for(PSEUDO)("Can't") == "⟦Can't⟧"


def test_each_person_is_addressed_in_their_own_language_and_time():
    everyone = roster(choices={"U0MARTA": "en"})

    assert words_of(everyone, MARTA).language == "en"
    assert words_of(everyone, ANNA).language == "it"
    assert words_of(everyone, ANNA).time_zone == ROME


def test_roles_are_called_as_the_document_calls_them():
    assert en.role("incident_commander", document()) == "incident commander"
    assert it.role("incident_commander", document()) == "guida dell'emergenza"
    assert it.role("scribe") == "verbalizzante"
    assert en.role("legal_counsel") == "legal counsel"


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_name_in_italian(status):
    assert it.status(status) != en.status(status)


# Marks and values


def test_hostile_words_come_out_dead():
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert "\u202e" not in one_line(HOSTILE)
    assert "\n" not in one_line("one\ntwo")
    assert link("https://e.example/a|b>c", "<!here>|x") == "<https://e.example/a%7Cb%3Ec|&lt;!here&gt;¦x>"


def test_cutting_leaves_no_half_token():
    assert cut("see <https://example.com|this>", 15) == "see…"
    assert cut("a &amp; b", 5) == "a…"
    assert cut("whole", 5) == "whole"


def test_a_buttons_facts_come_back_as_they_were_sent():
    assert unpack(pack(incident=42, channel="mastodon")) == {"incident": 42, "channel": "mastodon"}
    assert unpack(pack()) == {}


@pytest.mark.parametrize("value", [None, "", "nonsense", "[1]", '{"list":[1]}', "7"])
def test_a_value_that_is_not_ours_is_empty(value):
    assert unpack(value) == {}


def test_a_value_that_would_be_cut_is_refused():
    with pytest.raises(ValueError, match="2000"):
        pack(text="x" * 2000)


def test_a_locale_is_followed_when_we_speak_it_and_else_the_team_is():
    french = roster(users={"U0MARTA": SlackUser("U0MARTA", "marta", locale="fr-FR")})

    assert french.language(MARTA) == french.default_language
    assert replace(french, languages=("en", "fr")).language(MARTA) == "fr"
