"""What must hold at every moment of a night, whatever has happened: the watch over ``Night``.

A small model stands beside the record: who has which page, and how many must. Every look compares them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from datetime import datetime
from typing import Any, TypeVar

from bot.domain.bundling import WINDOW
from bot.domain.escalation import ASK_AGAIN_AFTER, LevelFired, Outcome, Page, PageId, PageStatus
from bot.domain.incident import IncidentId
from bot.domain.policy import Level
from bot.domain.team import TeamDocument
from bot.domain.turns import ONE_AT_A_TIME
from tests.contracts.given import LEASE, MINUTE
from tests.contracts.ladder_steps import follows, key_of
from tests.contracts.night import Night
from tests.contracts.night_flight import Flight
from tests.contracts.night_flight import Outcome as Met
from tests.contracts.night_model import Model
from tests.contracts.night_team import team

MAY_ARRIVE = ("pending", "sending", "accepted", "delivered", "uncertain")

_T = TypeVar("_T")


class Watch:
    """Looks on. Every look raises ``AssertionError`` where the record is not as it must be."""

    def __init__(self, runner: asyncio.Runner, night: Night) -> None:
        super().__init__()
        self._runner = runner
        self.night = night
        self.incidents: list[IncidentId] = []
        self.models: dict[PageId, Model] = {}
        self.pages: dict[PageId, Page] = {}
        self.plan: TeamDocument = team()
        self._seen: dict[PageId, int] = {}  # the version of each page that was looked at last

    def do(self, what: Coroutine[Any, Any, _T]) -> _T:
        return self._runner.run(what)

    @property
    def now(self) -> datetime:
        return self.night.clock.now()

    def was_wanted(self, flight: Flight) -> None:
        """Right after a check: it leaves if and only if it is wanted at this moment, and so does its company."""
        for each in flight.message:
            self._is_wanted(each)
            assert each.door == flight.door, f"{each.effect.key} is not for who is called"
            assert each is flight or each.effect.key != flight.effect.key

    def _is_wanted(self, flight: Flight) -> None:
        knock = flight.knock
        if knock is None:
            return
        page, model = self.pages[PageId(knock.page)], self.models[PageId(knock.page)]
        if flight.brief is not None:
            assert model.asked, f"sent after the answer: {knock.key}"
            assert page.epoch == knock.epoch, f"sent for an earlier asking: {knock.key}"
            assert knock.person not in model.cannot, f"sent to who can't: {knock.key}"
            assert knock.person not in model.holders, f"sent to who has it: {knock.key}"
        elif model.asked and page.asks(knock.person, epoch=knock.epoch):
            assert self.night.states()[knock.key] != "cancelled", f"dropped while wanted: {knock.key}"

    def the_next_way_is_due(self, flight: Flight) -> None:
        """A knock has failed for good: the same person's next way is due, or else the next level."""
        knock = flight.knock
        assert knock is not None
        page = self.do(self.night.pages(self.incidents))[PageId(knock.page)]
        if not page.asks(knock.person, epoch=knock.epoch):
            return
        rows = self.night.rows(page.id)
        mine = [row for row in rows if row["person"] == knock.person and row["state"] == "pending"]
        untried = [row["next_at"] for row in mine if not row["failures"]]
        its = (knock.epoch, knock.loop, knock.level, knock.turn)
        here = [row for row in rows if _turn_of(row["payload"]) == its]
        if untried:
            assert min(untried) <= self.now, f"the next way after {knock.key} is not due"
        elif page.due_at and not mine and not any(row["state"] in MAY_ARRIVE for row in here):
            present = (page.epoch, page.loop, page.level, page.turn) == its
            assert not present or page.due_at <= self.now, (
                f"nobody of the level can be reached, and it waits: {knock.key}"
            )

    def look(self, *, ticked: bool = False, forced: PageId | None = None) -> None:
        """Compare what is on record with the model."""
        self.pages = self.do(self.night.pages(self.incidents))
        moved = [number for number, page in self.pages.items() if self._seen.get(number) != page.version]
        levels = self.do(self.night.levels(moved)) if moved else {}
        for number, page in self.pages.items():
            model = self.models.setdefault(number, Model(page.incident))
            if ticked:
                self._may_be_asked_again(page, model)
            if number in levels:
                self._climbed(page, model, list(levels[number]), forced=number == forced)
            self._may_stay_with_fewer(page, model, forced=number == forced)
            if number in levels and model.asked and model.holders:
                self._others_are_called_on(page, model)
            self._agrees(page, model)
            self._seen[number] = page.version
        self._never_silent()
        self._never_twice()
        self._nobody_waits_in_vain()

    def _may_be_asked_again(self, page: Page, model: Model) -> None:
        """Only those who have had it for half an hour, without a sign."""
        if not model.asked and not model.over and page.wanted:
            assert model.held_at is not None
            assert self.now - model.held_at >= ASK_AGAIN_AFTER
            assert not page.manual
            self._had_no_more(page.id, model.holders)
            model.let_go()

    def _had_no_more(self, origin: PageId, people: Collection[str]) -> None:
        """What they had as heirs is closed with it."""
        for heir in self._heirs(origin):
            if {*people} & {*self.models[heir].holders}:
                self.models[heir].end()

    def _line(self, page: PageId) -> list[PageId]:
        """A page, what it stands for, and so on."""
        line = [page]
        while (stands_for := self.pages[line[-1]].stands_for) is not None:
            line.append(stands_for)
        return line

    def _heirs(self, origin: PageId) -> list[PageId]:
        return [page for page in self.models if page != origin and self._line(page)[-1] == origin]

    def _may_stay_with_fewer(self, page: Page, model: Model, *, forced: bool) -> None:
        """At the end of the ladder, when everyone on it had their time: those who have it are enough."""
        if not model.asked or page.wanted or page.status is PageStatus.CLOSED:
            return
        assert model.holders, f"{page.id} is {page.status}, and nobody took it"
        last = model.fired[-1]
        assert last.level > len(page.policy.levels), f"{page.id} stays with {model.holders} of {model.wanted}"
        if last.outcome is Outcome.EVERYONE and not forced:
            self._had_its_time(last, page, model)
        model.asked, model.held_at = False, self.now

    def _agrees(self, page: Page, model: Model) -> None:
        if model.over:
            assert page.status is PageStatus.CLOSED, "closed stays closed"
        elif model.asked:
            assert page.wanted, f"{page.id} is {page.status}, with {model.holders} of {model.wanted}"
        else:
            assert page.status is PageStatus.ACKNOWLEDGED, f"{page.id} has {model.holders} of {model.wanted}"
        if not model.over:
            assert list(page.taken_by) == model.holders
            assert set(page.declined) == model.cannot

    def _climbed(self, page: Page, model: Model, levels: list[LevelFired], *, forced: bool) -> None:
        """Every step is the next one; none is taken back; a level is given its time."""
        assert levels[: len(model.fired)] == model.fired, "what was fired stays as it was"
        for number in range(len(model.fired), len(levels)):
            step, before = levels[number], levels[:number]
            assert follows(step, before, page), f"{key_of(step)} after {[key_of(each) for each in before]}"
            if before and before[-1].epoch == step.epoch and not forced and before[-1].people:
                self._had_its_time(before[-1], page, model)
            if step.level == len(page.policy.levels) + 1:
                model.cannot = model.cannot if page.manual else set()
            elif step.turn == 1 and step.people:
                self._begun(step, page, model)
        model.fired = levels

    def _begun(self, step: LevelFired, page: Page, model: Model) -> None:
        """A level asks: how many it wants."""
        level = page.policy.levels[step.level - 1]
        able = set(step.people) if level.mode != ONE_AT_A_TIME else self._able(level, model)
        model.reached(wants=level.acknowledgements_wanted, able=able)

    def _able(self, level: Level, model: Model) -> set[str]:
        """Who of a level that asks one at a time could be asked, sooner or later."""
        here = {str(target.id) for target in level.targets} - model.cannot
        return {each.id for each in self.plan.people if each.id in here and not each.reachable}

    def _others_are_called_on(self, page: Page, model: Model) -> None:
        """Somebody has it, and more are wanted: whoever has said nothing keeps what was to reach them."""
        for row in self.night.rows(page.id):
            silent = row["payload"]["epoch"] == page.epoch and row["person"] not in model.ever_excused
            assert not silent or row["state"] != "cancelled", f"dropped while wanted: {row['key']}"

    def _had_its_time(self, level: LevelFired, page: Page, model: Model) -> None:
        wait = page.policy.levels[level.level - 1].wait if level.level <= len(page.policy.levels) else 5 * MINUTE
        if self.now - level.at >= wait or set(level.people) <= model.cannot | model.ever_excused:
            return
        knocks = [row for row in self.night.rows(page.id) if _turn_of(row["payload"]) == key_of(level)]
        assert not any(row["state"] in MAY_ARRIVE for row in knocks), f"{key_of(level)} was given {self.now - level.at}"

    def _never_silent(self) -> None:
        """Whoever is wanted will be asked again by the clock, or the reporter has been told that nobody answers; by
        the ladder, which whoever is called by name is called beside."""
        idle = [page for page in self.pages.values() if page.wanted and not page.due_at and not page.manual]
        notices = self.night.last_resorts() if idle else []
        told = {row["payload"]["occasion"] for row in notices if row["state"] != "cancelled"}
        assert [page.id for page in idle if f"{page.id}:{page.epoch}" not in told] == [], "nobody will hear of them"

    def _never_twice(self) -> None:
        edits = {flight.effect.key for flight in self.night.sent if flight.effect.rearms}
        for key, times in self.night.arrived.items():
            assert key in edits or times <= 1 + self.night.interrupted[key], f"{key} arrived {times} times"

    def _nobody_waits_in_vain(self) -> None:
        """What is kept back for company is so while another incident's knock is leaving, or left just now; and what
        is said to have left in company did."""
        if not self.night.core.bundle_within:
            return
        for row in self.night.waiting_or_gone():
            if row["state"] != "pending":
                assert self.night.arrived[row["key"]], f"{row['key']} never arrived"
                continue
            known = (each for each in self.night.set_off if each.door == (row["person"], row["destination"]))
            others = [each for each in known if each.effect.incident != row["incident"]]
            assert any(self._is_reason(each) for each in others), f"{row['key']} waits for nobody"
            assert row["next_at"] - self.now <= max(WINDOW, LEASE), f"{row['key']} waits too long"

    def _is_reason(self, other: Flight) -> bool:
        if other.landed_at is None or other.outcome is not Met.TAKEN:
            return self.now < other.claimed.lease_until
        return self.now < other.landed_at + WINDOW

    def at_its_end(self, page: Page) -> bool:
        if not page.wanted:
            return True  # somebody has it
        live = any(row["state"] in ("pending", "sending") for row in self.night.rows(page.id))
        return page.due_at is None and not live

    def everybody_was_reached(self, page: Page) -> None:
        excused = self.models[page.id].ever_excused
        for row in self.night.rows(page.id):
            if row["payload"]["epoch"] == page.epoch and row["person"] not in excused:
                assert row["state"] in ("accepted", "delivered", "failed"), f"{row['key']} is {row['state']}"
                assert row["state"] == "failed" or self.night.arrived[row["key"]], f"{row['key']} never arrived"


def _turn_of(payload: dict[str, Any]) -> tuple[int, ...]:
    """A first turn is stored without its number."""
    return (payload["epoch"], payload["loop"], payload["level"], payload.get("turn", 1))
