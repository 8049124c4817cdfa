"""Texts, calls and mail reach people's phones, and their answers come back signed."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import urlsplit

import aiohttp
import aiosmtplib
import httpx
import pytest
from aiohttp import web

from tests.contracts.sandbox_rig import Rig, running
from tests.links import client
from tests.loopback import ANYTHING, serving

MENU = '<Response><Gather numDigits="1" action="/voice/key" timeout="5"><Say>Press 1.</Say></Gather>'
MENU += "<Say>Nobody pressed.</Say><Hangup/></Response>"


@dataclass
class Product:
    """What the product would serve to the telephone company."""

    rig: Rig
    base: str = ""
    heard: list[tuple[str, dict[str, str], bool]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def serve(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        url = self.base + request.path_qs
        written = url + "".join(name + form[name] for name in sorted(form))
        digest = hmac.new(self.rig.sandbox.twilio_token.encode(), written.encode(), hashlib.sha1).digest()
        genuine = request.headers["X-Twilio-Signature"] == base64.b64encode(digest).decode()
        self.heard.append((request.path, form, genuine))
        return web.Response(text=self.answers.get(request.path, ""), content_type="text/xml")

    def forms(self, path: str) -> list[dict[str, str]]:
        return [form for where, form, _ in self.heard if where == path]


@pytest.fixture
async def product():
    async with running() as rig:
        product = Product(rig)
        async with serving({ANYTHING: product.serve}) as url:
            product.base = rig.sandbox.twilio_webhook_base = url
            yield product


async def ask(product: Product, what: str, *, token: str | None = None, **form: str) -> httpx.Response:
    sandbox = product.rig.sandbox
    account = f"{sandbox.twilio_url}/2010-04-01/Accounts/{sandbox.twilio_sid}/{what}"
    async with client(auth=(sandbox.twilio_sid, token or sandbox.twilio_token)) as http:
        return await http.post(account, data={"From": sandbox.twilio_from, **form})


async def test_a_text_is_delivered_and_its_delivery_reported(product):
    bruno = product.rig.sandbox.person("bruno")

    answer = await ask(
        product, "Messages.json", To=bruno.phone.number, Body="SEV1", StatusCallback=f"{product.base}/status?k=1"
    )
    await product.rig.sandbox.quiet()

    assert (answer.status_code, answer.json()["status"]) == (201, "queued")
    assert bruno.phone.messages[0].body == "SEV1"
    assert [form["MessageStatus"] for form in product.forms("/status")] == ["sent", "delivered"]
    assert product.forms("/status")[0]["MessageSid"] == answer.json()["sid"]
    assert all(genuine for _, _, genuine in product.heard)


async def test_a_phone_that_is_off_gets_nothing_and_the_sender_learns_it(product):
    bruno = product.rig.sandbox.person("bruno")
    bruno.phone.off = True

    await ask(product, "Messages.json", To=bruno.phone.number, Body="x", StatusCallback=f"{product.base}/status")
    await product.rig.sandbox.quiet()

    assert bruno.phone.messages == []
    assert product.forms("/status")[-1] | {"ErrorCode": "30003"} == product.forms("/status")[-1]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": "12", "Body": "x"}, 21211),
        ({"To": "+393205550102", "Body": ""}, 21602),
        ({"To": "+393205550102", "Body": "x" * 1601}, 21617),
        ({"To": "+393205550102", "Body": "x", "From": "+1"}, 21606),
    ],
)
async def test_a_text_twilio_would_refuse_is_refused_with_its_code(product, form, code):
    answer = await ask(product, "Messages.json", **form)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_a_wrong_token_sends_nothing(product):
    answer = await ask(product, "Messages.json", token="wrong", To="+393205550102", Body="x")

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


async def test_a_reply_reaches_the_product_and_its_answer_comes_back(product):
    bruno = product.rig.sandbox.person("bruno")
    product.answers["/hooks/twilio/sms"] = "<Response><Message>You have it.</Message></Response>"
    await ask(product, "Messages.json", To=bruno.phone.number, Body="SEV1, reply 1")
    await product.rig.sandbox.quiet()

    said = await bruno.phone.replies("1")

    path, form, genuine = product.heard[-1]
    assert (path, form["From"], form["Body"], genuine) == ("/hooks/twilio/sms", bruno.phone.number, "1", True)
    assert said == bruno.phone.messages[-1].body == "You have it."


async def test_a_call_says_its_words_and_takes_a_key(product):
    anna = product.rig.sandbox.person("anna")
    product.answers["/voice"] = MENU
    product.answers["/voice/key"] = "<Response><Say>You have it.</Say></Response>"
    await ask(
        product,
        "Calls.json",
        To=anna.phone.number,
        Url=f"{product.base}/voice",
        StatusCallback=f"{product.base}/status",
    )
    await product.rig.sandbox.quiet()
    assert anna.phone.ringing is not None

    await anna.phone.presses_key("1")

    call = anna.phone.calls[0]
    assert call.said == ["Press 1.", "You have it."]
    assert product.forms("/voice/key")[0]["Digits"] == "1"
    assert (call.state, product.forms("/status")[-1]["CallStatus"]) == ("completed", "completed")
    assert all(genuine for _, _, genuine in product.heard)


async def test_silence_after_the_question_goes_on_to_what_follows(product):
    anna = product.rig.sandbox.person("anna")
    product.answers["/voice"] = MENU
    await ask(product, "Calls.json", To=anna.phone.number, Url=f"{product.base}/voice")
    await product.rig.sandbox.quiet()
    await anna.phone.answers()
    assert anna.phone.calls[0].listening

    product.rig.clock.turn(seconds=10)
    await product.rig.sandbox.quiet()

    assert anna.phone.calls[0].said[-1] == "Nobody pressed."
    assert anna.phone.ringing is None


async def test_a_call_nobody_answers_ends_after_its_timeout(product):
    anna = product.rig.sandbox.person("anna")
    form = {"To": anna.phone.number, "Url": f"{product.base}/voice", "StatusCallback": f"{product.base}/status"}
    await ask(product, "Calls.json", **form, Timeout="30")
    await product.rig.sandbox.quiet()
    product.rig.clock.turn(seconds=29)
    await product.rig.sandbox.quiet()
    assert anna.phone.ringing is not None

    product.rig.clock.turn(seconds=1)
    await product.rig.sandbox.quiet()

    assert product.forms("/status")[-1]["CallStatus"] == "no-answer"


async def test_a_call_can_be_called_off(product):
    anna = product.rig.sandbox.person("anna")
    placed = await ask(product, "Calls.json", To=anna.phone.number, Url=f"{product.base}/voice")
    await product.rig.sandbox.quiet()

    await ask(product, f"Calls/{placed.json()['sid']}.json", Status="canceled")

    assert anna.phone.calls[0].state == "canceled"


async def test_mail_arrives_with_its_two_bodies(product):
    sandbox = product.rig.sandbox
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "bot@x.example", "luca@ventura.example", "SEV1 · però"
    message.set_content("plain words")
    message.add_alternative("<b>rich words</b>", subtype="html")

    where = urlsplit(sandbox.smtp_url)
    await aiosmtplib.send(message, hostname=where.hostname, port=where.port)

    mail = sandbox.person("luca").phone.mails[0]
    assert (mail.subject, mail.body.strip(), mail.html.strip()) == ("SEV1 · però", "plain words", "<b>rich words</b>")


async def test_mail_to_nobody_of_the_company_bounces(product):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "bot@x.example", "nobody@ventura.example", "x"
    where = urlsplit(product.rig.sandbox.smtp_url)

    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await aiosmtplib.send(message, hostname=where.hostname, port=where.port)


async def test_the_page_shows_the_phone(product):
    bruno = product.rig.sandbox.person("bruno")
    await ask(product, "Messages.json", To=bruno.phone.number, Body="SEV1")
    await product.rig.sandbox.quiet()

    async with (
        aiohttp.ClientSession(product.rig.sandbox.url) as page,
        page.get("/ui/bootstrap", params={"as": "bruno"}) as answer,
    ):
        phone = (await answer.json())["phone"]

    assert (phone["unread"], phone["messages"][0]["body"]) == (1, "SEV1")
