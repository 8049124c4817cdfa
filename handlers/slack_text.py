"""From Slack's marks to what a person meant to write.

Slack turns what people type into tokens (`<@U1|anna>`, `&amp;`); a title or a note is kept as it was typed.
https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
"""

from __future__ import annotations

import re

from bot.domain.roster import Roster
from bot.domain.slugs import PersonId

_TOKEN = re.compile(r"<(?P<sign>[@#!]?)(?P<what>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
MENTION = re.compile(r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def plain(text: str, roster: Roster) -> str:
    """What a person reads on the screen. Nothing in it is a token any more."""
    shown = _TOKEN.sub(lambda token: _read(token, roster), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _read(token: re.Match[str], roster: Roster) -> str:
    sign, what, label = token["sign"], token["what"], token["label"]
    if sign == "@":
        return f"@{_name(what, label, roster)}"
    if sign == "#":
        return f"#{label or what}"
    if sign == "!":
        return _special(what, label)
    return label or what.removeprefix("mailto:").removeprefix("tel:")


def _name(user: str, label: str | None, roster: Roster) -> str:
    known = roster.name(roster.person_of(user))
    return known if known != user else label or user


def _special(what: str, label: str | None) -> str:
    """`<!here>`, `<!subteam^S1|@it-ops>`, `<!date^…|10:02>`."""
    return label or f"@{what.split('^')[0]}"


def first_mention(text: str) -> tuple[PersonId | None, str]:
    """The first person mentioned, by Slack id, and the text without them."""
    found = MENTION.search(text)
    if found is None:
        return None, text
    return PersonId(found["user"]), f"{text[: found.start()]} {text[found.end() :]}".strip()
