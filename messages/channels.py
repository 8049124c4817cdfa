"""What the channels to customers, and the kinds of statement, are called."""

from __future__ import annotations

from typing import Any

from bot.domain.statement import StatementKind
from messages.marks import one_line
from messages.words import N_, Words

_CHANNELS = {
    "status_page": N_("the status page"),
    "email": N_("email"),
    "webhook": N_("the website"),
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "x": "X",
    "telegram": "Telegram",
    "statuspage": "Statuspage",
}

_KINDS = {
    StatementKind.FIRST: N_("first statement"),
    StatementKind.UPDATE: N_("update"),
    StatementKind.NO_CHANGE: N_("nothing new"),
    StatementKind.CLOSING: N_("closing message"),
    StatementKind.CORRECTION: N_("correction"),
}


def channel_name(_: Words, channel: str) -> str:
    """`the status page`; a proper name stays as it is."""
    return _(_CHANNELS[channel]) if channel in _CHANNELS else one_line(channel)


def kind_name(_: Words, kind: Any) -> str:
    """`first statement`."""
    known = str(kind)
    return _(_KINDS[StatementKind(known)]) if known in list(StatementKind) else one_line(known)
