"""Everything that is done to the bot, as a list: each failpoint at each attempt, stops, clocks, outages, storms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from bot.domain.policy import Method
from bot.engine import failpoints
from tests.crash.scene import Scene

CROWDS = (("sqlite", 1), ("postgresql", 1), ("postgresql", 2), ("postgresql", 4))
STORMED = (("sqlite", 1), ("postgresql", 2), ("postgresql", 4))
SHARED = (("sqlite", 1), ("postgresql", 2))  # of what several incidents or several people share
ATTEMPTS = (1, 2, 3)
PASSAGE = 4  # the first attempts are many: not the very first of them
SEEDS = (1, 2, 3)
HOUR = timedelta(hours=1)
KILLS, A_FEW_KILLS = 100, 20  # of a storm, and of a squall
ORDINARY = Scene()
STORM = Scene(incidents=75, crowd=3)
BY_PHONE = (Method.SMS, Method.VOICE)
IN_ONE_MESSAGE = Scene(incidents=9, methods=BY_PHONE, bundle_within=timedelta(seconds=2), later=3)
WANTING_TWO = Scene(crowd=2, wanted=2)
SQUALL = Scene(incidents=30, crowd=2, methods=BY_PHONE, wanted=2, bundle_within=timedelta(seconds=2))
BESIDE_A_COMMIT = ("before_advance", "before_advance_commit", "after_advance_commit", "after_advance")
"""Where a tick may die. The two in the middle are the harness's own, right before and right after the commit."""
OF_AN_EFFECT = tuple(place for place in failpoints.PLACES if "advance" not in place)


@dataclass(frozen=True)
class Case:
    """What is done to whom. ``outage`` is called with the database's address in the middle of the run."""

    part: str
    name: str
    database: str  # sqlite or postgresql
    replicas: int = 1
    failpoint: str = ""
    takes_from: int = 1  # the attempt from which the other side takes everything
    steps: tuple[tuple[float, timedelta], ...] = ()
    restarts: bool = False  # the database's server does, in the middle of the run
    outage: Callable[[str], None] | None = None
    seed: int | None = None  # a storm's
    kills: int = KILLS  # a storm's, at least
    scene: Scene = ORDINARY

    @property
    def line(self) -> str:
        """By which it is chosen: part, name, database, replicas."""
        return f"{self.part} {self.name} {self.database} {self.replicas}"


def cases(*, quick: bool = False, seeds: Sequence[int] = SEEDS) -> list[Case]:
    """All of them, the storms last; with ``quick`` each thing once on each database."""
    crowds = (CROWDS[0], CROWDS[2]) if quick else CROWDS
    ordinary = [case for crowd in crowds for case in _ordinary(*crowd, quick=quick)]
    company = [case for crowd in SHARED for case in (*_bundled(*crowd, quick=quick), *_wanting_two(*crowd))]
    squalls = [_squall(*crowd, seed) for seed in seeds[:1] for crowd in SHARED]
    return [*ordinary, *company, *squalls, *(_storm(*crowd, seed) for seed in seeds for crowd in STORMED)]


def _ordinary(database: str, replicas: int, *, quick: bool) -> list[Case]:
    found = [Case("undisturbed", "undisturbed", database, replicas)]
    found += [
        _kill(place, n, database, replicas) for place in OF_AN_EFFECT for n in (ATTEMPTS[-1:] if quick else ATTEMPTS)
    ]
    found += [
        _kill_tick(place, hit, database, replicas) for place in BESIDE_A_COMMIT for hit in _ticks(replicas, quick)
    ]
    for place in ("after_claim", "before_send", "after_send"):
        found.append(Case("stops", f"stop {place}", database, replicas, failpoint=f"{place}:5:stop"))
    found.append(Case("clocks", "clock 1 h ahead", database, replicas, steps=((1.5, HOUR),)))
    there_and_back = ((1.5, -HOUR), (6.0, HOUR))  # the hour until the ladder goes on, in no time
    found.append(Case("clocks", "clock 1 h back", database, replicas, steps=there_and_back))
    if database == "postgresql":
        found.append(Case("outages", "connections cut", database, replicas, outage=_cut_connections))
        found.append(Case("outages", "server restarted", database, replicas, restarts=True))
    return found


def _kill(place: str, attempt: int, database: str, replicas: int) -> Case:
    name, where = f"kill {place}, attempt {attempt}", f"{place}@{attempt}:{PASSAGE if attempt == 1 else 1}"
    return Case("kills", name, database, replicas, failpoint=where, takes_from=attempt)


def _kill_tick(place: str, hit: int, database: str, replicas: int) -> Case:
    return Case("kills", f"kill {place}, {_ORDINAL[hit]}", database, replicas, failpoint=f"{place}:{hit}")


_ORDINAL = {1: "first", 2: "second"}


def _ticks(replicas: int, quick: bool) -> tuple[int, ...]:
    """A run has only a few ticks with anything to do, and several replicas share them."""
    return (1,) if quick or replicas > 1 else (1, 2)


def _bundled(database: str, replicas: int, *, quick: bool) -> list[Case]:
    """At every place, while several knocks leave in one message; then half of what it carried is recorded."""
    places = OF_AN_EFFECT[-1:] if quick else OF_AN_EFFECT
    return [
        Case("bundles", f"bundle, {place}", database, replicas, failpoint=place, scene=IN_ONE_MESSAGE)
        for place in places
    ]


def _wanting_two(database: str, replicas: int) -> list[Case]:
    """Where a second answer may come too late to stop what is leaving, or the next level."""
    places = ("after_check:9", "before_send:9", "after_send:9", "before_advance_commit:1", "after_advance_commit:1")
    return [
        Case("several", f"two wanted, {place}", database, replicas, failpoint=place, scene=WANTING_TWO)
        for place in places
    ]


def _squall(database: str, replicas: int, seed: int) -> Case:
    return Case("squall", f"squall, seed {seed}", database, replicas, seed=seed, kills=A_FEW_KILLS, scene=SQUALL)


def _storm(database: str, replicas: int, seed: int) -> Case:
    return Case("storm", f"storm, seed {seed}", database, replicas, seed=seed, scene=STORM)


def _cut_connections(url: str) -> None:
    """As a restarted server or a broken network would."""
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
