"""Who is called for something that turns out graver is called as hard as that, and reads how grave it is now."""

from __future__ import annotations

from tests.world import World

SEV3 = {"Gravità": "3"}


def disturbed(world: World, name: str) -> tuple[int, int]:
    """How many texts, and how many calls."""
    return len(world.phone(name).messages), len(world.phone(name).calls)


async def test_whoever_is_asked_without_a_noise_is_rung_when_it_turns_grave(any_world: World):
    world = any_world
    await world.declares("marta", "insegne spente", SEV3)
    await world.waits(seconds=20)
    assert world.last_page("giulia").mentions("SEV3")

    await world.person("marta").types("/crisis gravità 1", await world.room())

    assert disturbed(world, "giulia") == (0, 0), "as if it had been so from the beginning: the text after a minute"
    assert world.last_page("giulia").mentions("SEV1")
    assert len(world.pages("giulia")) == 1
    await world.waits(seconds=40)
    assert disturbed(world, "giulia") == (1, 0)
    assert "SEV1" in world.phone("giulia").messages[0].body
    await world.waits(minutes=1)
    assert disturbed(world, "giulia") == (1, 1)


async def test_whoever_has_waited_longer_than_that_is_rung_at_once_and_once(world: World):
    await world.declares("marta", "insegne spente", SEV3)
    await world.waits(minutes=4)
    assert disturbed(world, "giulia") == (1, 0), "their text after three minutes"

    await world.person("marta").types("/crisis gravità 1", await world.room())

    assert disturbed(world, "giulia") == (1, 1)
    await world.waits(minutes=10)
    assert len(world.phone("giulia").messages) == 1


async def test_whoever_cannot_and_who_has_it_are_left_alone(world: World):
    await world.declares("marta", "insegne spente", SEV3)
    await world.person("tom").presses("Can't", "dm")
    await world.person("giulia").presses("Ci penso io", "dm")

    await world.person("giulia").types("/crisis gravità 1", await world.room())
    await world.waits(minutes=4)

    assert disturbed(world, "giulia") == disturbed(world, "tom") == (0, 0)
    assert world.pages("giulia")[0].mentions("SEV1")
