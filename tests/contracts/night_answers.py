"""What people do about a page in the tests' nights, and what it must come to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bot.domain.escalation import PageId
from bot.domain.incident import IncidentId
from bot.usecases.respond import Result
from tests.contracts.given import MINUTE
from tests.contracts.night_model import Model
from tests.contracts.night_team import PEOPLE, team
from tests.contracts.night_watch import Watch


class Answers(Watch, RuleBasedStateMachine):
    """Answers, declines, hand-overs, edits of the plan. After each the watch looks."""

    def __init__(self, *watch: Any) -> None:
        super().__init__(*watch)
        self._handed: dict[tuple[IncidentId, str], str] = {}  # who gave an incident's page to whom, the last time

    @rule(page=some.integers(0, 5), person=some.sampled_from(PEOPLE))
    def somebody_takes_it(self, page: int, person: str) -> None:
        chosen, model = self._page(page)
        result = self.do(self.night.takes(chosen, person))
        if model.over:
            assert result is Result.OVER
        elif person in model.holders:
            assert result is Result.ALREADY_YOURS
        elif not model.asked:
            assert result is Result.ALREADY_TAKEN
        else:
            assert result is Result.TAKEN
            model.take(person, self.now)
            self._taken_through(chosen, person)
        self.look()

    @rule(page=some.integers(0, 5), person=some.sampled_from(PEOPLE))
    def somebody_cannot(self, page: int, person: str) -> None:
        chosen, model = self._page(page)
        self.do(self.night.declines(chosen, person))
        model.decline(person)
        self.look()

    @rule(page=some.integers(0, 5), person=some.sampled_from(PEOPLE))
    def somebody_gives_it_back(self, page: int, person: str) -> None:
        chosen, _model = self._page(page)
        origin = self._line(chosen)[-1]
        model = self.models[origin]
        result = self.do(self.night.gives_back(chosen, person))
        assert (result is Result.GIVEN_BACK) == (person in model.holders)
        if result is Result.GIVEN_BACK:
            model.give_back(person)
            self._had_no_more(origin, [person])
        self.look()

    @rule(page=some.integers(0, 5), person=some.sampled_from(PEOPLE), heir=some.sampled_from(PEOPLE))
    def somebody_hands_it_over(self, page: int, person: str, heir: str) -> None:
        chosen, model = self._page(page)
        if person == heir or len(self.models) > 4:
            return
        climbing = self.pages[chosen].present_level is not None
        result = self.do(self.night.hands_over(chosen, person, heir))
        may = not model.over and (model.asked or person in model.holders)
        refused = may and (heir in self.models[self._line(chosen)[-1]].holders or not self._reachable(heir))
        assert (result is None) == refused
        may = may and not refused
        assert (result is Result.HANDED_OVER) == may
        if may:
            self._handed[model.incident, heir] = person
        if may and model.asked:
            model.ever_excused.add(person)
            if climbing and person not in model.holders:
                model.cannot.add(person)
        self.look()

    @rule(page=some.integers(0, 1), behind=some.sampled_from([None, 0, 0, 1]))
    def somebody_does_not_wait(self, page: int, behind: int | None) -> None:
        """Perhaps with a button that was drawn for an earlier level."""
        incident = self.incidents[page % len(self.incidents)]
        ladder = next(each for each in self.pages.values() if each.incident == incident and not each.manual)
        model = self.models[ladder.id]
        may = not model.over and behind != 1 and not model.at_its_end
        moved = self.do(
            self.night.does_not_wait(incident, seen_level=None if behind is None else ladder.level - behind)
        )
        assert moved == may
        if moved and not model.asked:
            self._had_no_more(ladder.id, model.holders)
            model.let_go()
        self.look(forced=ladder.id if moved else None)

    @rule(carla_reachable=some.booleans(), wait=some.sampled_from([MINUTE, 5 * MINUTE]))
    def the_plan_is_edited(self, carla_reachable: bool, wait: timedelta) -> None:
        self.plan = team(carla_reachable=carla_reachable, wait=wait)
        self.do(self.night.edits(self.plan))

    @precondition(lambda self: any(not model.over for model in self.models.values()))
    @rule(which=some.integers(0, 1), sure=some.integers(0, 3))
    def it_is_resolved(self, which: int, sure: int) -> None:
        incident = self.incidents[which % len(self.incidents)]
        here = [model for model in self.models.values() if model.incident == incident]
        if sure or all(model.over for model in here):
            return
        self.do(self.night.resolves(incident))
        for model in here:
            model.end()
        self.look()

    def _taken_through(self, page: PageId, person: str) -> None:
        """Whoever took it took what it stands for, through all hands; heirs of those who have it no more are let go."""
        line, givers = self._line(page), self._givers(page)
        for number, original in enumerate(line[1:], 1):
            giver = next((each for each in givers[:number] if each in self.models[original].holders), None)
            self.models[original].take_over(person, self.now, giver=giver)
        origin = self.models[line[-1]]
        enough = not origin.asked and len(origin.holders) >= origin.wanted
        for heir in self._heirs(line[-1]) if enough else []:
            if self.models[heir].asked and not {*origin.holders} & {*self._givers(heir)}:
                self.models[heir].end()

    def _givers(self, page: PageId) -> list[str]:
        """Through whose hands it came to its heir, the last first."""
        called = (str(self.pages[each].policy.levels[0].targets[0].id) for each in self._line(page)[:-1])
        return [self._handed[self.pages[page].incident, heir] for heir in called]

    def _reachable(self, person: str) -> bool:
        return next(not each.reachable for each in self.plan.people if each.id == person)

    def _page(self, number: int) -> tuple[PageId, Model]:
        chosen = sorted(self.models)[number % len(self.models)]
        return chosen, self.models[chosen]
