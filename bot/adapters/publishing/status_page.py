"""The built-in status page.

The page is drawn from the record, so a statement is there from its commit on; the receipt says
where it can be read.
"""

from __future__ import annotations

from bot.domain.statement import Statement
from bot.ports import Brief, Receipt

NAME = "status_page"


class StatusPage:
    """Works with no account."""

    async def publish(self, brief: Brief, statement: Statement) -> Receipt:
        link = f"{brief.record.status_url}#s{statement.id}"
        return Receipt(link, {"link": link}, delivered=True)
