"""Answers to a page: has it, can't, hands over, gives back.

The message that asked is edited by an effect; here only what the person could not know is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.escalation import Page, PageId, PageStatus
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.errors import NotRecorded, Refused
from bot.usecases import by_name, look, respond
from bot.usecases.respond import Answered, Result
from handlers import forms
from handlers.gesture import Gesture
from handlers.naming import colleague
from messages import actions as ids
from messages.page import dm

_UNEXPECTED = frozenset({Result.ALREADY_TAKEN, Result.MOVED_ON, Result.OVER})


async def take(gesture: Gesture) -> None:
    """PAGE_ACK"""
    await _answer(gesture, await respond.acknowledge(gesture.core, _page(gesture), by=gesture.by))


async def decline(gesture: Gesture) -> None:
    """PAGE_DECLINE"""
    await _answer(gesture, await respond.decline(gesture.core, _page(gesture), by=gesture.by))


async def give_back(gesture: Gesture) -> None:
    """PAGE_GIVE_BACK"""
    await _answer(gesture, await respond.give_back(gesture.core, _page(gesture), by=gesture.by))


async def ask_to_whom(gesture: Gesture) -> None:
    """PAGE_HAND_OVER"""
    payload = gesture.payload
    await forms.show(gesture, ids.FORM_HAND_OVER, incident=payload.number("incident"), page=payload.number("page"))


async def hand_over(gesture: Gesture) -> None:
    """FORM_HAND_OVER"""
    heir = colleague(gesture.reader.roster, gesture.payload.field(ids.FIELD_PERSON))
    answered = await by_name.hand_over(gesture.core, _page(gesture), by=gesture.by, to=heir, gesture=gesture.key)
    await _answer(gesture, answered)


async def ring_me(gesture: Gesture) -> None:
    """RING_ME: the trial itself is the answer."""
    await respond.ring_me(gesture.core, by=gesture.by, gesture=gesture.key)
    await gesture.ack()


async def explain(gesture: Gesture, answered: Answered) -> None:
    """How the page stands for this person now."""
    try:
        record = await look.record(gesture.core, answered.incident.id)
    except NotRecorded:
        await gesture.ack()
        return
    await gesture.tell(dm(gesture.words, record, answered.page.id, gesture.reader.person))


def asked_of(record: Record, person: PersonId) -> PageId:
    """The page this person answers: one in which they were called, else the incident's ladder. Never a call of
    somebody else by name: whoever answered that would take what another has."""
    called = {level.page for level in record.levels if person in level.people}
    theirs = [page for page in _going_on(record) if page.id in called or not page.manual]
    pages = sorted(theirs, key=lambda page: (not page.wanted, page.id not in called, page.manual, page.id))
    return _first(record, [page.id for page in pages])


def held_by(record: Record, person: PersonId) -> PageId:
    """The page this person has, else the incident's ladder, which then says whose it is."""
    pages = sorted(_going_on(record), key=lambda page: (person not in page.taken_by, page.manual, page.id))
    return _first(record, [page.id for page in pages])


def _going_on(record: Record) -> Sequence[Page]:
    """Without what rang before the incident was reopened; of one that is over, every page."""
    return [page for page in record.pages if page.status is not PageStatus.CLOSED] or record.pages


def _first(record: Record, pages: list[PageId]) -> PageId:
    if not pages:
        raise Refused("incident_over", incident=record.incident.name)
    return pages[0]


async def _answer(gesture: Gesture, answered: Answered) -> None:
    if answered.result in _UNEXPECTED:
        await explain(gesture, answered)
    await gesture.ack()


def _page(gesture: Gesture) -> PageId:
    return PageId(gesture.payload.number("page"))
