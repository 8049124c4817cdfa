"""Every scenario of the example is ready to be used, in both languages."""

import re

import pytest

from bot.domain.scenario import PLACEHOLDERS, fill, holes
from bot.domain.severity import MEANINGS, Severity
from bot.domain.statement import StatementKind, lint
from tests.domain.example_company import VENTURA

LANGUAGES = ("it", "en")
each = pytest.mark.parametrize("scenario", VENTURA.scenarios, ids=lambda scenario: scenario.id)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def test_the_catalogue_covers_what_can_happen():
    assert {scenario.id for scenario in VENTURA.scenarios} == {
        *("tills_down", "site_down", "phone_lines_down", "systems_down"),
        *("contingent_event", "supplier_failure", "contact_spike", "channel_imbalance"),
        *("social_criticism", "product_fault", "building_unusable", "data_breach"),
    }


@each
def test_a_scenario_is_complete_in_both_languages(scenario):
    words = [scenario.title, scenario.cost, scenario.customers_see, scenario.statement, *scenario.checklist]

    for text in words:
        assert set(text.languages) == set(LANGUAGES), text
    assert set(scenario.keywords) == set(LANGUAGES)
    assert scenario.policy
    assert scenario.experts
    assert 4 <= len(scenario.checklist) <= 6


@each
@in_each_language
def test_a_first_statement_apologises_first(scenario, language):
    opening = {"it": "Ci scusiamo", "en": "We're sorry"}[language]

    assert scenario.statement.in_(language).startswith(opening)


@each
@in_each_language
def test_a_careful_colleague_would_mend_nothing_in_a_first_statement(scenario, language):
    facts = {"since": "10:02", "where": "Torino", "next_update": "10:42"}
    statement = fill(scenario.statement.in_(language), {**facts, "impact": scenario.customers_see.in_(language)})

    assert lint(statement, language, StatementKind.FIRST) == ()
    assert holes(statement) == ()


@each
@in_each_language
def test_a_first_statement_says_since_when_and_when_next(scenario, language):
    found = set(holes(scenario.statement.in_(language)))

    assert {"since", "impact", "next_update"} <= found <= set(PLACEHOLDERS)


@each
@in_each_language
def test_what_customers_see_fits_in_the_middle_of_a_sentence(scenario, language):
    clause = scenario.customers_see.in_(language)

    assert clause[0].islower()
    assert clause[-1].isalpha()


@each
@in_each_language
def test_checklist_steps_are_short_and_begin_with_a_capital(scenario, language):
    for step in scenario.steps_in(language):
        assert step[0].isupper()
        assert len(step) <= 75
        assert not re.search(r"[.!]$", step)


def test_no_word_of_the_plan_shouts():
    assert "!" not in VENTURA.model_dump_json()


@pytest.mark.parametrize("severity", Severity)
@in_each_language
def test_every_severity_says_what_it_means(severity, language):
    assert VENTURA.meaning(severity).in_(language)
    assert set(MEANINGS[severity].languages) == set(LANGUAGES)
