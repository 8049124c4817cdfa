"""What is missing or wrong is one line that names the setting and the remedy; a broken plan is refused whole."""

import re
import subprocess

import pytest

from bot.shipped import EXAMPLE
from tests.commands import installed

COMPLETE = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "SECRET_KEY": "a long text that nobody guesses",
}


def test_every_missing_setting_is_one_line_that_says_what_to_do(tmp_path):
    ended = installed("serve", folder=tmp_path, settings={})

    assert ended.returncode == 1
    assert [line.split(" ", 1)[0] for line in ended.stderr.splitlines()] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SECRET_KEY",
    ]
    assert "copy the bot token" in ended.stderr
    assert ended.stdout == ""


def test_every_setting_that_contradicts_another_is_named_and_none_is_printed(anticrisi):
    ended = anticrisi(
        "serve",
        **COMPLETE | {"SLACK_BOT_TOKEN": "xoxp-user", "SLACK_APP_TOKEN": "xoxb-wrong", "DATABASE_URL": "mysql://db"},
        TWILIO_ACCOUNT_SID="AC1",
        TWILIO_AUTH_TOKEN="do not print me",
        SMTP_URL="smtp://mail",
    )

    lines = ended.stderr.splitlines()
    assert ended.returncode == 1
    for setting in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TWILIO_FROM", "MAIL_FROM", "DATABASE_URL"):
        assert sum(line.startswith(setting) for line in lines) == 1, ended.stderr
    assert len(lines) == 5
    assert "xoxp-user" not in ended.stderr
    assert "do not print me" not in ended.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-…"}, "SLACK_BOT_TOKEN is not a bot token: it begins with xoxb-; copy it whole"),
        (
            {"SLACK_APP_TOKEN": "xapp-"},
            "SLACK_APP_TOKEN is not an app-level token: it begins with xapp-; copy it whole",
        ),
        ({"SECRET_KEY": "abc"}, "SECRET_KEY is shorter than 24 characters: put a long random one first"),
        ({"SECRET_KEY": f"abc,{COMPLETE['SECRET_KEY']}"}, "SECRET_KEY is shorter than 24 characters"),
        ({"API_TOKEN": "x"}, "API_TOKEN can be guessed or not be sent: write 16 letters and digits or more"),
        ({"API_TOKEN": "è una parola d'ordine lunga"}, "API_TOKEN can be guessed or not be sent"),
    ],
)
def test_a_secret_that_keeps_nothing_secret_is_refused(anticrisi, settings, said):
    ended = anticrisi("serve", **COMPLETE | settings)

    (line,) = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert line.startswith(said)
    assert not any(secret in line for secret in settings.values() if len(secret) > 7)


def test_a_short_key_may_still_open_what_it_sealed(anticrisi):
    ended = anticrisi("check", **COMPLETE | {"SECRET_KEY": f"{COMPLETE['SECRET_KEY']},abc"}, **OUTSIDE)

    assert ended.returncode == 0
    assert "weak" not in ended.stdout


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"PUBLIC_URL": "http://crisi.example"}, "PUBLIC_URL begins with http://: answer links can be read on the way"),
        ({}, "PUBLIC_URL is missing or a loopback address: links open on this machine alone"),
    ],
)
def test_links_that_are_read_on_the_way_or_lead_nowhere_are_weak_and_no_reason_not_to_start(anticrisi, address, said):
    ended = anticrisi("check", **COMPLETE, **address)

    (line,) = [line for line in ended.stdout.splitlines() if line.startswith("weak")]
    assert ended.returncode == 0
    assert said in line


def test_a_slip_in_a_setting_s_name_is_noticed_and_nothing_else_that_is_set(anticrisi, tmp_path):
    (tmp_path / ".env").write_text("TWILLIO_FROM=+390000\nTIMEZONE=Europe/Rome\nPOSTGRES_PASSWORD=x\n")

    ended = anticrisi("check", **COMPLETE, **OUTSIDE, SECRET_KEYS="x", HTTP_PROXY="http://proxy.example")

    assert ended.returncode == 0
    assert [line.split(maxsplit=2)[2] for line in ended.stdout.splitlines() if line.startswith("weak")] == [
        "SECRET_KEYS means nothing: did you mean SECRET_KEY?",
        "TIMEZONE means nothing: did you mean TIME_ZONE?",
        "TWILLIO_FROM means nothing: did you mean TWILIO_FROM?",
    ]


def test_a_file_of_settings_in_another_encoding_is_one_line(anticrisi, tmp_path):
    (tmp_path / ".env").write_bytes("MAIL_FROM=Caffè <a@b.example>\n".encode("latin-1"))

    ended = anticrisi("check", **COMPLETE)

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [".env is no text in UTF-8: save it as UTF-8"]


def test_texts_whose_links_would_open_on_no_phone_are_refused(anticrisi):
    twilio = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+390000"}

    ended = anticrisi("serve", **COMPLETE, **twilio)

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "PUBLIC_URL is missing or a loopback address: links in SMS must open on a phone"
    ]


@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_setting_that_cannot_be_read_is_named_with_what_it_should_be(anticrisi, command):
    wrong = {"HTTP_PORT": "eighty", "DEFAULT_LANGUAGE": "fr", "TIME_ZONE": "Mars/Base", "LOG_LEVEL": "loud"}

    ended = anticrisi(command, **COMPLETE, **wrong)

    lines = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert sorted(line.split(":")[0] for line in lines) == sorted(wrong)
    assert "DEFAULT_LANGUAGE: we speak en, it" in lines
    assert "TIME_ZONE: not a time zone such as Europe/Rome" in lines
    assert not any(value in ended.stderr for value in ("eighty", "Mars/Base", "loud"))


def test_check_says_the_same_a_line_each_and_names_what_is_off(anticrisi):
    bad = anticrisi("check")
    good = anticrisi("check", **COMPLETE, TEAM_DOCUMENT=str(EXAMPLE))

    assert bad.returncode == 1
    wrong = [line for line in bad.stdout.splitlines() if line.startswith("wrong")]
    assert any("SLACK_BOT_TOKEN is missing: copy the bot token" in line for line in wrong), bad.stdout
    assert any("SECRET_KEY is missing" in line and "encrypted with it" in line for line in wrong), bad.stdout
    assert good.returncode == 0, good.stdout + good.stderr
    assert "Bottega Ventura, 11 people" in good.stdout
    assert any("sms" in line and "off" in line and "TWILIO_ACCOUNT_SID" in line for line in good.stdout.splitlines())


def refused_in_one_line(ended: subprocess.CompletedProcess[str]) -> str:
    """What was said of the team document, when that was all; and nothing of what we are made of."""
    said = [line for line in (ended.stdout + ended.stderr).splitlines() if "TEAM_DOCUMENT" in line]
    assert ended.returncode == 1
    assert len(said) == 1
    assert "Traceback" not in ended.stderr
    assert "Unclosed" not in ended.stderr
    return said[0]


@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_team_document_that_cannot_be_found_is_one_line_too(anticrisi, command):
    ended = anticrisi(command, **COMPLETE, TEAM_DOCUMENT="nowhere.yaml")

    assert "nowhere.yaml" in refused_in_one_line(ended)


@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_team_document_that_is_no_text_is_one_line_too(anticrisi, tmp_path, command):
    (tmp_path / "team.yaml").write_bytes("company: Caffè\n".encode("latin-1"))

    ended = anticrisi(command, **COMPLETE, TEAM_DOCUMENT="team.yaml")

    assert "team.yaml cannot be read" in refused_in_one_line(ended)


def test_a_broken_plan_is_refused_whole_with_every_fault_s_place_and_the_old_one_stays(anticrisi, tmp_path):
    file = tmp_path / "team.yaml"
    file.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert anticrisi("doc", "import", "team.yaml", **COMPLETE).returncode == 0
    before = anticrisi("doc", "export", **COMPLETE).stdout
    broken = file.read_text(encoding="utf-8")
    broken = broken.replace("deputies: [anna]", "deputies: [nobody_known]", 1)
    broken = broken.replace("severity: SEV2", "severity: SEV9", 1)
    file.write_text(broken.replace("Bottega Ventura\n", "Altra Bottega\n", 1), encoding="utf-8")
    places = [
        1 + broken[: broken.index("nobody_known")].count("\n"),
        1 + broken[: broken.index("severity: SEV9")].count("\n"),
    ]

    ended = anticrisi("doc", "import", "team.yaml", **COMPLETE)

    assert ended.returncode == 1
    *faults, last = ended.stderr.splitlines()
    assert last == "Nothing was changed."
    found = [re.match(r"team\.yaml:(\d+):(\d+)\b", fault) for fault in faults]
    assert [int(place[1]) for place in found if place] == places, ended.stderr
    assert "nobody_known" in faults[0]
    assert anticrisi("doc", "export", **COMPLETE).stdout == before


@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_broken_plan_in_the_settings_is_named_with_its_first_fault(anticrisi, tmp_path, command):
    broken = EXAMPLE.read_text(encoding="utf-8").replace("deputies: [anna]", "deputies: [nobody_known]", 1)
    (tmp_path / "team.yaml").write_text(broken, encoding="utf-8")

    ended = anticrisi(command, **COMPLETE, TEAM_DOCUMENT="team.yaml")

    assert ended.returncode == 1
    line = 1 + broken[: broken.index("nobody_known")].count("\n")
    assert f"team.yaml:{line}:" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


MAIL = {"SMTP_URL": "smtps://crisi:do-not-print-me@mail.example", "MAIL_FROM": "Anticrisi <crisi@ventura.example>"}
OUTSIDE = {"PUBLIC_URL": "https://crisi.example"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SMTP_URL": MAIL["SMTP_URL"]}, "MAIL_FROM is missing: the address that emails come from"),
        ({"MAIL_FROM": "crisi@ventura.example"}, "SMTP_URL is missing: the server that sends emails"),
        ({**MAIL, "SMTP_URL": "http://mail.example"}, "SMTP_URL begins with smtp://"),
        ({**MAIL, "SMTP_URL": "smtp://crisi:do-not-print-me@mail.example"}, "SMTP_URL would send the password in the"),
        ({**MAIL, "MAIL_FROM": "nobody"}, "MAIL_FROM is not an address: write crisis@example.com"),
        ({"APPRISE_URLS": "ntfy,do-not-print-me"}, "APPRISE_URLS holds something that is no address"),
    ],
)
def test_mail_and_second_lines_are_set_whole_or_not_at_all(anticrisi, settings, said):
    ended = anticrisi("serve", **COMPLETE, **OUTSIDE, **settings)

    [line] = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert line.startswith(said)
    assert "do-not-print-me" not in ended.stdout + ended.stderr


def test_letters_whose_links_would_open_nowhere_else_are_refused(anticrisi):
    ended = anticrisi("serve", **COMPLETE, **MAIL)

    assert ended.stderr.splitlines() == [
        "PUBLIC_URL is missing or a loopback address: links in email must open on a phone"
    ]


def test_an_address_that_apprise_does_not_know_is_named_by_its_place(anticrisi):
    settings = {**COMPLETE, **OUTSIDE, "APPRISE_URLS": "json://localhost/x?a=1,2, carrierpigeon://do-not-print-me"}

    served, checked = anticrisi("serve", **settings), anticrisi("check", **settings)

    assert (served.returncode, checked.returncode) == (1, 1)
    assert "APPRISE_URLS: the address in place 2 is no address that Apprise knows" in served.stderr
    assert "Traceback" not in served.stderr
    assert any(line.startswith("ok") and "second line 1" in line for line in checked.stdout.splitlines())
    assert any(line.startswith("wrong") and "second line 2" in line for line in checked.stdout.splitlines())
    assert "do-not-print-me" not in served.stdout + served.stderr + checked.stdout + checked.stderr


def test_check_names_every_way_of_reaching_people_and_whether_it_is_connected(anticrisi):
    twilio = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+390000"}

    nothing = anticrisi("check", **COMPLETE)
    everything = anticrisi("check", **COMPLETE, **OUTSIDE, **twilio, **MAIL, APPRISE_URLS="json://localhost")

    ways = ("slack_dm", "sms", "voice", "email", "second line")
    for ended, state in ((nothing, "off"), (everything, "ok")):
        lines = [line for line in ended.stdout.splitlines() if " paging: " in line]
        assert [next((way for way in ways if f"paging: {way}" in line), line) for line in lines] == list(ways)
        assert [line.split()[0] for line in lines] == ["ok", *[state] * 4]
    assert "mail.example" in everything.stdout
    assert "do-not-print-me" not in everything.stdout
