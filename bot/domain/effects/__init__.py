"""What must happen outside once a decision is stored.

An effect is a value with a unique key. It is stored in the same commit as the state that
caused it and carried out afterwards, at least once, by the dispatcher. It names things, and
never holds words: what a person reads is made when it is sent, from the facts of that moment.
"""

from __future__ import annotations

from typing import Any

from bot.domain.effects.calls import (
    AskSnoozed,
    OfATurn,
    PageResponder,
    RefreshPage,
    RelayPage,
    RingMe,
    StopRinging,
    WarnOwner,
)
from bot.domain.effects.customers import PublishStatement
from bot.domain.effects.effect import Door, Effect, Priority
from bot.domain.effects.letters import RefreshLetter, RefreshReminder, Reminder, RemindSpeaker, TellPerson, TextPerson
from bot.domain.effects.room import (
    AddBookmark,
    Announce,
    AttachReview,
    InviteToRoom,
    OpenChannel,
    PinCard,
    PostCard,
    PostReview,
    RefreshAnnouncement,
    RefreshCard,
    RefreshLine,
    RemindRoom,
    SetTopic,
    TellRoom,
)

__all__ = [
    "ALL",
    "CEREMONY",
    "AddBookmark",
    "Announce",
    "AskSnoozed",
    "AttachReview",
    "Door",
    "Effect",
    "InviteToRoom",
    "OfATurn",
    "OpenChannel",
    "PageResponder",
    "PinCard",
    "PostCard",
    "PostReview",
    "Priority",
    "PublishStatement",
    "RefreshAnnouncement",
    "RefreshCard",
    "RefreshLetter",
    "RefreshLine",
    "RefreshPage",
    "RefreshReminder",
    "RelayPage",
    "RemindRoom",
    "RemindSpeaker",
    "Reminder",
    "RingMe",
    "SetTopic",
    "StopRinging",
    "TellPerson",
    "TellRoom",
    "TextPerson",
    "WarnOwner",
    "restore",
]

ALL: dict[str, type[Effect]] = {
    kind.__name__: kind
    for kind in (
        PageResponder,
        AskSnoozed,
        RefreshPage,
        RingMe,
        StopRinging,
        RelayPage,
        WarnOwner,
        OpenChannel,
        InviteToRoom,
        SetTopic,
        PostCard,
        PinCard,
        AddBookmark,
        Announce,
        RefreshCard,
        RefreshAnnouncement,
        TellRoom,
        RefreshLine,
        PostReview,
        AttachReview,
        TellPerson,
        TextPerson,
        RefreshLetter,
        RemindSpeaker,
        RefreshReminder,
        RemindRoom,
        PublishStatement,
    )
}

CEREMONY = (OpenChannel, InviteToRoom, SetTopic, PostCard, PinCard, AddBookmark, Announce)


def restore(kind: str, payload: dict[str, Any]) -> Effect:
    """The effect that ``payload()`` was made from."""
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in payload.items()}
    return ALL[kind](**values)
