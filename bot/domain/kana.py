"""Japanese syllables in Latin letters, where a plain transliteration would lose the marks they carry.

Pure. `slugify` takes every mark off a letter before it reads it: right for `è`, wrong for `デ`, which is
`de` and not `te`. What is not kana is left as it is.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from slugify import slugify

_KANA: Final = ("\u3041", "\u30ff")
_LONG: Final = "ー"
_VOICED: Final = {"k": "g", "s": "z", "t": "d", "h": "b", "u": "vu"}
_MARKS: Final = {"\u3099": _VOICED, "\u309a": {"h": "p"}}


def in_latin(text: str) -> str:
    """`データベース` becomes `deetaabeesu`: marks are heard, a long vowel is written twice."""
    said = ""
    for letter in unicodedata.normalize("NFKC", text):
        if letter == _LONG and said:
            said += said[-1] if said[-1] in "aeiou" else ""
        elif _KANA[0] <= letter <= _KANA[1]:
            said += _syllable(letter)
        else:
            said += letter
    return said


def _syllable(letter: str) -> str:
    """One syllable; one that carries no mark reads as it stands."""
    apart = unicodedata.normalize("NFD", letter)
    sound, mark = slugify(apart[0]), apart[1:]
    return _MARKS[mark].get(sound[:1], sound[:1]) + sound[1:] if mark in _MARKS else sound
