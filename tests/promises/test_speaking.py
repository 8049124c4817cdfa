"""Customers are spoken to on time: the draft is there, the reminder climbs, lateness is on record."""

from datetime import timedelta

import pytest

from bot.domain.record import Record
from bot.domain.statement import StatementKind
from bot.usecases import plan
from tests.conftest import ventura
from tests.world import World

SEVERITY = "Gravità"
FIRST_WORD = {1: 10, 2: 15, 3: 60}
FOLLOWED = "È seguito un promemoria più recente: rispondi a quello."
USUAL_CADENCE = {1: "30 min", 2: "1 h", 3: "4 h"}


async def declared(world: World, severity: int, title: str = "guasto in negozio") -> Record:
    """Declared by Marta, with a severity of her choice and no scenario; Giulia has it at once."""
    marta = world.person("marta")
    await marta.types(f"/crisis {title}")
    await marta.fills({SEVERITY: next(each for each in marta.form.options(SEVERITY) if f"SEV{severity}" in each)})
    assert not await marta.submits()
    await marta.closes()
    await world.person("giulia").presses("Ci penso io", "dm")
    return await world.newest()


async def publishes(world: World, name: str, **texts: str) -> None:
    """With the button of the newest reminder, as the draft stands; the linter's advice is read and left."""
    person = world.person(name)
    await person.presses("Pubblica…", "dm")
    await person.submits()
    if person.form is not None:
        await person.submits()


def reminders(world: World, name: str) -> list[str]:
    """What this person was asked for on customers' behalf, as it now reads."""
    return [seen.plain for seen in world.pages(name) if "Pubblica…" in seen.buttons]


def ever_reminded(world: World, name: str) -> int:
    """How often this person was asked, those included that a later reminder has followed."""
    followed = [seen for seen in world.pages(name) if seen.mentions(FOLLOWED)]
    return len(reminders(world, name)) + len(followed)


async def test_the_communications_lead_finds_a_first_statement_at_once_apology_first(world: World):

    await world.declares("marta", "casse bloccate in tutti i negozi")

    draft = world.last_page("luca")
    assert draft.mentions("bozza")
    assert "Ci scusiamo: dalle 10:02 i pagamenti con carta non funzionano" in draft.plain
    assert "Finora non abbiamo detto nulla" in draft.plain
    assert draft.buttons == ["Pubblica…", "Rimanda…", "Passa a…"]
    await world.person("luca").presses("Pubblica…", "dm")
    form = world.person("luca").form
    assert form.values["Ai clienti · italiano"].startswith("Ci scusiamo")
    assert form.values["Ai clienti · inglese"].startswith("We're sorry")


@pytest.mark.parametrize("severity", [1, 2, 3])
async def test_the_first_statement_is_due_by_severity_and_then_the_rhythm_is_its_own(worlds, severity):
    world = await worlds(plan_saved=False)
    await plan.save_document(world.core, ventura().model_copy(update={"cadence": {}}), by="tests")

    record = await declared(world, severity)

    first = record.customers_deadline.due_at
    assert first - record.incident.declared_at == timedelta(minutes=FIRST_WORD[severity])
    await publishes(world, "luca")
    if severity < 3:
        await world.person("elena").presses("Approva e pubblica", "dm")
    published = (await world.newest()).published[0]
    every = {1: timedelta(minutes=30), 2: timedelta(hours=1), 3: timedelta(hours=4)}[severity]
    assert (await world.newest()).customers_deadline.due_at - published.published_at == every
    await world.waits(seconds=every.total_seconds() - 600 - 1)
    assert not any("aspettano notizie" in text for text in reminders(world, "luca"))
    await world.waits(seconds=1)
    reminder = world.last_page("luca").plain
    assert "I clienti aspettano notizie tra 10 min, entro le " in reminder
    assert f" (SEV{severity}: ogni {USUAL_CADENCE[severity]})" in reminder


async def test_a_sev4_is_spoken_of_when_something_changes_and_never_by_the_clock(world: World):
    record = await declared(world, 4)

    await world.waits(minutes=6 * 60)

    assert record.customers_deadline is None
    assert not any("aspettano notizie" in seen.plain for seen in world.pages("luca"))


async def test_the_company_s_own_rhythm_takes_the_place_of_the_usual_one(world: World):
    await declared(world, 3)

    await publishes(world, "luca")

    record = await world.newest()
    assert record.customers_deadline.due_at - record.published[0].published_at == timedelta(hours=3)
    assert "Prossimo aggiornamento entro le 13:02" in record.published[0].text("it")


async def test_the_reminder_of_a_first_statement_comes_again_ten_minutes_early(world: World):
    await declared(world, 3)
    assert ever_reminded(world, "luca") == 1

    await world.waits(seconds=50 * 60 - 1)
    assert ever_reminded(world, "luca") == 1
    await world.waits(seconds=1)

    assert ever_reminded(world, "luca") == 2
    assert "tra 10 min" in world.last_page("luca").plain
    assert "Bozza" in world.last_page("luca").plain


async def test_only_the_newest_reminder_of_a_person_is_left_to_answer(world: World):
    await declared(world, 3)
    await world.waits(minutes=60)

    older = [seen for seen in world.pages("luca") if seen.mentions(FOLLOWED)]
    assert len(older) == 2, "that of the declaration, and the early one"
    assert all(seen.buttons == [] for seen in older)
    [newest] = reminders(world, "luca")
    assert "I clienti aspettano notizie adesso" in newest

    await publishes(world, "luca")
    assert not any(seen.mentions(FOLLOWED) for seen in world.pages("luca"))


async def test_the_reminder_of_a_deputy_leaves_the_lead_free_to_answer(world: World):
    await declared(world, 3)
    await world.waits(minutes=65)

    [luca] = reminders(world, "luca")
    assert "I clienti aspettano notizie adesso" in luca
    assert len(reminders(world, "giulia")) == 1


async def test_no_change_is_one_click_and_needs_nobody_s_approval(world: World):
    await world.declares("marta", "casse bloccate")
    await publishes(world, "luca")
    await world.person("elena").presses("Approva e pubblica", "dm")
    await world.waits(minutes=20)
    assert world.last_page("luca").buttons == ["Pubblica…", "Nessuna novità, ci lavoriamo", "Rimanda…", "Passa a…"]

    await world.person("luca").presses("Nessuna novità, ci lavoriamo", "dm")

    said = (await world.newest()).published[-1]
    assert said.kind is StatementKind.NO_CHANGE
    assert "Ci scusiamo per l'attesa. Dalle 10:02 non è cambiato nulla" in said.text("it")
    assert "Nothing has changed since 10:02" in said.text("en")
    assert "Ai clienti alle 10:22, da Luca Moretti" in world.last_page("luca").plain
    assert world.last_page("luca").buttons == []


async def test_a_reminder_put_off_comes_again_and_never_past_the_deadline(world: World):
    await declared(world, 3)
    luca = world.person("luca")
    await world.waits(minutes=50)

    await luca.presses("Rimanda…", "dm")
    offered = luca.form.options("Quando")
    await luca.fills({"Quando": "tra 5 min"})
    await luca.submits()

    assert offered == ["tra 2 min", "tra 5 min", "alla scadenza, 11:02"]
    assert "Rimandato" in world.last_page("luca").plain or "10:57" in world.last_page("luca").plain
    before = len(world.pages("luca"))
    await world.waits(seconds=5 * 60 - 1)
    assert len(world.pages("luca")) == before
    await world.waits(seconds=1)
    assert len(world.pages("luca")) == before + 1
    assert "tra 5 min" in world.last_page("luca").plain
    await luca.presses("Rimanda…", "dm")
    assert luca.form.options("Quando")[-1] == "alla scadenza, 11:02"
    await luca.fills({"Quando": "alla scadenza, 11:02"})
    await luca.submits()
    await world.waits(seconds=5 * 60 - 1)
    assert len(world.pages("luca")) == before + 1
    await world.waits(seconds=1)
    assert "I clienti aspettano notizie adesso" in world.last_page("luca").plain


async def test_whoever_takes_over_gets_the_draft_at_once_and_the_giver_s_reminder_says_so(world: World):
    await world.declares("marta", "casse bloccate")
    luca = world.person("luca")

    await luca.presses("Passa a…", "dm")
    await luca.fills({"A chi": "giulia"})
    await luca.submits()

    assert "Giulia Sarti" in world.last_page("luca").plain
    assert world.last_page("luca").buttons == []
    assert "Bozza" in world.last_page("giulia").plain
    assert "Pubblica…" in world.last_page("giulia").buttons
    assert (await world.newest()).incident.communications_lead == "giulia"
    assert "Comunicazione Giulia Sarti" in (await world.card("marta")).plain
    await world.waits(minutes=10)
    assert "adesso" in world.last_page("giulia").plain
    assert len(reminders(world, "luca")) == 0


async def test_given_back_the_draft_comes_back_too(world: World):
    await world.declares("marta", "casse bloccate")
    luca, giulia = world.person("luca"), world.person("giulia")
    await luca.presses("Passa a…", "dm")
    await luca.fills({"A chi": "giulia"})
    await luca.submits()

    await giulia.presses("Passa a…", "dm")
    await giulia.fills({"A chi": "luca"})
    await giulia.submits()

    assert "Bozza" in world.last_page("luca").plain
    assert "Pubblica…" in world.last_page("luca").buttons
    assert "Pubblica…" not in world.last_page("giulia").buttons


async def test_a_missed_deadline_climbs_from_the_lead_to_the_deputy_to_the_commander(world: World):
    await world.declares("marta", "casse bloccate")
    await world.person("anna").presses("Ci penso io", "dm")
    asked = {name: ever_reminded(world, name) for name in ("luca", "giulia", "anna")}

    async def moved(seconds: float, **expected: int) -> None:
        await world.waits(seconds=seconds)
        now = {name: ever_reminded(world, name) - asked[name] for name in asked}
        assert now == {"luca": 0, "giulia": 0, "anna": 0} | expected

    await moved(10 * 60 - 1)
    await moved(1, luca=1)
    await moved(5 * 60 - 1, luca=1)
    await moved(1, luca=1, giulia=1)
    await moved(5 * 60 - 1, luca=1, giulia=1)
    await moved(1, luca=1, giulia=1, anna=1)
    assert "Luca Moretti non ha risposto" in world.last_page("giulia").plain
    assert "ritardo di 5 min" in world.last_page("giulia").plain or "5 min" in world.last_page("giulia").plain
    assert "10 min" in world.last_page("anna").plain


async def test_a_late_statement_is_said_to_be_late_wherever_it_is_told(world: World):
    await world.declares("marta", "casse bloccate")
    await world.person("anna").presses("Ci penso io", "dm")
    await world.waits(minutes=17)
    assert "in ritardo" in (await world.card("marta")).plain

    await publishes(world, "giulia")
    await world.person("anna").presses("Approva e pubblica", "dm")

    said = (await world.newest()).published[0]
    assert said.published_at - said.due_at == timedelta(minutes=7)
    assert "in ritardo di 7 min" in world.person("marta").reads(await world.room())
    assert "in ritardo di 7 min" in (await status_for(world, "elena"))
    for name in ("luca", "giulia"):
        assert all("Pubblica…" not in seen.buttons for seen in world.pages(name))


async def test_a_graver_severity_brings_the_deadline_nearer(world: World):
    record = await declared(world, 3)
    await world.waits(minutes=5)

    await world.person("giulia").types("/crisis gravità 1", await world.room())

    sooner = (await world.newest()).customers_deadline
    assert sooner.due_at == record.incident.declared_at + timedelta(minutes=15)
    await world.waits(minutes=10)
    assert "adesso" in world.last_page("luca").plain


async def test_of_two_first_statements_at_once_the_second_is_asked_about_and_is_an_update(world: World):
    await declared(world, 3)
    luca, giulia = world.person("luca"), world.person("giulia")
    await luca.presses("Pubblica…", "dm")
    await giulia.types("/crisis pubblica", await world.room())

    await luca.submits()
    await giulia.submits()
    assert "Luca Moretti ha appena avvisato i clienti: «Ci scusiamo" in giulia.form.plain
    assert len((await world.newest()).published) == 1
    await giulia.submits()

    assert [said.kind for said in (await world.newest()).published] == [StatementKind.FIRST, StatementKind.UPDATE]


async def test_the_room_is_asked_for_its_own_update_on_the_rhythm_of_its_severity(world: World):
    await world.declares("marta", "casse bloccate")
    room = await world.room()
    ask = "A che punto siamo?"

    await world.waits(seconds=15 * 60 - 1)
    assert ask not in world.person("marta").reads(room)
    await world.waits(seconds=1)
    assert ask in world.person("marta").reads(room)

    bruno = world.person("bruno")
    await bruno.presses("Aggiorna il canale", room)
    await bruno.fills({"Che cosa c'è di nuovo": "Il certificato è scaduto"})
    await bruno.fills({"A che punto è": "Causa individuata"})
    await bruno.submits()
    assert "Il certificato è scaduto" in world.person("marta").reads(room)
    assert (await world.newest()).incident.status == "identified"


async def status_for(world: World, name: str) -> str:
    person = world.person(name)
    await person.types("/crisis stato")
    return person.ephemerals[-1].plain
