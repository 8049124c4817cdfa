"""A time that customers were promised is read from the words, and mended once it has passed."""

from datetime import UTC, datetime

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
        ("Next update by 5:30 pm.", None),
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
    for text in ("Next update by 10:20.", "Next update by 09:58 on 11 Mar.", "Nothing is promised."):
        assert put_right(text, due=due, now=TEN, time_zone=ROME) == text
