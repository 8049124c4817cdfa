"""Slack fails at any step of a declaration: no page is lost, nothing is doubled, and it ends as it should have."""

import pytest

from tests.world import World

STEPS = (
    "chat.postMessage",
    "dnd.info",
    "conversations.create",
    "conversations.invite",
    "conversations.setTopic",
    "pins.add",
    "bookmarks.add",
    "chat.update",
)
OTHERS = ("auth.test", "users.info", "conversations.list", "conversations.open", "conversations.history")
FAILURES = {
    "ratelimited": "ascensori fermi",
    "http500": "riscaldamento spento",
    "hang": "portone incastrato",
    "half": "insegne cadute",
    "half500": "cancello bloccato",
    "error:restricted_action": "odore strano",
}
FRONT_LINE = ("giulia", "tom")


@pytest.mark.parametrize("method", STEPS)
async def test_a_step_that_fails_once_loses_no_page_and_doubles_nothing(world: World, method: str):
    for number, (failure, title) in enumerate(FAILURES.items(), 1):
        await _declare_while_failing(world, method, failure, title)

        await world.waits(minutes=2)

        for name in FRONT_LINE:
            pages = [seen for seen in world.pages(name) if seen.mentions(title) and seen.mentions(f"SEV2 · {title}")]
            texts = [text for text in world.phone(name).messages if title in text.body]
            assert len(pages) == 1 or (failure.startswith("error:") and texts), (failure, name)
        _is_furnished(world, number, title, method if failure.startswith("error:") else "", failure)
        await world.person("tom").presses("I'm on it", "dm")
    assert len(await world.incidents()) == len(FAILURES)


async def test_with_slack_down_phones_ring_at_once_and_the_room_opens_when_it_is_back(any_world: World):
    world = any_world
    marta = world.person("marta")
    for method in (*STEPS, *OTHERS):
        world.sandbox.faults.fail(method, "http500", times=None)

    await marta.types("/crisis adesso casse bloccate")

    assert marta.ephemerals[-1].mentions("Stiamo chiamando Bruno Ferri, Anna Riva e Paolo Grant")
    for name in ("bruno", "anna", "paolo"):
        assert len(world.phone(name).messages) == 1
    await world.phone("anna").replies("1")
    await world.waits(minutes=6)
    assert await world.holder() == "anna"
    assert (await world.newest()).incident.room.channel is None
    assert len(world.phone("bruno").messages) == 1

    world.sandbox.faults.clear()
    await world.waits(minutes=10)

    assert (await world.card("marta")).mentions("Anna Riva ha risposto")
    rooms = [name for name in marta.channels if name.startswith("inc-")]
    assert rooms == ["inc-0001-casse-bloccate"]
    announced = [seen for seen in world.person("sofia").sees("incidents") if seen.mentions("casse bloccate")]
    assert len(announced) == 1


async def test_a_card_says_what_is_still_being_tried_whatever_the_failure(world: World):
    world.sandbox.faults.fail("bookmarks.add", "http500", times=None)

    await world.declares("marta", "casse bloccate")
    assert (await world.card("marta")).mentions("Ci stiamo riprovando: i segnalibri")

    world.sandbox.faults.clear()
    await world.waits(minutes=2)

    assert not (await world.card("marta")).mentions("Ci stiamo riprovando")
    assert len(world.sandbox.channel(await world.room()).bookmarks) == 2


async def test_an_answer_that_slack_won_t_carry_is_recorded_all_the_same(world: World):
    await world.declares("marta", "casse bloccate")
    world.sandbox.faults.fail("chat.update", "http500", times=3)
    world.sandbox.faults.fail("response_url", "http500", times=1)

    await world.person("anna").presses("Ci penso io", "dm")
    await world.waits(minutes=6)

    assert await world.holder() == "anna"
    assert world.phone("bruno").messages == []
    assert world.last_page("bruno").mentions("Anna Riva")


async def _declare_while_failing(world: World, method: str, failure: str, title: str) -> None:
    marta = world.person("marta")
    await marta.types(f"/crisis {title}")
    seen = len(world.sandbox.log)
    world.sandbox.faults.fail(method, failure)
    if failure != "hang":
        assert await marta.submits() == {}
        await marta.closes()
        world.sandbox.faults.clear()
        return
    await marta.in_slack.submits()
    if method != "chat.update":  # an edit is not asked for before something has changed
        await world.sandbox.until(lambda: any(c.method == method and not c.ended for c in world.sandbox.log[seen:]))
    world.sandbox.faults.clear()
    await world.settles()
    await marta.closes()


def _is_furnished(world: World, number: int, title: str, refused: str, why: str) -> None:
    """Everything is there once; but for what was refused for good."""
    marta = world.person("marta")
    rooms = [name for name in marta.channels if name.startswith(f"inc-{number:04d}-")]
    announced = [seen for seen in world.person("sofia").sees("incidents") if seen.mentions(title)]
    assert len(announced) == 1, why
    if refused == "conversations.create":
        assert rooms == [], why
        assert "Usa questo canale" in marta.sees("dm")[-1].buttons
        return
    every = [name for name in world.sandbox.workspace.channel_names if name.startswith(f"inc-{number:04d}-")]
    assert len(every) == 1, why
    room = world.sandbox.channel(every[0])
    cards = [message for message in room.messages.values() if f"INC-{number} · {title}" in message.text]
    assert len(cards) == 1, why
    assert len(room.bookmarks) == (1 if refused == "bookmarks.add" else 2), why
    assert len(room.pins) == (0 if refused == "pins.add" else 1), why
    assert bool(room.topic["value"]) is (refused != "conversations.setTopic"), why
    assert bool(rooms) is (refused != "conversations.invite"), why


async def how_slack_is(world: World) -> object:
    return (await world.stage.app.readiness())["slack"]


async def test_a_token_that_slack_takes_for_nobody_s_is_no_good_health(world: World):
    await world.stage.app.stop()
    world.sandbox.faults.fail("auth.test", "error:invalid_auth")
    await world.starts_again()
    assert await how_slack_is(world) == "SLACK_BOT_TOKEN is refused (invalid_auth)"

    world.sandbox.faults.clear()
    await world.stage.app.stop()
    await world.starts_again()
    assert await how_slack_is(world) == "ok"


async def test_a_token_that_is_revoked_is_noticed_at_the_next_call_and_forgotten_when_it_is_good_again(world: World):
    world.sandbox.faults.fail("*", "error:token_revoked", times=None)
    await world.person("marta").types("/crisis adesso casse bloccate")
    assert await how_slack_is(world) == "SLACK_BOT_TOKEN is refused (token_revoked)"

    world.sandbox.faults.clear()
    await world.waits(minutes=2)
    assert await how_slack_is(world) == "ok"
