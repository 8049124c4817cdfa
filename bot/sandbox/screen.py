"""What is on a person's screen, in words: messages, the open form, the Home tab."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import controls
from bot.sandbox.message import Message
from bot.sandbox.reading import Reader
from bot.sandbox.refusal import JSON
from bot.sandbox.state import elements
from bot.sandbox.view import View
from bot.sandbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as one person sees it. `text` is what a locked phone shows; `plain` is what the screen says."""

    channel: str
    ts: str
    author: str
    text: str
    plain: str
    buttons: list[str]
    ephemeral: bool
    edited: bool
    thread_ts: str | None
    pinned: bool
    reactions: dict[str, list[str]]
    files: list[str]
    trouble: str
    blocks: list[JSON] = field(repr=False)

    @classmethod
    def of(cls, message: Message, reader: Reader, user: str) -> Seen:
        return cls(
            channel=message.channel,
            ts=message.ts,
            author=reader.name(message.user),
            text=reader.mrkdwn(message.text),
            plain=reader.message(message.text, message.blocks, message.attachments),
            buttons=controls.buttons(message.blocks),
            ephemeral=message.ephemeral_to is not None,
            edited=message.edited is not None,
            thread_ts=message.thread_ts,
            pinned=message.pinned,
            reactions={name: list(users) for name, users in message.reactions.items()},
            files=[one["name"] for one in message.files],
            trouble=message.trouble.get(user, ""),
            blocks=message.blocks,
        )

    def mentions(self, words: str) -> bool:
        """Whether the reader reads these words, whatever their case."""
        return words.lower() in f"{self.text}\n{self.plain}".lower()


class FormView:
    """The modal on top of a person's screen."""

    def __init__(self, workspace: Workspace, view: View, reader: Reader) -> None:
        self._workspace = workspace
        self._view = view
        self._reader = reader
        self.id = view.id
        self.callback_id: str = view.body.get("callback_id", "")
        self.title = controls.words(view.body["title"])
        self.submit = controls.words(view.body.get("submit"))
        self.close = controls.words(view.body.get("close"))

    def __repr__(self) -> str:
        return f"<form {self.title!r} {self.labels}>"

    @property
    def plain(self) -> str:
        """Everything written in the form, labels included."""
        return "\n".join(self._reader.blocks(self._view.blocks))

    text = plain

    @property
    def labels(self) -> list[str]:
        return [controls.words(block["label"]) for block in self._view.blocks if block["type"] == "input"]

    @property
    def required(self) -> list[str]:
        """Labels of the fields that can't be left empty."""
        inputs = (block for block in self._view.blocks if block["type"] == "input" and not block.get("optional"))
        return [controls.words(block["label"]) for block in inputs]

    @property
    def values(self) -> dict[str, Any]:
        """What each field holds, by label, in the words on the screen."""
        held = {}
        for block, element in elements(self._view.blocks):
            state = self._view.values.get(block["block_id"], {}).get(element["action_id"])
            if block["type"] == "input" and state is not None:
                held[controls.words(block["label"])] = controls.shown_value(self._workspace, state)
        return held

    def options(self, label: str) -> list[str]:
        """The words of the choices a field lists."""
        offered = controls.options(controls.field(self._view.blocks, label)[1])
        return [controls.words(option["text"]) for option in offered]

    @property
    def buttons(self) -> list[str]:
        return controls.buttons(self._view.blocks)

    @property
    def errors(self) -> dict[str, str]:
        """Field errors now shown, by label."""
        labels = {block["block_id"]: controls.words(block.get("label")) for block in self._view.blocks}
        return {labels[block_id]: error for block_id, error in self._view.errors.items()}

    @property
    def trouble(self) -> str:
        """What Slack says when the app did not answer."""
        return self._view.trouble

    @property
    def private_metadata(self) -> str:
        return str(self._view.body.get("private_metadata", ""))


class HomeView:
    """The app's Home tab, as one person sees it."""

    def __init__(self, view: View, reader: Reader) -> None:
        self._view = view
        self.plain = "\n".join(reader.blocks(view.blocks))
        self.text = self.plain
        self.buttons = controls.buttons(view.blocks)
        self.blocks = view.blocks
        self.trouble = view.trouble

    def __repr__(self) -> str:
        return f"<home {self.plain[:60]!r} {self.buttons}>"
