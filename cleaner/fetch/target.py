"""What a URL asks for: scheme, host in its one canonical form, port, request target. Not whether it may be asked."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import httpx2

from cleaner.errors import BlockedAddressError, FetchError, UsageError

__all__ = ["Target", "canonical_host", "read_target", "resolve_location"]

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_PORT = 65_535
MAX_URL_CHARS = 16_384  # twice what common servers accept in a request line

# A backslash ends the host as in browsers; anything else would let two readers see two hosts.
_SPLIT = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):(?:[/\\]{2})?([^/\\?#]*)([^?#]*)([^#]*)(?:#.*)?", re.DOTALL)
_PLAIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.\-]+)(?::(?P<port>[1-9][0-9]{0,4}))?(?P<path>/[A-Za-z0-9/_.~\-]*)"
    r"(?P<query>\?[A-Za-z0-9_.~=&\-]+)?"
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.\-]*[a-z0-9_])?\.?")
_ZONE = re.compile(r"[0-9A-Za-z._-]{1,32}")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_SPLITTERS = frozenset("/?#@:\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One http(s) address. `url` has neither userinfo nor fragment; `host` is canonical, IPv6 without brackets."""

    url: str
    scheme: str
    host: str
    port: int
    path: bytes

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what credentials must not cross."""
        return (self.scheme, self.host, self.port)

    @property
    def authority(self) -> str:
        """The Host header: brackets round IPv6, the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def read_target(url: str) -> Target:
    """Target of `url` as browsers read it; raises UsageError for no URL, BlockedAddressError for another scheme."""
    return _plain_target(url) or careful_target(url)


def _plain_target(url: str) -> Target | None:
    """Target of an address that is written in its one form already, as nearly all are; None for any other."""
    found = _PLAIN.fullmatch(url) if len(url) <= MAX_URL_CHARS else None
    if found is None or "/." in found["path"]:
        return None
    port = int(found["port"]) if found["port"] else DEFAULT_PORTS[found["scheme"]]
    try:
        is_canonical = canonical_host(found["host"]) == found["host"]
    except (httpx2.InvalidURL, ValueError):
        return None
    if not is_canonical or not 0 < port <= MAX_PORT or found["port"] == str(DEFAULT_PORTS[found["scheme"]]):
        return None
    path = (found["path"] + (found["query"] or "")).encode("ascii")
    return Target(url=url, scheme=found["scheme"], host=found["host"], port=port, path=path)


def careful_target(url: str) -> Target:
    """As `read_target`, for any spelling."""
    text = _tidy(url)
    if scheme := _SCHEME.match(text):
        _check_scheme(scheme[1].lower(), url)
    if not (parts := _SPLIT.fullmatch(text)) or len(text) > MAX_URL_CHARS:
        raise UsageError(f"not a URL: {_safe(url)[:80]!r}", hint="write it whole: https://host/path", code="bad-url")
    try:
        return _target(parts[1].lower(), parts[2].rpartition("@")[2], parts[3].replace("\\", "/") or "/", parts[4])
    except (httpx2.InvalidURL, ValueError) as error:
        raise UsageError(f"not a URL that can be fetched: {error}", where=_safe(url), code="bad-url") from error


def resolve_location(base: Target, location: str) -> Target:
    """Target that a Location header leads to; raises FetchError for nonsense, BlockedAddressError for a scheme."""
    text = _tidy(location)
    try:
        whole = text if _SCHEME.match(text) else _joined(base, text)
        return read_target(whole)
    except (UsageError, httpx2.InvalidURL, ValueError) as error:  # ValueError: half of a surrogate pair
        raise FetchError(
            f"redirected to what is not a URL: {_safe(location)[:80]!r}", where=base.url, code="bad-response"
        ) from error


@lru_cache(maxsize=4_096)
def canonical_host(host: str) -> str:
    """The one form of `host`: IDNA in ASCII lower case, or an IP address written plainly (no octal, hex, full-width).

    Raises ValueError where it is neither a name nor an address.
    """
    if host.startswith("["):
        literal = ipaddress.IPv6Address(host.strip("[]").replace("%25", "%"))
        if literal.scope_id and not _ZONE.fullmatch(literal.scope_id):
            raise ValueError(f"{host!r} names no network interface")
        return literal.compressed
    plain = unicodedata.normalize("NFKC", host)
    if not plain or (_SPLITTERS & set(plain)):
        raise ValueError(f"no host in {host!r}")
    try:
        name = httpx2.URL(f"http://{plain}/").raw_host.decode("ascii").lower()
    except httpx2.InvalidURL as error:
        raise ValueError(str(error)) from error
    if address := _ipv4(name):
        return address
    if not _NAME.fullmatch(name):
        raise ValueError(f"{host!r} is not a host name")
    return name


def _tidy(url: str) -> str:
    """`url` as browsers take it: no tabs and line ends, no white space round it."""
    return re.sub(r"[\t\r\n]", "", url).strip("\x00\x0b\x0c\x1c\x1d\x1e\x1f\x20")


def _check_scheme(scheme: str, url: str) -> None:
    if scheme not in DEFAULT_PORTS:
        message = f"{scheme}: is not http or https"
        raise BlockedAddressError(
            message, where=_safe(url), hint="only http and https are fetched", code="blocked-scheme"
        )


def _safe(url: str) -> str:
    """`url` fit for a message: no userinfo, of bounded length."""
    return re.sub(r"(?<=//)[^/?#]*@", "", _tidy(url))[:200]


def _target(scheme: str, authority: str, path: str, query: str) -> Target:
    host, port = _split_port(authority)
    port = DEFAULT_PORTS[scheme] if port is None else port
    if not 0 < port <= MAX_PORT:
        raise ValueError(f"{port} is not a port")
    host = canonical_host(host)
    named = Target(url="", scheme=scheme, host=host, port=port, path=b"/")
    parsed = httpx2.URL(f"{scheme}://{named.authority}{path}{query}")
    return Target(url=str(parsed), scheme=scheme, host=host, port=port, path=parsed.raw_path)


def _split_port(authority: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?", authority)
    if found is None:
        raise ValueError(f"{authority!r} is not a host and port")
    return found[1], int(found[2]) if found[2] else None


def _joined(base: Target, location: str) -> str:
    if re.match(r"[/\\]{2}", location):
        return f"{base.scheme}://{location[2:]}"
    return str(httpx2.URL(base.url).join(location))


def _ipv4(name: str) -> str | None:
    """`name` as dotted decimals where its last label is a number, else None; ValueError if broken (WHATWG URL)."""
    labels = name.removesuffix(".").split(".")
    if not _NUMBER.fullmatch(labels[-1]):
        return None
    numbers = [_number(label) for label in labels]
    if len(numbers) > 4 or any(number > 255 for number in numbers[:-1]):  # noqa: PLR2004 - four octets of an address
        raise ValueError(f"{name!r} is not an IPv4 address")
    value = numbers[-1]
    if value >= 256 ** (5 - len(numbers)):
        raise ValueError(f"{name!r} is not an IPv4 address")
    return str(ipaddress.IPv4Address(value + sum(n << (8 * (3 - i)) for i, n in enumerate(numbers[:-1]))))


def _number(label: str) -> int:
    if not _NUMBER.fullmatch(label):
        raise ValueError(f"{label!r} is not a part of an IPv4 address")
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") and label != "0" else 10)
