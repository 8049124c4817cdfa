"""An embedded Slack workspace, with its people, their phones and a mail host, on loopback.

It exists so that the whole product can be tried, tested and measured with no account anywhere. It refuses what
Slack refuses, with Slack's codes, and knows nothing of the rest of the bot: the clock and the manifest are handed in.
"""

from bot.sandbox.cast import BOTTEGA_VENTURA, Cast, CastChannel, CastGroup, CastPerson
from bot.sandbox.people import Person
from bot.sandbox.refusal import NotVisible
from bot.sandbox.screen import FormView, HomeView, Seen
from bot.sandbox.server import Sandbox, TurnRequest

__all__ = [
    "BOTTEGA_VENTURA",
    "Cast",
    "CastChannel",
    "CastGroup",
    "CastPerson",
    "FormView",
    "HomeView",
    "NotVisible",
    "Person",
    "Sandbox",
    "Seen",
    "TurnRequest",
]
