"""The words of `/crisis`, in every language we speak.

Promises that a word belongs to one command only. The first word of a language is the one that help shows.
Refuses words with which people describe what is on fire: "scala mobile ferma" must declare, not escalate.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

COMMANDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "now": {"en": ("now",), "it": ("subito",)},
    "status": {"en": ("status",), "it": ("stato",)},
    "who": {"en": ("who",), "it": ("chi",)},
    "ack": {"en": ("ack", "acknowledge"), "it": ("preso",)},
    "decline": {"en": ("decline",), "it": ("nonposso", "rifiuto")},
    "giveback": {"en": ("giveback",), "it": ("restituisco",)},
    "escalate": {"en": ("escalate",), "it": ("sali",)},
    "page": {"en": ("page",), "it": ("chiama",)},
    "role": {"en": ("role",), "it": ("ruolo",)},
    "sev": {"en": ("sev", "severity"), "it": ("gravità", "gravita")},
    "update": {"en": ("update",), "it": ("aggiorna",)},
    "public": {"en": ("public",), "it": ("pubblica",)},
    "note": {"en": ("note",), "it": ("nota",)},
    "task": {"en": ("task",), "it": ("compito",)},
    "tickets": {"en": ("tickets",), "it": ("richieste",)},
    "search": {"en": ("search",), "it": ("cerca",)},
    "merge": {"en": ("merge",), "it": ("unisci",)},
    "resolve": {"en": ("resolve", "resolved"), "it": ("risolto", "risolvi")},
    "cancel": {"en": ("cancel",), "it": ("annulla",)},
    "reopen": {"en": ("reopen",), "it": ("riapri",)},
    "postmortem": {"en": ("postmortem",), "it": ("resoconto",)},
    "doc": {"en": ("doc",), "it": ("piano",)},
    "drill": {"en": ("drill",), "it": ("esercitazione",)},
    "me": {"en": ("me",), "it": ("io",)},
    "help": {"en": ("help",), "it": ("aiuto",)},
}

_MEANT: Final = {word: command for command, spoken in COMMANDS.items() for words in spoken.values() for word in words}


def meant(word: str) -> str | None:
    """The command that a word is, in any language."""
    return _MEANT.get(word.casefold())


def nearest(word: str) -> str | None:
    """The command that a word was probably meant to be: a slip or two away, of four letters at least."""
    if len(word) < 4 or meant(word):
        return None
    close = get_close_matches(word.casefold(), [known for known in _MEANT if len(known) >= 4], n=1, cutoff=0.82)
    return close[0] if close else None


def word(command: str, language: str) -> str:
    """How a command is written for a reader of this language."""
    spoken = COMMANDS.get(command, {})
    return (spoken.get(language) or spoken.get("en") or (command,))[0]
