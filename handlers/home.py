"""The Home tab, and what people say of themselves there: their language, a trial call, a contact they need."""

from __future__ import annotations

from typing import Any

from bot.domain.slugs import PersonId
from bot.domain.team_health import Finding
from bot.usecases import look, plan
from handlers.desk import Desk
from handlers.gesture import Gesture
from handlers.reader import Reader, reader
from messages import actions as ids
from messages.blocks import Block, Message, View
from messages.help import help
from messages.home import home
from messages.plan import contacts
from messages.who import who
from messages.words import words_for


async def opened(gesture: Gesture) -> None:
    """app_home_opened"""
    if gesture.payload.event.get("tab", "home") == "home":
        await publish(gesture.desk, gesture.reader)


async def publish(desk: Desk, person: Reader) -> None:
    """Draw one person's Home tab as things stand now."""
    seen = await look.overview(desk.core, by=person.slack)
    view = _view(desk, person, records=seen.open)
    await desk.slack.views_publish(user_id=person.slack, view=view)


async def choose_language(gesture: Gesture) -> None:
    """LANGUAGE_CHOICE: from the next word on."""
    await plan.choose_language(gesture.core, by=gesture.by, language=gesture.payload.chosen)
    await gesture.ack()
    await publish(gesture.desk, await reader(gesture.desk, gesture.by))


async def show_who(gesture: Gesture) -> None:
    """WHO_OPEN"""
    roster, me = gesture.reader.roster, gesture.reader.person
    member = roster.person(me) is not None or roster.is_owner(me)
    await gesture.tell(who(gesture.words, roster, for_team=member))


async def reveal(gesture: Gesture) -> None:
    """CONTACT_REVEAL: on record before it is shown."""
    person = PersonId(str(gesture.payload.facts.get("person", "")))
    found = await plan.reveal(gesture.core, person, by=gesture.by)
    await gesture.tell(contacts(gesture.words, found))


def findings(desk: Desk, person: Reader) -> tuple[Finding, ...]:
    """What an owner should mend in the plan today; nothing for anybody else."""
    document = person.roster.document
    if document is None or not person.roster.is_owner(person.person):
        return ()
    deactivated = frozenset(user.id for user in person.roster.users.values() if user.deleted)
    today = words_for("en", document.time_zone).local(desk.core.clock.now()).date()
    return document.health(today, deactivated=deactivated)


def about_me(desk: Desk, person: Reader) -> Message:
    """The part of the Home tab that is about the reader, as a message."""
    blocks = _view(desk, person)["blocks"]
    line = help(person.words, "me").text
    return Message(line, _part_with(blocks, ids.LANGUAGE_CHOICE))


def _view(desk: Desk, person: Reader, **shown: Any) -> View:
    return home(
        person.words,
        roster=person.roster,
        me=person.person,
        language=person.words.language,
        findings=findings(desk, person),
        methods=desk.core.methods,
        **shown,
    )


def _part_with(blocks: list[Block], action_id: str) -> list[Block]:
    """From the header above an element to the next header."""
    parts: list[list[Block]] = [[]]
    for block in blocks:
        if block["type"] == "header":
            parts.append([])
        parts[-1].append(block)
    found = (part for part in parts if any(_holds(block, action_id) for block in part))
    return [block for block in next(found, []) if block["type"] != "divider"]


def _holds(block: Block, action_id: str) -> bool:
    return any(element.get("action_id") == action_id for element in block.get("elements", ()))
