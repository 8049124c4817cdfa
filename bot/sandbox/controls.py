"""Buttons, menus and inputs, found by the words a person sees on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.refusal import JSON, NotVisible
from bot.sandbox.state import VALUE_FIELD, elements
from bot.sandbox.workspace import Workspace

Found = tuple[JSON, JSON]


def buttons(blocks: list[JSON]) -> list[str]:
    """The labels of the buttons, in reading order."""
    return [element["text"]["text"] for _, element in elements(blocks) if element["type"] == "button"]


def button(blocks: list[JSON], label: str) -> Found | None:
    for block, element in elements(blocks):
        if element["type"] == "button" and element["text"]["text"] == label:
            return block, element
    return None


def choosers(blocks: list[JSON], label: str | None) -> Iterator[Found]:
    """Menus, ticks and pickers whose label or placeholder is `label`; all of them without one."""
    for block, element in elements(blocks):
        if element["type"] == "button":
            continue
        names = {words(element.get("placeholder")), words(block.get("label")), words(block.get("text"))}
        if label is None or label in names or element["action_id"] == label:
            yield block, element


def field(blocks: list[JSON], label: str) -> Found:
    """The input under this label; NotVisible names the labels there are."""
    for block, element in elements(blocks):
        if block["type"] == "input" and words(block["label"]) == label:
            return block, element
    labels = [words(block["label"]) for block in blocks if block["type"] == "input"]
    raise NotVisible(f"the form has no field {label!r}; it has {labels}")


def options(element: JSON) -> list[JSON]:
    """The choices an element lists itself."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def words(text: JSON | None) -> str:
    return str(text["text"]) if text else ""


def option_named(offered: list[JSON], name: str) -> JSON:
    """The choice with this text (or value); NotVisible lists what is offered."""
    for option in offered:
        if name in (words(option["text"]), option["value"]):
            return option
    raise NotVisible(f"no option {name!r} among {[words(option['text']) for option in offered]}")


def value_of(workspace: Workspace, element: JSON, given: Any, offered: list[JSON]) -> JSON:
    """The fields of Slack's action for what a person chose, in words or in ids."""
    kind = element["type"]
    if kind == "overflow":
        return {"selected_option": option_named(offered, str(given))}
    name = VALUE_FIELD[kind]
    many = name.endswith("s")
    items = list(given) if isinstance(given, (list, tuple, set)) else ([] if given in (None, "") else [given])
    held = [_one(workspace, name, item, offered) for item in items]
    return {name: held if many else (held[0] if held else None)}


def shown_value(workspace: Workspace, state: JSON) -> Any:
    """What the screen shows in an input: words for options, names for people and channels."""
    value = state.get(VALUE_FIELD[state["type"]])
    if isinstance(value, list):
        return [_shown(workspace, state["type"], one) for one in value]
    return _shown(workspace, state["type"], value)


def _one(workspace: Workspace, field_name: str, item: Any, offered: list[JSON]) -> Any:
    if "option" in field_name:
        return option_named(offered, str(item))
    if "user" in field_name:
        return workspace.member(str(item)).id
    if "channel" in field_name or "conversation" in field_name:
        channel = workspace.channels.get(str(item)) or workspace.channel_named(str(item))
        if channel is None:
            raise NotVisible(f"no channel {item}")
        return channel.id
    if field_name == "selected_date_time":
        return int(item.timestamp()) if hasattr(item, "timestamp") else int(item)
    return str(item)


def _shown(workspace: Workspace, kind: str, value: Any) -> Any:
    if isinstance(value, dict):
        return words(value["text"])
    if "users" in kind and value in workspace.members:
        return workspace.members[value].person.name
    if ("channels" in kind or "conversations" in kind) and value in workspace.channels:
        return workspace.channels[value].name
    return value
