"""One incident from the first word to the last, through every room."""

from tests.world import World


async def test_a_declared_incident_pages_the_first_level_at_once(any_world: World):
    world = any_world

    await world.declares("marta", "casse bloccate")

    for name in ("bruno", "anna", "paolo"):
        assert world.last_page(name).mentions("casse bloccate")


async def test_an_acknowledgement_stops_everything_else(any_world: World):
    world = any_world
    await world.declares("marta", "casse bloccate")

    await world.person("anna").presses("Ci penso io", "dm")
    await world.settles()
    await world.waits(minutes=10)

    assert world.phone("bruno").messages == []
    assert world.last_page("bruno").mentions("Anna Riva")
