"""A page is advanced once, by one of us, whoever looks at the same time."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.escalation import Outcome, PageId, PageStatus, acknowledge, close
from bot.errors import NotFound, Stale
from bot.storage.store import SqlStore
from tests.contracts.given import BRUNO, MARTA, MINUTE, NOW, SECOND, a_knock, a_level, a_page, an_incident, stored_page


async def test_everything_a_page_holds_comes_back(store: SqlStore):
    page = await stored_page(store)
    changed = replace(
        acknowledge(page, by=BRUNO, now=NOW),
        epoch=3,
        loop=2,
        level=4,
        declined=(MARTA,),
        manual=True,
        stands_for=page.id,
    )
    async with store.transaction() as tx:
        await tx.save_pages([changed])

    async with store.reading() as tx:
        found = await tx.page(page.id)

    assert found == replace(changed, version=found.version)


async def test_pages_are_due_on_the_second_and_oldest_first(store: SqlStore):
    async with store.transaction() as tx:
        incident = await an_incident(tx)
        later = await a_page(tx, incident, due_at=NOW)
        sooner = await a_page(tx, incident, due_at=NOW - MINUTE)
        exhausted = await a_page(tx, incident, due_at=NOW, status=PageStatus.EXHAUSTED)
        await a_page(tx, incident, due_at=NOW + SECOND)

    async with store.transaction(gesture=False) as tx:
        assert await tx.claim_due_pages(now=NOW - 2 * MINUTE, limit=10) == ()
        assert [page.id for page in await tx.claim_due_pages(now=NOW, limit=2)] == [sooner.id, later.id]
        assert [page.id for page in await tx.claim_due_pages(now=NOW, limit=9)] == [sooner.id, later.id, exhausted.id]


async def test_an_acknowledged_page_is_not_due_but_will_be_asked_about(store: SqlStore):
    page = await stored_page(store)
    taken = acknowledge(page, by=BRUNO, now=NOW)
    asked_again = taken.ask_again_at
    assert asked_again is not None
    async with store.transaction() as tx:
        await tx.save_pages([taken])

    async with store.transaction(gesture=False) as tx:
        assert await tx.claim_due_pages(now=NOW + 60 * MINUTE, limit=10) == ()
        assert await tx.claim_quiet_pages(now=asked_again - SECOND, limit=10) == ()
        assert [each.id for each in await tx.claim_quiet_pages(now=asked_again, limit=10)] == [page.id]


async def test_two_ticks_at_once_share_the_due_pages(store: SqlStore, open_store):
    async with store.transaction() as tx:
        incident = await an_incident(tx)
        pages = {(await a_page(tx, incident)).id for _ in range(20)}
    other = await open_store()

    claimed = await asyncio.gather(*(_advance(each) for each in (store, other)))

    assert sorted([*claimed[0], *claimed[1]]) == sorted(pages)


async def test_whoever_read_a_page_before_a_tick_took_it_cannot_save_it(store: SqlStore):
    read = await stored_page(store)
    async with store.transaction(gesture=False) as tx:
        (claimed,) = await tx.claim_due_pages(now=NOW, limit=1)
        await tx.save_pages([replace(claimed, level=1, due_at=NOW + MINUTE)])

    with pytest.raises(Stale):
        async with store.transaction() as tx:
            await tx.save_pages([replace(read, level=1)])


async def test_a_level_is_fired_once(store: SqlStore):
    page = await stored_page(store)
    first, second = a_level(page), a_level(page, 2, outcome=Outcome.EMPTY, people=())
    async with store.transaction() as tx:
        assert await tx.add_levels([first]) == (first,)

        assert await tx.add_levels([second, replace(first, people=(MARTA,))]) == (second,)
        assert await tx.add_levels([first, second]) == ()

    async with store.reading() as tx:
        assert await tx.levels_of(page.id) == (first, second)


async def test_a_person_is_asked_about_the_pages_still_wanted(store: SqlStore):
    async with store.transaction() as tx:
        incident = await an_incident(tx)
        asked, taken, other = [await a_page(tx, incident) for _ in range(3)]
        await tx.outbox.enqueue([a_knock(asked), a_knock(taken), a_knock(other, person=MARTA)], now=NOW)
        await tx.save_pages([close(taken)])

    async with store.reading() as tx:
        assert [page.id for page in await tx.wanted_pages_of(BRUNO)] == [asked.id]


async def test_an_answer_link_serves_once_and_not_too_late(store: SqlStore):
    page = await stored_page(store)
    async with store.transaction() as tx:
        for name in ("used", "late"):
            await tx.add_token(name, page=page.id, person=BRUNO, expires=NOW + MINUTE, method="sms")

        assert await tx.use_token("used", now=NOW + MINUTE - SECOND)
        assert not await tx.use_token("used", now=NOW + MINUTE - SECOND)
        assert not await tx.use_token("late", now=NOW + MINUTE)
        assert not await tx.use_token("unknown", now=NOW)

        token = await tx.token("used")
        assert token is not None
        assert (token["page"], token["person"], token["method"]) == (page.id, BRUNO, "sms")
        assert token["used_at"] == NOW + MINUTE - SECOND
        assert await tx.token("unknown") is None


async def test_a_page_that_is_not_there_is_refused(store: SqlStore):
    async with store.reading() as tx:
        with pytest.raises(NotFound):
            await tx.page(PageId(99))


async def _advance(store: SqlStore) -> list[int]:
    done: list[int] = []
    while True:
        async with store.transaction(gesture=False) as tx:
            pages = await tx.claim_due_pages(now=NOW, limit=3)
            await tx.save_pages([replace(page, due_at=NOW + MINUTE) for page in pages])
        if not pages:
            return done
        done += [page.id for page in pages]
