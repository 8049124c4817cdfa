"""The team document as a YAML file that people keep, compare and review.

Promises that what `dump` writes `parse` reads back equal, and that a file with faults is refused whole,
with every fault it has, each at its line and column.
Refuses names that point at nobody, numbers that no country has, addresses, zones and keys that do not exist.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from bot.domain.people import known_time_zones
from bot.domain.private import EmailAddress, PhoneNumber
from bot.domain.procedure import CadenceOverride, check_rhythms
from bot.domain.references import Path, nearest, unknown_names
from bot.domain.scenario import PLACEHOLDERS
from bot.domain.severity import read_severity
from bot.domain.team import IN_PARTS, TeamDocument
from bot.errors import BrokenDocument, Fault
from bot.storage.document_faults import code_and_facts
from bot.storage.document_schema import SECTIONS, json_schema, keys_at
from bot.storage.document_tree import Tree, read_tree
from bot.storage.document_writing import dump

__all__ = ["BrokenDocument", "Fault", "dump", "json_schema", "parse"]


def parse(text: str) -> TeamDocument:
    """Read a team document, or raise `BrokenDocument` with all its faults in the order of the file."""
    tree = read_tree(text)
    if tree.value is None:
        raise BrokenDocument(tuple(tree.faults))
    if not isinstance(tree.value, dict):
        tree.fault((), "wrong_type", expected="a mapping")
        raise BrokenDocument(tuple(tree.faults))
    listing = _Listing(tree)
    document = _validated(listing)
    _check_values(listing)
    if tree.faults or document is None:
        raise BrokenDocument(_in_order(tree.faults))
    return document


class _Listing:
    """The file in the shape of the document: sections of named parts become lists, and paths lead back."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.names: dict[str, list[str]] = {}
        self.raw: dict[str, Any] = dict(tree.value)
        for section in SECTIONS:
            if self.raw.get(section) is not None:
                self.raw[section] = self._parts(section, self.raw[section])

    def _parts(self, section: str, members: Any) -> list[dict[str, Any]]:
        self.names[section] = []
        if not isinstance(members, dict):
            self.tree.fault((section,), "wrong_type", expected="a mapping")
            return []
        return [part for name, member in members.items() if (part := self._part(section, name, member or {}))]

    def _part(self, section: str, name: str, member: Any) -> dict[str, Any] | None:
        if not isinstance(member, dict):
            self.tree.fault((section, name), "wrong_type", expected="a mapping")
            return None
        if "id" in member:
            self.tree.fault((section, name, "id"), "unknown_key", key="id")
        self.names[section].append(name)
        return {**member, "id": name}

    def path(self, path: Path) -> Path:
        """Where a part of the document stands in the file."""
        if len(path) > 1 and path[0] in SECTIONS and isinstance(path[1], int):
            return (path[0], self.names[str(path[0])][path[1]], *path[2:])
        return path

    def fault(self, path: Path, code: str, **facts: str) -> None:
        self.tree.fault(self.path(path), code, **facts)


def _validated(listing: _Listing) -> TeamDocument | None:
    try:
        return TeamDocument.model_validate(listing.raw, context=IN_PARTS)
    except ValidationError as broken:
        for error in broken.errors(include_url=False, include_input=False):
            _note(listing, error)
        return None


_CHECKED_HERE: Final = ("own_deputy", "slow_cadence")
"""Faults of several parts together: looked for below, because validation stops at the first part that is broken."""


def _note(listing: _Listing, error: Mapping[str, Any]) -> None:
    code, facts = code_and_facts(error)
    path: Path = tuple(step for step in error["loc"] if step != "[key]")
    if code in _CHECKED_HERE or (error["type"] == "too_short" and _written_at(listing.raw, path)):
        return
    if code == "unknown_key":
        facts |= _nearest(facts["key"], keys_at(listing.path(path[:-1])))
    if code == "invalid_language":
        path = (*path, facts["value"])
    if code == "unknown_placeholder":
        facts |= _nearest(facts["name"], PLACEHOLDERS)
    if code == "invalid_time_zone":
        facts |= _nearest_zone(facts["value"])
    listing.fault(path, code, **facts)


def _written_at(node: Any, path: Path) -> Any:
    """What the file says at a path: a list whose every item is broken is not an empty list."""
    for step in path:
        try:
            node = node[step]
        except (LookupError, TypeError):
            return None
    return node


def _nearest(name: str, known: tuple[str, ...]) -> dict[str, str]:
    found = nearest(name, known)
    return {"nearest": found} if found else {}


def _nearest_zone(written: str) -> dict[str, str]:
    zones = {zone.casefold(): zone for zone in sorted(known_time_zones())}
    cities = {zone.rpartition("/")[2]: name for zone, name in zones.items() if "/" in zone}
    wanted = written.casefold().replace(" ", "_")
    found = nearest(wanted, tuple(zones)) or nearest(wanted.rpartition("/")[2], tuple(cities))
    return {"nearest": zones.get(found) or cities[found]} if found else {}


def _check_values(listing: _Listing) -> None:
    """What the document itself cannot judge, or not with a place."""
    for unknown in unknown_names(listing.raw):
        hint = {"nearest": unknown.nearest} if unknown.nearest else {}
        listing.fault(unknown.path, f"unknown_{unknown.kind}", name=unknown.name, **hint)
    for path, number in _numbers(listing.raw):
        if not _is_possible(number):
            listing.fault(path, "invalid_phone")
    for path, address in _values(listing.raw, "people", "email"):
        if not _is_address(address):
            listing.fault(path, "invalid_email")
    _check_accounts(listing)
    _check_deputies(listing)
    _check_rhythms(listing)


def _check_deputies(listing: _Listing) -> None:
    for at, person in enumerate(listing.raw.get("people") or ()):
        deputies = person.get("deputies")
        for place, deputy in enumerate(deputies if isinstance(deputies, list) else ()):
            if deputy == person["id"]:
                listing.fault(("people", at, "deputies", place), "own_deputy", value=deputy)


def _check_rhythms(listing: _Listing) -> None:
    rhythms = listing.raw.get("cadence")
    for severity, rhythm in rhythms.items() if isinstance(rhythms, dict) else ():
        try:
            check_rhythms({read_severity(severity): CadenceOverride.model_validate(rhythm)})
        except PydanticCustomError as slow:
            if slow.type == "slow_cadence":
                listing.fault(("cadence", severity), slow.type, **(slow.context or {}))
        except ValidationError:
            continue  # broken in itself, and noted already


def _check_accounts(listing: _Listing) -> None:
    owners: dict[str, str] = {}
    for path, account in _values(listing.raw, "people", "slack"):
        person = str(listing.path(path)[1])
        if account in owners:
            listing.fault(path, "repeated_slack", person=owners[account])
        owners.setdefault(account, person)


def _values(raw: Mapping[str, Any], section: str, key: str) -> Iterator[tuple[Path, str]]:
    """The words under one key in every part of a section."""
    parts = raw.get(section)
    for at, part in enumerate(parts if isinstance(parts, list) else ()):
        if isinstance(part, dict) and isinstance(part.get(key), str):
            yield (section, at, key), part[key]


def _numbers(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    yield from _values(raw, "last_resort", "phone")
    for at, person in enumerate(raw.get("people") or ()):
        phones = person.get("phones")
        for place, phone in enumerate(phones if isinstance(phones, list) else ()):
            if isinstance(phone, str):
                yield ("people", at, "phones", place), phone
            elif isinstance(phone, dict) and isinstance(phone.get("number"), str):
                yield ("people", at, "phones", place, "number"), phone["number"]


def _is_possible(written: str) -> bool:
    """Whether a country could give out this number. One of a bad form has been refused already."""
    try:
        number = PhoneNumber(written).reveal()
    except ValueError:
        return True
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def _is_address(written: str) -> bool:
    """Whether mail could go there. One of a bad form has been refused already."""
    try:
        validate_email(EmailAddress(written).reveal(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    except ValueError:
        return True
    return True


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    unique = {
        (fault.line, fault.column, fault.path, fault.code, *sorted(fault.facts.items())): fault for fault in faults
    }
    return tuple(sorted(unique.values(), key=lambda fault: (fault.line, fault.column, fault.path)))
