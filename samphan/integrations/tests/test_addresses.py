"""Where webhooks may go."""

import ipaddress
import socket
from typing import Any

import pytest

from samphan.integrations import addresses
from samphan.integrations.addresses import BadAddress, check_url, is_allowed, networks, resolve
from samphan.integrations.calls import Call
from samphan.integrations.tests.receiver import OtherSystem

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1",  # noqa: S104
    "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1",
    "2001:db8::1", "2001:0:7f00:1::",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "1.1.1.1", "203.150.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("text", INSIDE)
def test_does_not_go_inside(text: str) -> None:
    assert not is_allowed(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", OUTSIDE)
def test_goes_outside(text: str) -> None:
    assert is_allowed(ipaddress.ip_address(text))


def test_goes_where_it_was_allowed_and_no_further() -> None:
    allowed = networks(["10.1.0.0/16"])
    assert is_allowed(ipaddress.ip_address("10.1.2.3"), allowed)
    assert is_allowed(ipaddress.ip_address("::ffff:10.1.2.3"), allowed)
    assert not is_allowed(ipaddress.ip_address("10.2.0.1"), allowed)
    assert not is_allowed(ipaddress.ip_address("127.0.0.1"), allowed)


@pytest.mark.parametrize(
    "url",
    [
        "", "nothing", "ftp://example.com/", "javascript:alert(1)", "http://example.com/", "https://",
        "https://user:pw@example.com/", "https://example.com/#part", "https://exa mple.com/", "https://127.0.0.1/",
        "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://localhost/", "https://printer.local/",
        "https://intranet/", "https://example.com:99999/", "https://example.com/\r\nHost: x", "https://ร้าน.ไทย/",
        "https://example.com/" + "x" * 2_000, "https://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
def test_refuses_addresses_in_words(url: str) -> None:
    with pytest.raises(BadAddress) as refusal:
        check_url(url)
    assert str(refusal.value)


def test_takes_addresses_of_the_internet() -> None:
    for url in ("https://example.co.th/hooks?key=1", "https://8.8.8.8/", "https://example.com:8443/"):
        assert check_url(f" {url} ") == url
    assert check_url("http://10.1.0.5/hooks", networks(["10.1.0.0/16"])) == "http://10.1.0.5/hooks"


def names(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    def getaddrinfo(host: str, port: int, **_kind: Any) -> list[Any]:
        kind = socket.AF_INET6 if ":" in found[0] else socket.AF_INET
        return [(kind, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", getaddrinfo)


def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, "8.8.8.8", "127.0.0.1")
    with pytest.raises(addresses.NotAllowed):
        resolve("rebind.example.com", 443, is_https=True)
    names(monkeypatch, "8.8.8.8")
    assert resolve("good.example.com", 443, is_https=True) == [ipaddress.ip_address("8.8.8.8")]
    with pytest.raises(addresses.NotAllowed):
        resolve("good.example.com", 80, is_https=False)


def test_a_call_never_reaches_an_address_that_is_not_allowed(other_system: OtherSystem) -> None:
    # Past the check of what was typed, as a name would lead there.
    port = other_system.url.split(":")[2].split("/")[0]
    for url in (other_system.url, f"http://localhost:{port}/", f"https://localhost:{port}/"):
        answer = Call(url, b"{}", {}).make()
        assert (answer.status, answer.problem) == (None, "address")
    assert other_system.heard == []


def test_the_connection_is_looked_at_and_not_the_name_alone(
    other_system: OtherSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever a resolver said and a route did: where the socket ends is what counts.
    monkeypatch.setattr("samphan.integrations.calls._peer", lambda _sock: ipaddress.ip_address("127.0.0.2"))
    answer = Call(other_system.url, b"{}", {}, allowed=networks(["127.0.0.0/8"])).make()
    assert answer.problem == "address"
    assert other_system.heard == []


def test_a_call_follows_nobody(other_system: OtherSystem) -> None:
    other_system.answer(302, Location=other_system.url + "/elsewhere")
    answer = Call(other_system.url, b"{}", {}, allowed=networks(["127.0.0.0/8"])).make()
    assert answer.status == 302
    assert not answer.is_success
    assert len(other_system.heard) == 1


def test_a_server_that_never_ends_its_answer_is_left(other_system: OtherSystem) -> None:
    import threading
    import time

    release = threading.Event()
    other_system.before = lambda _heard: release.wait(20)  # type: ignore[assignment, return-value]
    call = Call(other_system.url, b"{}", {}, allowed=networks(["127.0.0.0/8"]), deadline_seconds=0.3)
    began = time.monotonic()
    answer = call.make()
    assert answer.problem == "timeout"
    assert time.monotonic() - began < 3
    release.set()


def test_an_answer_of_any_length_is_cut(other_system: OtherSystem) -> None:
    other_system.answer(500, b"x" * 5_000_000)
    answer = Call(other_system.url, b"{}", {}, allowed=networks(["127.0.0.0/8"])).make()
    assert (answer.status, len(answer.body)) == (500, 4_096)


def test_nobody_at_the_address_is_a_sentence() -> None:
    answer = Call("http://127.0.0.1:9/", b"{}", {}, allowed=networks(["127.0.0.0/8"])).make()
    assert answer.problem == "connection"
    answer = Call("https://nowhere.invalid/", b"{}", {}).make()
    assert answer.problem == "name"
