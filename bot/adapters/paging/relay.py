"""A copy of a page to somewhere else entirely: any of the services that Apprise knows.

The second line, never the first: it tells that a page has moved on unanswered, asks for no answer, and vouches
for nothing, since a service says only that it took the words. What is private stays private here too.

https://github.com/caronc/apprise/wiki
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.domain.effects import RelayPage, WarnOwner
from bot.errors import NotYetDelivered, OutcomeUnknown, Undeliverable
from bot.ports import Brief, Receipt
from messages.phone import Mail, relayed
from messages.watch import warning_mail
from messages.words import words_for

if TYPE_CHECKING:
    from apprise import Apprise

TIME_OUT: Final = 8.0  # seconds; shorter than a lease


class Relay:
    """One service, by its Apprise address. The library is loaded with the first of them, and only then."""

    def __init__(self, url: str, *, default_language: str = "en", time_out: float = TIME_OUT) -> None:
        self._service = _service(url)
        self._default_language = default_language
        self._time_out = time_out

    @property
    def service(self) -> str:
        """What people call it."""
        return ", ".join(str(each.service_name) for each in self._service)

    async def page(self, brief: Brief) -> Receipt:
        mail = self._written(brief)
        await self._notify(mail.subject, mail.text)
        return Receipt()

    def _written(self, brief: Brief) -> Mail:
        document = brief.roster.document
        language = document.language if document else self._default_language
        _ = words_for(language, document.time_zone if document else "UTC")
        match brief.effect:
            case RelayPage(page=page):
                return relayed(_, brief.record, page)
            case WarnOwner() as warning:
                return warning_mail(_, warning, brief.now)
            case _:
                raise Undeliverable("no_such_effect")

    async def _notify(self, title: str, body: str) -> None:
        """Apprise waits where it stands: in a thread, whose end is not waited for longer than we promise."""
        telling = asyncio.to_thread(self._service.notify, body=body, title=title, body_format="text")
        try:
            async with asyncio.timeout(self._time_out):
                told = await telling
        except TimeoutError as error:
            raise OutcomeUnknown("relay_silent") from error
        if not told:
            raise NotYetDelivered("relay_refused")  # Apprise does not say why, nor for how long


def _service(url: str) -> Apprise:
    """Raises ``ValueError`` for an address that Apprise cannot make sense of."""
    import apprise

    service = apprise.Apprise()
    if not service.add(url):
        raise ValueError("is no address that Apprise knows")
    return service
