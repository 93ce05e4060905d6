"""The ledger's figures as Prometheus reads them, counted at the scrape. The only file that knows prometheus-client.

No address, no name of a reader, no title: whoever may reach the page may read them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, current_app, g, make_response, request
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from werkzeug.wrappers import Response

from ..store import Store, ledger
from ..store import editions as recorded
from ..store import nodes as machines
from ..store.editions import Intake
from ..store.ledger import BUCKETS, Figures
from ..store.nodes import Node
from .pages import Context
from .snapshots import Snapshot

blueprint = Blueprint("metrics", __name__)

COUNTED_EVERY: Final = timedelta(seconds=5)
"""Counting reads every row: somebody who asks more often is told what was counted last."""

OUTCOMES: Final = ("recorded", "unchanged", "problems", "held")


@dataclass(frozen=True, slots=True)
class Counted:
    """What the store came to at a moment."""

    at: datetime
    figures: Figures
    intake: Intake | None
    nodes: tuple[Node, ...] = ()


class Counts:
    """The newest count of a store, not older than `COUNTED_EVERY`."""

    def __init__(self) -> None:
        self._last: Counted | None = None
        self._lock = threading.Lock()

    def of(self, store: Store, now: datetime) -> Counted:
        with self._lock:
            if self._last is None or not timedelta() <= now - self._last.at < COUNTED_EVERY:
                with store.read() as conn:
                    self._last = Counted(
                        now, ledger.figures(conn, now), recorded.read_intake(conn), tuple(machines.nodes(conn))
                    )
            return self._last


class Scrape(Collector):
    """One scrape's families."""

    def __init__(self, snapshot: Snapshot, counted: Counted | None) -> None:
        self._snapshot = snapshot
        self._counted = counted

    def collect(self) -> Iterable[Metric]:
        yield from _edition(self._snapshot)
        if self._counted is not None:
            yield from _registry(self._counted.intake)
            yield from _ledger(self._counted.figures, self._counted.at)
            yield from _nodes(self._counted.nodes)


@blueprint.get("/metrics")
def metrics() -> Response:
    context: Context = current_app.extensions["eventcal"]
    counts: Counts = current_app.extensions.setdefault("eventcal.counts", Counts())
    registry = CollectorRegistry()
    registry.register(Scrape(g.snapshot, counts.of(context.store, g.now) if context.store else None))
    ProcessCollector(registry=registry)
    encoder, content_type = choose_encoder(request.headers.get("Accept", ""))
    response = make_response(encoder(registry))
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = "no-store"
    return response


def _edition(snapshot: Snapshot) -> Iterator[Metric]:
    edition = snapshot.edition
    yield _gauge("edition", "Number of the edition that is served, 0 for none", edition.number if edition else 0)
    yield _gauge("events", "Events in the edition that is served", len(edition.versions) if edition else 0)
    if edition:
        yield _moment("edition_recorded", "When the edition that is served was recorded", edition.recorded_at)
    degraded = GaugeMetricFamily("eventcal_degraded", "What is not quite well, as /readyz names it", labels=["what"])
    for each in snapshot.degraded:
        degraded.add_metric([each], 1)
    yield degraded


def _registry(intake: Intake | None) -> Iterator[Metric]:
    if intake is None:
        return
    outcome = GaugeMetricFamily("eventcal_registry", "What the last look at the registry came to", labels=["outcome"])
    for each in OUTCOMES:
        outcome.add_metric([each], each == intake.outcome)
    yield outcome
    errors = sum(not each.warning for each in intake.problems)
    yield _gauge("registry_problems", "Problems that keep the registry from becoming an edition", errors)
    yield _moment("registry_checked", "When the registry was last read", intake.checked_at)


def _ledger(figures: Figures, now: datetime) -> Iterator[Metric]:
    reminders = GaugeMetricFamily("eventcal_reminders", "Reminders by state", labels=["state", "reason"])
    for names, count in sorted(figures.reminders.items()):
        reminders.add_metric(names, count)
    yield reminders
    deliveries = GaugeMetricFamily("eventcal_deliveries", "Deliveries by state", labels=["kind", "state", "reason"])
    for name, count in sorted(figures.deliveries.items()):
        deliveries.add_metric(name, count)
    yield deliveries
    if figures.lateness:
        lateness = HistogramMetricFamily("eventcal_lateness_seconds", "Reminders that were sent, by how late they were")
        bounds = [*map(floatToGoString, BUCKETS), "+Inf"]
        lateness.add_metric([], list(zip(bounds, figures.lateness, strict=True)), figures.late_seconds)
        yield lateness
    overdue = (now - figures.oldest_due).total_seconds() if figures.oldest_due else 0
    yield _gauge("overdue_seconds", "How long the oldest delivery that is due has been waiting", overdue)
    yield _gauge("ambiguous_attempts", "Attempts whose answer was never heard", figures.ambiguous)
    yield _gauge("suppressed", "Messages that would have said what was said already", figures.suppressed)
    yield _gauge("paused", "Channels that are paused, everything counting as one", len(figures.paused))
    yield _gauge("closed_destinations", "Destinations that do not answer", len(figures.closed))
    yield _gauge("subscriptions", "Subscriptions that stand", figures.subscriptions)
    if figures.next_due:
        yield _moment("next_due", "When the next reminder falls due", figures.next_due)
    if figures.ticked_at:
        yield _moment("pass", "When a pass of the scheduler last came by", figures.ticked_at)


def _nodes(nodes: Iterable[Node]) -> Iterator[Metric]:
    """The processes that share a PostgreSQL; nothing where there is one alone."""
    beat = GaugeMetricFamily(
        "eventcal_node_beat_timestamp_seconds", "When a process last said that it is there", labels=_NODE
    )
    ahead = GaugeMetricFamily("eventcal_node_clock_ahead_seconds", "Its clock minus the database's", labels=_NODE)
    for each in nodes:
        names = (each.name, each.role, each.version)
        beat.add_metric(names, each.beat.timestamp())
        ahead.add_metric(names, each.ahead.total_seconds())
    if beat.samples:
        yield from (beat, ahead)


_NODE: Final = ("node", "role", "version")


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"eventcal_{name}", about, value)


def _moment(name: str, about: str, at: datetime) -> Metric:
    return GaugeMetricFamily(f"eventcal_{name}_timestamp_seconds", about, at.timestamp())
