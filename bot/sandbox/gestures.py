"""What a person does with keyboard and mouse, and what Slack shows when the app does not answer.

Every gesture returns once the app has acknowledged it, refused it, or kept it waiting too long.
The Python people and the browser page both act through here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from bot.sandbox.channel import Channel
from bot.sandbox.delivery import Ack, Delivery, Parcel
from bot.sandbox.forms import TROUBLE, Forms, Outcome
from bot.sandbox.message import Message
from bot.sandbox.payloads import Payloads
from bot.sandbox.refusal import JSON, NotVisible, SlackRefusal
from bot.sandbox.responses import Responses
from bot.sandbox.state import find, put
from bot.sandbox.triggers import Triggers
from bot.sandbox.view import View
from bot.sandbox.workspace import Workspace
from bot.sandbox.writing import as_command, as_message

SLACKBOT = "USLACKBOT"


class Gestures:
    """One method per thing a person can do in Slack."""

    def __init__(self, workspace: Workspace, delivery: Delivery, triggers: Triggers, responses: Responses) -> None:
        self.workspace = workspace
        self.delivery = delivery
        self.triggers = triggers
        self.payloads = Payloads(workspace)
        self.responses = responses
        self.forms = Forms(workspace, delivery, triggers, self.payloads)
        self._caught: list[Any] | None = None
        workspace.tell_app = self._event

    # --- typing ---

    async def type(self, user: str, channel: Channel, text: str, thread_ts: str | None = None) -> Outcome:
        """A message, or a slash command when it begins with one."""
        self._may_write(user, channel)
        if text.startswith("/") and text[1:2].isalpha():
            return await self._command(user, channel, text, thread_ts)
        stored = as_message(text, self.workspace)
        await self._with_events(lambda: self.workspace.post(channel, user, stored, thread_ts=thread_ts))
        return Outcome()

    async def edit(self, message: Message, text: str) -> None:
        before = message.json()
        message.text = as_message(text, self.workspace)
        message.edited = {"user": message.user, "ts": self.workspace.stamps.next()}
        await self._with_events(
            lambda: self.workspace.changed(self.workspace.channels[message.channel], message, before)
        )

    async def delete(self, message: Message) -> None:
        await self._with_events(lambda: self.workspace.delete(self.workspace.channels[message.channel], message))

    # --- pressing and choosing ---

    async def act(
        self, user: str, block_id: str, action_id: str, value: JSON, *, message: Message | None, view: View | None
    ) -> Outcome:
        """Press a button or make a choice; `value` holds the fields of Slack's action beside its ids."""
        surface = view.blocks if view is not None else (message.blocks if message else [])
        found = find(surface, block_id, action_id)
        if found is None:
            return Outcome(False, "no such element here")
        block, element = found
        put(view.values if view is not None else self._state(message, user), block, element, value)
        action = _action(block, element, value)
        parcel = self.payloads.action(
            user,
            action,
            self.triggers.mint(user),
            message=message,
            view=view,
            response_url=self._response_url("actions", message, user),
        )
        ack = await self.delivery.send(parcel)
        self._show_trouble(ack, user, message, view)
        return Outcome(ack.ok, ack.error)

    async def suggest(
        self, user: str, block_id: str, action_id: str, value: str, *, message: Message | None, view: View | None
    ) -> list[JSON]:
        """The options the app offers for what was typed into an external menu."""
        parcel = self.payloads.suggestion(user, block_id, action_id, value, message=message, view=view)
        ack = await self.delivery.send(parcel)
        payload = ack.payload or {}
        grouped = [option for group in payload.get("option_groups", ()) for option in group["options"]]
        return [*payload.get("options", ()), *grouped]

    # --- shortcuts, reactions, the Home tab ---

    async def shortcut(self, user: str, callback_id: str) -> Outcome:
        self._must_offer(callback_id, "global")
        return await self._start(self.payloads.shortcut(user, callback_id, self.triggers.mint(user)))

    async def message_shortcut(self, user: str, callback_id: str, message: Message) -> Outcome:
        self._must_offer(callback_id, "message")
        url = self._response_url("app", message, user)
        return await self._start(
            self.payloads.message_shortcut(user, callback_id, message, self.triggers.mint(user), url)
        )

    async def react(self, user: str, message: Message, name: str) -> Outcome:
        """Add the reaction, or take it back when it is already there."""
        channel = self.workspace.channels[message.channel]
        added = user not in message.reactions.get(name, ())
        await self._with_events(lambda: self.workspace.react(channel, message, user, name, added=added))
        return Outcome()

    async def open_app(self, user: str, tab: Literal["home", "messages"]) -> Outcome:
        """Open the app's Home tab, or its messages."""
        home = self.workspace.views.homes.get(user)
        event: JSON = {"type": "app_home_opened", "user": user, "channel": self.workspace.dm(user).id, "tab": tab}
        event["event_ts"] = self.workspace.stamps.next()
        if home is not None and tab == "home":
            event["view"] = home.json()
        await self._with_events(lambda: self._event(event))
        return Outcome()

    async def in_channel(self, change: Callable[[], object]) -> None:
        """Any other change (joining, inviting, renaming), until the app has heard of it."""
        await self._with_events(change)

    # --- inside ---

    async def _command(self, user: str, channel: Channel, text: str, thread_ts: str | None) -> Outcome:
        name, _, rest = text.partition(" ")
        command = self.workspace.app.command(name)
        if command is None:
            self._slackbot(channel, user, f"`{name}` is not a valid command.")
            return Outcome(False, "invalid_command")
        if thread_ts is not None:
            self._slackbot(channel, user, f"{name} is not supported in threads. Sorry!", thread_ts)
            return Outcome(False, "not_supported_in_threads")
        path = self.triggers.response_path("commands", channel.id, user)
        written = as_command(rest.strip(), self.workspace, command)
        url = f"{self.workspace.url}/{path}"
        ack = await self.delivery.send(
            self.payloads.command(user, channel, name, written, self.triggers.mint(user), url)
        )
        self._reply_in(ack, path)
        if not ack.ok:
            self._slackbot(channel, user, f'{name} failed with the error "{ack.error}"')
        return Outcome(ack.ok, ack.error)

    def _reply_in(self, ack: Ack, path: str) -> None:
        """An acknowledgement may carry the answer; one that Slack can't show counts as a failure."""
        if not ack.ok or not ack.payload:
            return
        try:
            self.responses.reply(path, ack.payload)
        except SlackRefusal as refusal:
            ack.ok, ack.error = False, str(refusal)

    async def _start(self, parcel: Parcel) -> Outcome:
        ack = await self.delivery.send(parcel)
        return Outcome(ack.ok, ack.error)

    def _show_trouble(self, ack: Ack, user: str, message: Message | None, view: View | None) -> None:
        trouble = "" if ack.ok else TROUBLE
        if view is not None:
            view.trouble = trouble
            self.forms.moved(view)
        elif message is not None:
            message.trouble.pop(user, None)
            if trouble:
                message.trouble[user] = trouble
            self.workspace.tell_pages(f"channel:{message.channel}", (user,))

    def _slackbot(self, channel: Channel, user: str, text: str, thread_ts: str | None = None) -> None:
        self.workspace.post_ephemeral(channel, SLACKBOT, user, text, thread_ts=thread_ts)

    def _state(self, message: Message | None, user: str) -> JSON:
        return message.states.setdefault(user, {}) if message is not None else {}

    def _response_url(self, kind: Literal["actions", "app"], message: Message | None, user: str) -> str:
        if message is None:
            return ""
        path = self.triggers.response_path(
            kind,
            message.channel,
            user,
            message=message.ts,
            thread_ts=message.thread_ts,
            is_ephemeral=message.ephemeral_to is not None,
        )
        return f"{self.workspace.url}/{path}"

    def _may_write(self, user: str, channel: Channel) -> None:
        if user not in channel.members:
            raise NotVisible(f"{user} is not in #{channel.name}")
        if channel.is_archived:
            raise NotVisible(f"#{channel.name} is archived: nothing can be written there")

    def _must_offer(self, callback_id: str, kind: str) -> None:
        offered = self.workspace.app.manifest["features"].get("shortcuts", ())
        if not any(one["callback_id"] == callback_id and one["type"] == kind for one in offered):
            raise NotVisible(f"the app offers no {kind} shortcut {callback_id}")

    def _event(self, event: JSON) -> None:
        parcel = self.payloads.event(event)
        if parcel is None:
            return
        task = self.delivery.event(parcel)
        if self._caught is not None:
            self._caught.append(task)

    async def _with_events(self, change: Callable[[], object]) -> None:
        """Make a change and wait until the app has acknowledged what it was told."""
        self._caught = []
        try:
            change()
        finally:
            caught, self._caught = self._caught, None
        for task in caught:
            await task


def _action(block: JSON, element: JSON, value: JSON) -> JSON:
    action: JSON = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    for name in ("text", "value", "style", "placeholder", "confirm", "url"):
        if name in element and (name in ("text", "value") or element["type"] != "button"):
            action[name] = element[name]
    return action | {name: held for name, held in value.items() if name not in ("type", "action_id", "block_id")}
