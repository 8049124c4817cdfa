"""Words that are written and wait for a reader: the reader is asked again, and nobody is told to write them."""

from bot.domain.statement import StatementKind
from tests.promises.test_approval import ALONE, APPROVE, CHANGE, submitted
from tests.world import World

NO_CHANGE = "Nessuna novità, ci lavoriamo"


def newest(world: World, name: str):
    """The newest reminder that this person has, or notice."""
    return world.last_page(name)


async def waiting(world: World) -> None:
    """Anna leads; Luca has written the first word, and nobody has read it."""
    await world.declares("marta", "casse bloccate")
    await world.person("anna").presses("Ci penso io", "dm")
    await submitted(world)


async def test_its_author_sees_what_is_left_to_do_with_it(world: World):
    await waiting(world)

    assert newest(world, "luca").buttons == [CHANGE, ALONE]
    await world.person("luca").presses(ALONE, "dm")

    assert [each.self_approved for each in (await world.newest()).published] == [True]
    assert newest(world, "luca").buttons == []


async def test_at_the_deadline_every_reader_finds_it_again_with_its_button(any_world: World):
    world = any_world
    await waiting(world)
    await world.waits(seconds=10 * 60 - 1)
    before = {name: len(world.pages(name)) for name in ("elena", "ada", "anna")}
    await world.waits(seconds=1)

    for name, had in before.items():
        seen = newest(world, name)
        assert len(world.pages(name)) == had + 1
        assert seen.mentions("I clienti aspettano notizie adesso")
        assert seen.mentions("L'ha scritta Luca Moretti; nessuno l'ha ancora letta.")
        assert seen.mentions("Ci scusiamo: dalle 10:02 i pagamenti con carta")
        assert seen.buttons == [APPROVE, CHANGE]
    assert newest(world, "luca").mentions("L'hai scritta tu, e nessuno l'ha ancora letta.")
    assert newest(world, "luca").buttons == [CHANGE, ALONE]
    room = world.person("marta").reads(await world.room())
    assert "Quello che ha scritto @Luca Moretti aspetta una seconda lettura." in room

    await world.person("ada").presses(APPROVE, "dm")

    assert [each.approver for each in (await world.newest()).published] == ["ada"]
    for name in ("luca", "elena", "ada", "anna"):
        assert not any(APPROVE in seen.buttons or ALONE in seen.buttons for seen in world.pages(name))


async def test_nobody_is_said_not_to_have_answered_when_a_reader_is_missing(world: World):
    await waiting(world)

    await world.waits(minutes=20)

    for name in ("luca", "giulia", "anna"):
        assert not any(seen.mentions("non ha risposto") for seen in world.pages(name))
        assert not any("Pubblica…" in seen.buttons for seen in world.pages(name))
    assert newest(world, "giulia").mentions("siamo in ritardo di 5 min")
    assert newest(world, "giulia").buttons == [APPROVE, CHANGE]
    assert newest(world, "anna").mentions("siamo in ritardo di 10 min")
    assert newest(world, "anna").buttons == [APPROVE, CHANGE]
    await world.person("giulia").presses(APPROVE, "dm")
    assert [each.approver for each in (await world.newest()).published] == ["giulia"]


async def test_a_closing_message_that_nobody_reads_is_not_replaced_by_no_change(world: World):
    await waiting(world)
    await world.person("elena").presses(APPROVE, "dm")
    await world.waits(minutes=20)
    assert NO_CHANGE in newest(world, "luca").buttons
    anna = world.person("anna")
    await anna.types("/crisis risolto certificato", await world.room())
    await anna.submits()

    await world.waits(minutes=25)

    for name in ("luca", "giulia", "anna", "elena"):
        assert not any(NO_CHANGE in seen.buttons for seen in world.pages(name))
    assert newest(world, "luca").buttons == [APPROVE, CHANGE]
    assert (await world.newest()).draft.kind is StatementKind.CLOSING
    await world.person("luca").presses(APPROVE, "dm")
    assert (await world.newest()).published[-1].kind is StatementKind.CLOSING


async def test_after_the_end_was_told_a_return_is_said_and_not_that_nothing_has_changed(world: World):
    await waiting(world)
    await world.person("elena").presses(APPROVE, "dm")
    room, anna = await world.room(), world.person("anna")
    await anna.types("/crisis risolto certificato", room)
    await anna.submits()
    await world.person("luca").presses(APPROVE, "dm")
    await world.waits(minutes=5)

    await world.person("marta").types("/crisis riapri", room)

    reminded = newest(world, "luca")
    assert reminded.mentions("quello che vi abbiamo detto alle 10:02 non è durato. Il problema è tornato: i pagamenti")
    assert reminded.buttons == ["Pubblica…", "Rimanda…", "Passa a…"]


async def test_whoever_would_take_the_place_of_what_a_colleague_wrote_is_told_first(world: World):
    await world.declares("marta", "casse bloccate")
    anna = world.person("anna")
    await anna.presses("Ci penso io", "dm")
    await anna.types("/crisis pubblica 1")
    assert anna.form.values["Ai clienti · italiano"].startswith("Ci scusiamo"), "a number is an incident's"
    await submitted(world)

    await anna.submits()
    assert "Quello che ha scritto Luca Moretti aspetta l'approvazione." in anna.form.plain
    assert [each.author for each in (await world.newest()).statements] == ["luca"]
    await anna.submits()

    assert (await world.newest()).draft.author == "anna"


async def test_words_begun_while_it_went_on_do_not_leave_unseen_after_the_end(world: World):
    await waiting(world)
    await world.person("elena").presses(APPROVE, "dm")
    luca, anna = world.person("luca"), world.person("anna")
    await luca.types("/crisis pubblica 1")
    await anna.types("/crisis risolto certificato", await world.room())
    await anna.submits()

    await luca.submits()

    assert "INC-1 è finito nel frattempo." in luca.form.plain
    assert (await world.newest()).draft.kind is StatementKind.CLOSING
