"""Commands, forms and buttons on the embedded workspace's page."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.contracts.page_blocks import card
from tests.contracts.page_world import PageWorld, Screens, page_world

pytestmark = pytest.mark.asyncio(loop_scope="session")


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


async def picks(page: Page, form: Locator, block: str, typed: str) -> None:
    await form.get_by_test_id(f"field-{block}").get_by_role("combobox").click()
    await page.get_by_test_id("select-filter").fill(typed)
    await page.get_by_test_id("option").filter(has_text=typed).click()


# --- commands and forms ---


async def test_a_slash_lists_the_commands_with_their_hints(world):
    page = await world.opens("marta")
    composer = page.get_by_test_id("composer")

    await composer.press_sequentially("/cr")
    await expect(page.get_by_test_id("command-option")).to_contain_text("/crisis [what is happening]")
    await composer.press("Tab")

    await expect(composer).to_have_value("/crisis ")
    await expect(composer).to_be_focused()


async def test_an_at_sign_completes_a_colleague(world):
    page = await world.opens("marta")
    composer = page.get_by_test_id("composer")

    await composer.press_sequentially("chiama @ann")
    await composer.press("Enter")
    await composer.press("Enter")

    await expect(page.get_by_test_id("message-text").locator(".mention")).to_have_text("@Anna Riva")


async def test_a_filled_form_reaches_the_app_and_its_card_arrives(world):
    page = await world.opens("marta")
    form = await opens_form(page)
    await form.get_by_label("SEV2").check()
    await picks(page, form, "scenario", "Casse")
    await picks(page, form, "like", "cert")
    await form.get_by_label("Da quando").fill("2026-11-21T10:02")
    await form.get_by_label("Privato").check()

    await form.get_by_test_id("modal-submit").click()

    await expect(form).to_have_count(0)
    await expect(page.get_by_test_id("message")).to_contain_text("INC-42 · casse bloccate")
    values = next(heard["submitted"] for heard in world.heard if "submitted" in heard)
    assert values["severity"]["text"]["selected_option"]["value"] == "2"
    assert values["scenario"]["text"]["selected_option"]["value"] == "tills"
    assert values["like"]["similar"]["selected_option"]["value"] == "12"
    assert values["since"]["text"]["selected_date_time"] == 1795251720
    assert values["boxes"]["text"]["selected_options"][0]["value"] == "private"


async def test_people_are_chosen_and_taken_back_in_a_multiple_choice(world):
    page = await world.opens("marta")
    form = await opens_form(page)

    await picks(page, form, "also", "Anna")
    await page.get_by_test_id("select-filter").fill("Luca")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await form.get_by_label("Togli Anna Riva").click()

    await expect(form.get_by_test_id("chip")).to_have_text("Luca Moretti")


async def test_an_empty_required_field_is_named_before_the_app_hears(world):
    page = await world.opens("marta")
    form = await opens_form(page)
    title = form.get_by_label("Che cosa succede?")
    await title.fill("")

    await form.get_by_test_id("modal-submit").click()

    await expect(form.get_by_test_id("field-title")).to_contain_text("è obbligatorio")
    await expect(title).to_be_focused()
    assert not any("submitted" in heard for heard in world.heard)


async def test_the_apps_complaint_stands_under_its_field_and_nothing_is_lost(world):
    page = await world.opens("marta")
    form = await opens_form(page)
    seen = form.get_by_label("Che cosa vedono i clienti")
    await seen.fill("colpa del fornitore")

    await form.get_by_test_id("modal-submit").click()

    await expect(form.get_by_test_id("field-seen")).to_contain_text("Per i clienti siamo noi.")
    await expect(seen).to_have_value("colpa del fornitore")
    await expect(seen).to_be_focused()


async def test_what_was_written_stays_when_the_app_redraws_the_form(world):
    page = await world.opens("marta")
    form = await opens_form(page)
    title = form.get_by_label("Che cosa succede?")
    await title.fill("casse ferme a Torino")

    await form.get_by_text("Anteprima").click()

    await expect(form).to_contain_text("Verrebbe chiamato Bruno")
    await expect(title).to_have_value("casse ferme a Torino")


async def test_a_second_form_lies_on_the_first_and_escape_leads_back_then_out(world):
    page = await world.opens("marta")
    form = await opens_form(page)
    await form.get_by_label("Che cosa succede?").fill("casse ferme")
    await form.get_by_text("Chi viene chiamato?").click()
    await expect(page.get_by_test_id("modal-title")).to_have_text("Chi")

    await page.keyboard.press("Escape")
    await expect(form.get_by_label("Che cosa succede?")).to_have_value("casse ferme")
    await page.keyboard.press("Escape")

    await expect(form).to_have_count(0)
    await world.sandbox.quiet()
    assert {"closed": "declare"} in world.heard


async def test_a_dangerous_button_asks_first(world):
    await world.posts(text="carta", blocks=card("casse"))
    page = await world.opens("marta")

    await page.get_by_role("button", name="Risolvi").click()
    await page.get_by_test_id("confirm-no").click()
    await page.get_by_role("button", name="Prendi la guida").click()
    await page.get_by_role("button", name="Risolvi").click()
    await page.get_by_test_id("confirm-yes").click()

    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert [heard["pressed"] for heard in world.heard if "pressed" in heard] == ["lead", "resolve"]


async def test_an_overflow_menu_sends_the_chosen_option(world):
    await world.posts(text="carta", blocks=card("casse"))
    page = await world.opens("marta")

    await page.get_by_test_id("block-overflow").click()
    await page.get_by_role("menuitem", name="Falso allarme").click()

    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert {"pressed": "more", "option": "false"} in world.heard


async def test_the_lightning_menu_offers_the_apps_shortcuts(world):
    page = await world.opens("marta")

    await page.get_by_test_id("shortcuts").click()
    await page.get_by_test_id("shortcut-declare_incident").click()

    await expect(page.get_by_test_id("modal-title")).to_have_text("Segnala una crisi")


async def test_whoever_arrives_on_the_home_tab_finds_it_drawn(world):
    page = await world.opens("marta", "home")

    await page.get_by_test_id("home").get_by_role("button", name="Segnala").wait_for()


async def test_the_home_tab_is_what_the_app_publishes_when_it_is_opened(world):
    page = await world.opens("marta")
    await page.get_by_test_id("home-tab").click()

    await page.get_by_test_id("home").get_by_role("button", name="Segnala").click()

    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert {"pressed": "lead", "option": None} in world.heard
