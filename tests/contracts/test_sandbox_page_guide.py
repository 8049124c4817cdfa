"""The guide of the embedded workspace's page: it leads a newcomer through a whole incident with the real bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.clock import TurnableClock
from bot.demo.stage import Stage
from messages.words import words_for
from tests.contracts.page_world import START, TIMEOUT_MS, Screens

pytestmark = pytest.mark.asyncio(loop_scope="session")
SAID = {
    "declare": "Declare",
    "ack": "I'm on it",
    "publish": "Publish…",
    "ask": "Ask for approval",
    "approve": "Approve and publish",
    "unchanged": "No change, still on it",
    "resolve": "Resolve",
}


@pytest_asyncio.fixture(loop_scope="session")
async def stage(database_url: str) -> AsyncIterator[Stage]:
    clock = TurnableClock(START, frozen=True)
    raised = await Stage.raised(database_url=database_url, clock=clock)
    yield raised
    await raised.struck()


@pytest_asyncio.fixture(loop_scope="session")
async def page(stage: Stage, screens: Screens) -> AsyncIterator[Page]:
    context = await screens.browser.new_context(locale="it-IT", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(TIMEOUT_MS)
    opened = await context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await opened.goto(stage.sandbox.url)
    await opened.get_by_test_id("person-marta").click()
    yield opened
    await context.close()
    assert complaints == []


async def at_step(page: Page, number: int) -> None:
    await expect(page.get_by_test_id("guide")).to_contain_text(f"{number} di 9")


async def presses(page: Page, label: str) -> None:
    await page.get_by_test_id("message").get_by_role("button", name=label, exact=True).last.click()


async def writes_what_the_guide_says(page: Page) -> None:
    await page.get_by_test_id("guide-write").click()
    await page.get_by_test_id("composer").press("Enter")


async def submits(page: Page) -> None:
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-submit")).to_have_count(0)
    if await page.get_by_test_id("modal").count():
        await page.keyboard.press("Escape")


async def test_it_leads_from_the_first_word_to_the_post_mortem(page):
    await at_step(page, 1)
    await writes_what_the_guide_says(page)
    await submits(page)

    await at_step(page, 2)
    await page.get_by_test_id("guide-become").click()
    await expect(page.get_by_test_id("place-name")).to_have_text("Anticrisi")
    await presses(page, "Ci penso io")

    await at_step(page, 3)
    await page.get_by_test_id("guide-go").click()
    await writes_what_the_guide_says(page)
    await page.get_by_test_id("message").filter(has_text="certificato").hover()
    await page.get_by_test_id("message").filter(has_text="certificato").get_by_test_id("tool-pin").click()

    await at_step(page, 4)
    await page.get_by_test_id("guide-become").click()
    await presses(page, "Pubblica…")
    await submits(page)

    await at_step(page, 5)
    await expect(page.get_by_test_id("guide")).to_contain_text("Come Bruno")  # who answered leads, and reads it
    await page.get_by_test_id("guide-become").click()
    await presses(page, "Approva e pubblica")

    await at_step(page, 6)
    await page.get_by_test_id("guide-become").click()
    await page.get_by_test_id("guide-go").click()
    unchanged = page.get_by_role("button", name="Nessuna novità, ci lavoriamo")
    while not await unchanged.count():
        before = await page.get_by_test_id("clock-now").text_content()
        await page.get_by_test_id("next-deadline").click()
        await expect(page.get_by_test_id("clock-now")).not_to_have_text(str(before))
        await expect(page.get_by_test_id("next-deadline")).to_be_enabled()
    await unchanged.click()

    await at_step(page, 7)
    await page.get_by_test_id("guide-become").click()
    await writes_what_the_guide_says(page)

    await at_step(page, 8)
    await page.get_by_test_id("guide-become").click()
    await page.get_by_test_id("guide-go").click()
    await writes_what_the_guide_says(page)
    await page.get_by_label("Come si è risolto").fill("Rinnovato il certificato.")
    await submits(page)

    await at_step(page, 9)
    await page.get_by_test_id("file-preview-toggle").click()
    await expect(page.get_by_test_id("guide")).to_contain_text("Questa era tutta la storia")


@pytest.mark.parametrize("code", ["it", "en"])
async def test_it_calls_buttons_by_the_names_they_have(page, code):
    words = words_for(code, "Europe/Rome")

    named = await page.evaluate(f"import('/page/words.{code}.js').then((m) => m.default)")

    assert {name: named[f"guide.says.{name}"] for name in SAID} == {name: words(said) for name, said in SAID.items()}


async def test_buttons_are_named_in_the_language_that_their_reader_has_chosen(page):
    await page.get_by_test_id("lang-en").click()

    await expect(page.get_by_test_id("guide")).to_contain_text("One field of the form is enough: press Declare.")


async def test_it_can_be_gone_through_by_hand_and_put_away(page):
    await page.get_by_test_id("guide-next").click()
    await at_step(page, 2)
    await page.get_by_test_id("guide-prev").click()
    await at_step(page, 1)

    await page.get_by_test_id("guide-hide").click()
    await page.reload()

    await expect(page.get_by_test_id("place-name")).to_have_text("general")
    await expect(page.get_by_test_id("guide")).to_have_count(0)
