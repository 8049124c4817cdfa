"""People see what Slack would show them, and find things by the words on the screen."""

import pytest

from bot.sandbox import CastPerson, NotVisible
from tests.contracts.sandbox_rig import actions, asked, button, modal, option, running, section


@pytest.fixture
async def rig():
    async with running() as rig:
        yield rig


async def test_a_private_channel_is_nobody_else_s_business(rig):
    channel = (await rig.client.conversations_create(name="inc-0002-legale", is_private=True))["channel"]["id"]
    await rig.client.conversations_invite(channel=channel, users="U0SOFIA")
    await rig.client.chat_postMessage(channel=channel, text="confidential")

    assert [seen.plain for seen in rig.sandbox.person("sofia").sees("#inc-0002-legale")][-1] == "confidential"
    assert rig.sandbox.person("marta").sees("#inc-0002-legale") == []
    with pytest.raises(NotVisible):
        await rig.sandbox.person("marta").joins("inc-0002-legale")


async def test_a_public_channel_is_read_once_joined(rig):
    channel = (await rig.client.conversations_create(name="inc-0003"))["channel"]["id"]
    await rig.client.chat_postMessage(channel=channel, text="card")
    marta = rig.sandbox.person("marta")
    assert marta.sees("inc-0003") == []

    await marta.joins("inc-0003")

    assert marta.sees("inc-0003")[0].plain == "card"


async def test_a_reader_reads_words_not_marks(rig):
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "INC-42"}},
        section(
            "*Lead* <@U0ANNA> in <#C0GENERAL|general> since <!date^1773133200^{time}|09:00> &amp; <https://x|here>"
        ),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "_level_ `1` ~of~ 4"}]},
    ]
    await rig.client.chat_postMessage(channel="U0MARTA", text="INC-42 *Tills*", blocks=blocks)

    seen = rig.sandbox.person("marta").sees("dm")[0]

    assert seen.text == "INC-42 Tills"
    assert seen.plain == "INC-42\nLead @Anna Riva in #general since 10:00 & here\nlevel 1 of 4"
    assert seen.author == "Anticrisi"


async def test_a_date_is_read_in_the_reader_s_time_zone_and_language(rig):
    token = "<!date^1773133200^{date_short_pretty} {time}, {ago}|09:00>"
    for user in ("U0MARTA", "U0JAMES"):
        await rig.client.chat_postMessage(channel=user, text=token)
    rig.clock.turn(minutes=5)

    assert rig.sandbox.person("marta").sees("dm")[0].plain == "oggi 10:00, 5 min fa"
    assert rig.sandbox.person("james").sees("dm")[0].plain == "today 09:00, 5 min ago"


async def test_the_newest_button_with_that_label_is_pressed(rig):
    @rig.app.action("ack")
    async def pressed(ack, body):
        await ack()
        rig.hear(body)

    await rig.connect()
    for value in ("old", "new"):
        blocks = [actions(button("I'm on it", "ack", value=value))]
        await rig.client.chat_postMessage(channel="U0MARTA", text="page", blocks=blocks)
    await rig.sandbox.person("marta").presses("I'm on it")

    assert rig.heard[0]["actions"][0]["value"] == "new"


async def test_a_button_that_is_not_there_cannot_be_pressed(rig):
    with pytest.raises(NotVisible, match="marta sees no"):
        await rig.sandbox.person("marta").presses("I'm on it")


async def test_every_kind_of_field_is_filled_by_its_label(rig):
    fields = [
        asked("Title", {"type": "plain_text_input"}),
        asked("Severity", {"type": "static_select", "options": [option("SEV1 · grave", "1"), option("SEV2", "2")]}),
        asked("Who", {"type": "multi_users_select"}),
        asked("Where", {"type": "channels_select"}),
        asked("Private", {"type": "checkboxes", "options": [option("Private", "yes")]}, optional=True),
        asked("Sure", {"type": "radio_buttons", "options": [option("Yes"), option("No")]}),
        asked("When", {"type": "datepicker", "initial_date": "2026-03-10"}),
        asked("Scenario", {"type": "external_select", "min_query_length": 1}),
        asked("Mail", {"type": "email_text_input"}),
        asked("Count", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
    ]

    @rig.app.shortcut("declare_incident")
    async def declare(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*fields))

    @rig.app.options("it")
    async def scenarios(ack, payload):
        await ack(options=[option(f"{payload['value']} down", "scenario-1")])

    @rig.app.view("form")
    async def submitted(ack, body):
        await ack()
        rig.hear(body["view"]["state"]["values"])

    await rig.connect()
    marta = rig.sandbox.person("marta")
    await marta.shortcut("declare_incident")
    await rig.until(lambda: marta.form)
    filled = {
        "Title": "Casse",
        "Severity": "SEV1 · grave",
        "Who": ["anna", "bruno"],
        "Where": "general",
        "Private": ["Private"],
        "Sure": "Yes",
        "Scenario": "Casse down",
        "Mail": "nobody",
        "Count": "0",
    }
    with pytest.raises(NotVisible, match="no option"):
        await marta.fills(Severity="SEV9")
    await marta.fills({**filled, "Scenario": "scenario-1"})
    errors = await marta.submits()
    await marta.fills(Mail="marta@ventura.example", Count="3")
    await marta.submits()

    assert set(errors) == {"Mail", "Count"}
    state = {label: next(iter(held.values())) for label, held in rig.heard[0].items()}
    assert state["Severity"]["selected_option"]["value"] == "1"
    assert state["Who"]["selected_users"] == ["U0ANNA", "U0BRUNO"]
    assert state["Where"]["selected_channel"] == "C0GENERAL"
    assert state["Private"]["selected_options"][0]["value"] == "yes"
    assert state["When"]["selected_date"] == "2026-03-10"
    assert state["Scenario"]["selected_option"]["value"] == "scenario-1"
    assert state["Count"]["value"] == "3"


async def test_menus_on_messages_and_the_home_tab_are_chosen_from(rig):
    @rig.app.action("menu")
    async def chosen(ack, body):
        await ack()
        rig.hear(body)

    menu = {"type": "overflow", "action_id": "menu", "options": [option("Edit", "e"), option("Delete", "d")]}
    select = {
        "type": "users_select",
        "action_id": "menu",
        "placeholder": {"type": "plain_text", "text": "Hand over to…"},
    }
    await rig.connect()
    await rig.client.chat_postMessage(
        channel="U0MARTA", text="x", blocks=[section("page", accessory=menu), actions(select)]
    )
    home = {"type": "home", "blocks": [section("Your team", accessory=button("Edit", "menu"))]}
    await rig.client.views_publish(user_id="U0MARTA", view=home)
    marta = rig.sandbox.person("marta")

    await marta.chooses("page", "Delete")
    await marta.chooses("Hand over to…", "anna")
    await marta.presses("Edit", home=True)

    overflow, person, press = (body["actions"][0] for body in rig.heard)
    assert overflow["selected_option"]["value"] == "d"
    assert person["selected_user"] == "U0ANNA"
    assert (press["type"], rig.heard[2]["container"]["type"]) == ("button", "view")
    assert marta.home.plain == "Your team"


async def test_a_newcomer_has_an_account_and_a_phone(rig):
    james = CastPerson("nina", "Nina Rossi", "nina@ventura.example", "+393205550150")

    nina = await rig.sandbox.arrives(james)

    assert nina.channels == ["general"]
    assert (await rig.client.users_info(user="U0NINA"))["user"]["real_name"] == "Nina Rossi"
    assert nina.phone.number == "+393205550150"


async def test_nothing_can_be_written_in_an_archived_channel(rig):
    marta = rig.sandbox.person("marta")
    await marta.creates("old-room")
    await marta.archives("old-room")

    with pytest.raises(NotVisible, match="archived"):
        await marta.types("hello", "old-room")
