"""Text messages of one segment.

Promises at most 160 septets of the GSM 7-bit alphabet (3GPP TS 23.038): a longer text, or one letter
outside it, would arrive in pieces or not at all. What the alphabet lacks is written with what it has.
"""

from __future__ import annotations

from typing import Final

from slugify import slugify

SEGMENT: Final = 160
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE: Final = frozenset("^{}\\[~]|€")  # behind an escape: two septets each
_ALIKE: Final = str.maketrans(
    {"“": '"', "”": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "…": "...", "–": "-", "—": "-", "·": "-", "\t": " "}
    | {"È": "E'", "À": "A'", "Ì": "I'", "Ò": "O'", "Ù": "U'"}  # as Italian keyboards without them have always done
)
_SHORTEST_TITLE: Final = 8  # less than this tells nothing


def septets(text: str) -> int:
    """How much of a segment a text takes."""
    return sum(2 if letter in _TWICE else 1 for letter in text)


def fits(text: str) -> bool:
    """Whether it arrives as one message."""
    return all(letter in _BASIC or letter in _TWICE for letter in text) and septets(text) <= SEGMENT


def gsm(text: str) -> str:
    """The same in the alphabet: other scripts in Latin letters, pictures left out."""
    written = "".join(_letter(letter) for letter in text.translate(_ALIKE))
    return " ".join(written.split())


def segment(text: str) -> str:
    """One message, cut at its end when it is too long."""
    return cut(gsm(text), SEGMENT)


def around(before: str, title: str, after: str) -> str:
    """`before title. after` in one message; only the title gives way."""
    before, title, after = gsm(before), gsm(title).rstrip("."), gsm(after)
    room = SEGMENT - septets(before) - septets(after) - 3
    if not title or room < min(_SHORTEST_TITLE, septets(title)):
        return cut(f"{before}. {after}", SEGMENT)
    return f"{before} {cut(title, room)}. {after}"


def _letter(letter: str) -> str:
    if letter in _BASIC or letter in _TWICE:
        return letter
    if not letter.isalnum():
        return " "
    latin = slugify(letter, lowercase=False, separator="")
    return latin if letter.isascii() or ord(letter) < 0x2E80 else f"{latin} "


def cut(text: str, limit: int) -> str:
    """As much of a text, already in the alphabet, as there is room for."""
    if septets(text) <= limit:
        return text
    while septets(text) > limit - 2:
        text = text[:-1]
    return text.rstrip(" .,") + ".."
