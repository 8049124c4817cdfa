"""Slack's limits, written down apart from the builders: what breaks one is listed by its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

TEXTS = {
    "header": 150,
    "section": 3000,
    "context": 3000,
    "button": 75,
    "option": 75,
    "placeholder": 150,
    "label": 2000,
    "hint": 2000,
    "title": 24,
    "submit": 24,
    "close": 24,
    "description": 75,
}
COUNTS = {"actions": ("elements", 25), "context": ("elements", 10), "section": ("fields", 10)}
OPTIONS = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10, "static_select": 100}
LENGTHS = {"action_id": 255, "block_id": 255, "callback_id": 255, "value": 2000, "url": 3000, "private_metadata": 3000}


def broken(view: dict[str, Any]) -> list[str]:
    """Every limit that a view or a list of blocks under "blocks" breaks."""
    limit = 50 if "type" not in view else 100
    too_many = [f"{len(view['blocks'])} blocks"] if len(view["blocks"]) > limit else []
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    repeated = [f"block_id {name} twice" for name in set(ids) if ids.count(name) > 1]
    return [*too_many, *repeated, *_broken(view, "")]


def _broken(part: Any, place: str) -> Iterator[str]:
    if isinstance(part, list):
        for at, each in enumerate(part):
            yield from _broken(each, f"{place}[{at}]")
        return
    if not isinstance(part, dict):
        return
    yield from _own(part, place)
    for name, each in part.items():
        yield from _broken(each, f"{place}.{name}")


def _own(part: dict[str, Any], place: str) -> Iterator[str]:
    kind = str(part.get("type", ""))
    for name, limit in LENGTHS.items():
        if isinstance(part.get(name), str) and not len(part[name]) <= limit:
            yield f"{place}.{name}: {len(part[name])} characters"
    if kind in COUNTS and len(part.get(COUNTS[kind][0], ())) > COUNTS[kind][1]:
        yield f"{place}: too many {COUNTS[kind][0]}"
    if kind in OPTIONS and not 1 <= len(part["options"]) <= OPTIONS[kind]:
        yield f"{place}: {len(part['options'])} options"
    if kind in ("plain_text", "mrkdwn") and not 1 <= len(part["text"]) <= _room(place):
        yield f"{place}: {len(part['text'])} characters"


def _room(place: str) -> int:
    *_, last = place.rstrip("]0123456789[").split(".")
    if last == "text":
        return (
            TEXTS["option"]
            if "option" in place
            else TEXTS["button"]
            if "element" in place or "acces" in place
            else 3000
        )
    return TEXTS.get(last, 3000)
