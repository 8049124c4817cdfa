"""A form is filled in at three in the morning: likely answers stand in it already, and nothing typed is lost."""

import json
from datetime import timedelta

import pytest

from bot.domain.incident import Room, Status
from bot.domain.roster import Roster
from bot.domain.severity import Severity
from bot.domain.statement import StatementKind
from bot.domain.timeline import EventKind
from messages import actions as ids
from messages import forms
from messages.drafts import drafts
from messages.words import words_for
from tests.domain.example_company import VENTURA
from tests.domain.records import (
    ANNA,
    CARLA,
    DECLARED_AT,
    HOSTILE,
    LUCA,
    ROME,
    acknowledged,
    deadline,
    event,
    incident,
    minutes,
    no_document,
    record,
    roster,
    statement,
)
from tests.domain.records import page as a_page
from tests.domain.records_b import over, under_way
from tests.domain.slack_limits import broken

LANGUAGES = ("en", "it", "qps")
EN = words_for("en", ROME)
IT = words_for("it", ROME)


def texts(kind, shown):
    return drafts(("it", "en"), kind, shown, next_update_at=None, time_zone=ROME)


def every_form(_, shown):
    """Each form, of one incident."""
    yield forms.declare_form(
        _, roster=shown.roster, open_records=[shown], text=shown.incident.title, message_link="https://x.slack.com/1"
    )
    yield forms.declare_form(_, roster=no_document())
    yield forms.declared_view(_, shown)
    yield forms.declared_view(_, shown, joined=True)
    for kind in StatementKind:
        yield forms.public_form(_, shown, kind=kind, texts=texts(kind, shown), next_update_at=DECLARED_AT + minutes(70))
    yield forms.update_form(_, shown, text=shown.incident.title)
    yield forms.resolve_form(_, shown, texts=texts(StatementKind.CLOSING, shown), solution=shown.incident.title)
    yield forms.cancel_form(_, shown, texts=texts(StatementKind.CORRECTION, shown))
    yield forms.role_form(_, shown, role="scribe", person=ANNA)
    yield forms.page_form(_, shown, person=ANNA, role="scribe")
    yield forms.hand_over_form(_, shown, 7, me=ANNA)
    yield forms.task_form(_, shown, text=shown.incident.title, person=ANNA)
    yield forms.note_form(_, shown, text=shown.incident.title, message_link="https://x.slack.com/1", message_ts="1.2")
    yield forms.severity_form(_, shown)
    yield forms.snooze_form(_, shown)
    yield forms.speak_hand_over_form(_, shown)
    yield forms.pick_form(_, [shown], "status", shown.incident.title)
    yield forms.pick_form(_, [], "status")
    yield forms.summary_form(_, shown)
    yield forms.error_view(_, "–", kept="k1")


def strings(part):
    """Everything written in a view, wherever it stands."""
    if isinstance(part, dict):
        for each in part.values():
            yield from strings(each)
    elif isinstance(part, list):
        for each in part:
            yield from strings(each)
    elif isinstance(part, str):
        yield part


def field(view, block_id):
    return next(block for block in view["blocks"] if block.get("block_id") == block_id)


def said(view):
    """All that a person reads outside the fields."""
    texts = (block for block in view["blocks"] if block["type"] in ("section", "context"))
    return "\n".join(text for block in texts for text in strings(block))


# Every form


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", ["Tills down", "x" * 120, HOSTILE, "\u65e5\u672c\u8a9e" * 40, "<" * 120])
def test_every_form_keeps_within_slacks_limits_whatever_was_typed(language, title):
    shown = under_way(incident=incident(title=title, impact=title * 20), deadlines=(deadline(),))

    for view in every_form(words_for(language, ROME), shown):
        assert broken(view) == []


def test_titles_and_buttons_are_never_cut_short():
    shown = under_way(incident=incident(id=1042), deadlines=(deadline(),))

    for language in ("en", "it"):
        for view in every_form(words_for(language, ROME), shown):
            for part in ("title", "submit", "close"):
                assert not view.get(part, {"text": ""})["text"].endswith("…"), view[part]


def test_what_a_person_typed_is_dead_in_every_form():
    shown = under_way(incident=incident(title=HOSTILE), deadlines=(deadline(),))

    for view in every_form(EN, shown):
        marked = "\n".join(
            text["text"]
            for block in view["blocks"]
            for text in [block.get("text", {}), *block.get("elements", [])]
            if text.get("type") == "mrkdwn"
        )
        assert "<!channel>" not in marked
        assert "<@U0ANNA>" not in marked
        assert "\u202e" not in json.dumps(view, ensure_ascii=False)


def test_every_form_says_which_incident_it_is_about():
    for view in every_form(EN, under_way(deadlines=(deadline(),))):
        about = ids.unpack(view.get("private_metadata"))
        assert view["callback_id"] in ("declared", "error", ids.FORM_DECLARE, ids.FORM_PICK) or about["incident"] == 42


def test_every_answer_comes_back_under_its_own_name():
    for view in every_form(EN, under_way(deadlines=(deadline(),))):
        for block in view["blocks"]:
            if block["type"] == "input":
                assert block["element"]["action_id"] in (ids.VALUE, ids.DECLARE_SCENARIO, ids.INCIDENT_PICK)


def test_a_private_incident_shows_no_title():
    secret = under_way(incident=incident(title="Casse svuotate dal direttore", private=True), deadlines=(deadline(),))

    picked = forms.pick_form(EN, [secret], "status")
    shown = forms.declare_form(EN, roster=roster(), open_records=[secret])

    assert "svuotate" not in json.dumps([picked, shown])


# Declaring


def test_one_field_is_required_and_the_rest_is_likely_already():
    view = forms.declare_form(EN, roster=roster())

    required = [block for block in view["blocks"] if block["type"] == "input" and not block.get("optional")]
    empty = [block["block_id"] for block in required if not block["element"].get("initial_option")]
    assert empty == [ids.FIELD_TITLE]


def test_open_incidents_stand_above_with_join():
    view = forms.declare_form(EN, roster=roster(), open_records=[under_way()])

    kinds = [block["type"] for block in view["blocks"]]
    join = view["blocks"][1]["accessory"]
    assert (join["action_id"], ids.unpack(join["value"])) == (ids.INCIDENT_JOIN, {"incident": 42})
    assert kinds.index("input") > 1
    assert ids.unpack(view["private_metadata"])["saw"] == "42"


def test_incidents_that_are_over_are_not_offered():
    view = forms.declare_form(EN, roster=roster(), open_records=[over()])

    assert view["blocks"][0]["type"] == "input"


@pytest.mark.parametrize(
    ("typed", "suggested", "severity"),
    [("casse bloccate", "tills_down", "1"), ("un picco di ticket", "contact_spike", "3"), ("boh", "-", "2")],
)
def test_scenario_and_severity_are_suggested_from_the_words(typed, suggested, severity):
    view = forms.declare_form(IT, roster=Roster(VENTURA), text=typed)

    assert field(view, ids.FIELD_SCENARIO)["element"]["initial_option"]["value"] == suggested
    assert field(view, ids.FIELD_SEVERITY)["element"]["initial_option"]["value"] == severity


def test_what_was_typed_survives_the_choice_of_a_scenario():
    view = forms.declare_form(
        IT, roster=Roster(VENTURA), title="Non so bene", scenario="contact_spike", private=True, redrawn=True
    )

    blocks = {block.get("block_id", "").split(":")[0]: block for block in view["blocks"]}
    assert blocks[ids.FIELD_TITLE]["element"]["initial_value"] == "Non so bene"
    assert blocks[ids.FIELD_PRIVATE]["element"]["initial_options"]
    assert blocks[ids.FIELD_SEVERITY]["element"]["initial_option"]["value"] == "3"
    assert blocks[ids.FIELD_SEVERITY]["block_id"] == "severity:contact_spike"
    assert blocks[ids.FIELD_IMPACT]["element"]["initial_value"].startswith("I tempi di attesa")


def test_a_severity_that_a_person_chose_is_not_taken_from_them():
    view = forms.declare_form(IT, roster=Roster(VENTURA), title="x", scenario="contact_spike", severity=1)

    assert field(view, ids.FIELD_SEVERITY)["element"]["initial_option"]["value"] == "1"


def test_choosing_none_is_a_choice():
    view = forms.declare_form(IT, roster=Roster(VENTURA), title="casse bloccate", scenario=forms.NO_SCENARIO)

    assert field(view, ids.FIELD_SCENARIO)["element"]["initial_option"]["value"] == forms.NO_SCENARIO


@pytest.mark.parametrize("language", ["en", "it"])
def test_what_each_severity_means_is_read_whole_beside_it(language):
    view = forms.declare_form(words_for(language), roster=Roster(VENTURA))

    options = field(view, ids.FIELD_SEVERITY)["element"]["options"]
    for severity, option in zip(Severity, options, strict=True):
        both = f"{option['text']['text']} {option.get('description', {'text': ''})['text']}".strip()
        assert both == f"{severity.label} · {VENTURA.meaning(severity).in_(language)}"


ON_A_TELEPHONE = (47, 52)
"""Characters on a line of 390 pixels, of an option and of the smaller words below it."""


@pytest.mark.parametrize("roster", [Roster(VENTURA), no_document()], ids=["example", "no document"])
@pytest.mark.parametrize("language", ["en", "it"])
def test_a_severity_takes_two_lines_of_a_telephone_at_most(language, roster):
    view = forms.declare_form(words_for(language), roster=roster)

    label, below = ON_A_TELEPHONE
    for option in field(view, ids.FIELD_SEVERITY)["element"]["options"]:
        assert option["text"]["text"].endswith(".")
        assert len(option["text"]["text"]) <= label
        assert len(option.get("description", {"text": ""})["text"]) <= below


def test_with_no_document_it_says_who_will_be_called():
    view = forms.declare_form(EN, roster=no_document(), text="fire")

    assert "ada will be called" in said(view)
    assert "scenario" not in [block.get("block_id") for block in view["blocks"]]


def test_a_kept_form_says_that_everything_is_back():
    assert "Ecco quello che avevi scritto." in said(forms.declare_form(IT, roster=roster(), kept="k1", title="x"))


# Declared


def test_whoever_declared_sees_who_is_called_and_who_is_next():
    fresh = record(0, incident=incident(room=Room()), deadlines=(deadline(due_after=10),))

    english, italian = (said(forms.declared_view(_, fresh)) for _ in (EN, IT))

    assert "Calling *Anna* now: level 1 of 4. If nobody answers in 5 min (10:07): Bruno is called." in english
    assert "Stiamo chiamando *Anna*: livello 1 di 4." in italian
    assert "The channel is being opened" in english
    assert "by 10:12. *Luca* has the draft." in english


def test_once_there_is_a_channel_it_is_linked():
    assert "<#C0INC42>" in said(forms.declared_view(EN, record()))


def test_a_second_reporter_is_credited():
    both = record(incident=incident(also_reported_by=(CARLA,)))

    view = forms.declared_view(EN, both, joined=True)

    assert view["title"]["text"] == "INC-42 was open"
    assert "*marta* had just declared the same thing. You are both credited" in said(view)


def test_somebody_who_has_it_is_named():
    assert "*Anna* has it." in said(forms.declared_view(EN, record(3, pages=(acknowledged(),))))


def test_with_no_document_what_is_missing_is_said():
    shown = record(roster=no_document(), incident=incident(scenario=None), pages=(), levels=())

    assert "no team document yet" in said(forms.declared_view(EN, shown))
    assert "piano anticrisi non c'è ancora" in said(forms.declared_view(IT, shown))


def test_a_refused_channel_is_explained():
    refused = event(EventKind.CHANNEL_REFUSED, 2, code="restricted_action", name="inc-0042-casse")

    view = forms.declared_view(EN, record(incident=incident(room=Room()), events=(refused,)))

    assert "Slack wouldn't create the channel" in said(view)
    assert "Everything else goes on." in said(view)


# Speaking


def test_each_public_language_has_its_text_with_the_advice_under_it():
    view = forms.public_form(
        EN,
        under_way(),
        kind=StatementKind.UPDATE,
        texts={"it": "Torna a breve", "en": "We're sorry. We are working on it. Next update by 11:12."},
        next_update_at=DECLARED_AT + minutes(70),
    )

    blocks = view["blocks"]
    italian = blocks.index(field(view, "text_it"))
    english = blocks.index(field(view, "text_en"))
    assert "“a breve” is a promise without a time." in "".join(strings(blocks[italian + 1]))
    assert "promise" not in "".join(strings(blocks[english + 1])).replace("promised", "")
    assert "The next update is then due by 11:12." in said(view)


@pytest.mark.parametrize(
    ("severity", "submit"), [(1, "Ask for approval"), (2, "Ask for approval"), (3, "Publish"), (4, "Publish")]
)
def test_grave_words_are_read_by_a_second_person(severity, submit):
    shown = under_way(incident=incident(severity=severity))

    view = forms.public_form(EN, shown, kind=StatementKind.UPDATE, texts={"it": "x"})

    assert view["submit"]["text"] == submit
    assert ("a second person reads it" in said(view)) == (severity <= 2)


def test_a_closing_message_needs_no_status():
    closing = forms.public_form(EN, under_way(), kind=StatementKind.CLOSING, texts={"it": "x"})
    update = forms.public_form(EN, under_way(), kind=StatementKind.UPDATE, texts={"it": "x"})

    assert ids.FIELD_PUBLIC_STATUS not in [block.get("block_id") for block in closing["blocks"]]
    assert field(update, ids.FIELD_PUBLIC_STATUS)["element"]["initial_option"]["value"] == Status.IDENTIFIED


def test_resolving_asks_for_the_last_word_when_customers_were_told():
    told = forms.resolve_form(EN, under_way(), texts={"it": "Ci scusiamo"})
    silent = forms.resolve_form(EN, record(), texts={"it": "Ci scusiamo"})

    assert not field(told, "text_it").get("optional")
    assert field(told, "text_it")["element"]["initial_value"] == "Ci scusiamo"
    assert field(silent, "text_it")["optional"]
    assert "initial_value" not in field(silent, "text_it")["element"]


@pytest.mark.parametrize(
    ("count", "english", "italian"), [(1, "1 task is", "1 compito è"), (2, "2 tasks are", "2 compiti sono")]
)
def test_open_tasks_are_counted_as_people_count(count, english, italian):
    shown = under_way(tasks=under_way().tasks * count)

    assert english in said(forms.resolve_form(EN, shown, texts={}))
    assert italian in said(forms.resolve_form(IT, shown, texts={}))


def test_a_false_alarm_asks_for_a_correction_only_when_something_was_said():
    told = forms.cancel_form(EN, under_way(), texts={"it": "Ci scusiamo"})
    silent = forms.cancel_form(EN, record(), texts={"it": "Ci scusiamo"})

    assert not field(told, "text_it").get("optional")
    assert "text_it" not in [block.get("block_id") for block in silent["blocks"]]


def test_customers_do_not_snooze():
    shown = record(20, statements=(statement(),), deadlines=(deadline(due_after=31),))

    options = field(forms.snooze_form(EN, shown), ids.FIELD_MINUTES)["element"]["options"]

    assert [option["value"] for option in options] == ["2", "5", "10", "11"]
    assert options[-1]["text"]["text"] == "at the deadline, 10:33"
    assert max(int(option["value"]) for option in options) * timedelta(minutes=1) <= minutes(11)


def test_past_the_deadline_a_minute_is_all_there_is():
    shown = record(45, deadlines=(deadline(due_after=40),))

    options = field(forms.snooze_form(EN, shown), ids.FIELD_MINUTES)["element"]["options"]

    assert [option["value"] for option in options] == ["1"]


def test_a_deputy_who_said_that_they_cannot_is_not_suggested():
    asked = record(pages=(a_page(declined=("bruno",)),))

    assert "initial_user" not in str(forms.hand_over_form(EN, asked, 7, me=ANNA))


def test_a_statement_that_comes_back_with_advice_says_that_nothing_was_sent_and_how_to_send_it():
    plain, advised = (
        said(forms.public_form(_, under_way(), kind=StatementKind.UPDATE, texts={"en": "x"}, advised=known))
        for _, known in ((EN, False), (EN, True))
    )

    assert "Nothing was sent yet" not in plain
    assert "*Nothing was sent yet.* Read the advice below the text; press again to send it as it is." in advised


def test_deputies_are_suggested_to_those_who_hand_over():
    page = forms.hand_over_form(EN, record(), 7, me=ANNA)
    word = forms.speak_hand_over_form(EN, record(incident=incident(roles={"communications_lead": LUCA})))

    assert field(page, ids.FIELD_PERSON)["element"]["initial_user"] == "U0BRUNO"
    assert field(word, ids.FIELD_PERSON)["element"]["initial_user"] == "U0CARLA"


def test_with_nothing_open_the_picker_says_so_and_asks_nothing():
    view = forms.pick_form(EN, [], "status")

    assert "submit" not in view
    assert "No incident is open" in said(view)


def test_a_form_that_expired_can_be_opened_again():
    view = forms.error_view(EN, "This form expired.", kept="k1")

    button = view["blocks"][-1]["elements"][0]
    assert (button["action_id"], ids.unpack(button["value"])) == (ids.REOPEN_FORM, {"form": "k1"})
