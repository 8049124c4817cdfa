"""One unit of work: everything in it is stored together or not at all."""

from __future__ import annotations

from bot.domain.escalation import PageId
from bot.domain.incident import IncidentId
from bot.ports import Outbox
from bot.storage.claims import SqlOutbox
from bot.storage.database import Line
from bot.storage.pruning import Pruning
from bot.storage.records import Records
from bot.storage.rows import Setting


class SqlTransaction(Records, Pruning):
    """The whole record over one open connection. Its parts are in files of their own, each one noun."""

    outbox: Outbox

    def __init__(self, connection: Line, setting: Setting) -> None:
        super().__init__(connection, setting)
        self._saved: dict[IncidentId, int] = {}
        self._left: dict[PageId, int] = {}
        self._outbox = SqlOutbox(connection, setting)
        self.outbox = self._outbox

    @property
    def caused_effects(self) -> bool:
        """Whether the dispatcher has reason to look once this is committed."""
        return self._outbox.grew
