"""What a person has put into the inputs of a view or a message.

The shapes are those of `view.state.values` and of one action in `block_actions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.refusal import JSON

VALUE_FIELD = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "checkboxes": "selected_options",
    "radio_buttons": "selected_option",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
"""The field that carries the value, by element type. Buttons and overflow menus have no state."""

LISTS = frozenset(kind for kind, name in VALUE_FIELD.items() if name.endswith("s"))


def elements(blocks: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Every interactive element with the block it sits in, in reading order."""
    for block in blocks:
        match block["type"]:
            case "input":
                yield block, block["element"]
            case "actions":
                for element in block["elements"]:
                    yield block, element
            case "section" if "accessory" in block and "action_id" in block["accessory"]:
                yield block, block["accessory"]


def initial(element: JSON) -> JSON:
    """The state of an element nobody touched."""
    field = VALUE_FIELD[element["type"]]
    blank: Any = [] if element["type"] in LISTS else None
    given = element.get(field.replace("selected", "initial").replace("value", "initial_value"), blank)
    return {"type": element["type"], field: given}


def opening(blocks: list[JSON], kept: JSON | None = None) -> JSON:
    """`values` of a fresh surface; what was typed under the same ids survives an update, as in Slack."""
    values: JSON = {}
    for block, element in elements(blocks):
        if element["type"] not in VALUE_FIELD:
            continue
        earlier = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
        same = earlier is not None and earlier["type"] == element["type"]
        values.setdefault(block["block_id"], {})[element["action_id"]] = earlier if same else initial(element)
    return values


def put(values: JSON, block: JSON, element: JSON, value: JSON) -> None:
    """Record one choice; only the field that carries the value is kept."""
    field = VALUE_FIELD.get(element["type"])
    if field is None:
        return
    state = {"type": element["type"], field: value.get(field, [] if element["type"] in LISTS else None)}
    values.setdefault(block["block_id"], {})[element["action_id"]] = state


def take(values: JSON, blocks: list[JSON], typed: JSON | None) -> None:
    """Add what a page says was typed so far; fields that the surface does not have are left out."""
    here = {(block["block_id"], element["action_id"]) for block, element in elements(blocks)}
    for block_id, actions in (typed or {}).items():
        known = {action_id: state for action_id, state in actions.items() if (block_id, action_id) in here}
        if known:
            values.setdefault(block_id, {}).update(known)


def empty(state: JSON) -> bool:
    """True when nothing was typed or chosen."""
    return not state.get(VALUE_FIELD[state["type"]])


def find(blocks: list[JSON], block_id: str, action_id: str) -> tuple[JSON, JSON] | None:
    """The element a gesture names, or None when it is no longer there."""
    for block, element in elements(blocks):
        if block["block_id"] == block_id and element.get("action_id") == action_id:
            return block, element
    return None
