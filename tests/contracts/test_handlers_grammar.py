"""What was typed after `/crisis`: every word and alias, slips, and sentences that must never be taken for one."""

from __future__ import annotations

import pytest

from bot.domain.roster import Roster, SlackUser
from bot.errors import Refused
from handlers.commands import COMMANDS, GRAMMAR
from handlers.commands.grammar import Misspelt, Understood
from handlers.commands.later import LATER
from handlers.naming import incident_number, people_named, person_named, role_named
from handlers.payload import Payload
from handlers.slack_text import plain
from messages import grammar
from tests.domain.example_company import VENTURA

ROSTER = Roster(
    VENTURA,
    users={
        "U0ANNA": SlackUser("U0ANNA", "Anna Riva"),
        "U0ROSA": SlackUser("U0ROSA", "Rosa Baker"),
        "U0HILL": SlackUser("U0HILL", "Rosa Hill"),
        "U0GONE": SlackUser("U0GONE", "Gone Away", deleted=True),
    },
)
ARGUMENTS = {"merge": "41", "doc": "", "me": ""}
UNDERSTOOD = {command.NAME for command in (*COMMANDS, *LATER)}
WORDS = [
    (spoken, command)
    for command, languages in grammar.COMMANDS.items()
    if command in UNDERSTOOD
    for words in languages.values()
    for spoken in words
]
ALIASES = [(alias, command.NAME) for command in COMMANDS for alias in command.ALIASES]


def said(text: str) -> tuple[str, str]:
    """The command that was understood and what stands after it; the free form's name is empty."""
    found = GRAMMAR.read(text, ROSTER)
    assert isinstance(found, Understood), found
    return found.command.NAME, found.text


@pytest.mark.parametrize(("word", "command"), WORDS + ALIASES)
def test_every_word_and_alias_is_its_command(word: str, command: str):
    argument = ARGUMENTS.get(command, "")

    assert said(f"{word} {argument}".strip()) == (command, argument)
    assert said(f"{word.upper()} {argument}".strip())[0] == command


def test_no_word_belongs_to_two_commands():
    spoken = [word for word, _command in WORDS + ALIASES]

    assert len(spoken) == len(set(spoken))


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("", "", ""),
        ("now tills down everywhere", "now", "tills down everywhere"),
        ("subito casse ferme", "now", "casse ferme"),
        ("status all", "status", "all"),
        ("stato tutti", "status", "tutti"),
        ("status INC-42", "status", "INC-42"),
        ("status 42", "status", "42"),
        ("chi legal", "who", "legal"),
        ("page <@U0ANNA|anna>", "page", "<@U0ANNA|anna>"),
        ("page @somebody", "page", "@somebody"),
        ("chiama role:legal", "page", "role:legal"),
        ("page bruno", "page", "bruno"),
        ("role commander <@U0ANNA>", "role", "commander <@U0ANNA>"),
        ("sev 2", "sev", "2"),
        ("sev2", "sev", "2"),
        ("gravità 1", "sev", "1"),
        ("grav 1", "sev", "1"),
        ("update we found it", "update", "we found it"),
        ("note the first store called at 9:55", "note", "the first store called at 9:55"),
        ("task <@U0ANNA> call the supplier", "task", "<@U0ANNA> call the supplier"),
        ("attività <@U0ANNA> chiama il fornitore", "task", "<@U0ANNA> chiama il fornitore"),
        ("merge 41", "merge", "41"),
        ("ack 42", "ack", "42"),
        ("risolto certificato rinnovato", "resolve", "certificato rinnovato"),
        ("riapri 42", "reopen", "42"),
        ("postmortem 42", "postmortem", "42"),
        ("help", "help", ""),
        ("?", "help", ""),
    ],
)
def test_a_command_and_what_stands_after_it(text: str, command: str, rest: str):
    assert said(text) == (command, rest)


@pytest.mark.parametrize(
    "text",
    [
        "casse bloccate",
        "casse bloccate in tutti i negozi",
        "tills down",
        "server lento",
        "sito giù",
        "sito",
        "chiamate",
        "page not loading since ten",
        "stato di emergenza in magazzino",
        "status of every order is wrong",
        "io non riesco a entrare",
        "me and everyone else locked out",
        "who knows why the site is down today",
        "role based access broken for everyone",
        "chiamate perse",
        "scala mobile ferma",
        "cancel button charges twice",
        "merge conflict broke production",
        "pagina bianca al checkout",
        "rete dei negozi assente",
        "doc server offline",
        "dati clienti esposti",
        "stata una truffa ieri sera in negozio",
        "<!channel> tutto fermo",
        "🔥🔥🔥",
        "レジが動かない",
        "'; DROP TABLE incident; --",
        "-",
        "/crisis",
        "  ",
        "42",
    ],
)
def test_a_sentence_opens_the_form_with_all_of_it(text: str):
    assert said(text) == ("", text.strip())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("statsu", "status"),
        ("statsu 42", "status 42"),
        ("sttaus all", "status all"),
        ("resolv", "resolve"),
        ("risloto", "risolto"),
        ("ecsalate", "escalate"),
        ("canecl", "cancel"),
        ("upadte", "update"),
        ("postmorten 42", "postmortem 42"),
        ("nonpsso", "nonposso"),
        ("chiam <@U0ANNA>", "chiama <@U0ANNA>"),
    ],
)
def test_a_slip_is_asked_about(typed: str, meant: str):
    assert GRAMMAR.read(typed, ROSTER) == Misspelt(meant)


def test_a_command_that_is_not_offered_is_never_suggested():
    assert said("serach") == ("", "serach")
    assert said("dril") == ("", "dril")


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("<@U0ANNA|anna>", "U0ANNA"),
        ("<@U0NEW>", "U0NEW"),
        ("@anna", "anna"),
        ("bruno", "bruno"),
        ("Anna Riva", "anna"),
        ("@Rosa Baker", "U0ROSA"),
        ("Rosa", None),  # two people are called so: nobody is guessed
        ("Gone Away", None),
        ("nobody", None),
        ("", None),
    ],
)
def test_a_person_is_meant_by_mention_by_id_or_by_name(text: str, person: str | None):
    assert person_named(ROSTER, text) == person


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("incident_commander", "incident_commander"),
        ("commander", "incident_commander"),
        ("Incident Commander", "incident_commander"),
        ("communications", "communications_lead"),
        ("role:legal", "legal"),
        ("ruolo: legal", "legal"),
        ("lead", None),  # several roles have the word
        ("astronaut", None),
        ("", None),
    ],
)
def test_a_role_is_meant_by_id_by_name_or_by_a_word_of_its_own(text: str, role: str | None):
    assert role_named(ROSTER, text) == role


def test_a_call_goes_to_those_mentioned_or_to_the_holders_of_the_role():
    assert people_named(ROSTER, "<@U0ANNA> <@U0ROSA|rosa> <@U0ANNA>") == ("U0ANNA", "U0ROSA")
    assert people_named(ROSTER, "role:legal") == VENTURA.holders("legal")
    with pytest.raises(Refused, match="role_unknown"):
        people_named(ROSTER, "role:astronaut")
    with pytest.raises(Refused, match="person_unknown"):
        people_named(ROSTER, "astronaut")


@pytest.mark.parametrize(
    ("text", "number"),
    [("42", 42), ("#42", 42), ("INC-42", 42), ("inc 0042", 42), ("forty", None), ("42 stores", None), ("", None)],
)
def test_an_incident_is_meant_by_its_number(text: str, number: int | None):
    assert incident_number(text) == number


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<@U0ANNA|anna> says tills &amp; site", "@Anna Riva says tills & site"),
        ("<@U0NEW|kim> in <#C1|general>", "@kim in #general"),
        ("<!here> <!channel> <!subteam^S1|@it-ops>", "@here @channel @it-ops"),
        ("see <https://x.example/a?b=1&amp;c=2|the log>", "see the log"),
        ("<https://x.example>", "https://x.example"),
        ("&lt;b&gt;bold&lt;/b&gt;", "<b>bold</b>"),
        ("&amp;lt;", "&lt;"),
        ("a < b", "a < b"),
    ],
)
def test_what_slack_sends_is_kept_as_the_person_typed_it(sent: str, read: str):
    assert plain(sent, ROSTER) == read


def test_a_payload_that_is_not_what_we_expect_reads_as_empty():
    for body in ({}, {"type": "block_actions"}, {"type": "view_submission", "view": None}, {"event": "?"}):
        payload = Payload(body)

        assert (payload.user, payload.channel, payload.facts, payload.fields()) == ("", "", {}, {})
        assert isinstance(payload.key, str)
