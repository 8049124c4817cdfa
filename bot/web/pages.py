"""Templates into pages: rendered once, with everything that a browser must be told about them.

Promises that whatever a person typed comes out as text. Refuses a context that leaves a template's name open.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.web.languages import choose
from messages.site import error_page
from messages.words import languages, words_for

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES: Final = Path(__file__).parent / "templates"
_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Pages:
    """The templates. ``home`` is the path of the status page as visitors see it."""

    def __init__(self, *, home: str, default_language: str) -> None:
        self._home = home
        self._default_language = default_language

    @cached_property
    def _templates(self) -> Environment:
        """Loaded for the first visitor: the bot is ready before. Everything is escaped, the feed too: it is XML."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        return Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )

    def draw(self, template: str, context: Mapping[str, Any]) -> str:
        """One page, without the characters that neither HTML nor XML knows (XML 1.0, 2.2)."""
        return _NOT_XML.sub("", self._templates.get_template(template).render(context))

    def fault(self, request: Request, code: str, status: int, *, language: str | None = None) -> HTMLResponse:
        """The page that says what could not be shown, in the visitor's language."""
        known = languages()
        ours = (self._default_language, *known) if self._default_language in known else known
        words = words_for(language or choose(request, ours).language)
        link = self._home if code == "not_found" else ""
        headers = {"Cache-Control": "no-store", "Content-Language": words.language, "X-Robots-Tag": "noindex"}
        body = self.draw("error.html", error_page(words, code, link=link))
        return HTMLResponse(body, status, headers={**headers, "Vary": "Accept-Language"})


def style_hashes() -> str:
    """What a content policy allows: the style sheets inside our templates, and no other."""
    sheets = (sheet for page in sorted(TEMPLATES.glob("*.html")) for sheet in _sheets(page.read_text("utf-8")))
    digests = (base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode() for sheet in sheets)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def _sheets(source: str) -> list[str]:
    return re.findall(r"<style>(.*?)</style>", source, re.S)
