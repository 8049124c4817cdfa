"""Answer links, as the browser of whoever was called opens them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx

from tests.world import World


@dataclass(frozen=True)
class Page:
    """A web page as a browser got it."""

    status: int
    text: str

    def mentions(self, words: str) -> bool:
        return words.lower() in self.text.lower()


LINK = re.compile(r"https?://\S+/ack/[\w-]+")


def client(**options: Any) -> httpx.AsyncClient:
    """Everything is on loopback and unencrypted: reading the trusted authorities would cost more than the request."""
    return httpx.AsyncClient(verify=False, **options)


def link_in(text: str) -> str:
    """The answer link of a text message."""
    found = LINK.search(text)
    assert found, f"there is no link in {text!r}"
    return found[0]


async def opens_link(url: str) -> Page:
    """A browser, or a scanner, opens an address."""
    async with client() as browser:
        answer = await browser.get(url, headers={"Accept-Language": "it"})
    return Page(answer.status_code, unescape(answer.text))


async def presses_in_page(world: World, url: str, answer: str, *, page: object = None) -> Page:
    """A button of the page behind an answer link, and everything that follows from it. ``page``: of which call."""
    fields = {"answer": answer} if page is None else {"answer": answer, "page": str(page)}
    async with client() as browser:
        shown = await browser.post(url, data=fields, headers={"Accept-Language": "it"})
    await world.settles()
    return Page(shown.status_code, unescape(shown.text))
