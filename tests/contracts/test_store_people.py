"""Who people are and what the plan says: one roster, fresh in every transaction, contacts sealed."""

import sqlite3

import psycopg
import pytest

from bot.domain.people import Person, Phone
from bot.domain.private import EmailAddress, PhoneNumber
from bot.domain.roster import SlackUser
from bot.domain.slugs import PersonId
from bot.domain.team import TeamDocument
from bot.errors import Misconfigured
from bot.storage.store import SqlStore
from tests.contracts.given import BRUNO, MARTA, NOW

PHONE = "+393205550102"
EMAIL = "bruno@example.org"


def a_document(company: str = "Bottega") -> TeamDocument:
    bruno = Person(
        id=PersonId("bruno"), name="Bruno", phones=(Phone(number=PhoneNumber(PHONE)),), email=EmailAddress(EMAIL)
    )
    return TeamDocument(company=company, people=(bruno,))


async def test_before_anybody_is_known_the_roster_is_empty(store: SqlStore):
    async with store.reading() as tx:
        roster = await tx.roster()

    assert roster.document is None
    assert roster.users == {}
    assert roster.default_language == "en"


async def test_the_roster_joins_the_document_with_what_slack_knows(store: SqlStore):
    user = SlackUser("U1", "Marta", "it-IT", "Europe/Rome", is_admin=True, email="marta@example.org")
    async with store.transaction() as tx:
        assert await tx.save_document(a_document(), by=MARTA, note="first", now=NOW) == 1
        await tx.save_users([user, SlackUser("U2", "Old name")])
        await tx.save_users([SlackUser("U2", "New name")])
        await tx.save_group("S1", ("U1", "U2"))
        await tx.choose_language("U1", "en")

    async with store.reading() as tx:
        roster = await tx.roster()

    assert roster.document == a_document()
    assert roster.users == {"U1": user, "U2": SlackUser("U2", "New name")}
    assert roster.groups == {"S1": ("U1", "U2")}
    assert roster.choices == {"U1": "en"}


async def test_a_change_made_by_another_replica_is_seen_at_the_next_transaction(store: SqlStore, open_store):
    other = await open_store()
    async with store.reading() as tx:
        assert (await tx.roster()).document is None

    async with other.transaction() as tx:
        await tx.save_document(a_document(), by=MARTA, note="", now=NOW)

    async with store.reading() as tx:
        assert (await tx.roster()).document == a_document()


async def test_an_unchanged_roster_is_not_read_again(store: SqlStore):
    async with store.transaction() as tx:
        await tx.save_document(a_document(), by=MARTA, note="", now=NOW)

    async with store.reading() as tx:
        first = await tx.roster()
    async with store.reading() as tx:
        assert await tx.roster() is first


async def test_what_was_rolled_back_is_not_remembered(store: SqlStore):
    async def fail_half_way() -> None:
        async with store.transaction() as tx:
            await tx.choose_language("U1", "it")
            assert (await tx.roster()).choices == {"U1": "it"}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_half_way()
    async with store.transaction() as tx:
        await tx.choose_language("U2", "en")

    async with store.reading() as tx:
        assert (await tx.roster()).choices == {"U2": "en"}


async def test_every_version_of_the_document_is_kept(store: SqlStore):
    async with store.transaction() as tx:
        await tx.save_document(a_document("Before"), by=MARTA, note="first", now=NOW)
    async with store.transaction() as tx:
        assert await tx.save_document(a_document("After"), by=BRUNO, note="renamed", now=NOW) == 2

    async with store.reading() as tx:
        versions = await tx.document_versions()

    assert [(each.number, each.saved_by, each.note, each.document.company) for each in versions] == [
        (2, "bruno", "renamed", "After"),
        (1, "marta", "first", "Before"),
    ]


async def test_nobody_who_reads_the_database_reads_a_private_contact(store: SqlStore, any_database_url: str):
    async with store.transaction() as tx:
        await tx.save_document(a_document(), by=MARTA, note="", now=NOW)
        await tx.save_users([SlackUser("U1", "Marta", email=EMAIL)])
        await tx.keep_form("form", {"phone": PHONE}, now=NOW)
    await store.close()

    dump = _dump(any_database_url, "team_version", "slack_user", "kept_form")

    assert "Bottega" in dump
    assert PHONE not in dump
    assert EMAIL not in dump


async def test_contacts_outlive_the_rotation_of_their_key(open_store):
    before = await open_store(secret_keys=("old",))
    async with before.transaction() as tx:
        await tx.save_document(a_document(), by=MARTA, note="", now=NOW)
        await tx.keep_form("form", {"phone": PHONE}, now=NOW)
    await (await open_store(secret_keys=("new", "old"))).reseal()

    after = await open_store(secret_keys=("new",))

    async with after.reading() as tx:
        roster = await tx.roster()
        form = await tx.kept_form("form")
    assert roster.document is not None
    assert roster.document.people[0].phones[0].number.reveal() == PHONE
    assert form == {"phone": PHONE}


async def test_a_store_that_is_only_opened_seals_nothing_anew(open_store):
    before = await open_store(secret_keys=("old",))
    async with before.transaction() as tx:
        await tx.save_document(a_document(), by=MARTA, note="", now=NOW)

    await open_store(secret_keys=("new", "old"))

    async with (await open_store(secret_keys=("old",))).reading() as tx:
        assert (await tx.roster()).document is not None


async def test_keys_are_rotated_past_what_a_lost_key_had_sealed(open_store):
    lost = await open_store(secret_keys=("lost",))
    async with lost.transaction() as tx:
        await tx.save_document(a_document("Before"), by=MARTA, note="", now=NOW)
        await tx.save_users([SlackUser("U1", "Marta", email=EMAIL)])
    later = await open_store(secret_keys=("old",))
    async with later.transaction() as tx:
        await tx.save_document(a_document("After"), by=MARTA, note="", now=NOW)

    await (await open_store(secret_keys=("new", "old"))).reseal()

    after = await open_store(secret_keys=("new",))
    async with after.reading() as tx:
        roster, versions = await tx.roster(), await tx.document_versions()
    assert roster.document is not None
    assert roster.document.people[0].phones[0].number.reveal() == PHONE
    assert roster.users["U1"].email == ""
    assert [(each.document.company, bool(each.document.people[0].phones)) for each in versions] == [
        ("After", True),
        ("Before", False),
    ]


async def test_a_key_that_does_not_fit_says_so(open_store):
    before = await open_store(secret_keys=("old",))
    async with before.transaction() as tx:
        await tx.save_document(a_document(), by=MARTA, note="", now=NOW)
    after = await open_store(secret_keys=("another",))

    async with after.reading() as tx:
        with pytest.raises(Misconfigured, match="SECRET_KEY"):
            await tx.roster()


async def test_no_key_at_all_is_refused(any_database_url: str):
    with pytest.raises(Misconfigured, match="SECRET_KEY"):
        await SqlStore.open(any_database_url, secret_keys=("",), public_url="https://help.example")


async def test_a_form_that_could_not_be_taken_is_kept(store: SqlStore):
    async with store.transaction() as tx:
        await tx.keep_form("form", {"title": "first"}, now=NOW)
        await tx.keep_form("form", {"title": "second", "phone": PHONE}, now=NOW)

    async with store.reading() as tx:
        assert await tx.kept_form("form") == {"title": "second", "phone": PHONE}
        assert await tx.kept_form("other") is None


def _dump(url: str, *tables: str) -> str:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            return "".join(str(file.execute(f"SELECT * FROM {table}").fetchall()) for table in tables)
    with psycopg.connect(url) as server:
        return "".join(str(server.execute(f"SELECT * FROM {table}".encode()).fetchall()) for table in tables)
