"""Where mail goes out: what ``SMTP_URL`` and ``MAIL_FROM`` say.

Refuses what could not work, and a password that would travel in the clear to another machine. Talks to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Security(StrEnum):
    """How the way to the mail server is kept from other eyes."""

    NONE = "smtp"
    """Not at all: a server on this machine, or one that needs no password."""
    STARTTLS = "smtp+starttls"
    """Encrypted after the greeting, or not used."""
    TLS = "smtps"
    """Encrypted from the first byte."""


_PORTS: Final = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True)
class MailServer:
    """One server, and how it is spoken to."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> MailServer:
        """``smtps://user:password@host:port``; raises ``ValueError`` that says what is wrong, and never the address."""
        try:
            parts = urlsplit(url)
            security, port = Security(parts.scheme), parts.port
        except ValueError as error:
            raise ValueError("begins with smtp://, smtp+starttls:// or smtps://, then a host and a port") from error
        if not parts.hostname:
            raise ValueError("names no host: smtps://user:password@host")
        if parts.username and security is Security.NONE and parts.hostname not in _LOOPBACK:
            raise ValueError("would send the password in the clear: use smtp+starttls:// or smtps://")
        username, password = (unquote(each) if each else None for each in (parts.username, parts.password))
        return cls(parts.hostname, port or _PORTS[security], security, username, password)

    @property
    def outside(self) -> bool:
        """Whether mail leaves this machine."""
        return self.host not in _LOOPBACK


def sender(written: str) -> Address:
    """``Anticrisi <crisis@example.com>``, or the address alone; raises ``ValueError`` for anything else."""
    name, address = parseaddr(written)
    try:
        found = Address(name, addr_spec=address)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise ValueError("is not an address: write crisis@example.com, or Name <crisis@example.com>") from error
    if not found.username or "." not in found.domain.strip("."):
        raise ValueError("is not an address: write crisis@example.com, or Name <crisis@example.com>")
    return found
