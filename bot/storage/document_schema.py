"""The JSON Schema of the team document, for editors that complete and check while one types.

Promises to accept every file that `parse` accepts in its usual spelling. It cannot see names that point at
nobody: `anticrisi doc check` does.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from bot.domain.private import PhoneNumber
from bot.domain.references import Path
from bot.domain.severity import Severity
from bot.domain.slugs import SLUG_PATTERN
from bot.domain.team import TeamDocument

SECTIONS: Final = ("people", "roles", "policies", "scenarios")
"""Sections whose parts are written under their short name."""


def json_schema() -> dict[str, Any]:
    """The schema of the YAML form, draft 2020-12."""
    schema = TeamDocument.model_json_schema()
    for section in SECTIONS:
        item = schema["properties"][section]["items"]
        schema["properties"][section] = {
            "type": ["object", "null"],
            "propertyNames": {"pattern": SLUG_PATTERN},
            "additionalProperties": item,
        }
        named = schema["$defs"][item["$ref"].rpartition("/")[2]]
        del named["properties"]["id"]
        named["required"] = [key for key in named.get("required", ()) if key != "id"]
    phone = schema["$defs"]["Phone"]
    schema["$defs"]["Phone"] = {"anyOf": [dict(PhoneNumber.SCHEMA), phone]}
    schema["$defs"]["QuietHours"] = _alone_or_whole(schema["$defs"]["QuietHours"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Anti-crisis team document"}


def _alone_or_whole(quiet: dict[str, Any]) -> dict[str, Any]:
    """Quiet hours as they may be written: with their exceptions, one stretch, or several."""
    several = quiet["properties"]["hours"]
    one = dict(several["items"])
    quiet["properties"]["hours"] = {"anyOf": [several, one]}
    despite = quiet["properties"]["except"]
    despite["default"] = [Severity(step).label for step in despite["default"]]
    return {"anyOf": [quiet, one, several]}


@cache
def _whole() -> Mapping[str, Any]:
    return json_schema()


def keys_at(path: Path) -> tuple[str, ...]:
    """The keys that may be written in the part that stands at a path of the file."""
    node: Mapping[str, Any] = _whole()
    for step in path:
        node = _step(_followed(node), step)
    return tuple(_followed(node).get("properties", ()))


def _step(node: Mapping[str, Any], step: str | int) -> Mapping[str, Any]:
    if isinstance(step, int):
        found = node.get("items", {})
    else:
        found = node.get("properties", {}).get(step) or node.get("additionalProperties", {})
    return found if isinstance(found, Mapping) else {}


def _followed(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part a reference points at; of several forms, the one with keys."""
    if "$ref" in node:
        return _followed(_whole()["$defs"][node["$ref"].rpartition("/")[2]])
    forms = (_followed(form) for form in node.get("anyOf", ()))
    return next((form for form in forms if "properties" in form or "items" in form), node)
