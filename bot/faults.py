"""Whether ``serve`` can start with these settings: what is wrong, what is weak, what was misspelt.

Each in one line for whoever runs the bot: the setting first, the remedy last. Nobody outside is asked.
"""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import SecretStr

from bot.settings import Settings, revealed

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared with, not bound to
SHORTEST_KEY = 24  # characters; 144 bits where they are base64: whoever has the database may guess at leisure
SHORTEST_TOKEN = 16  # characters; guessed over the network, one by one

_IN_A_HEADER = re.compile(r"[!-~]+")
_TELEPHONE = re.compile(r"\+\d{6,15}")


def faults(settings: Settings) -> tuple[str, ...]:
    """Why ``serve`` cannot start: one line each, the setting first, the remedy last."""
    found = _faults_of_slack(settings) + _faults_of_secrets(settings) + _faults_of_phones(settings)
    if database_fault(settings):
        found.append(database_fault(settings))
    if settings.public_url and not is_web(settings.public_url):
        found.append("PUBLIC_URL is no web address: write https:// and the name that the bot is reached by")
    if settings.heartbeat_url and not is_web(settings.heartbeat_url.get_secret_value()):
        found.append("HEARTBEAT_URL is no web address: copy the whole https://… that the service gives you")
    return tuple(found)


def weaknesses(settings: Settings) -> tuple[str, ...]:
    """What works, and should not stay so: one line each, the setting first, the remedy last."""
    if _host(settings.links_begin_with) in LOOPBACK:
        return ("PUBLIC_URL is missing or a loopback address: links open on this machine alone",)
    if urlsplit(settings.links_begin_with).scheme == "http":
        return (
            "PUBLIC_URL begins with http://: answer links can be read on the way; put a proxy with https:// before",
        )
    return ()


def misspelt() -> tuple[str, ...]:
    """What is set under a name that means nothing, beside one that it must have meant."""
    known = [name.upper() for name in Settings.model_fields]
    given = sorted({name.upper() for name in (*os.environ, *dotenv_values(".env"))} - set(known))
    meant = [(name, get_close_matches(name, known, n=1, cutoff=0.85)) for name in given]
    return tuple(f"{name} means nothing: did you mean {near[0]}?" for name, near in meant if near)


def database_fault(settings: Settings) -> str:
    """What is wrong with its address; nothing when it can be tried."""
    good = settings.database_url.startswith(("sqlite:", "postgresql:", "postgresql+", "postgres:"))
    return "" if good else "DATABASE_URL is neither sqlite:///… nor postgresql://…"


def silent_database(database: str, said: str) -> str:
    """What is wrong with one that does not answer, or answers with what it ``said`` only."""
    remedy = (
        "Look whether it runs, is reached from here and lets us make tables; of SQLite, whether its folder is there"
    )
    return f"DATABASE_URL: {database} did not answer ({said}). {remedy}"


def _faults_of_slack(settings: Settings) -> list[str]:
    found = []
    if settings.slack_bot_token is None:
        found.append("SLACK_BOT_TOKEN is missing: copy the bot token (xoxb-…) of your Slack app, OAuth & Permissions")
    elif not _is_token(settings.slack_bot_token, "xoxb-"):
        found.append("SLACK_BOT_TOKEN is not a bot token: it begins with xoxb-; copy it whole")
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        found.append("SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing: one for Socket Mode, the other for HTTP")
    elif settings.slack_app_token and not _is_token(settings.slack_app_token, "xapp-"):
        found.append("SLACK_APP_TOKEN is not an app-level token: it begins with xapp-; copy it whole")
    return found


def _is_token(secret: SecretStr, beginning: str) -> bool:
    """Nothing else can travel in a header; the dots of a guide's example cannot either."""
    value = secret.get_secret_value()
    return value.startswith(beginning) and bool(_IN_A_HEADER.fullmatch(value.removeprefix(beginning)))


def _faults_of_secrets(settings: Settings) -> list[str]:
    """A key that is being replaced may be short: it only opens what it sealed."""
    found = []
    if not settings.keys:
        found.append("SECRET_KEY is missing: any long random text, kept safe; private contacts are encrypted with it")
    elif len(settings.keys[0]) < SHORTEST_KEY:
        found.append(
            f"SECRET_KEY is shorter than {SHORTEST_KEY} characters: put a long random one first, openssl rand -base64 "
            "32, and this one behind a comma if it is in use already"
        )
    token = revealed(settings.api_token)
    if token and (len(token) < SHORTEST_TOKEN or not _IN_A_HEADER.fullmatch(token)):
        found.append(
            f"API_TOKEN can be guessed or not be sent: write {SHORTEST_TOKEN} letters and digits or more, "
            "openssl rand -hex 32"
        )
    return found


def _faults_of_phones(settings: Settings) -> list[str]:
    found = []
    given = {
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "TWILIO_FROM": settings.twilio_from,
    }
    missing = [name for name, value in given.items() if not value]
    if missing and len(missing) < len(given):
        found.append(f"{', '.join(missing)} missing: SMS and calls need all three of Twilio's settings, or none")
    if settings.twilio_from and not _TELEPHONE.fullmatch(settings.twilio_from):
        found.append("TWILIO_FROM is no telephone number: write it as Twilio shows it, +390000000000")
    return found + _faults_of_mail(settings) + _faults_of_links(settings) + _faults_of_second_lines(settings)


def _faults_of_mail(settings: Settings) -> list[str]:
    if settings.smtp_url and not settings.mail_from:
        return ["MAIL_FROM is missing: the address that emails come from"]
    if settings.mail_from and not settings.smtp_url:
        return ["SMTP_URL is missing: the server that sends emails, smtps://user:password@host"]
    found = []
    if settings.email_connected:
        try:
            settings.mail_server()
        except ValueError as error:
            found.append(f"SMTP_URL {error}")
        try:
            settings.mail_sender()
        except ValueError as error:
            found.append(f"MAIL_FROM {error}")
    return found


def _faults_of_links(settings: Settings) -> list[str]:
    """A link in a message must open where it is read; only messages that stay on this machine may lead to it."""
    if urlsplit(settings.links_begin_with).hostname not in LOOPBACK:
        return []
    outside = [
        name
        for name, connected, provider in (
            ("SMS", settings.sms_connected, settings.twilio_api_url),
            ("email", settings.email_connected, settings.smtp_url.get_secret_value() if settings.smtp_url else ""),
        )
        if connected and _host(provider) not in LOOPBACK
    ]
    if not outside:
        return []
    return [f"PUBLIC_URL is missing or a loopback address: links in {' and '.join(outside)} must open on a phone"]


def _faults_of_second_lines(settings: Settings) -> list[str]:
    if all("://" in each.get_secret_value() for each in settings.apprise_urls):
        return []
    return ["APPRISE_URLS holds something that is no address: write service://…, with commas between"]


def is_web(url: str) -> bool:
    """Whether it is an address that can be asked for over HTTP."""
    try:
        asked = urlsplit(url)
        whole = not re.search(r"\s", url)  # what follows a blank was meant as a comment
        return whole and asked.scheme in ("https", "http") and bool(asked.hostname) and asked.port != 0
    except ValueError:  # a bracket or a port that leads nowhere
        return False


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
