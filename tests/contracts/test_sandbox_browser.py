"""The page's own protocol: drawn for one person, told what moved, acting as that person."""

import asyncio

import aiohttp
import pytest
from yarl import URL

from bot.sandbox import TurnRequest
from tests.contracts.sandbox_rig import actions, asked, button, modal, running, section


@pytest.fixture
async def rig():
    async with running() as rig:
        yield rig


@pytest.fixture
async def page(rig):
    async with aiohttp.ClientSession(rig.sandbox.url) as session:
        yield session


async def read(page, path, **query):
    async with page.get(f"/ui/{path}", params=query) as answer:
        return await answer.json()


async def act(page, path, **body):
    async with page.post(f"/ui/{path}", json=body) as answer:
        return await answer.json()


async def test_the_first_page_has_everything_around_the_channel(rig, page):
    rig.sandbox.links.append(("Status page", "http://127.0.0.1/status"))
    boot = await read(page, "bootstrap", **{"as": "marta"})

    assert boot["workspace"]["name"] == "Bottega Ventura"
    assert boot["me"]["id"] == "U0MARTA"
    assert boot["commands"][0]["command"] == "/crisis"
    assert {shortcut["callback_id"] for shortcut in boot["shortcuts"]} >= {"declare_incident", "add_to_timeline"}
    assert boot["links"] == [{"label": "Status page", "url": "http://127.0.0.1/status"}]
    assert {"general", "incidents", "Anticrisi"} <= {channel["name"] for channel in boot["channels"]}
    assert "direzione" not in {channel["name"] for channel in boot["channels"]}


async def test_an_unknown_person_gets_no_page(page):
    assert (await read(page, "bootstrap", **{"as": "nobody"}))["ok"] is False
    async with page.get("/ui/ws", params={"as": "nobody"}) as answer:
        assert answer.status == 404


async def test_who_has_not_chosen_yet_is_told_who_there_is_to_be(page):
    async with page.get("/ui/bootstrap") as answer:
        boot = await answer.json()

    assert answer.status == 200
    assert boot["me"] is None
    assert {"marta", "bruno", "anna"} <= {person["name"] for person in boot["people"]}
    assert "channels" not in boot


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/page/css/tokens.css", "/favicon.ico"])
async def test_the_pages_own_files_are_never_stale(page, path):
    async with page.get(path) as first:
        assert (first.status, first.headers["Cache-Control"]) == (200, "no-cache")

    async with page.get(path, headers={"If-None-Match": first.headers["ETag"]}) as again:
        assert again.status == 304


@pytest.mark.parametrize("path", ["/page/%2e%2e/server.py", "/page/..%2fserver.py", "/page/css", "/page/none.js"])
async def test_nothing_but_the_pages_own_files_is_served(page, path):
    async with page.get(URL(f"{page._base_url}{path}", encoded=True)) as answer:
        assert answer.status == 404


async def test_a_channel_is_read_and_written_as_one_person(rig, page):
    await act(page, "type", **{"as": "marta"}, channel="C0GENERAL", text="hello @anna")
    unread = await read(page, "bootstrap", **{"as": "anna"})
    channel = await read(page, "channel/C0GENERAL", **{"as": "anna"})
    await act(page, "read", **{"as": "anna"}, channel="C0GENERAL")
    after = await read(page, "bootstrap", **{"as": "anna"})

    assert channel["messages"][0]["text"] == "hello <@U0ANNA>"
    assert [one["unread"] for one in unread["channels"] if one["name"] == "general"] == [1]
    assert [one["unread"] for one in after["channels"] if one["name"] == "general"] == [0]


async def test_a_private_channel_is_not_found_by_its_id(page):
    assert (await read(page, "channel/C0DIREZIONE", **{"as": "marta"}))["ok"] is False
    assert (await act(page, "type", **{"as": "marta"}, channel="C0DIREZIONE", text="x"))["ok"] is False


async def test_a_form_is_opened_filled_and_sent(rig, page):
    @rig.app.command("/crisis")
    async def declare(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asked("Title", {"type": "plain_text_input"})))

    @rig.app.view("form")
    async def submitted(ack, body):
        title = body["view"]["state"]["values"]["Title"]["it"]["value"]
        if title == "short":
            await ack(response_action="errors", errors={"Title": "too short"})
        else:
            await ack()

    await rig.connect()
    await act(page, "type", **{"as": "marta"}, channel="C0GENERAL", text="/crisis")
    await rig.until(lambda: rig.sandbox.person("marta").form)
    view = (await read(page, "bootstrap", **{"as": "marta"}))["modal"]["view"]

    async def send(value):
        values = {"Title": {"it": {"type": "plain_text_input", "value": value}}}
        return await act(page, "submit", **{"as": "marta"}, view_id=view["id"], values=values)

    assert (await send(""))["errors"] == {"Title": "Please complete this required field."}
    assert (await send("short"))["errors"] == {"Title": "too short"}
    assert (await send("casse bloccate"))["ok"] is True
    assert (await read(page, "bootstrap", **{"as": "marta"}))["modal"] is None


async def test_a_button_is_pressed_and_nobody_else_can_press_it(rig, page):
    @rig.app.action("ack")
    async def pressed(ack, body):
        await ack()
        rig.hear(body)

    await rig.connect()
    posted = await rig.client.chat_postMessage(
        channel="U0MARTA", text="x", blocks=[section("page"), actions(button("I'm on it", "ack", value="1"))]
    )
    where = {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    press = {"container": where, "block_id": "actions", "action_id": "ack", "value": {"type": "button", "value": "1"}}

    assert (await act(page, "act", **{"as": "marta"}, **press))["ok"] is True
    assert (await act(page, "act", **{"as": "tom"}, **press))["ok"] is False
    assert len(rig.heard) == 1


async def test_who_comes_and_goes_is_no_news_but_is_told(rig, page):
    room = (await rig.client.conversations_create(name="inc-1"))["channel"]["id"]
    await rig.client.conversations_invite(channel=room, users="U0ANNA,U0BRUNO")
    await rig.client.conversations_setTopic(channel=room, topic="SEV1")
    await rig.sandbox.person("bruno").leaves("inc-1")

    boot = await read(page, "bootstrap", **{"as": "anna"})
    view = await read(page, f"channel/{room}", **{"as": "anna"})

    assert [one["unread"] for one in boot["channels"] if one["id"] == room] == [0]
    told = [(one["subtype"], one["user"]) for one in view["messages"]]
    assert told[:2] == [("channel_join", "U0ANNA"), ("channel_join", "U0BRUNO")]
    assert told[-1] == ("channel_leave", "U0BRUNO")
    assert [one["beside"]["topic"] for one in view["messages"] if one["subtype"] == "channel_topic"] == ["SEV1"]


async def test_what_was_typed_goes_with_a_button_of_the_form(rig, page):
    @rig.app.shortcut("declare_incident")
    async def declare(ack, body, client):
        await ack()
        title = asked("Title", {"type": "plain_text_input"})
        await client.views_open(trigger_id=body["trigger_id"], view=modal(title, actions(button("Preview", "look"))))

    @rig.app.action("look")
    async def looked(ack, body):
        await ack()
        rig.hear(body["view"]["state"]["values"])

    await rig.connect()
    await act(page, "shortcut", **{"as": "marta"}, callback_id="declare_incident")
    await rig.until(lambda: rig.sandbox.person("marta").form)
    view = rig.sandbox.person("marta").form.id
    typed = {"Title": {"it": {"type": "plain_text_input", "value": "casse"}}, "elsewhere": {"x": {"value": "lost"}}}
    press = {"container": {"type": "view", "view_id": view}, "block_id": "actions", "action_id": "look"}

    await act(page, "act", **{"as": "marta"}, **press, value={"type": "button"}, values=typed)

    assert rig.heard == [{"Title": {"it": {"type": "plain_text_input", "value": "casse"}}}]


async def test_a_page_is_told_what_moved(rig, page):
    async with page.ws_connect("/ui/ws?as=marta") as socket:
        await rig.client.chat_postMessage(channel="U0MARTA", text="x")
        async with asyncio.timeout(60):
            heard = await socket.receive_json()

        assert heard == {"changed": ["channel:D0MARTA"]}


async def test_the_clock_is_turned_by_its_owner(rig, page):
    asked_for = []

    async def turn(request):
        asked_for.append(request)
        rig.clock.turn(minutes=request.minutes or 0)

    refused = await act(page, "clock", **{"as": "marta"}, minutes=5)
    rig.sandbox.on_turn = turn
    before = (await read(page, "bootstrap", **{"as": "marta"}))["clock"]["now"]
    await act(page, "clock", **{"as": "marta"}, minutes=5)
    after = (await read(page, "bootstrap", **{"as": "marta"}))["clock"]["now"]

    assert refused["ok"] is False
    assert asked_for == [TurnRequest(minutes=5)]
    assert (before, after) == ("2026-03-10T09:00:00Z", "2026-03-10T09:05:00Z")


async def test_a_clock_that_goes_on_by_itself_is_said_to_run(rig, page):
    async def next_deadline():
        rig.clock.turn(microseconds=1)

    still = (await read(page, "bootstrap", **{"as": "marta"}))["clock"]
    rig.sandbox.next_deadline = next_deadline

    assert (still["runs"], (await read(page, "bootstrap", **{"as": "marta"}))["clock"]["runs"]) == (False, True)


async def test_a_suggestion_comes_from_the_app(rig, page):
    @rig.app.options("it")
    async def offer(ack, payload):
        await ack(options=[{"text": {"type": "plain_text", "text": payload["value"] + "!"}, "value": "1"}])

    @rig.app.shortcut("declare_incident")
    async def declare(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asked("Who", {"type": "external_select"})))

    await rig.connect()
    await act(page, "shortcut", **{"as": "marta"}, callback_id="declare_incident")
    await rig.until(lambda: rig.sandbox.person("marta").form)
    view = rig.sandbox.person("marta").form.id

    offered = await act(page, "suggest", **{"as": "marta"}, view_id=view, block_id="Who", action_id="it", value="an")

    assert offered["options"][0]["text"]["text"] == "an!"
