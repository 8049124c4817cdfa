"""What stands in a form's place when it cannot be shown or sent."""

from __future__ import annotations

from messages.blocks import View, modal, section
from messages.forms.declare import reopen_button
from messages.words import Words


def error_view(_: Words, text: str, *, kept: str | None = None) -> View:
    """`text` is a whole sentence from `refusals`. With `kept`, what was written can be opened again."""
    return modal(
        _("That didn't work"),
        (
            section(text),
            section(_("What you wrote is kept.")) if kept else None,
            reopen_button(_, kept) if kept else None,
        ),
        callback_id="error",
        close=_("Close"),
    )
