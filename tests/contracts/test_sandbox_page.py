"""The browser page of the embedded workspace, in a real browser against the real workspace."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.contracts.page_blocks import card, every_block
from tests.contracts.page_world import PageWorld, Screens, page_world

pytestmark = pytest.mark.asyncio(loop_scope="session")
GAP = re.compile(r"\{\w+\}")


@pytest_asyncio.fixture(loop_scope="session")
async def world(screens: Screens) -> AsyncIterator[PageWorld]:
    async with page_world(screens) as running:
        yield running
        assert running.complaints == []


async def writes(page: Page, text: str) -> None:
    composer = page.get_by_test_id("composer")
    await composer.fill(text)
    await composer.press("Enter")


# --- who we are ---


async def test_a_visitor_chooses_who_to_be_and_stands_in_the_first_channel(world):
    page = await world.opens()
    await expect(page.get_by_test_id("person-kenji")).to_contain_text("ospite")

    await page.get_by_test_id("person-marta").click()

    await expect(page.get_by_test_id("me")).to_have_text("Marta Colombo")
    await expect(page.get_by_test_id("place-name")).to_have_text("general")
    await expect(page).to_have_url(re.compile("as=marta.*channel=general"))


async def test_becoming_someone_else_shows_their_channels_and_their_language(world):
    page = await world.opens("marta")
    await page.get_by_test_id("person-switcher").click()

    await page.get_by_test_id("who-dialog").get_by_test_id("person-paolo").click()

    await expect(page.get_by_test_id("me")).to_have_text("Paolo Grant")
    await expect(page.get_by_test_id("channel-direzione")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_have_attribute("aria-label", "Message #general")
    await page.go_back()
    await expect(page.get_by_test_id("me")).to_have_text("Marta Colombo")


async def test_a_name_that_nobody_has_leads_back_to_the_choice(world):
    page = await world.opens()

    await page.goto(f"{world.sandbox.url}/?as=nobody")

    await expect(page.get_by_test_id("who-page")).to_be_visible()
    world.complaints.clear()  # the browser notes the refused address


async def test_the_language_toggle_outlives_a_change_of_person(world):
    page = await world.opens("marta")

    await page.get_by_test_id("lang-en").click()

    await expect(page.get_by_test_id("composer")).to_have_attribute("aria-label", "Message #general")
    await expect(page).to_have_url(re.compile("lang=en"))
    await expect(page.locator("html")).to_have_attribute("lang", "en")


async def test_both_languages_have_the_same_words_with_the_same_gaps(world):
    page = await world.opens("marta")

    words = {
        code: await page.evaluate(f"import('/page/words.{code}.js').then((m) => m.default)") for code in ("en", "it")
    }

    assert list(words["en"]) == list(words["it"])
    for key, english in words["en"].items():
        assert sorted(GAP.findall(english)) == sorted(GAP.findall(words["it"][key])), key


async def test_becoming_someone_the_app_has_written_to_opens_what_it_wrote(world):
    await world.posts("U0BRUNO", text="SEV1: tocca a te")
    page = await world.opens("marta")
    await page.get_by_test_id("person-switcher").click()

    await page.get_by_test_id("who-dialog").get_by_test_id("person-bruno").click()

    await expect(page.get_by_test_id("message")).to_contain_text("SEV1: tocca a te")
    await expect(page.get_by_test_id("dm-app")).to_have_attribute("aria-current", "page")


async def test_becoming_someone_who_is_not_in_the_channel_leads_to_one_of_theirs(world):
    page = await world.opens("marta", channel="negozi")
    await page.get_by_test_id("person-switcher").click()

    await page.get_by_test_id("who-dialog").get_by_test_id("person-elena").click()

    await expect(page.get_by_test_id("me")).to_have_text("Elena Ventura")
    await expect(page.get_by_test_id("place-name")).to_have_text("general")


# --- reading and writing ---


async def test_what_one_person_writes_another_reads_without_losing_the_draft(world):
    marta, james = await world.opens("marta"), await world.opens("james")
    await james.get_by_test_id("composer").fill("half a thou")

    await writes(marta, "Casse ferme, @Anna Riva guarda *subito*")

    shown = james.get_by_test_id("message").filter(has_text="Casse ferme")
    await expect(shown).to_contain_text("@Anna Riva")
    await expect(shown.locator("strong")).to_have_text("subito")
    await expect(james.get_by_test_id("announcer")).to_contain_text("Casse ferme")
    await expect(james.get_by_test_id("composer")).to_have_value("half a thou")
    await expect(james.get_by_test_id("composer")).to_be_focused()
    await expect(marta.get_by_test_id("composer")).to_have_value("")


async def test_shift_enter_starts_a_line_and_enter_sends(world):
    page = await world.opens("marta")
    composer = page.get_by_test_id("composer")

    await composer.press_sequentially("una riga")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("un'altra")
    await composer.press("Enter")

    await expect(page.get_by_test_id("message-text")).to_have_text("una rigaun'altra")
    await expect(page.get_by_test_id("message-text").locator("br")).to_have_count(1)


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src=x onerror="window.hurt=1">',
        "<script>window.hurt=1</script>",
        "<javascript:window.hurt=1|innocent>",
        "*<b onmouseover=window.hurt=1>bold</b>*",
        "&lt;script&gt;window.hurt=1&lt;/script&gt;",
    ],
)
async def test_hostile_text_stays_dead(world, hostile):
    await world.posts(text=hostile, blocks=[{"type": "markdown", "text": hostile}])
    page = await world.opens("marta")

    await writes(page, hostile)

    messages = page.get_by_test_id("messages")
    await expect(page.get_by_test_id("message")).to_have_count(2)
    await expect(messages.locator("script, img, b, a[href^=javascript]")).to_have_count(0)
    assert await page.evaluate("window.hurt") is None


async def test_times_are_told_in_the_readers_own_zone(world):
    await world.posts(text="ora", blocks=card("casse"))

    turin, london = await world.opens("marta"), await world.opens("james")

    await expect(turin.get_by_test_id("message")).to_contain_text("dalle 10:02")
    await expect(london.get_by_test_id("message")).to_contain_text("dalle 09:02")
    await expect(turin.get_by_test_id("clock-now")).to_have_text("10:06:10")
    await expect(london.get_by_test_id("clock-now")).to_have_text("09:06:10")


async def test_a_reader_further_up_stays_there_and_is_offered_what_is_new(world):
    for number in range(30):
        await world.posts(text=f"riga {number}\n\n\nfine")
    page = await world.opens("marta")
    await expect(page.get_by_test_id("message").last).to_be_in_viewport()
    await page.get_by_test_id("messages").evaluate("(list) => { list.scrollTop = 200 }")

    await world.posts(text="l'ultima")

    await page.get_by_test_id("messages-jump").click()
    await expect(page.get_by_test_id("message").filter(has_text="l'ultima")).to_be_in_viewport()


async def test_what_came_while_away_stands_under_a_line_and_is_counted(world):
    page = await world.opens("marta", channel="incidents")
    first = await world.posts(text="già letto")
    await page.get_by_test_id("channel-general").click()
    await expect(page.locator(f"[data-ts='{first}']")).to_be_visible()
    await page.get_by_test_id("channel-incidents").click()

    await world.posts(text="nuovo")
    await expect(page.get_by_test_id("channel-general").get_by_test_id("unread")).to_contain_text("1")
    await page.get_by_test_id("channel-general").click()

    await expect(page.get_by_test_id("unread-line")).to_be_visible()
    await expect(page.get_by_test_id("unread")).to_have_count(0)


async def test_those_who_come_in_together_share_a_line_in_the_pages_language(world):
    room = (await world.slack.conversations_create(name="inc-1"))["channel"]["id"]
    await world.posts(room, text="la scheda")
    await world.slack.conversations_invite(channel=room, users="U0ANNA,U0BRUNO,U0MARTA,U0LUCA,U0PAOLO")
    await world.slack.conversations_setTopic(channel=room, topic="SEV1 · in analisi")
    await world.sandbox.person("luca").leaves("inc-1")
    page = await world.opens("marta", channel="inc-1")
    lines = page.get_by_test_id("system-line")

    await expect(lines).to_contain_text(
        [
            "Anna Riva, Bruno Ferri e altre 3 persone sono entrati nel canale",
            "Anticrisi ha cambiato l'argomento: SEV1 · in analisi",
            "Luca Moretti lascia il canale",
        ]
    )
    await page.get_by_test_id("lang-en").click()
    await expect(lines.first).to_contain_text("Anna Riva, Bruno Ferri and 3 others joined the channel")


async def test_the_line_above_what_is_new_never_parts_those_who_came_in(world):
    room = (await world.slack.conversations_create(name="inc-1"))["channel"]["id"]
    await world.slack.conversations_invite(channel=room, users="U0ANNA,U0MARTA")
    await world.posts(room, text="già letto")
    page = await world.opens("anna", channel="inc-1")
    await expect(page.get_by_test_id("message")).to_have_count(1)
    await page.get_by_test_id("channel-general").click()
    await world.slack.conversations_invite(channel=room, users="U0BRUNO,U0LUCA")
    await world.posts(room, text="nuovo")
    await expect(page.get_by_test_id("channel-inc-1").get_by_test_id("unread")).to_contain_text("1")

    await page.get_by_test_id("channel-inc-1").click()

    await expect(page.get_by_test_id("system-line").last).to_contain_text("Bruno Ferri e Luca Moretti sono entrati")
    after = page.get_by_test_id("unread-line").locator("xpath=following-sibling::*[1]")
    await expect(after).to_contain_text("nuovo")


async def test_every_block_and_element_is_drawn(world):
    await world.posts(text="tutto", blocks=every_block())

    page = await world.opens("marta")

    message = page.get_by_test_id("message")
    words = ["Titolo", "Sezione", "Molti", "Contesto", "Ricco", "@Anna Riva", "Voce", "Citato", "Codice"]
    for word in [
        *words,
        "Capitolo",
        "Fatto",
        "Cella",
        "Statico",
        "Persona",
        "Conversazione",
        "Radio",
        "Spunta",
        "Grafico",
    ]:
        await expect(message).to_contain_text(word)
    await expect(message.get_by_test_id("date-field")).to_have_count(2)
    await expect(message.get_by_text(re.compile("non si può mostrare"))).to_have_count(0)
    world.complaints[:] = [said for said in world.complaints if "ERR_NAME_NOT_RESOLVED" not in said]  # the lost image


async def test_only_she_sees_what_is_only_visible_to_her(world):
    marta, james = await world.opens("marta"), await world.opens("james")

    await writes(marta, "/crisis aiuto")
    await writes(marta, "e questo a tutti")

    await expect(marta.get_by_test_id("ephemeral-note")).to_have_text("Lo vedi solo tu")
    await expect(james.get_by_test_id("message")).to_contain_text("e questo a tutti")
    await expect(james.get_by_test_id("messages")).not_to_contain_text("Solo per")


async def test_a_reply_goes_to_the_thread_beside_the_channel(world):
    await world.posts(text="la domanda")
    page = await world.opens("marta")
    await page.get_by_test_id("message").hover()
    await page.get_by_test_id("tool-thread").click()

    reply = page.get_by_test_id("thread-composer")
    await reply.fill("la risposta")
    await reply.press("Enter")

    await expect(page.get_by_test_id("thread-messages").get_by_text("la risposta")).to_be_visible()
    await expect(page.get_by_test_id("thread-link")).to_contain_text("1 risposta")
    await expect(page.get_by_test_id("messages").get_by_text("la risposta")).to_have_count(0)


async def test_a_message_is_marked_and_given_to_a_shortcut(world):
    await world.posts(text="da ricordare")
    page = await world.opens("marta")
    await page.get_by_test_id("message").hover()

    await page.get_by_test_id("tool-pin").click()
    await expect(page.get_by_test_id("reaction-pushpin")).to_contain_text("1")
    await page.get_by_test_id("tool-more").click()
    await page.get_by_test_id("shortcut-add_to_timeline").click()

    await expect(page.get_by_test_id("tool-more")).not_to_have_attribute("aria-busy", "true")
    assert {"kept": "da ricordare"} in world.heard


async def test_a_shared_file_is_looked_at_in_place(world):
    await world.slack.conversations_join(channel="C0GENERAL")
    await world.slack.files_upload_v2(
        channel=world.channel_id("general"), filename="nota.md", content="# Riga <b>viva</b>"
    )
    page = await world.opens("marta")

    await page.get_by_test_id("file-preview-toggle").click()

    await expect(page.get_by_test_id("file-preview")).to_have_text("# Riga <b>viva</b>")
