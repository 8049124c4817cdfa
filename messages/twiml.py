"""What a telephone company is told to do with a call or a text, in its own markup.

Promises that every word is said in the voice of its language, that no word of ours or of anybody who typed one
becomes an order, and that the markup can be read whatever was typed.

https://www.twilio.com/docs/voice/twiml, https://www.twilio.com/docs/messaging/twiml
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from babel.core import get_global

from messages.words import Words

_DIGIT_WITHIN: Final = 8  # seconds to find the keypad of a telephone held to one's ear
_VOICES: Final = {"en": "en-GB"}
_UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML has no way of writing: https://www.w3.org/TR/xml/#charsets."""


def text_back(text: str) -> str:
    """The answer to somebody's text; silence when there are no words."""
    response = Element("Response")
    if text:
        SubElement(response, "Message").text = _writable(text)
    return _written(response)


def say(_: Words, *sentences: str) -> str:
    """Speak, and end the call."""
    response = Element("Response")
    for sentence in sentences:
        _say(response, _, sentence)
    SubElement(response, "Hangup")
    return _written(response)


def ask(_: Words, question: str, *, answer_to: str, before: str = "") -> str:
    """Speak and wait for one key, twice; then end the call. ``before`` is said once."""
    response = Element("Response")
    if before:
        _say(response, _, before)
    how = {"numDigits": "1", "finishOnKey": "", "timeout": str(_DIGIT_WITHIN), "method": "POST", "action": answer_to}
    for _time in range(2):
        _say(SubElement(response, "Gather", how), _, question)
    SubElement(response, "Hangup")
    return _written(response)


def spoken_language(language: str) -> str:
    """`it-IT`: a language as it is spoken where most people speak it."""
    likely = get_global("likely_subtags").get(language, "")
    if language in _VOICES or not likely:
        return _VOICES.get(language, _VOICES["en"])
    return f"{language}-{likely.split('_')[-1]}"


def _say(parent: Element, _: Words, sentence: str) -> None:
    SubElement(parent, "Say", {"language": spoken_language(_.language)}).text = _writable(sentence)


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _written(response: Element) -> str:
    return tostring(response, encoding="unicode", xml_declaration=False)
