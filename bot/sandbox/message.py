"""One message, as Slack keeps it and as it is sent back."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.refusal import JSON


@dataclass(slots=True)
class Message:
    """A message, an ephemeral one, or a line the workspace wrote itself (`subtype`)."""

    ts: str
    channel: str
    user: str
    text: str
    team: str
    bot: JSON | None = None
    """`bot_id`, `app_id`, `bot_profile` when an app wrote it."""
    blocks: list[JSON] = field(default_factory=list)
    attachments: list[JSON] = field(default_factory=list)
    metadata: JSON | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    edited: JSON | None = None
    files: list[JSON] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ephemeral_to: str | None = None
    beside: JSON = field(default_factory=dict)
    """Fields of one subtype only: `topic`, `inviter`, `root`."""
    replies: list[str] = field(default_factory=list)
    reply_users: dict[str, None] = field(default_factory=dict)
    pinned: bool = False
    states: dict[str, JSON] = field(default_factory=dict)
    """What each person has chosen in this message's inputs so far."""
    trouble: dict[str, str] = field(default_factory=dict)
    """What Slack shows a person beside the message when the app did not answer."""

    @property
    def is_system(self) -> bool:
        """A line the workspace wrote itself: who came in, a new topic."""
        return (self.subtype or "").startswith(("channel_", "group_"))

    def json(self, *, with_metadata: bool = False) -> JSON:
        """The message object of the Web API and of events."""
        body: JSON = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": self.team}
        if self.subtype:
            body["subtype"] = self.subtype
        if self.bot:
            body |= self.bot
        body |= self._content()
        if self.thread_ts:
            body["thread_ts"] = self.thread_ts
        if self.replies:
            body |= self._thread()
        if with_metadata and self.metadata:
            body["metadata"] = self.metadata
        return body | self.beside

    def _content(self) -> JSON:
        content: JSON = {}
        if self.blocks:
            content["blocks"] = self.blocks
        if self.attachments:
            content["attachments"] = self.attachments
        if self.files:
            content["files"] = self.files
        if self.edited:
            content["edited"] = self.edited
        if self.reactions:
            content["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions.items()
            ]
        return content

    def _thread(self) -> JSON:
        return {
            "thread_ts": self.ts,
            "reply_count": len(self.replies),
            "reply_users_count": len(self.reply_users),
            "latest_reply": self.replies[-1],
            "reply_users": list(self.reply_users),
        }
