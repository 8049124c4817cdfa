"""A title in Japanese gives its channel a name that a Japanese reader can say."""

import pytest

from bot.domain.incident import channel_name, likeness


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("データベース", "inc-0001-deetabeesu"),
        ("ﾃﾞｰﾀﾍﾞｰｽ", "inc-0001-deetabeesu"),
        ("ぱぴぷ がぎぐ", "inc-0001-papipu-gagigu"),
        ("ヴェ", "inc-0001-vue"),
        ("casse bloccate è così", "inc-0001-casse-bloccate-e-cosi"),
        ("데이터", "inc-0001-deiteo"),
        ("ー", "inc-0001-incident"),
    ],
)
def test_marks_are_heard_and_other_alphabets_are_left_as_they_were(title, name):
    assert channel_name(1, title) == name


def test_two_japanese_reports_are_alike_when_their_words_are():
    assert likeness("データベース ダウン", "データベース 停止") > 0
    assert likeness("データ ベース", "テータ ヘース") == 0
