"""What the core needs from outside, as Protocols, and the values that cross.

A use case holds a ``Core``: a store, a clock, ids. It holds no gateway, so nothing slow or
outward can happen while a row is locked. The dispatcher holds ``Doors``: adapters that carry
effects out and answer with a receipt.
"""

from __future__ import annotations

from bot.ports.core import USUAL_PATIENCE, Core, Patience
from bot.ports.departing import Brief, Claimed, Companion, Departure, DoorKeeper, Receipt
from bot.ports.gestures import Gestures
from bot.ports.outbox import Outbox
from bot.ports.store import DocumentVersion, Store, Transaction

__all__ = [
    "USUAL_PATIENCE",
    "Brief",
    "Claimed",
    "Companion",
    "Core",
    "Departure",
    "DocumentVersion",
    "DoorKeeper",
    "Gestures",
    "Outbox",
    "Patience",
    "Receipt",
    "Store",
    "Transaction",
]
