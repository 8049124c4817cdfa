"""An effect leaves once for each time it was caused, in the order of its urgency, and its receipt is kept."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.effects import (
    OpenChannel,
    PageResponder,
    PostCard,
    PublishStatement,
    RefreshCard,
    RemindSpeaker,
    TellPerson,
    TellRoom,
)
from bot.domain.escalation import Page
from bot.domain.record import Delivery, Knock, Reminded, Trouble
from bot.ports import Receipt
from bot.storage.store import SqlStore
from tests.contracts.given import BRUNO, LEASE, MARTA, MINUTE, NOW, SECOND, a_knock, claim, stored_page


@pytest.fixture
async def page(store: SqlStore) -> Page:
    return await stored_page(store)


async def enqueue(store: SqlStore, *effects, now: datetime = NOW) -> None:
    async with store.transaction() as tx:
        await tx.outbox.enqueue(effects, now=now)


async def record_of(store: SqlStore, page: Page):
    async with store.reading() as tx:
        return await tx.record(page.incident, now=NOW)


async def states(store: SqlStore, page: Page) -> dict[str, str]:
    return {knock.method: knock.state for knock in (await record_of(store, page)).knocks}


async def test_an_effect_enqueued_twice_is_one(store: SqlStore, page: Page):
    await enqueue(store, a_knock(page))
    await enqueue(store, a_knock(page), now=NOW + SECOND)

    (claimed,) = await claim(store, now=NOW + MINUTE)

    assert claimed.effect == a_knock(page)
    assert (claimed.attempt, claimed.failures, claimed.uncertain) == (1, 0, False)
    assert claimed.due_at == NOW
    assert claimed.lease_until == NOW + MINUTE + LEASE
    assert await claim(store, now=NOW + MINUTE) == ()


async def test_an_effect_waits_for_its_second(store: SqlStore, page: Page):
    async with store.transaction() as tx:
        await tx.outbox.schedule([(a_knock(page, "voice"), NOW + MINUTE)], now=NOW)

    assert await claim(store, now=NOW + MINUTE - SECOND) == ()
    assert len(await claim(store, now=NOW + MINUTE)) == 1


async def test_waking_people_goes_before_everything_else(store: SqlStore, page: Page):
    incident = page.incident
    effects = (RefreshCard(incident), OpenChannel(incident), TellPerson(incident, MARTA, "note", "1"), a_knock(page))
    await enqueue(store, *effects)

    first = await claim(store, limit=1)
    rest = await claim(store)

    assert [type(each.effect) for each in (*first, *rest)] == [PageResponder, TellPerson, OpenChannel, RefreshCard]


async def test_a_conversation_gets_one_message_at_a_time_in_order(store: SqlStore, page: Page):
    await enqueue(store, *(TellRoom(page.incident, seq) for seq in (1, 2, 3)), PostCard(page.incident))

    (first,) = await claim(store)
    assert first.effect == TellRoom(page.incident, 1)
    assert await claim(store, busy=frozenset({f"slack:room:{page.incident}"})) == ()
    (second,) = await claim(store)

    assert second.effect == TellRoom(page.incident, 2)


async def test_what_is_busy_is_left_alone(store: SqlStore, page: Page):
    await enqueue(store, a_knock(page, "sms"), a_knock(page, "voice"), OpenChannel(page.incident))

    claimed = await claim(store, busy=frozenset({"paging:sms", "slack:*"}))

    assert [each.effect for each in claimed] == [a_knock(page, "voice")]


async def test_two_dispatchers_share_the_work(store: SqlStore, open_store, page: Page):
    other = await open_store()
    await enqueue(store, *(a_knock(page, level=level) for level in range(30)))

    rounds = await asyncio.gather(*(claim(each, limit=4) for each in (store, other) * 5))

    keys = [each.effect.key for claimed in rounds for each in claimed]
    assert len(keys) == len(set(keys)) == 30


async def test_a_receipt_is_recorded_for_the_attempt_that_holds_the_effect(store: SqlStore, page: Page):
    await enqueue(store, a_knock(page))
    (stale,) = await claim(store)
    (fresh,) = await claim(store, now=stale.lease_until)

    async with store.transaction(gesture=False) as tx:
        assert not await tx.outbox.settle(stale, Receipt("late"), now=NOW)
        assert await tx.outbox.settle(fresh, Receipt("SM1"), now=NOW + SECOND)
        assert not await tx.outbox.settle(fresh, Receipt("again"), now=NOW)

    (knock,) = (await record_of(store, page)).knocks
    where = (page.id, page.epoch, page.loop, 1, BRUNO, "sms")
    assert knock == Knock(*where, "accepted", due_at=NOW, sent_at=NOW + SECOND, provider_id="SM1")


async def test_an_interrupted_effect_is_taken_over_and_stays_in_doubt_until_settled(store: SqlStore, page: Page):
    await enqueue(store, PostCard(page.incident))
    (cut,) = await claim(store)
    assert await claim(store, now=cut.lease_until - SECOND) == ()

    (taken,) = await claim(store, now=cut.lease_until)
    async with store.transaction(gesture=False) as tx:
        assert await tx.outbox.postpone(taken, "ratelimited", until=NOW + MINUTE, now=NOW)
    (again,) = await claim(store, now=NOW + MINUTE)

    assert (taken.attempt, taken.uncertain) == (2, True)
    assert (again.attempt, again.uncertain, again.failures) == (3, True, 2)


async def test_a_dispatcher_does_not_take_over_what_it_holds_itself(store: SqlStore, page: Page):
    await enqueue(store, a_knock(page))
    (held,) = await claim(store)

    assert await claim(store, now=NOW + 60 * MINUTE, busy=frozenset({held.effect.key})) == ()
    assert len(await claim(store, now=NOW + 60 * MINUTE)) == 1


async def test_an_interrupted_public_statement_waits_for_a_person(store: SqlStore, page: Page):
    statement = PublishStatement(page.incident, 1, "status_page")
    await enqueue(store, statement)
    (cut,) = await claim(store)

    assert await claim(store, now=cut.lease_until) == ()
    assert (await record_of(store, page)).deliveries == (Delivery(1, "status_page", "uncertain", error="interrupted"),)

    async with store.transaction() as tx:
        assert await tx.outbox.retry(statement.key, now=NOW)
    (again,) = await claim(store)
    assert not again.uncertain


async def test_a_person_vouches_that_it_is_there(store: SqlStore, page: Page):
    statement = PublishStatement(page.incident, 1, "status_page")
    await enqueue(store, statement)
    (claimed,) = await claim(store)
    async with store.transaction(gesture=False) as tx:
        assert await tx.outbox.doubt(claimed, "timeout", now=NOW)

    async with store.transaction() as tx:
        assert await tx.outbox.accept(statement.key, now=NOW)
        assert not await tx.outbox.accept(statement.key, now=NOW)
        assert not await tx.outbox.retry(statement.key, now=NOW)

    assert (await record_of(store, page)).deliveries == (Delivery(1, "status_page", "accepted"),)


async def test_where_a_statement_can_be_read_is_kept(store: SqlStore, page: Page):
    await enqueue(store, PublishStatement(page.incident, 1, "blog"))
    (claimed,) = await claim(store)

    async with store.transaction(gesture=False) as tx:
        await tx.outbox.settle(claimed, Receipt("p1", {"link": "https://blog.example/1"}, delivered=True), now=NOW)

    assert (await record_of(store, page)).deliveries == (Delivery(1, "blog", "delivered", "https://blog.example/1"),)


async def test_trouble_is_what_has_not_worked_yet_or_never_will(store: SqlStore, page: Page):
    await enqueue(store, OpenChannel(page.incident), PostCard(page.incident), a_knock(page))
    claimed = {type(each.effect): each for each in await claim(store)}

    async with store.transaction(gesture=False) as tx:
        await tx.outbox.postpone(claimed[OpenChannel], "ratelimited", until=NOW + MINUTE, now=NOW)
        await tx.outbox.fail(claimed[PostCard], "not_in_channel", now=NOW)
        await tx.outbox.fail(claimed[PageResponder], "no_such_number", now=NOW)

    record = await record_of(store, page)
    assert record.troubles == (
        Trouble("OpenChannel", "pending", "ratelimited", NOW + MINUTE),
        Trouble("PostCard", "failed", "not_in_channel", None),
    )
    assert record.knocks[0].error == "no_such_number"


async def test_a_failed_effect_is_tried_again_when_a_person_asks(store: SqlStore, page: Page):
    await enqueue(store, OpenChannel(page.incident))
    (claimed,) = await claim(store)
    async with store.transaction(gesture=False) as tx:
        await tx.outbox.fail(claimed, "restricted_action", now=NOW)
        assert await tx.outbox.retry(claimed.effect.key, now=NOW + SECOND)

    (again,) = await claim(store, now=NOW + SECOND)

    assert (again.attempt, again.failures) == (2, 0)


async def test_after_an_acknowledgement_nothing_more_leaves(store: SqlStore, page: Page):
    await enqueue(store, *(a_knock(page, method) for method in ("sms", "voice")), a_knock(page, "email", MARTA))
    (under_way,) = await claim(store, limit=1)

    async with store.transaction() as tx:
        await tx.outbox.cancel_knocks(page.id)

    assert await claim(store) == ()
    assert await states(store, page) == {"sms": "sending", "voice": "cancelled", "email": "cancelled"}
    async with store.transaction(gesture=False) as tx:
        assert await tx.outbox.drop(under_way, now=NOW)


async def test_one_person_may_be_spared_and_the_others_not(store: SqlStore, page: Page):
    await enqueue(store, a_knock(page, "sms"), a_knock(page, "email", MARTA), RefreshCard(page.incident))

    async with store.transaction() as tx:
        await tx.outbox.cancel_knocks(page.id, person=BRUNO)

    assert {each.effect for each in await claim(store)} == {a_knock(page, "email", MARTA), RefreshCard(page.incident)}


async def test_the_next_way_to_a_person_is_due_now(store: SqlStore, page: Page):
    async with store.transaction() as tx:
        later = {"sms": NOW + MINUTE, "voice": NOW + 2 * MINUTE}
        await tx.outbox.schedule([(a_knock(page, method), due) for method, due in later.items()], now=NOW)

        assert await tx.outbox.hasten_knocks(page.id, BRUNO, now=NOW) == 2
        assert await tx.outbox.hasten_knocks(page.id, MARTA, now=NOW) == 0

    assert [each.effect for each in await claim(store)] == [a_knock(page, "sms")]


async def test_only_a_way_that_is_welcome_is_hastened(store: SqlStore, page: Page):
    async with store.transaction() as tx:
        later = {"sms": NOW + MINUTE, "email": NOW + 2 * MINUTE}
        await tx.outbox.schedule([(a_knock(page, method), due) for method, due in later.items()], now=NOW)

        assert await tx.outbox.hasten_knocks(page.id, BRUNO, methods=frozenset({"email"}), now=NOW) == 2

    assert [each.effect for each in await claim(store)] == [a_knock(page, "email")]


async def test_what_waits_is_brought_forward_and_never_put_off(store: SqlStore, page: Page):
    async with store.transaction() as tx:
        later = {"sms": NOW + 10 * MINUTE, "voice": NOW, "email": NOW + 10 * MINUTE}
        await tx.outbox.schedule([(a_knock(page, method), due) for method, due in later.items()], now=NOW)

        sooner = {"sms": NOW, "voice": NOW + MINUTE}
        await tx.outbox.bring_forward([(a_knock(page, method), due) for method, due in sooner.items()])

    assert {each.effect for each in await claim(store)} == {a_knock(page, "sms"), a_knock(page, "voice")}


async def test_edits_are_coalesced_and_happen_anew_when_asked_again(store: SqlStore, page: Page):
    await enqueue(store, RefreshCard(page.incident), RefreshCard(page.incident))
    (first,) = await claim(store)
    async with store.transaction(gesture=False) as tx:
        assert await tx.outbox.settle(first, Receipt("C1:1.0"), now=NOW)
    assert await claim(store) == ()

    await enqueue(store, RefreshCard(page.incident), now=NOW + SECOND)

    (second,) = await claim(store, now=NOW + SECOND)
    assert (second.attempt, second.failures) == (2, 0)


async def test_an_edit_asked_for_while_one_is_under_way_follows_it_and_never_races_it(store: SqlStore, page: Page):
    await enqueue(store, RefreshCard(page.incident))
    (first,) = await claim(store)

    await enqueue(store, RefreshCard(page.incident))
    assert await claim(store) == ()
    async with store.transaction(gesture=False) as tx:
        assert await tx.outbox.settle(first, Receipt(), now=NOW)

    (second,) = await claim(store)
    assert second.effect == first.effect
    async with store.transaction(gesture=False) as tx:
        await tx.outbox.settle(second, Receipt(), now=NOW)
    assert await claim(store) == ()


async def test_an_edit_waiting_after_a_failure_is_hastened_by_a_new_reason(store: SqlStore, page: Page):
    await enqueue(store, RefreshCard(page.incident))
    (first,) = await claim(store)
    async with store.transaction(gesture=False) as tx:
        await tx.outbox.postpone(first, "ratelimited", until=NOW + MINUTE, now=NOW)

    await enqueue(store, RefreshCard(page.incident), now=NOW + SECOND)

    assert len(await claim(store, now=NOW + SECOND)) == 1


async def test_a_providers_word_moves_a_knock_forward_only(store: SqlStore, page: Page):
    await enqueue(store, a_knock(page))
    (claimed,) = await claim(store)
    async with store.transaction(gesture=False) as tx:
        await tx.outbox.settle(claimed, Receipt("SM1"), now=NOW)

    async with store.transaction() as tx:
        assert await tx.outbox.delivered("SM1", "delivered", None, now=NOW) == (a_knock(page),)
        assert await tx.outbox.delivered("SM1", "delivered", None, now=NOW) == ()
        assert await tx.outbox.delivered("SM1", "failed", "30003", now=NOW) == ()
        assert await tx.outbox.delivered("SM9", "delivered", None, now=NOW) == ()
        assert [await tx.outbox.knows(sid) for sid in ("SM1", "SM9")] == [True, False]

    assert await states(store, page) == {"sms": "delivered"}


@pytest.mark.parametrize(("said", "arrived_at"), [("delivered", NOW + MINUTE), ("failed", None)])
async def test_when_it_arrived_is_kept_where_the_provider_says_so(store: SqlStore, page: Page, said, arrived_at):
    await enqueue(store, a_knock(page))
    (claimed,) = await claim(store)
    async with store.transaction(gesture=False) as tx:
        await tx.outbox.settle(claimed, Receipt("SM1"), now=NOW)

    async with store.transaction() as tx:
        await tx.outbox.delivered("SM1", said, None, now=NOW + MINUTE)
        [knock] = (await tx.record(page.incident, now=NOW)).knocks

    assert (knock.sent_at, knock.arrived_at) == (NOW, arrived_at)


async def test_a_reminder_can_be_found_again_to_be_edited(store: SqlStore, page: Page):
    await enqueue(store, RemindSpeaker(page.incident, MARTA, 2, "lead"))
    (claimed,) = await claim(store)
    async with store.transaction(gesture=False) as tx:
        await tx.outbox.settle(claimed, Receipt("D1:5.0"), now=NOW)

    assert (await record_of(store, page)).reminders == (Reminded(MARTA, 2, "lead", "accepted", "D1:5.0"),)


async def test_what_stood_down_is_neither_sent_nor_failed(store: SqlStore, page: Page):
    await enqueue(store, a_knock(page))
    (claimed,) = await claim(store)

    async with store.transaction(gesture=False) as tx:
        await tx.outbox.settle(claimed, Receipt(worked=False), now=NOW)

    assert await states(store, page) == {"sms": "superseded"}


async def test_the_next_thing_due_is_known(store: SqlStore):
    assert await store.next_wake() is None
    page = await stored_page(store, due_at=NOW + MINUTE)
    assert await store.next_wake() == NOW + MINUTE

    async with store.transaction() as tx:
        await tx.outbox.schedule([(a_knock(page), NOW + SECOND)], now=NOW)
        await tx.save_pages([replace(page, due_at=None)])

    assert await store.next_wake() == NOW + SECOND
    await claim(store, now=NOW + SECOND)
    assert await store.next_wake() == NOW + SECOND + LEASE
