"""For those who run the server: whether it is running, whether it can answer, and what it has done.

With several processes, each writes its counts into the folder that PROMETHEUS_MULTIPROC_DIR names; whichever process is
asked adds them up. prometheus-client looks for that variable once, when it is imported: hence not before `register`.
"""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, g, request

from searchapp.answers.library import check_answers
from searchapp.errors import IndexProblem
from searchapp.web.caching import unkept
from searchapp.web.open_index import library

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class _Index:
    """Reads the size of the index when asked, since every process would say the same."""

    def collect(self) -> "Iterable[Metric]":
        from prometheus_client.metrics_core import GaugeMetricFamily

        try:
            articles = library().catalog.coverage().articles
        except IndexProblem:
            return
        yield GaugeMetricFamily("searchapp_articles", "Articles in the index.", value=articles)


def register(app: Flask, folder: str | None) -> None:
    """Count and time each request of the app; `folder` is where several processes put their counts together."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    own = CollectorRegistry()
    requests = Counter("searchapp_requests", "Requests answered.", ["route", "status"], registry=own)
    durations = Histogram("searchapp_request_seconds", "Time to answer.", ["route"], registry=own, buckets=_BUCKETS)
    told = CollectorRegistry() if folder else own
    if folder:
        MultiProcessCollector(told, folder)  # type: ignore[no-untyped-call]
    told.register(_Index())
    health = Blueprint("health", __name__)

    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.endpoint or "none"
        requests.labels(route, response.status_code).inc()
        durations.labels(route).observe(time.perf_counter() - g.started)
        return response

    @health.get("/healthz")
    def lives() -> Response:
        return unkept(Response("alive\n", mimetype="text/plain"))

    @health.get("/readyz")
    def is_ready() -> Response:
        check_answers(library())
        return unkept(Response("ready\n", mimetype="text/plain"))

    @health.get("/metrics")
    def metrics() -> Response:
        return unkept(Response(generate_latest(told), content_type=CONTENT_TYPE_LATEST))

    app.register_blueprint(health)
