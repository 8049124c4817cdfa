"""What Slack sends, in the shapes of its SDKs' public test data. Addresses for later answers lead nowhere."""

from __future__ import annotations

from typing import Any

MARTA = {"id": "U0MARTA", "username": "marta", "team_id": "T0VENTURA"}


def command(text: str, *, user: str = "U0MARTA", trigger: str = "111.222.xxx") -> dict[str, Any]:
    """A slash command."""
    return {
        "token": "verification-token",
        "team_id": "T0VENTURA",
        "team_domain": "ventura",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": user,
        "user_name": "somebody",
        "command": "/crisis",
        "text": text,
        "response_url": "",
        "trigger_id": trigger,
    }


def submission(
    form: str, *, view: str = "V1", view_hash: str = "1.a", metadata: str = "", **fields: str
) -> dict[str, Any]:
    """A form as it comes back, with plain text fields."""
    return {
        "type": "view_submission",
        "team": {"id": "T0VENTURA", "domain": "ventura"},
        "user": MARTA,
        "trigger_id": "111.222.valid",
        "view": {
            "id": view,
            "type": "modal",
            "callback_id": form,
            "hash": view_hash,
            "private_metadata": metadata,
            "blocks": [{"type": "input", "block_id": name} for name in fields],
            "state": {
                "values": {name: {"value": {"type": "plain_text_input", "value": fields[name]}} for name in fields}
            },
        },
        "response_urls": [],
    }


def press(action_id: str, value: str, *, user: str = "U0MARTA", at: str = "1596530385.194939") -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T0VENTURA", "domain": "ventura"},
        "user": {"id": user, "username": "somebody", "team_id": "T0VENTURA"},
        "container": {"type": "message", "message_ts": "111.222", "channel_id": "C0GENERAL", "is_ephemeral": False},
        "channel": {"id": "C0GENERAL", "name": "general"},
        "trigger_id": "111.222.valid",
        "response_url": "",
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": at}],
    }
