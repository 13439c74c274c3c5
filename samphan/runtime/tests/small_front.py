"""A front over a small WSGI application, run as a program by the tests: `small_front.py` with SAMPHAN_* set."""

import os
import sys
import time

from samphan.config.environment import load_environment
from samphan.runtime.front import Front, run_front
from samphan.runtime.live_front import LiveUpdates
from samphan.runtime.pages import Pages


def application(environ, start_response):
    if environ["PATH_INFO"] == "/sleep":
        time.sleep(1.5)
    if environ["PATH_INFO"] == "/long":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return long_answer()
    body = environ["wsgi.input"].read()
    told = [len(body), environ["CONTENT_LENGTH"], environ["QUERY_STRING"], environ["REMOTE_ADDR"]]
    told.append(environ.get("HTTP_X_FORWARDED_FOR", "-"))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [" ".join(map(str, told)).encode()]


def long_answer():
    sent = 0
    try:
        while sent < 5000:
            yield b"x" * 65536
            sent += 1
    finally:
        print(f"stopped after {sent}", file=sys.stderr, flush=True)


def viewer(session_key):
    if session_key == "broken":
        raise RuntimeError("the database is away")
    return (session_key, "member") if session_key in ("doi-mok", "baan-rim") else None


def main():
    environment = load_environment(os.environ)
    live = LiveUpdates(environment.database_parameters, viewer, max_streams=3, heartbeat_seconds=1)
    pages = Pages(application, threads=environment.threads, max_body_bytes=environment.max_upload_bytes)
    run_front(environment, Front(pages, live, lambda: (live.is_connected, "listening")))


if __name__ == "__main__":
    main()
