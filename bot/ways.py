"""The ways of reaching a person that the settings connect. What is not connected is not loaded either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.adapters.paging.pager import Pager
from bot.adapters.paging.slack_dm import SlackDm
from bot.adapters.slack.calls import SlackCalls
from bot.domain.policy import Method
from bot.errors import Misconfigured
from bot.settings import Settings, revealed
from bot.usecases.paging import SECOND_LINE

if TYPE_CHECKING:
    from bot.adapters.paging.twilio import Twilio


def pagers(settings: Settings, calls: SlackCalls, twilio: Twilio | None) -> dict[str, Pager]:
    """By their names, the company's second lines included. Raises ``Misconfigured``."""
    pagers: dict[str, Pager] = {Method.SLACK_DM: SlackDm(calls)}
    if twilio is not None:
        from bot.adapters.paging.sms import Sms
        from bot.adapters.paging.voice import Voice

        hooks = f"{settings.links_begin_with}/hooks/twilio"
        pagers[Method.SMS] = Sms(twilio, callback_url=f"{hooks}/status")
        pagers[Method.VOICE] = Voice(twilio, hooks=hooks)
    if settings.email_connected:
        from bot.adapters.paging.email import Email

        pagers[Method.EMAIL] = Email(settings.mail_server(), sender=settings.mail_sender())
    return pagers | _second_lines(settings)


def _second_lines(settings: Settings) -> dict[str, Pager]:
    """One for each address, so that each succeeds or fails by itself. Raises ``Misconfigured``."""
    lines: dict[str, Pager] = {}
    for number, url in enumerate(settings.apprise_urls, 1):
        from bot.adapters.paging.relay import Relay

        try:
            relay = Relay(url.get_secret_value(), default_language=settings.default_language)
        except ValueError as error:
            raise Misconfigured(f"APPRISE_URLS: the address in place {number} {error}") from error
        lines[f"{SECOND_LINE}{number}"] = relay
    return lines


def twilio_of(settings: Settings) -> Twilio | None:
    """The account that texts and calls go through, if there is one."""
    if not settings.sms_connected:
        return None

    from bot.adapters.paging.twilio import Twilio

    return Twilio(
        sid=settings.twilio_account_sid or "",
        token=revealed(settings.twilio_auth_token),
        sender=settings.twilio_from or "",
        api_url=settings.twilio_api_url,
    )
