"""`/crisis who [scenario|role]`: who does what, and how to alert them.

With a moment behind it, who would be called then, how and when: `/crisis who tills down sunday at 03:00`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.domain.reachability import policy_for
from bot.domain.rehearsal import Rehearsal
from bot.domain.roster import Roster
from bot.domain.scenario import Scenario, suggest
from bot.domain.severity import Severity
from bot.usecases import look
from handlers import moment
from handlers.commands.call import Call
from messages.blocks import Message
from messages.rehearsal import rehearsal
from messages.who import who

NAME = "who"
ALIASES: tuple[str, ...] = ()
NEEDS_INCIDENT = False
_WORDS = 3
_SEVERITY = re.compile(r"\bsev\s?([1-4])\b", re.I)
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # whether a text ends with a moment does not hang on the day


def fits(text: str, roster: Roster) -> bool:
    about, when, _severity = _read(text, _ANY_DAY)
    return len((about if when else text).split()) <= _WORDS


async def run(call: Call) -> None:
    """The tier that everyone may see; members of the team also get the buttons to private contacts."""
    about, when, severity = _read(call.typed, call.words.local(call.core.clock.now()))
    if when is not None and (told := _rehearsed(call, about, when, severity)):
        await call.gesture.tell(told)
        return
    found = await look.record(call.core, call.incident, by=call.by) if call.incident else None
    reader = call.reader
    member = call.roster.person(reader.person) is not None or call.roster.is_owner(reader.person)
    incident = found.incident if found else None
    await call.gesture.tell(who(call.words, call.roster, incident, call.typed, for_team=member))


def _read(text: str, now: datetime) -> tuple[str, datetime | None, Severity | None]:
    """What it is about, the moment, and the severity, which may stand before or behind the moment."""
    named = _SEVERITY.search(text)
    about, when = moment.split(" ".join(_SEVERITY.sub(" ", text).split()), now)
    return about, when, Severity(int(named[1])) if named else None


def _rehearsed(call: Call, wanted: str, when: datetime, named: Severity | None) -> Message | None:
    """Nothing, when what stands before the moment is no scenario of the plan."""
    roster = call.roster
    scenario = _scenario(roster, wanted)
    if wanted and scenario is None:
        return None
    severity = named or (scenario.severity if scenario else Severity.SEV1)
    policy = policy_for(roster, scenario=scenario.id if scenario else None, severity=severity)
    turns = Rehearsal(policy, roster, severity, call.core.methods).turns(when)
    what = scenario.title.in_(call.words.language) if scenario else ""
    return rehearsal(call.words, roster, turns, what=what, severity=severity, at=when)


def _scenario(roster: Roster, wanted: str) -> Scenario | None:
    """By its short name, by words of its title, or as what people type is understood."""
    if roster.document is None or not wanted:
        return None
    known = roster.document.scenarios
    exact = (
        each for each in known if wanted.casefold() in (each.id, *(t.casefold() for t in each.title.root.values()))
    )
    return next(exact, None) or suggest(wanted, known)
