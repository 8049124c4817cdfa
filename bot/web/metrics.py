"""What is counted for whoever watches over the bot. Numbers only: nothing here names anybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge

from bot.domain.own_trouble import OwnTrouble
from bot.usecases.measure import Measures


class Metrics:
    """What is counted between scrapes, and what is measured at one. The engine calls ``sent`` and ``ticked``."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        self._sends = Counter(
            "anticrisi_sends", "Effects tried, by kind and outcome.", ("kind", "outcome"), registry=self.registry
        )
        self._tick_lag = _gauge(
            self, "tick_lag_seconds", "How late this replica ran at worst in the last five seconds."
        )
        self._incidents = _gauge(self, "incidents_open", "Incidents that go on.")
        self._pages = _gauge(self, "pages_open", "Pages that nobody has taken yet.")
        self._late = _gauge(self, "oldest_due_age_seconds", "How late the oldest due page, reminder or effect is.")
        self._due = _gauge(self, "oldest_due_seconds", "How late the oldest due page or knock is, at the last look.")
        self._troubles = Gauge(
            "anticrisi_trouble", "1 while the bot itself is in this trouble.", ("name",), registry=self.registry
        )
        for trouble in OwnTrouble:
            self._troubles.labels(str(trouble)).set(0)  # an alarm that finds no number at the start keeps silent
        self._database = _gauge(self, "database_up", "1 while the database answers.")
        self._effects = Gauge(
            "anticrisi_effects", "Effects in the outbox, by kind and state.", ("kind", "state"), registry=self.registry
        )

    def sent(self, kind: str, outcome: str) -> None:
        """An effect was tried."""
        self._sends.labels(kind, outcome).inc()

    def ticked(self, lag: timedelta) -> None:
        """A tick came, so late."""
        self._tick_lag.set(lag.total_seconds())

    def watched(self, troubles: Mapping[str, bool], oldest_due: timedelta) -> None:
        """The watchdog has looked: which troubles there are, and how late people are called."""
        for name, there in troubles.items():
            self._troubles.labels(name).set(there)
        self._due.set(oldest_due.total_seconds())

    def measured(self, measures: Measures | None, effects: Mapping[tuple[str, str], int]) -> None:
        """The house at the moment of a scrape; nothing when the database did not answer."""
        self._database.set(0 if measures is None else 1)
        if measures is None:
            return
        self._incidents.set(measures.incidents_open)
        self._pages.set(measures.pages_open)
        self._late.set(measures.oldest_due.total_seconds())
        self._effects.clear()
        for (kind, state), count in effects.items():
            self._effects.labels(kind, state).set(count)


def _gauge(metrics: Metrics, name: str, meaning: str) -> Gauge:
    return Gauge(f"anticrisi_{name}", meaning, registry=metrics.registry)
