"""A telephone is enough to say that something is on fire, and one text comes back."""

from __future__ import annotations

import pytest

from bot.demo.stage import EXAMPLE
from bot.domain.timeline import EventKind
from bot.usecases import plan
from messages import gsm
from tests.plans import read
from tests.world import World

TILLS = "casse bloccate in tutti i negozi"
ASKED = "Per segnalare un'emergenza rispondi CRISI e che cosa succede"


async def texts(world: World, name: str, body: str) -> str:
    """Write to the company's number from one's own telephone; what came back."""
    answer: str = await world.phone(name).replies(body, to=world.sandbox.twilio_from)
    await world.settles()
    return answer


async def changed(world: World, was: str, becomes: str) -> None:
    """The plan as it is now, with one thing written otherwise."""
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.count(was) == 1
    await plan.save_document(world.core, read(text.replace(was, becomes)), by="tests")


async def test_a_text_declares_as_its_writer_and_says_who_is_called_and_what_next(any_world: World):
    world = any_world

    answer = await texts(world, "marta", f"crisi {TILLS}")

    [incident] = await world.incidents()
    assert (incident.title, incident.severity, incident.reporter) == (TILLS, 1, "marta")
    assert incident.scenario == "tills_down"
    assert answer.startswith("INC-1 registrato. Stiamo chiamando Bruno Ferri")
    assert "5 min" in answer
    assert gsm.fits(answer)
    assert [text.body for text in world.phone("marta").messages] == [answer]
    assert world.last_page("bruno").mentions(TILLS)
    assert await world.room() in world.person("marta").channels


@pytest.mark.parametrize(
    "body",
    [
        "CRISI casse bloccate",
        "Crisi: casse bloccate",
        "crisi! casse bloccate",
        "crisi adesso casse bloccate",
        "crisi subito, casse bloccate",
        "/crisis now casse bloccate",
        "  crisis casse bloccate  ",
        "crisis\ncasse bloccate",
    ],
)
async def test_the_word_for_it_may_be_written_as_people_write(world: World, body: str):
    await texts(world, "marta", body)

    assert [incident.title for incident in await world.incidents()] == ["casse bloccate"]


@pytest.mark.parametrize(
    "body",
    ["adesso casse bloccate", "c'è una crisi", "crisiamo", "crisis1 casse", "1 crisi casse", "no crisi"],
)
async def test_no_other_word_declares_by_accident(world: World, body: str):
    await texts(world, "marta", body)

    assert await world.incidents() == ()


async def test_an_english_speaker_is_answered_in_english(world: World):
    answer = await texts(world, "james", "crisis tills down in every store")

    assert answer.startswith("INC-1 declared. Calling Bruno Ferri")
    assert "If nobody answers in 5 min" in answer


async def test_one_text_delivered_three_times_is_one_incident(world: World):
    await texts(world, "marta", f"crisi {TILLS}")
    again = {**_last_form(world, "marta")}

    for _ in range(2):
        await world.sandbox.twilio.post(f"{world.sandbox.twilio_webhook_base}/hooks/twilio/sms", again)
    await world.settles()

    record = await world.newest()
    assert len(await world.incidents()) == 1
    assert len(record.happened(EventKind.DECLARED)) == 1
    assert record.happened(EventKind.ALSO_REPORTED) == ()


async def test_two_who_report_the_same_thing_end_in_one_incident(world: World):
    await world.declares("giulia", TILLS)

    answer = await texts(world, "marta", "crisi casse bloccate a Torino")

    [incident] = await world.incidents()
    assert incident.also_reported_by == ("marta",)
    assert answer.startswith("INC-1 era già aperto: ci sei anche tu. Stiamo chiamando")
    assert len(world.pages("bruno")) == 1


async def test_whoever_reports_what_somebody_has_is_told_who(world: World):
    await world.declares("giulia", TILLS)
    await world.person("anna").presses("Ci penso io", "dm")

    answer = await texts(world, "marta", f"crisi {TILLS}")

    assert answer == "INC-1 era già aperto: ci sei anche tu. Ci pensa Anna Riva."


async def test_a_report_is_a_report_while_a_page_waits_for_an_answer(world: World):
    await world.declares("giulia", TILLS)
    await world.waits(minutes=1)

    answer = await texts(world, "anna", "crisi incendio nel magazzino di Bari")

    assert [incident.title for incident in await world.incidents()] == ["incendio nel magazzino di Bari", TILLS]
    assert answer.startswith("INC-2 registrato")
    assert await world.record((await world.incidents())[1].id)
    assert (await world.incidents())[1].commander is None


@pytest.mark.parametrize("number", ["+393331234567", "+390255500100", "+12025550123"])
async def test_a_number_that_is_not_in_the_plan_declares_nothing_and_learns_nothing(world: World, number: str):
    phone = world.phone("marta")
    phone.number = number

    answers = [await texts(world, "marta", body) for body in (f"crisi {TILLS}", "1", "chi siete?")]

    assert answers == ["", "", ""]
    assert await world.incidents() == ()


async def test_a_number_that_changed_hands_speaks_for_whoever_has_it_now(world: World):
    await world.declares("giulia", TILLS)
    await world.waits(minutes=1)
    assert world.phone("bruno").messages
    await changed(world, '    phones: ["+39 320 555 0102"]\n', '    phones: ["+39 320 555 0199"]\n')

    answer = await texts(world, "bruno", "1")

    assert answer == ""
    assert await world.holder() is None
    assert await texts(world, "bruno", "crisi allagamento in sede") == ""
    assert len(await world.incidents()) == 1


async def test_a_telephone_that_two_people_share_reports_as_the_first_and_answers_as_who_was_called(world: World):
    await changed(
        world, '    phones: ["+39 320 555 0101"]\n', '    phones: ["+39 320 555 0103"]\n'
    )  # Marta's is Anna's
    await world.declares("giulia", TILLS)
    await world.waits(minutes=1)

    await texts(world, "anna", "1")
    assert await world.holder() == "anna"
    await texts(world, "anna", "crisi allagamento in sede")

    assert (await world.incidents())[0].reporter == "anna"


async def test_a_text_nobody_understands_is_asked_about_once_a_day(world: World):
    answers = [await texts(world, "marta", "casse bloccate aiuto") for _ in range(3)]

    assert ASKED in answers[0]
    assert answers[1:] == ["", ""]
    assert await world.incidents() == ()
    await world.waits(minutes=24 * 60)
    assert ASKED in await texts(world, "marta", "c'è nessuno?")


async def test_the_word_alone_is_asked_what_is_happening(world: World):
    for _ in range(2):
        assert ASKED in await texts(world, "marta", "CRISI")

    assert await world.incidents() == ()


async def test_whoever_is_called_and_texts_the_word_alone_is_asked_what_else_is_happening(world: World):
    await world.declares("giulia", TILLS)
    await world.waits(minutes=1)

    assert ASKED in await texts(world, "bruno", "crisi")

    assert await world.holder() is None
    assert len(await world.incidents()) == 1


async def test_a_long_text_gives_a_title_of_one_line_and_is_kept_whole_in_the_story(world: World):
    body = "casse bloccate in tutti i negozi della Lombardia " + "e nessuno sa perché " * 20

    await texts(world, "marta", f"crisi {body}")

    record = await world.newest()
    assert record.incident.title.endswith("…")
    assert 100 < len(record.incident.title) <= 120
    [note] = record.happened(EventKind.NOTED)
    assert note.facts["text"] == body.strip()


def _last_form(world: World, name: str) -> dict[str, str]:
    """The call-back that brought this person's last text, as the telephone company sent it."""
    sent = [text for text in world.phone(name).thread if text.direction == "out"][-1]
    return {"MessageSid": sent.id, "From": sent.from_, "To": sent.to, "Body": sent.body, "NumMedia": "0"}
