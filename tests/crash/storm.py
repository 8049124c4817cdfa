"""The storm: 1,800 knocks, a hundred kills and more, acknowledgements racing throughout, in one run.

Every life of a replica has a fate drawn from the seed: a failpoint at its so-manieth passage. Whoever does not
meet it in time is killed from outside, at whatever it is doing. Each kill lets new incidents in, so that there
is work until the last.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

from bot.domain.escalation import PageId
from tests.crash import scene
from tests.crash.cases import BESIDE_A_COMMIT, OF_AN_EFFECT, Case
from tests.crash.chance import Chance
from tests.crash.replica import Replica
from tests.crash.run import LOOK, House, come_to_rest, house, running
from tests.crash.scene import Scene
from tests.crash.verdict import Verdict

KILLS = 100
SCENE = Scene(incidents=75, crowd=3)
KNOCKS = 1800
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

    async with house(url, folder, SCENE) as here:
        replicas = [Replica(here.replica(n, failpoint=fate()), next_fate=fate) for n in range(case.replicas)]
        answers: list[asyncio.Task[None]] = []
        async with running(replicas):
            await _rage(here, replicas, chance, answers)
            over.set()
            await asyncio.gather(*answers, come_to_rest(here.engine, replicas, patience=PATIENCE))
        kills = sorted(death for replica in replicas for death in replica.deaths)
        return here.judged(kills=kills), len(kills) >= KILLS and SCENE.knocks >= KNOCKS


async def _rage(here: House, replicas: list[Replica], chance: Chance, answers: list[asyncio.Task[None]]) -> None:
    """Kill until there were enough kills and all the work has come in."""
    declared = 0
    patience = monotonic() + chance.between(SHORTEST, LONGEST)
    while (deaths := _deaths(replicas)) < KILLS or declared < SCENE.incidents:
        if declared < SCENE.incidents and declared <= deaths * SCENE.incidents / (0.9 * KILLS):
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
    pages = await here.declare(number)
    taken = pages if scene.is_taken(number) else ()
    answers += [asyncio.create_task(_answer(here, page, after=chance.between(0, ANSWERS_WITHIN))) for page in taken]


async def _answer(here: House, page: PageId, *, after: float) -> None:
    await asyncio.sleep(after)
    await here.take(page)


def _deaths(replicas: list[Replica]) -> int:
    return sum(len(replica.deaths) for replica in replicas)


def _fate(chance: Chance) -> str:
    place = chance.one_of((*OF_AN_EFFECT, *BESIDE_A_COMMIT))
    if place in BESIDE_A_COMMIT:
        return f"{place}:{int(chance.between(1, 4))}"
    return f"{place}:{int(chance.between(1, 60))}"
