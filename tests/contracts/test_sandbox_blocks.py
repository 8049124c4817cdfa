"""Blocks are held to Slack's limits, each slip with the place it is in."""

import pytest

from bot.sandbox.blocks import check_blocks
from bot.sandbox.ids import Ids
from bot.sandbox.refusal import Blocked, SlackRefusal
from bot.sandbox.surfaces import accept_view
from tests.contracts.sandbox_rig import actions, asked, button, modal, option, running, section

TEXT = {"type": "plain_text", "text": "x"}
RAW = {"type": "raw_text", "text": "x"}


def select(**more):
    return {"type": "static_select", "action_id": "s", "options": [option("a")], **more}


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}, "/blocks/0/text/text"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "/blocks/0/text/type"),
        (section(""), "/blocks/0/text/text"),
        (section("x" * 3001), "/blocks/0/text/text"),
        ({"type": "section"}, "/blocks/0"),
        ({"type": "section", "fields": [TEXT] * 11}, "/blocks/0/fields"),
        ({"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}, "/blocks/0/fields/0/text"),
        (section("x", block_id="b" * 256), "/blocks/0/block_id"),
        (section("x", colour="red"), "/blocks/0"),
        (section("x", accessory={"type": "plain_text_input"}), "/blocks/0/accessory"),
        ({"type": "context", "elements": [TEXT] * 11}, "/blocks/0/elements"),
        ({"type": "context", "elements": [button("x", "a")]}, "/blocks/0/elements/0"),
        (actions(*[button("x", str(n)) for n in range(26)]), "/blocks/0/elements"),
        (actions(), "/blocks/0/elements"),
        (actions(button("x" * 76, "a")), "/blocks/0/elements/0/text/text"),
        (actions(button("x", "a", value="v" * 2001)), "/blocks/0/elements/0/value"),
        (actions(button("x", "a", url="ftp://x")), "/blocks/0/elements/0/url"),
        (actions(button("x", "a" * 256)), "/blocks/0/elements/0/action_id"),
        (actions(button("x", "a", style="default")), "/blocks/0/elements/0/style"),
        (actions(button("x", "a"), button("y", "a")), "/blocks/0/elements"),
        (actions({"type": "plain_text_input", "action_id": "a"}), "/blocks/0/elements/0"),
        (actions(select(options=[option(str(n)) for n in range(101)])), "/blocks/0/elements/0/options"),
        (actions(select(options=[option("x" * 76)])), "/blocks/0/elements/0/options/0/text/text"),
        (actions(select(options=[option("x", "v" * 76)])), "/blocks/0/elements/0/options/0/value"),
        (actions(select(initial_option=option("b"))), "/blocks/0/elements/0/initial_option"),
        (actions({"type": "static_select", "action_id": "s"}), "/blocks/0/elements/0"),
        (
            actions({"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(6)]}),
            "/blocks/0/elements/0/options",
        ),
        (
            actions({"type": "checkboxes", "action_id": "o", "options": [option(str(n)) for n in range(11)]}),
            "/blocks/0/elements/0/options",
        ),
        (actions({"type": "datepicker", "action_id": "d", "initial_date": "10/3/2026"}), "initial_date"),
        (actions({"type": "timepicker", "action_id": "d", "initial_time": "25:00"}), "initial_time"),
        (
            actions(button("x", "a", confirm={"title": TEXT, "text": TEXT, "confirm": TEXT})),
            "/blocks/0/elements/0/confirm",
        ),
        (asked("L" * 2001, {"type": "plain_text_input"}, block_id="b"), "/blocks/0/label/text"),
        (asked("L", button("x", "a")), "/blocks/0/element"),
        (asked("L", {"type": "plain_text_input", "initial_value": "x" * 3001}), "/blocks/0/element/initial_value"),
        (
            asked("L", {"type": "plain_text_input", "placeholder": {"type": "plain_text", "text": "x" * 151}}),
            "/blocks/0/element/placeholder/text",
        ),
        ({"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text"),
        ({"type": "image", "image_url": "https://x.example/y.png"}, "/blocks/0"),
        ({"type": "table", "rows": [[RAW]] * 101}, "/blocks/0/rows"),
        ({"type": "table", "rows": [[RAW] * 21]}, "/blocks/0/rows/0"),
        ({"type": "table", "rows": [[RAW], [RAW, RAW]]}, "/blocks/0"),
        ({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "shout"}]}]}, "/0"),
        ({"type": "alert", "text": TEXT}, "/blocks/0"),
        ({"type": "marquee", "text": TEXT}, "/blocks/0"),
    ],
)
def test_a_block_slack_would_refuse_is_refused_with_its_place(block, place):
    problems = check_blocks([block], "message")

    assert problems
    assert any(place in problem for problem in problems)


@pytest.mark.parametrize(
    "block",
    [
        section("*x*", accessory=select(placeholder=TEXT), block_id="b" * 255),
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 150, "emoji": True}},
        {"type": "divider"},
        {"type": "context", "elements": [TEXT, {"type": "image", "image_url": "https://x.example", "alt_text": "x"}]},
        actions(*[button("x", str(n), style="danger", value="v" * 2000) for n in range(25)]),
        actions(
            {"type": "users_select", "action_id": "u", "initial_user": "U0MARTA"},
            {"type": "conversations_select", "action_id": "c", "filter": {"include": ["public"]}},
            {"type": "external_select", "action_id": "e", "min_query_length": 2},
            {"type": "datetimepicker", "action_id": "d", "initial_date_time": 1_773_133_200},
            {"type": "radio_buttons", "action_id": "r", "options": [option("a"), option("b")]},
        ),
        {"type": "table", "rows": [[RAW] * 20] * 100, "column_settings": [{"align": "right"}]},
        {"type": "markdown", "text": "**x**"},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U0MARTA"}]},
                    ],
                }
            ],
        },
    ],
)
def test_a_block_slack_takes_is_taken(block):
    assert check_blocks([block], "message") == []


def test_a_message_has_fifty_blocks_at_most():
    assert check_blocks([{"type": "divider"}] * 50, "message") == []
    assert check_blocks([{"type": "divider"}] * 51, "message") != []
    assert check_blocks([{"type": "divider"}] * 100, "home") == []


def test_block_ids_are_unique():
    blocks = [section("x", block_id="same"), section("y", block_id="same")]

    assert "same already exists" in check_blocks(blocks, "message")[0]


def test_an_alert_belongs_to_modals():
    alert = {"type": "alert", "level": "warning", "text": TEXT}

    assert accept_view(modal(alert), "modal", Ids(1))["blocks"][0]["level"] == "warning"


@pytest.mark.parametrize(
    ("view", "place"),
    [
        (modal(section("x"), title="x" * 25), "/view/title/text"),
        (modal(section("x"), submit={"type": "plain_text", "text": "x" * 25}), "/view/submit/text"),
        (modal(section("x"), private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(section("x"), callback_id="x" * 256), "/view/callback_id"),
        (modal(*[{"type": "divider"}] * 101), "/view/blocks"),
        ({"type": "modal", "blocks": []}, "/view"),
        ({**modal(section("x")), "type": "home"}, "/view"),
        (
            {"type": "modal", "title": TEXT, "blocks": [asked("L", {"type": "plain_text_input"})]},
            "missing required field: submit",
        ),
    ],
)
def test_a_view_slack_would_refuse_is_refused_with_its_place(view, place):
    with pytest.raises(Blocked) as refused:
        accept_view(view, "modal", Ids(1))

    assert place in str(refused.value)


def test_a_view_has_a_largest_size():
    huge = modal(*[section("é" * 3000, block_id=str(n)) for n in range(90)])

    with pytest.raises(SlackRefusal, match="view_too_large"):
        accept_view(huge, "modal", Ids(1))


async def test_refused_blocks_come_back_with_their_places():
    async with running() as rig:
        refusal = await rig.refusal("chat.postMessage", channel="U0MARTA", text="x", blocks=[section("")])

    assert refusal["error"] == "invalid_blocks"
    assert refusal["response_metadata"]["messages"] == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    ]
