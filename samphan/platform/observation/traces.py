"""Traces for OpenTelemetry, where it is configured: the extra `otel` installed, and OTEL_EXPORTER_OTLP_ENDPOINT set.

Spans carry routes, jobs and subscribers by name, numbers and ids; never an address with its query, a statement or a value.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

_provider: Any = None


class Span:
    """What is being traced now; it does nothing where traces are off."""

    def __init__(self, inner: Any = None) -> None:
        self._inner = inner

    def rename(self, name: str) -> None:
        if self._inner is not None:
            self._inner.update_name(name)

    def note(self, values: Mapping[str, str | int | float]) -> None:
        if self._inner is not None:
            self._inner.set_attributes(dict(values))

    def fail(self, kind: str = "") -> None:
        """Mark it as failed; of an error its kind alone, because its message may hold values."""
        if self._inner is not None:
            from opentelemetry.trace import Status, StatusCode

            self._inner.set_status(Status(StatusCode.ERROR, kind or None))


def is_wanted() -> bool:
    """Whether the environment names a collector, and does not switch it off."""
    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or os.environ.get("OTEL_TRACES_EXPORTER") == "none"
    return not off and any(os.environ.get(name) for name in ENDPOINTS)


def start(part: str) -> bool:
    """Begin to trace in this process, if it is wanted; False when it is not.

    The exporter and the sampler read their own OTEL_* variables.

    :param part: front, web or worker: the service's name unless OTEL_SERVICE_NAME gives another.
    :raises RuntimeError: when it is wanted and the extra is not installed.
    """
    global _provider
    if _provider is not None or not is_wanted():
        return _provider is not None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise RuntimeError(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and the extra is missing: pip install 'samphan[otel]'."
        ) from error
    name = os.environ.get("OTEL_SERVICE_NAME") or f"samphan-{part}"
    _provider = TracerProvider(resource=Resource.create({"service.name": name}))
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return True


def stop() -> None:
    """Send what waits and trace no more."""
    global _provider
    if _provider is not None:
        _provider.shutdown()
        _provider = None


@contextlib.contextmanager
def span(
    name: str, values: Mapping[str, str | int] | None = None, *, carrier: Mapping[str, str] | None = None
) -> Iterator[Span]:
    """Trace the block; an error in it is named by its kind and goes on.

    :param carrier: headers of a request that may belong to a trace begun elsewhere.
    """
    if _provider is None:
        yield Span()
        return
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = None
    if carrier is not None:
        lower = {key.lower(): value for key, value in carrier.items() if key.lower() in ("traceparent", "tracestate")}
        context = TraceContextTextMapPropagator().extract(lower)
    tracer = _provider.get_tracer("samphan")
    with tracer.start_as_current_span(
        name, context=context, attributes=dict(values or {}), record_exception=False, set_status_on_exception=False
    ) as inner:
        current = Span(inner)
        try:
            yield current
        except Exception as error:
            current.fail(type(error).__name__)
            raise
