"""Letters, handed to the embedded mail host: arrived, refused, put off, silent, cut in the middle, sealed."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.adapters.paging.email import Email
from bot.adapters.paging.mail_server import MailServer, Security, sender
from bot.domain.effects import StopRinging
from bot.domain.incident import IncidentId
from bot.domain.private import EmailAddress
from bot.errors import NotYetDelivered, OutcomeUnknown, Undeliverable
from bot.sandbox import Sandbox
from tests.contracts.paging_briefs import ADDRESS, LINK, brief, company, knock, trial
from tests.contracts.sandbox_rig import running
from tests.domain.records import ANNA, DECLARED_AT, HOSTILE, incident

FROM = Address("Anticrisi", addr_spec="crisi@ventura.example")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running() as rig:
        yield rig.sandbox


@pytest.fixture
def email(sandbox) -> Email:
    return Email(MailServer.parse(sandbox.smtp_url), sender=FROM)


@pytest.fixture
def letters(sandbox):
    return sandbox.person("anna").phone.mails


async def test_a_letter_says_what_is_on_fire_and_how_to_answer(email, letters):
    receipt = await email.page(brief(knock("email")))

    [letter] = letters
    assert letter.subject == "SEV1 INC-42 Casse bloccate in tutti i negozi"
    assert LINK in letter.body.split()
    assert "Segnalato da" in letter.body
    assert letter.html == ""
    assert letter.from_ == "Anticrisi <crisi@ventura.example>"
    assert letter.headers["Message-ID"] == receipt.provider_id
    assert letter.headers["Auto-Submitted"] == "auto-generated"
    assert letter.headers["Importance"] == "high"
    assert letter.headers["Content-Language"] == "it"
    assert parsedate_to_datetime(letter.headers["Date"]) == DECLARED_AT


async def test_it_is_in_the_language_of_whoever_reads_it(email, letters):
    await email.page(brief(knock("email"), people=company(language="en")))

    assert "Say whether you are on it" in letters[0].body


async def test_a_letter_that_is_not_urgent_does_not_say_so(email, letters):
    await email.page(brief(knock("email"), incident=incident(severity=3)))

    assert "Importance" not in letters[0].headers


async def test_words_that_somebody_typed_arrive_as_they_were_and_write_no_header(email, letters):
    title = f"{HOSTILE}\r\nBcc: everyone@ventura.example\r\n\r\nperò € 😀"

    await email.page(brief(knock("email"), incident=incident(title=title, impact="A & B < C")))

    [letter] = letters
    assert "Bcc" not in letter.headers
    assert "però € 😀" in letter.subject
    assert "\u202e" not in letter.subject
    assert "A & B < C" in letter.body
    assert "&amp;" not in letter.body


@pytest.mark.parametrize("length", [1, 40, 150, 400])
async def test_a_long_subject_arrives_whole(email, letters, length):
    title = " ".join(["È caduta la città più 😀 & così"] * length)

    await email.page(brief(knock("email"), incident=incident(title=title)))

    assert letters[0].subject == f"SEV1 INC-42 {title}"


async def test_a_private_incident_tells_its_gravity_and_number_alone(email, letters):
    await email.page(brief(knock("email"), incident=incident(private=True)))

    assert letters[0].subject == "SEV1 INC-42, riservato"
    assert "Casse" not in letters[0].body
    assert "pagamenti" not in letters[0].body


async def test_a_trial_says_that_nothing_is_on_fire(email, letters):
    await email.page(brief(trial("email")))

    assert "una prova" in letters[0].subject
    assert "/ack/" not in letters[0].body


async def test_the_same_letter_sent_again_is_recognised_as_one_and_no_other_is(email, letters):
    people = company()
    again = brief(knock("email"), people=people, attempt=2)
    others = [
        brief(knock("email", epoch=2), people=people),
        brief(knock("email", level=2), people=people),
        brief(knock("email"), people=people, incident=incident(public_id="of another database")),
        brief(trial("email")),
    ]

    for each in (brief(knock("email"), people=people), again, *others):
        await email.page(each)

    marks = [letter.headers["Message-ID"] for letter in letters]
    assert marks[0] == marks[1]
    assert len(set(marks)) == 5
    assert all(mark.endswith("@ventura.example>") for mark in marks)


async def test_whoever_has_no_address_cannot_be_written_to(email):
    for nobody in (knock("email", person="U0MARTA"), knock("email", person="nobody")):
        with pytest.raises(Undeliverable, match="no_address"):
            await email.page(brief(nobody))


async def test_what_is_not_a_letter_is_not_for_the_post(email):
    with pytest.raises(Undeliverable, match="no_such_effect"):
        await email.page(brief(StopRinging(IncidentId(42), 7)))


# What goes wrong


async def test_an_address_that_the_server_refuses_is_undeliverable(email):
    nobody = company(email=EmailAddress("nobody@ventura.example"))

    with pytest.raises(Undeliverable, match="smtp_550"):
        await email.page(brief(knock("email"), people=nobody))


async def test_a_letter_whose_words_are_refused_is_undeliverable(email, sandbox, letters):
    sandbox.faults.fail("smtp", "error:spam")

    with pytest.raises(Undeliverable, match="smtp_550"):
        await email.page(brief(knock("email")))

    assert letters == []


@pytest.mark.parametrize(("step", "code"), [("smtp.RCPT", "smtp_450"), ("smtp", "smtp_451")])
async def test_a_server_that_asks_for_patience_is_tried_again(email, sandbox, letters, step, code):
    sandbox.faults.fail(step, "ratelimited")

    with pytest.raises(NotYetDelivered, match=code):
        await email.page(brief(knock("email")))
    assert letters == []

    await email.page(brief(knock("email")))
    assert len(letters) == 1


async def test_a_server_that_cannot_be_reached_has_sent_nothing():
    nowhere = Email(MailServer("127.0.0.1", 9, Security.NONE), sender=FROM)

    with pytest.raises(NotYetDelivered, match="mail_unreachable"):
        await nowhere.page(brief(knock("email")))


async def test_silence_before_the_letter_is_handed_over_has_sent_nothing(sandbox, letters):
    sandbox.faults.fail("smtp.RCPT", "hang")
    impatient = Email(MailServer.parse(sandbox.smtp_url), sender=FROM, greeting=0.3)

    with pytest.raises(NotYetDelivered, match="mail_unreachable"):
        await impatient.page(brief(knock("email")))

    assert letters == []


async def test_silence_after_the_letter_was_handed_over_leaves_its_fate_unknown(sandbox):
    sandbox.faults.fail("smtp", "hang")
    impatient = Email(MailServer.parse(sandbox.smtp_url), sender=FROM, handing_over=0.3)

    with pytest.raises(OutcomeUnknown, match="mail_silent"):
        await impatient.page(brief(knock("email")))


async def test_a_connection_cut_after_the_letter_leaves_its_fate_unknown(email, sandbox, letters):
    sandbox.faults.fail("smtp", "half")

    with pytest.raises(OutcomeUnknown, match="mail_silent"):
        await email.page(brief(knock("email")))

    assert len(letters) == 1  # it had arrived after all


@pytest.mark.parametrize(
    ("greeting", "error"),
    [(b"554 no service here\r\n", Undeliverable), (b"421 too busy\r\n", NotYetDelivered), (b"", NotYetDelivered)],
)
async def test_a_server_that_does_not_want_to_talk(greeting, error):
    async def turned_away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    server = await asyncio.start_server(turned_away, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    with pytest.raises(error):
        await Email(MailServer("127.0.0.1", port, Security.NONE), sender=FROM).page(brief(knock("email")))

    server.close()
    await server.wait_closed()


# Sealed, and with a password


class Vault:
    """A server that lets in who knows the word, and keeps what it is given."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.sealed: list[bool] = []

    def knows(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"crisi@x", b"s p@ss/")
        return AuthResult(success=right, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        assert server.transport
        self.kept.append(envelope.content)
        self.sealed.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return "250 kept"


Opened = Callable[..., Any]


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What the server shows, and what a client trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime(2020, 1, 1, tzinfo=UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(42)
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, secret = folder / "cert.pem", folder / "key.pem"
    shown.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(shown, secret)
    return server, ssl.create_default_context(cafile=str(shown))


@asynccontextmanager
async def vault(folder: Path, security: Security) -> AsyncIterator[tuple[Vault, int, ssl.SSLContext]]:
    server_side, client_side = certificate(folder)
    kept, loop = Vault(), asyncio.get_running_loop()
    starttls = security is Security.STARTTLS
    options: dict[str, Any] = {
        "authenticator": kept.knows,
        "auth_required": True,
        "auth_require_tls": starttls,
        "tls_context": server_side if starttls else None,
        "require_starttls": starttls,
    }
    server = await loop.create_server(
        lambda: SMTP(kept, loop=loop, hostname="vault", **options),
        "127.0.0.1",
        0,
        ssl=server_side if security is Security.TLS else None,
    )
    try:
        yield kept, server.sockets[0].getsockname()[1], client_side
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_password_travels_sealed(tmp_path, security):
    async with vault(tmp_path, security) as (kept, port, trust):
        server = MailServer.parse(f"{security}://crisi%40x:s%20p%40ss%2F@localhost:{port}")

        await Email(server, sender=FROM, trust=trust).page(brief(knock("email")))

    assert len(kept.kept) == 1
    assert kept.sealed == [True]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_wrong_password_is_undeliverable_and_nothing_is_sent(tmp_path):
    async with vault(tmp_path, Security.TLS) as (kept, port, trust):
        server = MailServer.parse(f"smtps://crisi%40x:wrong@localhost:{port}")

        with pytest.raises(Undeliverable, match="smtp_535"):
            await Email(server, sender=FROM, trust=trust).page(brief(knock("email")))

    assert kept.kept == []


async def test_a_server_that_cannot_seal_is_not_given_the_letter(sandbox, letters):
    open_server = MailServer.parse(sandbox.smtp_url)

    with pytest.raises(Undeliverable, match="smtp_unsupported"):
        await Email(replace(open_server, security=Security.STARTTLS), sender=FROM).page(brief(knock("email")))

    assert letters == []


async def test_a_server_that_shows_a_seal_nobody_vouches_for_is_not_given_the_letter(tmp_path):
    async with vault(tmp_path, Security.STARTTLS) as (kept, port, _):
        with pytest.raises(NotYetDelivered):
            await Email(MailServer("localhost", port, Security.STARTTLS), sender=FROM).page(brief(knock("email")))

    assert kept.kept == []


# What the settings say


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 25, Security.NONE)),
        ("smtp+starttls://u:p@mail.example", MailServer("mail.example", 587, Security.STARTTLS, "u", "p")),
        ("smtps://u%40x:p%2F%3A@mail.example:4465", MailServer("mail.example", 4465, Security.TLS, "u@x", "p/:")),
        ("smtp://u:p@localhost:1025", MailServer("localhost", 1025, Security.NONE, "u", "p")),
    ],
)
def test_a_server_is_named_by_its_address(url, server):
    assert MailServer.parse(url) == server
    assert "password" not in repr(server)


@pytest.mark.parametrize(
    "url", ["", "mail.example", "http://mail.example", "smtp://", "smtp://x:99999", "smtp://u:secret@mail.example"]
)
def test_an_address_that_could_not_work_is_refused_without_repeating_it(url):
    with pytest.raises(ValueError, match=r"smtp") as refused:
        MailServer.parse(url)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("written", ["crisi@ventura.example", "Anticrisi <crisi@ventura.example>"])
def test_a_sender_is_an_address_with_or_without_a_name(written):
    assert sender(written).addr_spec == "crisi@ventura.example"


@pytest.mark.parametrize(
    "written", ["", "crisi", "crisi@", "@ventura.example", "Anticrisi", "a b@c", "crisi@localhost\nBcc: x@y.z"]
)
def test_what_is_no_address_sends_nothing(written):
    with pytest.raises(ValueError, match="is not an address"):
        sender(written)


def test_the_address_of_the_letters_is_the_one_above():
    anna = company().person(ANNA)

    assert anna
    assert anna.email == EmailAddress(ADDRESS)
