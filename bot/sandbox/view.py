"""A modal or a Home tab, and the stack of modals in front of one person."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.refusal import JSON, SlackRefusal
from bot.sandbox.state import opening

STACK_LIMIT = 3


@dataclass(slots=True)
class View:
    """What the app published, plus what this person has typed into it."""

    id: str
    user: str
    body: JSON
    hash: str
    team: str
    app: str
    bot_id: str
    root_id: str
    previous_id: str | None = None
    values: JSON = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """Field errors now shown, by block id."""
    trouble: str = ""
    """What Slack shows when the app did not answer."""

    @property
    def blocks(self) -> list[JSON]:
        blocks: list[JSON] = self.body["blocks"]
        return blocks

    def becomes(self, body: JSON, new_hash: str) -> None:
        """Replace the content, keeping what was typed under unchanged ids."""
        self.body = body
        self.hash = new_hash
        self.errors = {}
        self.trouble = ""
        self.values = opening(self.blocks, self.values)

    def json(self) -> JSON:
        """The view object of the Web API and of interactions."""
        body = self.body
        return {
            "id": self.id,
            "team_id": self.team,
            "type": body["type"],
            "blocks": self.blocks,
            "private_metadata": body.get("private_metadata", ""),
            "callback_id": body.get("callback_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "title": body.get("title"),
            "clear_on_close": body.get("clear_on_close", False),
            "notify_on_close": body.get("notify_on_close", False),
            "close": body.get("close"),
            "submit": body.get("submit"),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": self.app,
            "external_id": body.get("external_id", ""),
            "app_installed_team_id": self.team,
            "bot_id": self.bot_id,
        }


class Stacks:
    """Every open modal, by person; three deep at most (Slack: `push_limit_reached`)."""

    def __init__(self) -> None:
        self._stacks: dict[str, list[View]] = {}
        self._views: dict[str, View] = {}
        self.homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def stack(self, user: str) -> list[View]:
        return list(self._stacks.get(user, ()))

    def open(self, view: View) -> None:
        """A new root; whatever this person had open goes away."""
        self.clear(view.user)
        self._put(view)

    def push(self, view: View) -> None:
        """On top of what is open."""
        below = self.top(view.user)
        if below is None:
            raise SlackRefusal("not_found")
        if len(self._stacks[view.user]) >= STACK_LIMIT:
            raise SlackRefusal("push_limit_reached")
        view.previous_id, view.root_id = below.id, below.root_id
        self._put(view)

    def pop(self, view: View) -> None:
        """Close one view and whatever lies on top of it."""
        stack = self._stacks.get(view.user, [])
        if view in stack:
            for closed in stack[stack.index(view) :]:
                del self._views[closed.id]
            del stack[stack.index(view) :]

    def clear(self, user: str) -> None:
        for view in self._stacks.pop(user, ()):
            del self._views[view.id]

    def get(self, view_id: str) -> View | None:
        return self._views.get(view_id)

    def keep_home(self, view: View) -> None:
        earlier = self.homes.get(view.user)
        if earlier is not None:
            del self._views[earlier.id]
        self.homes[view.user] = view
        self._views[view.id] = view

    def by_external(self, external_id: str) -> View | None:
        return next((view for view in self._views.values() if view.body.get("external_id") == external_id), None)

    def _put(self, view: View) -> None:
        self._stacks.setdefault(view.user, []).append(view)
        self._views[view.id] = view
