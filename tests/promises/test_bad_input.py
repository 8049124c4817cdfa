"""Whatever is typed, and whoever types it, is answered: no name breaks, no mention wakes a company."""

import re

import pytest

from bot.domain.incident import Report
from bot.usecases.declare import declare
from tests.world import World

HOSTILE = {
    "a mention of everyone": ("<!channel> casse bloccate <@U0ELENA>", "inc-0001-channel-casse-bloccate-u0elena"),
    "forty thousand characters": ("casse bloccate " * 2_667, "inc-0001-casse-bloccate-casse-bloccate-casse"),
    "right to left": ("\u202ecasse\u200f bloccate\u2066", "inc-0001-casse-bloccate"),
    "only emoji": ("🔥🔥🔥", "inc-0001-incident"),
    "another alphabet": ("データベース", "inc-0001-deetabeesu"),
    "marks": ("*casse* _bloccate_ `&` <https://evil.example|clicca>", "inc-0001-casse-bloccate"),
}


@pytest.mark.parametrize(("typed", "channel"), HOSTILE.values(), ids=HOSTILE)
async def test_hostile_text_gives_a_sane_channel_and_dead_mentions(world: World, typed: str, channel: str):
    marta = world.person("marta")

    await marta.types(f"/crisis {typed}")
    assert await marta.submits() == {}

    room = await world.room()
    assert room.startswith(channel)
    assert re.fullmatch(r"inc-\d{4}(-[a-z0-9]+)+", room)
    assert len(room) <= 80
    sent = [call for call in world.sandbox.log if call.method in ("chat.postMessage", "conversations.setTopic")]
    assert sent
    for call in sent:
        assert "<!channel>" not in str(call.args)
        assert "<@U0ELENA>" not in str(call.args)
        assert "<https://evil" not in str(call.args)
        assert not set("\u202e\u2066\u200f") & set(str(call.args.get("text", "")))
        assert len(str(call.args.get("text", ""))) < 4_000
    assert all(call.ok for call in world.sandbox.log)
    assert len(world.pages("bruno") + world.pages("giulia")) >= 1
    assert len((await world.newest()).incident.title) <= 120


async def test_a_program_that_sends_a_character_which_is_none_declares_all_the_same(any_world: World):
    said = Report("casse bloccate", severity=1, impact="casse\x00ferme")

    declared = await declare(any_world.core, said, by="api", gesture="api:1")

    assert (await any_world.record(declared.incident)).incident.impact == "casse ferme"


async def test_forty_thousand_characters_are_declared_at_once_too(world: World):
    marta = world.person("marta")

    await marta.types("/crisis adesso " + "casse bloccate " * 2_667)

    assert marta.ephemerals[-1].mentions("Stiamo chiamando Bruno Ferri")
    assert all(call.ok for call in world.sandbox.log)


async def test_a_hostile_message_is_a_report_all_the_same(world: World):
    marta, giulia = world.person("marta"), world.person("giulia")
    await marta.types("<!here> " + "casse bloccate " * 200, "negozi")

    await giulia.message_shortcut("declare_from_message", giulia.sees("negozi")[-1])
    await giulia.submits()

    assert "<!here>" not in str([call.args for call in world.sandbox.log if call.method == "chat.postMessage"])
    assert world.last_page("bruno").mentions("casse bloccate")


async def test_a_typo_gets_the_nearest_command_and_declares_nothing(world: World):
    tom = world.person("tom")

    await tom.types("/crisis statsu")

    assert tom.ephemerals[-1].mentions("did you mean")
    assert tom.ephemerals[-1].mentions("Nothing was declared")
    assert tom.form is None
    assert await world.incidents() == ()


async def test_a_guest_declares_and_is_answered_though_slack_keeps_them_out(world: World):
    kenji = world.person("kenji")

    await kenji.types("/crisis now tills down in every store", "dm")

    assert kenji.ephemerals[-1].mentions("Calling Bruno Ferri, Anna Riva and Paolo Grant now")
    room = await world.room()
    assert room in world.person("anna").channels  # one who may not be invited stops nobody
    assert room not in kenji.channels
    assert (await world.card("anna")).mentions("Kenji Mori")


async def test_a_guest_can_t_be_called_by_name(world: World):
    await world.declares("marta", "casse bloccate")

    await world.person("marta").types("/crisis chiama @kenji", await world.room())

    assert world.person("marta").ephemerals[-1].mentions("Gli ospiti non si possono chiamare: scegli un collega.")
    assert world.pages("kenji") == []


async def test_a_deactivated_account_is_passed_over_for_the_deputy_or_the_phone(world: World):
    await world.sandbox.deactivates("bruno")

    await world.declares("marta", "casse bloccate")
    await world.waits(minutes=1)

    assert world.pages("bruno") == []
    assert world.phone("bruno").messages  # the phone in his pocket still rings
    assert await world.room() in world.person("anna").channels
    assert not (await world.card("anna")).mentions("Non è riuscito")


async def test_an_account_deactivated_without_our_knowing_is_reached_by_phone_at_once(world: World):
    world.sandbox.workspace.member("bruno").deleted = True  # and Slack has not told us

    await world.declares("marta", "casse bloccate")

    assert world.pages("bruno") == []
    assert world.phone("bruno").messages[-1].body.startswith("SEV1 INC-1 casse bloccate")
    assert await world.room() in world.person("anna").channels


async def test_somebody_who_is_not_in_the_workspace_is_asked_for_by_name_in_vain(world: World):
    await world.declares("marta", "casse bloccate")

    await world.person("marta").types("/crisis chiama @nessuno", await world.room())

    assert world.person("marta").ephemerals[-1].mentions("Con quel nome non c'è nessuno")


async def test_in_direct_messages_the_command_works_as_anywhere(world: World):
    tom = world.person("tom")

    await tom.types("/crisis tills down in every store", "dm")
    await tom.submits()
    await tom.types("/crisis status", "dm")

    assert "Calling Bruno Ferri" in tom.form.plain
    assert tom.ephemerals[-1].mentions("tills down in every store")


async def test_where_the_bot_is_not_a_member_the_command_works_too(world: World):
    tom = world.person("tom")
    assert world.sandbox.workspace.app.user not in world.sandbox.channel("negozi").members

    await tom.types("/crisis now tills down in every store", "negozi")

    assert tom.ephemerals[-1].mentions("Calling Bruno Ferri")


async def test_an_expired_form_is_kept_and_opened_again(world: World):
    world.sandbox.faults.fail("views.open", "error:expired_trigger_id")
    marta = world.person("marta")

    await marta.types("/crisis casse bloccate in tutti i negozi")
    assert marta.ephemerals[-1].mentions("Il modulo è scaduto. Quello che hai scritto c'è ancora: riaprilo.")
    await marta.presses("Riapri")

    assert "Ecco quello che avevi scritto." in marta.form.plain
    assert marta.form.values["Che cosa succede"] == "casse bloccate in tutti i negozi"
    await marta.submits()
    assert world.last_page("bruno").mentions("casse bloccate in tutti i negozi")


async def test_a_form_that_slack_never_opens_is_kept_too(world: World):
    world.sandbox.faults.fail("views.open", "http500")
    marta = world.person("marta")

    await marta.shortcut("declare_incident")

    assert marta.sees("dm")[-1].mentions("Il modulo è scaduto")
    assert marta.sees("dm")[-1].buttons == ["Riapri"]


async def test_a_message_becomes_a_report_even_when_slack_won_t_say_where_it_is(world: World):
    world.sandbox.faults.fail("chat.getPermalink", "hang", times=None)
    marta = world.person("marta")
    await marta.types("casse bloccate", "negozi")

    await marta.in_slack.message_shortcut("declare_from_message", marta.sees("negozi")[-1])
    await world.sandbox.until(lambda: marta.form)

    assert marta.form.values["Che cosa succede"] == "casse bloccate"
    world.sandbox.faults.clear()


async def test_with_no_team_document_the_owner_is_called_and_told_what_is_missing(worlds):
    world = await worlds(plan_saved=False)
    marta, ada = world.person("marta"), world.person("ada")

    await marta.types("/crisis casse bloccate")
    assert "Il piano anticrisi non c'è ancora: chiamiamo Ada Conti." in marta.form.plain
    await marta.submits()

    assert "Stiamo chiamando Ada Conti" in marta.form.plain
    assert "Il piano anticrisi non c'è ancora" in marta.form.plain
    assert any("Ci penso io" in seen.buttons for seen in ada.sees("dm"))
    assert "nel piano si scrive chi chiamare, per che cosa e in che ordine" in ada.reads("dm")
    assert await world.room() in ada.channels

    await ada.presses("Ci penso io", "dm")

    assert await world.holder() == "U0ADA"
    assert (await world.card("marta")).mentions("Ada Conti ha risposto")


async def test_a_fault_nobody_foresaw_is_a_calm_sentence_and_never_a_traceback(world: World):
    tom = world.person("tom")
    await tom.opens_home()
    world.sandbox.faults.fail("views.publish", "error:invalid_blocks", times=None)

    await tom.chooses("Language", "Italiano", home=True)

    told = tom.reads("dm") + "".join(seen.plain for seen in tom.ephemerals)
    assert "Traceback" not in told
    assert "invalid_blocks" not in told
    assert "Something failed on our side" in told or "Qualcosa" in told
