"""Figures, logs and traces: what an operator needs, and nothing about a customer."""

import gzip
import io
import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client import REGISTRY

from samphan.customers import actions
from samphan.platform.observation import traces
from samphan.platform.observation.logs import JsonFormatter, LineFormatter, without_personal_data

NAME, NICKNAME, PHONE, EMAIL = "พิมพ์ลดา", "แพรวา", "0815550199", "pimlada.secret@lanna.example"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("sent to pim@doi-mok.example, twice", "sent to [e-mail], twice"),
        ("refused <pim@doi-mok.example>:", "refused <[e-mail]>:"),
        ("called 081-555-0199 and +66815550199", "called [number] and [number]"),
        ("tax id 0105536000012", "tax id [number]"),
        ("job 1234567 of 0192f3c4-1234-7abc-8def-0123456789ab", "job 1234567 of 0192f3c4-1234-7abc-8def-0123456789ab"),
        ("2026-11-22 took 12.5 ms", "2026-11-22 took 12.5 ms"),
    ],
)
def test_takes_out_what_looks_personal(said, kept):
    assert without_personal_data(said) == kept


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_an_error_is_named_by_its_kind_and_place_and_not_by_what_it_says(formatter):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.Logger("samphan.test")
    logger.addHandler(handler)
    try:
        try:
            raise KeyError(f"Key (value)=({PHONE}) of {NAME} already exists")
        except KeyError as behind:
            raise ValueError(NAME) from behind
    except ValueError as error:
        logger.exception("event %s failed for %s: %s", 7, EMAIL, error)
    said = stream.getvalue()
    assert "event 7 failed for [e-mail]: ValueError" in said
    assert "builtins.KeyError" in said
    assert "test_observation.py" in said
    for word in (NAME, PHONE, EMAIL):
        assert word not in said


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that anybody logs, at the lowest level, as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.django_db
def test_a_day_of_requests_leaves_nothing_personal_in_the_log(signed_in, owner, inside, logged, settings):
    settings.LOG_REQUESTS = True
    customer = actions.create_customer(
        {
            "kind": "person",
            "first_name": NAME,
            "last_name": "ศรีวิไล",
            "nickname": NICKNAME,
            "phone": PHONE,
            "email": EMAIL,
        },
        acting_member=owner,
    ).customer
    client = signed_in
    client.raise_request_exception = False
    asked = [
        client.get("/customers/"),
        client.get(f"/customers/{customer.pk}/"),
        client.get("/customers/", {"q": NAME}),
        client.get("/customers/", {"where": json.dumps({"field": "phone", "operator": "is", "value": PHONE})}),
        client.get(f"/customers/{NAME}/"),
        client.get(f"/{EMAIL}"),
        client.post("/customers/new/", {"first_name": NAME, "phone": "เบอร์" + PHONE}),
        client.post("/accounts/login/", {"login": EMAIL, "password": "wrong-wrong"}),
        client.get("/orders/"),
        client.get("/settings/"),
    ]
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    told = [line for line in lines if line["logger"] == "samphan.requests"]
    assert len(told) == len(asked)
    assert all({"at", "level", "request_id", "method", "route", "status", "duration_ms"} <= set(line) for line in told)
    assert [line["request_id"] for line in told] == [answer.headers["X-Request-ID"] for answer in asked]
    assert told[1]["route"].startswith("/customers/<")
    text = logged.getvalue()
    for word in (NAME, NICKNAME, "ศรีวิไล", PHONE, "081-555-0199", EMAIL, owner.user.email, str(customer.pk)):
        assert word not in text, word


@pytest.mark.django_db
def test_counts_requests_by_route_and_never_by_what_was_asked(signed_in):
    def value(route, status, method="GET"):
        labels = {"method": method, "route": route, "status": status}
        return REGISTRY.get_sample_value("samphan_requests_total", labels) or 0

    before, nowhere = value("/customers/", "200"), value("(no such page)", "404")
    signed_in.get("/customers/", {"q": NAME})
    signed_in.get(f"/no/{NAME}")
    signed_in.get(f"/no/such/{PHONE}")
    assert value("/customers/", "200") == before + 1
    assert value("(no such page)", "404") == nowhere + 2
    names = {sample.labels.get("route", "") for metric in REGISTRY.collect() for sample in metric.samples}
    assert not any(NAME in name or PHONE in name for name in names)
    signed_in.generic("กาแฟ".encode().hex(), "/customers/")
    methods = {sample.labels.get("method") for metric in REGISTRY.collect() for sample in metric.samples}
    assert methods <= {None, "GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "other"}


@pytest.mark.django_db
def test_takes_the_id_of_a_trusted_proxy_alone(client, settings):
    given = "0192f3c4-proxy-7"
    assert client.get("/accounts/login/", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given
    settings.TRUSTS_A_PROXY = True
    assert client.get("/accounts/login/", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given
    bad = 'x" onload=1 ' + EMAIL
    assert client.get("/accounts/login/", headers={"X-Request-ID": bad}).headers["X-Request-ID"] != bad


class Collector:
    """What a collector of OpenTelemetry takes in, in this process."""

    def __init__(self) -> None:
        taken: list[ExportTraceServiceRequest] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                taken.append(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Nothing."""

        self.taken = taken
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def spans(self) -> list[object]:
        return [
            span
            for one in self.taken
            for group in one.resource_spans
            for scope in group.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    found = Collector()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{found.server.server_port}")
    yield found
    traces.stop()
    found.server.shutdown()


@pytest.mark.django_db
def test_traces_requests_where_a_collector_is_named(signed_in, collector):
    assert traces.start("front")
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    answer = signed_in.get("/customers/", {"q": NAME}, headers={"traceparent": parent})
    with pytest.raises(ValueError, match="x"), traces.span("job x", {"samphan.job": "x"}):
        raise ValueError(f"x {PHONE}")
    traces.stop()
    request, failed = collector.spans()
    assert request.name == "GET /customers/"
    assert request.trace_id.hex() == "4bf92f3577b34da6a3ce929d0e0e4736"
    noted = {found.key: found.value for found in request.attributes}
    assert noted["http.response.status_code"].int_value == 200
    assert noted["samphan.request_id"].string_value == answer.headers["X-Request-ID"]
    assert failed.status.code == 2
    assert failed.status.message == "ValueError"
    resource = collector.taken[0].resource_spans[0].resource.attributes
    assert ("service.name", "samphan-front") in [(found.key, found.value.string_value) for found in resource]
    sent = b"".join(one.SerializeToString() for one in collector.taken)
    assert NAME.encode() not in sent
    assert PHONE.encode() not in sent


@pytest.mark.django_db
def test_traces_nothing_unless_it_is_asked_to(client, monkeypatch, collector):
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert not traces.start("front")
    client.get("/accounts/login/")
    monkeypatch.delenv("OTEL_SDK_DISABLED")
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT")
    assert not traces.start("front")
    assert collector.spans() == []
