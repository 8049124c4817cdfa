"""`/crisis …`: one file a subcommand, all of them listed here.

Promises that whatever is typed is answered: a command is run, a slip is asked about, all the rest opens the form
that declares. The words are in `messages.grammar`.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.incident import IncidentId
from bot.domain.roster import Roster
from bot.usecases import look
from handlers import forms
from handlers.commands import (
    ack,
    cancel,
    declare,
    decline,
    doc,
    escalate,
    giveback,
    help,
    me,
    merge,
    note,
    now,
    page,
    postmortem,
    public,
    reopen,
    resolve,
    role,
    sev,
    status,
    task,
    update,
    who,
)
from handlers.commands.call import Call, Subcommand, anything
from handlers.commands.grammar import Grammar, Misspelt, Understood
from handlers.commands.later import LATER
from handlers.commands.place import NUMBERED, here_is, placed
from handlers.gesture import Gesture
from handlers.naming import incident_number
from handlers.payload import Payload
from handlers.slack_text import plain
from messages.actions import FIELD_INCIDENT, FORM_NOTE
from messages.help import suggestion

COMMANDS: tuple[Subcommand, ...] = (
    now,
    status,
    who,
    ack,
    decline,
    giveback,
    escalate,
    page,
    role,
    sev,
    update,
    public,
    note,
    task,
    merge,
    resolve,
    cancel,
    reopen,
    postmortem,
    doc,
    me,
    help,
)
OFFERED = tuple(command.NAME for command in COMMANDS)
GRAMMAR = Grammar(declare, COMMANDS, LATER)


def opens_form(payload: Payload, roster: Roster) -> bool:
    """Whether this command leads to the form: nothing is declared before that is submitted."""
    said = GRAMMAR.read(payload.text, roster)
    return isinstance(said, Understood) and said.command is declare


async def heard(gesture: Gesture) -> None:
    """A slash command."""
    await run(gesture, gesture.payload.text)


async def suggested(gesture: Gesture) -> None:
    """COMMAND_SUGGESTION: what was meant."""
    await run(gesture, str(gesture.payload.facts.get("text", "")))


async def picked(gesture: Gesture) -> None:
    """FORM_PICK: the incident is known now; the command goes on from there."""
    facts = gesture.payload.facts
    command = GRAMMAR.command(str(facts.get("command", "")))
    number = gesture.payload.field(FIELD_INCIDENT)
    if not number.isdecimal():
        await gesture.ack()
    elif facts.get("ts"):  # a message that is to be kept: its writer and its time come along
        await forms.show(gesture, FORM_NOTE, **{**facts, "incident": int(number)})
    elif command is not None:
        await command.run(Call(gesture, str(facts.get("text", "")), IncidentId(int(number))))


async def run(gesture: Gesture, text: str) -> None:
    """Do what was typed."""
    said = GRAMMAR.read(text, gesture.reader.roster)
    if isinstance(said, Misspelt):
        await gesture.tell(suggestion(gesture.words, plain(text, gesture.reader.roster), said.correction))
        return
    call = Call(gesture, said.text)
    if await _is_a_report(call, said.command, text):
        await declare.run(replace(call, text=text))
        return
    ready = await placed(call, said.command)
    if ready is not None:
        await said.command.run(ready)


async def _is_a_report(call: Call, command: Subcommand, text: str) -> bool:
    """With nothing open, "update server broken" can only be what somebody says is happening."""
    if not command.NEEDS_INCIDENT or len(text.split()) < 2 or command.fits is not anything:
        return False
    if command.NAME in NUMBERED and incident_number(call.text) is not None:
        return False
    if await here_is(call):
        return False
    return not (await look.overview(call.core, by=call.by, limit=1)).open
