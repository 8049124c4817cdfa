"""What is configured, what is missing, what was found here. Asks nobody outside but the database."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from bot.checkup.database import database
from bot.checkup.line import OFF, OK, WEAK, WRONG, Line
from bot.errors import BrokenDocument
from bot.faults import faults, is_web, misspelt, weaknesses
from bot.settings import Settings
from bot.storage.document_yaml import parse


async def configured(settings: Settings) -> list[Line]:
    """Every part: the settings, the plan's file, the record, the ways to people and customers."""
    return [*_settings(settings), *_document_file(settings), *await database(settings), *_channels(settings)]


def _settings(settings: Settings) -> list[Line]:
    return [*_read(settings), *(Line("settings", WEAK, slip) for slip in misspelt())]


def _read(settings: Settings) -> list[Line]:
    found = faults(settings)
    if not found:
        mode = "Socket Mode" if settings.slack_app_token else "HTTP, Slack posts to /slack/events"
        well = Line("settings", OK, f"{mode}; links begin with {settings.links_begin_with}")
        return [well, *(Line("settings", WEAK, weakness) for weakness in weaknesses(settings))]
    return [Line("settings", WRONG, fault) for fault in found]


def _document_file(settings: Settings) -> list[Line]:
    if not settings.team_document:
        return []
    path = Path(settings.team_document)
    try:
        document = parse(path.read_text(encoding="utf-8"))
    except BrokenDocument as broken:
        first, *others = broken.faults
        more = f" and {len(others)} more" if others else ""
        words = f"{path}:{first.line}:{first.column}{more}: run anticrisi doc check {path}"
        return [Line("team document", WRONG, words)]
    except (OSError, UnicodeDecodeError) as error:
        return [Line("team document", WRONG, f"TEAM_DOCUMENT {path} cannot be read ({type(error).__name__})")]
    return [Line("team document", OK, f"{path}: {document.company}, {len(document.people)} people")]


def _channels(settings: Settings) -> list[Line]:
    api = "bearer token set" if settings.api_token else "set API_TOKEN to open it"
    return [
        Line("paging: slack_dm", OK, "direct messages"),
        *_phones(settings),
        *_second_lines(settings),
        Line("publishing: status_page", OK, f"{settings.links_begin_with}/status"),
        Line("http api", OK if settings.api_token else OFF, api),
        _heartbeat(settings),
    ]


def _heartbeat(settings: Settings) -> Line:
    """Only where it goes: the rest of the address is a secret."""
    url = settings.heartbeat_url.get_secret_value() if settings.heartbeat_url else ""
    words = f"{urlsplit(url).hostname}, every minute while due work is on time" if url and is_web(url) else ""
    return _line("heartbeat", bool(words), words, "set HEARTBEAT_URL to be told from outside when the bot is silent")


def _capped(most: int) -> str:
    return f"repeats wait after {most} a day for one person" if most else "no daily cap"


def _phones(settings: Settings) -> list[Line]:
    how = "set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM to"
    twilio, mail = settings.sms_connected, settings.email_connected
    server = _mail_server(settings) if mail else ""
    texts, calls = _capped(settings.daily_cap_sms), _capped(settings.daily_cap_calls)
    return [
        _line("paging: sms", twilio, f"Twilio, answered by reply or link; {texts}", f"{how} text people"),
        _line("paging: voice", twilio, f"Twilio, answered by a key; {calls}", f"{how} call people"),
        _line("paging: email", mail and bool(server), server, "set SMTP_URL and MAIL_FROM to write to people"),
    ]


def _mail_server(settings: Settings) -> str:
    try:
        return f"{settings.mail_server().host}, answered by a link"
    except ValueError:
        return ""  # said above, among the settings


def _second_lines(settings: Settings) -> list[Line]:
    """Looked at one by one: only Apprise knows whether it can make sense of an address."""
    if not settings.apprise_urls:
        return [Line("paging: second line", OFF, "set APPRISE_URLS to tell other services of unanswered pages")]
    return [_second_line(number, url.get_secret_value()) for number, url in enumerate(settings.apprise_urls, 1)]


def _second_line(number: int, url: str) -> Line:
    from bot.adapters.paging.relay import Relay  # heavy, and rarely wanted

    try:
        return Line(f"paging: second line {number}", OK, f"{Relay(url).service}, by Apprise")
    except ValueError as error:
        return Line(f"paging: second line {number}", WRONG, f"APPRISE_URLS: the address in place {number} {error}")


def _line(part: str, connected: bool, words: str, remedy: str) -> Line:
    return Line(part, OK, words) if connected else Line(part, OFF, remedy)
