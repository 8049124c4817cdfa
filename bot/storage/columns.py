"""Column types that both databases read the same way.

Promises aware UTC datetimes, JSON that keeps the order of its keys, and escalation policies that are
parsed once per wording. Refuses naive datetimes. Every value of every row passes here: each type turns it in one
call.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from pydantic_core import from_json, to_json
from sqlalchemy import DateTime, Dialect, Text, TypeDecorator

from bot.domain.policy import Policy

Turned: TypeAlias = Callable[[Any], Any]
"""Makes of a value what the driver takes, or of what the driver gives a value."""


class UtcTime(TypeDecorator[datetime]):
    """An instant. SQLite keeps a text without a zone, PostgreSQL gives those of the session's; we give UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Turned:
        return _text_of_moment if dialect.name == "sqlite" else _moment

    def result_processor(self, dialect: Dialect, coltype: object) -> Turned:
        return _moment_of_text if dialect.name == "sqlite" else _moment


class Json(TypeDecorator[Any]):
    """A list or an object, as JSON. The first language of a statement is its main one: key order must survive."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Turned:
        return _text_of_json

    def result_processor(self, dialect: Dialect, coltype: object) -> Turned:
        return _json_of_text


class PolicyJson(TypeDecorator[Policy]):
    """A page's snapshot of its policy. Pages of one policy share one parsed value: it never changes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Policy | None, dialect: Dialect) -> str | None:
        return None if value is None else value.model_dump_json()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Policy | None:
        return None if value is None else _policy(value)


def _moment(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError("a naive datetime is not an instant")
    return value.astimezone(UTC)


@lru_cache(maxsize=256)  # of what is stored together, most happened at one moment
def _text_of_moment(value: datetime | None) -> str | None:
    moment = _moment(value)
    return None if moment is None else moment.isoformat(" ", "microseconds").removesuffix("+00:00")


@lru_cache(maxsize=256)
def _moment_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


@lru_cache(maxsize=256)
def moment_written(value: str | None) -> datetime | None:
    """An instant as either database writes it into JSON."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text_of_json(value: Any) -> str | None:
    return None if value is None else to_json(value).decode()


def _json_of_text(value: str | None) -> Any:
    return None if value is None else from_json(value)


@lru_cache(maxsize=256)
def _policy(written: str) -> Policy:
    return Policy.model_validate_json(written)
