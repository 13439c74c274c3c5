import gc
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from samphan.config.environment import load_environment
from samphan.runtime import front
from samphan.runtime.postgres import EmbeddedPostgres, database
from samphan.runtime.roles import prepare
from samphan.runtime.tests.conftest import free_port


@pytest.fixture(scope="module")
def served():
    """A front in a process of its own, over a real database: (environment, process, its standard error)."""
    home = Path(tempfile.mkdtemp(prefix="samphan-runtime-"))
    variables = {
        "SAMPHAN_HOME": str(home),
        "SAMPHAN_PORT": str(free_port()),
        "SAMPHAN_MAX_UPLOAD": "1",
        "SAMPHAN_THREADS": "3",
    }
    environment = load_environment(variables)
    with database(environment):
        prepare(environment)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
        with (home / "errors").open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "samphan.runtime.tests.small_front"],
                env={**inherited, **variables},
                stderr=errors,
            )
        until(lambda: status(environment, "/readyz") == 200)
        yield environment, process, home / "errors"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    EmbeddedPostgres(home).destroy()
    shutil.rmtree(home)


def until(claim, seconds=120.0, said=lambda: ""):
    """Wait for something; a slow machine gets its time. `said` tells in the message what the program wrote."""
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, f"it did not happen in {seconds:.0f} s\n{said()[-6000:]}"
        time.sleep(0.05)


def request(environment, path, method="GET", body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", environment.port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def status(environment, path):
    try:
        return request(environment, path)[0]
    except OSError:
        return None


class Listener:
    """One open stream of `/live`."""

    def __init__(self, environment, workspace, topics=""):
        self._connection = http.client.HTTPConnection("127.0.0.1", environment.port, timeout=60)
        self._connection.request("GET", f"/live?topics={topics}", headers={"Cookie": f"sessionid={workspace}"})
        self.answer = self._connection.getresponse()
        assert self.line() == "retry: 3000"

    def line(self):
        """The next line that is neither empty nor a heartbeat."""
        while True:
            line = self.answer.readline().decode()
            if not line:
                return None
            if line.strip() not in ("", ":"):
                return line.strip()

    def close(self):
        self._connection.close()


def notify(environment, **message):
    with EmbeddedPostgres(environment.home).superuser() as connection:
        connection.execute("SELECT pg_notify('samphan_live', %s)", (json.dumps(message),))


def test_answers_health_while_every_page_thread_is_busy(served):
    environment = served[0]
    busy = [threading.Thread(target=request, args=(environment, "/sleep")) for _number in range(6)]
    for thread in busy:
        thread.start()
    time.sleep(0.2)
    began_at = time.monotonic()
    assert request(environment, "/healthz") == (200, "ok\n")
    assert time.monotonic() - began_at < 1
    for thread in busy:
        thread.join()


def test_passes_bodies_with_and_without_length(served):
    environment = served[0]
    body = b"k" * 900_000
    assert request(environment, "/", "POST", body)[1].startswith("900000 900000")
    assert request(environment, "/", "POST", iter([body[:400_000], body[400_000:]]))[1].startswith("900000 900000")


@pytest.mark.parametrize("sized", [True, False])
def test_refuses_a_body_above_the_limit_with_a_page_or_a_problem(served, sized):
    body = b"k" * 2_000_000
    code, page = request(served[0], "/", "POST", body if sized else iter([body]), {"Accept": "text/html"})
    assert code == 413
    assert "ใหญ่เกินไป" in page
    code, problem = request(served[0], "/api/customers", "POST", body if sized else iter([body]))
    assert (code, json.loads(problem)["status"]) == (413, 413)


def test_a_body_that_breaks_off_never_reaches_a_page(served):
    environment, _process, errors = served
    with socket.create_connection(("127.0.0.1", environment.port)) as broken:
        broken.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
    time.sleep(0.3)
    assert "Traceback" not in errors.read_text()


def test_takes_raw_thai_in_an_address(served):
    with socket.create_connection(("127.0.0.1", served[0].port)) as raw:
        raw.sendall("GET /?q=สมชาย HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = raw.makefile("rb").read().decode()
    assert "200 OK" in answer
    assert "q=%E0%B8%AA" in answer


def test_believes_no_stranger_about_where_a_request_came_from(served):
    headers = {"X-Forwarded-For": "10.1.1.1", "X_Forwarded_For": "10.1.1.2"}
    assert request(served[0], "/", headers=headers)[1].split()[-2:] == ["127.0.0.1", "-"]


def test_stops_a_long_answer_when_its_reader_leaves(served):
    environment, _process, errors = served
    with socket.create_connection(("127.0.0.1", environment.port)) as reader:
        reader.sendall(b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n")
        reader.recv(65536)
    until(lambda: "stopped after" in errors.read_text())
    assert int(errors.read_text().rsplit("stopped after", 1)[1].split()[0]) < 4000


def test_a_stream_hears_of_its_own_workspace_and_its_topics_only(served):
    environment = served[0]
    everything, some = Listener(environment, "doi-mok"), Listener(environment, "doi-mok", topics="orders,imports")
    notify(environment, w="baan-rim", t="customers", id="secret", v=1)
    notify(environment, w="doi-mok", t="customers", id="a", v=2)
    notify(environment, w="doi-mok", t="imports", id="b", v=3)
    assert everything.line() == 'data: {"topic":"customers","id":"a","version":2}'
    assert everything.line() == some.line() == 'data: {"topic":"imports","id":"b","version":3}'
    everything.close()
    some.close()


def test_strangers_hear_nothing_and_a_broken_database_says_come_back(served):
    environment = served[0]
    assert request(environment, "/live")[0] == 401
    assert request(environment, "/live", headers={"Cookie": "sessionid=nobody"})[0] == 401
    assert request(environment, "/live", headers={"Cookie": "sessionid=broken"}) == (200, "retry: 5000\n\n")


def test_turns_away_more_streams_than_allowed_and_frees_the_place_of_those_who_left(served):
    environment = served[0]
    time.sleep(1.2)  # streams of the test before end with their next heartbeat
    streams = [Listener(environment, "doi-mok") for _number in range(3)]
    assert request(environment, "/live", headers={"Cookie": "sessionid=doi-mok"}) == (200, "retry: 30000\n\n")
    for stream in streams:
        stream.close()

    def welcome():
        try:
            Listener(environment, "doi-mok").close()
        except AssertionError:
            return False
        return True

    until(welcome)


def test_a_stream_outlives_the_database_and_tells_pages_to_look_again(served):
    environment = served[0]
    time.sleep(1.2)
    stream = Listener(environment, "doi-mok")
    server = EmbeddedPostgres(environment.home)
    os.kill(server.running().pid, signal.SIGKILL)
    assert server.ensure_running(keep=False)
    assert stream.line() == "event: resync"
    assert stream.line() == "data: {}"
    notify(environment, w="doi-mok", t="customers", id="c", v=4)
    assert stream.line() == 'data: {"topic":"customers","id":"c","version":4}'
    stream.close()


def test_a_full_collection_leaves_the_program_alone(monkeypatch):
    served = []
    monkeypatch.setattr(front, "_serve", lambda environment, application: served.append(gc.get_freeze_count()))
    monkeypatch.setattr(front.asyncio, "run", lambda coroutine: None)
    interval = sys.getswitchinterval()
    try:
        front.run_front(load_environment({}), object())
        assert served[0] > 10_000
    finally:
        gc.unfreeze()
        sys.setswitchinterval(interval)
