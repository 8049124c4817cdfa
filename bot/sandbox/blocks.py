"""Blocks: what a message, a modal or a Home tab may show, and how much of it.

Source of the limits: https://docs.slack.dev/reference/block-kit/blocks.
Unknown fields and unknown block types are refused: in Slack they fail too, and later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from bot.sandbox.elements import BOTH, ELEMENTS, IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION, PLAIN
from bot.sandbox.ids import Ids
from bot.sandbox.refusal import JSON, Blocked, SlackRefusal
from bot.sandbox.rich_text import RICH_TEXT
from bot.sandbox.shape import Check, boolean, integer, list_of, one_of, record, say, string, tagged, text, without_nulls

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_CHARACTERS = 13_200
"""Of all blocks of one message together; undocumented, seen by users (slackapi/bolt-js#2509)."""
MOST_MARKDOWN = 12_000
MOST_TABLE_CHARACTERS = 10_000
COMMON = {"type": string(50), "block_id": string(255)}


def _elements(allowed: frozenset[str]) -> Check:
    return tagged({kind: check for kind, check in ELEMENTS.items() if kind in allowed}, "element")


def _section(value: Any, where: str, problems: list[str]) -> None:
    SECTION(value, where, problems)
    if "text" not in value and "fields" not in value:
        say(problems, where, "must have text or fields")


def _table(value: Any, where: str, problems: list[str]) -> None:
    TABLE(value, where, problems)
    rows = value.get("rows")
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        say(problems, where, "rows must have the same number of cells")


SECTION = record(
    {
        **COMMON,
        "text": text(3000, *BOTH),
        "fields": list_of(text(2000, *BOTH), 10),
        "accessory": tagged(
            {"image": IMAGE, **{kind: check for kind, check in ELEMENTS.items() if kind in IN_SECTION}}, "element"
        ),
        "expand": boolean,
    },
    required=("type",),
)
CONTEXT_ITEM = tagged(
    {"image": IMAGE, "plain_text": text(2000, "plain_text"), "mrkdwn": text(2000, "mrkdwn")}, "context element"
)
CELL = tagged(
    {
        "raw_text": record({"type": string(20), "text": string(3000)}, required=("type", "text")),
        "raw_number": record(
            {"type": string(20), "value": lambda value, where, problems: None, "text": string(100)}, required=("type",)
        ),
        "rich_text": RICH_TEXT,
    },
    "table cell",
)
TABLE = record(
    {
        **COMMON,
        "rows": list_of(list_of(CELL, 20), 100),
        "column_settings": list_of(record({"align": one_of("left", "center", "right"), "is_wrapped": boolean}), 20),
    },
    required=("type", "rows"),
)

BLOCKS: dict[str, Check] = {
    "section": _section,
    "header": record({**COMMON, "text": text(150, *PLAIN), "level": integer(1, 4)}, required=("type", "text")),
    "divider": record(COMMON, required=("type",)),
    "context": record({**COMMON, "elements": list_of(CONTEXT_ITEM, 10)}, required=("type", "elements")),
    "actions": record({**COMMON, "elements": list_of(_elements(IN_ACTIONS), 25)}, required=("type", "elements")),
    "input": record(
        {
            **COMMON,
            "label": text(2000, *PLAIN),
            "hint": text(2000, *PLAIN),
            "element": _elements(IN_INPUT),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        required=("type", "label", "element"),
    ),
    "rich_text": RICH_TEXT,
    "markdown": record({**COMMON, "text": string(MOST_MARKDOWN)}, required=("type", "text")),
    "image": record(
        {
            **COMMON,
            "image_url": string(3000, pattern=r"https?:.+"),
            "alt_text": string(2000),
            "title": text(2000, *PLAIN),
        },
        required=("type", "image_url", "alt_text"),
    ),
    "table": _table,
    "alert": record(
        {**COMMON, "text": text(3000, *BOTH), "level": one_of("default", "info", "warning", "error", "success")},
        required=("type", "text"),
    ),
}
ONLY_ON: dict[str, frozenset[str]] = {
    "alert": frozenset({"modal"}),
    "markdown": frozenset({"message"}),
    "table": frozenset({"message"}),
}
_ANY_BLOCK = tagged(BLOCKS, "type")


def check_blocks(blocks: Any, surface: Surface, *, where: str = "/blocks") -> list[str]:
    """Everything wrong with these blocks, each with its place; empty when Slack would take them."""
    problems: list[str] = []
    list_of(_ANY_BLOCK, MOST_BLOCKS[surface], least=0)(blocks, where, problems)
    if not problems:
        _together(blocks, surface, where, problems)
    return problems


def accept_message(blocks: list[JSON], ids: Ids) -> list[JSON]:
    """Blocks as a message stores them, ids filled in. Refuses what Slack refuses."""
    blocks = without_nulls(blocks)
    problems = check_blocks(blocks, "message")
    if problems:
        raise Blocked("invalid_blocks", problems)
    if sum(len(one) for one in texts(blocks)) > MOST_CHARACTERS:
        raise SlackRefusal("msg_blocks_too_long")
    return name_all(blocks, ids)


def name_all(blocks: list[JSON], ids: Ids) -> list[JSON]:
    """Slack names what the app left unnamed."""
    return [_named(block, ids) for block in blocks]


def texts(value: Any) -> Iterator[str]:
    """Every text a reader may see in these blocks."""
    if isinstance(value, dict):
        for key, held in value.items():
            if key == "text" and isinstance(held, str):
                yield held
            elif key not in ("options", "option_groups"):
                yield from texts(held)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def _together(blocks: list[JSON], surface: Surface, where: str, problems: list[str]) -> None:
    """Rules between blocks."""
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        if surface not in ONLY_ON.get(block["type"], (surface,)):
            say(problems, f"{where}/{place}", f"unsupported type: {block['type']}")
        name = block.get("block_id")
        if name in seen:
            say(problems, f"{where}/{place}/block_id", f"block_id {name} already exists")
        seen.update(filter(None, (name,)))
        _action_ids(block, f"{where}/{place}", problems)
    _totals(blocks, where, problems)


def _action_ids(block: JSON, where: str, problems: list[str]) -> None:
    given = [one["action_id"] for one in block.get("elements", ()) if isinstance(one, dict) and "action_id" in one]
    for repeated in sorted({one for one in given if given.count(one) > 1}):
        say(problems, f"{where}/elements", f"action_id {repeated} already exists for another element")


def _totals(blocks: list[JSON], where: str, problems: list[str]) -> None:
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        say(problems, where, "only one table is allowed")
    if sum(len(one) for one in texts(tables)) > MOST_TABLE_CHARACTERS:
        say(problems, where, f"table cells must be less than {MOST_TABLE_CHARACTERS + 1} characters together")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MOST_MARKDOWN:
        say(problems, where, f"markdown blocks must be less than {MOST_MARKDOWN + 1} characters together")


def _named(block: JSON, ids: Ids) -> JSON:
    named = {"block_id": ids.secret(5), **block} if "block_id" not in block else dict(block)
    if block["type"] == "actions":
        named["elements"] = [_identified(one, ids) for one in block["elements"]]
    elif block["type"] == "input":
        named["element"] = _identified(block["element"], ids)
    elif block["type"] == "section" and block.get("accessory", {}).get("type", "image") != "image":
        named["accessory"] = _identified(block["accessory"], ids)
    return named


def _identified(element: JSON, ids: Ids) -> JSON:
    return element if "action_id" in element else {"action_id": ids.secret(5), **element}
