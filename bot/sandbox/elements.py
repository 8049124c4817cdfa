"""Block elements: what a button, a menu or an input may contain.

Limits: https://docs.slack.dev/reference/block-kit/block-elements and the composition objects beside it.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.shape import Check, boolean, integer, list_of, one_of, record, say, string, text

PLAIN = ("plain_text",)
BOTH = ("plain_text", "mrkdwn")
URL = r"(https?|mailto|slack):.+"

CONFIRM = record(
    {
        "title": text(100, *PLAIN),
        "text": text(300, *BOTH),
        "confirm": text(30, *PLAIN),
        "deny": text(30, *PLAIN),
        "style": one_of("primary", "danger"),
    },
    required=("title", "text", "confirm", "deny"),
)


def option(*kinds: str) -> Check:
    """One choice: text 75, value 75, description 75."""
    fields = {
        "text": text(75, *kinds),
        "value": string(75),
        "description": text(75, *kinds),
        "url": string(3000, pattern=URL),
    }
    return record(fields, required=("text", "value"))


OPTIONS = list_of(option(*PLAIN), 100)
RICH_OPTIONS = list_of(option(*BOTH), 10)
GROUPS = list_of(
    record({"label": text(75, *PLAIN), "options": OPTIONS}, required=("label", "options")),
    100,
)

COMMON = {"type": string(50), "action_id": string(255)}
FOCUS = {"focus_on_load": boolean}
ASKED = {"confirm": CONFIRM, "placeholder": text(150, *PLAIN), **FOCUS}
DATE = string(10, pattern=r"\d{4}-\d{2}-\d{2}")
TIME = string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
USER = string(20, pattern=r"[UW][A-Z0-9]+")
CHANNEL = string(20, pattern=r"[CGD][A-Z0-9]+")
CONVERSATION = string(20, pattern=r"[CGDUW][A-Z0-9]+")
FILTER = record(
    {
        "include": list_of(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
DISPATCH = record(
    {"trigger_actions_on": list_of(one_of("on_enter_pressed", "on_character_entered"), 2)},
    required=("trigger_actions_on",),
)
TYPED = {"placeholder": text(150, *PLAIN), "dispatch_action_config": DISPATCH, **FOCUS}
LIMITED = {"max_selected_items": integer(1, 100)}


def _menu(**fields: Check) -> Check:
    return record({**COMMON, **ASKED, **fields}, required=("type",))


def _choice(initial: str, check: Check, *, many: bool) -> Check:
    """A menu whose options the app lists: options or groups, exactly one of them."""
    extra = LIMITED if many else {}
    shape = _menu(options=OPTIONS, option_groups=GROUPS, **{initial: check}, **extra)

    def checked(value: Any, where: str, problems: list[str]) -> None:
        shape(value, where, problems)
        if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
            say(problems, where, "must have either options or option_groups")
        elif isinstance(value, dict):
            _initial_listed(value, initial, where, problems)

    return checked


def _initial_listed(value: dict[str, Any], initial: str, where: str, problems: list[str]) -> None:
    """An initial option has to be exactly one of the options."""
    if initial not in value:
        return
    given = value[initial] if isinstance(value[initial], list) else [value[initial]]
    offered = list(value.get("options", ()))
    for group in value.get("option_groups", ()):
        offered += group.get("options", ())
    for one in given:
        if one not in offered:
            say(problems, f"{where}/{initial}", "initial option is not one of the options")


def _ticks(initial: str, check: Check) -> Check:
    shape = record(
        {**COMMON, **FOCUS, "confirm": CONFIRM, "options": RICH_OPTIONS, initial: check}, required=("type", "options")
    )

    def checked(value: Any, where: str, problems: list[str]) -> None:
        shape(value, where, problems)
        if isinstance(value, dict):
            _initial_listed(value, initial, where, problems)

    return checked


BUTTON = record(
    {
        **COMMON,
        "text": text(75, *PLAIN),
        "value": string(2000),
        "url": string(3000, pattern=URL),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    required=("type", "text"),
)
IMAGE = record(
    {"type": string(50), "image_url": string(3000, pattern=r"https?:.+"), "alt_text": string(2000)},
    required=("type", "image_url", "alt_text"),
)
PLAIN_INPUT = record(
    {
        **COMMON,
        **TYPED,
        "initial_value": string(3000, shortest=0),
        "multiline": boolean,
        "min_length": integer(0, 3000),
        "max_length": integer(1, 3000),
    },
    required=("type",),
)
NUMBER_INPUT = record(
    {
        **COMMON,
        **TYPED,
        "is_decimal_allowed": boolean,
        "initial_value": string(40, pattern=r"-?\d+(\.\d+)?"),
        "min_value": string(40, pattern=r"-?\d+(\.\d+)?"),
        "max_value": string(40, pattern=r"-?\d+(\.\d+)?"),
    },
    required=("type", "is_decimal_allowed"),
)

ELEMENTS: dict[str, Check] = {
    "button": BUTTON,
    "static_select": _choice("initial_option", option(*PLAIN), many=False),
    "multi_static_select": _choice("initial_options", OPTIONS, many=True),
    "external_select": _menu(initial_option=option(*PLAIN), min_query_length=integer(0, 100)),
    "multi_external_select": _menu(initial_options=OPTIONS, min_query_length=integer(0, 100), **LIMITED),
    "users_select": _menu(initial_user=USER),
    "multi_users_select": _menu(initial_users=list_of(USER, 100), **LIMITED),
    "channels_select": _menu(initial_channel=CHANNEL, response_url_enabled=boolean),
    "multi_channels_select": _menu(initial_channels=list_of(CHANNEL, 100), **LIMITED),
    "conversations_select": _menu(
        initial_conversation=CONVERSATION,
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=FILTER,
    ),
    "multi_conversations_select": _menu(
        initial_conversations=list_of(CONVERSATION, 100),
        default_to_current_conversation=boolean,
        filter=FILTER,
        **LIMITED,
    ),
    "overflow": record(
        {**COMMON, "options": list_of(option(*PLAIN), 5), "confirm": CONFIRM}, required=("type", "options")
    ),
    "checkboxes": _ticks("initial_options", RICH_OPTIONS),
    "radio_buttons": _ticks("initial_option", option(*BOTH)),
    "datepicker": _menu(initial_date=DATE),
    "timepicker": _menu(initial_time=TIME, timezone=string(50)),
    "datetimepicker": record(
        {**COMMON, **FOCUS, "confirm": CONFIRM, "initial_date_time": integer(1_000_000_000, 9_999_999_999)},
        required=("type",),
    ),
    "plain_text_input": PLAIN_INPUT,
    "email_text_input": record({**COMMON, **TYPED, "initial_value": string(255)}, required=("type",)),
    "url_text_input": record({**COMMON, **TYPED, "initial_value": string(3000)}, required=("type",)),
    "number_input": NUMBER_INPUT,
}

TYPED_INPUTS = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
IN_ACTIONS = frozenset(ELEMENTS) - TYPED_INPUTS
IN_INPUT = frozenset(ELEMENTS) - {"button", "overflow"}
IN_SECTION = IN_ACTIONS
