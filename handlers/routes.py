"""Which gesture leads where: one table for each way of speaking to us."""

from __future__ import annotations

from handlers import commands, declaring, events, forms, home, incident, pages, shortcuts, speaking
from handlers.gesture import Listener
from messages import actions as ids

ACTIONS: dict[str, Listener] = {
    # A page
    ids.PAGE_ACK: pages.take,
    ids.PAGE_DECLINE: pages.decline,
    ids.PAGE_HAND_OVER: pages.ask_to_whom,
    ids.PAGE_GIVE_BACK: pages.give_back,
    ids.PAGE_JOIN: declaring.join,
    ids.RING_ME: pages.ring_me,
    # An incident
    ids.INCIDENT_JOIN: declaring.join,
    ids.INCIDENT_LEAD: incident.lead,
    ids.INCIDENT_PAGE: incident.opens(ids.FORM_PAGE),
    ids.INCIDENT_UPDATE: incident.opens(ids.FORM_UPDATE),
    ids.INCIDENT_PUBLIC: incident.opens(ids.FORM_PUBLIC),
    ids.INCIDENT_RESOLVE: incident.opens(ids.FORM_RESOLVE),
    ids.INCIDENT_MORE: incident.more,
    ids.INCIDENT_ESCALATE: incident.escalate_all_the_same,
    ids.INCIDENT_STATUS: incident.show_status,
    ids.INCIDENT_PICK: events.heeded,
    ids.HOME_INCIDENT: incident.show_status,
    ids.USE_CHANNEL: incident.use_channel,
    ids.TASK_DONE: incident.finish_task,
    ids.SUMMARY_EDIT: incident.opens(ids.FORM_SUMMARY),
    # Customers
    ids.SPEAK_PUBLISH: incident.opens(ids.FORM_PUBLIC),
    ids.SPEAK_NO_CHANGE: speaking.no_change,
    ids.SPEAK_SNOOZE: incident.opens(ids.FORM_SNOOZE),
    ids.SPEAK_HAND_OVER: incident.opens(ids.FORM_SPEAK_HAND_OVER),
    ids.STATEMENT_APPROVE: speaking.approve,
    ids.STATEMENT_CHANGE: speaking.change,
    ids.STATEMENT_SELF_APPROVE: speaking.approve_alone,
    ids.DELIVERY_RETRY: speaking.send_again,
    ids.DELIVERY_VOUCH: speaking.it_is_there,
    # The rest
    ids.DECLARE_OPEN: declaring.open_form,
    ids.DECLARE_SCENARIO: declaring.choose_scenario,
    ids.REOPEN_FORM: forms.reopen,
    ids.COMMAND_SUGGESTION: commands.suggested,
    ids.LANGUAGE_CHOICE: home.choose_language,
    ids.CONTACT_REVEAL: home.reveal,
    ids.WHO_OPEN: home.show_who,
    ids.OPEN_LINK: events.heeded,
}

FORMS: dict[str, Listener] = {
    ids.FORM_DECLARE: declaring.submit,
    ids.FORM_PUBLIC: speaking.submit,
    ids.FORM_UPDATE: incident.submit_update,
    ids.FORM_RESOLVE: incident.submit_resolve,
    ids.FORM_ROLE: incident.submit_role,
    ids.FORM_PAGE: incident.submit_page,
    ids.FORM_HAND_OVER: pages.hand_over,
    ids.FORM_TASK: incident.submit_task,
    ids.FORM_NOTE: incident.submit_note,
    ids.FORM_SEVERITY: incident.submit_severity,
    ids.FORM_SNOOZE: speaking.snooze,
    ids.FORM_SPEAK_HAND_OVER: speaking.hand_over,
    ids.FORM_CANCEL: incident.submit_cancel,
    ids.FORM_PICK: commands.picked,
    ids.FORM_SUMMARY: incident.submit_summary,
}

SHORTCUTS: dict[str, Listener] = {
    ids.SHORTCUT_DECLARE: declaring.open_form,
    ids.SHORTCUT_DECLARE_MESSAGE: shortcuts.declare_from_message,
    ids.SHORTCUT_NOTE: shortcuts.note_message,
}

EVENTS: dict[str, Listener] = {
    "app_home_opened": home.opened,
    "app_mention": events.written_to,
    "message": events.written_to,
    "reaction_added": shortcuts.marked,
    "reaction_removed": shortcuts.unmarked,
    "member_joined_channel": events.came_in,
    "channel_archive": events.archived,
    "team_join": events.person_changed,
    "user_change": events.person_changed,
}
