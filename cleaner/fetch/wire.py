"""The wire as it was: network backends of httpcore2 that guard the address, keep the deadline and record every byte.

A tape belongs to one connection at a time. It records after TLS, so what stands on it is what HTTP said.
"""

import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio
import anyio.to_thread
import h11
import httpcore2

from cleaner.fetch.guard import Guard, Resolve, system_resolve, unresolved

__all__ = [
    "LENGTH",
    "PLAIN_HEAD",
    "AsyncTapedBackend",
    "Cut",
    "Route",
    "Tape",
    "TapedBackend",
    "WireLimitError",
    "cut",
]

MAX_HEAD_BYTES = 64 * 1024  # status line, headers and interim responses; common servers stop at 8 to 32 KiB
MIN_TRY_S = 1.0  # what one of several addresses gets at least before the next is tried


# A head that no reader could read otherwise; any other is the parser's to read.
PLAIN_HEAD = re.compile(
    rb"HTTP/1\.1 [2-5]\d\d(?: [\t -~\x80-\xff]*+)?+\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]++:[\t -~\x80-\xff]*+\r\n)*+\r\n"
)
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?=\r\n)")


class WireLimitError(Exception):
    """More bytes came than the tape may hold."""


@dataclass(slots=True, kw_only=True)
class Tape:
    """What passed on one connection since `begin`, and the limits on what may yet pass.

    `fresh` says the connection was opened for this very exchange; `ip` is where it leads.
    """

    clock: Callable[[], float] = time.monotonic
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)
    ip: str | None = None
    fresh: bool = False
    in_head: bool = True
    deadline: float = 0.0
    max_bytes: int = 0

    def begin(self, *, deadline: float, max_bytes: int) -> None:
        """An empty tape for the next exchange."""
        self.deadline, self.max_bytes = deadline, max_bytes
        self.fresh = False
        self.wipe()

    def wipe(self) -> None:
        """An empty tape for the same exchange: what a proxy said before the connection was through is no part of it."""
        self.sent, self.received, self.in_head = bytearray(), bytearray(), True

    def left_s(self) -> float:
        """Seconds to the deadline, above zero; raises httpcore2.ReadTimeout when there are none."""
        left = self.deadline - self.clock()
        if left <= 0:
            raise httpcore2.ReadTimeout("deadline")
        return left

    def may_read_s(self) -> float:
        """Seconds that the next read may take; raises WireLimitError when no further byte is wanted."""
        limit = MAX_HEAD_BYTES if self.in_head else self.max_bytes
        if len(self.received) >= limit:
            raise WireLimitError(f"more than {limit} bytes")
        return self.left_s()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How a host and port become an address that may be connected to."""

    guard: Guard
    resolve: Resolve = system_resolve

    def checked(self, host: str, port: int, found: Sequence[str] | Exception) -> Sequence[str]:
        """`found` where all may be connected to; raises FetchError for none, BlockedAddressError for a bad one."""
        if isinstance(found, Exception) or not found:
            error = found if isinstance(found, Exception) else None
            raise unresolved(host, error) from error
        self.guard.check(host, port, found)
        return found

    def lookup(self, host: str, port: int) -> Sequence[str] | Exception:
        """The addresses of a host, or the error that there are none."""
        try:
            return self.resolve(host, port)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label longer than DNS has
            return error


def _lookup_in_time(route: Route, host: str, port: int, left_s: float) -> Sequence[str] | Exception:
    # getaddrinfo knows no time-out: it is left behind in a daemon thread when the deadline comes.
    answer: list[Sequence[str] | Exception] = []
    thread = threading.Thread(target=lambda: answer.append(route.lookup(host, port)), daemon=True, name="resolve")
    thread.start()
    thread.join(left_s)
    if not answer:
        raise httpcore2.ConnectTimeout("name not resolved in time")
    return answer[0]


def _share_s(left_s: float, waiting: int) -> float:
    """Seconds one address gets when `waiting` more stand behind it."""
    return min(left_s, max(MIN_TRY_S, left_s / (waiting + 1)))


class TapedStream(httpcore2.NetworkStream):
    """A connection whose every byte is recorded and whose every wait ends at the deadline."""

    def __init__(self, inner: httpcore2.NetworkStream, tape: Tape) -> None:
        self._inner, self._tape = inner, tape

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline rules
        data = self._inner.read(max_bytes, self._tape.may_read_s())
        self._tape.received += data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._inner.write(buffer, self._tape.left_s())
        self._tape.sent += buffer

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        self._tape.wipe()
        return TapedStream(self._inner.start_tls(ssl_context, server_hostname, self._tape.left_s()), self._tape)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class TapedBackend(httpcore2.NetworkBackend):
    """Opens taped connections to checked addresses only."""

    def __init__(self, tape: Tape, route: Route) -> None:
        self._tape, self._route, self._inner = tape, route, httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A taped stream to the first checked address that answers; raises before anything is sent."""
        tape = self._tape
        literal = self._route.guard.check_literal(host, port)
        found = [host] if literal else _lookup_in_time(self._route, host, port, tape.left_s())
        addresses = self._route.checked(host, port, found)
        for waiting in range(len(addresses) - 1, -1, -1):
            tape.ip = addresses[-1 - waiting]
            try:
                stream = self._inner.connect_tcp(
                    tape.ip, port, timeout=_share_s(tape.left_s(), waiting), socket_options=socket_options or ()
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if not waiting:
                    raise
            else:
                tape.fresh = True
                return TapedStream(stream, tape)
        raise AssertionError("checked() never returns an empty list")


class AsyncTapedStream(httpcore2.AsyncNetworkStream):
    """TapedStream for an event loop."""

    def __init__(self, inner: httpcore2.AsyncNetworkStream, tape: Tape) -> None:
        self._inner, self._tape = inner, tape

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109
        data = await self._inner.read(max_bytes, self._tape.may_read_s())
        self._tape.received += data
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        await self._inner.write(buffer, self._tape.left_s())
        self._tape.sent += buffer

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
    ) -> httpcore2.AsyncNetworkStream:
        self._tape.wipe()
        inner = await self._inner.start_tls(ssl_context, server_hostname, self._tape.left_s())
        return AsyncTapedStream(inner, self._tape)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class AsyncTapedBackend(httpcore2.AsyncNetworkBackend):
    """TapedBackend for an event loop."""

    def __init__(self, tape: Tape, route: Route) -> None:
        self._tape, self._route, self._inner = tape, route, httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A taped stream to the first checked address that answers; raises before anything is sent."""
        tape = self._tape
        literal = self._route.guard.check_literal(host, port)
        found = [host] if literal else await self._lookup(host, port)
        addresses = self._route.checked(host, port, found)
        for waiting in range(len(addresses) - 1, -1, -1):
            tape.ip = addresses[-1 - waiting]
            try:
                stream = await self._inner.connect_tcp(
                    tape.ip, port, timeout=_share_s(tape.left_s(), waiting), socket_options=socket_options or ()
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if not waiting:
                    raise
            else:
                tape.fresh = True
                return AsyncTapedStream(stream, tape)
        raise AssertionError("checked() never returns an empty list")

    async def _lookup(self, host: str, port: int) -> Sequence[str] | Exception:
        with anyio.move_on_after(self._tape.left_s()):
            return await anyio.to_thread.run_sync(self._route.lookup, host, port, abandon_on_cancel=True)
        raise httpcore2.ConnectTimeout("name not resolved in time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where in the received bytes the final response begins (`head`), its body begins (`body`), and it ends (`end`)."""

    head: int
    body: int
    end: int


def cut(received: bytes) -> Cut:
    """The bounds of the final response to a GET in all that was received.

    A response without its end goes to the last byte. Read again with the parser that the connection used, so both see
    the same bounds; but for the plainest of responses, whose bounds are plain to see.
    """
    return _plain_cut(received) or parsed_cut(received)


def _plain_cut(received: bytes) -> Cut | None:
    """The bounds where one head and exactly the body that it announces were received; None where there is more to it."""
    found = PLAIN_HEAD.match(received)
    if found is None:
        return None
    end, head = found.end(), found[0].lower()
    lengths = LENGTH.findall(head)
    if b"transfer-encoding" in head or head.count(b"content-length") != len(lengths):
        return None
    bodiless = received[9:12] in {b"204", b"304"}
    announced = 0 if bodiless else int(lengths[0]) if len(lengths) == 1 else -1
    return Cut(head=0, body=end, end=len(received)) if announced == len(received) - end else None


def parsed_cut(received: bytes) -> Cut:
    """As `cut`, by the parser alone."""
    parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=len(received) + 1)
    parser.send(h11.Request(method="GET", target="/", headers=[("Host", "replay")]))
    parser.send(h11.EndOfMessage())
    head, body, fed = 0, len(received), 0
    try:
        while True:
            event = parser.next_event()
            if event is h11.NEED_DATA and fed < len(received):
                # In slices, because asking for the rest copies it, once for each interim response.
                parser.receive_data(received[fed : fed + MAX_HEAD_BYTES])
                fed = min(fed + MAX_HEAD_BYTES, len(received))
            elif isinstance(event, h11.InformationalResponse):
                head = fed - len(parser.trailing_data[0])
            elif isinstance(event, h11.Response):
                body = fed - len(parser.trailing_data[0])
            elif isinstance(event, h11.EndOfMessage):
                return Cut(head=head, body=body, end=fed - len(parser.trailing_data[0]))
            elif not isinstance(event, h11.Data):
                break
    except h11.RemoteProtocolError:  # broken framing: all of it is the response
        pass
    return Cut(head=head, body=body, end=len(received))
