"""What a person who is called reads, hears and may answer."""

from dataclasses import replace

import pytest

from bot.domain.escalation import PageId
from bot.domain.statement import StatementId
from bot.domain.timeline import EventKind
from messages import card, gsm, ladder, page, phone, room, status, story
from messages.actions import PAGE_ACK, PAGE_DECLINE, PAGE_GIVE_BACK, PAGE_HAND_OVER, PAGE_JOIN, unpack
from messages.words import words_for
from tests.domain import moments as m
from tests.domain import records as r
from tests.domain.records import ANNA, BRUNO, CARLA, DECLARED_AT, MARTA, ROME, fired, minutes

en, it = words_for("en", ROME), words_for("it", ROME)
URL = "https://anticrisi.example/a/abcdefghijklmnopqrstuv"


def buttons(message):
    found = [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]
    return {each["action_id"]: unpack(each.get("value")) for each in found}


def test_the_page_says_what_where_and_who_is_next():
    message = page.dm(it, r.record(), 7, ANNA)

    assert message.text == (
        "SEV1 · Casse bloccate in tutti i negozi. Livello 1: tocca a te. Segnalato da marta, 20 s fa: "
        "«pagamenti con carta rifiutati dalle 10:02». Se non rispondi entro 5 min (10:07) chiamiamo Bruno."
    )
    assert list(buttons(message)) == [PAGE_ACK, PAGE_DECLINE, PAGE_HAND_OVER]
    assert buttons(message)[PAGE_ACK] == {"incident": 42, "page": 7, "level": 1}


def test_whoever_has_it_sees_after_how_long_the_channel_and_the_first_three_steps():
    message = page.dm(en, r.under_way(), 7, ANNA)
    shown = "\n".join(block["text"]["text"] for block in message.blocks if block["type"] == "section")

    assert "You have it, after 2 min 10 s. Everyone else has stopped ringing. → <#C0INC42>" in shown
    assert "3. Call the payment provider." in shown
    assert "Put a sign" not in shown
    assert "Decide, or have it decided." in shown
    assert list(buttons(message)) == [PAGE_HAND_OVER, PAGE_GIVE_BACK]


def test_everybody_else_sees_who_has_it_and_may_join():
    message = page.dm(en, r.under_way(), 7, BRUNO)

    assert "Anna has had it since 10:04. You can still join." in message.text
    assert list(buttons(message)) == [PAGE_JOIN]


@pytest.mark.parametrize("record", [m.moved_on(), m.declined()])
def test_a_page_that_went_on_can_still_be_taken(record):
    message = page.dm(en, record, 7, ANNA)

    assert "Bruno" in message.text
    assert list(buttons(message)) == [PAGE_ACK]


def test_a_page_that_is_over_has_no_button():
    message = page.dm(en, m.resolved(), 7, BRUNO)

    assert message.text.endswith("It's over: resolved by Anna, after 2 h 18 min.")
    assert buttons(message) == {}


@pytest.mark.parametrize("record", [r.under_way(), m.private()])
def test_a_letter_does_not_say_its_subject_twice(record):
    letter = phone.mail(en, record, 7, ANNA, url=URL)

    assert letter.subject not in letter.text
    assert URL in letter.text


def test_a_private_page_tells_nothing_but_its_gravity_and_its_number():
    message = page.dm(en, m.private(), 7, ANNA)

    for text in (message.text, str(message.blocks), phone.sms(en, m.private(), url=URL)):
        assert "Casse" not in text
        assert "carta" not in text
        assert "SEV1" in text
        assert "INC-42" in text
    assert phone.sms(en, m.private(), url=URL) == "SEV1 INC-42. Private. Reply 1 on it, 2 can't."
    assert "Casse" not in phone.voice(it, m.private())
    assert "Casse" not in str(phone.mail(it, m.private(), 7, ANNA, url=URL))


def test_who_would_be_next_leaves_out_those_who_declined_and_empty_levels():
    record = m.moved_on()
    without_carla = replace(record.pages[0], declined=(CARLA,))

    assert ladder.coming(record, record.pages[0]).people == (CARLA,)
    assert ladder.coming(record, without_carla).people == ("dario",)


def test_after_the_last_level_the_ladder_begins_again_and_then_calls_everyone():
    last = r.page(level=4, due_at=DECLARED_AT + minutes(20))

    assert ladder.coming(r.record(), last).people == (ANNA,)
    assert ladder.coming(r.record(), replace(last, loop=2)).people == ()
    record = r.record(16, pages=(replace(last, loop=2),), levels=(fired(4, ANNA, loop=2),))
    assert "No answer in 4 min (10:22): everyone on the ladder is called at once." in page.dm(en, record, 7, ANNA).text


def test_somebody_called_by_name_is_told_so_and_by_whom_it_was_handed_over():
    called = r.page(id=PageId(8), manual=True, stands_for=PageId(7))
    record = r.record(
        pages=(r.page(), called),
        levels=(fired(1, CARLA, page=PageId(8)),),
        events=(r.event(EventKind.HANDED_OVER, by=ANNA, to=CARLA),),
    )

    assert "Anna hands it over to you." in page.dm(en, record, 8, CARLA).text
    alone = replace(record, pages=(replace(called, stands_for=None),))
    assert "You are asked for by name." in page.dm(en, alone, 8, CARLA).text


# The phone


def test_a_text_message_is_the_one_of_the_sample():
    assert phone.sms(it, r.record(), url="https://a.it/x") == (
        "SEV1 INC-42 Casse bloccate in tutti i negozi. Rispondi 1 ci penso io, 2 non posso, o apri https://a.it/x"
    )


@pytest.mark.parametrize(
    "title",
    [
        "Casse bloccate " * 20,
        "🔥🔥🔥 casse 🔥",
        "Τα ταμεία δεν λειτουργούν σε κανένα κατάστημα εδώ και ώρα",
        "全店舗のレジが停止しています、お客様が支払えません",
        "Касса не работает во всех магазинах",
        "È tutto fermo… “davvero” {€} [~]^|\\ " * 5,
        "🔥",
    ],
)
@pytest.mark.parametrize("url", [URL, URL + "y" * 40, ""])
@pytest.mark.parametrize("words", [en, it])
def test_a_text_message_is_one_segment_that_says_how_to_answer(title, url, words):
    record = r.record(incident=r.incident(title=title))

    text = phone.sms(words, record, url=url)

    assert gsm.fits(text), text
    assert text.startswith("SEV1 INC-42")
    assert words("Reply {yes} on it, {no} can't", yes="1", no="2") in text
    assert url in text


def test_other_scripts_are_written_in_latin_letters():
    assert "Kassa ne rabotaet" in gsm.gsm("Касса не работает")
    assert gsm.gsm("È finita 🔥 perché «sì»") == 'E\' finita perché "sì"'


def test_with_two_pages_open_the_answer_says_which_it_is_for():
    assert 'Reply "42 1" on it, "42 2" can\'t' in phone.sms(en, r.record(), url="", prefix="42 ")
    assert phone.sms_which(en, [(42, "a"), (43, "b")]) == (
        "Which one? 42 a; 43 b. Reply with its number and then 1 or 2, for example 42 1."
    )


def test_the_reply_tells_how_the_page_stands():
    assert phone.sms_answer(en, r.under_way(), 7, ANNA).startswith("INC-42. You have it, after 2 min 10 s.")
    assert phone.sms_answer(en, r.under_way(), 7, BRUNO) == "INC-42. Anna has it."
    assert phone.sms_answer(it, m.declined(), 7, ANNA) == "INC-42. Ricevuto: chiamiamo qualcun altro."
    assert phone.sms_answer(it, m.resolved(), 7, ANNA) == "INC-42. E' finita: Anna ha risolto, dopo 2 h 18 min."


def test_a_call_says_the_sample():
    assert phone.voice(it, r.record()) == (
        "Anticrisi. Gravità uno. Casse bloccate in tutti i negozi. "
        "Premi 1 se ci pensi tu, 2 se non puoi, 3 per riascoltare."
    )


# The card, the story, the summary


def test_the_card_is_the_sample():
    first = card.card(it, r.under_way()).blocks[0]["text"]["text"].splitlines()

    assert first[0] == "*INC-42 · Casse bloccate in tutti i negozi* — SEV1 · in analisi · dalle 10:02, 18 min"
    assert first[1] == "*Guida* Anna · *Comunicazione* Luca · *Livello* 1 di 4 (Anna ha risposto in 2 min 10 s)"
    assert first[2].startswith("*Ai clienti* 10:12 «Ci scusiamo:")
    assert first[2].endswith("→ prossimo aggiornamento *tra 22 min, entro le 10:42*")


def test_a_star_in_a_title_does_not_end_its_bold():
    starred = r.record(incident=r.incident(title="Casse *bloccate* in `tutti` i negozi"))

    first = card.card(it, starred).blocks[0]["text"]["text"].splitlines()[0]

    assert first.startswith("*INC-42 · Casse ∗bloccate∗ in 'tutti' i negozi* — SEV1")


def test_before_customers_were_told_anything_what_is_due_is_not_the_next_word_but_the_first():
    untold = r.record(5, deadlines=(r.deadline(due_after=10),))

    assert card.customers(it, untold).endswith("→ primo messaggio *tra 5 min, entro le 10:12*")
    assert card.customers(en, untold).endswith("→ first word due *in 5 min, by 10:12*")
    assert "il primo messaggio entro le 10:12" in str(status.status(it, untold, me=MARTA).blocks)


def test_the_card_says_what_is_still_being_tried():
    shown = str(card.card(en, m.in_trouble()).blocks)

    assert "*Still trying*: topic (Slack is limiting us, again in 1 min)" in shown
    assert "*Did not work*: bookmarks (a permission is missing)" in shown


@pytest.mark.parametrize("title", ["x" * 400, "<b>&" * 100])
def test_a_topic_has_at_most_250_characters(title):
    assert len(card.topic(en, r.record(incident=r.incident(title=title)))) <= 250
    assert len(card.purpose(en, r.record(incident=r.incident(title=title)))) <= 250


def test_the_summary_names_what_needs_somebody():
    assert "Needs you: nothing." in status.status(en, r.under_way(), me=MARTA).text
    waiting = status.status(en, m.awaiting_approval(), me=MARTA)
    assert "Needs you: a second reader for what Luca wrote (Anna and Dario)." in waiting.text
    assert "somebody to take it: nobody has answered" in status.status(en, m.exhausted(), me=MARTA).text
    assert "*Needs you* the closing message to customers" in str(status.status(en, m.resolved(), me=MARTA).blocks)


def test_the_story_names_people_and_the_room_mentions_them():
    told = r.event(EventKind.DECLINED, by=ANNA)

    assert story.event_line(en, r.record(), told, named=True) == "Anna can't."
    assert story.event_line(en, r.record(), told, named=False) == "<@U0ANNA> can't."
    by_nobody = r.event(EventKind.JOINED, by=MARTA)
    assert story.event_line(it, r.record(), by_nobody, named=True) == "marta partecipa."


def test_a_statement_that_awaits_approval_is_approved_where_it_is_read():
    asked = r.event(EventKind.APPROVAL_ASKED, by=ANNA, statement=StatementId(4))

    message = room.event(en, m.awaiting_approval(), asked)

    assert list(buttons(message)) == ["statement_approve", "statement_change", "statement_self_approve"]


def test_whoever_is_being_asked_is_never_told_that_they_are_the_one_called_next():
    level_one = fired(1, ANNA, BRUNO)  # the second level is Bruno's
    record = r.record(levels=(level_one,))

    assert ladder.coming(record, record.pages[0]).people == (BRUNO,)
    assert "No answer in 5 min (10:07): you are asked again." in page.dm(en, record, 7, BRUNO).text
    assert "No answer in 5 min (10:07): Bruno is called again." in page.dm(en, record, 7, ANNA).text


def test_an_older_message_of_a_page_says_how_it_stands_and_has_no_button():
    asked_again = page.dm_before(en, r.record(), 7, ANNA)
    taken = page.dm_before(en, r.under_way(), 7, BRUNO)

    assert "You were asked again: answer the newest message." in asked_again.text
    assert "Anna has had it since 10:04." in taken.text
    assert buttons(asked_again) == buttons(taken) == {}


def test_a_length_is_told_once_there_is_a_minute_of_it():
    at_once, later = r.record(), r.under_way()

    assert "since 10:02\n" in card.card(en, at_once).blocks[0]["text"]["text"]
    assert "since 10:02, 18 min\n" in card.card(en, later).blocks[0]["text"]["text"]
    assert "SEV1, investigating" in status.status(en, at_once, me=MARTA).text


def test_what_customers_saw_is_past_once_it_is_over():
    assert "*Customers see* " in str(status.status(en, r.under_way(), me=MARTA).blocks)

    over = str(status.status(en, m.resolved(), me=MARTA).blocks)
    assert "*Customers saw* " in over
    assert "*Customers see* " not in over


def test_late_word_to_customers_is_among_what_a_manager_is_asked_for():
    late = r.record(20, deadlines=(r.deadline(due_after=10),))

    assert "word to customers: it is late" in status.status(en, late, me=MARTA).text
    assert "word to customers: it is late" not in status.status(en, r.under_way(), me=MARTA).text
