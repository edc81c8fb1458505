"""What `/metrics` tells, in Prometheus' text form. Imported when somebody asks: the library is large.

Every number is as coarse as it is so that nobody can be seen in it: a counter that moved with each hit, or a size
that moved with each new value, would tell whoever looks often enough when a visitor came.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

import consent_service
from consent_service.collect.responses import REFUSALS
from consent_service.domain.disclosure.rounding import MEGABYTE, TRAFFIC, in_steps
from consent_service.spool import capacity, merge, status
from consent_service.web import health
from consent_service.web.services import services

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition() -> bytes:
    """The numbers as they are now."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Present())
    return generate_latest(registry)


class Present(Collector):
    """The numbers as they are now. Its own registry has nothing else: no numbers of process or interpreter."""

    def collect(self) -> Iterator[Metric]:
        yield from _traffic()
        yield from _health()
        yield from _room()
        yield InfoMetricFamily("consent_build", "The version that runs.", {"version": consent_service.__version__})


def _traffic() -> Iterator[Metric]:
    counted = merge.read_refusals(services().spool)
    hits = in_steps(counted.hits, TRAFFIC)
    yield CounterMetricFamily("consent_hits", "Hits counted since the spool was made, in thousands.", hits)
    refusals = CounterMetricFamily(
        "consent_refusals", "Hits refused since the spool was made, in thousands, by reason.", labels=["reason"]
    )
    for answer in REFUSALS:
        refusals.add_metric([answer.name], in_steps(counted.totals[answer.reason], TRAFFIC))
    yield refusals


def _health() -> Iterator[Metric]:
    told = status.read(services().spool)
    is_there = told is not None and health.is_recent(told)
    yield GaugeMetricFamily("consent_database_up", "1 if the database answers.", health.database_answers())
    yield GaugeMetricFamily("consent_keeper_up", "1 if the keeper is there.", is_there)
    yield GaugeMetricFamily("consent_jobs_waiting", "The keeper's jobs that wait.", len(told.troubles) if told else 0)


def _room() -> Iterator[Metric]:
    taken, free = capacity.usage(services().spool)
    yield GaugeMetricFamily("consent_spool_taken_bytes", "What is pending, in MB.", in_steps(taken, MEGABYTE))
    yield GaugeMetricFamily("consent_spool_free_bytes", "Room for more, in MB.", in_steps(free, MEGABYTE))
