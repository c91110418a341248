"""The address guard: which addresses are public, and the one list of exceptions. Stands on the connection path itself.

The address that was checked is the address connected to, so a name that changes its mind between check and connection
gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cleaner.errors import BlockedAddressError, FetchError, UsageError
from cleaner.fetch.target import canonical_host

__all__ = ["Guard", "Resolve", "system_resolve", "why_not_public"]

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""From host and port to the addresses of that name, in order of preference; raises OSError where there are none."""

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_V4_KINDS = tuple(
    (ipaddress.IPv4Network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud metadata"),  # the one metadata service on an address that looks public
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.88.99.0/24", "6to4 relay"),  # RFC 7526 took it out of use
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_V6_KINDS = tuple(
    (ipaddress.IPv6Network(network), kind)
    for network, kind in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that IANA gives out; the rest of IPv6 holds no public host
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP_MARKS = (0x00005EFE, 0x02005EFE)  # RFC 5214: these 32 bits stand before an IPv4 address


def why_not_public(address: str) -> str | None:
    """Kind of a non-public address ("loopback", "private", …), also inside a wrapped form; None for a public one.

    `ipaddress.is_global` calls NAT64 and 6to4 forms of loopback and all multicast global, hence the tables.
    """
    return _why(ipaddress.ip_address(address))


def _why(ip: _Address) -> str | None:
    if isinstance(ip, ipaddress.IPv4Address):
        kind = next((kind for network, kind in _V4_KINDS if ip in network), None)
        return kind or (None if ip.is_global else "reserved")
    if (inner := _wrapped(ip)) is not None:
        return _why(inner)
    kind = next((kind for network, kind in _V6_KINDS if ip in network), None)
    return kind or (None if ip in _GLOBAL_UNICAST and ip.is_global else "reserved")


def _wrapped(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that packets to `ip` end at; None where it is an IPv6 address in its own right."""
    isatap = ip in _GLOBAL_UNICAST and (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP_MARKS
    if ip in _NAT64 or isatap:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def system_resolve(host: str, port: int) -> list[str]:
    """The system's addresses of `host`, each once, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """Which host and port may be connected to: public ones, and those in `allowed` as they are written."""

    allowed: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, allow_hosts: Sequence[str]) -> "Guard":
        """The guard with these `HOST:PORT` let through; raises UsageError for one that is no host."""
        return cls(frozenset(_host_and_port(allowed) for allowed in allow_hosts))

    def check_literal(self, host: str, port: int) -> bool:
        """Whether `host` is an address rather than a name; raises BlockedAddressError for one that is not public."""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        self.check(host, port, [host])
        return True

    def check(self, host: str, port: int, addresses: Sequence[str]) -> None:
        """None where all addresses of `host` may be reached; raises BlockedAddressError for the first that may not."""
        if (host, port) in self.allowed:
            return
        for address in addresses:
            if kind := why_not_public(address):
                self._refuse(host, port, address, kind)

    def _refuse(self, host: str, port: int, address: str, kind: str) -> None:
        named = f"[{host}]" if ":" in host else host
        what = address if address == host else f"{address}, the address of {host},"
        hint = f"{kind} address; --allow-host {named}:{port} lets this one through"
        raise BlockedAddressError(f"{what} is not public", hint=hint)


def _host_and_port(allowed: str) -> tuple[str, int]:
    host, _, port = allowed.rpartition(":")
    try:
        return canonical_host(host), int(port)
    except ValueError as error:
        raise UsageError(f"{allowed!r} is not HOST:PORT", hint="write --allow-host localhost:8000") from error


def unresolved(host: str, error: Exception | None) -> FetchError:
    """The error for a name without an address."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else "no address"
    return FetchError(f"{host} has no address: {why}", hint="check the spelling and the name server", code="dns")
