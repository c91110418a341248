"""Connections: how one is opened (guard, TLS, proxy) and which are kept alive. One tape goes with each."""

import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Generator
from time import monotonic
from typing import Generic, TypeVar
from urllib.parse import unquote, urlsplit

import httpx2

from cleaner.errors import CleanerError, UsageError
from cleaner.fetch import talk
from cleaner.fetch.connection import Looping, Waiting
from cleaner.fetch.exchange import Ask, Intake
from cleaner.fetch.guard import Guard, Resolve
from cleaner.fetch.options import FetchOptions
from cleaner.fetch.talk import Dial, Secure, Step, Steps
from cleaner.fetch.target import Target, read_target
from cleaner.fetch.wire import Route, Tape

__all__ = ["Lines", "Opener", "Origin"]

MAX_KEPT = 32  # idle connections of one client

Origin = tuple[str, str, int]


_Line = TypeVar("_Line", Waiting, Looping)


class Lines(Generic[_Line]):
    """The idle lines of one client, by origin; for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[tuple[Origin, _Line]] = []

    def take(self, origin: Origin) -> _Line | None:
        """The line to `origin` used last, no longer kept; None where there is none."""
        with self._lock:
            for at in range(len(self._kept) - 1, -1, -1):
                if self._kept[at][0] == origin:
                    return self._kept.pop(at)[1]
        return None

    def keep(self, origin: Origin, line: _Line) -> _Line | None:
        """The line that had to go because too many are kept (to be closed); mostly None."""
        line.idle_since = monotonic()
        with self._lock:
            self._kept.append((origin, line))
            return self._kept.pop(0)[1] if len(self._kept) > MAX_KEPT else None

    def clear(self) -> list[_Line]:
        """All lines that were kept, to be closed."""
        with self._lock:
            lines, self._kept = [line for _, line in self._kept], []
        return lines


class Opener:
    """Opens lines as the options say. Raises UsageError for a proxy, allowed host or CA file that cannot be used."""

    def __init__(self, options: FetchOptions, resolve: Resolve, clock: Callable[[], float]) -> None:
        self._guard = Guard.of(options.allow_hosts)
        self._clock = clock
        self._options = options
        self._proxy_target = _proxy_target(options.proxy)
        proxy = self._proxy_target
        # The person named the proxy, so that host and port may be connected to; pages behind it are checked below.
        allowed = self._guard.allowed | ({(proxy.host, proxy.port)} if proxy else set())
        self._route = Route(guard=Guard(allowed), resolve=resolve)
        self._tls: ssl.SSLContext | None = None
        self._lock = threading.Lock()

    def check(self, target: Target) -> None:
        """None where `target` may be asked for; raises BlockedAddressError.

        Matters behind a proxy, which resolves names itself: addresses and localhost are still refused here. Without
        one, the connection itself is checked.
        """
        if self._proxy_target and not self._guard.check_literal(target.host, target.port):
            name = target.host.rstrip(".")
            if name == "localhost" or name.endswith(".localhost"):
                self._guard.check(target.host, target.port, ["127.0.0.1"])

    def line(self, target: Target) -> Waiting:
        """A line for a waiting client; raises UsageError for a CA file that is none."""
        self._prepare(target)
        return Waiting(Tape(clock=self._clock), self._route)

    def async_line(self, target: Target) -> Looping:
        """As `line`, for a client in an event loop."""
        self._prepare(target)
        return Looping(Tape(clock=self._clock), self._route)

    def _prepare(self, target: Target) -> None:
        # Certificates are read where one is to be checked: a twentieth of a second.
        if "https" in {target.scheme, self._proxy_target and self._proxy_target.scheme}:
            self._context()

    def steps(self, ask: Ask, intake: Intake, *, opened: bool) -> Steps:
        """The steps of one exchange, on a line that is `opened` already or not; raises BlockedAddressError."""
        self.check(ask.target)
        if not opened:
            yield from self._opening(ask.target)
        return (yield from talk.exchange(self._request(ask), intake))

    def _opening(self, target: Target) -> Generator[Step, bytes, None]:
        proxy = self._proxy_target
        first = proxy or target
        yield Dial(host=first.host, port=first.port)
        if proxy and proxy.scheme == "https":
            yield Secure(context=self._context(), host=proxy.host)
        if proxy and target.scheme == "https":
            yield from talk.tunnel(target.host, target.port, self._proxy_headers())
        if target.scheme == "https":
            yield Secure(context=self._context(), host=target.host)

    def _request(self, ask: Ask) -> bytes:
        # latin-1, because that is what header values are on the wire; FetchOptions let nothing else in.
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in ask.headers]
        target = ask.target
        if self._proxy_target and target.scheme == "http":
            place = f"http://{target.authority}".encode("ascii")
            return talk.request_bytes(place + target.path, [*self._proxy_headers(), *headers])
        return talk.request_bytes(target.path, headers)

    def _proxy_headers(self) -> list[tuple[bytes, bytes]]:
        parts = urlsplit(self._options.proxy or "")
        if not parts.username:
            return []
        named = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        return [(b"Proxy-Authorization", b"Basic " + b64encode(named))]

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            if self._tls is None:
                self._tls = _tls_context(self._options)
                self._tls.set_alpn_protocols(["http/1.1"])
            return self._tls


def _proxy_target(proxy: str | None) -> Target | None:
    try:
        return read_target(proxy) if proxy else None
    except CleanerError as error:
        raise UsageError(f"not a proxy: {error.message}", hint="write --proxy http://host:port") from error


def _tls_context(options: FetchOptions) -> ssl.SSLContext:
    """Checked against the system's store (or `ca_file`); the environment has no say, it is not ours to trust."""
    if options.insecure:
        return httpx2.create_ssl_context(verify=False, trust_env=False)
    if options.ca_file is None:
        return httpx2.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=options.ca_file)
    except OSError as error:
        raise UsageError("not a file of CA certificates", where=options.ca_file, hint="give a PEM file") from error
