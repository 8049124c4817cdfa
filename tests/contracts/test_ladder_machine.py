"""Whatever happens to a page, in whatever order: it climbs its ladder once, is never silent, and stops when it must.

A small model stands beside the real use cases on the real store: who has which page, and how many must. Hypothesis
looks for an order of events in which they differ: answers, declines, hand-overs, edits of the plan, failures, late
call-backs, crashes, other replicas, the passing of time. In some nights levels want several people, in some the texts
of two incidents leave in one message. ``ANTICRISI_EXAMPLES`` says how many nights are tried; with
``ANTICRISI_SHORTEST=1`` the shortest night that fails is looked for.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, create_engine

from bot.domain.bundling import WINDOW
from bot.domain.policy import Mode
from bot.storage.database import normalised
from bot.storage.store import SqlStore
from bot.usecases.hear import Fate
from tests.contracts.given import LEASE, MINUTE, SECOND
from tests.contracts.night import Night
from tests.contracts.night_answers import Answers
from tests.contracts.night_flight import Flight, Outcome
from tests.contracts.night_team import team
from tests.world import PATIENT

EXAMPLES = int(os.environ.get("ANTICRISI_EXAMPLES", "200"))
SHORTEST = bool(os.environ.get("ANTICRISI_SHORTEST"))  # look for the shortest night that fails: some minutes more
STEPS = 14  # of a night; a whole one costs a fifth of a second
AN_EIGHTH = 8  # PostgreSQL is asked so much less often: it is the same code, and slower to ask


class Nights(Answers):
    """Everything that may happen. After each of it the watch looks."""

    def __init__(self, runner: asyncio.Runner, store: SqlStore, engine: Engine) -> None:
        super().__init__(runner, Night(store, engine))
        self._until_dawn = False

    # What happens ---------------------------------------------------------------------------------

    @initialize(
        carla_reachable=some.booleans(),
        mode=some.sampled_from(get_args(Mode)),
        wanted=some.sampled_from([(1, 1), (1, 1), (1, 1), (1, 2), (2, 1), (2, 3)]),
        bundled=some.sampled_from([True, False, False, False, False]),
        until_dawn=some.sampled_from([True, False, False, False, False]),
    )
    def somebody_declares(
        self, carla_reachable: bool, mode: Mode, wanted: tuple[int, int], bundled: bool, until_dawn: bool
    ) -> None:
        self._until_dawn = until_dawn
        self.plan = team(carla_reachable=carla_reachable, mode=mode, wanted=wanted, text_first=bundled)
        self.do(self.night.begin(self.plan, bundle_within=WINDOW if bundled else 0 * SECOND))
        for _ in range(2 if bundled else 1):
            self._declare()

    @precondition(lambda self: len(self.incidents) == 1)
    @rule()
    def something_else_is_declared(self) -> None:
        self._declare()

    @rule(by=some.sampled_from([SECOND, 20 * SECOND, MINUTE, 5 * MINUTE, 5 * MINUTE, 31 * MINUTE]))
    def time_passes(self, by: timedelta) -> None:
        self.night.clock.turn(by)

    @rule()
    def the_clock_ticks(self) -> None:
        self.do(self.night.tick())
        self.look(ticked=True)

    @rule(by=some.sampled_from([MINUTE, 5 * MINUTE]))
    def the_night_goes_on(self, by: timedelta) -> None:
        """As it does nearly always: time passes, the clock ticks, what is due leaves."""
        self.night.clock.turn(by)
        self.do(self.night.tick())
        self.look(ticked=True)
        self.do(self.night.drain(checked=self.was_wanted))
        self.look()

    # The engine, in pieces --------------------------------------------------------------------------

    @rule(limit=some.integers(1, 20))
    def a_replica_claims(self, limit: int) -> None:
        self.do(self.night.claim(limit))

    @precondition(lambda self: any(each.may_be_checked for each in self.night.on_their_way))
    @rule(which=some.integers(0, 30))
    def it_looks_once_more(self, which: int) -> None:
        """Also a second time, when it could not leave at once."""
        waiting = [each for each in self.night.on_their_way if each.may_be_checked]
        flight = waiting[which % len(waiting)]
        self.do(self.night.check([flight]))
        self.was_wanted(flight)

    @precondition(lambda self: any(each.may_leave for each in self.night.on_their_way))
    @rule(outcome=some.sampled_from(Outcome))
    def it_leaves(self, outcome: Outcome) -> None:
        for flight in [each for each in self.night.on_their_way if each.may_leave]:
            self.night.send(flight, outcome if flight.knock else Outcome.TAKEN)

    @precondition(lambda self: any(each.outcome for each in self.night.on_their_way))
    @rule(most=some.sampled_from([1, 2, 50, 50]))
    def what_became_of_it_is_recorded(self, most: int) -> None:
        """Of a message with several knocks perhaps only the first, so far."""
        self._record([each for each in self.night.on_their_way if each.outcome][:most])

    @rule(outcome=some.sampled_from(Outcome), limit=some.integers(1, 20))
    def a_batch_meets_the_other_side(self, outcome: Outcome, limit: int) -> None:
        flights = self.do(self.night.claim(limit))
        self.do(self.night.check(flights))
        for flight in flights:
            self.was_wanted(flight)
        leaving = [flight for flight in flights if flight.brief]
        for flight in leaving:
            self.night.send(flight, outcome if flight.knock else Outcome.TAKEN)
        self._record([each for flight in leaving for each in flight.message])

    @precondition(lambda self: self.night.on_their_way)
    @rule(after=some.sampled_from([0 * SECOND, LEASE]))
    def it_dies(self, after: timedelta) -> None:
        self.night.crash()
        self.night.clock.turn(after)

    @precondition(lambda self: self.night.provider_ids)
    @rule(which=some.integers(0, 60), fate=some.sampled_from(Fate))
    def a_provider_calls_back(self, which: int, fate: Fate) -> None:
        provider_id = self.night.provider_ids[which % len(self.night.provider_ids)]
        before = self.night.states()
        self.do(self.night.reported(provider_id, fate))
        for key, state in self.night.states().items():
            assert before.get(key) not in ("delivered", "failed", "cancelled") or state == before[key]
        self.look()

    def teardown(self) -> None:
        """The night ends, and nobody answers any more: everything that was begun comes to its end."""
        if not self._until_dawn:
            return
        self.night.crash()
        self.night.clock.turn(LEASE)
        for _ in range(60):
            self.do(self.night.tick())
            self.look(ticked=True)
            self.do(self.night.drain(checked=self.was_wanted))
            if all(self.at_its_end(page) for page in self.pages.values()):
                break
            self.night.clock.turn(5 * MINUTE)
        for page in self.pages.values():
            assert self.at_its_end(page), f"{page.id} never comes to its end"
            if page.wanted:
                self.everybody_was_reached(page)
        self.look()

    def _record(self, flights: list[Flight]) -> None:
        for flight in flights:
            held = self.night.holds(flight)
            self.do(self.night.record([flight]))
            if held and flight.outcome is Outcome.NEVER and flight.knock:
                self.the_next_way_is_due(flight)
        self.look()

    def _declare(self) -> None:
        self.incidents.append(self.do(self.night.declares()))
        self.look()


@contextmanager
def a_place_for_nights(url: str) -> Iterator[tuple[asyncio.Runner, SqlStore, Engine]]:
    """One database for all of them: each begins by emptying it."""
    address = normalised(url)
    engine = create_engine(address.set(drivername="sqlite") if "sqlite" in url else address)
    with asyncio.Runner() as runner:
        opening = SqlStore.open(url, secret_keys=("nights",), public_url="https://help.example", patience=PATIENT)
        store = runner.run(opening)
        try:
            yield runner, store, engine
        finally:
            runner.run(store.close())
            engine.dispose()


@pytest.mark.parametrize("examples", [pytest.param(EXAMPLES, id=f"{EXAMPLES}-nights")])
def test_a_page_is_neither_lost_nor_doubled_nor_silent_whatever_happens(database_url, examples):
    try_nights(database_url, examples)


def test_nor_on_postgresql(postgres_ready):
    try_nights(postgres_ready, max(EXAMPLES // AN_EIGHTH, 1))


def try_nights(url: str, examples: int) -> None:
    with a_place_for_nights(url) as place:

        class Tonight(Nights):
            def __init__(self) -> None:
                super().__init__(*place)

        run_state_machine_as_test(
            Tonight,
            settings=settings(
                max_examples=examples,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if SHORTEST else [])],
                print_blob=True,
            ),
        )
