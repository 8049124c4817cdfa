"""What people type when something is on fire leads to the right plan."""

import pytest

from bot.domain.scenario import Scenario, Severity, fill, holes, suggest, suggest_severity
from bot.domain.stems import stems


@pytest.mark.parametrize(
    ("said", "scenario"),
    [
        ("casse bloccate", "tills_down"),
        ("La cassa 3 è bloccata", "tills_down"),
        ("tills down", "tills_down"),
        ("payments are down", "tills_down"),
        ("pagamenti con carta rifiutati dalle 10:02", "tills_down"),
        ("il sito non va", "site_down"),
        ("the website is down", "site_down"),
        ("linee telefoniche mute", "phone_lines_down"),
        ("the phones are dead", "phone_lines_down"),
        ("server giù, gestionale fermo", "systems_down"),
        ("nevica su tutto il nord, strade chiuse", "contingent_event"),
        ("sciopero del corriere, consegne ferme", "supplier_failure"),
        ("courier strike, parcels are not moving", "supplier_failure"),
        ("coda lunghissima, troppe richieste", "contact_spike"),
        ("chat intasata e arretrato sulle email", "channel_imbalance"),
        ("boicottaggio sui social", "social_criticism"),
        ("bad reviews everywhere", "social_criticism"),
        ("bollitore difettoso, serve un richiamo", "product_fault"),
        ("faulty kettle, recall needed", "product_fault"),
        ("negozio allagato a Torino", "building_unusable"),
        ("gas leak in the London store", "building_unusable"),
        ("dati dei clienti rubati", "data_breach"),
        ("we have been hacked", "data_breach"),
    ],
)
def test_a_sentence_leads_to_its_scenario(ventura, said, scenario):
    found = suggest(said, ventura.scenarios)

    assert found is not None
    assert found.id == scenario


@pytest.mark.parametrize("said", ["", "aiuto", "something is wrong", "è", "🔥", "il the of"])
def test_a_sentence_that_says_nothing_suggests_nothing(ventura, said):
    assert suggest(said, ventura.scenarios) is None


def scenario(name, severity, *keywords):
    return Scenario.model_validate({"id": name, "title": name, "severity": severity, "keywords": {"en": keywords}})


def test_between_equals_the_graver_is_suggested_then_the_first_listed():
    mild, grave, grave_too = scenario("a", 3, "till"), scenario("b", 2, "till"), scenario("c", 2, "till")

    assert suggest("till", [mild, grave, grave_too]) == grave


def test_two_words_together_weigh_more_than_two_apart():
    apart, together = scenario("a", 1, "card", "refused"), scenario("b", 4, "card refused")

    assert suggest("a card was refused", [apart, together]) == together


@pytest.mark.parametrize(
    ("one", "other"),
    [("casse", "cassa"), ("bloccato", "bloccate"), ("negozio", "negozi"), ("till", "tills"), ("perché", "PERCHE")],
)
def test_inflection_makes_no_difference(one, other):
    assert stems(one) == stems(other)


def test_words_that_only_begin_alike_are_told_apart():
    assert stems("site") != stems("situation")
    assert stems("till") != stems("tile")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("rumore strano", Severity.SEV2),  # nothing known: the higher of the likely two
        ("casse bloccate in tutti i negozi", Severity.SEV1),
        ("card payments refused in every store", Severity.SEV1),
        ("small fire in the warehouse", Severity.SEV1),
    ],
)
def test_the_severity_of_a_bare_sentence(said, expected):
    assert suggest_severity(said) is expected


def test_a_severity_is_never_milder_than_the_scenarios_and_rises_on_alarm():
    mild = scenario("a", 3, "queue")

    assert suggest_severity("queue at the desk", mild) is Severity.SEV3
    assert suggest_severity("queue everywhere, everyone is waiting", mild) is Severity.SEV1
    assert suggest_severity("queue", scenario("b", 1, "queue")) is Severity.SEV1


def test_a_statement_keeps_open_what_nobody_knows_yet():
    template = "Sorry: since {since}, {impact}. Next update by {next_update}."

    filled = fill(template, {"since": "10:02", "impact": "", "next_update": "10:42"})

    assert filled == "Sorry: since 10:02, {impact}. Next update by 10:42."
    assert holes(filled) == ("impact",)


def test_what_customers_see_cannot_smuggle_a_placeholder():
    assert fill("{impact}", {"impact": "{since}", "since": "10:02"}) == "{since}"
