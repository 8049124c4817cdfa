"""Words reduced to what Italian and English inflection leave alone.

Promises that `casse` and `cassa`, `bloccato` and `bloccate`, `till` and `tills` are the same word, the same
way every time. Knows no dictionary and no meaning.
"""

import re
import unicodedata
from typing import Final

_WORD = re.compile(r"[a-z0-9]+")
_VERBAL: Final = ("ando", "endo", "ato", "ata", "ati", "ate", "uto", "uta", "uti", "ute", "ing", "are", "ere", "ire")
_PLURAL: Final = ("ies", "es", "ed", "s")
_SMALL: Final = frozenset(
    {
        *("il", "lo", "la", "i", "gli", "le", "un", "uno", "una", "di", "a", "da"),
        *("in", "con", "su", "per", "del", "della", "dei", "delle", "degli", "dal", "dalla", "al"),
        *("alla", "ai", "alle", "nel", "nella", "nei", "nelle", "the", "of", "to", "at", "on"),
        *("an", "is", "are", "it", "our"),
    }
)
"""Small words that say nothing about what has happened."""


def stems(text: str) -> tuple[str, ...]:
    """The words of a sentence, in order, each reduced to its stem; small words left out."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(_stem(word) for word in _WORD.findall(letters) if word not in _SMALL)


def _stem(word: str) -> str:
    for ending in (*_VERBAL, *_PLURAL):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    bare = word.rstrip("aeiouy")
    return bare if len(bare) >= 3 else word


def mentions(said: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words of the phrase stand in the sentence, in order, with at most one word between two."""
    if not phrase:
        return False
    starts = (at for at, word in enumerate(said) if word == phrase[0])
    return any(_goes_on(said[at + 1 :], phrase[1:]) for at in starts)


def _goes_on(said: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    if not phrase:
        return True
    return any(word == phrase[0] and _goes_on(said[at + 1 :], phrase[1:]) for at, word in enumerate(said[:2]))
