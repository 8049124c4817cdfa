"""Who may do what: anyone declares, joins and looks; those involved change; some speak, some approve, owners edit."""

from __future__ import annotations

from dataclasses import replace

from bot.usecases import plan
from tests.world import World, Worlds

TILLS = "casse bloccate in tutti i negozi"


async def test_anyone_declares_looks_and_joins(world: World):
    kenji = world.person("kenji")
    await kenji.types("/crisis payment terminals refuse every card", "dm")
    assert not await kenji.submits()
    await kenji.closes()
    record = await world.newest()
    assert record.incident.reporter == kenji.in_slack.user_id
    assert world.pages("bruno")

    await world.person("elena").types("/crisis stato")
    seen = world.person("elena").ephemerals[-1]
    assert seen.mentions("INC-1 payment terminals refuse every card")
    await world.person("elena").presses("Partecipo", seen)
    assert await world.room() in world.person("elena").channels


async def test_whoever_is_not_involved_changes_nothing_until_they_join(world: World):
    await world.declares("marta", TILLS)
    kenji = world.person("kenji")  # the only one of the cast whom the plan does not name; here he is no guest
    await plan.meet(world.core, [replace((await world.newest()).roster.users[kenji.in_slack.user_id], is_guest=False)])

    for command in ("sev 3", "update all is well", "note it was the router", "task call somebody", "resolve", "cancel"):
        await kenji.types(f"/crisis {command}", "dm")
        assert kenji.form is None
        assert kenji.ephemerals[-1].mentions("Only those called to INC-1, or who joined it, can change it.")
    record = await world.newest()
    assert (record.incident.severity, record.incident.open, record.tasks) == (1, True, ())

    await kenji.types("/crisis status", "dm")
    await kenji.presses("Join", kenji.ephemerals[-1])
    await kenji.types("/crisis sev 3", "dm")
    assert (await world.newest()).incident.severity == 3


async def test_everyone_who_is_called_may_change_the_incident(world: World):
    await world.declares("marta", TILLS)
    room = await world.room()

    await world.person("bruno").types("/crisis gravità 2", room)

    assert (await world.newest()).incident.severity == 2


async def test_the_communications_lead_and_whoever_leads_publish_and_nobody_else(world: World):
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("anna").presses("Ci penso io", "dm")

    await world.person("bruno").types("/crisis pubblica", room)
    assert world.person("bruno").form is None
    assert world.person("bruno").ephemerals[-1].mentions("Ai clienti parla Luca Moretti. Chiedi a Luca Moretti")

    for name in ("luca", "anna"):
        person = world.person(name)
        await person.types("/crisis pubblica", room)
        assert person.form is not None
        assert person.form.title == "Primo messaggio"
        await person.closes()


async def test_a_second_person_approves_and_never_the_author(world: World):
    await world.declares("marta", TILLS)
    room = await world.room()
    await world.person("anna").presses("Ci penso io", "dm")
    luca = world.person("luca")
    await luca.types("/crisis pubblica", room)
    await luca.submits()
    if luca.form is not None:
        assert not await luca.submits()

    await luca.presses("Approva e pubblica", room)
    assert luca.ephemerals[-1].mentions("L'hai scritta tu, quindi la approva un'altra persona.")
    await world.person("bruno").presses("Approva e pubblica", room)
    assert world.person("bruno").ephemerals[-1].mentions("Può approvarla chi guida")
    assert not (await world.newest()).published

    await world.person("anna").presses("Approva e pubblica", room)
    assert len((await world.newest()).published) == 1


async def test_owners_see_what_to_mend_in_the_plan_and_how_to_edit_it_and_nobody_else(world: World):
    for name in ("ada", "bruno"):
        await world.person(name).opens_home()
        await world.person(name).types("/crisis piano")

    owner, other = world.person("ada"), world.person("bruno")
    assert "La salute del piano" in owner.home.text
    assert "La salute del piano" not in other.home.text
    assert owner.ephemerals[-1].mentions("Per modificarlo: anticrisi doc export")
    assert owner.ephemerals[-1].mentions("Da sistemare")
    assert other.ephemerals[-1].mentions("Il piano di Bottega Ventura è curato da Ada Conti.")
    assert not other.ephemerals[-1].mentions("Da sistemare")


async def test_a_private_incident_is_seen_by_those_called_and_by_owners(world: World):
    await world.declares("marta", "furto di dati in magazzino", {"Chi può vederlo": ["Riservato"]})

    for name in ("james", "kenji"):
        person = world.person(name)
        await person.types("/crisis status all", "dm")
        assert not person.ephemerals[-1].mentions("furto")
        await person.types("/crisis status 1", "dm")
        assert not person.ephemerals[-1].mentions("furto")
    await world.person("ada").types("/crisis stato 1")
    assert world.person("ada").ephemerals[-1].mentions("furto di dati")
    assert not any(seen.mentions("furto") for seen in world.person("james").sees("incidents"))


async def test_private_contacts_are_for_the_team_in_their_eyes_alone_and_on_record(world: World):
    bruno, kenji = world.person("bruno"), world.person("kenji")

    await kenji.types("/crisis who sofia", "dm")
    public = kenji.ephemerals[-1]
    assert public.mentions("Sofia Neri")
    assert "5550107" not in public.plain.replace(" ", "")
    assert "Contacts…" not in public.buttons

    await bruno.types("/crisis chi sofia")
    assert "5550107" not in bruno.ephemerals[-1].plain.replace(" ", "")
    await bruno.presses("Contatti…", bruno.ephemerals[-1])
    shown = bruno.ephemerals[-1]
    assert shown.ephemeral
    assert "+39 320 555 0107" in shown.plain
    assert shown.mentions("sofia@ventura.example")
    assert shown.mentions("Lo vedi solo tu; la richiesta resta registrata.")
    [reveal] = await world.audits()
    assert (reveal.kind, reveal.by, reveal.facts) == ("contacts_revealed", "bruno", {"of": "sofia"})
    assert not any("5550107" in seen.plain.replace(" ", "") for seen in world.person("anna").sees("general"))


async def test_with_no_team_document_crisis_declares_calls_the_owner_and_says_what_is_missing(
    worlds: Worlds,
):
    world = await worlds(plan_saved=False)
    marta, ada = world.person("marta"), world.person("ada")

    await marta.types(f"/crisis {TILLS}")
    assert "Il piano anticrisi non c'è ancora: chiamiamo Ada Conti." in marta.form.plain
    assert not await marta.submits()
    assert "Chi lo cura sa che cosa manca." in marta.form.plain
    await marta.closes()

    told = "\n".join(seen.plain for seen in world.pages("ada"))
    assert "Il piano non c'è ancora, perciò chiamiamo solo te." in told
    assert await world.room() in ada.channels
    await ada.presses("Ci penso io", "dm")
    assert (await world.newest()).ladder.acknowledged_by == (await world.newest()).incident.commander
    await ada.types("/crisis chi")
    assert ada.ephemerals[-1].mentions("Il piano non c'è ancora.")
    await ada.types("/crisis piano")
    assert ada.ephemerals[-1].mentions("Il piano non c'è ancora.")


async def test_with_no_team_document_and_a_silent_owner_the_reporter_is_told(worlds: Worlds):
    world = await worlds(plan_saved=False)
    await world.declares("marta", TILLS)

    await world.waits(minutes=20)

    assert any(seen.mentions("il piano non indica numeri da chiamare") for seen in world.pages("marta"))
