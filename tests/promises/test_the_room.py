"""The incident's place in Slack: opened, furnished piece by piece, or taken from a person's hands."""

import aiohttp

from tests.world import World


async def test_a_name_that_is_taken_is_counted_on(world: World):
    await world.person("tom").in_slack.creates("inc-0001-casse-bloccate")

    await world.declares("marta", "casse bloccate")

    assert await world.room() == "inc-0001-casse-bloccate-2"
    assert world.sandbox.channel("inc-0001-casse-bloccate").members.keys() == {"U0TOM"}
    assert (await world.card("marta")).mentions("casse bloccate")


async def test_where_slack_forbids_channels_a_person_makes_one_and_it_is_used(world: World):
    world.sandbox.faults.fail("conversations.create", "error:restricted_action", times=None)
    marta, ada = world.person("marta"), world.person("ada")

    await world.declares("marta", "casse bloccate")

    for told in (marta, ada):  # who reported it, and who owns the plan
        letter = told.sees("dm")[-1]
        assert letter.mentions("nel vostro workspace possono farlo solo gli amministratori")
        assert letter.mentions("INC-1")
        assert letter.mentions("Bruno Ferri, Anna Riva e Paolo Grant")
        assert letter.mentions("#inc-0001-casse-bloccate")
        assert letter.buttons == ["Usa questo canale"]
    assert world.last_page("bruno").mentions("casse bloccate")
    assert world.person("sofia").sees("incidents")[-1].mentions("casse bloccate")

    await ada.in_slack.creates("inc-0001-casse-bloccate")
    await ada.presses("Usa questo canale", "dm")
    assert ada.ephemerals[-1].mentions("inc-0001-casse-bloccate")  # the bot has not been invited yet
    assert (await world.newest()).incident.room.channel is None

    await ada.in_slack.invites("anticrisi", "inc-0001-casse-bloccate")
    await ada.presses("Usa questo canale", "dm")

    assert await world.room() == "inc-0001-casse-bloccate"
    assert (await world.card("marta")).mentions("casse bloccate")
    assert world.sandbox.channel(await world.room()).topic["value"].startswith("SEV1")
    for name in ("marta", "bruno", "anna", "paolo", "luca"):
        assert await world.room() in world.person(name).channels
    announcements = [seen for seen in world.person("sofia").sees("incidents") if seen.mentions("casse bloccate")]
    assert len(announcements) == 1
    assert announcements[0].mentions("#inc-0001-casse-bloccate")


async def test_a_channel_that_is_another_incident_s_is_not_taken(world: World):
    await world.declares("marta", "casse bloccate")
    taken = await world.room()
    world.sandbox.faults.fail("conversations.create", "error:restricted_action", times=None)
    marta = world.person("marta")

    await world.declares("marta", "sito irraggiungibile")
    await marta.in_slack.creates("inc-0002-sito-irraggiungibile")
    await marta.in_slack.invites("anticrisi", "inc-0002-sito-irraggiungibile")
    await marta.presses("Usa questo canale", "dm")

    first, second = sorted(await world.incidents(), key=lambda incident: incident.id)
    assert first.room.channel_name == taken
    assert second.room.channel_name == "inc-0002-sito-irraggiungibile"


async def test_where_the_announcements_channel_is_missing_everything_else_goes_on(world: World):
    await world.person("ada").in_slack.renames("incidents", "annunci-vecchi")

    await world.declares("marta", "casse bloccate")

    assert (await world.card("marta")).mentions("Non è riuscito: l'annuncio (il canale non c'è")
    assert world.last_page("bruno").mentions("casse bloccate")


async def test_a_bot_put_out_of_the_channel_says_so_and_pages_all_the_same(world: World):
    await world.declares("marta", "casse bloccate")
    room = await world.room()
    world.sandbox.workspace.leave(world.sandbox.channel(room), world.sandbox.workspace.app.user)

    await world.person("anna").types("/crisis chiama @sofia", room)
    await world.person("anna").presses("Ci penso io", "dm")

    assert world.last_page("sofia").mentions("casse bloccate")
    assert await world.holder() == "anna"
    assert (await world.card("marta")).mentions("Non è riuscito: gli inviti (il bot non è nel canale)")


async def test_a_private_incident_tells_nothing_outside_its_channel(world: World):
    await world.declares("sofia", "dati personali rubati", {"Chi può vederlo": ["Riservato"]})

    record = await world.newest()
    room = world.sandbox.channel(await world.room())
    assert record.incident.private
    assert room.is_private
    assert (await world.card("sofia")).mentions("dati personali rubati")
    assert [mark["title"] for mark in room.bookmarks.values()] == ["Entra nella chiamata"]
    for name in record.called:
        page = world.last_page(name)
        assert page.mentions("INC-1")
        assert not page.mentions("dati")
    james = world.person("james")
    assert not any(seen.mentions("INC-1") for seen in james.sees("incidents"))
    await james.opens_home()
    assert "INC-1" not in james.home.plain
    await james.types("/crisis status 1")
    assert james.ephemerals[-1].mentions("There is no such incident, or it is private")
    async with aiohttp.ClientSession() as session:
        public = await session.get(f"{world.stage.app.public_url}/status/{record.incident.public_id}")
        listed = await session.get(f"{world.stage.app.public_url}/status")
        assert public.status == 404
        assert "dati" not in await listed.text()

    await world.waits(minutes=3)

    texts = [text.body for name in record.called for text in world.phone(name).messages]
    assert texts
    assert not any("dati" in text for text in texts)
