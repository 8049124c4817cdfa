"""The workspace limits, delays and breaks calls on request, as Slack does unasked."""

import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.contracts.sandbox_rig import running


@pytest.fixture
async def rig():
    async with running() as rig:
        yield rig


async def status_of(rig, method: str, **args) -> tuple[int, str | None]:
    try:
        await rig.client.api_call(method, json=args)
    except SlackApiError as error:
        return error.response.status_code, error.response.headers.get("Retry-After")
    return 200, None


async def test_limits_are_off_until_asked_for(rig):
    statuses = {(await status_of(rig, "users.list"))[0] for _ in range(25)}

    assert statuses == {200}


async def test_a_tier_2_method_is_refused_after_twenty_calls_in_a_minute(rig):
    rig.sandbox.rate_limits = True
    for _ in range(20):
        assert await status_of(rig, "users.list") == (200, None)

    assert await status_of(rig, "users.list") == (429, "60")
    rig.clock.turn(seconds=59)
    assert await status_of(rig, "users.list") == (429, "1")
    rig.clock.turn(seconds=1)
    assert await status_of(rig, "users.list") == (200, None)


async def test_one_message_a_second_goes_into_a_channel(rig):
    rig.sandbox.rate_limits = True

    first = await status_of(rig, "chat.postMessage", channel="U0MARTA", text="x")
    second = await status_of(rig, "chat.postMessage", channel="U0MARTA", text="x")
    elsewhere = await status_of(rig, "chat.postMessage", channel="U0ANNA", text="x")
    rig.clock.turn(seconds=1)

    assert (first, second, elsewhere) == ((200, None), (429, "1"), (200, None))
    assert await status_of(rig, "chat.postMessage", channel="U0MARTA", text="x") == (200, None)


async def test_a_fault_lasts_as_many_calls_as_it_was_given(rig):
    rig.sandbox.faults.fail("chat.postMessage", "ratelimited", times=2, retry_after=7)

    statuses = [await status_of(rig, "chat.postMessage", channel="U0MARTA", text="x") for _ in range(3)]

    assert statuses == [(429, "7"), (429, "7"), (200, None)]


async def test_any_error_can_be_asked_for(rig):
    rig.sandbox.faults.fail("conversations.create", "error:restricted_action", times=None)

    assert await rig.refused("conversations.create", name="x") == "restricted_action"
    assert await rig.refused("conversations.create", name="x") == "restricted_action"
    rig.sandbox.faults.clear()
    assert (await status_of(rig, "conversations.create", name="x"))[0] == 200


@pytest.mark.parametrize("kind", ["half", "half500"])
async def test_half_a_call_has_its_effect_and_no_answer(rig, kind):
    rig.sandbox.faults.fail("chat.postMessage", kind)

    with pytest.raises((aiohttp.ClientError, SlackApiError)):
        await rig.client.chat_postMessage(channel="U0MARTA", text="did it arrive?")

    assert rig.sandbox.person("marta").sees("dm")[0].plain == "did it arrive?"
    assert rig.sandbox.log[-1].error == kind


async def test_a_server_error_has_no_effect(rig):
    rig.sandbox.faults.fail("chat.postMessage", "http500")

    assert (await status_of(rig, "chat.postMessage", channel="U0MARTA", text="x"))[0] == 500
    assert rig.sandbox.person("marta").sees("dm") == []


async def test_a_call_that_hangs_is_let_go_when_the_fault_is_cleared(rig):
    rig.sandbox.faults.fail("auth.test", "hang")
    hanging = asyncio.create_task(status_of(rig, "auth.test"))
    await rig.until(lambda: rig.sandbox.log)

    assert not hanging.done()
    rig.sandbox.faults.clear()
    assert (await hanging)[0] == 500


async def test_calls_wait_side_by_side(rig):
    rig.sandbox.faults.latency(0.2)
    started = time.monotonic()

    await asyncio.gather(*(rig.client.auth_test() for _ in range(40)))

    assert 0.2 <= time.monotonic() - started < 2.0
