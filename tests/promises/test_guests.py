"""A guest of the workspace sees and declares; what Slack keeps from guests is said kindly."""

from tests.promises.test_paging import ladder
from tests.world import World, Worlds

BY_HAND = "Slack non ci lascia invitare gli ospiti. Da aggiungere a mano:"


async def test_a_guest_who_wants_to_join_is_told_whom_to_ask_and_is_not_counted(world: World):
    await world.declares("marta", "casse bloccate")
    kenji = world.person("kenji").in_slack
    await kenji.types("/crisis status", "dm")

    await kenji.presses("Join", kenji.ephemerals[-1])
    await world.settles()

    told = kenji.ephemerals[-1]
    assert told.mentions("Slack doesn't let us bring guests into a channel.")
    assert told.mentions("Ask Marta Colombo to invite you to that of INC-1.")
    assert kenji.user_id not in (await world.newest()).involved
    assert all(call.ok for call in world.sandbox.log)


async def test_the_room_is_told_once_which_guest_a_member_must_add_by_hand(worlds: Worlds):
    world = await ladder(worlds, ("slack: U0BRUNO", "slack: U0KENJI"))
    await world.declares("marta", "casse bloccate in tutti i negozi")
    room = await world.room()

    await world.person("kenji").presses("I'm on it", "dm")
    await world.waits(minutes=5)

    lines = [seen for seen in world.person("marta").sees(room) if seen.mentions(BY_HAND)]
    assert len(lines) == 1
    assert lines[0].mentions("@Kenji")
    assert "invitati: Slack" not in (await world.card("marta")).plain
    assert room in world.person("marta").channels, "the others came in"
