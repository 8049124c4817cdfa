"""What customers and called people see in a browser, rendered from the templates themselves."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.domain.escalation import PageStatus
from bot.domain.incident import IncidentId, Status
from bot.domain.statement import StatementId, StatementKind, StatementState
from messages import site
from messages.answer import AnswerState, answer_page, answer_state
from messages.customers import is_public
from messages.words import words_for
from tests.domain.records import (
    ANNA,
    BRUNO,
    DECLARED_AT,
    HOSTILE,
    ROME,
    acknowledged,
    fired,
    incident,
    minutes,
    no_document,
    page,
    record,
    statement,
)
from tests.domain.records_b import over, told, under_way

TEMPLATES = Path(__file__).parents[2] / "bot" / "web" / "templates"
JINJA = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
EN, IT = words_for("en", ROME), words_for("it", ROME)
LANGUAGES = ("en", "it")
VOID = {"meta", "link", "br", "input", "img", "hr"}


def draw(template, context):
    return JINJA.get_template(template).render(**context)


FIFTY_MINUTES_IN = DECLARED_AT + minutes(50)


def index(_, *records, now=FIFTY_MINUTES_IN):
    return draw("status_index.html", site.status_index(_, records, now, "Ferramenta Rossi", languages=("it", "en")))


def one(_, shown):
    return draw("status_incident.html", site.status_incident(_, shown, languages=("it", "en")))


def answer(_, shown, person=ANNA, **more):
    return draw("answer.html", answer_page(_, shown, 7, person, post="/ack/abc", **more))


def read(html):
    """The words of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.S)).split())


class Balanced(HTMLParser):
    """Fails on a tag that is closed before it was opened, or never."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.headings = []
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def every_page(_):
    yield index(_)
    yield index(_, under_way(), over())
    yield one(_, under_way())
    yield one(_, over())
    for state in AnswerState:
        yield answer(_, record(3, pages=(acknowledged(),)), state=state)
    for code in ("not_found", "expired", "too_many", "unavailable"):
        yield draw("error.html", site.error_page(_, code, link="/status"))


# Every page


@pytest.mark.parametrize("language", [*LANGUAGES, "qps"])
def test_every_page_is_whole_and_names_its_language(language):
    for html in every_page(words_for(language, ROME)):
        parsed = Balanced()
        parsed.feed(html)
        assert parsed.open == []
        assert html.startswith("<!doctype html>")
        assert f'<html lang="{language}">' in html
        assert parsed.headings[0] == 1
        assert parsed.headings.count(1) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_runs_a_script_or_asks_anyone_else_for_anything(language):
    for html in every_page(words_for(language, ROME)):
        parsed = Balanced()
        parsed.feed(html)
        fetched = [
            attrs.get("src") or attrs.get("href") for tag, attrs in parsed.tags if tag in ("link", "img", "script")
        ]
        assert not [tag for tag, _ in parsed.tags if tag == "script"]
        assert all(each in ("data:,", "/status.atom") for each in fetched)
        assert len(html.encode()) < 16_000


def test_no_sentence_of_a_page_escapes_translation():
    known = re.compile(
        r"Ferramenta Rossi|Casse[\w ]*negozi|Casse bloccate|Tills down|Ci scusiamo[^⟦]*|We&#39;re sorry[^⟦]*|Nov|"
        r"INC-\d+|SEV\d|Italiano|English|marta|Anna|pagamenti con carta[^⟦]*|inc-0042[\w-]*|"
        r"Ask one.*|Check whether.*|Call the payment.*"
    )
    for html in every_page(words_for("qps", ROME)):
        body = html.split("<body>")[1]
        text = re.sub(r"<[^>]+>", "\n", body)
        while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
            text = shorter
        assert re.findall(r"[^\W\d_]{3,}", known.sub("", text)) == []


def test_hostile_words_are_only_words():
    nasty = "<script>alert(1)</script>"
    spoken = statement(texts={"it": nasty, "en": nasty})
    shown = record(20, incident=incident(title=nasty, impact=nasty), statements=(spoken,))

    for html in (index(EN, shown), one(EN, shown), answer(EN, shown)):
        assert "<script" not in html


# What may be seen


def test_a_private_incident_appears_by_its_statements_alone():
    secret = under_way(incident=incident(private=True))

    html = index(EN, secret) + one(EN, secret)

    assert is_public(secret)
    assert "Tills" not in html
    assert "A problem with our service" in html


def test_an_untold_incident_has_no_page():
    untold = record(20, incident=incident(private=True))

    assert not is_public(untold)
    assert "Everything is working" in index(EN, untold)
    with pytest.raises(ValueError, match="told nothing"):
        site.status_incident(EN, untold)


def test_an_incident_appears_once_customers_were_told_and_not_before():
    drafted = record(20, statements=(statement(state=StatementState.AWAITING_APPROVAL, published_at=None),))

    assert "Everything is working" in index(EN, drafted)
    assert "Tills down" in index(EN, record(20, statements=(statement(),)))


def test_the_words_of_whoever_declared_stay_inside():
    hurried = under_way(incident=incident(title="Il fornitore Bianchi ha rotto tutto", scenario=None))

    html = index(IT, hurried) + one(IT, hurried)

    assert "Bianchi" not in html
    assert "Un problema nei nostri servizi" in html


def test_nobody_is_named_to_customers():
    html = index(EN, under_way(), over()) + one(EN, over())

    assert not re.search(r"Anna|Bruno|Carla|Luca|marta|SEV1|INC-42", html)


def test_drafts_and_withdrawn_statements_are_not_shown():
    hidden = tuple(
        statement(id=StatementId(90 + n), state=state, texts={"en": f"hidden {state}"}, published_at=None)
        for n, state in enumerate(StatementState)
        if state is not StatementState.PUBLISHED
    )

    assert "hidden" not in one(EN, under_way(statements=(*told(), *hidden)))


# What it says


def test_a_visitor_sees_first_that_we_are_sorry_and_when_they_hear_more():
    text = read(index(EN, under_way()))

    assert "We&#39;re sorry: something isn&#39;t working" in text
    assert "Next update by 11:17" in text


@pytest.mark.parametrize(("count", "headline"), [(1, "qualcosa non funziona"), (2, "2 cose non funzionano")])
def test_the_headline_counts_as_people_count(count, headline):
    several = [under_way(incident=replace(under_way().incident, id=IncidentId(n))) for n in range(40, 40 + count)]

    assert headline in read(index(IT, *several))


def test_an_update_that_is_late_is_admitted_a_second_after_and_not_before():
    due = DECLARED_AT + minutes(75)

    in_time, late = (read(one(EN, under_way(now=now))) for now in (due, due + minutes(1 / 60)))

    assert "Next update by 11:17" in in_time
    assert "We are late: you were to hear from us by 11:17." in late


def test_each_reader_gets_the_statement_in_their_language():
    assert "cards are still refused" in one(EN, under_way())
    assert "le carte non funzionano ancora" in one(IT, under_way())


def test_a_text_in_another_language_says_which():
    only_italian = under_way(statements=(statement(texts={"it": "Ci scusiamo."}),))

    assert '<p lang="it">Ci scusiamo.</p>' in one(EN, only_italian)


def test_statements_stand_newest_first():
    text = read(one(EN, over()))

    assert text.index("How it ended") < text.index("Update · 10:47") < text.index("First message")


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"public_status": "investigating"}, Status.INVESTIGATING, "We are looking for the cause"),
        ({"public_status": "monitoring"}, Status.MONITORING, "It works again; we are checking"),
        ({"kind": StatementKind.CLOSING}, Status.RESOLVED, "Over"),
    ],
)
def test_the_page_says_what_customers_were_last_told(changes, status, said):
    shown = under_way(incident=incident(status=Status.IDENTIFIED), statements=(statement(**changes),))

    assert said in read(one(EN, shown))


def test_a_false_alarm_is_closed_by_its_correction():
    wrong = over(
        incident=replace(over().incident, status=Status.CANCELLED),
        statements=(statement(), statement(id=StatementId(9), kind=StatementKind.CORRECTION)),
    )

    assert "There was no problem after all" in read(one(EN, wrong))
    assert "Everything is working" in read(index(EN, wrong))


def test_what_is_over_is_remembered_for_ninety_days():
    ended = DECLARED_AT + minutes(140)

    assert "Tills down" in index(EN, over(), now=ended + minutes(90 * 24 * 60))
    assert "Tills down" not in index(EN, over(), now=ended + minutes(90 * 24 * 60 + 1))


def test_the_feed_is_atom_with_every_statement_newest_first():
    context = site.status_feed(
        EN, [over(), record()], over().now, "R & Co <x>", address="https://x.example/a", home="https://x.example"
    )
    atom = "{http://www.w3.org/2005/Atom}"

    feed = ElementTree.fromstring(draw("feed.atom", context))

    entries = feed.findall(f"{atom}entry")
    assert [entry.findtext(f"{atom}updated") for entry in entries] == [
        "2026-11-21T11:22:00Z", "2026-11-21T09:47:00Z", "2026-11-21T09:12:00Z",
    ]  # fmt: skip
    assert feed.findtext(f"{atom}updated") == "2026-11-21T11:22:00Z"
    assert len({entry.findtext(f"{atom}id") for entry in entries}) == 3
    assert feed.findtext(f"{atom}author/{atom}name") == "R & Co <x>"


# The page that answers a call


@pytest.mark.parametrize(
    ("shown", "person", "state"),
    [
        (record(3), ANNA, AnswerState.ASKING),
        (record(3, pages=(acknowledged(),)), ANNA, AnswerState.YOURS),
        (record(3, pages=(acknowledged(),)), BRUNO, AnswerState.TAKEN),
        (record(3, pages=(page(declined=(ANNA,)),)), ANNA, AnswerState.DECLINED),
        (record(3, pages=(page(status=PageStatus.CLOSED),)), ANNA, AnswerState.OVER),
        (over(pages=(page(),)), ANNA, AnswerState.OVER),
    ],
)
def test_the_page_tells_how_things_stand(shown, person, state):
    assert answer_state(shown, shown.pages[0], person) is state
    assert answer_page(EN, shown, 7, person)["state"] == state


def buttons(html):
    return re.findall(r'name="answer" value="(\w+)"', html)


def test_only_a_form_that_posts_can_answer():
    html = answer(EN, record(3))

    assert re.findall(r"<form[^>]*>", html) == ['<form method="post" action="/ack/abc">']
    assert buttons(html) == ["acknowledge", "decline"]
    assert 'content="noindex, nofollow"' in html
    assert 'name="referrer" content="no-referrer"' in html


def test_whoever_has_it_gets_the_first_steps_and_the_way_in():
    html = answer(IT, record(3, pages=(acknowledged(),)))

    assert buttons(html) == []
    assert "Ci pensi tu, dopo 2 min 10 s." in html
    assert "Chiedi a un negozio che cosa mostra la cassa." in html
    assert "Metti un cartello" not in html
    assert "https://slack.com/app_redirect?channel=C0INC42" in html


def test_whoever_has_it_reads_how_to_give_it_back_and_nobody_else_does():
    shown = record(3, pages=(acknowledged(),))

    assert "Can't after all? Give it back in Slack, or text “42 2”." in unescape(answer(EN, shown))
    assert "Give it back" not in answer(EN, shown, BRUNO)
    assert "Can't after all? Give it back in Slack." in unescape(answer(EN, shown, by_text=False))


def test_whoever_was_called_before_reads_that_it_has_moved_on():
    moved_on = record(6, pages=(page(level=2),), levels=(fired(1, ANNA), fired(2, BRUNO)))

    earlier, present = unescape(answer(EN, moved_on, ANNA)), unescape(answer(EN, moved_on, BRUNO))

    assert "It has moved on to level 2 of 4. You can still take it. Nobody has answered yet." in earlier
    assert "You are called: level 2 of 4. Nobody has answered yet." in present
    assert buttons(earlier) == ["acknowledge", "decline"]


def test_whoever_comes_late_learns_who_has_it():
    html = answer(EN, record(3, pages=(acknowledged(),)), BRUNO)

    assert "Anna has had it since 10:04. You can still join, in Slack." in html
    assert buttons(html) == []


def test_whoever_could_not_may_change_their_mind():
    assert buttons(answer(EN, record(3, pages=(page(declined=(ANNA,)),)))) == ["acknowledge"]


@pytest.mark.parametrize("state", AnswerState)
def test_a_private_incident_tells_nothing_but_its_number(state):
    secret = record(
        3, pages=(acknowledged(),), incident=incident(title="Furto in sede", impact="ammanchi", private=True)
    )

    html = answer(EN, secret, state=state)

    assert "INC-42" in html
    assert not re.search(r"Furto|ammanchi|casse|marta|Ask one", html)


def test_it_works_with_no_document():
    shown = record(roster=no_document(), incident=incident(scenario=None, title=HOSTILE))

    assert buttons(answer(EN, shown)) == ["acknowledge", "decline"]


def test_an_unknown_error_is_calm_too():
    assert site.error_page(EN, "teapot")["heading"] == "We can't show this right now"
