"""A guest of the workspace sees and declares; what Slack keeps from guests is said kindly."""

from tests.world import World


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
