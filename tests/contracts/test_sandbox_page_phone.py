"""The phone, the clock, the guide, the keyboard and the small screen on the embedded workspace's page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.sandbox.server import TurnRequest
from tests.contracts.page_blocks import card
from tests.contracts.page_world import PageWorld, Screens, answering_phones, page_world

pytestmark = pytest.mark.asyncio(loop_scope="session")
POCKET = {"viewport": {"width": 390, "height": 844}}
CONTRASTS = """() => {
  const rgb = (text) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const glow = ([red, green, blue]) => 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color[3] > 250) return color;
    }
    return [255, 255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const told = walker.currentNode.textContent.trim();
    const seen = node.checkVisibility({ visibilityProperty: true }) && !node.closest(":disabled, .only-heard, .emoji");
    if (!told || !seen) continue;
    const [one, two] = [glow(rgb(getComputedStyle(node).color)), glow(ground(node))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) faint.push(`${told.slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return faint;
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def world(screens: Screens) -> AsyncIterator[PageWorld]:
    async with page_world(screens) as running:
        yield running
        assert running.complaints == []


async def opens_form(page: Page, text: str = "casse bloccate") -> Locator:
    composer = page.get_by_test_id("composer")
    await composer.fill(f"/crisis {text}")
    await composer.press("Enter")
    form = page.get_by_test_id("modal")
    await expect(form).to_be_visible()
    return form


# --- the phone and the clock ---


async def test_a_text_arrives_with_a_badge_and_is_answered(world):
    page = await world.opens("bruno", address={"phone": "0"})
    await world.texts("bruno", "SEV1 INC-42. Rispondi 1 ci penso io, o apri https://ventura.example/ack/x")
    await expect(page.get_by_test_id("phone-badge")).to_have_text("1")

    await page.get_by_test_id("phone-toggle").click()
    await expect(page.get_by_test_id("sms").get_by_role("link")).to_have_attribute(
        "href", "https://ventura.example/ack/x"
    )
    await page.get_by_test_id("phone-reply").fill("1")
    async with answering_phones() as phones:
        world.sandbox.twilio_webhook_base = phones
        await page.get_by_test_id("phone-reply").press("Enter")

        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await expect(page.get_by_test_id("sms-out")).to_contain_text("1")
    await expect(page.get_by_test_id("phone-badge")).to_have_count(0)


async def test_a_first_text_is_written_to_the_app_before_it_has_written_any(world):
    async with answering_phones() as phones:
        world.sandbox.twilio_webhook_base = phones
        page = await world.opens("marta", address={"phone": "1"})
        field = page.get_by_role("textbox", name="Scrivi un SMS all'app")

        await field.fill("crisi casse bloccate")
        await field.press("Enter")

        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await expect(page.get_by_test_id("sms-out")).to_contain_text("crisi casse bloccate")
    [sent] = world.sandbox.person("marta").phone.thread
    assert (sent.to, sent.direction) == (world.sandbox.twilio_from, "out")
    await expect(page.get_by_role("textbox", name="Rispondi con un SMS")).to_be_visible()


async def test_with_no_telephone_connected_there_is_nobody_to_write_to(world):
    page = await world.opens("marta", address={"phone": "1"})

    await expect(page.get_by_test_id("phone-list")).to_be_visible()
    await expect(page.get_by_test_id("phone-reply")).to_be_hidden()


async def test_a_call_rings_is_answered_and_speaks_in_captions(world):
    page = await world.opens("bruno", **POCKET)
    async with answering_phones() as phones:
        await world.calls("bruno", f"{phones}/key")
        await page.get_by_test_id("phone-answer").click()
        await expect(page.get_by_test_id("call-captions")).to_contain_text("Premi 1 se ci pensi tu")

        await page.get_by_test_id("phone-key-1").click()

        await expect(page.get_by_test_id("phone").get_by_text("Hai premuto 1, grazie.").first).to_be_visible()


async def test_the_clock_is_turned_by_its_buttons(world):
    page = await world.opens("marta")

    await page.get_by_test_id("clock-plus-5").click()

    await expect(page.get_by_test_id("clock-now")).to_have_text("10:11:10")


async def test_links_and_progress_are_shown_when_there_are_any(world):
    world.sandbox.links.append(("Quello che vedono i clienti", "http://127.0.0.1:1/status"))
    page = await world.opens("marta")

    world.sandbox.progress = "Marta segnala le casse bloccate"

    await expect(page.get_by_test_id("progress")).to_have_text("Marta segnala le casse bloccate")
    await expect(page.get_by_test_id("page-link")).to_have_attribute("href", "http://127.0.0.1:1/status")


async def test_while_the_clock_is_being_turned_no_button_turns_it_further(world):
    turned = asyncio.Event()

    async def slowly(request: TurnRequest) -> None:
        await turned.wait()
        await world.clock.turn(request)

    world.sandbox.on_turn = slowly
    page = await world.opens("marta")

    await page.get_by_test_id("clock-plus-5").click()
    await expect(page.get_by_test_id("clock-plus-5")).to_have_attribute("aria-busy", "true")
    await expect(page.get_by_test_id("progress")).to_have_text("Il tempo passa…")
    await expect(page.get_by_test_id("clock-plus-30")).to_be_disabled()
    await page.get_by_test_id("clock-plus-30").click(force=True)
    turned.set()

    await expect(page.get_by_test_id("clock-plus-30")).to_be_enabled()
    await expect(page.get_by_test_id("clock-now")).to_have_text("10:11:10")
    await expect(page.get_by_test_id("progress")).to_be_hidden()


async def test_a_silent_workspace_is_said_to_be_silent(world):
    page = await world.opens("marta")

    await page.context.set_offline(True)
    await page.get_by_test_id("clock-plus-1").click()

    await expect(page.get_by_test_id("offline")).to_have_text("Lo spazio di lavoro non risponde; riprovo")
    await page.context.set_offline(False)
    await page.get_by_test_id("clock-plus-1").click()
    await expect(page.get_by_test_id("offline")).to_be_hidden()
    world.complaints.clear()  # the browser notes the lost connection


# --- for every hand and eye ---


async def test_the_keyboard_goes_everywhere(world):
    page = await world.opens("marta")

    await page.keyboard.press("Control+k")
    await page.get_by_test_id("switch-field").fill("negozi")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("place-name")).to_have_text("negozi")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.get_by_test_id("place-name")).to_have_text("incidents")
    await page.keyboard.press("Control+k")
    await page.get_by_test_id("switch-field").fill("James")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("me")).to_have_text("James Hill")


async def test_every_control_has_a_name_and_a_visible_focus(world):
    await world.posts(text="carta", blocks=card("casse"))
    page = await world.opens("marta")

    nameless = await page.get_by_test_id("page").evaluate(
        """(root) => [...root.querySelectorAll("button, a, input, textarea, [role=combobox]")]
            .filter((node) => node.checkVisibility() && !(node.getAttribute("aria-label") || node.textContent.trim()))
            .map((node) => node.outerHTML)"""
    )
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    ring = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")

    assert nameless == []
    assert ring == "solid"


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_word_stands_out_from_its_ground(world, theme):
    await world.posts(text="carta", blocks=card("casse"))
    page = await world.opens("marta", color_scheme=theme, address={"guide": "1"})
    await expect(page.get_by_test_id("message")).to_be_visible()

    faint = await page.evaluate(CONTRASTS)
    await opens_form(page)

    assert faint == []
    assert await page.get_by_test_id("modal").evaluate(CONTRASTS) == []


async def test_on_a_small_screen_the_guide_is_one_line_until_it_is_asked(world):
    page = await world.opens("marta", address={"guide": "1"}, **POCKET)
    guide = page.get_by_test_id("guide")
    one_line = await guide.bounding_box()

    await page.get_by_test_id("guide-fold").click()

    await expect(guide).to_contain_text("/crisis casse bloccate")
    assert one_line is not None
    assert one_line["height"] < 50


async def test_on_a_small_screen_a_form_fills_it_and_its_button_stays_in_sight(world):
    page = await world.opens("marta", **POCKET)

    form = await opens_form(page)

    assert await form.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    await form.get_by_label("Che cosa succede?").evaluate("(field) => field.scrollIntoView()")
    await expect(form.get_by_test_id("modal-submit")).to_be_in_viewport(ratio=1)


async def test_on_a_small_screen_everything_is_within_reach(world):
    await world.posts(text="carta", blocks=card("casse bloccate in tutti i negozi"))
    page = await world.opens("marta", **POCKET)

    await page.get_by_test_id("drawer-toggle").click()
    await page.get_by_test_id("channel-incidents").click()
    await expect(page.get_by_test_id("place-name")).to_have_text("incidents")
    await page.get_by_test_id("phone-toggle").click()
    await expect(page.get_by_test_id("phone-list")).to_be_in_viewport()
    await page.get_by_test_id("phone-close").click()
    await page.get_by_test_id("top-more").click()
    await page.get_by_test_id("menu-theme").click()

    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
