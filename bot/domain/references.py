"""Names that the parts of the team document use for each other.

Promises to find every name that points at nobody, with its place and the nearest name that exists,
in a document that may be broken elsewhere. Pure; judges nothing but names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from bot.domain.people import STANDARD_ROLES

Path = tuple[str | int, ...]
EACH: Final = "*"

PLACES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "person": (("owners", EACH), ("people", EACH, "deputies", EACH)),
    "role": (("people", EACH, "roles", EACH),),
    "policy": (("default_policy",), ("scenarios", EACH, "policy"), ("severities", EACH, "policy")),
    "target": (
        ("policies", EACH, "levels", EACH, "targets", EACH),
        ("scenarios", EACH, "experts", EACH),
        ("procedure", "decisions", EACH, "who"),
    ),
}
"""Where each kind of name is used. A `target` says its own kind: `role:legal`."""


@dataclass(frozen=True)
class UnknownName:
    """A name that points at nobody."""

    path: Path
    kind: str
    name: str
    nearest: str | None


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name that was probably meant."""
    close = get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
    return close[0] if close else None


def unknown_names(raw: Mapping[str, Any]) -> Iterator[UnknownName]:
    """Every name in the document (as plain lists and mappings) that points at nobody."""
    known = {
        "person": _ids(raw, "people"),
        "role": (*STANDARD_ROLES, *_ids(raw, "roles")),
        "policy": _ids(raw, "policies"),
    }
    for place, patterns in PLACES.items():
        for pattern in patterns:
            for path, value in _at(raw, pattern, ()):
                yield from _judged(path, place, value, known)


def _judged(path: Path, place: str, value: Any, known: Mapping[str, Sequence[str]]) -> Iterator[UnknownName]:
    if not isinstance(value, str):
        return
    kind, name = (place, value) if place != "target" else _of_target(value)
    if kind in known and name not in known[kind]:
        yield UnknownName(path, kind, name, nearest(name, known[kind]))


def _of_target(value: str) -> tuple[str, str]:
    kind, _, name = value.strip().partition(":")
    return kind, name


def _ids(raw: Mapping[str, Any], section: str) -> tuple[str, ...]:
    members = raw.get(section)
    if not isinstance(members, list | tuple):
        return ()
    return tuple(str(member["id"]) for member in members if isinstance(member, Mapping) and "id" in member)


def _at(node: Any, pattern: tuple[str, ...], path: Path) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, node
        return
    step, rest = pattern[0], pattern[1:]
    if step == EACH:
        for key, child in _children(node):
            yield from _at(child, rest, (*path, key))
    elif isinstance(node, Mapping) and node.get(step) is not None:
        yield from _at(node[step], rest, (*path, step))


def _children(node: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(node, Mapping):
        yield from node.items()
    elif isinstance(node, list | tuple):
        yield from enumerate(node)
