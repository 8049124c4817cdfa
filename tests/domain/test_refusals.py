"""Nobody is left without an answer, and every answer says what to do next."""

import ast
from pathlib import Path

import pytest

from bot.errors import NotAllowed, NotFound, Refused, Stale
from messages.grammar import COMMANDS, meant, nearest, word
from messages.refusals import CODES, not_recorded, refusal
from messages.words import words_for

ROOT = Path(__file__).resolve().parents[2]
REFUSALS = {"Refused", "NotAllowed", "NotFound", "Stale"}
en, it = words_for("en"), words_for("it")
NAMED = {"incident": "INC-42", "level": 3, "who": "Anna", "lead": "Luca", "channel": "inc-0042"}


def codes_in_use():
    for path in (*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")):
        if "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in REFUSALS:
                continue
            if node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def test_every_code_that_is_raised_has_a_sentence():
    assert set(codes_in_use()) - CODES == set()


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_refusal_says_something_in_both_languages(code):
    error = Refused(code, **NAMED)

    assert len(refusal(en, error)) > 20
    assert refusal(it, error) != refusal(en, error)
    assert "{" not in refusal(it, error)


@pytest.mark.parametrize("kind", [Refused, NotAllowed, NotFound, Stale])
def test_a_code_we_have_no_words_for_gets_a_calm_sentence(kind):
    assert "nothing was changed" in refusal(en, kind("of_tomorrow")).lower()


def test_a_fact_that_is_missing_does_not_break_the_answer():
    assert refusal(en, Stale("page_moved_on")) == refusal(en, Stale("of_tomorrow"))


def test_people_are_named_and_nobody_is_a_dash():
    named = refusal(it, NotAllowed("not_a_speaker", lead="luca"), name=str.title)

    assert named == "Ai clienti parla Luca. Chiedi a Luca, o a chi guida, di passarti il compito."
    assert refusal(en, NotAllowed("not_a_speaker", lead=None)).startswith("Whoever leads or speaks to customers")


def test_hostile_facts_are_dead():
    assert "<!channel>" not in refusal(en, Refused("incident_over", incident="<!channel>"))


def test_when_nothing_could_be_recorded_the_numbers_are_there():
    said = not_recorded(it, [("Centralino", "+39 02 12345678")])

    assert "*Non è stato registrato*" in said
    assert "• Centralino: *<tel:+390212345678|+39 02 1234 5678>*" in said
    assert "Call whoever is in charge" in not_recorded(en)


# Commands


def test_a_word_belongs_to_one_command():
    words = [word for spoken in COMMANDS.values() for words in spoken.values() for word in words]

    assert len(words) == len(set(words))
    assert meant("Stato") == "status"
    assert word("resolve", "it") == "risolto"
    assert word("resolve", "de") == "resolve"


@pytest.mark.parametrize(("typed", "wanted"), [("statsu", "status"), ("risolot", "risolto"), ("escalat", "escalate")])
def test_a_typo_is_near_its_command(typed, wanted):
    assert nearest(typed) == wanted


@pytest.mark.parametrize("typed", ["casse", "scala", "sito", "status", "pos", "incendio", "telefoni", "pagamenti"])
def test_what_is_on_fire_is_no_typo(typed):
    assert nearest(typed) is None
