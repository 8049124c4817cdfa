"""The page behind the link of a text message: looking changes nothing, its button answers once."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.escalation import PageStatus
from bot.usecases import ending, respond
from tests.contracts.web_house import ENGLISH, Web, site

ACK = {"answer": "acknowledge"}
DECLINE = {"answer": "decline"}


@pytest.fixture
async def web(tmp_path) -> AsyncIterator[Web]:
    async with site(tmp_path) as standing:
        yield standing


async def called(web, **report):
    """Anna is called; the record's incident and the path of her link."""
    incident = await web.declares(**report)
    text = (await web.texts(incident))[0]
    assert text.effect.person == "anna"
    return incident, text.path


async def ladder(web, incident):
    page = (await web.record(incident)).ladder
    assert page is not None
    return page


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("agent", ["Mozilla/5.0", "Slackbot-LinkExpanding 1.0", "WhatsApp/2.23"])
async def test_whoever_looks_changes_nothing(web, method, agent):
    incident, link = await called(web)
    before = await web.record(incident)

    for _ in range(3):
        seen = await web.http.request(method, link, headers={"User-Agent": agent})
        assert seen.status_code == 200

    assert await web.record(incident) == before


async def test_the_page_says_what_is_on_fire_and_how_to_answer(web):
    _, link = await called(web)

    page = await web.http.get(link, headers=ENGLISH)

    assert '<html lang="it">' in page.text  # Anna's language, not her browser's
    assert "Casse bloccate in tutti i negozi" in page.text
    assert 'value="acknowledge"' in page.text
    assert 'value="decline"' in page.text
    assert f'action="{link}"' in page.text


async def test_nobody_keeps_or_indexes_the_page(web):
    _, link = await called(web)

    page = await web.http.get(link)

    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert 'content="noindex' in page.text


async def test_the_button_takes_the_page(web):
    incident, link = await called(web)

    answer = await web.http.post(link, data=ACK)

    page = await ladder(web, incident)
    assert answer.status_code == 200
    assert (page.status, page.acknowledged_by) == (PageStatus.ACKNOWLEDGED, "anna")
    assert "<form" not in answer.text


async def test_declining_calls_the_next(web):
    incident, link = await called(web)

    answer = await web.http.post(link, data=DECLINE)

    page = await ladder(web, incident)
    assert answer.status_code == 200
    assert page.declined == ("anna",)
    assert page.level == 2


async def test_pressed_twice_it_says_the_same(web):
    incident, link = await called(web)
    await web.http.post(link, data=ACK)
    once = await web.record(incident)

    again = await web.http.post(link, data=ACK)

    assert again.status_code == 200
    assert await web.record(incident) == once


async def test_a_used_link_shows_how_it_stands_and_answers_no_more(web):
    incident, link = await called(web)
    await web.http.post(link, data=DECLINE)
    before = await web.record(incident)

    seen, pressed = await web.http.get(link), await web.http.post(link, data=ACK)

    assert (seen.status_code, pressed.status_code) == (200, 409)
    assert "<form" not in seen.text
    assert "<form" not in pressed.text
    assert await web.record(incident) == before


async def test_a_used_link_whose_page_rings_again_says_that_it_is_no_longer_good(web):
    incident, link = await called(web)
    await web.http.post(link, data=ACK)
    await respond.give_back(web.core, (await ladder(web, incident)).id, by="anna")
    await respond.acknowledge(web.core, (await ladder(web, incident)).id, by="anna")
    await respond.give_back(web.core, (await ladder(web, incident)).id, by="anna")
    before = await web.record(incident)

    pressed = await web.http.post(link, data=ACK)

    assert pressed.status_code == 409
    assert await web.record(incident) == before


async def test_whoever_is_late_reads_who_has_it(web):
    incident, link = await called(web)
    await respond.acknowledge(web.core, (await ladder(web, incident)).id, by="U0BRUNO")

    seen, pressed = await web.http.get(link), await web.http.post(link, data=ACK)

    assert seen.status_code == 200
    assert pressed.status_code == 409
    assert "Bruno" in pressed.text
    assert (await ladder(web, incident)).acknowledged_by == "bruno"


async def test_after_the_end_the_page_says_so(web):
    incident, link = await called(web)
    await ending.cancel(web.core, incident, by="U0MARTA", reason="", correction={}, gesture="over")
    before = await web.record(incident)

    seen, pressed = await web.http.get(link), await web.http.post(link, data=ACK)

    assert (seen.status_code, pressed.status_code) == (410, 410)
    assert "<form" not in seen.text
    assert (await web.record(incident)).pages == before.pages


@pytest.mark.parametrize(("language", "said"), [("it", "Non è stato cambiato nulla"), ("en", "Nothing was changed")])
async def test_an_expired_link_says_what_to_do_instead(web, language, said):
    incident, link = await called(web)
    web.waits(hours=24)
    before = await web.record(incident)

    for method, data in (("GET", None), ("POST", ACK)):
        answer = await web.http.request(method, link, data=data, headers={"Accept-Language": language})

        assert answer.status_code == 410
        assert f'<html lang="{language}">' in answer.text
    assert await web.record(incident) == before


async def test_a_link_is_good_until_its_last_second(web):
    _, link = await called(web)
    web.waits(hours=24, seconds=-1)

    assert (await web.http.get(link)).status_code == 200


@pytest.mark.parametrize("token", ["x" * 22, "short", "x" * 500, "..%2F..%2Fetc", "%00" * 20])
async def test_a_link_that_is_not_ours_is_not_found(web, token):
    for method, data in (("GET", None), ("POST", ACK)):
        answer = await web.http.request(method, f"/ack/{token}", data=data)

        assert answer.status_code == 404
        assert "<!doctype html>" in answer.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("answer=perhaps", "application/x-www-form-urlencoded", 400),
        ("", "application/x-www-form-urlencoded", 400),
        ('{"answer":"acknowledge"}', "application/json", 415),
        (b"answer=\xff\xfe", "application/x-www-form-urlencoded", 400),
        ("answer=acknowledge&" + "x=1&" * 300, "application/x-www-form-urlencoded", 400),
        ("answer=acknowledge&x=" + "x" * 70_000, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_an_answer_that_cannot_be_read_changes_nothing(web, body, kind, status):
    incident, link = await called(web)
    before = await web.record(incident)

    answer = await web.http.post(link, content=body, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert "<!doctype html>" in answer.text
    assert await web.record(incident) == before


async def test_a_private_incident_tells_nothing_but_its_number(web):
    _, link = await called(web, title="Furto in magazzino", private=True, impact="Mancano i soldi")

    page = await web.http.get(link)

    assert "INC-1" in page.text
    assert not any(word in page.text for word in ("Furto", "soldi"))


async def test_the_address_names_every_method_it_answers_to(web):
    answer = await web.http.request("OPTIONS", "/ack/" + "x" * 32)

    assert answer.status_code == 405
    assert {each.strip() for each in answer.headers["allow"].split(",")} == {"GET", "HEAD", "POST"}


async def test_whoever_said_no_by_this_link_is_not_told_to_answer_here(web):
    _, link = await called(web)

    page = await web.http.post(link, data=DECLINE)

    assert "puoi ancora pensarci tu, in Slack o per SMS" in page.text
    assert 'value="acknowledge"' not in page.text


async def test_that_it_goes_on_as_another_incident_is_not_called_over(web):
    incident, link = await called(web)
    other = await web.declares(title="Magazzino allagato", scenario="building_unusable")

    await ending.merge(web.core, incident, into=other, by="U0MARTA")

    page = await web.http.get(link)
    assert page.status_code == 410
    assert f"Continua in INC-{other}" in page.text
    assert "finita" not in page.text


async def test_a_false_alarm_is_called_one(web):
    incident, link = await called(web)

    await ending.cancel(web.core, incident, by="U0MARTA", reason="una prova", correction={}, gesture="g")

    assert "falso allarme" in (await web.http.get(link)).text
