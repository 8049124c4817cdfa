"""What Slack sends an app: slash commands, interactions, events.

Shapes follow the public test data of Slack's own SDKs.
"""

from __future__ import annotations

from bot.sandbox.channel import Channel
from bot.sandbox.delivery import Parcel
from bot.sandbox.message import Message
from bot.sandbox.refusal import JSON
from bot.sandbox.view import View
from bot.sandbox.workspace import Workspace

TOKEN = "verification-token"
SCOPE_OF_EVENT = {
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_rename": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "group_rename": ("groups:read",),
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "message.channel": ("channels:history",),
    "message.group": ("groups:history",),
    "message.im": ("im:history",),
}
SUBSCRIPTION = {"message.channel": "message.channels", "message.group": "message.groups"}


class Payloads:
    """Builds parcels out of what happened in one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def command(self, user: str, channel: Channel, command: str, text: str, trigger: str, response_url: str) -> Parcel:
        workspace = self._workspace
        payload = {
            "token": TOKEN,
            "team_id": workspace.team,
            "team_domain": workspace.cast.domain,
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.is_im else channel.name,
            "user_id": user,
            "user_name": workspace.members[user].person.name,
            "command": command,
            "text": text,
            "api_app_id": workspace.app.id,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": trigger,
        }
        return Parcel("slash_commands", command, payload, user, accepts_response=True)

    def action(
        self, user: str, action: JSON, trigger: str, *, message: Message | None, view: View | None, response_url: str
    ) -> Parcel:
        """A press or a choice, in a message or in a view."""
        payload = self._interaction("block_actions", user) | {"trigger_id": trigger, "enterprise": None}
        payload |= {"is_enterprise_install": False, "actions": [action | {"action_ts": self._workspace.stamps.next()}]}
        if view is not None:
            payload |= {"container": {"type": "view", "view_id": view.id}, "view": view.json()}
        if message is not None:
            payload |= self._in_message(message, response_url)
            payload["state"] = {"values": message.states.get(user, {})}
        return Parcel("interactive", f"block_actions {action['action_id']}", payload, user, accepts_response=True)

    def suggestion(
        self, user: str, block_id: str, action_id: str, value: str, *, message: Message | None, view: View | None
    ) -> Parcel:
        payload = self._interaction("block_suggestion", user)
        payload |= {"block_id": block_id, "action_id": action_id, "value": value}
        if view is not None:
            payload |= {"container": {"type": "view", "view_id": view.id}, "view": view.json()}
        if message is not None:
            payload |= self._in_message(message, "")
        return Parcel("interactive", f"block_suggestion {action_id}", payload, user, accepts_response=True)

    def submission(self, view: View, trigger: str) -> Parcel:
        payload = self._interaction("view_submission", view.user)
        payload |= {"trigger_id": trigger, "view": view.json(), "response_urls": [], "is_enterprise_install": False}
        name = f"view_submission {view.body.get('callback_id', '')}"
        return Parcel("interactive", name, payload, view.user, accepts_response=True)

    def closing(self, view: View, *, cleared: bool) -> Parcel:
        payload = self._interaction("view_closed", view.user) | {"view": view.json(), "is_cleared": cleared}
        return Parcel("interactive", f"view_closed {view.body.get('callback_id', '')}", payload, view.user)

    def shortcut(self, user: str, callback_id: str, trigger: str) -> Parcel:
        payload = self._interaction("shortcut", user)
        payload |= {"callback_id": callback_id, "trigger_id": trigger, "action_ts": self._workspace.stamps.next()}
        return Parcel("interactive", f"shortcut {callback_id}", payload, user)

    def message_shortcut(
        self, user: str, callback_id: str, message: Message, trigger: str, response_url: str
    ) -> Parcel:
        payload = self._interaction("message_action", user)
        payload |= {"callback_id": callback_id, "trigger_id": trigger, "action_ts": self._workspace.stamps.next()}
        payload |= {"message_ts": message.ts, "message": message.json(), "response_url": response_url}
        payload |= {"channel": self._channel(message.channel)}
        return Parcel("interactive", f"message_action {callback_id}", payload, user)

    def event(self, event: JSON) -> Parcel | None:
        """An event in its envelope, or None when the app did not subscribe or has no right to it."""
        if not self._subscribed(event):
            return None
        workspace = self._workspace
        authorization = {
            "enterprise_id": None,
            "team_id": workspace.team,
            "user_id": workspace.app.user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        payload = {
            "token": TOKEN,
            "team_id": workspace.team,
            "api_app_id": workspace.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": workspace.ids.mint("Ev0"),
            "event_time": workspace.seconds,
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": f"4-{workspace.ids.secret(16)}",
        }
        user = event.get("user")
        return Parcel("events_api", event["type"], payload, user if isinstance(user, str) else "")

    def _subscribed(self, event: JSON) -> bool:
        kind = event["type"]
        key = f"message.{event['channel_type']}" if kind == "message" else kind
        scopes = SCOPE_OF_EVENT.get(key, ())
        granted = not scopes or any(scope in self._workspace.app.scopes for scope in scopes)
        return granted and SUBSCRIPTION.get(key, key) in self._workspace.app.events

    def _interaction(self, kind: str, user: str) -> JSON:
        workspace = self._workspace
        name = workspace.members[user].person.name
        return {
            "type": kind,
            "team": {"id": workspace.team, "domain": workspace.cast.domain},
            "user": {"id": user, "username": name, "name": name, "team_id": workspace.team},
            "api_app_id": workspace.app.id,
            "token": TOKEN,
        }

    def _in_message(self, message: Message, response_url: str) -> JSON:
        ephemeral = message.ephemeral_to is not None
        container: JSON = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
        container["is_ephemeral"] = ephemeral
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        body: JSON = {"container": container, "channel": self._channel(message.channel)}
        # Slack sends an ephemeral message back without its content.
        return (
            body | ({} if ephemeral else {"message": message.json(with_metadata=True)}) | {"response_url": response_url}
        )

    def _channel(self, channel_id: str) -> JSON:
        channel = self._workspace.channels[channel_id]
        return {"id": channel_id, "name": "directmessage" if channel.is_im else channel.name}
