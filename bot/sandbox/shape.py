"""A small grammar of shapes: how long a text may be, which fields an object may carry.

A check looks at a value and reports each thing wrong with the place it is in (a JSON pointer), as Slack does.
It never stops at the first problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str, list[str]], None]


def say(problems: list[str], where: str, what: str) -> None:
    problems.append(f"{what} [json-pointer:{where}]")


def string(longest: int, *, shortest: int = 1, pattern: str | None = None) -> Check:
    """A string of that length; `pattern` must match all of it."""
    compiled = re.compile(pattern) if pattern else None

    def check(value: Any, where: str, problems: list[str]) -> None:
        if not isinstance(value, str):
            say(problems, where, "must be a string")
        elif len(value) < shortest:
            say(problems, where, f"must be more than {shortest - 1} characters")
        elif len(value) > longest:
            say(problems, where, f"must be less than {longest + 1} characters")
        elif compiled and not compiled.fullmatch(value):
            say(problems, where, f"does not match {compiled.pattern}")

    return check


def boolean(value: Any, where: str, problems: list[str]) -> None:
    if not isinstance(value, bool):
        say(problems, where, "must be a boolean")


def integer(lowest: int, highest: int) -> Check:
    def check(value: Any, where: str, problems: list[str]) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            say(problems, where, f"must be an integer between {lowest} and {highest}")

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any, where: str, problems: list[str]) -> None:
        if value not in allowed:
            say(problems, where, f"must be one of {', '.join(allowed)}")

    return check


def list_of(item: Check, most: int, *, least: int = 1) -> Check:
    """A list of that size; each item is checked."""

    def check(value: Any, where: str, problems: list[str]) -> None:
        if not isinstance(value, list):
            say(problems, where, "must be an array")
            return
        if len(value) < least:
            say(problems, where, f"no fewer than {least} items allowed")
        if len(value) > most:
            say(problems, where, f"no more than {most} items allowed")
        for place, one in enumerate(value):
            item(one, f"{where}/{place}", problems)

    return check


def record(fields: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    """An object with these fields and no others."""

    def check(value: Any, where: str, problems: list[str]) -> None:
        if not isinstance(value, dict):
            say(problems, where, "must be an object")
            return
        for name in required:
            if name not in value:
                say(problems, where, f"missing required field: {name}")
        for name, held in value.items():
            if name not in fields:
                say(problems, where, f"unknown field: {name}")
            else:
                fields[name](held, f"{where}/{name}", problems)

    return check


def tagged(kinds: Mapping[str, Check], what: str) -> Check:
    """An object whose `type` says which check applies."""

    def check(value: Any, where: str, problems: list[str]) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            say(problems, where, f"unsupported {what}: {kind}")
        else:
            kinds[kind](value, where, problems)

    return check


def text(longest: int, *kinds: str, shortest: int = 1) -> Check:
    """A text object of one of those kinds (plain_text, mrkdwn)."""
    shape = record(
        {
            "type": one_of(*kinds),
            "text": string(longest, shortest=shortest),
            **({"emoji": boolean} if "plain_text" in kinds else {}),
            **({"verbatim": boolean} if "mrkdwn" in kinds else {}),
        },
        required=("type", "text"),
    )
    return shape


def without_nulls(value: Any) -> Any:
    """The same, less every field that holds null: Slack takes null for absent."""
    if isinstance(value, dict):
        return {name: without_nulls(held) for name, held in value.items() if held is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def anything(value: Any, where: str, problems: list[str]) -> None:
    """Accepted as it is: the surrounding check says all there is to say."""
