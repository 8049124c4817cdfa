"""Every table, once; each file holds those of one noun. The migrations must agree; a test says so.

Indexes that serve the clock are partial, so that a thousand closed incidents cost a tick nothing.
What may identify a private contact is stored sealed (see `secrets`), never in a column of its own.
"""

from __future__ import annotations

from bot.storage.tables.effects import LEFT, PENDING, SENDING, WAITING, attempt, effect
from bot.storage.tables.house import beat, kept_form, revision, seen
from bot.storage.tables.incidents import audit, event, incident, task
from bot.storage.tables.making import metadata
from bot.storage.tables.pages import WANTED, answer_token, level_fired, page, rotation
from bot.storage.tables.people import language_choice, slack_group, slack_user, team_version
from bot.storage.tables.speaking import deadline, statement

__all__ = [
    "LEFT",
    "PENDING",
    "SENDING",
    "WAITING",
    "WANTED",
    "answer_token",
    "attempt",
    "audit",
    "beat",
    "deadline",
    "effect",
    "event",
    "incident",
    "kept_form",
    "language_choice",
    "level_fired",
    "metadata",
    "page",
    "revision",
    "rotation",
    "seen",
    "slack_group",
    "slack_user",
    "statement",
    "task",
    "team_version",
]
