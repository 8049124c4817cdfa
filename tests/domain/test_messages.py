"""What is promised of every message: it is valid, whole in its text, translated, and safe to show."""

import re
from dataclasses import replace

import pytest

from bot.domain.record import Record
from bot.sandbox.blocks import check_blocks, texts
from messages.words import PSEUDO, words_for
from tests.domain.moments import FACTS, NOTICES, moments
from tests.domain.records import DECLARED_AT, HOSTILE, ROME

ENDLESS = "Aiuto & <è> " * 900
LANGUAGES = ("en", "it")

# What the fixtures say themselves, and what is the same in every language
DATA = re.compile(
    r"<[^>]*>|`[^`]*`|https?://\S+|\[[^\]]*\]|SEV\d|INC-\d+|Anticrisi|Slack|Mastodon|Ferramenta Rossi|/crisis \w+|"
    r"Anna|Bruno|Carla|Luca|Dario|marta|ada|Centralino|Casse \w+( in tutti i negozi)?|Prima linea|Esperti|Responsabile|"
    r"Direzione|pagamenti con carta rifiutati dalle 10:02|certificato \w+|rinnovare il certificato|era una prova|"
    r"inc-0042[\w-]*|Ci scusiamo[^\n⟧]*|We're sorry[^\n⟧]*|Front line|Experts|Manager|Executive|Tills down|"
    r"Head of operations|Ask one store[^\n]*|Check whether[^\n]*|Call the payment[^\n]*|Decide, or have it decided\.|"
    r"incident commander|scribe|guida dell'emergenza|astronauta|statsu|\b(Nov|xyz)\b|[×→·–—•>“”*_…]"
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", moments())
def test_slack_takes_every_message(name, language):
    message = moments()[name](words_for(language, ROME))

    assert check_blocks(message.blocks, "message") == []


@pytest.mark.parametrize("name", moments())
def test_slack_takes_every_message_even_when_people_never_stop_writing(name):
    message = moments(endless)[name](words_for("it", ROME))

    assert check_blocks(message.blocks, "message") == []
    assert sum(map(len, texts(message.blocks))) < 13_200
    assert len(message.text) <= 4000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", moments())
def test_a_locked_phone_shows_a_sentence_without_marks(name, language):
    text = moments()[name](words_for(language, ROME)).text

    assert len(text) > 8
    assert "*" not in text
    assert "{" not in text
    assert "<@" not in text
    assert "<!date" not in text


@pytest.mark.parametrize("name", moments())
def test_what_a_person_typed_does_nothing(name):
    message = moments(hostile)[name](words_for("en", ROME))

    for text in (message.text, *texts(message.blocks)):
        assert "<!channel>" not in text
        assert "<https://evil.example" not in text
        assert "\u202e" not in text
        assert "\x07" not in text


@pytest.mark.parametrize("name", moments())
def test_every_sentence_of_a_message_comes_from_the_catalogues(name):
    message = moments()[name](words_for(PSEUDO, ROME))

    for text in (message.text, *texts(message.blocks)):
        assert re.findall(r"[^\W\d_]{2,}", DATA.sub("", outside(text))) == []


@pytest.mark.parametrize("name", moments())
def test_italian_and_english_are_not_the_same(name):
    drawn = moments()[name]

    italian, english = drawn(words_for("it", ROME)), drawn(words_for("en", ROME))

    assert italian.text != english.text


def test_the_tests_know_every_event_and_every_notice():
    from bot.domain.timeline import EventKind
    from messages.notices import NOTICES as KNOWN

    told = {name.removeprefix("event: ") for name in moments() if name.startswith("event: ")}

    assert told == set(EventKind)
    assert set(FACTS) <= set(EventKind)
    assert set(NOTICES) == KNOWN


def outside(text: str) -> str:
    """What stands outside every ⟦ ⟧."""
    while "⟦" in text:
        shorter = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
        if shorter == text:
            return text
        text = shorter
    return text


def endless(record: Record) -> Record:
    return _said(record, ENDLESS)


def hostile(record: Record) -> Record:
    return _said(record, HOSTILE)


def _said(record: Record, words: str) -> Record:
    """The same record, with these words wherever a person may type."""
    document = record.roster.document
    assert document is not None
    people = tuple(person.model_copy(update={"name": words[:200]}) for person in document.people)
    roster = replace(record.roster, document=document.model_copy(update={"people": people, "company": words[:200]}))
    typed = ("text", "title", "summary", "reason", "name", "channel", "code")
    events = tuple(
        replace(event, facts={**event.facts, **{fact: words for fact in typed if fact in event.facts}})
        for event in record.events
    )
    return replace(
        record,
        incident=replace(record.incident, title=words, impact=words),
        roster=roster,
        events=events,
        tasks=tuple(replace(task, text=words) for task in record.tasks),
        statements=tuple(replace(each, texts={"it": words, "en": words}) for each in record.statements),
        troubles=tuple(replace(each, error=words) for each in record.troubles),
        now=max(record.now, DECLARED_AT),
    )
