"""How long `anticrisi serve` takes until it is ready, and how much memory it then holds."""

from __future__ import annotations

from statistics import median

from tests.bench.crowd import remember
from tests.bench.figures import Figure, Told, milliseconds
from tests.bench.house import House
from tests.bench.serving import Serving, importing, serving
from tests.bench.workspace import RemoteWorkspace, workspace

TITLE = "From start to ready"
MEANING = (
    "`anticrisi serve` is started as a process until /readyz answers 200, on a new database, and on one with a long "
    "past; medians. The first start, which compiles, is not counted: the installation does that. Processor time is "
    "what the start costs however busy the machine is. Beside it, for the past: the same without one; "
    "and once a process that does no more than import the libraries."
)
LIBRARIES = (
    "aiohttp, apscheduler, cryptography.fernet, slack_bolt.async_app, sqlmodel, starlette.applications, structlog, "
    "uvicorn"
)
SECONDS = 2.0
MEGABYTES = 160


async def measure(house: House) -> Told:
    """With no past, then with one."""
    async with workspace() as remote:
        await _start(house, remote, past=0)
        await importing(LIBRARIES, house.folder)  # once to compile
        young, old, floors = [], [], []
        for _ in range(house.sizes.starts):  # by turns, because a machine has faster and slower minutes
            young.append(await _start(house, remote, past=0))
            old.append(await _start(house, remote, past=house.sizes.past_incidents))
            floors.append(await importing(LIBRARIES, house.folder))
        floor = median(floors)
    past = f"{house.sizes.past_incidents:,} past incidents"
    return Told(
        TITLE, MEANING, (*_figures("empty database", young), _beside(floor, young), *_figures(past, old, beside=young))
    )


async def _start(house: House, remote: RemoteWorkspace, *, past: int) -> Serving:
    with house.database("SQLite") as url:
        if past:
            remember(url, closed=past)
        async with serving(remote.surroundings(url), house.folder) as ready:
            return ready


def _figures(what: str, starts: list[Serving], beside: list[Serving] | None = None) -> list[Figure]:
    seconds, cpu, held = _medians(starts)
    before = _medians(beside) if beside else None
    return [
        Figure(
            f"start to ready, {what}",
            milliseconds(seconds),
            milliseconds(before[0]) if before else "",
            seconds / before[0] if before else None,
            f"< {SECONDS:g} s",
            seconds < SECONDS,
        ),
        Figure(
            f"its processor time, {what}",
            milliseconds(cpu),
            milliseconds(before[1]) if before else "",
            cpu / before[1] if before else None,
        ),
        Figure(
            f"resident memory, {what}",
            f"{held:.0f} MB",
            f"{before[2]:.0f} MB" if before else "",
            held / before[2] if before else None,
            f"< {MEGABYTES} MB",
            held < MEGABYTES,
        ),
    ]


def _beside(floor: float, starts: list[Serving]) -> Figure:
    cpu = _medians(starts)[1]
    return Figure("the same beside its libraries", milliseconds(cpu), milliseconds(floor), cpu / floor)


def _medians(starts: list[Serving]) -> tuple[float, float, float]:
    return (
        median(start.seconds for start in starts),
        median(start.cpu for start in starts),
        median(start.resident for start in starts) / 1e6,
    )
