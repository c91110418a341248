"""One connection to one origin, for each of the clients: it does the steps of an exchange and keeps the tape.

Only addresses that were checked are connected to, and every wait ends at the tape's deadline.
"""

import asyncio
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

import httpcore2

from cleaner.fetch import stream as loop_stream
from cleaner.fetch.stream import Stream, has_none_left
from cleaner.fetch.talk import Dial, Secure, Step
from cleaner.fetch.wire import Route, Tape

__all__ = ["READ_BYTES", "Looping", "Waiting"]

KEEP_ALIVE_S = 30.0  # a kept connection older than this is not used again
MIN_TRY_S = 1.0  # what one of several addresses gets at least before the next is tried
READ_BYTES = 64 * 1024  # at once

Found = Sequence[str] | Exception


@dataclass(slots=True)
class Waiting:
    """A connection for a client that waits; opened with its first exchange."""

    tape: Tape
    route: Route
    stream: httpcore2.NetworkStream | None = None
    idle_since: float = 0.0
    _socket: socket.socket | None = None

    @property
    def open(self) -> bool:
        """Whether the other end has left it open since it became idle, and nothing has come that nobody asked for."""
        return self._socket is not None and is_quiet(self._socket.fileno(), self.idle_since) and self._has_none_left()

    def _has_none_left(self) -> bool:
        # A socket's own TLS takes no more from the wire than is read; only TLS inside TLS does.
        tls = self.stream.get_extra_info("ssl_object") if self.stream else None
        return not isinstance(tls, ssl.SSLObject) or has_none_left(tls)

    def do(self, step: Step) -> bytes:
        """What was read, where the step is to read; raises what httpcore2 raises."""
        tape = self.tape
        if isinstance(step, Dial):
            self._set(self._dialled(step.host, step.port))
            return b""
        assert self.stream, "a connection is dialled first"
        if step is None:
            received = self.stream.read(READ_BYTES, tape.may_read_s())
            tape.received += received
            return received
        if isinstance(step, Secure):
            tape.wipe()
            self._set(self.stream.start_tls(step.context, step.host, tape.left_s()))
        else:
            with suppress(httpcore2.WriteError):  # a server may answer before it has read all, and close
                self.stream.write(step, tape.left_s())
                tape.sent += step
        return b""

    def _set(self, stream: httpcore2.NetworkStream) -> None:
        self.stream, self._socket = stream, stream.get_extra_info("socket")

    def _dialled(self, host: str, port: int) -> httpcore2.NetworkStream:
        tape = self.tape
        found = (
            None
            if self.route.guard.check_literal(host, port)
            else _lookup_in_time(self.route, host, port, tape.left_s())
        )
        backend = httpcore2.SyncBackend()
        failed: Exception | None = None
        for ip, within_s in _tries(tape, self.route, host, port, found):
            try:
                stream = backend.connect_tcp(ip, port, timeout=within_s)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
            else:
                tape.fresh = True
                return stream
        assert failed, "at least one address is tried"
        raise failed

    def close(self) -> None:
        """Nothing; the connection, if there ever was one, is closed."""
        if self.stream:
            self.stream.close()


@dataclass(slots=True)
class Looping:
    """As Waiting, for a client in an event loop."""

    tape: Tape
    route: Route
    stream: Stream | None = None
    idle_since: float = 0.0

    @property
    def open(self) -> bool:
        """As Waiting.open."""
        return self.stream is not None and is_quiet(self.stream.fileno(), self.idle_since) and self.stream.is_idle

    async def do(self, step: Step) -> bytes:
        """As Waiting.do."""
        tape = self.tape
        if isinstance(step, Dial):
            self.stream = await self._dialled(step.host, step.port)
            return b""
        assert self.stream, "a connection is dialled first"
        if step is None:
            received = await self.stream.read(tape.may_read_s())
            tape.received += received
            return received
        if isinstance(step, Secure):
            tape.wipe()
            await self.stream.secure(step.context, step.host, tape.left_s())
        else:
            with suppress(httpcore2.WriteError):
                await self.stream.write(step, tape.left_s())
                tape.sent += step
        return b""

    async def _dialled(self, host: str, port: int) -> Stream:
        tape = self.tape
        found = None if self.route.guard.check_literal(host, port) else await self._lookup(host, port)
        failed: Exception | None = None
        for ip, within_s in _tries(tape, self.route, host, port, found):
            try:
                stream = await loop_stream.dialled(ip, port, within_s)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
            else:
                tape.fresh = True
                return stream
        assert failed, "at least one address is tried"
        raise failed

    async def _lookup(self, host: str, port: int) -> Found:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Found] = loop.create_future()

        def look() -> None:
            found = self.route.lookup(host, port)
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(_answer, answer, found)

        _left_behind(look)
        try:
            async with asyncio.timeout(self.tape.left_s()):
                return await answer
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("name not resolved in time") from error

    async def aclose(self) -> None:
        """As Waiting.close."""
        if self.stream:
            await self.stream.aclose()


def is_quiet(number: int, idle_since: float) -> bool:
    """Whether nothing can be read, not even the end, from the socket of that number, which was not idle for too long."""
    if number < 0 or monotonic() - idle_since > KEEP_ALIVE_S:
        return False
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return not poll.poll(0)


def _tries(tape: Tape, route: Route, host: str, port: int, found: Found | None) -> Iterator[tuple[str, float]]:
    """Each checked address, which then stands on the tape, and the seconds it gets; None is found where the host is one.

    Raises FetchError or BlockedAddressError before anything is sent.
    """
    addresses = [host] if found is None else route.checked(host, port, found)
    for waiting in range(len(addresses) - 1, -1, -1):
        tape.ip = addresses[-1 - waiting]
        left_s = tape.left_s()
        yield tape.ip, min(left_s, max(MIN_TRY_S, left_s / (waiting + 1)))


def _lookup_in_time(route: Route, host: str, port: int, left_s: float) -> Found:
    answer: list[Found] = []
    _left_behind(lambda: answer.append(route.lookup(host, port))).join(left_s)
    if not answer:
        raise httpcore2.ConnectTimeout("name not resolved in time")
    return answer[0]


def _left_behind(work: Callable[[], None]) -> threading.Thread:
    """A thread that does the work; getaddrinfo knows no time-out, and must not hold up the end of the program."""
    thread = threading.Thread(target=work, daemon=True, name="resolve")
    thread.start()
    return thread


def _answer(waiting: "asyncio.Future[Found]", found: Found) -> None:
    if not waiting.done():
        waiting.set_result(found)
