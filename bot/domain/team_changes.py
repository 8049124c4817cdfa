"""What differs between two versions of the team document.

Promises every difference once, by the path its owner would write, parts matched by their short name
wherever they stand. Private values are compared in full and shown masked.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bot.domain.private import REVEALED
from bot.domain.team import TeamDocument

PRIVATE: Final = frozenset({"phones", "email", "last_resort"})
"""Keys under which private values stand."""

ORDERED: Final = frozenset({"people", "roles", "policies", "scenarios"})
"""Sections whose parts are named, so that a change of order is not a change of content."""


class ChangeKind(StrEnum):
    """What became of a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """The same parts in another order; the order of people is the order in which they are asked."""


@dataclass(frozen=True)
class Change:
    """One difference. `before` and `after` are as the document writes them; None where there was nothing."""

    path: str
    kind: ChangeKind
    before: str | None
    after: str | None

    @property
    def private(self) -> bool:
        """Whether the values shown are masks."""
        return not PRIVATE.isdisjoint(self.path.split("."))


def changes(old: TeamDocument, new: TeamDocument) -> tuple[Change, ...]:
    """Every difference between two documents, in the order in which the document is written."""
    return tuple(_differences("", _Side.of(old), _Side.of(new)))


@dataclass(frozen=True)
class _Side:
    """The same part twice: in full to compare, masked to show."""

    full: Any
    shown: Any

    @classmethod
    def of(cls, document: TeamDocument) -> "_Side":
        full = document.model_dump(mode="json", context=REVEALED, exclude_defaults=True)
        return cls(_by_name(full), _by_name(document.model_dump(mode="json", exclude_defaults=True)))

    def __getitem__(self, key: str) -> "_Side":
        return _Side(self.full[key], self.shown[key])

    @property
    def words(self) -> str:
        return self.shown if isinstance(self.shown, str) else json.dumps(self.shown, ensure_ascii=False)


def _by_name(node: Any) -> Any:
    """Lists of named parts become mappings from name to part."""
    if isinstance(node, Mapping):
        return {key: _by_name(child) for key, child in node.items()}
    if isinstance(node, list) and node and all(isinstance(child, Mapping) and "id" in child for child in node):
        return {child["id"]: _by_name({key: part for key, part in child.items() if key != "id"}) for child in node}
    return node


def _differences(path: str, old: _Side, new: _Side) -> Iterator[Change]:
    if isinstance(old.full, Mapping) and isinstance(new.full, Mapping):
        yield from _within(path, old, new)
    elif old.full != new.full:
        yield Change(path, ChangeKind.CHANGED, old.words, new.words)


def _within(path: str, old: _Side, new: _Side) -> Iterator[Change]:
    for key in dict.fromkeys((*old.full, *new.full)):
        place = f"{path}.{key}" if path else key
        if key not in new.full:
            yield Change(place, ChangeKind.REMOVED, old[key].words, None)
        elif key not in old.full:
            yield Change(place, ChangeKind.ADDED, None, new[key].words)
        else:
            yield from _differences(place, old[key], new[key])
    if path in ORDERED:
        yield from _moved(path, old, new)


def _moved(path: str, old: _Side, new: _Side) -> Iterator[Change]:
    before = [name for name in old.full if name in new.full]
    after = [name for name in new.full if name in old.full]
    if before != after:
        yield Change(path, ChangeKind.MOVED, ", ".join(before), ", ".join(after))
