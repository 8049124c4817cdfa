"""What Slack's own form refuses before the app hears of it."""

from __future__ import annotations

import re

from bot.sandbox.refusal import JSON
from bot.sandbox.state import VALUE_FIELD, empty
from bot.sandbox.view import View

REQUIRED = "Please complete this required field."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+")
LONGEST = 3000


def complaints(view: View) -> dict[str, str]:
    """Field errors by block id; empty when the form may be sent."""
    found: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = view.values.get(block["block_id"], {}).get(element["action_id"])
        wrong = _wrong(block, element, state)
        if wrong:
            found[block["block_id"]] = wrong
    return found


def _wrong(block: JSON, element: JSON, state: JSON | None) -> str:
    if state is None or empty(state):
        return "" if block.get("optional") else REQUIRED
    value = state[VALUE_FIELD[element["type"]]]
    match element["type"]:
        case "plain_text_input":
            return _length(element, value)
        case "email_text_input":
            return "" if EMAIL.fullmatch(value) else "Please enter a valid email address."
        case "url_text_input":
            return "" if URL.fullmatch(value) else "Please enter a valid URL."
        case "number_input":
            return _number(element, value)
    most = element.get("max_selected_items")
    return f"Please select no more than {most} items." if most and len(value) > most else ""


def _length(element: JSON, value: str) -> str:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    longest = element.get("max_length", LONGEST)
    return f"Please enter no more than {longest} characters." if len(value) > longest else ""


def _number(element: JSON, value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a valid number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter a number no less than {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter a number no greater than {element['max_value']}."
    return ""
