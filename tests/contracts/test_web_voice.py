"""What Twilio asks and tells us about calls: what to say, which key was pressed, how it ended. Nothing unsigned."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import httpx
import pytest

from bot.domain.incident import IncidentId
from bot.domain.timeline import EventKind
from bot.ports import Receipt
from bot.usecases import deliveries, hear, respond
from bot.usecases.hear import Fate
from bot.usecases.tick import tick
from tests.contracts.web_house import PUBLIC_URL, Sent, Web, signature, site
from tests.domain.records import ANNA, document, person

CALL = "/hooks/twilio/call"
GONE = "Questa chiamata non vale più"


@pytest.fixture
async def web(tmp_path) -> AsyncIterator[Web]:
    async with site(tmp_path, methods=("slack_dm", "sms", "voice"), default_language="it") as standing:
        yield standing


async def called(web: Web, **report) -> tuple[IncidentId, Sent, str]:
    """An incident, the call to Anna, and the address that says what the call says."""
    incident = await web.declares(**report)
    call = next(each for each in await web.texts(incident, "voice") if each.effect.method == "voice")
    return incident, call, f"/hooks/twilio/voice/{call.answer_url.rpartition('/')[2]}"


def spoken(answer: httpx.Response) -> list[str]:
    return [said.text or "" for said in _response(answer).iter("Say")]


def question(answer: httpx.Response) -> Element | None:
    return _response(answer).find("Gather")


def _response(answer: httpx.Response) -> Element:
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/xml")
    assert answer.headers["cache-control"] == "no-store"
    return ElementTree.fromstring(answer.content)


async def begins(web: Web, address: str) -> httpx.Response:
    """The call was taken, by a person or by a machine."""
    return await web.twilio(address, CallStatus="in-progress")


async def key(web: Web, address: str, digit: str, **more: str) -> httpx.Response:
    return await web.twilio(f"{address}/key?language=it", Digits=digit, **more)


async def ladder(web: Web, incident: IncidentId):
    page = (await web.record(incident)).ladder
    assert page is not None
    return page


# What a call says


async def test_whoever_takes_a_call_is_asked_twice_in_their_language_and_then_it_ends(web):
    _, _, address = await called(web)

    answer = await begins(web, address)

    verbs = [verb.tag for verb in _response(answer)]
    assert verbs == ["Gather", "Gather", "Hangup"]
    assert {said.get("language") for said in _response(answer).iter("Say")} == {"it-IT"}
    assert len(set(spoken(answer))) == 1
    assert spoken(answer)[0].startswith("Anticrisi. Gravità uno. Casse bloccate")
    asked = question(answer)
    assert asked is not None
    assert (asked.get("numDigits"), asked.get("finishOnKey"), asked.get("method")) == ("1", "", "POST")
    assert asked.get("action") == f"{PUBLIC_URL}{address}/key?language=it"


async def test_an_english_call_speaks_with_an_english_voice(tmp_path):
    async with site(tmp_path, methods=("slack_dm", "voice")) as web:
        english = tuple(replace_language(each, "en") if each.id == ANNA else each for each in document().people)
        async with web.store.transaction() as tx:
            await tx.save_document(document(people=english), by="U0DARIO", note="english", now=web.clock.now())
        _, _, address = await called(web)

        answer = await begins(web, address)

        assert {said.get("language") for said in _response(answer).iter("Say")} == {"en-GB"}
        assert spoken(answer)[0].startswith("Anticrisi. Severity one.")


def replace_language(member, language: str):
    return member.model_copy(update={"language": language})


async def test_words_that_somebody_typed_give_the_telephone_company_no_orders(web):
    _, _, address = await called(web, title='</Say><Dial>+39000</Dial> & "x" \x07\ufffe')

    answer = await begins(web, address)

    assert _response(answer).find(".//Dial") is None
    assert "</Say><Dial>" in spoken(answer)[0]


async def test_asking_what_to_say_changes_nothing(web):
    incident, _, address = await called(web)
    before = await web.record(incident)

    for _ in range(3):
        await begins(web, address)

    assert await web.record(incident) == before


# Keys


async def test_one_takes_the_page(web):
    incident, _, address = await called(web)

    answer = await key(web, address, "1")

    assert spoken(answer) == ["Ci pensi tu. Grazie."]
    assert question(answer) is None
    assert (await ladder(web, incident)).acknowledged_by == ANNA
    [taken] = (await web.record(incident)).happened(EventKind.ACKNOWLEDGED)
    assert taken.facts["method"] == "voice"


async def test_two_declines_and_the_next_is_called(web):
    incident, _, address = await called(web)

    answer = await key(web, address, "2")

    assert spoken(answer) == ["Ricevuto: chiamiamo qualcun altro."]
    assert (await ladder(web, incident)).declined == (ANNA,)
    assert (await ladder(web, incident)).level == 2


async def test_three_says_it_again(web):
    incident, _, address = await called(web)

    again = await key(web, address, "3")

    assert spoken(again) == spoken(await begins(web, address))
    assert (await ladder(web, incident)).wanted


@pytest.mark.parametrize("pressed", ["0", "9", "#", "*", "", "11", "1;2"])
async def test_any_other_key_is_asked_again_and_changes_nothing(web, pressed):
    incident, _, address = await called(web)
    before = await web.record(incident)

    answer = await key(web, address, pressed)

    assert spoken(answer) == ["Premi 1 se ci pensi tu, 2 se non puoi, 3 per riascoltare."] * 2
    assert question(answer) is not None
    assert await web.record(incident) == before


async def test_a_key_that_is_delivered_again_answers_once_and_hears_the_same(web):
    incident, _, address = await called(web)
    first = await key(web, address, "1")
    before = await web.record(incident)

    again = [await key(web, address, "1") for _ in range(2)]

    assert [spoken(each) for each in again] == [spoken(first)] * 2
    assert await web.record(incident) == before


async def test_an_answer_is_not_turned_round_by_a_second_key(web):
    incident, _, address = await called(web)
    await key(web, address, "1")

    answer = await key(web, address, "2")

    assert spoken(answer) == ["Ci pensi tu. Grazie."]
    assert (await ladder(web, incident)).acknowledged_by == ANNA


async def test_a_key_replayed_after_the_page_was_given_back_takes_nothing(web):
    incident, _, address = await called(web)
    await key(web, address, "1")
    await respond.give_back(web.core, (await ladder(web, incident)).id, by="U0ANNA")
    before = await web.record(incident)

    answer = await key(web, address, "1")

    assert spoken(answer) == ["Ricevuto: chiamiamo qualcun altro."]
    assert await web.record(incident) == before


async def test_a_key_of_a_call_that_was_answered_and_asks_again_takes_nothing(web):
    """Everyone is asked anew: with a new call, and the old one says so."""
    incident, _, address = await called(web)
    await key(web, address, "1")
    web.waits(minutes=31)
    await tick(web.core)
    assert (await ladder(web, incident)).wanted

    answer = await key(web, address, "1")

    assert spoken(answer)[0].startswith(GONE)
    assert (await ladder(web, incident)).wanted


async def test_a_key_pressed_too_late_hears_who_has_it(web):
    incident, _, address = await called(web)
    await respond.acknowledge(web.core, (await ladder(web, incident)).id, by="U0BRUNO")

    begun, pressed = await begins(web, address), await key(web, address, "1")

    assert spoken(begun) == spoken(pressed) == ["Ci pensa Bruno."]
    assert (await ladder(web, incident)).acknowledged_by == "bruno"


# Addresses


@pytest.mark.parametrize("token", ["A" * 43, "short", "x" * 300, "..%2F..%2Fack"])
async def test_an_address_that_is_not_ours_changes_nothing_and_says_so(web, token):
    incident, _, _ = await called(web)
    before = await web.record(incident)

    for answer in (
        await web.twilio(f"/hooks/twilio/voice/{token}", signed_for=f"{PUBLIC_URL}{_path(token)}", CallStatus="x"),
        await web.twilio(
            f"/hooks/twilio/voice/{token}/key?language=en",
            signed_for=f"{PUBLIC_URL}{_path(token)}/key?language=en",
            Digits="1",
        ),
    ):
        assert answer.status_code in (200, 404)
        assert answer.status_code == 404 or "Questa chiamata" in answer.text or "This call" in answer.text

    assert await web.record(incident) == before


def _path(token: str) -> str:
    return f"/hooks/twilio/voice/{token}".replace("%2F", "/")


async def test_an_address_that_expired_changes_nothing_and_says_so(web):
    incident, _, address = await called(web)
    web.waits(hours=24)
    before = await web.record(incident)

    answers = [await begins(web, address), await key(web, address, "1")]

    assert all(spoken(each)[0].startswith(GONE) for each in answers)
    assert await web.record(incident) == before


async def test_the_token_of_a_text_is_no_address_of_a_call(web):
    incident = await web.declares()
    text = next(each for each in await web.texts(incident) if each.effect.method == "sms")
    address = f"/hooks/twilio/voice/{text.answer_url.rpartition('/')[2]}"

    answer = await key(web, address, "1")

    assert spoken(answer)[0].startswith(GONE)
    assert (await ladder(web, incident)).wanted


async def test_each_call_answers_for_its_own_recipient_and_its_own_page(web):
    first, _, address = await called(web)
    second, _, _ = await called(web, title="Sito lento da stamattina", scenario=None)

    await key(web, address, "1", From="+390000000000", To="+390000000001")

    assert (await ladder(web, first)).acknowledged_by == ANNA
    assert (await ladder(web, second)).acknowledged_by is None


@pytest.mark.parametrize("wrong", ["nothing", "gibberish", "another account", "another key", "another address"])
async def test_what_twilio_did_not_sign_is_refused(web, wrong):
    incident, _, address = await called(web)
    before = await web.record(incident)
    path, fields = f"{address}/key?language=it", {"Digits": "1"}
    headers = {
        "nothing": {},
        "gibberish": {"X-Twilio-Signature": "bm90IGEgc2lnbmF0dXJl"},
        "another account": {"X-Twilio-Signature": signature(f"{PUBLIC_URL}{path}", fields, token="theirs")},
        "another key": {"X-Twilio-Signature": signature(f"{PUBLIC_URL}{path}", {"Digits": "2"})},
        "another address": {"X-Twilio-Signature": signature(f"{PUBLIC_URL}{address}/key", fields)},
    }[wrong]

    answer = await web.http.post(path, data=fields, headers=headers)

    assert answer.status_code == 403
    assert await web.record(incident) == before


async def test_looking_at_a_call_s_address_does_nothing(web):
    incident, _, address = await called(web)
    before = await web.record(incident)

    answers = [await web.http.get(address), await web.http.get(f"{address}/key?Digits=1")]

    assert [each.status_code for each in answers] == [405, 405]
    assert await web.record(incident) == before


async def test_a_key_that_could_not_be_recorded_is_asked_for_again(web):
    incident, _, address = await called(web)
    web.watched.down = True

    begun, pressed = await begins(web, address), await key(web, address, "1")

    for answer in (begun, pressed):
        assert spoken(answer)[0] == "Anticrisi. Il nostro archivio non risponde: non è stato registrato nulla."
        assert question(answer) is not None
    web.watched.down = False
    asked = question(pressed)
    assert asked is not None
    where = urlsplit(asked.get("action", ""))
    assert spoken(await web.twilio(f"{where.path}?{where.query}", Digits="1")) == ["Ci pensi tu. Grazie."]
    assert (await ladder(web, incident)).acknowledged_by == ANNA


async def test_without_twilio_its_doors_are_not_there(tmp_path):
    async with site(tmp_path, verify_provider=None) as web:
        assert (await web.twilio("/hooks/twilio/voice/" + "A" * 43)).status_code == 404
        assert (await web.twilio(CALL, CallSid="CA" + "0" * 32, CallStatus="busy")).status_code == 404


# How a call ended


def knock_of(record, call):
    return next(knock for knock in record.knocks if knock.provider_id == call.provider_id)


async def report(web: Web, call: Sent, status: str) -> httpx.Response:
    return await web.twilio(CALL, CallSid=call.provider_id, CallStatus=status)


@pytest.mark.parametrize("status", ["busy", "failed", "no-answer"])
async def test_a_call_nobody_took_is_on_record_and_the_next_way_is_due_now(tmp_path, status):
    async with site(tmp_path, methods=("slack_dm", "sms", "voice")) as web:
        plans = {"SEV1": ["slack_dm", "voice after 1 min", "sms after 30 min"]}
        anna = person("Anna", "customer_care_lead", contact_plan=plans)
        others = document().people[1:]
        async with web.store.transaction() as tx:
            await tx.save_document(document(people=(anna, *others)), by="U0DARIO", note="x", now=web.clock.now())
        incident, call, _ = await called(web)

        answer = await report(web, call, status)

        assert answer.status_code == 204
        record = await web.record(incident)
        assert (knock_of(record, call).state, knock_of(record, call).error) == ("failed", status.replace("-", "_"))
        sms = next(knock for knock in record.knocks if knock.method == "sms")
        assert sms.due_at == web.clock.now()


@pytest.mark.parametrize("status", ["queued", "initiated", "ringing", "in-progress", "canceled", "nonsense", ""])
async def test_what_says_nothing_about_the_end_changes_nothing(web, status):
    incident, call, _ = await called(web)
    before = await web.record(incident)

    assert (await report(web, call, status)).status_code == 204

    assert await web.record(incident) == before


async def test_a_call_that_a_machine_took_is_not_an_answer(web):
    incident, call, address = await called(web)
    await web.twilio(address, AnsweredBy="machine_start")

    await report(web, call, "completed")

    assert knock_of(await web.record(incident), call).state == "delivered"
    assert (await ladder(web, incident)).wanted


@pytest.mark.parametrize("late", ["busy", "failed", "no-answer"])
async def test_a_report_after_the_end_changes_nothing(web, late):
    incident, call, _ = await called(web)
    await report(web, call, "completed")
    before = await web.record(incident)

    await report(web, call, late)

    assert await web.record(incident) == before


async def test_a_failure_heard_after_somebody_took_the_page_wakes_nobody(web):
    incident, call, _ = await called(web)
    await respond.acknowledge(web.core, (await ladder(web, incident)).id, by="U0ANNA")

    await report(web, call, "no-answer")

    record = await web.record(incident)
    assert knock_of(record, call).state == "failed"
    assert not record.happened(EventKind.ALL_METHODS_FAILED)


@pytest.mark.parametrize("call", ["", "CA1", "../../etc", "SM" + "0" * 32])
async def test_a_report_that_makes_no_sense_is_refused(web, call):
    assert (await web.twilio(CALL, CallSid=call, CallStatus="busy")).status_code == 400


async def test_a_report_of_somebody_else_s_call_and_a_forged_one_are_harmless(web):
    incident, call, _ = await called(web)
    before = await web.record(incident)

    foreign = await web.twilio(CALL, CallSid="CA" + "f" * 32, CallStatus="failed")
    forged = await web.twilio(
        CALL, signed_for="https://elsewhere.example/", CallSid=call.provider_id, CallStatus="busy"
    )

    assert (foreign.status_code, forged.status_code) == (204, 403)
    assert await web.record(incident) == before


async def test_a_line_that_is_busy_before_we_have_stored_that_we_dialled_is_not_forgotten(web):
    incident = await web.declares()
    due = min(knock.due_at for knock in (await web.record(incident)).knocks if knock.method == "voice")
    web.clock.turn(due - web.clock.now())
    claimed = next(each for each in await web._claim() if getattr(each.effect, "method", "") == "voice")
    call = "CA" + "1" * 32
    looks = 0

    class Slow:
        """A record that learns of the call only after somebody has asked for it."""

        @asynccontextmanager
        async def transaction(self, *, gesture: bool = True):
            nonlocal looks
            looks += 1
            if looks == 2:
                await deliveries.settle(web.core, [(claimed, Receipt(call))])
            async with web.store.transaction(gesture=gesture) as tx:
                yield tx

    news = await hear.delivered(replace(web.core, store=Slow()), call, Fate.FAILED, "busy")

    assert news
    assert looks == 2
    assert next(knock for knock in (await web.record(incident)).knocks if knock.provider_id == call).state == "failed"
