"""Connections: how one is opened (guard, TLS, proxy) and which are kept alive. One tape goes with each."""

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import unquote, urlsplit

import httpcore2
import httpx2

from cleaner.errors import CleanerError, UsageError
from cleaner.fetch.guard import Guard, Resolve
from cleaner.fetch.options import FetchOptions
from cleaner.fetch.target import Target, read_target
from cleaner.fetch.wire import AsyncTapedBackend, Route, Tape, TapedBackend

__all__ = ["Line", "Lines", "Looping", "Opener", "Waiting"]

KEEP_ALIVE_S = 30.0  # a kept connection older than this is not used again
MAX_KEPT = 32  # idle connections of one client

Waiting: TypeAlias = httpcore2.HTTPConnection | httpcore2.ConnectionPool
Looping: TypeAlias = httpcore2.AsyncHTTPConnection | httpcore2.AsyncConnectionPool
_Way = TypeVar("_Way", Waiting, Looping)
Origin = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Line(Generic[_Way]):
    """One connection to one origin: httpcore2's own, or behind a proxy its pool of size one, which opens it anew."""

    way: _Way
    tape: Tape

    @property
    def idle(self) -> bool:
        """Whether the last exchange ended so that another may follow."""
        if isinstance(self.way, httpcore2.ConnectionPool | httpcore2.AsyncConnectionPool):
            return any(connection.is_idle() for connection in self.way.connections)
        return self.way.is_idle()

    @property
    def open(self) -> bool:
        """Whether the other end has left it open since; a pool sees to that itself."""
        if isinstance(self.way, httpcore2.ConnectionPool | httpcore2.AsyncConnectionPool):
            return True
        return not self.way.has_expired()


class Lines(Generic[_Way]):
    """The idle lines of one client, by origin; for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[tuple[Origin, Line[_Way]]] = []

    def take(self, origin: Origin) -> Line[_Way] | None:
        """The line to `origin` used last, no longer kept; None where there is none."""
        with self._lock:
            for at in range(len(self._kept) - 1, -1, -1):
                if self._kept[at][0] == origin:
                    return self._kept.pop(at)[1]
        return None

    def keep(self, origin: Origin, line: Line[_Way]) -> Line[_Way] | None:
        """The line that had to go because too many are kept (to be closed); mostly None."""
        with self._lock:
            self._kept.append((origin, line))
            return self._kept.pop(0)[1] if len(self._kept) > MAX_KEPT else None

    def clear(self) -> list[Line[_Way]]:
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

    def line(self, target: Target) -> Line[Waiting]:
        """A line for a waiting client."""
        tape = Tape(clock=self._clock)
        backend = TapedBackend(tape, self._route)
        if self._proxy_target:
            return Line(httpcore2.ConnectionPool(proxy=self._proxy(), network_backend=backend, **self._pooled()), tape)
        return Line(httpcore2.HTTPConnection(network_backend=backend, **self._direct(target)), tape)

    def async_line(self, target: Target) -> Line[Looping]:
        """A line for a client in an event loop."""
        tape = Tape(clock=self._clock)
        backend = AsyncTapedBackend(tape, self._route)
        if self._proxy_target:
            pool = httpcore2.AsyncConnectionPool(proxy=self._proxy(), network_backend=backend, **self._pooled())
            return Line(pool, tape)
        return Line(httpcore2.AsyncHTTPConnection(network_backend=backend, **self._direct(target)), tape)

    def _pooled(self) -> dict[str, Any]:
        return {"ssl_context": self._context(), "max_connections": 1, "keepalive_expiry": KEEP_ALIVE_S}

    def _direct(self, target: Target) -> dict[str, Any]:
        scheme, host = target.scheme.encode("ascii"), target.host.encode("ascii")
        # Certificates are read where one is to be checked: a twentieth of a second.
        tls = self._context() if target.scheme == "https" else None
        origin = httpcore2.Origin(scheme=scheme, host=host, port=target.port)
        return {"origin": origin, "ssl_context": tls, "keepalive_expiry": KEEP_ALIVE_S}

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            if self._tls is None:
                self._tls = _tls_context(self._options)
            return self._tls

    def _proxy(self) -> httpcore2.Proxy | None:
        target = self._proxy_target
        if target is None:
            return None
        parts = urlsplit(self._options.proxy or "")
        auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        url = httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target="/")
        return httpcore2.Proxy(url, auth=auth, ssl_context=self._context() if target.scheme == "https" else None)


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
