import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from samphan.runtime.home import RuntimeProblem
from samphan.runtime.postgres import EmbeddedPostgres
from samphan.runtime.supervisor import check_port
from samphan.runtime.tests.test_front import until

SERVE = "import os, sys; from samphan.config.environment import load_environment as load; " + (
    "from samphan.runtime.supervisor import serve; from samphan.runtime.home import RuntimeProblem\n"
    "try: sys.exit(serve(load(os.environ)))\n"
    "except RuntimeProblem as problem: print(problem, file=sys.stderr); sys.exit(1)"
)
DOCTOR = (
    "import json; from samphan.runtime.doctor_checks import run_checks; "
    "print(json.dumps({check.name: [check.ok, check.message] for check in run_checks()}))"
)


PATIENCE_SECONDS = 180  # of a machine with ten other things to do


def program(environment, code, log=subprocess.PIPE):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**inherited, **environment.variables()},
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )


class Served:
    """`samphan serve` with a log that a failed test shows, and that never fills a pipe which nobody reads."""

    def __init__(self, environment, folder):
        self.path = folder / f"serve-{time.monotonic_ns()}.log"
        with self.path.open("w") as log:
            self.process = program(environment, SERVE, log)

    def log(self):
        return self.path.read_text("utf-8", "replace")

    def first_line(self):
        line = self.process.stdout.readline()
        assert line, self.log()[-6000:]
        return json.loads(line)

    def until(self, claim):
        until(claim, PATIENCE_SECONDS, self.log)


def is_ready(environment):
    connection = http.client.HTTPConnection("127.0.0.1", environment.port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def child(supervisor, name):
    """Process id of a part of the supervisor; None while it has none."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == supervisor.pid and name.encode() in command:
            return int(entry.name)
    return None


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes through /proc")
def test_one_run_of_samphan_from_an_empty_home_to_its_end(environment, tmp_path):
    """One long story, because each start costs seconds: ready, second refused, parts killed, stopped, killed."""
    server = EmbeddedPostgres(environment.home, environment.postgres_bin)
    served = Served(environment, tmp_path)
    supervisor, told = served.process, served.first_line()
    assert told == {"url": environment.url, "pid": supervisor.pid}
    assert is_ready(environment)

    second = program(environment, SERVE)
    output, errors = second.communicate(timeout=PATIENCE_SECONDS)
    assert (second.returncode, output) == (1, "")
    assert errors.count("\n") == 1
    assert "already runs" in errors

    front, worker, postgres = child(supervisor, "front"), child(supervisor, "worker"), server.running().pid
    os.kill(front, signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    os.kill(postgres, signal.SIGKILL)
    served.until(lambda: not is_ready(environment))
    served.until(lambda: is_ready(environment) and child(supervisor, "worker") not in (None, worker))
    assert server.running().pid != postgres

    def heard_of_worker():
        parameters = {**environment.database_parameters(), "options": "-c role=samphan_app"}
        with psycopg.connect(**parameters) as connection:
            row = connection.execute("SELECT max(last_heartbeat) > now() - interval '5 s' FROM procrastinate_workers")
            return row.fetchone() == (True,)

    served.until(heard_of_worker)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        checks = json.loads(program(environment, DOCTOR).communicate(timeout=PATIENCE_SECONDS)[0])
        wrong = {name: found for name, found in checks.items() if not found[0] and name != "front end"}
        # A job that the killed worker had begun is taken up by the next within half a minute.
        if not wrong or time.monotonic() > deadline:
            break
    assert wrong == {}, served.log()[-6000:]
    assert checks["worker"][1].startswith("Last heard of")
    assert server.running() is not None

    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(PATIENCE_SECONDS) == 0, served.log()[-6000:]
    assert server.running() is None
    assert not is_ready(environment)

    warm = Served(environment, tmp_path)
    again = warm.process
    assert warm.first_line()["pid"] == again.pid
    parts = [child(again, "front"), child(again, "worker")]
    again.kill()
    again.wait()
    warm.until(lambda: not any(is_alive(pid) for pid in parts))
    warm.until(lambda: server.running() is None)


def test_says_in_one_sentence_that_the_port_is_taken(environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", environment.port))
        taken.listen()
        with pytest.raises(RuntimeProblem, match=f"Port {environment.port} is in use by another program"):
            check_port(environment)
        refused = program(environment, SERVE)
        output, errors = refused.communicate(timeout=PATIENCE_SECONDS)
    assert (refused.returncode, output, errors.count("\n")) == (1, "", 1)


def test_stops_at_once_when_asked_while_it_prepares(environment):
    supervisor = program(environment, SERVE)
    server = EmbeddedPostgres(environment.home)
    until(lambda: server.running() is not None)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(PATIENCE_SECONDS) == 0
    assert server.running() is None
