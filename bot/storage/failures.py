"""What a database's failure means: it serves nobody now, or we have made a mistake.

Promises a sentence in the database's own words for whoever runs us; no driver puts a password into it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from bot.errors import NotRecorded

_NO_RIGHTS: Final = "42501"  # insufficient_privilege, PostgreSQL's appendix A


def is_ours(failure: DBAPIError) -> bool:
    """Whether the mistake is our own. What we may not do is decided by whoever grants rights, not by us."""
    return isinstance(failure, IntegrityError | ProgrammingError) and not _forbidden(failure)


def in_its_words(error: NotRecorded) -> str:
    """What the database or its driver said, in one line; its kind where it said nothing."""
    cause = error.__cause__
    said = str(cause.orig if isinstance(cause, DBAPIError) else cause or "").strip()
    return said.splitlines()[0].strip() if said else str(error)


def _forbidden(failure: DBAPIError) -> bool:
    return getattr(failure.orig, "sqlstate", None) == _NO_RIGHTS
