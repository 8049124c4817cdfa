"""What a reply by text means, however it is typed."""

import pytest

from bot.usecases.answer import Word, meaning

REPLIES = [
    ("1", Word.YES, None),
    (" Ok! ", Word.YES, None),
    ("sì.", Word.YES, None),
    ("Preso", Word.YES, None),
    ("2", Word.NO, None),
    ("non posso", Word.NO, None),
    ("42 1", Word.YES, 42),
    ('"42 1"', Word.YES, 42),
    ("«42 2»", Word.NO, 42),
    ("“42 1”", Word.YES, 42),
    ("INC-42: ok", Word.YES, 42),
    ("no #42", Word.NO, 42),
    ("12", Word.UNCLEAR, None),
    ("chi è?", Word.UNCLEAR, None),
    ("", Word.UNCLEAR, None),
    ('"', Word.UNCLEAR, None),
]


@pytest.mark.parametrize(("said", "word", "incident"), REPLIES)
def test_a_reply_is_read_as_it_was_meant(said: str, word: Word, incident: int | None):
    assert meaning(said) == (word, incident)
