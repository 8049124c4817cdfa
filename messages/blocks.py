"""Slack's blocks as plain dicts, always within Slack's limits.

Promises that no builder makes a block Slack refuses: what is too long ends in "…", what is too many is left
out, empty text becomes a dash. `escape` makes dead whatever a person typed.
Refuses to write a sentence: words come in as arguments. Limits: docs.slack.dev, reference/block-kit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from messages.actions import OPEN_LINK, VALUE
from messages.marks import channel, clean, cut, escape, link, mention, one_line, quoted

__all__ = ["channel", "clean", "cut", "escape", "link", "mention", "one_line", "quoted"]
"""Marks go with blocks: said here again, so that one import serves."""

Block = dict[str, Any]
Element = dict[str, Any]
View = dict[str, Any]
Option = tuple[str, str] | tuple[str, str, str]
"""What a person reads, the value that comes back, and, if any, a line under it."""

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
MESSAGE_CHARACTERS: Final = 12_500  # a message whose blocks hold some 13,200 is refused
MESSAGE_TEXT: Final = 4000  # of chat.update; chat.postMessage takes 40,000
SECTION_TEXT: Final = 3000
FIELDS: Final = 10
FIELD_TEXT: Final = 2000
HEADER_TEXT: Final = 150
CONTEXT_ELEMENTS: Final = 10
ACTIONS: Final = 25
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2000
URL: Final = 3000
OPTION_TEXT: Final = 75
OVERFLOW_OPTIONS: Final = 5
CHOICE_OPTIONS: Final = 10
SELECT_OPTIONS: Final = 100
PLACEHOLDER: Final = 150
LABEL: Final = 2000
INPUT_TEXT: Final = 3000
TITLE: Final = 24
MARKDOWN: Final = 12_000
TABLE_ROWS: Final = 100
TABLE_COLUMNS: Final = 20
_SHOWN: Final = frozenset(
    {"text", "fields", "elements", "accessory", "rows", "label", "element", "hint", "placeholder"}
)
_BOLD: Final = re.compile(r"\*([^*\n]+)\*")  # a notification shows the stars


@dataclass(frozen=True)
class Message:
    """What is posted. ``text`` is whole by itself: on a locked phone nothing else is seen."""

    text: str
    blocks: list[Block] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, *blocks: Block | None) -> Message:
        """A message of the blocks that are there, as many as Slack takes; a section of its text when there are none."""
        present = _within(block for block in blocks if block is not None)
        return cls(cut(_BOLD.sub(r"\1", text), MESSAGE_TEXT), present or [section(text)])


def _within(blocks: Iterable[Block]) -> list[Block]:
    """Those that fit; one that would be too much is left out, what follows it is kept."""
    kept: list[Block] = []
    left = MESSAGE_CHARACTERS
    for block in blocks:
        size = _characters(block)
        if size <= left and len(kept) < MESSAGE_BLOCKS:
            kept.append(block)
            left -= size
    return kept


def _characters(value: Any) -> int:
    """How much of a message a block takes."""
    if isinstance(value, dict):
        return sum(_characters(held) for name, held in value.items() if name in _SHOWN)
    if isinstance(value, list):
        return sum(map(_characters, value))
    return len(value) if isinstance(value, str) else 0


# Text


def plain(text: str, limit: int) -> Element:
    """A text object that shows what it is given, letter by letter."""
    return {"type": "plain_text", "text": cut(clean(text), limit).strip() or "–", "emoji": True}


def mrkdwn(text: str, limit: int) -> Element:
    """A text object in Slack's marks. Verbatim: only the tokens that we wrote become links or mentions."""
    return {"type": "mrkdwn", "text": cut(text, limit).strip() or "–", "verbatim": True}


# Blocks of a message


def section(text: str, *, accessory: Element | None = None, block_id: str | None = None) -> Block:
    return _block("section", block_id, text=mrkdwn(text, SECTION_TEXT), accessory=accessory)


def fields(*texts: str) -> Block | None:
    """Two columns; nothing when there is nothing to show."""
    shown = [mrkdwn(text, FIELD_TEXT) for text in texts if text][:FIELDS]
    return _block("section", None, fields=shown) if shown else None


def header(text: str) -> Block:
    return _block("header", None, text=plain(text, HEADER_TEXT))


def context(*texts: str) -> Block | None:
    """Small print; nothing when there is nothing to show."""
    shown = [mrkdwn(text, SECTION_TEXT) for text in texts if text][:CONTEXT_ELEMENTS]
    return _block("context", None, elements=shown) if shown else None


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Element | None, block_id: str | None = None) -> Block | None:
    """A row of buttons; nothing when there is none."""
    shown = [element for element in elements if element is not None][:ACTIONS]
    return _block("actions", block_id, elements=shown) if shown else None


def markdown(text: str) -> Block:
    return {"type": "markdown", "text": cut(text, MARKDOWN) or "–"}


def table(rows: Sequence[Sequence[str]]) -> Block:
    """Plain cells; short rows are filled up."""
    width = min(max(map(len, rows), default=1), TABLE_COLUMNS)
    return {"type": "table", "rows": [_row(row[:width], width) for row in rows[:TABLE_ROWS]]}


def _row(cells: Sequence[str], width: int) -> list[Element]:
    padded = [*cells, *[""] * (width - len(cells))]
    return [{"type": "raw_text", "text": clean(cell) or "–"} for cell in padded]


# Elements


def button(
    text: str,
    action_id: str = OPEN_LINK,
    value: str | None = None,
    *,
    style: str | None = None,
    confirm: Element | None = None,
    url: str | None = None,
    label: str | None = None,
) -> Element:
    """`label` is what a screen reader says when `text` alone would not be enough."""
    if value is not None and len(value) > BUTTON_VALUE:
        raise ValueError("a cut value would be another value")
    return _present(
        type="button",
        text=plain(text, BUTTON_TEXT),
        action_id=action_id,
        value=value,
        style=style,
        confirm=confirm,
        url=url if url and len(url) <= URL else None,
        accessibility_label=cut(clean(label), BUTTON_TEXT) if label else None,
    )


def confirmation(title: str, text: str, yes: str, no: str) -> Element:
    """A question before a button acts."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def overflow(action_id: str, options: Iterable[Option]) -> Element:
    """The "…" menu: five options at most."""
    return {"type": "overflow", "action_id": action_id, "options": _options(options, OVERFLOW_OPTIONS)}


def select(action_id: str, placeholder: str, options: Iterable[Option], *, initial: str | None = None) -> Element:
    shown = _options(options, SELECT_OPTIONS)
    return _present(
        type="static_select",
        action_id=action_id,
        placeholder=plain(placeholder, PLACEHOLDER),
        options=shown,
        initial_option=_chosen(shown, initial),
    )


def users_select(action_id: str = VALUE, placeholder: str | None = None, *, initial: str | None = None) -> Element:
    return _present(
        type="users_select",
        action_id=action_id,
        placeholder=plain(placeholder, PLACEHOLDER) if placeholder else None,
        initial_user=initial,
    )


def radio(action_id: str, options: Iterable[Option], *, initial: str | None = None) -> Element:
    shown = _options(options, CHOICE_OPTIONS)
    return _present(type="radio_buttons", action_id=action_id, options=shown, initial_option=_chosen(shown, initial))


def checkboxes(action_id: str, options: Iterable[Option], *, initial: Iterable[str] = ()) -> Element:
    shown, wanted = _options(options, CHOICE_OPTIONS), set(initial)
    ticked = [option for option in shown if option["value"] in wanted]
    return _present(type="checkboxes", action_id=action_id, options=shown, initial_options=ticked or None)


def text_input(
    action_id: str = VALUE,
    *,
    initial: str = "",
    placeholder: str | None = None,
    multiline: bool = False,
    longest: int = INPUT_TEXT,
    shortest: int | None = None,
    focus: bool = False,
) -> Element:
    return _present(
        type="plain_text_input",
        action_id=action_id,
        multiline=multiline or None,
        initial_value=cut(clean(initial), min(longest, INPUT_TEXT)) or None,
        placeholder=plain(placeholder, PLACEHOLDER) if placeholder else None,
        max_length=min(longest, INPUT_TEXT),
        min_length=shortest,
        focus_on_load=focus or None,
    )


def number_input(action_id: str = VALUE, *, initial: int | None = None, low: int = 1, high: int = 1440) -> Element:
    return _present(
        type="number_input",
        action_id=action_id,
        is_decimal_allowed=False,
        initial_value=None if initial is None else str(initial),
        min_value=str(low),
        max_value=str(high),
    )


def input_block(
    label: str,
    element: Element,
    *,
    block_id: str,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
) -> Block:
    """A field of a form. `dispatch` tells us of each change at once."""
    return _block(
        "input",
        block_id,
        label=plain(label, LABEL),
        element=element,
        hint=plain(hint, LABEL) if hint else None,
        optional=optional or None,
        dispatch_action=dispatch or None,
    )


def modal(
    title: str,
    blocks: Iterable[Block | None],
    *,
    callback_id: str,
    close: str,
    submit: str | None = None,
    private_metadata: str = "",
) -> View:
    """A form. `private_metadata` comes back as it was sent: it is refused rather than cut."""
    if len(private_metadata) > 3000:
        raise ValueError("a form carries 3000 characters of metadata")
    return _present(
        type="modal",
        callback_id=callback_id,
        title=plain(title, TITLE),
        blocks=[block for block in blocks if block is not None][:VIEW_BLOCKS],
        submit=plain(submit, TITLE) if submit else None,
        close=plain(close, TITLE),
        private_metadata=private_metadata,
    )


def home_view(blocks: Iterable[Block | None]) -> View:
    """The Home tab."""
    return {"type": "home", "blocks": [block for block in blocks if block is not None][:VIEW_BLOCKS]}


def _options(options: Iterable[Option], limit: int) -> list[Element]:
    return [_option(*option) for option in list(options)[:limit]]


def _option(text: str, value: str, description: str = "") -> Element:
    if len(value) > OPTION_TEXT:
        raise ValueError("a cut value would be another value")
    shown = plain(description, OPTION_TEXT) if description else None
    return _present(text=plain(text, OPTION_TEXT), value=value, description=shown)


def _chosen(options: list[Element], value: str | None) -> Element | None:
    return next((option for option in options if option["value"] == value), None)


def _block(kind: str, block_id: str | None, **contents: Any) -> Block:
    return _present(type=kind, block_id=block_id, **contents)


def _present(**contents: Any) -> dict[str, Any]:
    return {name: content for name, content in contents.items() if content is not None}
