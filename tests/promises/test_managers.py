"""A manager asks "where are we?" and gets the record, on one screen, in their own language, alone."""

from tests.world import World


async def asks(world: World, name: str, what: str = "stato", channel: str = "general") -> str:
    person = world.person(name)
    await person.types(f"/crisis {what}", channel)
    return person.ephemerals[-1].plain


async def test_the_summary_says_what_the_record_says_and_no_more(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate")
    await world.person("anna").presses("Ci penso io", "dm")
    await world.waits(minutes=6)

    early = await asks(world, "elena")

    assert early.splitlines()[0] == "INC-1 casse bloccate — SEV1, 6 min, in analisi"
    assert "Dalle 10:02 · I clienti vedono I pagamenti con carta non funzionano nei nostri negozi" in early
    assert "Chi guida Anna Riva, parla Luca Moretti, livello 1 di 4" in early
    assert "Ai clienti ancora nulla; il primo messaggio entro le 10:12" in early
    assert "Serve da te nulla" in early

    await world.person("luca").presses("Pubblica…", "dm")
    await world.person("luca").submits()
    assert "Serve da te leggere quel che Luca Moretti ha scritto ai clienti" in await asks(world, "elena")
    await world.person("anna").presses("Approva e pubblica", "dm")
    await world.person("anna").types("/crisis compito @bruno rinnovare il certificato", await world.room())
    late = await asks(world, "elena")
    assert "In corso rinnovare il certificato (Bruno Ferri)" in late
    assert "Ai clienti 10:08, puntuale; il prossimo entro le 10:38" in late


async def test_asked_twice_the_same_words_come_whoever_asks(world: World):
    await world.declares("marta", "casse bloccate")
    await world.waits(minutes=3)

    assert await asks(world, "elena") == await asks(world, "elena") == await asks(world, "sofia")


async def test_everyone_is_answered_alone_and_in_their_own_language(world: World):
    await world.declares("marta", "casse bloccate")
    before = len(world.person("marta").sees("general"))

    italian, english = await asks(world, "elena"), await asks(world, "james", "status")

    assert "Dalle 10:02 · I clienti vedono" in italian
    assert "Since 10:02" not in english  # James reads the time of London
    assert "Since 09:02 · Customers see" in english
    assert "nobody leads yet, Luca Moretti speaks, level 1 of 4" in english
    assert world.person("james").ephemerals[-1].ephemeral
    assert len(world.person("marta").sees("general")) == before


async def test_a_word_that_is_late_is_said_to_be_late(world: World):
    await world.declares("marta", "casse bloccate")
    await world.person("anna").presses("Ci penso io", "dm")

    await world.waits(minutes=13)

    assert "il primo messaggio era atteso entro le 10:12: siamo in ritardo di 3 min" in await asks(world, "elena")


async def test_nobody_answering_is_what_a_manager_can_help_with(world: World):
    await world.declares("marta", "casse bloccate")

    await world.waits(minutes=56)

    assert "qualcuno che la prenda" in (await asks(world, "elena")).casefold() or "nessuno ha risposto" in (
        await asks(world, "elena")
    )


async def test_whoever_is_being_called_is_asked_for_their_answer_until_somebody_has_it(world: World):
    await world.declares("marta", "casse bloccate")

    assert "Serve da te la tua risposta alla chiamata" in await asks(world, "bruno")
    assert "Serve da te nulla" in await asks(world, "elena")

    await world.person("anna").presses("Ci penso io", "dm")

    assert "Serve da te nulla" in await asks(world, "bruno")


async def test_with_two_open_each_has_its_line_and_a_number_shows_one(world: World):
    await world.declares("marta", "casse bloccate")
    await world.declares("james", "phones are down")

    every = await asks(world, "elena")

    assert "Ci sono 2 emergenze in corso" in every or "2" in every.splitlines()[0]
    assert "INC-1 casse bloccate" in every
    assert "INC-2 phones are down" in every
    assert (await asks(world, "elena", "stato 2")).startswith("INC-2 phones are down")
    assert await asks(world, "elena", "stato tutti") == every


async def test_with_nothing_open_it_says_so(world: World):
    assert "Nessun" in await asks(world, "elena")


async def test_a_private_incident_is_not_there_for_those_who_are_not_in_it(world: World):
    await world.declares("marta", "casse bloccate", {"Chi può vederlo": ["Riservato"]})

    outside = await asks(world, "tom", "status")

    assert "casse bloccate" not in outside
    assert "No incident is open" in outside
    assert "casse bloccate" not in await asks(world, "tom", "status 1")
    assert "INC-1" in await asks(world, "marta")


async def test_whoever_may_read_what_waits_for_a_second_reader_does_it_in_the_summary(world: World):
    await world.declares("marta", "casse bloccate")
    luca, elena, sofia = world.person("luca"), world.person("elena"), world.person("sofia")
    await luca.presses("Pubblica…", "dm")
    await luca.submits()

    elsewhere = await asks(world, "sofia")
    assert "una seconda lettura di quel che Luca Moretti ha scritto (Elena Ventura e Ada Conti)" in elsewhere
    assert sofia.ephemerals[-1].buttons == ["Partecipo"]
    assert "Serve da te leggere quel che Luca Moretti ha scritto ai clienti" in await asks(world, "elena")
    summary = elena.ephemerals[-1]
    assert summary.mentions("Ci scusiamo")
    assert summary.buttons == ["Approva e pubblica", "Modifica…", "Partecipo"]

    await elena.presses("Approva e pubblica", summary)

    assert elena.ephemerals[-1].mentions("Ai clienti 10:02, puntuale")
    assert [each.approver for each in (await world.newest()).published] == ["elena"]


async def test_a_manager_reads_how_many_tasks_the_summary_leaves_out(world: World):
    await world.declares("marta", "casse bloccate")
    room, anna = await world.room(), world.person("anna")
    for number in range(5):
        await anna.types(f"/crisis compito @bruno prova {number}", room)

    assert "prova 3 (Bruno Ferri) e un altro" in await asks(world, "elena")
    assert "prova 2 (Bruno Ferri) e altri 2" in (await world.card("marta")).plain
