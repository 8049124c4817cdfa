"""Logs: an event name and keys. Never a number, an address, a token or what somebody wrote."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

import structlog
from structlog.typing import Processor

from bot.settings import Settings

_CHATTY = ("apscheduler", "slack_bolt", "slack_sdk", "httpx", "httpcore", "uvicorn", "alembic", "aiohttp")
_BEFORE: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure(settings: Settings) -> None:
    """People read lines, machines read JSON; a terminal is taken for a person. Libraries' lines look like ours."""
    form = settings.log_format or ("console" if sys.stderr.isatty() else "json")
    level = logging.getLevelNamesMapping()[settings.log_level]
    written = _console() if form == "console" else _json()
    structlog.configure(
        processors=[*_BEFORE, *written],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    theirs = logging.StreamHandler(sys.stderr)
    theirs.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_BEFORE, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *written],
        )
    )
    theirs.addFilter(_worth_reading)
    logging.basicConfig(level=level, handlers=[theirs], force=True)


def warn_of(weaknesses: Iterable[str]) -> None:
    """What `anticrisi check` says too, for whoever never asks it."""
    for weakness in weaknesses:
        structlog.get_logger(__name__).warning("weak_setting", because=weakness)


def quiet() -> None:
    """For commands, whose own line says what is wrong: nothing is logged beside it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def _worth_reading(line: logging.LogRecord) -> bool:
    """Their warnings; but not Bolt's advice on how its app is made, which is for us.

    A socket to Slack that does not open says why in its line, and every few seconds: its trace says nothing more.
    """
    if line.name.startswith(("slack_bolt", "slack_sdk")):
        line.exc_info = None
    advice = line.name.startswith("slack_bolt") and line.funcName == "__init__"
    return not advice and (line.levelno >= logging.WARNING or not line.name.startswith(_CHATTY))


def _console() -> tuple[Processor, ...]:
    """Without the values of local variables: they may be somebody's number, and drawing them takes seconds."""
    return (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback),
    )


def _json() -> tuple[Processor, ...]:
    return structlog.processors.format_exc_info, structlog.processors.JSONRenderer()
