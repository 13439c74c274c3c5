"""Figures for Prometheus. Every label comes from the program itself (a route, a job's name, a status), never from a request.

With PROMETHEUS_MULTIPROC_DIR in the environment, which the supervisor sets, all processes of the machine count together.
"""

from prometheus_client import Counter, Gauge, Histogram

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Around the budgets: 50 ms for a page, 20 and 30 ms for the API.
PAGE_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
JOB_SECONDS = (0.01, 0.1, 0.5, 1, 5, 30, 60, 300, 1800)

requests = Counter("samphan_requests", "Requests answered.", ["method", "route", "status"])
request_seconds = Histogram("samphan_request_seconds", "Time to answer.", ["route"], buckets=PAGE_SECONDS)
requests_running = Gauge("samphan_requests_running", "Requests being answered now.", multiprocess_mode="livesum")
jobs = Counter("samphan_jobs", "Runs of jobs.", ["job", "outcome"])
job_seconds = Histogram("samphan_job_seconds", "Time of a run.", ["job"], buckets=JOB_SECONDS)
deliveries = Counter("samphan_outbox_deliveries", "Events given to subscribers.", ["subscriber"])
import_rows = Counter("samphan_import_rows", "Rows of imports that were committed.")


def method_label(method: str | None) -> str:
    """The method, or `other`: a client may send any word."""
    return method if method in METHODS else "other"
