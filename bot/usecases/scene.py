"""What somebody who answers a page finds, and what their answer leads to.

Shared by everything that people answer. The scene is locked in one order, whatever the answer: turns, incident, page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain import escalation
from bot.domain.escalation import Page, PageId, PageStatus
from bot.domain.incident import Incident
from bot.domain.page import asked_by
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.ports import Core, Transaction
from bot.usecases.paging import carry_out, keep_turns_apart, reach_of


class Result(StrEnum):
    """What an answer did."""

    TAKEN = "taken"  # they have it
    ALREADY_YOURS = "already_yours"
    ALREADY_TAKEN = "already_taken"  # somebody else was first
    DECLINED = "declined"
    MOVED_ON = "moved_on"  # the page is at another level by now; nothing was changed
    OVER = "over"  # the page is closed
    HANDED_OVER = "handed_over"
    GIVEN_BACK = "given_back"


@dataclass(frozen=True)
class Answered:
    """How the page stands after an answer."""

    result: Result
    page: Page
    incident: Incident


@dataclass(frozen=True)
class Scene:
    """What an answer needs, locked."""

    incident: Incident
    page: Page
    roster: Roster
    person: PersonId
    now: datetime
    asked: tuple[PersonId, ...]  # ever, of this page
    asked_now: frozenset[PersonId]  # in its present turn


async def open_scene(core: Core, tx: Transaction, page: PageId, by: str) -> Scene:
    """Lock a page for the answer of one person. Raises ``NotFound``."""
    now = core.clock.now()
    found = await tx.page(page)
    await keep_turns_apart(tx, found.policy)
    incident = await tx.incident(found.incident, lock=True)
    locked = await tx.page(page, lock=True)
    roster = await tx.roster()
    levels = await tx.levels_of(page)
    present = (level.people for level in levels if level.is_present(locked))
    return Scene(incident, locked, roster, roster.person_of(by), now, asked_by(levels), frozenset().union(*present))


def too_late(scene: Scene) -> Answered:
    """The answer changes nothing: what they are told instead."""
    page = scene.page
    if page.status is PageStatus.CLOSED:
        return Answered(Result.OVER, page, scene.incident)
    if scene.person in page.taken_by:
        return Answered(Result.ALREADY_YOURS, page, scene.incident)
    taken = page.status is PageStatus.ACKNOWLEDGED
    return Answered(Result.ALREADY_TAKEN if taken else Result.MOVED_ON, page, scene.incident)


def is_due(page: Page, now: datetime) -> bool:
    """Whether what comes next need not be waited for."""
    return page.status is PageStatus.OPEN and page.due_at is not None and page.due_at <= now


async def move_on_if_due(core: Core, tx: Transaction, scene: Scene, page: Page) -> Page:
    """Store how the page stands after the answer, and fire what that makes due. How it stands then."""
    if not is_due(page, scene.now):
        await tx.save_pages([page])
        return page
    reach = await reach_of(core, tx, page, scene.roster, scene.now)
    moved = escalation.advance(page, now=scene.now, reach=reach)
    incidents = {scene.incident.id: scene.incident}
    await carry_out(core, tx, [moved], incidents=incidents, roster=scene.roster, now=scene.now)
    return moved.page
