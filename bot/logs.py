"""Logs: an event name and keys. Never a number, an address, a token or what somebody wrote."""

from __future__ import annotations

import logging
import sys

import structlog

from bot.settings import Settings

_CHATTY = ("apscheduler", "slack_bolt", "slack_sdk", "httpx", "httpcore", "uvicorn", "alembic", "aiohttp")


def configure(settings: Settings) -> None:
    """People read lines, machines read JSON; a terminal is taken for a person."""
    form = settings.log_format or ("console" if sys.stderr.isatty() else "json")
    level = logging.getLevelNamesMapping()[settings.log_level]
    logging.basicConfig(level=level, stream=sys.stderr, format="%(name)s %(message)s")
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(() if form == "console" else (structlog.processors.format_exc_info,)),
            _console() if form == "console" else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _console() -> structlog.dev.ConsoleRenderer:
    """Without the values of local variables: they may be somebody's number, and drawing them takes seconds."""
    return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
