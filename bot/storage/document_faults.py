"""The faults of a team document, in the words of its owner.

Promises a code and facts for every fault, so that it can be said in any language, and an English sentence
for each, so that a terminal can say it now. Never repeats a phone number or an address.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.errors import Fault

SENTENCES: Final[Mapping[str, str]] = {
    "syntax": "This is not YAML: {problem}.",
    "strange_character": "A character that cannot be printed. Type it again.",
    "too_large": "The file is longer than {limit} characters.",
    "too_deep": "The file is nested too deeply.",
    "empty_document": "The file is empty. Begin with `company:` and a name.",
    "alias": "`*{name}` repeats a part written elsewhere. Write it out here.",
    "key_not_a_word": "A key must be one word.",
    "duplicate_key": "`{key}` is written twice; the first is on line {first_line}.",
    "cut_by_a_comma": "Nothing is written for `{key}`. Inside {{ }} a comma ends a sentence unless it is in quotes.",
    "missing_key": "`{key}` is missing.",
    "unknown_key": "`{key}` means nothing here.",
    "wrong_type": "Expected {expected}.",
    "not_one_of": "Expected one of {expected}.",
    "out_of_range": "Out of range: {problem}.",
    "empty": "Something must be written here.",
    "empty_text": "Something must be written here, in every language named.",
    "invalid": "{problem}.",
    "invalid_id": "`{value}` is not a short name: use a–z, 0–9, `_` and `-`, beginning with a letter, 40 at most.",
    "invalid_language": "`{value}` is not a language code, like `it` or `en`.",
    "invalid_phone": "Not a possible phone number. Write it with its country, like +39 320 555 0102.",
    "invalid_email": "Not an email address.",
    "invalid_time_zone": "`{value}` is not a time zone, like Europe/Rome.",
    "invalid_duration": "`{value}` is not a length of time, like 30 s, 5 min or 1 h 30 min.",
    "invalid_wait": "It must be more than nothing.",
    "invalid_hours": "`{value}` is not a stretch of hours, like mon-fri 08:00-20:00.",
    "invalid_target": "`{value}` is not a target, like person:bruno, role:legal or group:S0123ABC.",
    "invalid_severity": "`{value}` is not SEV1, SEV2, SEV3 or SEV4.",
    "invalid_date": "Not a date, like 2026-03-31.",
    "invalid_slack": "Not a Slack user id (U…) nor the address of a Slack account.",
    "invalid_link": "Not a link that begins with https://.",
    "invalid_channel": "Not a channel name: lower case, no spaces, no #.",
    "unknown_person": "Nobody is called `{name}`.",
    "unknown_role": "There is no role `{name}`.",
    "unknown_policy": "There is no policy `{name}`.",
    "unknown_placeholder": "Nothing fills `{{{name}}}`: use {{since}}, {{where}}, {{impact}} or {{next_update}}.",
    "own_deputy": "`{value}` cannot be their own deputy.",
    "repeated_slack": "This Slack account is already {person}'s.",
    "slow_cadence": "{severity}: customers would wait more than an hour. Write a `reason`, or speak sooner.",
}
"""One sentence per code; the facts of the fault fill it."""

HINT: Final = " Did you mean `{nearest}`?"


def describe(fault: Fault) -> str:
    """The fault in English, one line: `12:5 people.bruno.roles.1: There is no role …`."""
    sentence = SENTENCES[fault.code].format_map(fault.facts)
    hint = HINT.format_map(fault.facts) if fault.facts.get("nearest") else ""
    path = f" {fault.path}" if fault.path else ""
    return f"{fault.line}:{fault.column}{path}: {sentence}{hint}"


_BY_TYPE: Final[Mapping[str, tuple[str, str]]] = {
    "string_type": ("wrong_type", "words"),
    "dict_type": ("wrong_type", "a mapping"),
    "mapping_type": ("wrong_type", "a mapping"),
    "model_type": ("wrong_type", "a mapping"),
    "model_attributes_type": ("wrong_type", "a mapping"),
    "tuple_type": ("wrong_type", "a list"),
    "list_type": ("wrong_type", "a list"),
    "bool_parsing": ("wrong_type", "true or false"),
    "bool_type": ("wrong_type", "true or false"),
    "int_parsing": ("wrong_type", "a whole number"),
    "int_type": ("wrong_type", "a whole number"),
    "string_too_short": ("empty", ""),
    "too_short": ("empty", ""),
}
_BY_KEY: Final[Mapping[str, str]] = {
    "slack": "invalid_slack",
    "conference_link": "invalid_link",
    "link": "invalid_link",
    "announce_channel": "invalid_channel",
}


def code_and_facts(error: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """What a validation error of the document means to its owner."""
    kind, path = str(error["type"]), error["loc"]
    context = {key: str(value) for key, value in error.get("ctx", {}).items()}
    last = str(path[-1]) if path else ""
    if kind in SENTENCES:
        return kind, context
    if kind in _BY_TYPE:
        code, expected = _BY_TYPE[kind]
        return code, {"expected": expected} if expected else {}
    match kind:
        case "missing":
            return "missing_key", {"key": last}
        case "extra_forbidden":
            return "unknown_key", {"key": last}
        case "enum" | "literal_error":
            return "not_one_of", {"expected": context["expected"]}
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            return "out_of_range", {"problem": _sentence(error)}
        case "string_pattern_mismatch" if last in _BY_KEY:
            return _BY_KEY[last], {}
    if kind.startswith("date"):
        return "invalid_date", {}
    return "invalid", {"problem": _sentence(error)}


def _sentence(error: Mapping[str, Any]) -> str:
    return str(error["msg"]).removesuffix(".")
