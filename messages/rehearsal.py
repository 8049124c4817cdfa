"""Who would be called, how and when: the plan tried out on a quiet day.

Promises times on the reader's own clock, what quiet hours hold back and until when, and who would not be reached
at all. Wakes nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_datetime

from bot.domain.reachability import Timed
from bot.domain.rehearsal import Asked, Turn
from bot.domain.roster import Roster
from messages.blocks import Message, context, section
from messages.marks import one_line
from messages.names import called, name, names
from messages.outlook import lines, sentences
from messages.words import Words


def rehearsal(_: Words, roster: Roster, turns: Sequence[Turn], *, what: str, severity: int, at: datetime) -> Message:
    """`what`: the scenario as its readers know it; empty for any incident."""
    facts = {"severity": _.severity(severity), "when": _when(_, at)}
    head = (
        _("If “{what}” is declared {when}, {severity}", what=one_line(what), **facts)
        if what
        else _("If an incident is declared {when}, {severity}", **facts)
    )
    first = next((turn for turn in turns if turn.asked), None)
    plainly = ", ".join(name(roster, each.person) for each in first.asked) if first else _("Nobody can be reached.")
    return Message.of(
        sentences(head, plainly),
        section(f"*{head}*"),
        *(section(_turn(_, roster, turn, at)) for turn in turns),
        context(_("As long as nobody answers. Then the ladder is asked once more, and then everyone at once.")),
        context(_("Nobody has been called: this was only a look.")),
    )


def _when(_: Words, at: datetime) -> str:
    """`Sunday 15 March at 03:00`, in the reader's time."""
    day = format_datetime(_.local(at), "EEEE d MMMM", locale=_.locale)
    return _("{day} at {time}", day=day, time=_.clock(at))


def _turn(_: Words, roster: Roster, turn: Turn, at: datetime) -> str:
    title = one_line(turn.level.name.in_(_.language))
    if not turn.asked:
        empty = _(
            "{n}. *{level}*: nobody can be reached, and the next level is called at once", n=turn.number, level=title
        )
        return lines(empty, _missing(_, roster, turn))
    head = _("{n}. *{level}*, {time}", n=turn.number, level=title, time=_.clock(turn.at, at))
    return lines(head, *(f"• {_person(_, roster, each, turn.at)}" for each in turn.asked), _missing(_, roster, turn))


def _person(_: Words, roster: Roster, asked: Asked, at: datetime) -> str:
    ways = ", ".join(_knock(_, knock, at) for knock in asked.knocks)
    return f"{called(roster, asked.person)}: {ways}" if ways else called(roster, asked.person)


def _knock(_: Words, knock: Timed, at: datetime) -> str:
    told = f"{_.method(knock.method)} {_.clock(knock.at, at)}"
    return _("{way} (quiet hours)", way=told) if knock.held else told


def _missing(_: Words, roster: Roster, turn: Turn) -> str:
    if not turn.missing:
        return ""
    return _("_Not to be reached then: {names}_", names=names(_, roster, turn.missing))
