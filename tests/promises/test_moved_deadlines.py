"""What customers were promised is kept when the severity changes, the incident ends or goes on in another."""

from datetime import timedelta

from tests.promises.test_approval import APPROVE, submitted
from tests.promises.test_speaking import declared
from tests.promises.test_status_page import visits, words
from tests.world import World

FIRST_ROOM, SECOND_ROOM = "inc-0001-casse-bloccate", "inc-0002-sito-lento"
ASK = "A che punto siamo?"


async def told(world: World, name: str = "elena") -> None:
    """Luca's words of the newest reminder leave."""
    await submitted(world)
    await world.person(name).presses(APPROVE, "dm")


async def test_a_reminder_of_before_the_severity_changed_can_still_be_answered(world: World):
    await declared(world, 3)
    giulia, luca = world.person("giulia"), world.person("luca")

    await giulia.types("/crisis gravità 2", await world.room())
    await luca.presses("Rimanda…", next(seen for seen in world.pages("luca") if "Rimanda…" in seen.buttons))
    await luca.submits()

    assert not luca.ephemerals
    assert "Rimandato: te lo ricordiamo alle 10:04." in world.last_page("luca").plain


async def test_what_customers_were_promised_is_kept_when_it_is_less_grave(world: World):
    await world.declares("marta", "casse bloccate")
    await told(world)

    await world.person("anna").types("/crisis gravità 4", await world.room())

    await world.waits(minutes=20)
    assert (
        "I clienti aspettano notizie tra 10 min, entro le 10:32 (SEV4: come promesso)" in world.last_page("luca").plain
    )


async def test_at_the_least_severity_nobody_is_asked_by_the_clock(world: World):
    await world.declares("marta", "casse bloccate")
    room, anna = await world.room(), world.person("anna")
    await anna.presses("Ci penso io", "dm")

    await anna.types("/crisis gravità 4", room)

    assert "SEV4: avvisiamo i clienti quando cambia qualcosa." in world.last_page("luca").plain
    assert world.last_page("luca").buttons == []
    await world.waits(minutes=28)
    assert ASK not in world.person("marta").reads(room)
    assert "in ritardo" not in (await world.card("marta")).plain


async def test_a_false_alarm_nobody_outside_heard_of_leaves_nothing_to_press(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate")
    anna = world.person("anna")

    await anna.types("/crisis annulla", await world.room())
    await anna.fills({"Perché è un falso allarme": "Era una prova"})
    await anna.submits()

    reminded = next(seen for seen in world.pages("luca") if seen.mentions("L'emergenza è finita."))
    assert not any("Pubblica…" in seen.buttons for seen in world.pages("luca"))
    assert not reminded.mentions("I clienti aspettano notizie")
    luca = world.person("luca")
    await luca.types("/crisis pubblica 1")
    assert luca.form is None
    assert "INC-1 è chiuso" in luca.ephemerals[-1].plain


async def test_customers_who_know_of_one_are_not_left_by_merging_it_into_one_they_do_not_know(world: World):
    await world.declares("marta", "casse bloccate")
    await told(world)
    await world.person("marta").types("/crisis subito sito lento")
    anna = world.person("anna")

    await anna.types("/crisis unisci 2", FIRST_ROOM)

    assert "I clienti sanno di INC-1 e non di INC-2: non abbiamo unito nulla." in anna.ephemerals[-1].plain
    assert "Casse bloccate" in words(await visits(world, "/status"))
    await anna.types("/crisis unisci 1", SECOND_ROOM)
    assert [each.status for each in await world.incidents()] == ["merged", "investigating"]


async def test_of_two_that_customers_know_the_one_that_goes_on_keeps_the_sooner_promise(world: World):
    await world.declares("marta", "casse bloccate")
    await told(world)
    await world.waits(minutes=5)
    await world.person("marta").types("/crisis subito sito lento")
    await told(world)
    assert (await world.newest()).published

    await world.person("anna").types("/crisis unisci 2", FIRST_ROOM)

    first, second = sorted(await world.incidents(), key=lambda each: each.id)
    assert (await world.record(first.id)).customers_deadline is None
    kept = (await world.record(second.id)).customers_deadline
    assert kept.due_at == first.declared_at + timedelta(minutes=30)
    await world.waits(minutes=15)
    assert "SEV1 · sito lento" in world.last_page("luca").plain
    assert "tra 10 min, entro le 10:32" in world.last_page("luca").plain
