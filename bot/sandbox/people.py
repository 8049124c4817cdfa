"""The people of the workspace: what each can do, and what each can see.

Buttons are pressed by their label and fields are filled by theirs, as a person would.
Looking for something that is not on the screen raises NotVisible, which says what is.
"""

from __future__ import annotations

import fnmatch
import heapq
from collections.abc import Iterator
from typing import Any

from bot.sandbox import controls
from bot.sandbox.channel import Channel
from bot.sandbox.forms import Outcome
from bot.sandbox.gestures import Gestures
from bot.sandbox.message import Message
from bot.sandbox.phones import Phone
from bot.sandbox.reading import Reader
from bot.sandbox.refusal import JSON, NotVisible
from bot.sandbox.screen import FormView, HomeView, Seen
from bot.sandbox.view import View

DM_NAMES = ("dm", "app")


class Person:
    """One person at their desk, with their phone beside them."""

    def __init__(self, gestures: Gestures, user: str, phone: Phone) -> None:
        self._gestures = gestures
        self._workspace = gestures.workspace
        self.user_id = user
        self.phone = phone

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @property
    def name(self) -> str:
        return self._workspace.members[self.user_id].person.name

    @property
    def reader(self) -> Reader:
        person = self._workspace.members[self.user_id].person
        return Reader(self._workspace, tz=person.tz, locale=person.locale)

    # --- seeing ---

    @property
    def channels(self) -> list[str]:
        """Names of the channels this person is in, archived ones included."""
        return [channel.name for channel in self._workspace.visible_to(self.user_id) if not channel.is_im]

    def sees(self, channel: str, *, thread: Seen | None = None) -> list[Seen]:
        """What this person can read there, oldest first; nothing when they are not a member."""
        place = self._place(channel)
        if self.user_id not in place.members:
            return []
        if thread is not None:
            root = place.messages[thread.ts]
            return [self._seen(place.messages[ts]) for ts in (root.ts, *root.replies)]
        mine = [one for one in place.ephemerals.get(self.user_id, ()) if one.thread_ts is None]
        messages = heapq.merge((place.messages[ts] for ts in place.top), mine, key=lambda one: one.ts)
        return [self._seen(message) for message in messages]

    def sees_pinned(self, channel: str) -> list[Seen]:
        place = self._place(channel)
        return [self._seen(place.messages[ts]) for ts in place.pins] if self.user_id in place.members else []

    @property
    def ephemerals(self) -> list[Seen]:
        """Everything only this person was shown, oldest first."""
        mine = [place.ephemerals.get(self.user_id, []) for place in self._workspace.visible_to(self.user_id)]
        return [self._seen(message) for message in heapq.merge(*mine, key=lambda one: one.ts)]

    @property
    def form(self) -> FormView | None:
        """The modal on top, or None."""
        view = self._workspace.views.top(self.user_id)
        return FormView(self._workspace, view, self.reader) if view else None

    @property
    def home(self) -> HomeView | None:
        """The Home tab as last published, or None."""
        view = self._workspace.views.homes.get(self.user_id)
        return HomeView(view, self.reader) if view else None

    # --- writing ---

    async def types(self, text: str, channel: str = "general", *, thread: Seen | None = None) -> Outcome:
        """A message or a slash command; returns when the app has answered or Slack has given up."""
        return await self._gestures.type(self.user_id, self._place(channel), text, thread.ts if thread else None)

    async def edits(self, message: Seen, text: str) -> None:
        await self._gestures.edit(self._own(message), text)

    async def deletes(self, message: Seen) -> None:
        await self._gestures.delete(self._own(message))

    async def reacts(self, name: str, message: Seen) -> Outcome:
        """Add a reaction, or take it back."""
        return await self._gestures.react(self.user_id, self._message(message), name.strip(":"))

    # --- pressing and choosing ---

    async def presses(self, label: str, in_: str | Seen | None = None, *, home: bool = False) -> Outcome:
        """The button with this label: in the open form, else in the newest message that shows one."""
        view, message = self._surface(in_, home, lambda blocks: controls.button(blocks, label) is not None, label)
        found = controls.button(_blocks(view, message), label)
        assert found is not None
        return await self._act(found, {}, view, message)

    async def chooses(self, label: str, option: Any, in_: str | Seen | None = None, *, home: bool = False) -> Outcome:
        """Pick from a menu found by label or placeholder (an overflow menu: any label, or its option alone)."""
        view, message = self._surface(in_, home, lambda blocks: _chooser(blocks, label, option) is not None, label)
        found = _chooser(_blocks(view, message), label, option)
        assert found is not None
        offered = await self._offered(found, option, view, message)
        value = controls.value_of(self._workspace, found[1], option, offered)
        return await self._act(found, value, view, message)

    # --- forms ---

    async def fills(self, values: dict[str, Any] | None = None, /, **fields: Any) -> None:
        """Put values under labels of the open form; a menu takes the words of its option."""
        for label, given in {**(values or {}), **fields}.items():
            view = self._open_view()
            block, element = controls.field(view.blocks, label)
            offered = await self._offered((block, element), given, view, None)
            value = controls.value_of(self._workspace, element, given, offered)
            view.values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **value}
            if block.get("dispatch_action"):
                await self._act((block, element), value, view, None)

    async def submits(self) -> dict[str, str]:
        """Send the form; returns field errors by label, empty when it was taken."""
        view = self._open_view()
        outcome = await self._gestures.forms.submit(view)
        labels = {block["block_id"]: controls.words(block.get("label")) for block in view.blocks}
        return {labels[block_id]: error for block_id, error in outcome.errors.items()}

    async def cancels(self, *, everything: bool = False) -> None:
        await self._gestures.forms.close(self._open_view(), everything=everything)

    # --- shortcuts, channels ---

    async def shortcut(self, callback_id: str) -> Outcome:
        return await self._gestures.shortcut(self.user_id, callback_id)

    async def message_shortcut(self, callback_id: str, message: Seen) -> Outcome:
        return await self._gestures.message_shortcut(self.user_id, callback_id, self._message(message))

    async def opens_home(self) -> Outcome:
        return await self._gestures.open_app(self.user_id, "home")

    async def joins(self, channel: str) -> None:
        """Any public channel; a private one only by invitation."""
        place = self._place(channel)
        if place.is_private:
            raise NotVisible(f"{channel} is private")
        await self._gestures.in_channel(lambda: self._workspace.join(place, self.user_id))

    async def leaves(self, channel: str) -> None:
        place = self._place(channel)
        await self._gestures.in_channel(lambda: self._workspace.leave(place, self.user_id))

    async def invites(self, who: str, channel: str) -> None:
        """Bring a colleague, or the app, into a channel."""
        place = self._place(channel)
        guest = self._workspace.names.get(who.lower().lstrip("@"), who)
        await self._gestures.in_channel(lambda: self._workspace.join(place, guest, inviter=self.user_id))

    async def creates(self, name: str, *, is_private: bool = False) -> None:
        self._workspace.create(name, creator=self.user_id, is_private=is_private)

    async def renames(self, channel: str, name: str) -> None:
        place = self._place(channel)
        await self._gestures.in_channel(lambda: self._workspace.rename(place, name, self.user_id))

    async def archives(self, channel: str) -> None:
        place = self._place(channel)
        await self._gestures.in_channel(lambda: self._workspace.archive(place, self.user_id, archived=True))

    async def unarchives(self, channel: str) -> None:
        place = self._place(channel)
        await self._gestures.in_channel(lambda: self._workspace.archive(place, self.user_id, archived=False))

    # --- inside ---

    def _place(self, name: str) -> Channel:
        """By name, id, `dm`, or a pattern such as `inc-0042-*` (an ellipsis is a star); the newest match wins."""
        wanted = name.lstrip("#").replace("…", "*")
        if wanted in DM_NAMES or wanted == self._workspace.app.handle:
            return self._workspace.dm(self.user_id)
        exact = self._workspace.channel_named(wanted) or self._workspace.channels.get(wanted)
        if exact is not None:
            return exact
        matching = [one for one in self._workspace.channels.values() if fnmatch.fnmatch(one.name, wanted)]
        if not matching:
            raise NotVisible(f"there is no channel {name}; {self.name} is in {self.channels}")
        return next((one for one in reversed(matching) if self.user_id in one.members), matching[-1])

    def _surface(
        self, in_: str | Seen | None, home: bool, shows: Any, label: str
    ) -> tuple[View | None, Message | None]:
        if home:
            view = self._workspace.views.homes.get(self.user_id)
            if view is None or not shows(view.blocks):
                raise NotVisible(f"{self.name}'s Home tab has no {label!r}")
            return view, None
        form = self._workspace.views.top(self.user_id)
        if in_ is None and form is not None and shows(form.blocks):
            return form, None
        messages = [self._message(in_)] if isinstance(in_, Seen) else self._newest_first(in_)
        for message in messages:
            if shows(message.blocks):
                return None, message
        raise NotVisible(f"{self.name} sees no {label!r}{f' in {in_}' if in_ else ''}")

    def _newest_first(self, in_: str | None) -> Iterator[Message]:
        places = [self._place(in_)] if in_ else self._workspace.visible_to(self.user_id)
        mine = [place for place in places if self.user_id in place.members]
        streams: list[Iterator[Message]] = [reversed(place.messages.values()) for place in mine]
        streams += [reversed(place.ephemerals.get(self.user_id, [])) for place in mine]
        return heapq.merge(*streams, key=lambda message: message.ts, reverse=True)

    async def _act(self, found: controls.Found, value: JSON, view: View | None, message: Message | None) -> Outcome:
        block, element = found
        return await self._gestures.act(
            self.user_id, block["block_id"], element["action_id"], value, message=message, view=view
        )

    async def _offered(
        self, found: controls.Found, query: Any, view: View | None, message: Message | None
    ) -> list[JSON]:
        block, element = found
        if "external_select" not in element["type"]:
            return controls.options(element)
        return await self._gestures.suggest(
            self.user_id, block["block_id"], element["action_id"], str(query), view=view, message=message
        )

    def _open_view(self) -> View:
        view = self._workspace.views.top(self.user_id)
        if view is None:
            raise NotVisible(f"{self.name} has no form open")
        return view

    def _message(self, seen: Seen) -> Message:
        place = self._workspace.channels[seen.channel]
        if seen.ts in place.messages:
            return place.messages[seen.ts]
        found = next((one for one in place.ephemerals.get(self.user_id, ()) if one.ts == seen.ts), None)
        if found is None:
            raise NotVisible("that message is gone")
        return found

    def _own(self, seen: Seen) -> Message:
        message = self._message(seen)
        if message.user != self.user_id:
            raise NotVisible(f"{self.name} did not write that message")
        return message

    def _seen(self, message: Message) -> Seen:
        return Seen.of(message, self.reader, self.user_id)


def _blocks(view: View | None, message: Message | None) -> list[JSON]:
    return view.blocks if view is not None else (message.blocks if message is not None else [])


def _chooser(blocks: list[JSON], label: str, option: Any) -> controls.Found | None:
    named = next(controls.choosers(blocks, label), None)
    if named is not None:
        return named
    for block, element in controls.choosers(blocks, None):
        offered = [controls.words(one["text"]) for one in controls.options(element)]
        if element["type"] == "overflow" and option in offered:
            return block, element
    return None
