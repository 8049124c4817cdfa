"""Modals and Home tabs: what views.open, push, update and publish accept."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.blocks import check_blocks, name_all
from bot.sandbox.ids import Ids
from bot.sandbox.refusal import JSON, Blocked, SlackRefusal
from bot.sandbox.shape import Check, anything, boolean, one_of, record, say, string, text, without_nulls

LARGEST = 250 * 1024
SHARED: dict[str, Check] = {
    "blocks": anything,
    "private_metadata": string(3000, shortest=0),
    "callback_id": string(255, shortest=0),
    "external_id": string(255, shortest=0),
}
MODAL = record(
    {
        **SHARED,
        "type": one_of("modal"),
        "title": text(24, "plain_text"),
        "submit": text(24, "plain_text"),
        "close": text(24, "plain_text"),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    required=("type", "title", "blocks"),
)
HOME = record({**SHARED, "type": one_of("home")}, required=("type", "blocks"))


def accept_view(view: Any, kind: str, ids: Ids) -> JSON:
    """The view as the workspace keeps it: valid, with every block and element named."""
    view = without_nulls(view)
    problems: list[str] = []
    (MODAL if kind == "modal" else HOME)(view, "/view", problems)
    if not problems:
        problems += check_blocks(view["blocks"], "modal" if kind == "modal" else "home", where="/view/blocks")
    if not problems and kind == "modal":
        _needs_submit(view, problems)
    if problems:
        raise Blocked("invalid_arguments", problems)
    if len(json.dumps(view).encode()) > LARGEST:
        raise SlackRefusal("view_too_large")
    return {**view, "blocks": name_all(view["blocks"], ids)}


def _needs_submit(view: JSON, problems: list[str]) -> None:
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        say(problems, "/view", "missing required field: submit (the view has input blocks)")
