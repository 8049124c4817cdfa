"""A file that was, or is about to be, uploaded."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.refusal import JSON


@dataclass(slots=True)
class File:
    id: str
    name: str
    title: str
    size: int
    user: str
    created: int
    url: str
    mimetype: str
    content: bytes | None = None
    shared_in: set[str] = field(default_factory=set)

    def json(self) -> JSON:
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": self.name.rpartition(".")[2],
            "size": self.size,
            "user": self.user,
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
            "url_private": self.url,
            "url_private_download": self.url,
            "permalink": self.url,
        }
