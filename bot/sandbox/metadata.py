"""Message metadata: a name and a flat payload that only apps see."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.refusal import JSON, SlackRefusal

LARGEST = 16_000


def accept_metadata(metadata: Any) -> JSON:
    """An `event_type` and an `event_payload`, small enough."""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackRefusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        raise SlackRefusal("invalid_metadata_format")
    if set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackRefusal("invalid_metadata_schema")
    if len(json.dumps(metadata["event_payload"])) > LARGEST:
        raise SlackRefusal("metadata_too_large")
    return metadata
