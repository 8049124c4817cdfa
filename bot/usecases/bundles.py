"""Which knocks leave now, which in whose company, and which wait: for texts, calls and letters.

Promises that one person's telephone or mailbox hears of several incidents in one message, that the first knock
waits for nobody, and that a daily cap delays repeats and never a page's first knock. Two dispatchers that look
at one person's door at the same moment decide one after the other. Slack is left alone: its messages have
buttons of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.bundling import JOINS, Nearby, company, waits_until
from bot.domain.destinations import destination
from bot.domain.effects import PageResponder
from bot.domain.incident import IncidentId
from bot.domain.patience import CAPPED
from bot.domain.policy import Method
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.ports import Claimed, Companion, Core, Departure, Transaction
from bot.usecases.waits import tell_capped

BY_PHONE = frozenset({Method.SMS, Method.VOICE, Method.EMAIL})
_A_DAY = timedelta(hours=24)

Door = tuple[PersonId, str]
Wanted = Callable[[PageResponder, Record], bool]


@dataclass
class Sorted:
    """What became of the knocks that were looked at. The others wait for later, or were taken along by another."""

    leaving: dict[int, tuple[Companion, ...]] = field(default_factory=dict)  # by number: who comes along
    unwanted: list[Claimed] = field(default_factory=list)  # their moment has passed


async def sort_out(core: Core, tx: Transaction, claimed: Sequence[Claimed], wanted: Wanted) -> Sorted:
    """Decide for each of them, and claim those that come along. Holds the doors until the commit."""
    if not (core.bundle_within or core.daily_caps):
        return Sorted({each.id: () for each in claimed})
    doors = sorted({_door(each) for each in claimed})
    for person, where in doors:
        await tx.lock(f"door:{person}:{where}")
    looking = await _Look.at(core, tx, doors, pages={_knock(each).page for each in claimed})
    found = Sorted()
    for each in claimed:
        await _sort_one(core, tx, each, looking, wanted, found)
    return found


async def make_way(core: Core, tx: Transaction, knock: Claimed) -> None:
    """It did not leave after all: whoever waited for its company is free."""
    if core.bundle_within and isinstance(knock.effect, PageResponder) and knock.effect.method in BY_PHONE:
        await tx.outbox.release(*_door(knock), now=core.clock.now())


@dataclass
class _Look:
    """What is known of the doors, kept true while we decide."""

    now: datetime
    nearby: dict[Door, list[Nearby]]
    records: Mapping[IncidentId, Record]
    departures: Mapping[Door, Sequence[Departure]]

    @classmethod
    async def at(cls, core: Core, tx: Transaction, doors: Sequence[Door], pages: Iterable[int]) -> _Look:
        now = core.clock.now()
        found: dict[Door, list[Nearby]] = {door: [] for door in doors}
        for each in await tx.outbox.nearby(doors, since=now - core.bundle_within, now=now):
            found[each.effect.person, destination(each.effect)].append(each)
        about = {
            each.effect.incident for knocks in found.values() for each in knocks if each.state in ("pending", "sending")
        }
        capped = [door for door in doors if _cap(core, door)]
        left: dict[Door, list[Departure]] = {door: [] for door in doors}
        for gone in await tx.outbox.departures(capped, since=now - _A_DAY, pages=pages) if capped else ():
            left[gone.person, gone.destination].append(gone)
        return cls(now, found, await tx.records(about, now=now), left)

    def mine(self, claimed: Claimed) -> Nearby | None:
        """This knock as it stands; nothing when this attempt no longer holds it."""
        here = self.nearby[_door(claimed)]
        return next((each for each in here if (each.id, each.attempt) == (claimed.id, claimed.attempt)), None)

    def forget(self, door: Door, numbers: set[int]) -> None:
        self.nearby[door] = [each for each in self.nearby[door] if each.id not in numbers]

    def see_off(self, door: Door, leader: Nearby) -> None:
        """Those that are looked at after it see that it is leaving."""
        leaving = replace(leader, carrier=leader.id)
        self.nearby[door] = [leaving if each.id == leader.id else each for each in self.nearby[door]]


async def _sort_one(
    core: Core, tx: Transaction, claimed: Claimed, looking: _Look, wanted: Wanted, found: Sorted
) -> None:
    mine, door = looking.mine(claimed), _door(claimed)
    if mine is None:
        return  # another has taken it along
    asked_before = mine.carrier == mine.id  # it was set off already, and its check is only being repeated
    if not wanted(mine.effect, looking.records[mine.effect.incident]):
        found.unwanted.append(claimed)
        looking.forget(door, {claimed.id})
        if asked_before:
            await _let_go(tx, claimed, now=looking.now)
    elif asked_before:
        found.leaving[claimed.id] = await _company_still(tx, claimed, looking, wanted)
    elif not await _is_held(core, tx, claimed, mine, looking):
        found.leaving[claimed.id] = await _company(core, tx, claimed, mine, looking, wanted)


async def _is_held(core: Core, tx: Transaction, claimed: Claimed, mine: Nearby, looking: _Look) -> bool:
    """Keep it back for company or for its cap. Whether it was."""
    now, door = looking.now, _door(claimed)
    until = waits_until(mine, looking.nearby[door], now=now, window=core.bundle_within)
    if until is not None:
        await tx.outbox.hold(claimed, JOINS, until=until, now=now)
        return True
    free = _free_again(_cap(core, door), looking.departures[door], mine.effect.page, now)
    if free is None:
        return False
    await tx.outbox.postpone(claimed, CAPPED, until=free, now=now)
    await tell_capped(tx, mine.effect, until=free, now=now)
    return True


async def _company(
    core: Core, tx: Transaction, claimed: Claimed, mine: Nearby, looking: _Look, wanted: Wanted
) -> tuple[Companion, ...]:
    """Set the knock off, and with it whoever may come along and is still wanted."""
    door = _door(claimed)
    joining = company(mine, looking.nearby[door], now=looking.now) if core.bundle_within else ()
    ready = [each for each in joining if wanted(each.effect, looking.records[each.effect.incident])]
    taken = await tx.outbox.take_along(claimed, ready, now=looking.now) if ready else ()
    await tx.outbox.set_off(claimed)
    looking.forget(door, {each.id for each in ready})
    looking.see_off(door, mine)
    return tuple(Companion(each, looking.records[each.effect.incident]) for each in taken)


async def _company_still(tx: Transaction, claimed: Claimed, looking: _Look, wanted: Wanted) -> tuple[Companion, ...]:
    """Those of its company that are still wanted; the others get out."""
    company = await tx.outbox.travelling(claimed)
    staying = [each for each in company if wanted(_knock(each), looking.records[each.effect.incident])]
    for each in company:
        if each not in staying:
            await tx.outbox.drop(each, now=looking.now)
    return tuple(Companion(each, looking.records[each.effect.incident]) for each in staying)


async def _let_go(tx: Transaction, leader: Claimed, *, now: datetime) -> None:
    """The leader is no longer wanted: its company is due by itself."""
    for each in await tx.outbox.travelling(leader):
        await tx.outbox.hold(each, JOINS, until=now, now=now)


def _free_again(cap: int, left: Sequence[Departure], page: int, now: datetime) -> datetime | None:
    """When a repeat may leave, or nothing when it may now. A page that never reached this door is no repeat."""
    if not cap or not any(each.page == page for each in left):
        return None
    lately = (each for each in left if each.at > now - _A_DAY)
    times = sorted({each.provider_id or str(each.at): each.at for each in lately}.values())
    return times[-cap] + _A_DAY if len(times) >= cap else None


def _cap(core: Core, door: Door) -> int:
    return core.daily_caps.get(door[1].removeprefix("paging:"), 0)


def _door(claimed: Claimed) -> Door:
    knock = _knock(claimed)
    return knock.person, destination(knock)


def _knock(claimed: Claimed) -> PageResponder:
    assert isinstance(claimed.effect, PageResponder)
    return claimed.effect
