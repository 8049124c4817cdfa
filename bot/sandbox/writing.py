"""What Slack makes of what a person types: escapes, mentions, links.

`@marta` becomes `<@U0MARTA>`; a typed `<!channel>` stays dead text.
"""

from __future__ import annotations

import re

from bot.sandbox.refusal import JSON
from bot.sandbox.workspace import Workspace

MENTION = re.compile(r"(?<![\w@/])@([\w.-]*\w)")
CHANNEL = re.compile(r"(?<![\w#/&])#([a-z0-9_-]+)")
LINK = re.compile(r"\bhttps?://[^\s<>]+[^\s<>.,;:!?)]")
EVERYONE = {"channel", "here", "everyone"}


def escape(text: str) -> str:
    """`&`, `<` and `>` as Slack stores them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_message(text: str, workspace: Workspace) -> str:
    """A message as it is stored and sent to the app."""
    linked = LINK.sub(lambda found: f"<{found[0]}>", escape(text))
    return _mentions(linked, workspace, named=False)


def as_command(text: str, workspace: Workspace, command: JSON) -> str:
    """The text of a slash command; mentions become ids only when the manifest asks (`should_escape`)."""
    if not command.get("should_escape"):
        return escape(text)
    linked = LINK.sub(lambda found: f"<{found[0]}>", escape(text))
    return _mentions(linked, workspace, named=True)


def _mentions(text: str, workspace: Workspace, *, named: bool) -> str:
    groups = {group.handle: group.group_id for group in workspace.cast.groups}

    def person(found: re.Match[str]) -> str:
        name = found[1].lower()
        if name in EVERYONE and not named:
            return f"<!{name}>"
        if name in groups:
            return f"<!subteam^{groups[name]}|@{name}>"
        user = workspace.names.get(name)
        if user is None:
            return found[0]
        return f"<@{user}|{name}>" if named else f"<@{user}>"

    def channel(found: re.Match[str]) -> str:
        channel_id = workspace.channel_names.get(found[1])
        return f"<#{channel_id}|{found[1]}>" if channel_id else found[0]

    return CHANNEL.sub(channel, MENTION.sub(person, text))
