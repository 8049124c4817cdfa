"""The rich_text block: sections, lists, quotes and preformatted text."""

from __future__ import annotations

from bot.sandbox.shape import Check, boolean, integer, list_of, one_of, record, string, tagged

STYLE = record(dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))


def _inline(*required: str, **fields: Check) -> Check:
    return record({"type": string(20), "style": STYLE, **fields}, required=("type", *required))


INLINE = tagged(
    {
        "text": _inline("text", text=string(3000)),
        "link": _inline("url", url=string(3000), text=string(3000), unsafe=boolean),
        "user": _inline("user_id", user_id=string(20)),
        "usergroup": _inline("usergroup_id", usergroup_id=string(20)),
        "channel": _inline("channel_id", channel_id=string(20)),
        "emoji": _inline("name", name=string(100), unicode=string(50), skin_tone=integer(1, 6)),
        "broadcast": _inline("range", range=one_of("here", "channel", "everyone")),
        "date": _inline(
            "timestamp",
            "format",
            timestamp=integer(0, 9_999_999_999),
            format=string(200),
            url=string(3000),
            fallback=string(200),
        ),
        "color": _inline("value", value=string(9)),
    },
    "rich text element",
)
LINE = list_of(INLINE, 1000, least=0)
SECTION = record({"type": string(30), "elements": LINE}, required=("type", "elements"))

RICH_TEXT = record(
    {
        "type": string(20),
        "block_id": string(255),
        "elements": list_of(
            tagged(
                {
                    "rich_text_section": SECTION,
                    "rich_text_list": record(
                        {
                            "type": string(30),
                            "elements": list_of(SECTION, 1000),
                            "style": one_of("bullet", "ordered"),
                            "indent": integer(0, 8),
                            "offset": integer(0, 10_000),
                            "border": integer(0, 1),
                        },
                        required=("type", "elements", "style"),
                    ),
                    "rich_text_preformatted": record(
                        {"type": string(30), "elements": LINE, "border": integer(0, 1), "language": string(50)},
                        required=("type", "elements"),
                    ),
                    "rich_text_quote": record(
                        {"type": string(30), "elements": LINE, "border": integer(0, 1)}, required=("type", "elements")
                    ),
                },
                "rich text",
            ),
            1000,
        ),
    },
    required=("type", "elements"),
)
