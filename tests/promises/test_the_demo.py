"""``anticrisi demo --play outage``: the story as each person saw it, and a post-mortem; 0 only when it went as told."""

import json

from bot.demo.outage import outage
from bot.demo.run import play_story
from bot.demo.story import Storyteller, Unscripted
from tests.commands import installed


def test_the_outage_is_told_as_each_person_saw_it_and_ends_in_a_post_mortem(tmp_path):
    out = tmp_path / "out"

    ended = installed("demo", "--play", "outage", "--language", "it", "--out", str(out), folder=tmp_path, settings={})

    assert ended.returncode == 0, ended.stderr
    told = ended.stdout
    for moment in (
        "10:02:00  marta > /crisis casse bloccate in tutti i negozi",
        "Livello 1: tocca a te",
        "You are level 1",
        "10:03:00  anna > 1  (SMS)",
        "10:07:00  luca > [Chiedi l'approvazione]",
        "10:27:00  luca > [Nessuna novità, ci lavoriamo]",
        "10:40:00  anna > [Risolto]",
        "Resoconto di INC-1",
    ):
        assert moment in told, moment
    assert told.rstrip().endswith("It ended as scripted.")
    assert ended.stderr == ""
    review = (out / "postmortem.md").read_text(encoding="utf-8")
    assert review in told
    assert "| Messaggi puntuali | 3/3 |" in review
    assert "Da Anna Riva non si sa più nulla" not in review
    calls = [json.loads(line) for line in (out / "transcript.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {"chat.postMessage", "conversations.create", "views.open"} <= {call["method"] for call in calls}
    assert all(set(call) == {"method", "args", "at", "ok"} for call in calls)


def test_a_story_that_is_not_there_is_one_line_and_no_success(anticrisi, tmp_path):
    ended = anticrisi("demo", "--play", "earthquake", "--out", str(tmp_path / "out"))

    assert ended.returncode == 1
    assert ended.stderr.strip() == "--play earthquake: there is no such story; there is outage"
    assert not (tmp_path / "out").exists()


async def test_a_story_that_goes_otherwise_is_no_success_and_leaves_no_review(tmp_path, capsys):
    async def otherwise(story: Storyteller) -> None:
        await story["marta"].types("/crisis casse bloccate")
        raise Unscripted("somebody should have come")

    ended = await play_story("outage", out=tmp_path / "out", language="it", stories={"outage": otherwise})

    assert ended == 1
    assert "Not as scripted: somebody should have come" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_story_that_is_played_is_the_outage():
    from bot.demo.run import STORIES

    assert STORIES["outage"] is outage
