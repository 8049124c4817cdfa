"""What the surroundings say: environment and ``.env`` in, one frozen object out.

Refuses to start half-configured: every missing or wrong setting is named in one line, with the remedy.
"""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from email.headerregistry import Address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.adapters.paging.mail_server import MailServer, sender
from bot.domain.people import known_time_zones
from bot.domain.policy import Method
from bot.errors import Misconfigured
from messages.words import languages

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared with, not bound to


SILENT_DATABASE = (
    "Look whether it runs, is reached from here and lets us make tables; of SQLite, whether its folder is there"
)
"""The remedy where a database does not answer."""

SHORTEST_KEY = 24  # characters; 144 bits where they are base64: whoever has the database may guess at leisure
SHORTEST_TOKEN = 16  # characters; guessed over the network, one by one

_IN_A_HEADER = re.compile(r"[!-~]+")
_TELEPHONE = re.compile(r"\+\d{6,15}")
_BETWEEN_ADDRESSES = re.compile(r"[\s,]+(?=[A-Za-z][A-Za-z0-9+.-]*://)")


class Settings(BaseSettings):
    """Every setting, under the name it has in the environment. Secrets are masked in print."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str | None = None
    database_url: str = "sqlite:///anticrisi.db"
    team_document: str | None = None
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    public_url: str | None = None
    secret_key: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_from: str | None = None
    twilio_api_url: str = "https://api.twilio.com"
    daily_cap_calls: int = Field(default=30, ge=0)
    daily_cap_sms: int = Field(default=60, ge=0)
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    apprise_urls: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    openai_base_url: str | None = None
    openai_api_key: SecretStr | None = None
    openai_model: str | None = None
    api_token: SecretStr | None = None
    announce_channel: str = "incidents"
    default_language: str = "en"
    time_zone: str = "UTC"
    heartbeat_url: SecretStr | None = None
    log_format: Literal["console", "json"] | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("secret_key", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(SecretStr(key.strip()) for key in value.split(",") if key.strip())
        return value

    @field_validator("apprise_urls", mode="before")
    @classmethod
    def _split_addresses(cls, value: object) -> object:
        if isinstance(value, str):  # an address may itself hold commas: the next one begins with its own scheme
            return tuple(SecretStr(each) for each in _BETWEEN_ADDRESSES.split(value.strip(" ,")) if each)
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in known_time_zones():
            raise ValueError("not a time zone such as Europe/Rome")
        return value

    @field_validator("default_language")
    @classmethod
    def _a_language_we_speak(cls, value: str) -> str:
        if value not in languages():
            raise ValueError(f"we speak {', '.join(languages())}")
        return value

    @property
    def sms_connected(self) -> bool:
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_from)

    @property
    def daily_caps(self) -> dict[str, int]:
        """How many calls and texts one person gets in 24 hours before repeats wait, by way of paging. 0: no cap."""
        return {Method.VOICE: self.daily_cap_calls, Method.SMS: self.daily_cap_sms}

    @property
    def email_connected(self) -> bool:
        return bool(self.smtp_url and self.mail_from)

    def mail_server(self) -> MailServer:
        """What SMTP_URL says; raises ``ValueError`` with what is wrong with it."""
        return MailServer.parse(self.smtp_url.get_secret_value() if self.smtp_url else "")

    def mail_sender(self) -> Address:
        """What MAIL_FROM says; raises ``ValueError`` with what is wrong with it."""
        return sender(self.mail_from or "")

    @property
    def links_begin_with(self) -> str:
        """What our own links begin with, without a slash at the end."""
        return (self.public_url or f"http://{self.http_host}:{self.http_port}").rstrip("/")

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key.get_secret_value() for key in self.secret_key)


def load(**overrides: object) -> Settings:
    """Read the surroundings. Raises ``Misconfigured`` with one line a fault."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"{_name(each['loc'])}: {each['msg'].removeprefix('Value error, ')}" for each in error.errors()]
        raise Misconfigured("\n".join(lines)) from error
    except UnicodeDecodeError as error:
        raise Misconfigured(".env is no text in UTF-8: save it as UTF-8") from error
    except OSError as error:
        raise Misconfigured(f".env cannot be read ({error.strerror}): let us read it, or take it away") from error


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


def revealed(secret: SecretStr | None) -> str:
    """The secret itself; nothing when it is not set."""
    return secret.get_secret_value() if secret else ""


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


def _name(place: tuple[int | str, ...]) -> str:
    return str(place[0]).upper() if place else "settings"
