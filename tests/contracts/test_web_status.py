"""The public status page, its feed and its machine-readable twin."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import aiohttp
import pytest

from bot.domain.statement import StatementKind
from tests.contracts.web_house import ENGLISH, ITALIAN, PUBLIC_URL, Web, site

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
async def web(tmp_path) -> AsyncIterator[Web]:
    async with site(tmp_path) as standing:
        yield standing


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [(ITALIAN, "it", "le casse sono ferme"), (ENGLISH, "en", "the tills are down")],
)
async def test_customers_read_what_they_were_told_in_their_language(web, asked, language, said):
    incident = await web.told()

    for path in ("/status", f"/status/{await web.public_id(incident)}"):
        page = await web.http.get(path, headers=asked)

        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
        assert said in page.text
        assert page.headers["content-language"] == language
        assert "Accept-Language" in page.headers["vary"]


async def test_all_is_well_is_a_page_too(web):
    page = await web.http.get("/status", headers=ITALIAN)

    assert page.status_code == 200
    assert 'class="banner ok"' in page.text


async def test_a_language_asked_for_by_name_wins_and_stays_on_the_way(web):
    incident = await web.told()

    page = await web.http.get("/status?lang=en", headers=ITALIAN)

    assert '<html lang="en">' in page.text
    assert f"/status/{await web.public_id(incident)}?lang=en" in page.text


@pytest.mark.parametrize("header", ["de, fr;q=0.9", "it;q=0, de", ";;;q=x", "*", ""])
async def test_whoever_asks_for_none_of_our_languages_gets_the_company_s_first(web, header):
    page = await web.http.get("/status?lang=../etc", headers={"Accept-Language": header})

    assert page.headers["content-language"] == "it"


async def test_a_page_may_be_kept_for_a_moment_and_asked_for_again_cheaply(web):
    await web.told()
    first = await web.http.get("/status", headers=ITALIAN)

    again = await web.http.get("/status", headers={**ITALIAN, "If-None-Match": f'"other", {first.headers["etag"]}'})

    assert "max-age=15" in first.headers["cache-control"]
    assert "stale-while-revalidate" in first.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_news_changes_the_tag(web):
    incident = await web.told()
    first = await web.http.get("/status", headers=ITALIAN)
    await web.tells_customers(incident, "Ci scusiamo: abbiamo trovato la causa.", "We're sorry: we found the cause.")

    again = await web.http.get("/status", headers={**ITALIAN, "If-None-Match": first.headers["etag"]})

    assert again.status_code == 200
    assert "abbiamo trovato la causa" in again.text


async def test_each_language_has_a_tag_of_its_own(web):
    await web.told()
    italian = await web.http.get("/status", headers=ITALIAN)

    english = await web.http.get("/status", headers={**ENGLISH, "If-None-Match": italian.headers["etag"]})

    assert english.status_code == 200


async def test_pages_are_sent_compressed_to_those_who_can_read_them(web):
    zipped = await web.http.get("/status", headers={"Accept-Encoding": "gzip"})
    plain = await web.http.get("/status", headers={"Accept-Encoding": "identity"})

    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.text == plain.text


@pytest.mark.parametrize(
    "path", ["/status", "/status/unknown", "/status.json", "/ack/" + "x" * 22, "/healthz", "/nothing"]
)
async def test_every_answer_keeps_the_browser_safe(web, path):
    answer = await web.http.get(path)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["strict-transport-security"]


async def test_pages_need_no_script_and_ask_nobody_else_for_anything(web):
    await web.told()

    page = (await web.http.get("/status", headers=ITALIAN)).text

    assert "<script" not in page
    assert " style=" not in page
    assert "src=" not in page


async def test_looking_at_the_head_costs_no_body(web):
    head = await web.http.head("/status")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"]


@pytest.mark.parametrize(("asked", "language"), [(ITALIAN, "it"), (ENGLISH, "en")])
async def test_untold_incidents_do_not_exist_here(web, asked, language):
    untold = await web.declares("Cantiere segreto", scenario=None)
    private = await web.declares("Furto in magazzino", private=True, scenario=None)

    for incident in (untold, private):
        page = await web.http.get(f"/status/{await web.public_id(incident)}", headers=asked)

        assert page.status_code == 404
        assert f'<html lang="{language}">' in page.text
    for path in ("/status", "/status.json", "/status.atom"):
        shown = (await web.http.get(path, headers=asked)).text
        assert not any(word in shown for word in ("segreto", "Furto", "furto", "theft"))


async def test_what_was_typed_in_a_hurry_stays_inside(web):
    await web.told(title="Colpa di Bianchi: casse <script>alert(1)</script> bloccate")

    for path in ("/status", "/status.json", "/status.atom"):
        assert "Bianchi" not in (await web.http.get(path, headers=ITALIAN)).text


async def test_statements_are_shown_as_text_whatever_they_hold(web):
    incident = await web.declares()
    await web.tells_customers(incident, "<b>Ci scusiamo</b> & \x07 <script>", "Sorry")

    page = await web.http.get(f"/status/{await web.public_id(incident)}", headers=ITALIAN)
    feed = await web.http.get("/status.atom", headers=ITALIAN)

    assert "&lt;b&gt;Ci scusiamo&lt;/b&gt; &amp;" in page.text
    assert "\x07" not in page.text
    assert "<b>Ci scusiamo</b> &" in (ElementTree.fromstring(feed.text).findtext(f"{ATOM}entry/{ATOM}content") or "")


@pytest.mark.parametrize("query", ["", "?lang=en"])
async def test_the_feed_is_one_that_readers_accept(web, query):
    """RFC 4287: what a feed and its entries must have, once each."""
    incident = await web.told()
    web.waits(minutes=10)
    await web.tells_customers(incident, "Ci scusiamo: ancora ferme.", "We're sorry: still down.")

    answer = await web.http.get(f"/status.atom{query}", headers=ITALIAN)
    feed = ElementTree.fromstring(answer.content)

    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert feed.tag == f"{ATOM}feed"
    assert feed.get(LANGUAGE) == ("en" if query else "it")
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Ferramenta Rossi"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": f"{PUBLIC_URL}/status.atom{query}", "alternate": f"{PUBLIC_URL}/status{query}"}
    assert feed.findtext(f"{ATOM}id") == links["self"]
    entries = feed.findall(f"{ATOM}entry")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) == 2
    for element in (feed, *entries):
        assert len(element.findall(f"{ATOM}id")) == len(element.findall(f"{ATOM}title")) == 1
        moment = datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "")
        assert moment.tzinfo is not None
        assert (element.findtext(f"{ATOM}id") or "").startswith("https://")
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    assert parsedate_to_datetime(answer.headers["last-modified"]) == web.clock.now()


async def test_a_feed_without_entries_is_a_feed(web):
    feed = ElementTree.fromstring((await web.http.get("/status.atom")).content)

    assert feed.findtext(f"{ATOM}updated")
    assert feed.findall(f"{ATOM}entry") == []


async def test_programs_read_the_same_under_names_that_stay(web):
    incident = await web.told()
    public_id = await web.public_id(incident)

    answer = await web.http.get("/status.json?lang=en")

    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == {
        "company": "Ferramenta Rossi",
        "language": "en",
        "status": "trouble",
        "updated_at": "2026-11-21T09:02:00Z",
        "open": [
            {
                "id": public_id,
                "url": f"{PUBLIC_URL}/status/{public_id}",
                "title": "Tills down",
                "status": "investigating",
                "text": "We are looking for the cause",
                "started_at": "2026-11-21T09:02:00Z",
                "next_update_at": answer.json()["open"][0]["next_update_at"],
                "statements": [
                    {
                        "id": "s1",
                        "kind": "first",
                        "published_at": "2026-11-21T09:02:00Z",
                        "language": "en",
                        "text": "We're sorry: the tills are down.",
                    }
                ],
            }
        ],
        "past": [],
    }
    assert answer.json()["open"][0]["next_update_at"] > "2026-11-21T09:02:00Z"


async def test_for_programs_nothing_changes_until_something_does(web):
    await web.told()
    first = await web.http.get("/status.json")
    web.waits(minutes=3)

    again = await web.http.get("/status.json", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304


async def test_what_is_over_moves_to_the_past(web):
    incident = await web.told()
    await web.tells_customers(incident, "Ci scusiamo: finita.", "Sorry: it is over.", kind=StatementKind.CLOSING)

    shown = (await web.http.get("/status.json?lang=en")).json()

    assert (shown["status"], shown["open"]) == ("ok", [])
    assert [each["status"] for each in shown["past"]] == ["resolved"]
    assert shown["past"][0]["next_update_at"] is None


async def test_without_a_document_the_page_speaks_the_default_language(tmp_path):
    async with site(tmp_path, with_document=False) as web:
        page = await web.http.get("/status", headers=ITALIAN)

    assert page.status_code == 200
    assert '<html lang="en">' in page.text


async def read(crowd: aiohttp.ClientSession, path: str) -> tuple[int, str]:
    async with crowd.get(path, headers=ITALIAN) as answer:
        return answer.status, await answer.text()


async def test_four_hundred_customers_cost_one_look(tmp_path):
    async with (
        site(tmp_path, fresh=3600.0) as web,
        aiohttp.ClientSession(str(web.http.base_url), connector=aiohttp.TCPConnector(limit=0)) as crowd,
    ):
        await web.told()

        answers = await asyncio.gather(*(read(crowd, "/status") for _ in range(400)))

        assert len(set(answers)) == 1
        assert answers[0][0] == 200
        assert web.watched.readings == 2  # who we are, and what was told


async def test_while_the_database_does_not_answer_visitors_see_what_was_last_known(web):
    await web.told()
    before = await web.http.get("/status", headers=ITALIAN)

    web.watched.down = True
    after = await web.http.get("/status", headers=ITALIAN)
    answer_link = await web.http.get("/ack/" + "x" * 22, headers=ITALIAN)

    assert (after.status_code, after.text) == (200, before.text)
    assert answer_link.status_code == 503
    assert answer_link.headers["retry-after"]
    assert '<html lang="it">' in answer_link.text
