"""The names by which Slack tells us which button, form or shortcut a person used.

Promises one constant for each, and values that come back as they were sent.
Refuses to know what they lead to: handlers do.
"""

from __future__ import annotations

import json
from typing import Final

# A page, in the paged person's direct message
PAGE_ACK: Final = "page_ack"  # I'm on it
PAGE_DECLINE: Final = "page_decline"  # I can't; the next one is called
PAGE_HAND_OVER: Final = "page_hand_over"  # opens FORM_HAND_OVER
PAGE_GIVE_BACK: Final = "page_give_back"  # undo "I'm on it"
PAGE_JOIN: Final = "page_join"  # somebody else has it; come into the room all the same
RING_ME: Final = "ring_me"  # try my own contact plan now

# An incident, on its card, its announcement and the Home tab
INCIDENT_JOIN: Final = "incident_join"  # come into the room
INCIDENT_LEAD: Final = "incident_lead"  # become incident commander
INCIDENT_PAGE: Final = "incident_page"  # opens FORM_PAGE
INCIDENT_UPDATE: Final = "incident_update"  # opens FORM_UPDATE
INCIDENT_PUBLIC: Final = "incident_public"  # opens FORM_PUBLIC
INCIDENT_RESOLVE: Final = "incident_resolve"  # opens FORM_RESOLVE
INCIDENT_MORE: Final = "incident_more"  # the card's overflow: unpack(value)["do"] is one of MORE_*
INCIDENT_ESCALATE: Final = "incident_escalate"  # call the next level now; carries the level it was drawn for
INCIDENT_PICK: Final = "incident_pick"  # choose an incident for a command
INCIDENT_STATUS: Final = "incident_status"  # show me where we are, to me alone
USE_CHANNEL: Final = "use_channel"  # adopt a channel that a person created

MORE_SEVERITY: Final = "severity"  # opens FORM_SEVERITY
MORE_ROLE: Final = "role"  # opens FORM_ROLE
MORE_TASK: Final = "task"  # opens FORM_TASK
MORE_NOTE: Final = "note"  # opens FORM_NOTE
MORE_ESCALATE: Final = "escalate"  # call the next level now
MORE_CANCEL: Final = "cancel"  # opens FORM_CANCEL
MORE_REOPEN: Final = "reopen"  # opens REOPEN_FORM
MORE_STATUS: Final = "status"  # answers with the summary
MORE_POSTMORTEM: Final = "postmortem"  # answers with the post-mortem

# Customers
SPEAK_PUBLISH: Final = "speak_publish"  # opens FORM_PUBLIC with the draft
SPEAK_NO_CHANGE: Final = "speak_no_change"  # publish "nothing has changed, we are still on it"
SPEAK_SNOOZE: Final = "speak_snooze"  # opens FORM_SNOOZE
SPEAK_HAND_OVER: Final = "speak_hand_over"  # opens FORM_SPEAK_HAND_OVER
STATEMENT_APPROVE: Final = "statement_approve"  # a second person lets it go out
STATEMENT_CHANGE: Final = "statement_change"  # opens FORM_PUBLIC with what awaits approval
STATEMENT_SELF_APPROVE: Final = "statement_self_approve"  # nobody else is there: publish and record it
DELIVERY_RETRY: Final = "delivery_retry"  # send again on one channel
DELIVERY_VOUCH: Final = "delivery_vouch"  # it is there, I have seen it

# The rest
TASK_DONE: Final = "task_done"  # tick a task off
DECLARE_OPEN: Final = "declare_open"  # opens FORM_DECLARE
DECLARE_SCENARIO: Final = "declare_scenario"  # the declare form's select, which redraws the form
REOPEN_FORM: Final = "reopen_form"  # open the form again with what was kept
COMMAND_SUGGESTION: Final = "command_suggestion"  # run the command that was meant
LANGUAGE_CHOICE: Final = "language_choice"  # my language
CONTACT_REVEAL: Final = "contact_reveal"  # show me a private contact; it is recorded
WHO_OPEN: Final = "who_open"  # show who does what
HOME_INCIDENT: Final = "home_incident"  # an incident in the Home tab
SUMMARY_EDIT: Final = "summary_edit"  # opens FORM_SUMMARY
OPEN_LINK: Final = "open_link"  # a button that only opens an address; Slack tells us all the same

# Forms (callback ids)
FORM_DECLARE: Final = "form_declare"
FORM_PUBLIC: Final = "form_public"
FORM_UPDATE: Final = "form_update"
FORM_RESOLVE: Final = "form_resolve"
FORM_ROLE: Final = "form_role"
FORM_PAGE: Final = "form_page"
FORM_HAND_OVER: Final = "form_hand_over"
FORM_TASK: Final = "form_task"
FORM_NOTE: Final = "form_note"
FORM_SEVERITY: Final = "form_severity"
FORM_SNOOZE: Final = "form_snooze"
FORM_SPEAK_HAND_OVER: Final = "form_speak_hand_over"
FORM_CANCEL: Final = "form_cancel"
FORM_PICK: Final = "form_pick"
FORM_SUMMARY: Final = "form_summary"

# Shortcuts (callback ids) and the reaction that marks a message
SHORTCUT_DECLARE: Final = "declare_incident"
SHORTCUT_DECLARE_MESSAGE: Final = "declare_from_message"
SHORTCUT_NOTE: Final = "add_to_timeline"
REACTION_NOTE: Final = "pushpin"

# Fields of forms (block ids); the element in an input block is always VALUE
VALUE: Final = "value"
FIELD_TITLE: Final = "title"
FIELD_SCENARIO: Final = "scenario"
FIELD_SEVERITY: Final = "severity"
FIELD_IMPACT: Final = "impact"
FIELD_PRIVATE: Final = "private"
FIELD_TEXT: Final = "text"
FIELD_PERSON: Final = "person"
FIELD_ROLE: Final = "role"
FIELD_MINUTES: Final = "minutes"
FIELD_STATUS: Final = "status"
FIELD_REASON: Final = "reason"
FIELD_SOLUTION: Final = "solution"
FIELD_INCIDENT: Final = "incident"
FIELD_SUMMARY: Final = "summary"
FIELD_PUBLIC_STATUS: Final = "public_status"

_VALUE_LENGTH: Final = 2000  # Slack's limit for a button's value


def field_text(language: str) -> str:
    """The block id of the text in one public language."""
    return f"{FIELD_TEXT}_{language}"


def text_language(block_id: str) -> str | None:
    """The language of such a block id, or nothing when it is another field."""
    name, _, language = block_id.partition("_")
    return language if name == FIELD_TEXT and language else None


def pack(**facts: int | str) -> str:
    """Facts as the value of a button."""
    value = json.dumps(facts, separators=(",", ":"), ensure_ascii=False)
    if len(value) > _VALUE_LENGTH:
        raise ValueError(f"a button carries {_VALUE_LENGTH} characters, not {len(value)}")
    return value


def unpack(value: str | None) -> dict[str, int | str]:
    """What `pack` was given. A value that is not ours is empty: Slack's payloads are not to be trusted."""
    try:
        facts = json.loads(value or "{}")
    except ValueError:
        return {}
    if not isinstance(facts, dict):
        return {}
    return {name: fact for name, fact in facts.items() if isinstance(fact, int | str)}
