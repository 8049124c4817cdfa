"""Calls, placed with the embedded telephone company: taken, refused, silent, cut in the middle, hung up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.paging.pager import PagingDoor
from bot.adapters.paging.voice import RINGS_FOR, Voice
from bot.domain.effects import PublishStatement, StopRinging
from bot.domain.escalation import PageStatus
from bot.domain.incident import IncidentId
from bot.domain.people import Phone
from bot.domain.private import PhoneNumber
from bot.errors import NotYetDelivered, OutcomeUnknown, Undeliverable
from tests.contracts.paging_briefs import LINK, Line, anna, brief, company, knock, line, trial
from tests.contracts.sandbox_rig import running
from tests.domain.records import ANNA, BRUNO, acknowledged, page
from tests.domain.records import knock as knocked

HOOKS = "https://crisi.example/hooks/twilio"
STOP = StopRinging(IncidentId(42), 7)


@pytest.fixture
async def company_line() -> AsyncIterator[Line]:
    async with running() as rig, line(rig.sandbox) as ours:
        yield ours


@pytest.fixture
def voice(company_line) -> Voice:
    return Voice(company_line.twilio, hooks=f"{HOOKS}/")


@pytest.fixture
def phone(company_line):
    return company_line.sandbox.person("anna").phone


async def test_a_call_rings_and_its_receipt_finds_it_again(voice, phone, company_line):
    receipt = await voice.page(brief(knock("voice")))
    await company_line.sandbox.quiet()

    assert phone.ringing.id == receipt.provider_id
    placed = company_line.sandbox.twilio.voice.lines[receipt.provider_id]
    assert placed.url == f"{HOOKS}/voice/{LINK.rpartition('/')[2]}"
    assert placed.method == "POST"
    assert placed.callback == f"{HOOKS}/call"
    assert not placed.twiml  # what is said is asked for when the call is taken


async def test_a_call_rings_out_before_the_plan_s_next_way(voice, phone, company_line):
    await voice.page(brief(knock("voice")))
    await company_line.sandbox.quiet()

    due = company_line.sandbox.next_alarm

    assert due == phone.ringing.at + timedelta(seconds=RINGS_FOR)
    assert RINGS_FOR < 60


async def test_the_first_number_that_rings_is_called(voice, company_line):
    phones = (
        Phone(number=PhoneNumber("+393205550102"), voice=False),
        Phone(number=PhoneNumber("+393205550106"), sms=False),
    )

    await voice.page(brief(knock("voice"), people=company(phones=phones)))
    await company_line.sandbox.quiet()

    assert company_line.sandbox.person("paolo").phone.ringing
    assert company_line.sandbox.person("bruno").phone.calls == []


async def test_a_trial_speaks_by_itself_and_asks_for_no_key(voice, phone):
    await voice.page(brief(trial("voice")))
    await phone.answers()

    [call] = phone.calls
    assert call.said == ["Anticrisi. È una prova, non un'emergenza. Una chiamata suona così. Puoi riagganciare."] * 2
    assert call.state == "completed"


async def test_whoever_has_no_number_that_rings_cannot_be_called(voice):
    silent = company(phones=(Phone(number=PhoneNumber("+393205550102"), voice=False),))

    for nobody in (knock("voice", person="U0MARTA"), knock("voice")):
        with pytest.raises(Undeliverable, match="no_number"):
            await voice.page(brief(nobody, people=silent))


async def test_a_call_without_an_address_of_its_own_is_not_placed(voice, phone):
    with pytest.raises(Undeliverable, match="no_link"):
        await voice.page(replace(brief(knock("voice")), answer_url=""))

    assert phone.calls == []


async def test_what_is_not_a_call_is_not_for_the_telephone(voice):
    with pytest.raises(Undeliverable, match="no_such_effect"):
        await voice.page(brief(PublishStatement(IncidentId(42), 3, "status_page")))


@pytest.mark.parametrize("code", [21211, 21606, 20003])
async def test_a_call_that_is_refused_is_undeliverable_with_the_provider_s_reason(voice, phone, company_line, code):
    company_line.sandbox.faults.fail("twilio.Calls", f"error:{code}")

    with pytest.raises(Undeliverable, match=str(code)):
        await voice.page(brief(knock("voice")))

    assert phone.calls == []


async def test_too_many_calls_at_once_wait_as_long_as_the_provider_says(voice, company_line):
    company_line.sandbox.faults.fail("twilio.Calls", "ratelimited", retry_after=7)

    with pytest.raises(NotYetDelivered) as refused:
        await voice.page(brief(knock("voice")))

    assert refused.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(("fault", "rang"), [("half", 1), ("half500", 1), ("http500", 0)])
async def test_a_call_cut_in_the_middle_may_have_rung(voice, phone, company_line, fault, rang):
    company_line.sandbox.faults.fail("twilio.Calls", fault)

    with pytest.raises(OutcomeUnknown):
        await voice.page(brief(knock("voice")))
    await company_line.sandbox.quiet()

    assert len(phone.calls) == rang


async def test_a_provider_that_says_nothing_leaves_the_outcome_unknown(company_line):
    company_line.sandbox.faults.fail("twilio.Calls", "hang")

    async with line(company_line.sandbox, time_out=0.2) as impatient:
        with pytest.raises(OutcomeUnknown, match="provider_silent"):
            await Voice(impatient.twilio, hooks=HOOKS).page(brief(knock("voice")))


async def test_a_provider_that_cannot_be_reached_has_not_called(company_line):
    async with line(company_line.sandbox, api_url="http://127.0.0.1:9") as nowhere:
        with pytest.raises(NotYetDelivered, match="provider_unreachable"):
            await Voice(nowhere.twilio, hooks=HOOKS).page(brief(knock("voice")))


# Hanging up


async def ringing(voice: Voice, company_line: Line) -> str:
    receipt = await voice.page(brief(knock("voice")))
    await company_line.sandbox.quiet()
    return receipt.provider_id or ""


def stands(call: str, *, whose=ANNA, state: str = "accepted", how=None):
    """The facts with which hanging up begins: a call of this state, and how the page stands."""
    of_the_call = knocked(whose, "voice", state, provider_id=call or None)
    return brief(STOP, pages=(how or acknowledged(BRUNO),), knocks=(of_the_call,))


async def test_a_call_that_rings_for_what_somebody_has_is_hung_up(voice, phone, company_line):
    call = await ringing(voice, company_line)

    await PagingDoor({"voice": voice}).perform(stands(call))

    assert phone.calls[0].state == "canceled"


@pytest.mark.parametrize("how", [page(), page(status=PageStatus.EXHAUSTED, due_at=None)])
async def test_a_call_that_is_still_wanted_goes_on_ringing(voice, phone, company_line, how):
    call = await ringing(voice, company_line)

    await voice.page(stands(call, how=how))

    assert phone.ringing


async def test_only_whoever_cannot_is_left_in_peace(voice, phone, company_line):
    call = await ringing(voice, company_line)

    await voice.page(stands(call, how=page(declined=(BRUNO,))))
    assert phone.ringing
    await voice.page(stands(call, how=page(declined=(ANNA,))))

    assert phone.ringing is None


async def test_a_call_of_an_earlier_round_is_hung_up(voice, phone, company_line):
    call = await ringing(voice, company_line)

    await voice.page(stands(call, how=page(epoch=2)))

    assert phone.ringing is None


async def test_whoever_has_taken_the_call_is_not_cut_off(voice, phone, company_line):
    await voice.page(brief(trial("voice")))
    call = await ringing(voice, company_line)
    company_line.sandbox.twilio.voice.lines[call].call.state = "in-progress"

    await voice.page(stands(call))

    assert company_line.sandbox.twilio.voice.lines[call].call.state == "in-progress"


async def test_what_is_being_dialled_at_this_moment_is_hung_up_a_little_later(voice):
    with pytest.raises(NotYetDelivered, match="still_dialling"):
        await voice.page(stands("", state="sending"))


@pytest.mark.parametrize("call", ["CA" + "0" * 32, ""])
async def test_a_call_that_is_no_longer_there_needs_no_hanging_up(voice, call):
    receipt = await voice.page(stands(call))

    assert receipt.worked


def test_anna_is_reached_by_every_way():
    """The tests above would say nothing otherwise."""
    assert {"sms", "voice", "email"} <= {str(method) for method in anna().methods}
