"""Where webhooks may go: public addresses by https, and nowhere else unless whoever runs the machine allowed it.

A webhook's address is typed by a person and called by the server, so without a guard it would reach what only the server
can: its own ports, the company's network, the metadata service of a cloud. Names are resolved at every attempt, every
address of the answer is judged, and the call goes to the very address that was judged.
"""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from samphan.platform.errors import DomainError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LONGEST = 2_000

# Public to the standard library, and private by what answers there: platform addresses of clouds.
_NEVER = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.0.0.0/24"))
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.ip_network("::/96")
_LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


class BadAddress(DomainError):
    """A webhook's address that cannot be called, whoever asks."""


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """The allowed networks of SAMPHAN_WEBHOOK_NETWORKS."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def is_allowed(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """True for an address on the public internet, and for one in an allowed network.

    An IPv6 address that carries an IPv4 one (mapped, compatible, 6to4, Teredo, NAT64) is judged by both.
    """
    if any(address.version == network.version and address in network for network in allowed):
        return True
    if isinstance(address, ipaddress.IPv6Address):
        inner = _carried(address)
        if inner:
            return all(is_allowed(each, allowed) for each in inner)
        if address.is_site_local:
            return False
    if any(address.version == network.version and address in network for network in _NEVER):
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_loopback
        and not address.is_link_local
        and not address.is_unspecified
    )


def _carried(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that packets to an IPv6 address may end at."""
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return list(address.teredo)
    if any(address in network for network in _TRANSLATED) or (address in _COMPATIBLE and int(address) > 1):
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return []


def is_inside(address: Address, allowed: Sequence[Network]) -> bool:
    """True for an address in one of the allowed networks: plain http may go there."""
    return any(address.version == network.version and address in network for network in allowed)


def check_url(url: str, allowed: Sequence[Network] = ()) -> str:
    """The address as it is stored; judges what can be judged without asking the network.

    :raises BadAddress: with the sentence for whoever typed it.
    """
    url = url.strip()
    if not url or len(url) > LONGEST:
        raise BadAddress(_("Type the address that is to be called, at most %(most)s letters."), most=LONGEST)
    if any(letter.isspace() or ord(letter) < 32 or letter == "\\" for letter in url) or not url.isascii():
        raise BadAddress(
            _("The address holds letters that an address cannot have. Copy it from the other system again.")
        )
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress(_("This is no address. It looks like https://example.co.th/hooks.")) from None
    if parts.scheme not in ("https", "http") or not host:
        raise BadAddress(_("This is no address. It looks like https://example.co.th/hooks."))
    if parts.username is not None or parts.password is not None:
        raise BadAddress(_("Take name and password out of the address: the signature says that it is Samphan."))
    if parts.fragment:
        raise BadAddress(_("Take the part behind # out of the address: it is never sent."))
    if parts.scheme == "http" and not allowed:
        raise BadAddress(_("The address must begin with https://, so that nobody reads along."))
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        if (host == "localhost" or host.endswith(_LOCAL_ENDINGS) or "." not in host) and not allowed:
            raise BadAddress(_("“%(host)s” is inside your own network, where webhooks do not go."), host=host) from None
        return url
    if not is_allowed(literal, allowed):
        raise BadAddress(_("“%(host)s” is inside your own network, where webhooks do not go."), host=host)
    return url


class NotAllowed(Exception):
    """An address that a name led to is not to be called; the message is the address."""


class NoAddress(Exception):
    """A name leads nowhere."""


def resolve(host: str, port: int, *, is_https: bool, allowed: Sequence[Network] = ()) -> list[Address]:
    """The addresses of a host, each of them allowed.

    :raises NotAllowed: when one of them is not: a name that leads inside and outside is an attempt to come in.
    :raises NoAddress: when there is none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAddress(host) from error
    judged: list[Address] = []
    for _family, _type, _protocol, _name, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if not is_allowed(address, allowed) or not (is_https or is_inside(address, allowed)):
            raise NotAllowed(str(address))
        if address not in judged:
            judged.append(address)
    if not judged:
        raise NoAddress(host)
    return judged
