"""On a quiet day: who would be called, how and when, if something were declared on Sunday at 03:00."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.demo.stage import EXAMPLE
from bot.usecases import plan
from handlers.moment import split
from tests.plans import read
from tests.world import World, Worlds

BRUNO = 'deputies: [anna]\n    phones: ["+39 320 555 0102"]\n'


async def asks(world: World, name: str, text: str) -> str:
    person = world.person(name)
    await person.types(f"/crisis {text}")
    return str(person.ephemerals[-1].plain)


async def test_the_levels_their_people_their_ways_and_their_times(world: World):
    said = await asks(world, "giulia", "chi casse bloccate domenica alle 03:00")

    assert "Se «Casse bloccate» viene segnalato domenica 15 marzo alle 03:00, SEV1" in said
    assert "1. Prima linea, 03:00" in said
    assert "@Bruno Ferri: su Slack 03:00, per SMS 03:01, per telefono 03:02, per email 03:03" in said
    assert "2. Esperti, 03:05" in said
    assert "@Paolo Grant: su Slack 03:05, per telefono 03:05, per SMS 03:06, per email 03:08" in said
    assert said.index("Prima linea") < said.index("Esperti")


@pytest.mark.parametrize("text", ["who tills sev3 sunday at 03:00", "who tills sunday at 03:00 sev3"])
async def test_the_severity_stands_before_or_behind_the_moment(world: World, text: str):
    said = await asks(world, "tom", text)

    assert "is declared Sunday 15 March at 03:00, SEV3" in said


async def test_in_english_and_without_a_scenario(world: World):
    said = await asks(world, "tom", "who sunday at 03:00")

    assert "If an incident is declared Sunday 15 March at 03:00, SEV1" in said
    assert "Nobody has been called" in said


async def test_nobody_is_called_and_nothing_is_declared(world: World):
    await asks(world, "giulia", "chi casse bloccate domani alle 3")
    await world.waits(minutes=30)

    assert await world.incidents() == ()
    assert world.pages("bruno") == []
    assert world.phone("bruno").messages == []


@pytest.mark.parametrize(
    ("severity", "texted", "held"), [("", "per SMS 03:01", False), (" sev3", "per SMS 07:00 (ore di silenzio)", True)]
)
async def test_what_quiet_hours_hold_back_is_said_with_the_time_at_which_it_leaves(
    worlds: Worlds, severity: str, texted: str, held: bool
):
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.count(BRUNO) == 1
    world = await worlds(plan_saved=False)
    quiet = text.replace(BRUNO, f"{BRUNO}    quiet_hours: 22:00-07:00\n")
    await plan.save_document(world.core, read(quiet), by="tests")

    said = await asks(world, "giulia", f"chi casse bloccate{severity} domenica alle 3")

    [line] = [line for line in said.splitlines() if "@Bruno Ferri" in line]
    assert texted in line
    assert ("ore di silenzio" in line) is held


async def test_who_cannot_be_reached_then_is_named_and_who_stands_in_is_called(worlds: Worlds):
    text = EXAMPLE.read_text(encoding="utf-8").replace(BRUNO, f"{BRUNO}    reachable: [mon-fri 08:00-20:00]\n")
    world = await worlds(plan_saved=False)
    await plan.save_document(world.core, read(text), by="tests")

    said = await asks(world, "giulia", "chi casse bloccate domenica alle 3")

    assert "Non raggiungibili in quel momento: Bruno Ferri" in said
    assert "@Bruno Ferri" not in said
    assert "@Anna Riva: " in said


async def test_words_that_name_no_moment_or_no_scenario_ask_what_they_always_asked(world: World):
    assert "@Bruno Ferri" in await asks(world, "giulia", "chi bruno")
    assert "Nel piano non c'è nulla e nessuno" in await asks(world, "giulia", "chi marziani domenica alle 3")


TUESDAY = datetime(2026, 3, 10, 10, 2, tzinfo=ZoneInfo("Europe/Rome"))


@pytest.mark.parametrize(
    ("typed", "about", "moment"),
    [
        ("tills down sunday at 03:00", "tills down", "2026-03-15T03:00+01:00"),
        ("casse bloccate domenica alle 3", "casse bloccate", "2026-03-15T03:00+01:00"),
        ("tills down on Sunday 3:30", "tills down", "2026-03-15T03:30+01:00"),
        ("lunedi 9.30", "", "2026-03-16T09:30+01:00"),
        ("Lunedì alle 9", "", "2026-03-16T09:00+01:00"),
        ("martedì alle 10", "", "2026-03-17T10:00+01:00"),  # today's is over
        ("martedì alle 11", "", "2026-03-10T11:00+01:00"),
        ("domani alle 3", "", "2026-03-11T03:00+01:00"),
        ("oggi alle 22", "", "2026-03-10T22:00+01:00"),
        ("sito lento 03:00", "sito lento", "2026-03-11T03:00+01:00"),
        ("tom at 9", "tom", "2026-03-11T09:00+01:00"),
        ("casse sev3 dom 03:00", "casse sev3", "2026-03-15T03:00+01:00"),
    ],
)
def test_a_moment_is_understood_as_people_type_it(typed: str, about: str, moment: str):
    assert split(typed, TUESDAY) == (about, datetime.fromisoformat(moment))


@pytest.mark.parametrize("typed", ["", "legale", "casse 3", "domenica", "sunday at 25:00", "negozio 42", "alle tre"])
def test_what_names_no_hour_is_no_moment(typed: str):
    assert split(typed, TUESDAY) == (typed, None)


def test_what_stands_before_a_moment_stays_as_it_was_typed():
    assert split("Straße am Fuß gesperrt SONNTAG sunday at 3", TUESDAY)[0] == "Straße am Fuß gesperrt SONNTAG"


def test_a_moment_is_on_the_writers_own_clock_across_a_clock_change():
    about, moment = split("casse domenica 29 alle 3", TUESDAY)

    assert about == "casse domenica 29"
    assert moment == datetime.fromisoformat("2026-03-11T03:00+01:00")
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=ZoneInfo("Europe/Rome"))
    assert split("domenica alle 4", saturday)[1] == datetime.fromisoformat("2026-03-29T04:00+02:00")
