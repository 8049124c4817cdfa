"""Where an effect goes, as the other side counts: the unit of its rate limits and of its order.

Pure: a name for the destination of every effect, and whether things may reach it side by side.
Knows no numbers: how much each bears is the dispatcher's business.
"""

from __future__ import annotations

from bot.domain.effects import (
    Announce,
    Effect,
    PageResponder,
    PostCard,
    PostReview,
    PublishStatement,
    RefreshAnnouncement,
    RefreshCard,
    RefreshLetter,
    RefreshLine,
    RefreshPage,
    RefreshReminder,
    RelayPage,
    RemindRoom,
    RemindSpeaker,
    RingMe,
    TellPerson,
    TellRoom,
    TextPerson,
    WarnOwner,
)

IN_ORDER = ("slack:room:", "slack:dm:", "slack:announcements", "slack:edit:")
"""Slack takes about one message a second for each conversation, and two edits of one message must not overtake
each other (https://api.slack.com/apis/rate-limits)."""


def one_at_a_time(destination: str) -> bool:
    """Whether the next thing waits until the last one has arrived."""
    return destination.startswith(IN_ORDER)


def destination(effect: Effect) -> str:
    """``<who>:<what>``: two effects with the same name share one limit."""
    match effect:
        case (
            PageResponder(method="slack_dm", person=person)
            | RingMe(method="slack_dm", person=person)
            | WarnOwner(method="slack_dm", person=person)
        ):
            return f"slack:dm:{person}"
        case PageResponder(method=method) | RingMe(method=method) | WarnOwner(method=method):
            return f"paging:{method}"
        case RelayPage(line=line):
            return f"paging:{line}"
        case TextPerson():
            return "paging:sms"
        case TellPerson(person=person) | RemindSpeaker(person=person):
            return f"slack:dm:{person}"
        case PostCard() | TellRoom() | PostReview() | RemindRoom():
            return f"slack:room:{effect.incident}"
        case Announce():
            return "slack:announcements"
        case (
            RefreshCard() | RefreshAnnouncement() | RefreshPage() | RefreshReminder() | RefreshLetter() | RefreshLine()
        ):
            return f"slack:edit:{effect.key}"
        case PublishStatement(channel=channel):
            return f"publishing:{channel}"
        case _:
            return f"{effect.door}:{effect.kind}"
