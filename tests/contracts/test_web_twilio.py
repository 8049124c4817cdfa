"""What Twilio tells us: replies to texts, and what became of them. Nothing without its signature."""

from collections.abc import AsyncIterator
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from bot.domain.timeline import EventKind
from bot.usecases import respond
from tests.contracts.web_house import PUBLIC_URL, Web, signature, site

SMS = "/hooks/twilio/sms"
STATUS = "/hooks/twilio/status"
ANNA = "+393401234567"


@pytest.fixture
async def web(tmp_path) -> AsyncIterator[Web]:
    async with site(tmp_path) as standing:
        yield standing


def sid(number: int) -> str:
    return f"SM{number:032x}"


def reply(body: str, *, number: int = 900, sender: str = ANNA) -> dict[str, str]:
    return {"MessageSid": sid(number), "From": sender, "To": "+390200000000", "Body": body, "NumMedia": "0"}


def said(answer) -> str | None:
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/xml")
    return ElementTree.fromstring(answer.content).findtext("Message")


async def called(web, **report):
    incident = await web.declares(**report)
    return incident, (await web.texts(incident))[0]


async def ladder(web, incident):
    page = (await web.record(incident)).ladder
    assert page is not None
    return page


@pytest.mark.parametrize("word", ["1", " Sì! ", "ok"])
async def test_a_reply_takes_the_page_and_is_answered_in_the_person_s_language(web, word):
    incident, _ = await called(web)

    answer = await web.twilio(SMS, **reply(word))

    assert (await ladder(web, incident)).acknowledged_by == "anna"
    assert "INC-1" in (said(answer) or "")
    assert "You have it" not in (said(answer) or "")


async def test_no_declines_and_the_next_is_called(web):
    incident, _ = await called(web)

    answer = await web.twilio(SMS, **reply("2"))

    assert (await ladder(web, incident)).declined == ("anna",)
    assert (await ladder(web, incident)).level == 2
    assert said(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "bm90IGEgc2lnbmF0dXJl"},
        {"X-Twilio-Signature": "è".encode()},
        {"X-Twilio-Signature": signature(f"{PUBLIC_URL}{SMS}", reply("1"), token="another account's")},
        {"X-Twilio-Signature": signature(f"{PUBLIC_URL}{SMS}", reply("2"))},
        {"X-Twilio-Signature": signature(f"{PUBLIC_URL}{STATUS}", reply("1"))},
        {"X-Twilio-Signature": signature(f"http://127.0.0.1{SMS}", reply("1"))},
    ],
)
async def test_a_reply_that_twilio_did_not_sign_changes_nothing(web, headers):
    incident, _ = await called(web)
    before = await web.record(incident)

    answer = await web.http.post(SMS, data=reply("1"), headers=headers)

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "forbidden"
    assert await web.record(incident) == before


async def test_a_signature_covers_the_address_s_query_too(web):
    incident, _ = await called(web)

    answer = await web.twilio(f"{SMS}?try=2", **reply("1"))

    assert answer.status_code == 200
    assert (await ladder(web, incident)).acknowledged_by == "anna"


async def test_a_reply_delivered_three_times_counts_once(web):
    incident, _ = await called(web)
    await web.twilio(SMS, **reply("2"))
    once = await web.record(incident)

    for _ in range(2):
        assert (await web.twilio(SMS, **reply("2"))).status_code == 200

    assert await web.record(incident) == once


async def test_a_late_reply_is_told_who_has_it(web):
    incident, _ = await called(web)
    await respond.acknowledge(web.core, (await ladder(web, incident)).id, by="U0BRUNO")

    answer = await web.twilio(SMS, **reply("1"))

    assert "Bruno" in (said(answer) or "")
    assert (await ladder(web, incident)).acknowledged_by == "bruno"


async def test_a_machine_that_answers_everything_is_answered_once(web):
    """An absence message must not start a conversation without end."""
    incident, _ = await called(web)
    before = await web.record(incident)

    answers = [said(await web.twilio(SMS, **reply("Sono in ferie fino a lunedì", number=n))) for n in range(4)]

    assert answers[0]
    assert answers[1:] == [None, None, None]
    assert await web.record(incident) == before


async def test_with_two_calls_open_the_person_is_asked_which(web):
    first, _ = await called(web)
    second, _ = await called(web, title="Sito lento da stamattina", scenario=None)

    asked = said(await web.twilio(SMS, **reply("1", number=1)))
    answered = said(await web.twilio(SMS, **reply(f"ok {second}", number=2)))

    assert f"; {second} Sito lento" in (asked or "")
    assert f"INC-{second}" in (answered or "")
    assert (await ladder(web, second)).acknowledged_by == "anna"
    assert (await ladder(web, first)).acknowledged_by is None


@pytest.mark.parametrize("sender", ["+390000000001", "ANTICRISI", "40404", ""])
async def test_strangers_are_not_answered(web, sender):
    incident, _ = await called(web)
    before = await web.record(incident)

    answer = await web.twilio(SMS, **reply("1", sender=sender))

    assert said(answer) is None
    assert await web.record(incident) == before


@pytest.mark.parametrize("body", ["1", "crisi casse bloccate"])
async def test_what_could_not_be_recorded_says_so(web, body):
    await called(web)
    web.watched.down = True

    answer = await web.twilio(SMS, **reply(body))

    assert "not recorded" in (said(answer) or "")


@pytest.mark.parametrize("path", [SMS, STATUS])
async def test_what_is_signed_but_makes_no_sense_is_refused(web, path):
    incident, _ = await called(web)
    before = await web.record(incident)

    nothing = await web.twilio(path, Nonsense="1")
    strange = await web.twilio(path, MessageSid="../../etc", MessageStatus="failed", From=ANNA, Body="1")

    assert (nothing.status_code, strange.status_code) == (400, 400)
    assert await web.record(incident) == before


@pytest.mark.parametrize("path", [SMS, STATUS])
async def test_what_is_too_large_is_not_read(web, path):
    await called(web)

    answer = await web.twilio(path, **reply("1" * 70_000))

    assert answer.status_code == 413


async def test_a_body_of_unknown_length_is_read_no_further_than_the_limit(web):
    async def in_pieces():
        for _ in range(16):
            yield b"x" * 8192

    answer = await web.http.post(
        SMS,
        content=in_pieces(),
        headers={"X-Twilio-Signature": "x", "Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code == 413


async def test_without_twilio_its_doors_are_not_there(tmp_path):
    async with site(tmp_path, verify_provider=None) as web:
        assert (await web.twilio(SMS, **reply("1"))).status_code == 404
        assert (await web.twilio(STATUS, MessageSid=sid(1), MessageStatus="failed")).status_code == 404


# What became of a text


def knock_of(record, text):
    return next(knock for knock in record.knocks if knock.provider_id == text.provider_id)


async def test_a_report_moves_a_text_forward(web):
    incident, text = await called(web)

    for status in ("queued", "sending", "sent", "delivered"):
        answer = await web.twilio(STATUS, MessageSid=text.provider_id, MessageStatus=status)
        assert answer.status_code == 204

    assert knock_of(await web.record(incident), text).state == "delivered"


@pytest.mark.parametrize("late", ["sent", "queued", "failed", "undelivered", "delivered", "nonsense"])
async def test_a_late_report_changes_nothing(web, late):
    incident, text = await called(web)
    await web.twilio(STATUS, MessageSid=text.provider_id, MessageStatus="delivered")
    before = await web.record(incident)

    answer = await web.twilio(STATUS, MessageSid=text.provider_id, MessageStatus=late)

    assert answer.status_code == 204
    assert await web.record(incident) == before


async def test_a_text_that_did_not_arrive_is_on_record_and_nobody_is_given_up_who_was_reached_otherwise(web):
    incident, text = await called(web)

    await web.twilio(STATUS, MessageSid=text.provider_id, MessageStatus="undelivered", ErrorCode="30005")

    record = await web.record(incident)
    assert (knock_of(record, text).state, knock_of(record, text).error) == ("failed", "30005")
    assert not record.happened(EventKind.ALL_METHODS_FAILED)


async def test_when_no_way_reached_the_person_the_next_level_is_due_now(web):
    incident, text = await called(web)
    others = [knock for knock in (await web.record(incident)).knocks if knock.provider_id != text.provider_id]
    async with web.store.transaction() as tx:
        for knock in others:
            await tx.outbox.delivered(knock.provider_id, "failed", "channel_not_found", now=web.clock.now())

    report = {"MessageSid": text.provider_id, "MessageStatus": "failed", "ErrorCode": "30003"}
    await web.twilio(STATUS, **report)
    once = await web.record(incident)
    await web.twilio(STATUS, **report)

    assert [event.facts["person"] for event in once.happened(EventKind.ALL_METHODS_FAILED)] == ["anna"]
    assert once.ladder is not None
    assert once.ladder.due_at == web.clock.now()
    assert await web.record(incident) == once


async def test_a_failure_heard_after_somebody_took_the_page_wakes_nobody(web):
    incident, text = await called(web)
    await respond.acknowledge(web.core, (await ladder(web, incident)).id, by="U0ANNA")

    await web.twilio(STATUS, MessageSid=text.provider_id, MessageStatus="failed")

    record = await web.record(incident)
    assert knock_of(record, text).state == "failed"
    assert not record.happened(EventKind.ALL_METHODS_FAILED)
    assert await web.store.next_wake() is None or await web.store.next_wake() >= web.clock.now() - timedelta(minutes=5)


async def test_a_report_of_a_text_that_is_not_ours_is_harmless(web):
    incident, _ = await called(web)
    before = await web.record(incident)

    answer = await web.twilio(STATUS, MessageSid=sid(0xFFFF), MessageStatus="failed")

    assert answer.status_code == 204
    assert await web.record(incident) == before


async def test_a_forged_report_changes_nothing(web):
    incident, text = await called(web)
    before = await web.record(incident)

    answer = await web.twilio(STATUS, signed_for="https://elsewhere.example/", MessageSid=text.provider_id)

    assert answer.status_code == 403
    assert await web.record(incident) == before
