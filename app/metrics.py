"""Prometheus metrics: request seconds kept by this process, and gauges read from the database at each scrape."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

from app.services.health import Load

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


@dataclass(frozen=True)
class Metrics:
    registry: CollectorRegistry
    request_seconds: Histogram


def make_metrics() -> Metrics:
    """Metrics of one application, in a registry of their own."""
    registry = CollectorRegistry()
    seconds = Histogram(
        "tiebreak_request_seconds",
        "Seconds of a request, its streamed answer included.",
        ["method", "route", "status"],
        registry=registry,
        buckets=BUCKETS,
    )
    return Metrics(registry, seconds)


def expose(metrics: Metrics, load: Load) -> bytes:
    """The text that Prometheus reads."""
    gauges = CollectorRegistry()
    queued = Gauge("tiebreak_queued_rows", "Rows that wait for a worker.", ["kind"], registry=gauges)
    for kind, count in load.queued.items():
        queued.labels(kind).set(count)
    Gauge("tiebreak_live_leases", "Pairs lent to somebody now.", registry=gauges).set(load.live_leases)
    labels = Gauge("tiebreak_labels", "Counted labels that stand.", ["source", "verdict"], registry=gauges)
    for (source, verdict), count in load.labels.items():
        labels.labels(source, verdict).set(count)
    workers = Gauge("tiebreak_workers", "Worker processes seen alive, by queue.", ["queue"], registry=gauges)
    for queue, count in load.workers.items():
        workers.labels(queue).set(count)
    return generate_latest(metrics.registry) + generate_latest(gauges)
