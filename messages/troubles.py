"""What did not work, and why, in words that somebody who is not a technician can act on."""

from __future__ import annotations

from bot.domain.roster import GUESTS_KEPT_OUT
from messages.marks import quoted
from messages.words import N_, Words

_STEPS = {
    "OpenChannel": N_("the channel"),
    "InviteToRoom": N_("invitations"),
    "SetTopic": N_("topic"),
    "PostCard": N_("this card"),
    "PinCard": N_("pinning the card"),
    "AddBookmark": N_("bookmarks"),
    "Announce": N_("the announcement"),
    "PublishStatement": N_("the statement to customers"),
}

_REASONS = {
    "ratelimited": N_("Slack is limiting us"),
    "internal_error": N_("Slack has a fault of its own"),
    "fatal_error": N_("Slack has a fault of its own"),
    "service_unavailable": N_("Slack is not answering"),
    "timeout": N_("no answer in time"),
    "unreachable": N_("cannot be reached"),
    "connection_lost": N_("the connection was lost"),
    "restricted_action": N_("your workspace allows only admins to"),
    "missing_scope": N_("a permission is missing"),
    "not_in_channel": N_("the bot is not in the channel"),
    "channel_not_found": N_("the channel is not there"),
    "is_archived": N_("the channel is archived"),
    "name_taken": N_("the name is taken"),
    "account_inactive": N_("the bot was removed from the workspace"),
    "token_revoked": N_("the bot was removed from the workspace"),
    "invalid_auth": N_("Slack no longer accepts the bot"),
    "user_not_found": N_("not in the workspace"),
    GUESTS_KEPT_OUT: N_("guests come in by a member's hand alone"),
    "user_disabled": N_("their account is deactivated"),
    "invalid_number": N_("the number is not valid"),
}


def step_name(_: Words, step: str) -> str:
    return _(_STEPS[step]) if step in _STEPS else step


def why(_: Words, code: str) -> str:
    """The reason behind an error's code; the code itself when we have no words for it."""
    known = code.split(":")[0]
    for name in (known, next((name for name in _REASONS if known.startswith(name)), "")):
        if name in _REASONS:
            return _(_REASONS[name])
    return quoted(code, 60) or _("no reason given")
