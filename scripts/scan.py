"""Look for holes in a running demo with the scanner wapiti, signed in as its owner; above informational it fails.

The scanner lives in an environment of its own (`make scan` makes it), because the product does not need it.
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

EMAIL, PASSWORD = "may@samphan.example", "doi-mok-coffee"
LEVELS = ("informational", "low", "medium", "high", "critical")
# What would end the scan's own session, or its subject.
LEFT_OUT = (
    "/sign-out/", "/password/*", "/settings/security/sessions/end/", "/settings/people/*", "/ui/preferences/",
    "/invitation/*", "/start/closing/",
)  # fmt: skip
MODULES = (
    "backup,brute_login_form,cookieflags,crlf,csp,csrf,exec,file,http_headers,https_redirect,ldap,methods,permanentxss,"
    "redirect,shellshock,sql,ssl,ssrf,timesql,upload,xss,xxe"
)
# Not meant where people come in by plain HTTP on their own machine: TLS is asked for as soon as SAMPHAN_URL says https.
WITHOUT_TLS = (
    "HTTP Secure Headers: Strict-Transport-Security",
    "Secure Flag cookie",
    "Unencrypted Channels",
    "TLS/SSL",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wapiti", default="wapiti", help="the scanner's program")
    parser.add_argument("--minutes", type=int, default=9, help="a quarter to walk, the rest to attack")
    parser.add_argument("--report", type=Path, default=None, help="keep the scanner's report in this file")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="samphan-scan-"))
    port = _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SAMPHAN_")}
    environment = {**kept, "SAMPHAN_HOME": str(home), "SAMPHAN_LOG_LEVEL": "error"}
    program = [sys.executable, "-m", "samphan.runtime.cli"]
    subprocess.run([*program, "demo"], env=environment, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([*program, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        url = f"http://localhost:{port}"
        cookies = _sign_in(url)
        report = options.report or home / "report.json"
        command = [
            options.wapiti, "-u", f"{url}/customers/", "--scope", "domain", "-m", MODULES, "--flush-session",
            "-H", f"Cookie: {cookies}", "-f", "json", "-o", str(report), "--no-bugreport", "-v", "1",
            "--max-scan-time", str(options.minutes * 15), "-d", "3",
            "--max-attack-time", str(options.minutes * 45 // len(MODULES.split(","))),
            "--max-links-per-page", "30", "--max-files-per-dir", "6", "--max-parameters", "12", "-t", "15",
            "--store-session", str(home / "session"),
        ]  # fmt: skip
        for path in LEFT_OUT:
            command += ["-x", f"{url}{path}"]
        subprocess.run(command, check=False, env=kept)
        return _judge(json.loads(report.read_text("utf-8")), signed_in=_is_in(url, cookies))
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def _judge(report: dict, *, signed_in: bool) -> int:
    print(f"{report['infos'].get('crawled_pages_nbr', '?')} pages looked at")
    bad = 0
    for group in ("vulnerabilities", "anomalies"):
        for name, findings in report[group].items():
            for one in findings:
                said = f"{name}: {one['info']}"
                if any(word in said for word in WITHOUT_TLS) or "Strict-Transport-Security" in said:
                    continue
                level = LEVELS[int(one["level"])]
                print(f"{level}: {one['method']} {one['path']} {one.get('parameter') or ''} {said}")
                bad += level != "informational"
    if not signed_in:
        print("The scan lost its session on the way, so it did not see everything.")
    print("Nothing above informational." if not bad else f"{bad} findings above informational.")
    return 1 if bad or not signed_in else 0


def _sign_in(url: str) -> str:
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    for _try in range(120):
        try:
            page = opener.open(f"{url}/sign-in/", timeout=10).read().decode()
            break
        except OSError:
            time.sleep(1)
    else:
        raise SystemExit("The demo did not start.")
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise SystemExit("The sign-in page has no form.")
    form = {"csrfmiddlewaretoken": found[1], "login": EMAIL, "password": PASSWORD}
    opener.open(f"{url}/sign-in/", urllib.parse.urlencode(form).encode(), timeout=30)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _is_in(url: str, cookies: str) -> bool:
    request = urllib.request.Request(f"{url}/settings/me/", headers={"Cookie": cookies})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.url).endswith("/settings/me/")
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    raise SystemExit(main())
