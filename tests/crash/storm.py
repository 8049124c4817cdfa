"""The storm: 1,800 knocks, a hundred kills and more, acknowledgements racing throughout, in one run.
A squall has a fifth of them.

Every life of a replica has a fate drawn from the seed: a failpoint at its so-manieth passage. Whoever does not
meet it in time is killed from outside, at whatever it is doing. Each kill lets new incidents in, so that there
is work until the last.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

from bot.domain.escalation import PageId
from tests.crash.cases import BESIDE_A_COMMIT, OF_AN_EFFECT, Case
from tests.crash.chance import Chance
from tests.crash.replica import Replica
from tests.crash.run import LOOK, House, come_to_rest, house, running
from tests.crash.scene import Taker
from tests.crash.verdict import Verdict

KNOCKS = 18  # that must arrive, for each kill
PATIENCE = 480.0  # seconds from the last kill until everything must be done
SHORTEST, LONGEST = 0.4, 1.6  # seconds between two kills from outside
ANSWERS_WITHIN = 6.0  # seconds from the declaration; a ladder is climbed in five


async def storm(case: Case, url: str, folder: Path) -> tuple[Verdict, bool]:
    """The verdict, and whether it was a storm: enough kills, enough to deliver. Raises ``Stuck``."""
    assert case.seed is not None, "a storm has a seed"
    chance = Chance(case.seed)
    over = asyncio.Event()

    def fate() -> str:
        return "" if over.is_set() else _fate(chance)

    async with house(url, folder, case.scene) as here:
        replicas = [Replica(here.replica(n, failpoint=fate()), next_fate=fate) for n in range(case.replicas)]
        answers: list[asyncio.Task[None]] = []
        async with running(replicas):
            await _rage(here, replicas, chance, answers, wanted=case.kills)
            over.set()
            await asyncio.gather(*answers, come_to_rest(here.engine, replicas, patience=PATIENCE))
        kills = sorted(death for replica in replicas for death in replica.deaths)
        verdict = here.judged(kills=kills)
        bundled = verdict.bundled > 0 or not here.scene.bundle_within
        return verdict, bundled and len(kills) >= case.kills and here.scene.knocks >= KNOCKS * case.kills


async def _rage(
    here: House, replicas: list[Replica], chance: Chance, answers: list[asyncio.Task[None]], *, wanted: int
) -> None:
    """Kill until there were enough kills and all the work has come in."""
    declared = 0
    patience = monotonic() + chance.between(SHORTEST, LONGEST)
    while (deaths := _deaths(replicas)) < wanted or declared < here.scene.incidents:
        if declared < here.scene.incidents and declared <= deaths * here.scene.incidents / (0.9 * wanted):
            await _declare(here, declared, chance, answers)
            declared += 1
            continue
        if monotonic() > patience:
            chance.one_of(replicas).kill()
        await asyncio.sleep(LOOK / 2)
        for replica in replicas:
            replica.look_after()
        if _deaths(replicas) > deaths:
            patience = monotonic() + chance.between(SHORTEST, LONGEST)


async def _declare(here: House, number: int, chance: Chance, answers: list[asyncio.Task[None]]) -> None:
    taken = [(page, by) for page in await here.declare(number) for by in here.scene.takers(number)]
    answers += [asyncio.create_task(_answer(here, *each, after=chance.between(0, ANSWERS_WITHIN))) for each in taken]


async def _answer(here: House, page: PageId, by: Taker, *, after: float) -> None:
    await asyncio.sleep(after)
    await here.take(page, by)


def _deaths(replicas: list[Replica]) -> int:
    return sum(len(replica.deaths) for replica in replicas)


def _fate(chance: Chance) -> str:
    place = chance.one_of((*OF_AN_EFFECT, *BESIDE_A_COMMIT))
    if place in BESIDE_A_COMMIT:
        return f"{place}:{int(chance.between(1, 4))}"
    return f"{place}:{int(chance.between(1, 60))}"
