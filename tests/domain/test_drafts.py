"""A text for customers is there before anybody has had time to write it, and nobody has to mend it."""

import pytest

from bot.domain.incident import Status
from bot.domain.roster import Roster
from bot.domain.statement import Advice, StatementKind, lint
from bot.domain.text import Text
from messages.drafts import advice, draft, drafts, impact_in, to_mend
from messages.words import words_for
from tests.domain.example_company import VENTURA
from tests.domain.records import (
    DECLARED_AT,
    ROME,
    document,
    incident,
    minutes,
    no_document,
    record,
    roster,
    scenario,
    statement,
)
from tests.domain.records_b import IMPACT, over, under_way

NEXT = DECLARED_AT + minutes(40)
SCENARIOS = (None, *(each.id for each in VENTURA.scenarios))
LANGUAGES = ("it", "en")


def said(language, kind, shown, *, next_update_at=NEXT):
    return draft(language, kind, shown, next_update_at=next_update_at, time_zone=ROME)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chosen", SCENARIOS)
@pytest.mark.parametrize("kind", StatementKind)
@pytest.mark.parametrize("status", [Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING])
def test_the_linter_finds_nothing_to_mend_in_any_draft(language, chosen, kind, status):
    ventura = Roster(VENTURA, default_time_zone=ROME)
    shown = record(
        20, roster=ventura, incident=incident(scenario=chosen, impact="", status=status), statements=(statement(),)
    )

    text = said(language, kind, shown)

    assert lint(text, language, kind) == ()
    assert "{" not in text
    assert "  " not in text
    assert "()" not in text
    assert text.isprintable()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", StatementKind)
def test_a_draft_without_a_next_update_promises_none(language, kind):
    text = said(language, kind, under_way(), next_update_at=None)

    assert to_mend(text, language, kind, next_update_at=None) == ()
    assert "aggiornamento" not in text
    assert "update by" not in text


def test_a_next_update_tomorrow_says_the_day():
    text = said("en", StatementKind.UPDATE, under_way(), next_update_at=DECLARED_AT + minutes(24 * 60))

    assert text.endswith("Next update by 10:02 on 22 Nov.")


def test_the_scenario_speaks_first_with_its_own_words():
    spoken = scenario().model_copy(
        update={
            "statement": Text.of(
                it="Ci scusiamo: dalle {since} {impact} {where}. Prossimo aggiornamento entro le {next_update}."
            )
        }
    )
    shown = record(roster=roster(document=document(scenarios=(spoken,))), incident=incident(impact=IMPACT))

    text = said("it", StatementKind.FIRST, shown)

    assert text == (
        "Ci scusiamo: dalle 10:02 i pagamenti con carta non funzionano; si può pagare in contanti. "
        "Prossimo aggiornamento entro le 10:42."
    )


def test_a_language_the_scenario_does_not_speak_gets_the_usual_words():
    text = said("en", StatementKind.FIRST, record())

    assert text.startswith("We're sorry: card payments refused. It began at 10:02")


def test_what_was_typed_stands_in_the_companys_first_language_alone():
    shown = record(incident=incident(impact="Le carte oro sono rifiutate"))

    assert impact_in("it", shown) == "le carte oro sono rifiutate"
    assert impact_in("en", shown) == "card payments refused"


def test_a_proper_name_keeps_its_capital():
    assert impact_in("it", record(incident=incident(impact="Torino è chiusa."))) == "Torino è chiusa"


def test_no_change_says_since_when():
    text = said("en", StatementKind.NO_CHANGE, under_way())

    assert "Nothing has changed since 10:47" in text


def test_what_customers_can_do_meanwhile_is_said_again():
    ventura = Roster(VENTURA, default_time_zone=ROME)
    tills = record(
        20, roster=ventura, incident=incident(impact="", status=Status.IDENTIFIED), statements=(statement(),)
    )

    assert said("it", StatementKind.UPDATE, tills) == (
        "Ci scusiamo, il problema continua: i pagamenti con carta non funzionano nei nostri negozi. "
        "Si può pagare in contanti e gli acquisti online funzionano regolarmente. "
        "Abbiamo trovato la causa e stiamo rimediando. Prossimo aggiornamento entro le 10:42."
    )
    assert "Si può pagare in contanti" in said("it", StatementKind.NO_CHANGE, tills)


def test_a_closing_message_tells_how_long_it_lasted():
    english, italian = (said(language, StatementKind.CLOSING, over(), next_update_at=None) for language in ("en", "it"))

    assert "2 hours and 18 minutes" in english
    assert "2 ore e 18 minuti" in italian
    assert "dalle 10:02 alle 12:20" in italian


def test_one_minute_and_one_hour_are_singular():
    short = over(
        incident=over().incident.__class__(**{**vars(over().incident), "resolved_at": DECLARED_AT + minutes(61)})
    )

    assert "1 ora e 1 minuto" in said("it", StatementKind.CLOSING, short, next_update_at=None)
    assert "1 hour and 1 minute " in said("en", StatementKind.CLOSING, short, next_update_at=None)


def test_there_is_a_draft_with_no_document_at_all():
    shown = record(roster=no_document(), incident=incident(scenario=None, impact=""))

    assert "since 10:02 our service" in said("en", StatementKind.FIRST, shown)


def test_a_language_nobody_has_a_catalogue_for_gets_english_around_the_scenarios_words():
    assert said("de", StatementKind.FIRST, record()).startswith("We're sorry")


def test_drafts_come_in_the_companys_order():
    made = drafts(("it", "en"), StatementKind.UPDATE, record(), next_update_at=NEXT, time_zone=ROME)

    assert list(made) == ["it", "en"]


def test_nobody_of_the_team_is_named_to_customers():
    people = [person.name for person in document().people]

    for kind in StatementKind:
        text = said("it", kind, under_way())
        assert not [name for name in people if name in text]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code",
    ["no_apology", "apology_late", "blames", "vague_time", "promises_time", "no_next_update", "not_said_what_is_done"],
)
def test_each_advice_is_one_line_with_its_reason(language, code):
    _ = words_for(language)

    line = advice(_, Advice(code, "our supplier"))

    assert "\n" not in line
    assert line != advice(_, Advice("something new"))
    assert ("our supplier" in line) == (code in ("blames", "vague_time", "promises_time"))


def test_the_codes_above_are_all_that_the_linter_knows():
    bad = "Our supplier is down, fixed by 10:30, back shortly."
    late = f"{'We have a problem in our stores, and it is a large one. ' * 2} Sorry."

    found = {each.code for text in (bad, late) for each in lint(text, "en", StatementKind.UPDATE)}

    assert found == {
        "no_apology",
        "apology_late",
        "blames",
        "vague_time",
        "promises_time",
        "no_next_update",
        "not_said_what_is_done",
    }


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We're sorry. We are working on it. Next update in half an hour.", "en"),
        ("We're sorry. We are working on it. We will update you again by 10:32.", "en"),
        ("Ci scusiamo. Stiamo verificando. Prossimo aggiornamento entro mezz'ora.", "it"),
        ("Ci scusiamo. Stiamo verificando. Vi aggiorniamo alle 17.", "it"),
    ],
)
def test_nobody_who_says_when_is_asked_to_say_when(text, language):
    assert lint(text, language, StatementKind.UPDATE) == ()
