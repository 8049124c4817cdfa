"""What the surroundings say: environment and ``.env`` in, one frozen object out.

What cannot be read at all is refused here; whether what was read is enough to start with, ``bot.faults`` says.
"""

from __future__ import annotations

import re
from email.headerregistry import Address
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.adapters.paging.mail_server import MailServer, sender
from bot.domain.people import known_time_zones
from bot.domain.policy import Method
from bot.errors import Misconfigured
from messages.words import languages

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


def revealed(secret: SecretStr | None) -> str:
    """The secret itself; nothing when it is not set."""
    return secret.get_secret_value() if secret else ""


def _name(place: tuple[int | str, ...]) -> str:
    return str(place[0]).upper() if place else "settings"
