"""Pages that were handed over: they stand for another, and whoever answers one answers that one too.

Promises that an answer goes through however many hands; that what enough others have meanwhile asks no heir any
more; and that an heir who gives it back gives back what was handed over. A ladder that ended with fewer than it wanted
lets no heir go: a colleague named them, and one more is what is missing. Runs inside the caller's transaction, which
has locked the incident.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import escalation
from bot.domain.escalation import Page, PageId, PageStatus
from bot.domain.incident import Incident
from bot.domain.page import asked_by
from bot.domain.slugs import PersonId
from bot.domain.timeline import Event, EventKind
from bot.ports import Core, Transaction
from bot.usecases.paging import hush
from bot.usecases.scene import Scene
from bot.usecases.telling import settle_with


@dataclass(frozen=True)
class Passage:
    """The page that was handed over first, before the answer and after it."""

    before: Page
    after: Page


async def origin(tx: Transaction, page: PageId) -> PageId:
    """The page that this one stands for, through however many hands; itself, when it stands for none."""
    found = await tx.page(page)
    while found.stands_for is not None:
        found = await tx.page(found.stands_for)
    return found.id


async def take_over(core: Core, tx: Transaction, taken: Page, scene: Scene) -> Passage:
    """Whoever has taken this page takes all that it stands for, and no other heir of theirs is asked any more."""
    passage = Passage(scene.page, taken)
    if all(page.stands_for is None for page in await tx.pages_of(taken.incident)):
        return passage
    handed = await _handed_over(tx, scene)
    givers: list[PersonId] = []
    while passage.after.stands_for is not None:
        before = await tx.page(passage.after.stands_for, lock=True)
        givers += _giver(passage.after, handed)
        passage = Passage(before, await _taken_over(core, tx, before, givers, scene))
    if not passage.after.wanted and not passage.after.short:
        held = {*passage.after.taken_by}
        family = await _heirs(tx, passage.after)
        idle = [page for page in family.values() if page.wanted and not held & _givers(page, family, handed)]
        await _let_go(core, tx, idle, scene.incident, now=scene.now)
        await _show(tx, [page for page in family.values() if _closed(page)], scene.incident, now=scene.now)
    return passage


async def had_no_more(
    core: Core, tx: Transaction, page: Page, people: Collection[PersonId], incident: Incident, *, now: datetime
) -> None:
    """These people have the page no more. What they had as heirs is closed: the page it stood for is asked again."""
    family = (await _heirs(tx, page)).values()
    theirs = [each for each in family if not _closed(each) and {*people} & {*each.taken_by}]
    await _let_go(core, tx, theirs, incident, now=now)
    await _show(tx, [each for each in family if _closed(each)], incident, now=now)


async def _taken_over(core: Core, tx: Transaction, before: Page, givers: list[PersonId], scene: Scene) -> Page:
    if before.status is PageStatus.CLOSED:
        return before
    giver = next((each for each in givers if each in before.taken_by), None)
    taken = escalation.taken_over(before, by=scene.person, giver=giver, now=scene.now)
    await tx.save_pages([taken])
    await tx.outbox.cancel_knocks(before.id, person=scene.person if taken.wanted else None)
    effects = (*settle_with(scene.incident, before, await _asked(tx, before)), *hush(core, before))
    await tx.outbox.enqueue(effects, now=scene.now)
    return taken


async def _let_go(core: Core, tx: Transaction, pages: Sequence[Page], incident: Incident, *, now: datetime) -> None:
    for page in pages:
        await tx.save_pages([escalation.close(page)])
        await tx.outbox.cancel_knocks(page.id)
        await tx.outbox.enqueue(hush(core, page), now=now)
    await _show(tx, pages, incident, now=now)


async def _show(tx: Transaction, pages: Sequence[Page], incident: Incident, *, now: datetime) -> None:
    """Whoever was an heir sees how what was handed over to them stands."""
    for page in pages:
        await tx.outbox.enqueue(settle_with(incident, page, await _asked(tx, page)), now=now)


def _closed(page: Page) -> bool:
    return page.status is PageStatus.CLOSED


async def _heirs(tx: Transaction, origin: Page) -> Mapping[PageId, Page]:
    """The pages that stand for this one, also those that stand for them, in the order they began."""
    found: dict[PageId, Page] = {}
    for page in await tx.pages_of(origin.incident, lock=True):
        if page.stands_for is not None and (page.stands_for == origin.id or page.stands_for in found):
            found[page.id] = page
    return found


async def _asked(tx: Transaction, page: Page) -> tuple[PersonId, ...]:
    return asked_by(await tx.levels_of(page.id))


async def _handed_over(tx: Transaction, scene: Scene) -> tuple[Event, ...]:
    record = await tx.record(scene.incident.id, now=scene.now)
    return record.happened(EventKind.HANDED_OVER)


def _giver(page: Page, handed: Iterable[Event]) -> tuple[PersonId, ...]:
    """Who handed this page over to whom it calls, the last time."""
    heir = page.policy.levels[0].targets[0].id
    givers = (event.by for event in reversed([*handed]) if event.by and event.facts.get("to") == heir)
    return tuple(givers)[:1]


def _givers(page: Page, family: Mapping[PageId, Page], handed: Iterable[Event]) -> frozenset[PersonId]:
    """Through whose hands a page came to its heir."""
    through = _giver(page, handed)
    before = family.get(page.stands_for) if page.stands_for is not None else None
    return frozenset(through) | (_givers(before, family, handed) if before else frozenset())
