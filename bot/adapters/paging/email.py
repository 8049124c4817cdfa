"""A page as a letter: plain words, and a link whose page answers.

One connection a letter: pages are few, and a connection kept open dies unseen. What fails before the letter is
handed over has not happened; silence after that leaves the outcome unknown, and the letter that is sent again
bears the same Message-ID, so that mail programs show one.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as AS_SENT
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPNotSupported, SMTPResponseException

from bot.adapters.paging.mail_server import MailServer, Security
from bot.domain.effects import PageResponder, RingMe, WarnOwner
from bot.domain.severity import Severity
from bot.domain.slugs import PersonId
from bot.errors import AnticrisiError, NotYetDelivered, OutcomeUnknown, Undeliverable
from bot.ports import Brief, Receipt
from messages import bundle, notices, phone, watch
from messages.phone import Mail
from messages.words import words_of

GREETING: Final = 5.0  # seconds for everything before the letter; both together are shorter than a lease
HANDING_OVER: Final = 4.0
_GOODBYE: Final = 0.5
_URGENT: Final = frozenset({Severity.SEV1, Severity.SEV2})


class Email:
    """Hands letters to one mail server."""

    def __init__(
        self,
        server: MailServer,
        *,
        sender: Address,
        trust: ssl.SSLContext | None = None,
        greeting: float = GREETING,
        handing_over: float = HANDING_OVER,
    ) -> None:
        self._server = server
        self._sender = sender
        self._trust = trust
        self._greeting = greeting
        self._handing_over = handing_over

    async def page(self, brief: Brief) -> Receipt:
        person, mail = _written(brief)
        to = _address(brief, person)
        letter = self._letter(brief, person, to, mail)
        await self._send(to, _subject(mail) + letter.as_bytes())
        return Receipt(str(letter["Message-ID"]))

    async def try_server(self) -> None:
        """As far as the login, and no letter. Raises ``NotYetDelivered`` or ``Undeliverable``."""
        client = self._client()
        try:
            with _as_refusals():
                async with asyncio.timeout(self._greeting):
                    await self._let_in(client)
                    await client.quit(timeout=_GOODBYE)
        finally:
            client.close()

    def _letter(self, brief: Brief, person: PersonId, to: str, mail: Mail) -> EmailMessage:
        letter = EmailMessage(policy=AS_SENT)
        letter["From"] = self._sender
        letter["To"] = to
        letter["Date"] = format_datetime(brief.now)
        letter["Message-ID"] = f"<{_mark(brief)}@{self._sender.domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # no absence notice comes back: RFC 3834
        about = brief.incidents_together or ((brief.incident_record,) if brief.incident_record else ())
        if any(record.incident.severity in _URGENT for record in about):
            letter["Importance"] = "high"
        letter.set_content(mail.text, cte="quoted-printable")
        letter["Content-Language"] = words_of(brief.roster, person).language
        return letter

    async def _send(self, to: str, letter: bytes) -> None:
        client = self._client()
        try:
            await self._greet(client, to)
            await self._hand_over(client, letter)
            with suppress(SMTPException, OSError):
                await client.quit(timeout=_GOODBYE)
        finally:
            client.close()

    async def _greet(self, client: SMTP, to: str) -> None:
        """Up to the recipient: whatever fails here, nothing has been sent."""
        with _as_refusals():
            async with asyncio.timeout(self._greeting):
                await self._let_in(client)
                await client.mail(self._sender.addr_spec)
                await client.rcpt(to)

    async def _let_in(self, client: SMTP) -> None:
        server = self._server
        await client.connect()
        await client.ehlo()
        if server.security is Security.STARTTLS:
            if not client.supports_extension("starttls"):
                raise Undeliverable("smtp_unsupported")  # nothing is said in the clear where a seal was asked for
            await client.starttls()
        if server.username:
            await client.login(server.username, server.password or "")

    async def _hand_over(self, client: SMTP, letter: bytes) -> None:
        try:
            await client.data(letter, timeout=self._handing_over)
        except SMTPResponseException as refused:
            raise _refused(refused) from refused
        except (SMTPException, OSError, TimeoutError) as error:
            raise OutcomeUnknown("mail_silent") from error

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security is Security.TLS,
            start_tls=False,
            tls_context=self._trust,
            timeout=self._greeting,
        )


@contextmanager
def _as_refusals() -> Iterator[None]:
    """What fails before a letter is handed over, in our own words."""
    try:
        yield
    except SMTPResponseException as refused:
        raise _refused(refused) from refused
    except SMTPNotSupported as error:
        raise Undeliverable("smtp_unsupported") from error
    except (SMTPException, OSError, TimeoutError) as error:
        raise NotYetDelivered("mail_unreachable") from error


def _written(brief: Brief) -> tuple[PersonId, Mail]:
    match brief.effect:
        case PageResponder(person=person) if brief.incidents_together:
            return person, bundle.mail(words_of(brief.roster, person), brief.incidents_together, url=brief.answer_url)
        case PageResponder(page=number, person=person):
            _ = words_of(brief.roster, person)
            return person, phone.mail(_, brief.record, number, person, url=brief.answer_url)
        case RingMe(person=person):
            return person, notices.ring_test_mail(words_of(brief.roster, person))
        case WarnOwner(person=person) as warning if person:
            return person, watch.warning_mail(words_of(brief.roster, person), warning, brief.now)
        case _:
            raise Undeliverable("no_such_effect")


def _subject(mail: Mail) -> bytes:
    """As a header by itself: the library's own folding loses spaces between words that must be encoded."""
    charset = "us-ascii" if mail.subject.isascii() else "utf-8"
    folded = Header(mail.subject, charset, header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {folded}\r\n".encode("ascii")


def _address(brief: Brief, person: PersonId) -> str:
    member = brief.roster.person(person)
    if member is None or member.email is None:
        raise Undeliverable("no_address")
    return member.email.reveal()


def _mark(brief: Brief) -> str:
    """The same for every repetition of one letter, and for no other: effects are numbered anew in a new database,
    but an incident's public name is not. Whoever of those it tells of leads it the next time, it is one letter."""
    whose = brief.record.incident.public_id if brief.incident_record else ""
    mine = [f"{whose} {brief.effect.key}"]
    others = [f"{each.record.incident.public_id} {each.claimed.effect.key}" for each in brief.together]
    return sha256("\n".join(sorted(mine + others)).encode()).hexdigest()[:32]


def _refused(said: SMTPResponseException) -> AnticrisiError:
    """5xx is for good, everything else passes: RFC 5321, 4.2.1."""
    code = f"smtp_{said.code}"
    return Undeliverable(code) if 500 <= said.code < 600 else NotYetDelivered(code)
