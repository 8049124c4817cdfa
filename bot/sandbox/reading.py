"""What a reader reads: blocks and mrkdwn turned into the plain words on the screen."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from bot.sandbox.dates import render
from bot.sandbox.refusal import JSON

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace

TOKEN = re.compile(r"<([^<>]+)>")
MARKS = [re.compile(rf"(?<![\w{mark}]){mark}(?=\S)(.+?)(?<=\S){mark}(?![\w{mark}])") for mark in (r"\*", "_", "~", "`")]
MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
MARKDOWN_MARK = re.compile(r"(\*\*|__|~~|`+)(?=\S)(.+?)(?<=\S)\1")
MARKDOWN_HEAD = re.compile(r"^#{1,6} +", re.MULTILINE)
QUOTE = re.compile(r"^(&gt;|>) ?", re.MULTILINE)


class Reader:
    """One person's eyes: their names for people, their time zone, their language."""

    def __init__(self, workspace: Workspace, *, tz: str, locale: str) -> None:
        self._workspace = workspace
        self._tz = tz
        self._locale = locale

    def message(self, text: str, blocks: list[JSON], attachments: list[JSON]) -> str:
        """A whole message: its blocks, or its text when it has none."""
        lines = [self.mrkdwn(text)] if not blocks else self.blocks(blocks)
        for attachment in attachments:
            lines += self.blocks(attachment.get("blocks", []))
            lines.append(self.mrkdwn(attachment.get("text", "")))
        return "\n".join(line for line in lines if line)

    def blocks(self, blocks: list[JSON]) -> list[str]:
        return [line for block in blocks for line in self._block(block) if line]

    def mrkdwn(self, text: str) -> str:
        """Tokens resolved, marks and escapes gone."""
        plain = TOKEN.sub(lambda found: self._token(found[1]), QUOTE.sub("", text))
        for mark in MARKS:
            plain = mark.sub(r"\1", plain)
        return html.unescape(plain)

    def name(self, user: str) -> str:
        """How this person is shown."""
        if user == self._workspace.app.user:
            return self._workspace.app.name
        member = self._workspace.members.get(user)
        return member.person.real_name if member else {"USLACKBOT": "Slackbot"}.get(user, user)

    def _block(self, block: JSON) -> list[str]:
        match block["type"]:
            case "section":
                fields = [self._text(one) for one in block.get("fields", ())]
                return [self._text(block["text"]) if "text" in block else "", *fields]
            case "header" | "alert":
                return [self._text(block["text"])]
            case "context":
                return [" ".join(self._context(one) for one in block["elements"])]
            case "markdown":
                return [self._markdown(block["text"])]
            case "input":
                hint = self._text(block["hint"]) if "hint" in block else ""
                return [self._text(block["label"]), hint]
            case "image":
                return [block.get("title", {}).get("text", ""), block["alt_text"]]
            case "rich_text":
                return [self._rich(block)]
            case "table":
                return [" | ".join(self._cell(cell) for cell in row) for row in block["rows"]]
        return []

    def _context(self, element: JSON) -> str:
        return str(element["alt_text"]) if element["type"] == "image" else self._text(element)

    def _text(self, text: JSON) -> str:
        return self.mrkdwn(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])

    def _cell(self, cell: JSON) -> str:
        return self._rich(cell) if cell["type"] == "rich_text" else str(cell.get("text", cell.get("value", "")))

    def _markdown(self, text: str) -> str:
        plain = MARKDOWN_HEAD.sub("", MARKDOWN_LINK.sub(r"\1", text))
        return html.unescape(MARKDOWN_MARK.sub(r"\2", MARKDOWN_MARK.sub(r"\2", plain)))

    def _rich(self, element: JSON) -> str:
        match element["type"]:
            case "rich_text" | "rich_text_list":
                return "\n".join(self._rich(one) for one in element["elements"])
            case "rich_text_section" | "rich_text_preformatted" | "rich_text_quote":
                return "".join(self._rich(one) for one in element["elements"])
            case "text":
                return str(element["text"])
            case "link":
                return str(element.get("text") or element["url"])
            case "user":
                return "@" + self.name(element["user_id"])
            case "channel":
                return "#" + self._channel(element["channel_id"])
            case "broadcast":
                return "@" + str(element["range"])
            case "date":
                return self._date(element["timestamp"], element["format"])
        return str(element.get("name", element.get("usergroup_id", "")))

    def _token(self, token: str) -> str:
        body, _, label = token.partition("|")
        match body[:1]:
            case "@":
                return "@" + self.name(body[1:])
            case "#":
                return "#" + self._channel(body[1:], label)
            case "!":
                return self._special(body[1:], label)
        return label or body.removeprefix("mailto:").removeprefix("tel:")

    def _special(self, body: str, label: str) -> str:
        kind, *rest = body.split("^")
        if kind == "date":
            return self._date(int(rest[0]), rest[1])
        return label or "@" + kind

    def _date(self, stamp: int, pattern: str) -> str:
        now = self._workspace.clock.now()
        return render(stamp, pattern, tz=self._tz, locale=self._locale, now=now)

    def _channel(self, channel_id: str, label: str = "") -> str:
        channel = self._workspace.channels.get(channel_id)
        return channel.name if channel else label or channel_id
