"""Tell the owners of the plan that the bot itself is in trouble, and when it no longer is.

Promises one message for each trouble, however many replicas see it and however often they restart: that it was
told stands in the record, behind a lock. Goes round Slack when Slack is what fails; where no owner can be told
otherwise, the second lines are. A trouble that comes and goes is not told again within ten minutes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.effects import WarnOwner
from bot.domain.incident import IncidentId
from bot.domain.own_trouble import OwnTrouble
from bot.domain.policy import Method
from bot.domain.reachability import ways
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.ports import Core, Transaction
from bot.usecases.paging import SECOND_LINE

AGAIN_AFTER: Final = timedelta(minutes=10)
_USUALLY: Final = (Method.SLACK_DM, Method.SMS, Method.EMAIL)
_ROUND_SLACK: Final = (Method.SMS, Method.EMAIL, Method.SLACK_DM)  # a deaf bot can often still speak


@dataclass(frozen=True)
class _Told:
    """What the record knows of the last time: moments in ISO 8601."""

    since: str
    at: str
    round_slack: bool
    over: bool = False


async def tell_begun(core: Core, trouble: OwnTrouble, *, since: datetime, round_slack: bool) -> bool:
    """Tell it, unless that was done. False when it was told so lately that it must wait.

    Raises ``NotRecorded``.
    """
    async with core.store.transaction(gesture=False) as tx:
        now = core.clock.now()
        before = await _locked(tx, trouble, now=now)
        if before and not before.over:
            return True  # by another replica, or before a restart
        if before and timedelta(0) <= now - datetime.fromisoformat(before.at) < AGAIN_AFTER:
            return False
        told = _Told(since.isoformat(), now.isoformat(), round_slack)
        await _tell(core, tx, trouble, told, now=now)
        return True


async def tell_over(core: Core, trouble: OwnTrouble) -> None:
    """Tell whoever was told that it began; nobody when nobody was. Raises ``NotRecorded``."""
    if not await _stands_told(core, trouble):
        return
    async with core.store.transaction(gesture=False) as tx:
        now = core.clock.now()
        before = await _locked(tx, trouble, now=now)
        if before and not before.over:
            await _tell(core, tx, trouble, replace(before, over=True), now=now, until=now.isoformat())


async def _stands_told(core: Core, trouble: OwnTrouble) -> bool:
    """Asked of every trouble at every start: a look, and mostly nothing is written."""
    async with core.store.reading() as tx:
        before = _read(await tx.result_of(_name(trouble)))
    return before is not None and not before.over


async def _tell(
    core: Core, tx: Transaction, trouble: OwnTrouble, told: _Told, *, now: datetime, until: str = ""
) -> None:
    roster = await tx.roster()
    warnings = [
        WarnOwner(IncidentId(0), person, first, tuple(rest), str(trouble), told.since, until)
        for person, (first, *rest) in _whom(core, roster, round_slack=told.round_slack)
    ]
    await tx.outbox.enqueue(warnings, now=now)
    await tx.remember(_name(trouble), json.dumps(asdict(told)))


def _whom(core: Core, roster: Roster, *, round_slack: bool) -> Iterable[tuple[PersonId | None, list[str]]]:
    """Each owner with the ways to try in order; the second lines where no owner has a way that can be trusted."""
    order = _ROUND_SLACK if round_slack else _USUALLY
    sure = False
    for owner in roster.owners():
        able = ways(owner, roster, methods=core.methods)
        ranked = [str(way) for way in order if way in able]
        sure = sure or bool(ranked and not (round_slack and ranked[0] == Method.SLACK_DM))
        if ranked:
            yield owner, ranked
    if not sure:
        yield from ((None, [line]) for line in sorted(core.methods) if line.startswith(SECOND_LINE))


async def _locked(tx: Transaction, trouble: OwnTrouble, *, now: datetime) -> _Told | None:
    name = _name(trouble)
    await tx.lock(name)
    if await tx.first_time(name, now=now):
        return None
    return _read(await tx.result_of(name))


def _read(kept: str | None) -> _Told | None:
    return _Told(**json.loads(kept)) if kept else None


def _name(trouble: OwnTrouble) -> str:
    return f"trouble:{trouble}"
