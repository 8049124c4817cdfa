"""In which language a visitor is answered: what they asked for, then what their browser asks, then ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request

_MOST_TAGS = 20  # of an Accept-Language header; nobody reads more


@dataclass(frozen=True)
class Choice:
    """A language, and whether the visitor asked for it by name (links then keep it)."""

    language: str
    asked: bool = False


def choose(request: Request, offered: Sequence[str]) -> Choice:
    """One of the languages offered; the first of them when the visitor names none of them."""
    asked = request.query_params.get("lang", "")
    if asked in offered:
        return Choice(asked, asked=True)
    wanted = (tag.split("-")[0] for tag in preferred(request.headers.get("accept-language", "")))
    return Choice(next((language for language in wanted if language in offered), offered[0]))


def preferred(header: str) -> Iterator[str]:
    """The tags of an Accept-Language header (RFC 9110, 12.5.4), the dearest first; those refused are left out."""
    weighed = [_weighed(part) for part in header.split(",")[:_MOST_TAGS]]
    yield from (tag for tag, weight in sorted(weighed, key=lambda each: -each[1]) if tag and weight > 0)


def _weighed(part: str) -> tuple[str, float]:
    tag, _, weight = part.partition(";")
    name, _, value = weight.partition("=")
    if not weight.strip():
        return tag.strip().lower(), 1.0
    try:
        return tag.strip().lower(), float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return "", 0.0
