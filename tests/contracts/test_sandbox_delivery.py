"""What people do reaches a real Bolt app, over sockets or signed HTTP, and its silence is shown."""

import asyncio
import json

import pytest
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.contracts.sandbox_rig import Rig, actions, asked, button, modal, running, section
from tests.loopback import serving

SAMPLES = {
    "slash": {"token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command"},
    "event": {"token", "team_id", "api_app_id", "event", "type", "event_id", "event_time", "authorizations"},
}


@pytest.fixture
async def rig():
    async with running() as rig:
        yield rig


async def crisis_opens_a_form(rig: Rig) -> None:
    @rig.app.command("/crisis")
    async def declare(ack, body, client):
        await ack()
        field = asked("What is happening", {"type": "plain_text_input", "initial_value": body["text"] or "x"})
        await client.views_open(trigger_id=body["trigger_id"], view=modal(field))
        rig.hear(body)

    await rig.connect()


async def test_a_command_opens_a_form_that_becomes_a_message_whose_button_answers(rig):
    await crisis_opens_a_form(rig)

    @rig.app.view("form")
    async def declared(ack, body, client):
        await ack()
        title = body["view"]["state"]["values"]["What is happening"]["it"]["value"]
        blocks = [section(f"*{title}*"), actions(button("I'm on it", "ack", value="42"))]
        await client.chat_postMessage(channel=body["user"]["id"], text=title, blocks=blocks)

    @rig.app.action("ack")
    async def acknowledged(ack, body, respond):
        await ack()
        rig.hear(body)
        await respond(text="You have it.", replace_original=True)

    marta = rig.sandbox.person("marta")
    await marta.types("/crisis casse bloccate", "general")
    await rig.until(lambda: marta.form)

    assert marta.form.values == {"What is happening": "casse bloccate"}
    assert await marta.submits() == {}
    assert marta.form is None

    await rig.until(lambda: marta.sees("dm"))
    await marta.presses("I'm on it")
    await rig.until(lambda: marta.sees("dm")[0].edited)

    assert marta.sees("dm")[0].plain == "You have it."
    assert rig.heard[-1]["actions"][0]["value"] == "42"


async def test_a_command_carries_what_slack_sends(rig):
    await crisis_opens_a_form(rig)

    await rig.sandbox.person("marta").types("/crisis casse", "general")
    await rig.until(lambda: rig.heard)

    body = rig.heard[0]
    assert SAMPLES["slash"] <= body.keys()
    assert (body["channel_name"], body["user_name"], body["text"]) == ("general", "marta", "casse")


async def test_mentions_in_a_command_come_escaped(rig):
    await crisis_opens_a_form(rig)

    await rig.sandbox.person("marta").types("/crisis page @bruno in #general & <!channel>", "general")
    await rig.until(lambda: rig.heard)

    assert rig.heard[0]["text"] == "page <@U0BRUNO|bruno> in <#C0GENERAL|general> &amp; &lt;!channel&gt;"


async def test_an_answer_inside_the_acknowledgement_is_shown_to_one_person(rig):
    @rig.app.command("/crisis")
    async def helped(ack):
        await ack("Type what is happening.")

    await rig.connect()
    await rig.sandbox.person("marta").types("/crisis help", "general")

    assert rig.sandbox.person("marta").ephemerals[-1].plain == "Type what is happening."
    assert rig.sandbox.person("anna").sees("general") == []


async def test_an_app_that_is_away_is_told_to_the_person(rig):
    outcome = await rig.sandbox.person("marta").types("/crisis casse", "general")

    assert outcome.error == "dispatch_failed"
    assert rig.sandbox.person("marta").ephemerals[-1].plain == '/crisis failed with the error "dispatch_failed"'


async def test_an_acknowledgement_that_comes_late_counts_as_none(rig):
    rig.sandbox.delivery.patience = 0.05
    released = asyncio.Event()

    @rig.app.command("/crisis")
    async def slow(ack):
        await released.wait()
        await ack("too late")

    await rig.connect()
    await rig.sandbox.person("marta").types("/crisis casse", "general")

    assert rig.sandbox.person("marta").ephemerals[-1].plain == '/crisis failed with the error "operation_timeout"'
    released.set()
    await rig.until(lambda: rig.sandbox.acks[0].late)
    assert (rig.sandbox.acks[0].ok, rig.sandbox.acks[0].error) == (False, "operation_timeout")
    assert "too late" not in str(rig.sandbox.person("marta").ephemerals)


async def test_a_form_without_an_answer_stays_open_and_says_so(rig):
    await crisis_opens_a_form(rig)
    marta = rig.sandbox.person("marta")
    await marta.types("/crisis casse", "general")
    await rig.until(lambda: marta.form)
    rig.sandbox.delivery.patience = 0.05

    @rig.app.view("form")
    async def silent(ack):
        rig.hear({})

    await marta.submits()

    assert marta.form.trouble == "We had some trouble connecting. Try again?"


async def test_a_trigger_opens_one_form_and_soon(rig):
    @rig.app.command("/crisis")
    async def declare(ack, body):
        await ack()
        rig.hear(body)

    await rig.connect()
    await rig.sandbox.person("marta").types("/crisis", "general")
    trigger = rig.heard[0]["trigger_id"]

    await rig.client.views_open(trigger_id=trigger, view=modal(section("x")))

    assert await rig.refused("views.open", trigger_id=trigger, view=modal(section("x"))) == "exchanged_trigger_id"
    assert await rig.refused("views.open", trigger_id="1.2.x", view=modal(section("x"))) == "invalid_trigger_id"

    await rig.sandbox.person("marta").types("/crisis", "general")
    rig.sandbox.triggers.life = 0
    trigger = rig.heard[1]["trigger_id"]
    assert await rig.refused("views.open", trigger_id=trigger, view=modal(section("x"))) == "expired_trigger_id"


async def test_field_errors_are_shown_under_their_fields(rig):
    await crisis_opens_a_form(rig)

    @rig.app.view("form")
    async def refuse(ack):
        await ack(response_action="errors", errors={"What is happening": "Say a little more."})

    marta = rig.sandbox.person("marta")
    await marta.types("/crisis casse", "general")
    await rig.until(lambda: marta.form)

    assert await marta.submits() == {"What is happening": "Say a little more."}
    assert marta.form.errors == {"What is happening": "Say a little more."}


async def test_a_required_field_left_empty_never_reaches_the_app(rig):
    await crisis_opens_a_form(rig)
    marta = rig.sandbox.person("marta")
    await marta.types("/crisis casse", "general")
    await rig.until(lambda: marta.form)

    await marta.fills({"What is happening": ""})

    assert await marta.submits() == {"What is happening": "Please complete this required field."}


async def test_an_acknowledgement_may_put_another_form_in_its_place_or_on_top(rig):
    await crisis_opens_a_form(rig)
    answers = iter(
        [
            {"response_action": "update", "view": modal(section("one"), title="Second")},
            {"response_action": "push", "view": modal(section("two"), title="Third")},
            {"response_action": "clear"},
        ]
    )

    @rig.app.view("form")
    async def go_on(ack):
        await ack(next(answers))

    marta = rig.sandbox.person("marta")
    await marta.types("/crisis casse", "general")
    await rig.until(lambda: marta.form)
    titles = []
    for _ in range(3):
        await marta.submits()
        titles.append(marta.form.title if marta.form else None)

    assert titles == ["Second", "Third", None]


async def test_what_was_typed_survives_an_update_of_the_form(rig):
    await crisis_opens_a_form(rig)
    marta = rig.sandbox.person("marta")
    await marta.types("/crisis casse", "general")
    await rig.until(lambda: marta.form)
    await marta.fills({"What is happening": "typed meanwhile"})
    field = asked("What is happening", {"type": "plain_text_input"})
    view = marta.form.id

    answer = await rig.client.views_update(view_id=view, view=modal(section("Being called: Anna"), field))

    assert marta.form.values == {"What is happening": "typed meanwhile"}
    assert await rig.refused("views.update", view_id=view, hash="1.old", view=modal(section("x"))) == "hash_conflict"
    await rig.client.views_update(view_id=view, hash=answer["view"]["hash"], view=modal(section("x")))
    assert await rig.refused("views.update", view_id="V0NONE", view=modal(section("x"))) == "not_found"


async def test_cancelling_is_told_only_when_the_form_asked(rig):
    @rig.app.command("/crisis")
    async def declare(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(section("x"), notify_on_close=True))

    @rig.app.view_closed("form")
    async def closed(ack, body):
        await ack()
        rig.hear(body)

    await rig.connect()
    marta = rig.sandbox.person("marta")
    await marta.types("/crisis", "general")
    await rig.until(lambda: marta.form)
    await marta.cancels()

    assert marta.form is None
    assert rig.heard[0]["is_cleared"] is False


async def test_messages_reach_the_app_where_it_is_a_member(rig):
    @rig.app.event("member_joined_channel")
    async def joined(ack):
        await ack()

    @rig.app.event("message")
    async def said(body):
        rig.hear(body)

    await rig.connect()
    marta = rig.sandbox.person("marta")
    await marta.types("before the app came", "general")
    await rig.client.conversations_join(channel="C0GENERAL")
    await rig.sandbox.quiet()
    rig.heard.clear()
    await marta.types("hello @anna <!channel> @here", "general")
    await marta.types("to you alone", "dm")
    await rig.client.chat_postMessage(channel="C0GENERAL", text="the app's own words")
    await rig.sandbox.quiet()

    events = [body["event"] for body in rig.heard]
    assert [event["text"] for event in events] == ["hello <@U0ANNA> &lt;!channel&gt; <!here>", "to you alone"]
    assert [event["channel_type"] for event in events] == ["channel", "im"]
    assert SAMPLES["event"] <= rig.heard[0].keys()


async def test_reactions_joins_and_the_home_tab_are_events(rig):
    for kind in ("reaction_added", "reaction_removed", "member_joined_channel", "app_home_opened", "user_change"):

        @rig.app.event(kind)
        async def happened(body):
            rig.hear(body)

    @rig.app.event("message")
    async def said(ack):
        await ack()

    await rig.connect()
    channel = (await rig.client.conversations_create(name="inc-0001"))["channel"]["id"]
    await rig.client.conversations_invite(channel=channel, users="U0MARTA")
    await rig.client.chat_postMessage(channel=channel, text="card")
    marta = rig.sandbox.person("marta")
    card = marta.sees("#inc-*")[-1]
    await marta.reacts("pushpin", card)
    await marta.reacts("pushpin", card)
    await marta.opens_home()
    await rig.sandbox.changes("marta", locale="en-GB")
    await rig.sandbox.quiet()

    kinds = [body["event"]["type"] for body in rig.heard]
    assert sorted(kinds) == sorted(
        ["member_joined_channel", "reaction_added", "reaction_removed", "app_home_opened", "user_change"]
    )


async def test_an_event_nobody_acknowledged_comes_again(rig):
    rig.sandbox.delivery.patience = 0.02
    attempts = []
    dispatch = rig.app.async_dispatch

    async def deaf_twice(request):
        attempts.append(request.headers["x-slack-retry-num"][0])
        response = await dispatch(request)
        response.status = 500 if len(attempts) < 3 else response.status
        return response

    @rig.app.event("app_home_opened")
    async def opened(body):
        rig.hear(body)

    rig.app.async_dispatch = deaf_twice
    await rig.connect()
    await rig.sandbox.person("marta").opens_home()
    await rig.sandbox.quiet()
    assert attempts == ["0", "1"]

    rig.sandbox.delivery.patience = 5.0  # now it answers, and may take its time
    for minutes in (1, 5, 60):
        rig.clock.turn(minutes=minutes)
        await rig.sandbox.quiet()

    assert attempts == ["0", "1", "2"]
    assert [ack.retry for ack in rig.sandbox.acks if ack.ok] == [2]
    assert len({body["event_id"] for body in rig.heard}) == 1


async def test_shortcuts_open_forms_too(rig):
    @rig.app.shortcut("declare_incident")
    async def everywhere(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(section("x"), title="Declare"))

    @rig.app.shortcut("add_to_timeline")
    async def remember(ack, body, respond):
        await ack()
        await respond("kept: " + body["message"]["text"])

    await rig.connect()
    marta = rig.sandbox.person("marta")
    await marta.shortcut("declare_incident")
    await rig.until(lambda: marta.form)
    await marta.types("the tills are down", "general")
    await marta.message_shortcut("add_to_timeline", marta.sees("general")[-1])
    await rig.until(lambda: marta.ephemerals)

    assert marta.form.title == "Declare"
    assert marta.ephemerals[-1].plain == "kept: the tills are down"


async def test_a_response_url_works_five_times_for_thirty_minutes(rig):
    @rig.app.command("/crisis")
    async def declare(ack, body):
        await ack()
        rig.hear(body)

    await rig.connect()
    await rig.sandbox.person("marta").types("/crisis", "general")
    await rig.sandbox.person("marta").types("/crisis", "general")
    first, second = (AsyncWebhookClient(body["response_url"]) for body in rig.heard)
    statuses = [(await first.send(text=str(n))).status_code for n in range(6)]
    await second.send(text="out loud", response_type="in_channel")
    rig.clock.turn(minutes=31)

    assert statuses == [200] * 5 + [404]
    assert (await second.send(text="late")).body == json.dumps({"ok": False, "error": "expired_url"})
    assert rig.sandbox.person("anna").sees("general")[-1].plain == "out loud"


async def test_any_of_several_sockets_gets_the_next_parcel(rig):
    await crisis_opens_a_form(rig)
    await rig.connect()

    for _ in range(4):
        await rig.sandbox.person("marta").types("/crisis", "general")

    assert rig.sandbox.delivery.sockets.connections == 2
    assert [ack.ok for ack in rig.sandbox.acks] == [True] * 4


async def test_a_refreshed_socket_comes_back(rig):
    await crisis_opens_a_form(rig)

    await rig.sandbox.delivery.sockets.refresh()
    await rig.sandbox.connected()
    outcome = await rig.sandbox.person("marta").types("/crisis", "general")

    assert outcome.ok


async def test_http_delivery_is_signed_and_its_answer_is_used(rig):
    @rig.app.command("/crisis")
    async def declare(ack, body, client):
        await ack("Calling Anna.")
        await client.views_open(trigger_id=body["trigger_id"], view=modal(section("x"), submit=None))

    @rig.app.event("app_home_opened")
    async def opened(body):
        rig.hear(body)

    async def slack_events(request):
        return await to_aiohttp_response(await rig.app.async_dispatch(await to_bolt_request(request)))

    async with serving({"/slack/events": slack_events}) as url:
        rig.sandbox.deliver_http_to(f"{url}/slack/events")
        await rig.sandbox.person("marta").types("/crisis casse", "general")
        await rig.sandbox.person("marta").opens_home()
        await rig.until(lambda: rig.heard)

    assert rig.sandbox.person("marta").ephemerals[-1].plain == "Calling Anna."
    assert rig.heard[0]["event"]["tab"] == "home"
