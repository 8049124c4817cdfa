"""The second line: a copy to a service that Apprise knows, here one that posts JSON to a server of ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.adapters.paging.relay import Relay
from bot.domain.effects import RelayPage
from bot.domain.escalation import PageStatus
from bot.domain.incident import IncidentId
from bot.errors import NotYetDelivered, OutcomeUnknown, Undeliverable
from tests.contracts.paging_briefs import brief, knock
from tests.domain.records import ANNA, BRUNO, CARLA, HOSTILE, fired, incident, page
from tests.second_line import QUIET_APPRISE, SecondLine, second_line

pytestmark = pytest.mark.filterwarnings(QUIET_APPRISE)
COPY = RelayPage(IncidentId(42), 7, 1, 1, 2, "relay_1")


@pytest.fixture
async def service() -> AsyncIterator[SecondLine]:
    async with second_line() as ours:
        yield ours


def moved_on(**changes: Any):
    """Five minutes in: nobody has answered, and the second level is being called."""
    levels = (fired(1, ANNA), fired(2, BRUNO, CARLA))
    return brief(COPY, **{"after": 5, "pages": (page(level=2),), "levels": levels, **changes})


async def test_a_copy_says_that_nobody_has_it_and_who_is_called_now_in_the_company_s_language(service):
    await Relay(service.url).page(moved_on())

    [told] = service.told
    assert told["title"] == "SEV1 INC-42 Casse bloccate in tutti i negozi"
    assert told["message"].strip() == "Nessuno risponde da 5 min. Chiamiamo il livello 2 di 4: Bruno e Carla."


async def test_at_the_end_of_the_ladder_it_says_that_everyone_is_called(service):
    over = page(status=PageStatus.EXHAUSTED, level=5, due_at=None)

    await Relay(service.url).page(moved_on(pages=(over,), after=20))

    assert service.told[0]["message"].strip() == "Nessuno risponde da 20 min. Stiamo chiamando tutti insieme."


async def test_of_a_private_incident_it_tells_its_gravity_and_number_alone(service):
    await Relay(service.url).page(moved_on(incident=incident(private=True)))

    [told] = service.told
    assert told["title"] == "SEV1 INC-42, riservato"
    assert told["message"].strip() == "Nessuno risponde da 5 min."


async def test_what_somebody_typed_stays_on_one_line_and_turns_nothing_round(service):
    await Relay(service.url).page(moved_on(incident=incident(title=f"{HOSTILE}\n\nFrom: nobody")))

    [told] = service.told
    assert "\n" not in told["title"]
    assert "\u202e" not in told["title"]


async def test_only_copies_are_for_the_second_line(service):
    with pytest.raises(Undeliverable, match="no_such_effect"):
        await Relay(service.url).page(brief(knock("email")))

    assert service.told == []


async def test_a_service_that_refuses_is_tried_again(service):
    service.status = 503

    with pytest.raises(NotYetDelivered, match="relay_refused"):
        await Relay(service.url).page(moved_on())


async def test_a_service_that_cannot_be_reached_is_tried_again():
    with pytest.raises(NotYetDelivered, match="relay_refused"):
        await Relay("json://127.0.0.1:9/hook").page(moved_on())


async def test_a_service_that_says_nothing_does_not_hold_us_up(service):
    service.silent = True

    with pytest.raises(OutcomeUnknown, match="relay_silent"):
        await Relay(service.url, time_out=0.3).page(moved_on())

    service.released.set()


@pytest.mark.parametrize("url", ["", "nothing", "carrierpigeon://roof"])
def test_an_address_that_apprise_does_not_know_is_refused(url):
    with pytest.raises(ValueError, match="no address that Apprise knows"):
        Relay(url)


def test_its_service_is_named(service):
    assert Relay(service.url).service == "JSON"


def test_the_library_is_not_loaded_until_somebody_wants_it():
    loaded = "import sys, bot.app, bot.checkup, bot.adapters.paging.relay; print('apprise' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=60)

    assert said.stdout.strip() == "False"
