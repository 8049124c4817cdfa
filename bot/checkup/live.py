"""What each provider says when it is asked whether it knows us.

Sends nothing to anybody: no message, no call, no letter, and no heartbeat, which would say that all is well.
Promises an answer or a remedy for each, in the time that a page would wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final

from pydantic import SecretStr

from bot.adapters.slack.calls import SLACK_KNOWS_US_NO_MORE, SlackCalls, client
from bot.checkup.line import OK, WRONG, Line
from bot.errors import AnticrisiError, Misconfigured, Undeliverable
from bot.settings import Settings
from bot.shipped import manifest
from bot.ways import twilio_of

PATIENCE: Final = 10.0  # seconds


async def live_answers(settings: Settings, *, within: float = PATIENCE) -> list[Line]:
    """Slack, Twilio and the mail server, asked side by side. What is not connected is not asked."""
    questions: list[Awaitable[Line]] = []
    if token := settings.slack_bot_token:
        remedy = "Install the app again and copy SLACK_BOT_TOKEN"
        questions.append(_ask("live: slack", _slack(settings, token), remedy, "SLACK_API_URL", within))
    if token := settings.slack_app_token:
        remedy = "Make an app-level token with connections:write and copy it to SLACK_APP_TOKEN"
        questions.append(_ask("live: socket mode", _socket(settings, token), remedy, "SLACK_API_URL", within))
    if settings.sms_connected:
        remedy = "Look at TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and the account at Twilio"
        questions.append(_ask("live: twilio", _twilio(settings), remedy, "TWILIO_API_URL", within))
    if settings.email_connected:
        questions.append(_ask("live: mail server", _mail(settings), "Look at SMTP_URL", "SMTP_URL", within))
    return await asyncio.gather(*questions)


async def _ask(part: str, question: Awaitable[str], remedy: str, address: str, within: float) -> Line:
    on_the_way = f"Look whether this machine reaches it: a firewall, a proxy, {address}"
    try:
        async with asyncio.timeout(within):
            return Line(part, OK, await question)
    except TimeoutError:
        return Line(part, WRONG, f"no answer within {within:g} s. {on_the_way}")
    except Misconfigured as error:
        return Line(part, WRONG, f"{error}. {remedy}")
    except AnticrisiError as error:
        if isinstance(error, Undeliverable) or str(error) in SLACK_KNOWS_US_NO_MORE:
            return Line(part, WRONG, f"refused ({error}). {remedy}")
        return Line(part, WRONG, f"silent or in trouble ({error}). {on_the_way}; then ask again")


async def _slack(settings: Settings, token: SecretStr) -> str:
    us, granted = await _calls(settings, token).granted()
    missing = sorted(set(manifest()["oauth_config"]["scopes"]["bot"]) - granted)
    if missing:
        raise Misconfigured(f"the app lacks {', '.join(missing)}: update it from slack/manifest.json")
    return f"{us.get('team', '')} as {us.get('user', '')}, with every scope"


async def _socket(settings: Settings, token: SecretStr) -> str:
    await _calls(settings, token)("apps.connections.open")
    return "Slack offers a connection"


def _calls(settings: Settings, token: SecretStr) -> SlackCalls:
    return SlackCalls(client(token.get_secret_value(), settings.slack_api_url))


async def _twilio(settings: Settings) -> str:
    twilio = twilio_of(settings)
    assert twilio is not None  # it is connected, or nobody would ask
    try:
        account = await twilio.account()
    finally:
        await twilio.close()
    if account.get("status") != "active":
        raise Misconfigured(f"the account {account.get('friendly_name', '')} is {account.get('status', 'unknown')}")
    return f"the account {account.get('friendly_name', '')} is active"


async def _mail(settings: Settings) -> str:
    from bot.adapters.paging.email import Email

    server = settings.mail_server()
    await Email(server, sender=settings.mail_sender()).try_server()
    return f"{server.host} lets us in"
