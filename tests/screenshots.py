"""The documentation's pictures, taken again: ``python -m tests.screenshots [name …]``.

A story is played on a real stage with a clock that stands still, and photographed on the way, so that the same
words and times are in the pictures every time. Emoji are left out: which font draws them depends on the machine.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.clock import TurnableClock
from bot.demo.run import SATURDAY_MORNING
from bot.demo.stage import Stage
from bot.demo.story import Storyteller
from tests.contracts.page_world import FLAGS, REMEDY, installed

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WIDE = (1280, 800)
TALL = (1200, 1100)
POCKET = (390, 780)
WITHOUT_EMOJI = ".emoji:not(:has(svg)) { display: none }"
FINDING = "Il certificato dei terminali di pagamento è scaduto stanotte"


@dataclass
class Photographer:
    """Looks at the stage through somebody's eyes and keeps what is seen."""

    story: Storyteller
    browser: Browser
    wanted: frozenset[str]

    async def workspace(
        self, picture: str, *, who: str, channel: str, size: tuple[int, int] = WIDE, **look: str
    ) -> None:
        """The page of the workspace as this person has it before them."""
        address = {"as": who, "channel": channel, "guide": "0", "phone": "0", "theme": "light", **look}
        query = "&".join(f"{name}={value}" for name, value in address.items())
        await self._keep(picture, f"{self.story.stage.sandbox.url}/?{query}", size, shown="#page:not([hidden])")

    async def status_page(self, picture: str) -> None:
        """What customers see, on an Italian telephone."""
        await self._keep(picture, f"{self.story.stage.app.public_url}/status", POCKET, shown="main")

    async def _keep(self, picture: str, url: str, size: tuple[int, int], *, shown: str) -> None:
        if self.wanted and picture not in self.wanted:
            return
        width, height = size
        context = await self.browser.new_context(
            locale="it-IT", viewport={"width": width, "height": height}, bypass_csp=True
        )
        page = await context.new_page()
        await page.goto(url, wait_until="networkidle")
        await page.wait_for_selector(shown)
        await page.evaluate("document.fonts.ready")
        await self.story.stage.settled()
        await page.get_by_test_id("messages").evaluate_all("(lists) => lists.forEach((list) => (list.scrollTop = 0))")
        await page.screenshot(path=PICTURES / f"{picture}.png", style=WITHOUT_EMOJI, animations="disabled")
        await context.close()


async def declare(story: Storyteller, camera: Photographer) -> None:
    """Marta says what is wrong; Bruno's phone has it."""
    marta = story["marta"]
    await marta.types("/crisis casse bloccate in tutti i negozi")
    await camera.workspace("declare", who="marta", channel="general")
    await marta.submits()
    await marta.closes()
    await camera.workspace("page-phone", who="bruno", channel="D0BRUNO", size=POCKET, theme="dark")


async def answer(story: Storyteller) -> None:
    """Bruno can't, Anna can; Luca tells customers, and Anna reads it first."""
    await story["bruno"].presses("Can't", "dm")
    await story.wait(2)
    await story["anna"].texts("1")
    await story.wait(5)
    await story["luca"].presses("Publish…", "dm")
    await story["luca"].submits()
    await story["luca"].closes()
    await story["anna"].presses("Approve and publish", "dm")


async def work(story: Storyteller, camera: Photographer) -> None:
    """The room finds out why."""
    room = await story.room()
    anna = story["anna"]
    await anna.types(FINDING, room)
    await anna.person.reacts("pushpin", anna.person.sees(room)[-1])
    await story.breathe()
    await camera.workspace("room", who="anna", channel=room, size=TALL)
    await camera.status_page("status-page")
    await anna.person.opens_home()
    await story.breathe()
    await camera.workspace("home", who="anna", channel="home")


async def stay_in_touch(story: Storyteller, camera: Photographer) -> None:
    """Customers are owed a word again."""
    await story.wait(20)
    await camera.workspace("reminder", who="luca", channel="D0LUCA")


@asynccontextmanager
async def staged() -> AsyncIterator[Storyteller]:
    """A storyteller on a stage of its own, taken down again."""
    with tempfile.TemporaryDirectory(prefix="anticrisi-") as folder:
        clock = TurnableClock(SATURDAY_MORNING, frozen=True)
        stage = await Stage.raised(database_url=f"sqlite:///{Path(folder) / 'pictures.db'}", clock=clock)
        try:
            yield Storyteller(stage, say=lambda line: None)
        finally:
            await stage.struck()


async def photographed(wanted: frozenset[str], chromium: str) -> None:
    """Play the story once, keeping the wanted pictures (all, when none is named)."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with staged() as story, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        camera = Photographer(story, browser, wanted)
        await declare(story, camera)
        await answer(story)
        await work(story, camera)
        await stay_in_touch(story, camera)
        await browser.close()


def main(names: Sequence[str]) -> int:
    """0 when the pictures are there; 2 without a browser to take them."""
    chromium = installed()
    if chromium is None:
        sys.stderr.write(f"{REMEDY}\n")
        return 2
    asyncio.run(photographed(frozenset(names), chromium))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
