"""What one person's page shows, as JSON: the side bar, one channel, the form, the phone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.sandbox.channel import Channel
from bot.sandbox.member import Member
from bot.sandbox.message import Message
from bot.sandbox.people import Person
from bot.sandbox.phones import Mail, Phone, PhoneCall, Sms
from bot.sandbox.refusal import JSON
from bot.sandbox.view import View

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

SHOWN = 300
"""Messages of one channel a page shows at most, the newest."""


class Picture:
    """Draws the workspace for one person at a time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._workspace = sandbox.workspace

    def cast(self) -> JSON:
        """Who there is to be, for a page that has not chosen yet."""
        workspace, app = self._workspace, self._workspace.app
        return {
            "workspace": {"name": workspace.cast.workspace, "since": _iso(workspace.since)},
            "app": {"id": app.user, "name": app.name},
            "me": None,
            "people": self._people(),
        }

    async def bootstrap(self, person: Person) -> JSON:
        """Everything around the open channel."""
        features = self._workspace.app.manifest["features"]
        user = person.user_id
        return {
            **self.cast(),
            "clock": await self._clock(),
            "progress": self._sandbox.progress,
            "links": [{"label": label, "url": url} for label, url in self._sandbox.links],
            "me": self._person(self._workspace.members[user]),
            "channels": self._channels(user),
            "commands": [_command(one) for one in features.get("slash_commands", ())],
            "shortcuts": [_shortcut(one) for one in features.get("shortcuts", ())],
            "home": self._view(self._workspace.views.homes.get(user)),
            "modal": self._view(self._workspace.views.top(user)),
            "phone": self._phone(person.phone),
        }

    def channel(self, person: Person, channel: Channel, thread: str | None) -> JSON:
        """The messages of one channel or of one thread, with what only this person sees."""
        member = person.user_id in channel.members
        messages = self._thread(channel, thread) if thread else [channel.messages[ts] for ts in channel.top[-SHOWN:]]
        mine = [one for one in channel.ephemerals.get(person.user_id, ()) if one.thread_ts == thread]
        shown = sorted([*messages, *mine], key=lambda message: message.ts)
        return {
            "ok": True,
            "channel": self._channel(channel, person.user_id),
            "messages": [self._message(message, person.user_id) for message in shown] if member else [],
            "pinned": [self._message(channel.messages[ts], person.user_id) for ts in channel.pins] if member else [],
            "members": list(channel.members),
        }

    async def _clock(self) -> JSON:
        ask = self._sandbox.next_deadline
        before = self._workspace.clock.now()
        deadline = await ask() if ask is not None else None
        now = self._workspace.clock.now()
        # A clock that stands still tells the same moment twice.
        return {"now": _iso(now), "runs": now != before, "next_deadline": _iso(deadline) if deadline else None}

    def _people(self) -> list[JSON]:
        app = self._workspace.app
        bot: JSON = {
            "id": app.user,
            "name": app.handle,
            "real_name": app.name,
            "title": {},
            "locale": "",
            "color": "1f2937",
        }
        bot |= {"initials": app.name[:1], "is_guest": False, "deleted": False, "is_bot": True}
        return [*(self._person(member) for member in self._workspace.members.values()), bot]

    def _person(self, member: Member) -> JSON:
        person = member.person
        return {
            "id": member.id,
            "name": person.name,
            "real_name": person.real_name,
            "title": dict(person.title),
            "locale": person.locale,
            "tz": person.tz,
            "phone": person.phone,
            "color": person.color,
            "initials": "".join(word[0] for word in person.real_name.split()[:2]),
            "is_guest": person.is_guest,
            "is_admin": person.is_admin,
            "deleted": member.deleted,
            "snoozed": member.snoozed,
            "is_bot": False,
        }

    def _channels(self, user: str) -> list[JSON]:
        self._workspace.dm(user)
        guest = self._workspace.members[user].person.is_guest
        visible = [
            one
            for one in self._workspace.channels.values()
            if user in one.members or (one.kind == "channel" and not guest)
        ]
        return [self._channel(one, user) for one in visible]

    def _channel(self, channel: Channel, user: str) -> JSON:
        name = self._workspace.app.name if channel.is_im else channel.name
        return {
            "id": channel.id,
            "name": name,
            "kind": "dm" if channel.is_im else "channel",
            "is_private": channel.is_private,
            "is_archived": channel.is_archived,
            "topic": channel.topic["value"],
            "purpose": channel.purpose["value"],
            "member": user in channel.members,
            "members": len(channel.members),
            "unread": channel.unread(user) if user in channel.members else 0,
            "last_ts": channel.top[-1] if channel.top else "",
            "pinned": len(channel.pins),
            "bookmarks": [
                {"title": one["title"], "link": one["link"], "emoji": one["emoji"]}
                for one in channel.bookmarks.values()
            ],
            "canvas": self._workspace.canvases.get(channel.canvas or ""),
        }

    def _thread(self, channel: Channel, thread: str) -> list[Message]:
        root = channel.messages.get(thread)
        return [] if root is None else [root, *(channel.messages[ts] for ts in root.replies)]

    def _message(self, message: Message, user: str) -> JSON:
        return {
            "ts": message.ts,
            "user": message.user,
            "bot": message.bot is not None,
            "text": message.text,
            "blocks": message.blocks,
            "attachments": message.attachments,
            "subtype": message.subtype,
            "beside": message.beside,
            "edited": message.edited is not None,
            "reply_count": len(message.replies),
            "reactions": [{"name": name, "users": list(users)} for name, users in message.reactions.items()],
            "pinned": message.pinned,
            "ephemeral": message.ephemeral_to is not None,
            "thread_ts": message.thread_ts,
            "metadata": message.metadata,
            "files": message.files,
            "state": message.states.get(user, {}),
            "trouble": message.trouble.get(user, ""),
        }

    def _view(self, view: View | None) -> JSON | None:
        if view is None:
            return None
        return {"view": view.json(), "errors": view.errors, "trouble": view.trouble}

    def _phone(self, phone: Phone) -> JSON:
        rows = [*map(_sms, phone.thread), *map(_call, phone.calls), *map(_mail, phone.mails)]
        rows.sort(key=lambda row: str(row["at"]))
        received = len(phone.messages) + len(phone.calls) + len(phone.mails)
        ringing = phone.ringing
        return {
            "number": phone.number,
            "app": self._sandbox.twilio_from if self._sandbox.twilio_webhook_base else None,
            "off": phone.off,
            "messages": rows,
            "unread": received - phone.read,
            "ringing": _call(ringing) if ringing else None,
        }


def _sms(sms: Sms) -> JSON:
    row = {"id": sms.id, "kind": "sms", "from": sms.from_, "to": sms.to, "at": _iso(sms.at), "body": sms.body}
    return row | {"direction": sms.direction, "state": sms.state}


def _call(call: PhoneCall) -> JSON:
    row: JSON = {"id": call.id, "kind": "call", "from": call.from_, "to": call.to, "at": _iso(call.at)}
    row |= {"body": "\n".join(call.said), "direction": "in", "state": call.state}
    return row | {"keys": list(call.keys), "listening": call.listening}


def _mail(mail: Mail) -> JSON:
    row = {"id": mail.id, "kind": "email", "from": mail.from_, "to": mail.to, "at": _iso(mail.at)}
    return row | {
        "subject": mail.subject,
        "body": mail.body,
        "html": mail.html,
        "direction": "in",
        "state": "delivered",
    }


def _command(command: JSON) -> JSON:
    return {name: command.get(name, "") for name in ("command", "description", "usage_hint")}


def _shortcut(shortcut: JSON) -> JSON:
    return {name: shortcut[name] for name in ("name", "type", "callback_id")}


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
