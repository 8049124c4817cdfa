"""Several incidents in one message: whatever their number, one segment, the gravest first, each with its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident import IncidentId
from bot.domain.record import Record
from messages import bundle, gsm
from messages.words import languages, words_for
from tests.domain import records as r

URL = "https://crisis.company.example/ack/0123456789abcdefghijkl"
EN, IT = words_for("en"), words_for("it")


def records(*titles: str, severity: int = 1, **changes: Any) -> list[Record]:
    whole = r.record()
    return [
        replace(
            whole, incident=replace(whole.incident, id=IncidentId(41 + n), title=title, severity=severity, **changes)
        )
        for n, title in enumerate(titles)
    ]


def test_two_are_told_each_with_the_number_that_its_answer_begins_with():
    text = bundle.sms(EN, records("Tills down", "Site slow"), url=URL)

    assert text == f'41 SEV1 Tills down; 42 SEV1 Site slow. Reply "41 1" on it, "41 2" can\'t, or open {URL}'


def test_short_titles_stay_whole_and_long_ones_are_cut_alike():
    text = bundle.sms(EN, records("Tills down in every store of the north", "Site slow"), url=URL)

    assert text.startswith("41 SEV1 Tills down in ev")
    assert "..; 42 SEV1 Site slow. " in text
    assert gsm.septets(text) <= gsm.SEGMENT


def test_titles_give_way_before_incidents_do():
    text = bundle.sms(EN, records(*(f"Something is wrong with {what}" for what in "abcdef")), url=URL)

    assert text.startswith('41 SEV1; 42 SEV1; 43 SEV1; 44 SEV1; 45 SEV1; 46 SEV1. Reply "41 1"')


def test_what_finds_no_room_is_counted():
    text = bundle.sms(EN, records(*(f"Something is wrong with {n}" for n in range(12))), url=URL)

    assert "; ...and " in text
    shown = text.count("SEV1")
    assert f'...and {12 - shown} more. Reply "41 1"' in text
    assert text.endswith(URL)


def test_the_gravest_is_first_and_its_number_is_the_example():
    told = [*records("Site slow", severity=3), *records("", "Tills down", severity=1)[1:]]

    assert bundle.sms(EN, told, url=URL).startswith('42 SEV1 Tills down; 41 SEV3 Site slow. Reply "42 1"')
    assert bundle.voice(EN, told).startswith("Anticrisi. 2 incidents are calling you. Severity one. Tills down.")
    assert bundle.mail(EN, told, url=URL).subject == "SEV1 INC-42 Tills down, and one more"


def test_of_a_private_one_only_gravity_and_number_are_told():
    told = [*records("Tills down"), *records("", "Data stolen", private=True)[1:]]

    mail = bundle.mail(EN, told, url=URL)
    said = [bundle.sms(EN, told, url=URL), bundle.voice(EN, reversed(told)), mail.subject, mail.text]

    assert not any("stolen" in text for text in said)
    assert "42 SEV1 Private" in said[0]


@pytest.mark.parametrize("language", languages())
@given(
    titles=st.lists(st.text(max_size=200), min_size=2, max_size=30),
    url=st.sampled_from(["", URL, f"https://{'a' * 60}.example/ack/0123456789abcdefghijkl"]),
)
def test_one_segment_whatever_was_typed_and_the_link_is_whole(language: str, titles: list[str], url: str):
    text = bundle.sms(words_for(language), records(*titles), url=url)

    assert gsm.fits(text)
    assert text.endswith(url)
