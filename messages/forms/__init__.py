"""Every form, one file each. A form is a view: a plain dict ready for Slack.

Whatever was typed comes back under the block ids of `messages.actions`; what the form is about comes back in
its private metadata, to be read with `actions.unpack`.
"""

from messages.forms.cancel import cancel_form
from messages.forms.declare import NO_SCENARIO, OPEN_SHOWN, PRIVATE, declare_form
from messages.forms.declared import declared_view
from messages.forms.error import error_view
from messages.forms.hand_over import hand_over_form
from messages.forms.note import note_form
from messages.forms.page import page_form
from messages.forms.pick import pick_form
from messages.forms.public import meanwhile, public_form
from messages.forms.resolve import resolve_form
from messages.forms.role import role_form
from messages.forms.severity import severity_form
from messages.forms.snooze import snooze_form
from messages.forms.speak_hand_over import speak_hand_over_form
from messages.forms.summary import summary_form
from messages.forms.task import task_form
from messages.forms.update import update_form

__all__ = [
    "NO_SCENARIO",
    "OPEN_SHOWN",
    "PRIVATE",
    "cancel_form",
    "declare_form",
    "declared_view",
    "error_view",
    "hand_over_form",
    "meanwhile",
    "note_form",
    "page_form",
    "pick_form",
    "public_form",
    "resolve_form",
    "role_form",
    "severity_form",
    "snooze_form",
    "speak_hand_over_form",
    "summary_form",
    "task_form",
    "update_form",
]
