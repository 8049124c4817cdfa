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
    ("Sì, ci penso io!", Word.YES, None),
    ("ok ci penso io", Word.YES, None),
    ("No, non posso.", Word.NO, None),
    ("I’m on it", Word.YES, None),
    ("I can’t", Word.NO, None),
    ("1 ci penso io", Word.YES, None),
    ("1, ci penso io", Word.YES, None),
    ("2 non posso", Word.NO, None),
    ("ok 1", Word.YES, None),
    ("INC-1: ok", Word.YES, 1),
    ("1 non posso", Word.NO, 1),
    ("1 2", Word.NO, 1),
    ("1 1", Word.YES, 1),
    ("42 ok", Word.YES, 42),
    ("42 1", Word.YES, 42),
    ('"42 1"', Word.YES, 42),
    ("«42 2»", Word.NO, 42),
    ("“42 1”", Word.YES, 42),
    ("INC-42: ok", Word.YES, 42),
    ("no #42", Word.NO, 42),
    ("Arrivo!", Word.YES, None),
    ("ci sono", Word.YES, None),
    ("non ci sono", Word.NO, None),
    ("sorry, I cannot", Word.UNCLEAR, None),
    ("I cannot", Word.NO, None),
    ("12", Word.UNCLEAR, None),
    ("no, ci penso io", Word.UNCLEAR, None),
    ("ok grazie", Word.UNCLEAR, None),
    ("forse", Word.UNCLEAR, None),
    ("chi è?", Word.UNCLEAR, None),
    ("1️⃣", Word.YES, None),
    ("2️⃣", Word.NO, None),
    ("１", Word.YES, None),
    ("1)", Word.YES, None),
    ("(2)", Word.NO, None),
    ("1 - ci penso io", Word.YES, None),
    ("42) 1", Word.YES, 42),
    ("👍", Word.YES, None),
    ("Ok 👍🏽", Word.YES, None),
    ("👎", Word.UNCLEAR, None),
    ("no 👍", Word.UNCLEAR, None),
    ("I am on it", Word.YES, None),
    ("Me ne occupo io", Word.YES, None),
    ("non posso ora", Word.NO, None),
    ("1 e 2", Word.UNCLEAR, None),
    ("", Word.UNCLEAR, None),
    ('"', Word.UNCLEAR, None),
]


@pytest.mark.parametrize(("said", "word", "incident"), REPLIES)
def test_a_reply_is_read_as_it_was_meant(said: str, word: Word, incident: int | None):
    assert meaning(said) == (word, incident)
