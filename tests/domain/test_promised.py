"""A time that customers were promised is read from the words, and mended once it has passed."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.promised import promised, put_right

TEN = datetime(2026, 3, 10, 9, 2, 30, tzinfo=UTC)  # 10:02 in Rome
ROME = "Europe/Rome"


def at(hour: int, minute: int, day: int = 10) -> datetime:
    """That time in Rome."""
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Ci scusiamo. Prossimo aggiornamento entro le 10:32.", at(10, 32)),
        ("Ci scusiamo. Prossimo aggiornamento alle 10.32", at(10, 32)),
        ("We're sorry. Next update by 9:58.", at(9, 58)),
        ("We're sorry. The next update will be at 10:32, here.", at(10, 32)),
        ("Next update by 10:32 on 10 Mar.", at(10, 32)),
        ("Next update by 03:30.", at(3, 30, day=11)),
        ("Next update by 11:00 on 11 Mar.", None),
        ("Next update by 5:30 pm.", at(17, 30)),
        ("Next update by 5 pm.", at(17, 0)),
        ("Next update at 5pm, here.", at(17, 0)),
        ("Next update by 12 p.m.", at(12, 0)),
        ("Next update by 9:30 AM tomorrow.", at(9, 30, day=11)),
        ("Next update tomorrow at 9.", at(9, 0, day=11)),
        ("The next update will follow tomorrow morning at 7.", at(7, 0, day=11)),
        ("Next update today at 17:30.", at(17, 30)),
        ("Next update at 11.", at(11, 0)),
        ("Next update in 30 minutes.", TEN + timedelta(minutes=30)),
        ("Next update within an hour.", TEN + timedelta(hours=1)),
        ("Next update within 2 hours, here.", TEN + timedelta(hours=2)),
        ("We will update you again by 10:32.", at(10, 32)),
        ("Prossimo aggiornamento alle 17.", at(17, 0)),
        ("Prossimo aggiornamento entro le ore 17, qui.", at(17, 0)),
        ("Prossimo aggiornamento: ore 17:30", at(17, 30)),
        ("Prossimo aggiornamento oggi alle 17.30.", at(17, 30)),
        ("Prossimo aggiornamento domani alle 9.", at(9, 0, day=11)),
        ("Prossimo aggiornamento domani mattina entro le 7.", at(7, 0, day=11)),
        ("Prossimo aggiornamento entro le 9:30 di domani.", at(9, 30, day=11)),
        ("Prossimo aggiornamento entro mezz'ora.", TEN + timedelta(minutes=30)),
        ("Prossimo aggiornamento tra 45 minuti.", TEN + timedelta(minutes=45)),
        ("Prossimo aggiornamento tra 2 ore.", TEN + timedelta(hours=2)),
        ("Vi aggiorniamo entro le 10:32.", at(10, 32)),
        ("Ci risentiamo alle 11.", at(11, 0)),
        ("Next update by 5.", None),
        ("Next update by 5:30.", None),
        ("Next update tomorrow at 3.", None),
        ("Next update by 17 pm.", None),
        ("Next update by 9 a.m. tomorrow.", at(9, 0, day=11)),
        ("Next update by 12 p.m. UTC.", None),
        ("Next update by 10:30 in the evening.", None),
        ("Next update by 10:30 the day after tomorrow.", None),
        ("Next update by 10:30, 12 March.", None),
        ("Next update at 23:15 tonight.", at(23, 15)),
        ("Prossimo aggiornamento alle 10:30 di sera.", None),
        ("Prossimo aggiornamento alle 10:30 del 12/3.", None),
        ("Next update by 9:00 on Monday.", None),
        ("Next update on Monday at 9:00.", None),
        ("Next update by 10:30 UTC.", None),
        ("Next update by 10:30 next week.", None),
        ("Next update at 11 of our stores.", None),
        ("Next update at 11, 12 and 13.", None),
        ("Next update by 11 March.", None),
        ("The next update was due at 9:30: we're sorry.", None),
        ("You were to hear from us by 9:30.", None),
        ("Prossimo aggiornamento alle 9:00 di lunedì.", None),
        ("Prossimo aggiornamento lunedì alle 9:00.", None),
        ("Prossimo aggiornamento alle 5.", None),
        ("Prossimo aggiornamento dopodomani alle 9:00.", None),
        ("Prossimo aggiornamento entro 48 negozi.", None),
        ("Next update soon.", None),
        ("Since 09:58 cards are refused.", None),
    ],
)
def test_the_time_is_found_where_it_is_certain(text, moment):
    assert promised([text], now=TEN, time_zone=ROME) == moment


def test_of_several_languages_the_sooner_counts():
    texts = ["Prossimo aggiornamento entro le 10:40.", "Next update by 10:32."]

    assert promised(texts, now=TEN, time_zone=ROME) == at(10, 32)


def test_shortly_after_midnight_a_time_of_the_evening_has_passed():
    midnight = datetime(2026, 3, 10, 23, 5, tzinfo=UTC)  # 00:05 in Rome

    assert promised(["Next update by 23:50."], now=midnight, time_zone=ROME) == at(23, 50)
    right = put_right("Next update by 23:50 on 10 Mar.", due=at(1, 35, 11), now=midnight, time_zone=ROME)
    assert right == "Next update by 01:35."


def test_only_a_time_that_has_passed_is_put_right():
    due = at(10, 32)

    assert put_right("Next update by 09:58, here.", due=due, now=TEN, time_zone=ROME) == "Next update by 10:32, here."
    assert put_right("Prossimo aggiornamento oggi alle 9.58.", due=due, now=TEN, time_zone=ROME) == (
        "Prossimo aggiornamento alle 10:32."
    )
    assert put_right("Next update by 9 am.", due=due, now=TEN, time_zone=ROME) == "Next update by 10:32."
    for text in (
        "Next update by 10:20.",
        "Next update by 09:58 on 11 Mar.",
        "Next update by 9:00 on Monday.",
        "Prossimo aggiornamento alle 9:00 di lunedì.",
        "Next update by 5:30.",
        "Next update in 30 minutes.",
        "Next update tomorrow at 9.",
        "Nothing is promised.",
    ):
        assert put_right(text, due=due, now=TEN, time_zone=ROME) == text


def test_in_the_small_hours_tomorrow_may_be_today():
    night = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)  # 00:30 in Rome

    assert promised(["Next update tomorrow at 9."], now=night, time_zone=ROME) is None
    assert promised(["Next update by 1:30."], now=night, time_zone=ROME) == at(1, 30)


def test_an_hour_that_may_be_of_either_half_of_the_day_is_left_to_its_author():
    evening = datetime(2026, 3, 10, 21, 0, tzinfo=UTC)  # 22:00 in Rome

    assert promised(["Prossimo aggiornamento alle 11."], now=evening, time_zone=ROME) is None
    assert promised(["Prossimo aggiornamento alle 23."], now=evening, time_zone=ROME) == at(23, 0)
    assert promised(["Next update by 1:30."], now=evening, time_zone=ROME) == at(1, 30, day=11)
