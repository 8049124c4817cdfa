"""Which incident a command means.

Promises: the number that was given; else the incident whose channel this is; else the only one that can be
meant; else a question. Refuses to choose between two, and to touch one that the person may not see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.incident import Incident, IncidentId
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.errors import Refused
from bot.usecases import look
from handlers import forms
from handlers.commands.call import Call, Subcommand
from handlers.naming import incident_number
from messages.actions import FORM_PICK

NUMBERED = frozenset({"ack", "decline", "giveback", "escalate", "public", "resolve", "cancel", "reopen", "postmortem"})
"""Commands after which a number is an incident's."""

OVER = frozenset({"reopen", "postmortem"})
"""Commands about what is over: among the open ones there is nothing to pick."""


def _asked(record: Record, person: PersonId) -> bool:
    """Whether this person was called to it and an answer is still wanted."""
    wanted = {page.id for page in record.pages if page.wanted and person not in page.taken_by}
    return any(level.page in wanted and person in level.people for level in record.levels)


def _holds(record: Record, person: PersonId) -> bool:
    return any(person in page.taken_by for page in record.pages)


CONCERNS: dict[str, Callable[[Record, PersonId], bool]] = {"ack": _asked, "decline": _asked, "giveback": _holds}
"""Commands by which a person answers: of several incidents, the one that they were called to is meant."""


async def placed(call: Call, command: Subcommand) -> Call | None:
    """The call with its incident, or None when the person has been asked which one, or asked to declare."""
    number = incident_number(call.text) if command.NAME in NUMBERED else None
    if number is not None:
        return replace(call, incident=IncidentId(number), text="")
    here = await here_is(call)
    if here is not None:
        return replace(call, incident=here.id, here=True)
    if not command.NEEDS_INCIDENT or call.incident is not None:
        return call
    return await _chosen(call, command)


async def here_is(call: Call) -> Incident | None:
    """The incident in whose channel this was typed."""
    channel = call.gesture.payload.channel
    if not channel or call.incident is not None:
        return None
    return await look.incident_here(call.core, channel)


async def _chosen(call: Call, command: Subcommand) -> Call | None:
    if command.NAME in OVER:
        raise Refused("incident_missing")
    seen = await look.overview(call.core, by=call.by)
    concerns = CONCERNS.get(command.NAME)
    mine = [record for record in seen.open if concerns(record, seen.me)] if concerns else []
    meant = mine or list(seen.open)
    if len(meant) == 1:
        return replace(call, incident=meant[0].incident.id)
    await forms.show(call.gesture, FORM_PICK, command=command.NAME, text=call.text)
    return None
