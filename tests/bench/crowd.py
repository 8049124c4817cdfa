"""A large company and its past, put into a database by its own statements: a hundred thousand rows in a second.

Writes rows as the product leaves them; knows its tables, and none of its use cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, create_engine, func, insert, literal, literal_column, select, text
from sqlalchemy import Text as SqlText
from sqlalchemy import cast as sql_cast

from bot.domain.people import Person
from bot.domain.policy import Level, Policy, Target
from bot.domain.slugs import PersonId, PolicyId
from bot.domain.team import TeamDocument
from bot.domain.text import Text
from bot.sandbox.cast import BOTTEGA_VENTURA, Cast, CastPerson
from bot.storage.database import normalised
from bot.storage.tables import attempt, effect, event, incident, level_fired, page, statement

PAST = datetime(2026, 1, 5, 9, tzinfo=UTC)
WAIT = timedelta(minutes=5)
_MARK = "somebody"
_EVENTS = 8
_EFFECTS = 6


def cast(size: int) -> Cast:
    """The workspace of a company with that many people."""
    people = tuple(
        CastPerson(f"r{number}", f"Responder {number}", f"r{number}@crowd.example", f"+3932{number:08d}")
        for number in range(size)
    )
    channels = tuple(channel for channel in BOTTEGA_VENTURA.channels if channel.members is None)
    return Cast("Crowd", "crowd", people, channels)


def document(size: int) -> TeamDocument:
    """Its plan: everybody can be reached in Slack."""
    people = tuple(
        Person(id=PersonId(f"r{number}"), name=f"Responder {number}", slack=f"U0R{number}") for number in range(size)
    )
    return TeamDocument(company="Crowd", owners=(PersonId("r0"),), people=people, policies=(_ladder("r0"),))


def remember(url: str, *, closed: int) -> None:
    """Add so many incidents that are over, each with all that it left behind."""
    with _writing(url) as line:
        first = _next_id(line, incident)
        _multiply(line, incident, closed, {**_incident("resolved"), "id": _number(first), "resolved_at": PAST + WAIT})
        _multiply(line, page, closed, {**_page("closed"), "id": _number(first), "incident": _number(first)})
        fired = {
            "page": _number(first),
            "epoch": 1,
            "loop": 1,
            "level": 1,
            "outcome": "paged",
            "people": [],
            "at": PAST,
        }
        _multiply(line, level_fired, closed, fired)
        for number in range(_EFFECTS):
            known = _next_id(line, effect)
            _multiply(line, effect, closed, {**_delivered(first, number), "id": _number(known)})
            tried = {"effect": _number(known), "n": 1, "started": PAST, "ended": PAST, "outcome": "accepted"}
            _multiply(line, attempt, closed, tried)
        for number in range(_EVENTS):
            told = {"incident": _number(first), "seq": number + 1, "at": PAST, "kind": "declared", "facts": {}}
            _multiply(line, event, closed, told)
        _multiply(line, statement, closed, {**_said(), "id": _number(first), "incident": _number(first)})
        _count_on(line)


def ask(url: str, *, pages: int, people: int, due_at: datetime) -> None:
    """Add so many incidents that go on, each with a page whose first level is due then, each for one of ``people``."""
    with _writing(url) as line:
        first = _next_id(line, incident)
        before, after = _ladder(_MARK).model_dump_json().split(_MARK)
        person = literal("r", SqlText) + sql_cast(_I % people, SqlText)
        policy = literal(before, SqlText) + person + literal(after, SqlText)
        _multiply(line, incident, pages, {**_incident("investigating"), "id": _number(first)})
        asked = {**_page("open"), "id": _number(first), "incident": _number(first), "policy": policy, "level": 0}
        _multiply(line, page, pages, {**asked, "due_at": due_at})
        _count_on(line)


def unfinished(url: str, *, now: datetime) -> int:
    """How many effects are due or under way, as somebody else sees it."""
    engine = create_engine(normalised(url))
    due = (effect.c.state == "pending") & (effect.c.next_at <= now)
    with engine.connect() as line:
        count = line.execute(select(func.count()).where(due | (effect.c.state == "sending"))).scalar_one()
    engine.dispose()
    return int(count)


_I: Any = literal_column("n.i")


def _ladder(person: str) -> Policy:
    level = Level(name=Text.of(en="Front line"), targets=(Target.person(person),), wait=WAIT)
    return Policy(id=PolicyId("ladder"), name=Text.of(en="Ladder"), levels=(level,))


def _incident(status: str) -> dict[str, Any]:
    return {
        "public_id": literal("public-", SqlText) + sql_cast(_I, SqlText) + f"-{status}",
        "title": literal("Payments are down in store ", SqlText) + sql_cast(_I, SqlText),
        "severity": 2,
        "status": status,
        "reporter": "r0",
        "declared_at": PAST,
        "started_at": PAST,
        "impact": "",
        "private": False,
        "also_reported_by": [],
        "roles": {},
        "summary": "",
        "version": 1,
    }


def _page(status: str) -> dict[str, Any]:
    return {
        "policy": _ladder("r0"),
        "severity": 2,
        "status": status,
        "started_at": PAST,
        "epoch": 1,
        "loop": 1,
        "level": 1,
        "declined": [],
        "manual": False,
        "version": 1,
    }


def _delivered(first: int, number: int) -> dict[str, Any]:
    return {
        "key": literal(f"past:{number}:", SqlText) + sql_cast(_number(first), SqlText),
        "kind": "TellRoom",
        "payload": {"incident": 1, "seq": number},
        "incident": _number(first),
        "destination": "slack:room:1",
        "lane": "slack:room:1",
        "priority": 3,
        "state": "accepted",
        "again": False,
        "uncertain": False,
        "attempt": 1,
        "failures": 0,
        "next_at": PAST,
        "sent_at": PAST,
        "provider_id": literal("C1:", SqlText) + sql_cast(_I, SqlText),
        "facts": {},
    }


def _said() -> dict[str, Any]:
    said = {"texts": {"en": "We are sorry"}, "drafted_at": PAST, "published_at": PAST, "facts": {}}
    return {"kind": "first", "state": "published", **said}


def _number(first: int) -> Any:
    return _I + (first - 1)


def _next_id(line: Connection, table: Table) -> int:
    return int(line.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1


def _multiply(line: Connection, table: Table, count: int, values: Mapping[str, Any]) -> None:
    """So many rows of these values; what is an expression may speak of ``n.i``, the row's number from 1."""
    numbers = select(literal_column("1").label("i")).cte("n", recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < count))
    each = [
        value if hasattr(value, "compile") else literal(value, table.c[name].type) for name, value in values.items()
    ]
    line.execute(insert(table).from_select(list(values), select(*each).select_from(numbers)))


def _count_on(line: Connection) -> None:
    """PostgreSQL numbers from a counter, which knows nothing of the numbers given here."""
    if line.dialect.name == "postgresql":
        for table in (incident, page, effect, statement):
            counter = f"pg_get_serial_sequence('{table.name}', 'id')"
            line.execute(text(f"SELECT setval({counter}, (SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"))


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    engine = create_engine(normalised(url))
    with engine.begin() as line:
        yield line
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
        line.execute(text("ANALYZE"))
    engine.dispose()
