"""What the workspace refuses, and the facts it gives back.

A refusal is an answer: Slack's error code, with whatever Slack puts beside it.
It never means that the workspace itself is broken.
"""

from __future__ import annotations

from typing import Any

JSON = dict[str, Any]


class SlackRefusal(Exception):
    """The call is answered `ok: false` with this code."""

    def __init__(self, code: str, **beside: Any) -> None:
        super().__init__(code)
        self.code = code
        self.beside = beside

    def answer(self) -> JSON:
        """The body Slack would send."""
        return {"ok": False, "error": self.code, **self.beside}


class Blocked(SlackRefusal):
    """Blocks, a view or arguments break Slack's rules; each message names the place."""

    def __init__(self, code: str, problems: list[str]) -> None:
        super().__init__(
            code,
            errors=problems,
            response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]},
        )
        self.problems = problems

    def __str__(self) -> str:
        return f"{self.code}: {'; '.join(self.problems)}"


class NotVisible(LookupError):
    """A person looked for something that is not on their screen."""
