"""Grave words are read by a second person before they leave; in an emergency not, and that is on record."""

import asyncio

from bot.domain.statement import StatementKind, StatementState
from tests.world import World

ITALIAN, ENGLISH = "Ai clienti · italiano", "Ai clienti · inglese"
APPROVE, ALONE, CHANGE = "Approva e pubblica", "Pubblica da te…", "Modifica…"


async def submitted(world: World, name: str = "luca", **texts: str) -> None:
    """The draft as it stands, or other words; the advice is read and left."""
    person = world.person(name)
    await person.presses("Pubblica…", "dm")
    if texts:
        await person.fills({{"it": ITALIAN, "en": ENGLISH}[language]: text for language, text in texts.items()})
    await person.submits()
    if person.form is not None:
        await person.submits()


async def can_approve(world: World) -> list[str]:
    """Who still sees the button in a direct message."""
    names = ("luca", "elena", "ada", "anna", "giulia", "bruno")
    return [name for name in names if any(APPROVE in seen.buttons for seen in world.pages(name))]


async def test_a_sev1_waits_for_a_second_person_and_leaves_once(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate")
    await world.person("anna").presses("Ci penso io", "dm")

    await submitted(world)

    waiting = (await world.newest()).draft
    assert waiting.state is StatementState.AWAITING_APPROVAL
    assert await can_approve(world) == ["elena", "ada", "anna"]
    assert "Luca Moretti ha scritto ai clienti. Leggi: esce quando approvi." in world.last_page("elena").plain
    assert waiting.text("it") in world.last_page("elena").plain
    assert "aspetta l'approvazione" in world.pages("luca")[0].plain
    assert "aspetta l'approvazione" in (await world.card("marta")).plain

    await world.person("elena").presses(APPROVE, "dm")

    said = (await world.newest()).published
    assert [(each.author, each.approver, each.self_approved) for each in said] == [("luca", "elena", False)]
    assert await can_approve(world) == []
    assert "scritta da Luca Moretti, letta anche da Elena Ventura." in world.last_page("ada").plain
    room = world.person("marta").sees(await world.room())
    assert not any(APPROVE in seen.buttons for seen in room)
    [line] = [seen for seen in room if seen.mentions("serve una seconda lettura")]
    assert line.mentions("scritta da Luca Moretti, letta anche da Elena Ventura.")
    assert room[-1].mentions("letto anche da @Elena Ventura")


async def test_of_two_who_approve_at_once_the_slower_is_told_that_it_is_out(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate")
    await submitted(world)
    readers = [world.person(name).in_slack for name in ("elena", "ada")]

    await asyncio.gather(*(reader.presses(APPROVE, "dm") for reader in readers))
    await world.settles()

    record = await world.newest()
    assert [each.self_approved for each in record.published] == [False]
    slower = next(reader for reader in readers if reader.name != record.published[0].approver)
    assert "È già uscita" in slower.ephemerals[-1].plain
    assert await can_approve(world) == []


async def test_nobody_approves_their_own_words_but_in_an_emergency(world: World):
    await world.declares("marta", "casse bloccate")
    await submitted(world)
    luca, room = world.person("luca"), await world.room()

    await luca.presses(APPROVE, room)

    assert (await world.newest()).published == ()
    assert "In emergenza scegli *Pubblica da te…*".replace("*", "") in luca.ephemerals[-1].plain

    await luca.presses(ALONE, room)

    record = await world.newest()
    assert [(each.author, each.approver, each.self_approved) for each in record.published] == [("luca", "luca", True)]
    assert "in emergenza, senza una seconda lettura" in world.person("marta").reads(room)
    assert await can_approve(world) == []
    assert "Luca Moretti l'ha pubblicata da sé, in emergenza." in world.last_page("ada").plain
    assert "letta anche da" not in world.last_page("ada").plain


async def test_whoever_is_no_approver_is_told_so_and_nothing_leaves(world: World):
    await world.declares("marta", "casse bloccate")
    await submitted(world)
    bruno, room = world.person("bruno"), await world.room()

    await bruno.presses(APPROVE, room)

    assert (await world.newest()).published == ()
    assert bruno.ephemerals


async def test_words_that_await_approval_can_be_changed_and_only_the_new_ones_leave(world: World):
    await world.declares("marta", "casse bloccate")
    await submitted(world)
    luca, elena = world.person("luca"), world.person("elena")

    await luca.presses(CHANGE, await world.room())
    assert luca.form.values[ITALIAN].startswith("Ci scusiamo")
    better = "Ci scusiamo: le casse non leggono le carte. Stiamo intervenendo. Prossimo aggiornamento entro le 10:32."
    await luca.fills({ITALIAN: better})
    await luca.submits()

    asked = [seen for seen in world.pages("elena") if seen.mentions("comunicazione") or APPROVE in seen.buttons]
    assert [APPROVE in seen.buttons for seen in asked] == [False, True]
    await elena.presses(APPROVE, "dm")
    assert [each.text("it") for each in (await world.newest()).published] == [better]


async def test_a_false_alarm_takes_back_what_awaits_approval(world: World):
    await world.declares("marta", "casse bloccate")
    await submitted(world)
    assert "elena" in await can_approve(world)
    anna = world.person("anna")

    await anna.types("/crisis annulla", await world.room())
    assert "Quel che Luca Moretti ha scritto ai clienti non è ancora uscito: così viene ritirato." in anna.form.plain
    await anna.fills({"Perché è un falso allarme": "Era una prova"})
    await anna.submits()

    assert await can_approve(world) == []
    [line] = [seen for seen in anna.sees(await world.room()) if seen.mentions("serve una seconda lettura")]
    assert line.mentions("Questa comunicazione è stata ritirata: non è mai uscita.")
    record = await world.newest()
    assert (record.incident.status, record.draft, record.published) == ("cancelled", None, ())


async def test_a_false_alarm_after_a_statement_needs_a_correction(world: World):
    await world.declares("marta", "casse bloccate")
    await submitted(world)
    await world.person("elena").presses(APPROVE, "dm")
    luca = world.person("luca")

    await luca.types("/crisis annulla", await world.room())
    assert luca.form.values["Rettifica ai clienti · italiano"].startswith("Ci scusiamo")
    assert "Rettifica ai clienti · italiano" in luca.form.required
    await luca.fills({"Perché è un falso allarme": "Era una prova"})
    assert not await luca.submits()
    await world.person("elena").presses(APPROVE, "dm")

    record = await world.newest()
    assert record.incident.status == "cancelled"
    assert [each.kind for each in record.published] == [StatementKind.FIRST, StatementKind.CORRECTION]
    assert record.customers_deadline is None


async def test_once_customers_were_told_it_is_not_over_without_a_closing_message(world: World):
    await world.declares("marta", "casse bloccate")
    await submitted(world)
    await world.person("elena").presses(APPROVE, "dm")
    luca = world.person("luca")

    await luca.types("/crisis risolto", await world.room())
    assert {"Messaggio di chiusura ai clienti · italiano", "Come si è risolto"} <= set(luca.form.required)
    await luca.fills({"Come si è risolto": "Rinnovato il certificato"})
    assert not await luca.submits()

    record = await world.newest()
    assert (record.incident.status, record.draft.kind) == ("resolved", StatementKind.CLOSING)
    assert "il messaggio di chiusura ai clienti" in await status_for(world, "elena")
    await world.waits(minutes=30)
    assert "Pubblica…" in world.last_page("luca").buttons or "aspetta" in world.last_page("luca").plain
    await world.person("elena").presses(APPROVE, "dm")
    closed = await world.newest()
    assert closed.published[-1].kind is StatementKind.CLOSING
    assert closed.customers_deadline is None
    assert "Serve da te" not in await status_for(world, "elena")


async def test_when_customers_noticed_nothing_no_closing_message_is_asked(world: World):
    await world.declares("marta", "casse bloccate")
    anna = world.person("anna")

    await anna.types("/crisis risolto", await world.room())
    assert anna.form.required == ["Come si è risolto"]
    await anna.fills({"Come si è risolto": "Era un cavo"})
    assert not await anna.submits()

    record = await world.newest()
    assert (record.incident.status, record.statements) == ("resolved", ())


async def test_the_linter_advises_before_the_words_leave_and_blocks_nothing(world: World):
    await world.declares("marta", "guasto in negozio", {"Gravità": "SEV3 · Un negozio o una funzione in difficoltà."})
    luca = world.person("luca")
    await luca.presses("Pubblica…", "dm")
    await luca.fills({ITALIAN: "Il nostro fornitore ha un guasto, risolto a breve."})

    await luca.submits()

    assert luca.form is not None
    for advice in ("le scuse", "«Il nostro fornitore»", "«a breve»", "prossimo aggiornamento"):
        assert advice.casefold() in luca.form.plain.casefold(), luca.form.plain
    assert (await world.newest()).published == ()
    await luca.submits()
    assert [each.text("it") for each in (await world.newest()).published] == [
        "Il nostro fornitore ha un guasto, risolto a breve."
    ]


async def test_a_sev3_leaves_at_once_without_a_second_person(world: World):
    await world.declares("marta", "guasto in negozio", {"Gravità": "SEV3 · Un negozio o una funzione in difficoltà."})

    await submitted(world)

    said = (await world.newest()).published
    assert [(each.author, each.approver, each.self_approved) for each in said] == [("luca", None, False)]
    assert await can_approve(world) == []


async def test_only_those_who_speak_for_the_company_may_speak(world: World):
    await world.declares("marta", "casse bloccate")
    bruno = world.person("bruno")

    await bruno.types("/crisis pubblica", await world.room())

    assert bruno.form is None
    assert "Luca Moretti" in bruno.ephemerals[-1].plain


async def status_for(world: World, name: str) -> str:
    person = world.person(name)
    await person.types("/crisis stato 1")
    return person.ephemerals[-1].plain


async def test_a_closing_message_that_nobody_has_read_yet_does_not_leave_once_the_incident_is_back(world: World):
    await world.declares("marta", "casse bloccate")
    await world.person("anna").presses("Ci penso io", "dm")
    await submitted(world)
    await world.person("elena").presses(APPROVE, "dm")
    room, anna = await world.room(), world.person("anna")
    await anna.types("/crisis risolto certificato rinnovato", room)
    await anna.submits()
    assert "luca" in await can_approve(world)

    await world.person("marta").types("/crisis riapri", room)

    assert await can_approve(world) == []
    assert not any(APPROVE in seen.buttons for seen in world.person("marta").sees(room))
    assert "aspetta l'approvazione" not in (await world.card("marta")).plain
    reminded = next(seen for seen in reversed(world.pages("luca")) if "Pubblica…" in seen.buttons)
    assert "Ci scusiamo, il problema continua" in reminded.plain
    assert "Da allora funziona regolarmente" not in reminded.plain
