"""Marks in Slack's sentences, and what people typed between them.

Promises that typed text is dead (it names no channel, opens no link, wakes nobody), that nothing turns the
direction of the words after it, and that cutting never leaves half a token.
"""

import re

_CONTROL = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_OPEN_TOKEN = re.compile(r"<[^>]*$|&[a-z]*$")


def clean(text: str) -> str:
    """Without control characters and without those that turn the direction of what follows."""
    return _CONTROL.sub("", text)


def escape(text: str) -> str:
    """What a person typed, dead: it names no channel, opens no link, wakes nobody."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str) -> str:
    """What a person typed, escaped and on one line."""
    return " ".join(escape(text).split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, never through the middle of a token, ending in "…" where it was cut."""
    if len(text) <= limit:
        return text
    return _OPEN_TOKEN.sub("", text[: limit - 1]).rstrip() + "…"


def quoted(text: str, limit: int = 200) -> str:
    """The first words of what a person typed, on one line."""
    return cut(one_line(text), limit)


def capital(text: str) -> str:
    """With a capital, to stand by itself."""
    return text[:1].upper() + text[1:]


def mention(slack_id: str) -> str:
    return f"<@{slack_id}>"


def channel(slack_id: str) -> str:
    return f"<#{slack_id}>"


def spaced(phone: str) -> str:
    """A number as telephones show it: `+39 320 555 0102`. What is no number stays as it was typed."""
    import phonenumbers  # heavy, and not needed to start

    try:
        known = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return one_line(phone)
    return phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def dial(phone: str) -> str:
    """A number that a tap dials, in a Slack sentence."""
    digits = re.sub(r"[^+0-9]", "", phone)
    return link(f"tel:{digits}", spaced(phone)) if digits else one_line(phone)


def link(url: str, text: str) -> str:
    """A link in a Slack sentence; `text` is cleaned and may be anything."""
    return f"<{url.replace('|', '%7C').replace('>', '%3E').replace('<', '%3C')}|{one_line(text).replace('|', '¦')}>"
