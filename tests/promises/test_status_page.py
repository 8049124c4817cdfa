"""Customers read one honest page, in their language: what they were told, and when they hear again.

The page is drawn anew every few seconds, so each story looks at it once, when all is said.
"""

import re
from html import unescape
from xml.etree import ElementTree

import httpx

from tests.links import client
from tests.world import World

ITALIAN, ENGLISH = {"Accept-Language": "it-IT,it;q=0.9"}, {"Accept-Language": "en-GB"}
ATOM = "{http://www.w3.org/2005/Atom}"


async def visits(world: World, path: str, headers: dict[str, str] = ITALIAN) -> httpx.Response:
    """As a customer's browser does."""
    async with client(base_url=world.stage.app.public_url) as browser:
        return await browser.get(path, headers=headers)


def words(page: httpx.Response) -> str:
    """What stands on the page, without its marks."""
    assert page.status_code == 200
    return " ".join(unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", page.text, flags=re.S)).split())


async def tells_customers(world: World) -> None:
    """Anna has it; five minutes later the first statement is out."""
    await world.declares("marta", "casse bloccate per colpa di Acme")
    await world.person("anna").presses("Ci penso io", "dm")
    await world.waits(minutes=5)
    await world.person("luca").presses("Pubblica…", "dm")
    await world.person("luca").submits()
    await world.person("anna").presses("Approva e pubblica", "dm")


async def test_what_customers_were_told_stands_on_the_page_in_both_languages(any_world: World):
    world = any_world
    await tells_customers(world)

    italian, english = words(await visits(world, "/status")), words(await visits(world, "/status", ENGLISH))

    assert "Ci scusiamo: dalle 10:02 i pagamenti con carta non funzionano nei nostri negozi" in italian
    assert "Prossimo aggiornamento entro le 10:37" in italian
    assert "Stiamo cercando la causa" in italian
    assert "We're sorry: since 10:02, card payments are not working in our stores" in english
    assert "Next update by 10:37" in english
    for page, title in ((italian, "Casse bloccate"), (english, "Tills down")):
        assert title in page
        assert "Acme" not in page
        assert "Bottega Ventura" in page
        assert not any(name in page for name in ("Anna", "Luca", "Marta", "SEV1"))


async def test_the_page_the_feed_and_its_machine_readable_twin_say_the_same(world: World):
    await tells_customers(world)
    record = await world.newest()
    said, path = record.published[0], f"/status/{record.incident.public_id}"

    known = (await visits(world, "/status.json")).json()
    feed = ElementTree.fromstring((await visits(world, "/status.atom", ENGLISH)).text)
    page = words(await visits(world, path, ENGLISH))

    assert known["status"] == "trouble"
    assert [each["title"] for each in known["open"]] == ["Casse bloccate"]
    assert [each["text"] for each in known["open"][0]["statements"]] == [said.text("it")]
    assert known["open"][0]["next_update_at"] == "2026-03-10T09:37:00Z"
    assert known["open"][0]["url"].endswith(path)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 1
    assert said.text("en") in unescape(ElementTree.tostring(entries[0], encoding="unicode", method="text"))
    assert said.text("en") in page


async def test_every_statement_stays_on_the_page_the_newest_first_and_the_end_ends_it(world: World):
    await tells_customers(world)
    luca, anna = world.person("luca"), world.person("anna")
    await world.waits(minutes=20)
    await luca.presses("Nessuna novità, ci lavoriamo", "dm")
    await world.waits(minutes=5)
    await luca.types("/crisis risolto", await world.room())
    await luca.fills({"Come si è risolto": "Rinnovato il certificato di Acme"})
    await luca.submits()
    await anna.presses("Approva e pubblica", "dm")
    record = await world.newest()

    page = words(await visits(world, f"/status/{record.incident.public_id}"))
    known = (await visits(world, "/status.json")).json()

    kinds = [page.index(kind) for kind in ("Com'è finita", "Nessuna novità", "Primo messaggio")]
    assert kinds == sorted(kinds)
    assert all(said.text("it") in page for said in record.published)
    assert "Acme" not in page
    assert "Prossimo aggiornamento entro le 10:57" in page  # it was said, and stays said
    assert (known["status"], known["open"]) == ("ok", [])
    assert [each["status"] for each in known["past"]] == ["resolved"]
    assert known["past"][0]["next_update_at"] is None


async def test_a_late_word_is_admitted_on_the_page(world: World):
    await tells_customers(world)

    await world.waits(minutes=31)

    assert "dovevamo aggiornarvi entro le 10:37. Ci scusiamo." in words(await visits(world, "/status"))


async def test_an_incident_customers_were_not_told_of_does_not_exist_for_them(world: World):
    await world.declares("marta", "casse bloccate")
    incident = (await world.newest()).incident

    assert "Casse bloccate" not in words(await visits(world, "/status"))
    assert (await visits(world, "/status.json")).json()["open"] == []
    assert (await visits(world, f"/status/{incident.public_id}")).status_code == 404


async def test_of_a_private_incident_the_page_says_what_was_confirmed_and_no_more(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate per un furto", {"Chi può vederlo": ["Riservato"]})
    luca = world.person("luca")
    await luca.presses("Pubblica…", "dm")
    await luca.submits()
    assert "INC-1 è riservato, e queste parole vanno sulla pagina pubblica." in luca.form.plain
    assert (await world.newest()).statements == ()
    await luca.submits()
    await world.person("elena").presses("Approva e pubblica", "dm")
    record = await world.newest()
    assert len(record.published) == 1

    page = words(await visits(world, f"/status/{record.incident.public_id}"))
    assert record.published[0].text("it") in page
    assert record.published[0].text("it") in words(await visits(world, "/status"))
    assert "Un problema nei nostri servizi" in page
    assert not any(word in page for word in ("furto", "Casse bloccate"))


async def test_a_private_incident_customers_were_not_told_of_ends_without_a_word_to_them(world: World):
    await world.declares("marta", "casse bloccate per un furto", {"Chi può vederlo": ["Riservato"]})
    room, marta = await world.room(), world.person("marta")

    await marta.types("/crisis risolto era un errore di inventario", room)

    assert "Messaggio di chiusura ai clienti · italiano" not in marta.form.values
    assert not await marta.submits()
    record = await world.newest()
    assert (record.incident.status, record.statements) == ("resolved", ())


async def test_what_the_page_says_of_its_state_follows_the_last_statement_not_the_room(world: World):
    await tells_customers(world)
    bruno = world.person("bruno")
    await bruno.presses("Aggiorna il canale", await world.room())
    await bruno.fills({"Che cosa c'è di nuovo": "Trovato", "A che punto è": "Causa individuata"})
    await bruno.submits()

    assert (await world.newest()).incident.status == "identified"
    assert "Stiamo cercando la causa" in words(await visits(world, "/status"))


async def ended_and_opened_again(world: World) -> None:
    """Customers heard that it is over; ten minutes later it is back, and they were told nothing yet."""
    luca = world.person("luca")
    await luca.types("/crisis risolto", await world.room())
    await luca.fills({"Come si è risolto": "Rinnovato il certificato"})
    assert not await luca.submits()
    await world.person("elena").presses("Approva e pubblica", "dm")
    assert (await world.newest()).last_published.kind == "closing"
    await world.waits(minutes=10)
    await luca.types("/crisis riapri", await world.room())


async def test_nobody_reads_that_it_is_over_once_it_was_opened_again(world: World):
    await tells_customers(world)
    await ended_and_opened_again(world)

    page, known = words(await visits(world, "/status")), (await visits(world, "/status.json")).json()

    assert "Stiamo cercando la causa" in page
    assert not any(said in page for said in ("tutto funziona", "Concluso", "durata"))
    assert [each["status"] for each in known["open"]] == ["investigating"]
    assert known["open"][0]["next_update_at"] is None, "nothing was promised yet"


async def test_that_a_private_one_was_opened_again_is_not_said_before_somebody_confirms_it(world: World):
    await world.declares("marta", "casse bloccate per un furto", {"Chi può vederlo": ["Riservato"]})
    luca = world.person("luca")
    await luca.presses("Pubblica…", "dm")
    await luca.submits()
    await luca.submits()
    await world.person("elena").presses("Approva e pubblica", "dm")
    await world.waits(minutes=5)
    await ended_and_opened_again(world)

    page = words(await visits(world, "/status"))

    assert "Concluso" in page
    assert "durata 5 min" in page, "it ended for customers when they heard so"
