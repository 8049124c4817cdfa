"""When customers read that they hear again by a time, that is the time which counts."""

from tests.promises.test_approval import ITALIAN, submitted
from tests.promises.test_speaking import declared
from tests.promises.test_status_page import visits, words
from tests.world import World


async def due(world: World) -> str:
    """When word is due, in Rome."""
    deadline = (await world.newest()).customers_deadline
    return f"{deadline.due_at.hour + 1}:{deadline.due_at:%M}"


async def test_a_late_approval_does_not_put_off_what_the_words_promise(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate")
    await submitted(world)
    await world.waits(minutes=9)

    await world.person("elena").presses("Approva e pubblica", "dm")

    assert "Prossimo aggiornamento entro le 10:32" in (await world.newest()).published[0].text("it")
    assert await due(world) == "10:32"
    page = words(await visits(world, "/status"))
    assert page.count("Prossimo aggiornamento entro le 10:32") == 2, "beside the words, and in them"
    await world.waits(minutes=11)
    assert "I clienti aspettano notizie tra 10 min, entro le 10:32" in world.last_page("luca").plain


async def test_words_approved_after_the_time_they_name_leave_with_the_true_one(world: World):
    await world.declares("marta", "casse bloccate")
    await submitted(world)
    await world.waits(minutes=35)

    await world.person("elena").presses("Approva e pubblica", "dm")

    said = (await world.newest()).published[0]
    assert said.text("it").endswith("Prossimo aggiornamento entro le 11:07.")
    assert said.text("en").endswith("Next update by 11:07.")
    assert await due(world) == "11:07"


async def test_whoever_promises_word_sooner_is_reminded_of_it_in_time(world: World):
    await declared(world, 3)

    text = "Ci scusiamo: la cassa 2 è ferma. Stiamo verificando. Prossimo aggiornamento entro le 10:40."
    await submitted(world, it=text)

    assert (await world.newest()).published[0].text("it") == text
    assert await due(world) == "10:40"
    await world.waits(minutes=28)
    assert "tra 10 min, entro le 10:40" in world.last_page("luca").plain


async def test_a_time_later_than_the_rhythm_changes_nothing_of_it(world: World):
    await declared(world, 3)

    await submitted(world, it="Ci scusiamo. Stiamo verificando. Prossimo aggiornamento entro le 15:30.")

    assert await due(world) == "13:02"


async def test_a_promise_counts_where_no_rhythm_asks_for_one(world: World):
    await declared(world, 4)
    luca = world.person("luca")
    await luca.types("/crisis pubblica 1")
    await luca.fills(
        {ITALIAN: "Ci scusiamo: una vetrina è spenta. Stiamo riparando. Prossimo aggiornamento alle 12:00."}
    )
    await luca.submits()
    if luca.form is not None:
        await luca.submits()

    assert await due(world) == "12:00"
