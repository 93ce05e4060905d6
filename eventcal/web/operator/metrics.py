"""The ledger's figures as Prometheus reads them, counted at the scrape. The only file that knows prometheus-client.

No address, no name of a reader, no title: whoever may reach the page may read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from flask import Blueprint, abort, make_response, request
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from werkzeug.wrappers import Response

from ...store.edition_store import RegistryCheck
from ...store.ledger.stats import LATENESS_BUCKETS, LedgerStats
from ...store.processes import Process
from ..context import StoreCounts, current
from ..snapshots import Snapshot
from . import operations

blueprint = Blueprint("metrics", __name__)

REGISTRY_OUTCOMES: Final = ("recorded", "unchanged", "problems", "held")


class MetricsCollector(Collector):
    """The metric families of one scrape."""

    def __init__(self, snapshot: Snapshot, counts: StoreCounts | None) -> None:
        self._snapshot = snapshot
        self._counts = counts

    def collect(self) -> Iterable[Metric]:
        yield from _edition_metrics(self._snapshot)
        if self._counts is not None:
            yield from _registry_metrics(self._counts.registry_check)
            yield from _ledger_metrics(self._counts.stats, self._counts.counted_at)
            yield from _process_metrics(self._counts.processes)


@blueprint.get("/metrics")
@operations.limit_wrong_tokens
def metrics() -> Response:
    """Serves the figures; 503 while the store cannot be read, so that Prometheus sees a failed scrape."""
    context = current()
    services = context.services
    if services.settings.metrics == "off":
        abort(404)
    if services.settings.metrics == "operator" and (refusal := operations.require_token()) is not None:
        return refusal
    counts = services.counts.get(services.store, context.now) if services.store else None
    registry = CollectorRegistry()
    registry.register(MetricsCollector(context.snapshot, counts))
    ProcessCollector(registry=registry)
    encoder, content_type = _choose_encoder(request.headers.get("Accept", ""))
    response = make_response(encoder(registry))
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = "no-store"
    return response


def _choose_encoder(accept: str) -> tuple[Callable[[CollectorRegistry], bytes], str]:
    """Chooses the format; the plain one for an Accept whose version is no number, on which prometheus-client fails."""
    try:
        return choose_encoder(accept)
    except (TypeError, ValueError):
        return choose_encoder("")


def _edition_metrics(snapshot: Snapshot) -> Iterator[Metric]:
    edition = snapshot.edition
    yield _gauge("edition", "Number of the edition that is served, 0 for none", edition.number if edition else 0)
    yield _gauge("events", "Events in the edition that is served", len(edition.versions) if edition else 0)
    if edition:
        yield _timestamp("edition_recorded", "When the edition that is served was recorded", edition.recorded_at)
    degraded = GaugeMetricFamily("eventcal_degraded", "Degraded conditions, as /readyz names them", labels=["what"])
    for condition in snapshot.degraded:
        degraded.add_metric([condition], 1)
    yield degraded


def _registry_metrics(check: RegistryCheck | None) -> Iterator[Metric]:
    if check is None:
        return
    outcome = GaugeMetricFamily("eventcal_registry", "Outcome of the last check of the registry", labels=["outcome"])
    for name in REGISTRY_OUTCOMES:
        outcome.add_metric([name], name == check.outcome)
    yield outcome
    yield _gauge("registry_problems", "Problems that keep the registry from becoming an edition", len(check.errors))
    yield _timestamp("registry_checked", "When the registry was last read", check.checked_at)


def _ledger_metrics(stats: LedgerStats, now: datetime) -> Iterator[Metric]:
    reminders = GaugeMetricFamily("eventcal_reminders", "Reminders by state", labels=["state", "reason"])
    for reminder_labels, count in sorted(stats.reminders.items()):
        reminders.add_metric(reminder_labels, count)
    yield reminders
    deliveries = GaugeMetricFamily("eventcal_deliveries", "Deliveries by state", labels=["kind", "state", "reason"])
    for delivery_labels, count in sorted(stats.deliveries.items()):
        deliveries.add_metric(delivery_labels, count)
    yield deliveries
    if stats.lateness:
        lateness = HistogramMetricFamily("eventcal_lateness_seconds", "Reminders that were sent, by how late they were")
        bounds = [*map(floatToGoString, LATENESS_BUCKETS), "+Inf"]
        lateness.add_metric([], list(zip(bounds, stats.lateness, strict=True)), stats.late_seconds)
        yield lateness
    overdue = (now - stats.oldest_due).total_seconds() if stats.oldest_due else 0
    yield _gauge("overdue_seconds", "How long the oldest delivery that is due has been waiting", overdue)
    yield _gauge("ambiguous_attempts", "Attempts without a recorded answer", stats.ambiguous)
    yield _gauge("suppressed", "Messages suppressed because the recipient already had the news", stats.suppressed)
    yield _gauge("paused", "Paused channels; a pause of all channels counts as one", len(stats.paused_channels))
    yield _gauge("open_circuits", "Destinations whose circuit breaker is open", len(stats.open_breakers))
    yield _gauge("closed_destinations", "Deprecated: the same as eventcal_open_circuits", len(stats.open_breakers))
    yield _gauge("subscriptions", "Active subscriptions", stats.subscriptions)
    yield _gauge("devices", "Devices that get reminders by Web Push", stats.devices)
    if stats.next_due:
        yield _timestamp("next_due", "When the next reminder falls due", stats.next_due)
    if stats.ticked_at:
        yield _timestamp("pass", "Time of the last scheduler tick", stats.ticked_at)


def _process_metrics(processes: Iterable[Process]) -> Iterator[Metric]:
    """Counts the processes that share a PostgreSQL; nothing where there is one alone."""
    heartbeats = GaugeMetricFamily(
        "eventcal_node_beat_timestamp_seconds", "Time of a process's last heartbeat", labels=_PROCESS_LABELS
    )
    clock_offsets = GaugeMetricFamily(
        "eventcal_node_clock_ahead_seconds", "Clock offset of a process from the database", labels=_PROCESS_LABELS
    )
    for process in processes:
        labels = (process.name, process.role, process.version)
        heartbeats.add_metric(labels, process.heartbeat_at.timestamp())
        clock_offsets.add_metric(labels, process.clock_offset.total_seconds())
    if heartbeats.samples:
        yield from (heartbeats, clock_offsets)


_PROCESS_LABELS: Final = ("node", "role", "version")


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"eventcal_{name}", help_text, value)


def _timestamp(name: str, help_text: str, at: datetime) -> Metric:
    return GaugeMetricFamily(f"eventcal_{name}_timestamp_seconds", help_text, at.timestamp())
