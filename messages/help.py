"""The short help, and the question after a typo.

Promises that one screen is enough to be of use in an emergency, and that a typo declares nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from messages.actions import COMMAND_SUGGESTION, DECLARE_OPEN, pack
from messages.blocks import Message, actions, button, context, section
from messages.grammar import COMMANDS, meant, word
from messages.marks import cut, escape, one_line
from messages.outlook import sentences
from messages.words import N_, Words

_DOES = {
    "now": N_("`/crisis {word} tills down` declares at once, without a form"),
    "status": N_("`/crisis {word}` where we are; add *all* for every open incident"),
    "who": N_("`/crisis {word}` who does what, and how to alert them"),
    "ack": N_("`/crisis {word}` I'm on it"),
    "decline": N_("`/crisis {word}` I can't: the next one is called"),
    "giveback": N_("`/crisis {word}` undo *I'm on it*"),
    "escalate": N_("`/crisis {word}` call the next level now"),
    "page": N_("`/crisis {word} @name` call somebody by name, or a role: `role:legal`"),
    "role": N_("`/crisis {word} scribe @name` give somebody a role"),
    "sev": N_("`/crisis {word} 2` change the severity"),
    "update": N_("`/crisis {word}` tell the room how things stand"),
    "public": N_("`/crisis {word}` tell customers"),
    "note": N_("`/crisis {word} text` add a line to the story"),
    "task": N_("`/crisis {word} @name text` give somebody something to do"),
    "tickets": N_("`/crisis {word} 40/1200` requests escalated, of all requests"),
    "search": N_("`/crisis {word} text` how it was solved last time"),
    "merge": N_("`/crisis {word} 41` it is the same event as another"),
    "resolve": N_("`/crisis {word}` it is solved"),
    "cancel": N_("`/crisis {word}` it was a false alarm"),
    "reopen": N_("`/crisis {word}` it is back"),
    "postmortem": N_("`/crisis {word}` the post-mortem, as far as it is written"),
    "doc": N_("`/crisis {word}` the plan"),
    "drill": N_("`/crisis {word}` practise, with nobody disturbed outside"),
    "me": N_("`/crisis {word}` your language, your contacts, a trial call"),
}

_GROUPS = (
    (N_("*When you are called*"), ("ack", "decline", "giveback")),
    (N_("*While it lasts*"), ("status", "who", "page", "escalate", "role", "sev", "update", "public", "note", "task")),
    (N_("*When it is over*"), ("resolve", "cancel", "reopen", "merge", "postmortem")),
    (N_("*On a quiet day*"), ("me", "doc", "drill", "search", "tickets")),
)


def help(_: Words, text: str = "", *, offered: Collection[str] | None = None) -> Message:
    """One screen; or one line, when `text` names a command. ``offered``: only these commands."""
    asked = meant(text.strip())
    if asked in _DOES and _shown(asked, offered):
        return Message.of(_line(_, asked))
    first = _("*Something is wrong?* Write `/crisis` and what is happening: people are called at once.")
    groups = (_group(_, _(title), commands, offered) for title, commands in _GROUPS)
    return Message.of(
        first,
        section(first),
        section(_line(_, "now")) if _shown("now", offered) else None,
        *(section(group) for group in groups if group),
        actions(button(_("Declare an incident"), DECLARE_OPEN, pack(), style="danger")),
        context(_("Every command has a button or a shortcut too: commands don't run in threads.")),
    )


def suggestion(_: Words, typed: str, command: str) -> Message:
    """A typo: what was probably meant, on one button. ``command`` is the whole corrected command."""
    facts = {"typed": cut(one_line(typed), 100), "command": cut(one_line(command), 100)}
    ask = _("`/crisis {typed}`: did you mean *{command}*? Nothing was declared.", **facts)
    declare = {"text": cut(typed, 500)}
    return Message.of(
        sentences(ask.replace("`", "")),
        section(ask),
        actions(
            button(f"/crisis {command}", COMMAND_SUGGESTION, pack(text=cut(command, 500)), style="primary"),
            button(_("No, declare an incident"), DECLARE_OPEN, pack(**declare)),
        ),
    )


def not_yet(_: Words, command: str, text: str) -> Message:
    """A word that is kept for later. ``text`` is what stood after it: it may have been a report."""
    news = _("`/crisis {word}` is planned, but not there yet. Nothing was declared.", word=word(command, _.language))
    typed = f"{word(command, _.language)} {text}" if text else ""
    return Message.of(
        sentences(news.replace("`", "")),
        section(news),
        actions(button(_("Declare an incident"), DECLARE_OPEN, pack(text=cut(typed, 500)))),
    )


def unknown(_: Words, typed: str) -> Message:
    """Nothing near it."""
    return Message.of(_("`/crisis {typed}` is not a command. Nothing was declared.", typed=cut(escape(typed), 100)))


def _group(_: Words, title: str, commands: tuple[str, ...], offered: Collection[str] | None) -> str:
    shown = [_line(_, command) for command in commands if _shown(command, offered)]
    return "\n".join([title, *shown]) if shown else ""


def _shown(command: str, offered: Collection[str] | None) -> bool:
    return command in COMMANDS and (offered is None or command in offered)


def _line(_: Words, command: str | None) -> str:
    return _(_DOES[command], word=word(command, _.language)) if command else ""
