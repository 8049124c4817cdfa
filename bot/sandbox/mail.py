"""A mail host: takes whatever is sent and puts it in front of whoever has that address."""

from __future__ import annotations

import asyncio
import email
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.sandbox.phones import Mail

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox


class MailHost:
    """SMTP on loopback. Unknown people of the company's own domain bounce; other addresses are kept."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._server: asyncio.Server | None = None
        self.mailboxes: dict[str, list[Mail]] = {}
        self.url = ""

    async def start(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, loop=loop, hostname="mail.sandbox.example", ident="sandbox", enable_SMTPUTF8=True),
            host,
            0,
        )
        self.url = f"smtp://{host}:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    def mailbox(self, address: str) -> list[Mail]:
        """Everything that came for an address, oldest first."""
        return self.mailboxes.get(address.lower(), [])

    async def handle_RCPT(  # noqa: N802 - the mail server calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Bounce an address of ours that nobody has."""
        if fault := self._sandbox.faults.take("smtp.RCPT"):
            if fault.kind == "hang":
                await self._sandbox.faults.hang()
            return "550 5.1.1 refused" if fault.kind.startswith("error:") else "450 4.2.0 greylisted, try again later"
        workspace = self._sandbox.workspace
        if address.partition("@")[2].lower() in workspace.domains and address.lower() not in workspace.emails:
            return "550 5.1.1 no such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the mail server calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        fault = self._sandbox.faults.take("smtp")
        if fault is not None and not fault.kind.startswith("half"):
            if fault.kind == "hang":
                await self._sandbox.faults.hang()
            return f"550 5.7.1 {fault.kind}" if fault.kind.startswith("error:") else "451 4.3.0 try again later"
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        message: Any = email.message_from_bytes(raw, policy=default)
        for address in envelope.rcpt_tos:
            self._keep(address, envelope.mail_from or "", message)
        if fault is not None and server.transport is not None:  # it has arrived, and nobody is told so
            server.transport.close()
            return "421 4.3.0 gone"
        return "250 2.0.0 accepted"

    def _keep(self, address: str, sender: str, message: EmailMessage) -> None:
        workspace = self._sandbox.workspace
        mail = Mail(
            id=workspace.ids.secret(16),
            from_=str(message["From"] or sender),
            to=address,
            subject=str(message["Subject"] or ""),
            body=_part(message, "plain"),
            html=_part(message, "html"),
            at=workspace.clock.now(),
            headers={name: str(value) for name, value in message.items()},
        )
        self.mailboxes.setdefault(address.lower(), []).append(mail)
        user = workspace.emails.get(address.lower())
        if user is not None:
            self._sandbox.people[user].phone.mails.append(mail)
            workspace.tell_pages("phone", [user])


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
