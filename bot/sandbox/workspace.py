"""The state of the workspace and everything that can happen in it.

Each verb changes the state, tells the app what Slack would tell it, and tells open pages what moved.
Permissions of the app are the business of `methods`; rules that bind people are in `gestures`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bot.sandbox.cast import Cast, CastPerson
from bot.sandbox.channel import Channel, Kind
from bot.sandbox.clockwork import Clock, Stamps
from bot.sandbox.directory import user_json
from bot.sandbox.files import File
from bot.sandbox.ids import Ids
from bot.sandbox.installed import App
from bot.sandbox.member import Member
from bot.sandbox.message import Message
from bot.sandbox.refusal import JSON
from bot.sandbox.view import Stacks


class Workspace:
    """People, conversations, views and files. One thread, no awaiting: every verb is atomic."""

    def __init__(self, *, clock: Clock, cast: Cast, manifest: JSON) -> None:
        self.clock = clock
        self.since = clock.now()
        self.cast = cast
        self.app = App(manifest)
        self.team = cast.team_id
        self.url = ""
        self.ids = Ids(int(clock.now().timestamp()))
        self.stamps = Stamps(clock)
        self.members: dict[str, Member] = {}
        self.names: dict[str, str] = {self.app.handle: self.app.user}
        self.emails: dict[str, str] = {}
        self.domains: set[str] = set()
        self.channels: dict[str, Channel] = {}
        self.channel_names: dict[str, str] = {}
        self.views = Stacks()
        self.files: dict[str, File] = {}
        self.canvases: dict[str, JSON] = {}
        self.tell_app: Callable[[JSON], None] = lambda event: None
        self.tell_pages: Callable[[str, Iterable[str] | None], None] = lambda topic, users: None
        self._furnish(cast)

    # --- looking ---

    @property
    def seconds(self) -> int:
        return int(self.clock.now().timestamp())

    def member(self, name_or_id: str) -> Member:
        """By short name or user id; LookupError when nobody has it."""
        key = self.names.get(name_or_id.lower().lstrip("@"), name_or_id)
        if key not in self.members:
            raise LookupError(f"nobody here is called {name_or_id}")
        return self.members[key]

    def channel_named(self, name: str) -> Channel | None:
        return self.channels.get(self.channel_names.get(name.lstrip("#"), ""))

    def dm(self, user: str) -> Channel:
        """The app's conversation with this person, made when first needed."""
        channel_id = "D0" + user.removeprefix("U0")
        if channel_id not in self.channels:
            channel = Channel(channel_id, user, "im", user, self.seconds, self.team)
            channel.members = {user: None, self.app.user: None}
            self.channels[channel_id] = channel
        return self.channels[channel_id]

    def visible_to(self, user: str) -> list[Channel]:
        """Conversations this person is in."""
        return [channel for channel in self.channels.values() if user in channel.members]

    # --- messages ---

    def post(self, channel: Channel, user: str, text: str, *, broadcast: bool = False, **content: Any) -> Message:
        """A message appears; the app hears of it unless it wrote it."""
        bot = self.bot_fields() if user == self.app.user and content.get("subtype") is None else None
        message = Message(self.stamps.next(), channel.id, user, text, self.team, bot=bot, **content)
        channel.add(message, broadcast=broadcast)
        channel.last_read[user] = message.ts
        self._moved(channel)
        if user != self.app.user:
            self._tell_message(channel, message)
        return message

    def post_ephemeral(self, channel: Channel, author: str, to: str, text: str, **content: Any) -> Message:
        """Only one person sees it; the app can never find it again."""
        bot = self.bot_fields() if author == self.app.user else None
        message = Message(self.stamps.next(), channel.id, author, text, self.team, bot=bot, ephemeral_to=to, **content)
        channel.ephemerals.setdefault(to, []).append(message)
        self.tell_pages(f"channel:{channel.id}", (to,))
        return message

    def changed(self, channel: Channel, message: Message, before: JSON) -> None:
        """A message was edited."""
        self._moved(channel)
        if message.user != self.app.user:
            after = {"subtype": "message_changed", "message": message.json(), "previous_message": before}
            self._tell_edit(channel, after)

    def delete(self, channel: Channel, message: Message) -> None:
        channel.remove(message.ts)
        self._moved(channel)
        if message.user != self.app.user:
            beside = {"subtype": "message_deleted", "previous_message": message.json(), "deleted_ts": message.ts}
            self._tell_edit(channel, beside)

    def react(self, channel: Channel, message: Message, user: str, name: str, *, added: bool) -> None:
        """A reaction appears or goes; apps hear of it where they are members."""
        users = message.reactions.setdefault(name, [])
        users.append(user) if added else users.remove(user)
        if not users:
            del message.reactions[name]
        self._moved(channel)
        item = {"type": "message", "channel": channel.id, "ts": message.ts}
        kind = "reaction_added" if added else "reaction_removed"
        if self.app.user in channel.members:
            self._tell(kind, user=user, item=item, reaction=name, item_user=message.user)

    # --- conversations ---

    def create(self, name: str, *, creator: str, is_private: bool, channel_id: str | None = None) -> Channel:
        kind: Kind = "group" if is_private else "channel"
        channel = Channel(channel_id or self.ids.mint("C0"), name, kind, creator, self.seconds, self.team)
        channel.members[creator] = None
        self.channels[channel.id] = channel
        self.channel_names[name] = channel.id
        self.tell_pages("channels", None)
        return channel

    def join(self, channel: Channel, user: str, *, inviter: str | None = None) -> None:
        """Someone comes in, alone or invited; joining twice changes nothing."""
        if user in channel.members:
            return
        channel.members[user] = None
        beside = {"inviter": inviter} if inviter else {}
        self.post(channel, user, f"<@{user}> has joined the channel", subtype=f"{channel.kind}_join", beside=beside)
        if self.app.user in channel.members:
            letter = "G" if channel.is_private else "C"
            self._tell(
                "member_joined_channel", user=user, channel=channel.id, channel_type=letter, team=self.team, **beside
            )
        self.tell_pages("channels", None)

    def leave(self, channel: Channel, user: str) -> None:
        if channel.members.pop(user, user) is None:
            self.post(channel, user, f"<@{user}> has left the channel", subtype=f"{channel.kind}_leave")
        self.tell_pages("channels", None)
        if self.app.user in channel.members:
            letter = "G" if channel.is_private else "C"
            self._tell("member_left_channel", user=user, channel=channel.id, channel_type=letter, team=self.team)

    def rename(self, channel: Channel, name: str, by: str) -> None:
        old = channel.name
        del self.channel_names[old]
        self.channel_names[name] = channel.id
        channel.previous_names.insert(0, old)
        channel.name = name
        text = f'has renamed the channel from "{old}" to "{name}"'
        self.post(channel, by, text, subtype="channel_name", beside={"old_name": old, "name": name})
        self._tell(
            "group_rename" if channel.is_private else "channel_rename",
            channel={"id": channel.id, "name": name, "created": channel.created, "is_channel": not channel.is_private},
        )
        self.tell_pages("channels", None)

    def archive(self, channel: Channel, by: str, *, archived: bool) -> None:
        """The app hears of archiving; what was said stays readable."""
        channel.is_archived = archived
        prefix = "group" if channel.is_private else "channel"
        verb = "archive" if archived else "unarchive"
        self._tell(f"{prefix}_{verb}", channel=channel.id, user=by)
        self.tell_pages("channels", None)
        self._moved(channel)

    def set_note(self, channel: Channel, which: str, value: str, by: str) -> None:
        """Topic or purpose, with the line Slack writes in the channel."""
        note = {"value": value, "creator": by, "last_set": self.seconds}
        channel.topic, channel.purpose = (note, channel.purpose) if which == "topic" else (channel.topic, note)
        text = f"set the channel {which}: {value}"
        self.post(channel, by, text, subtype=f"channel_{which}", beside={which: value})

    # --- accounts ---

    def arrives(self, person: CastPerson) -> Member:
        """A new colleague: an account, and the channels everyone is in."""
        member = self._enrol(person)
        for channel in self.channels.values():
            if channel.is_general and not person.is_guest:
                channel.members[member.id] = None
        self._tell("team_join", user=self.user_json(member))
        return member

    def update_member(self, member: Member) -> None:
        """Tell everyone that an account changed (deactivated, renamed, another language)."""
        self._tell("user_change", user=self.user_json(member), cache_ts=self.seconds)
        self.tell_pages("channels", None)

    def user_json(self, member: Member, *, email: bool = True, locale: bool = False) -> JSON:
        return user_json(member, self.team, self.seconds, email=email, locale=locale)

    def bot_fields(self) -> JSON:
        profile = {"id": self.app.bot_id, "app_id": self.app.id, "user_id": self.app.user, "name": self.app.name}
        return {
            "bot_id": self.app.bot_id,
            "app_id": self.app.id,
            "bot_profile": profile | {"deleted": False, "team_id": self.team, "updated": 1_700_000_000},
        }

    # --- telling ---

    def _tell(self, kind: str, **fields: Any) -> None:
        self.tell_app({"type": kind, **fields, "event_ts": self.stamps.next()})

    def _tell_message(self, channel: Channel, message: Message) -> None:
        if self.app.user not in channel.members:
            return
        event = message.json() | {"channel": channel.id, "event_ts": message.ts, "channel_type": channel.kind}
        if message.subtype is None:
            event["client_msg_id"] = self.ids.uuid()
        self.tell_app(event)

    def _tell_edit(self, channel: Channel, beside: JSON) -> None:
        if self.app.user not in channel.members:
            return
        ts = self.stamps.next()
        fixed = {"type": "message", "channel": channel.id, "hidden": True, "ts": ts, "event_ts": ts}
        self.tell_app(fixed | beside | {"channel_type": channel.kind})

    def _moved(self, channel: Channel) -> None:
        channel.version += 1
        self.tell_pages(f"channel:{channel.id}", channel.members)

    # --- furniture ---

    def _furnish(self, cast: Cast) -> None:
        for person in cast.people:
            self._enrol(person)
        everyone = [member.id for member in self.members.values() if not member.person.is_guest and not member.deleted]
        for given in cast.channels:
            members = everyone if given.members is None else [self.names[name] for name in given.members]
            channel = self.create(
                given.name, creator=members[0], is_private=given.is_private, channel_id=given.channel_id
            )
            channel.members = dict.fromkeys(members)
            channel.purpose["value"] = given.purpose
            channel.is_general = given.name == "general"

    def _enrol(self, person: CastPerson) -> Member:
        member = Member(person, deleted=person.deleted, snoozed=person.snoozed)
        self.members[member.id] = member
        self.names[person.name.lower()] = member.id
        self.emails[person.email.lower()] = member.id
        self.domains.add(person.email.lower().partition("@")[2])
        return member
