"""The one way out of the browser: a proxy on loopback that resolves, checks and connects itself, for one page at a time.

The browser resolves no name and opens no connection but to here, so a name that changes its mind gains nothing. Only
http, and TLS inside CONNECT, pass; to ports that web pages have; within the page's allowance. Without one, nothing does.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

import h11

from cleaner.errors import BlockedAddressError, CleanerError, FetchError, RefusedError
from cleaner.fetch.guard import Guard, Resolve
from cleaner.fetch.target import DEFAULT_PORTS, canonical_host, read_target
from cleaner.fetch.wire import MAX_HEAD_BYTES, Route

__all__ = ["Allowance", "GuardedProxy"]

CHUNK = 64 * 1024
MAX_BODY_BYTES = 1024 * 1024  # of a request: a script asks for an article, it does not upload
TLS_HANDSHAKE = b"\x16\x03"  # how every TLS connection begins (RFC 8446, 5.1)
CLOSE = (b"Connection", b"close")
HOP_BY_HOP = frozenset(
    b"connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer upgrade".split()
)


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What one page may use of the network until `deadline` (monotonic seconds), and what it has used.

    `origin` is the page's own host and port, reachable whatever that port is. `bytes` counts both directions. `is_spent`
    says that a limit was met; `refused` holds what was asked for and not let through, each once, a hundred at most.
    """

    origin: tuple[str, int]
    deadline: float
    max_bytes: int
    max_connections: int = 300  # the heaviest news pages open some 200 with all their advertising
    bytes: int = 0
    connections: int = 0
    is_spent: bool = False
    refused: dict[str, None] = field(default_factory=dict)
    names: dict[tuple[str, int], "asyncio.Task[Sequence[str]]"] = field(default_factory=dict)

    def take(self, size: int) -> None:
        """Nothing; so many bytes have passed. Raises RefusedError where that is more than may pass."""
        self.bytes += size
        if self.bytes > self.max_bytes:
            self.is_spent = True
            raise RefusedError("more bytes than a page may load")

    def take_connection(self) -> None:
        """Nothing; one more connection is open. Raises RefusedError where that is more than may be."""
        self.connections += 1
        if self.connections > self.max_connections or monotonic() >= self.deadline:
            self.is_spent = True
            raise RefusedError("more connections than a page may open")

    def note(self, what: str) -> None:
        """Nothing; what was asked for is known as refused."""
        if len(self.refused) < 100:  # noqa: PLR2004 - enough to see what a page is after
            self.refused[what] = None


class GuardedProxy:
    """The proxy, once it listens. `allowance` is that of the page under way; None: no way out."""

    def __init__(self, guard: Guard, resolve: Resolve) -> None:
        self._route = Route(guard=guard, resolve=resolve)
        self._tasks: set[asyncio.Task[None]] = set()
        self.allowance: Allowance | None = None
        self.port = 0
        self._server: asyncio.Server | None = None

    async def listen(self) -> None:
        """Nothing; the proxy takes connections on `port`."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=MAX_HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def aclose(self) -> None:
        """Nothing; no connection is left."""
        if self._server:
            self._server.close()
        await self.end()

    async def end(self) -> None:
        """Nothing; the page is done with: its connections are closed, and no further one is let through."""
        self.allowance = None
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of its own: asyncio's servers complain of connections that are cancelled.
        task = asyncio.create_task(self._pass(reader, writer))
        self._tasks.add(task)
        await asyncio.wait((task,))
        self._tasks.discard(task)
        writer.transport.abort() if task.cancelled() else writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.allowance is None:
            return
        # However it ends, the browser sees a connection that ended; the allowance knows what was refused.
        with suppress(CleanerError, OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, h11.ProtocolError):
            async with asyncio.timeout(max(0.0, self.allowance.deadline - monotonic())):
                await _Passage(self._route, self.allowance, reader, writer).run()


@dataclass(slots=True)
class _Passage:
    """One connection of the browser: one request, or one tunnel."""

    route: Route
    allowance: Allowance
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def run(self) -> None:
        self.allowance.take_connection()
        head = await self.reader.readuntil(b"\r\n\r\n")
        browser = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)
        browser.receive_data(head)
        asked = browser.next_event()
        if not isinstance(asked, h11.Request):
            return
        try:
            await (self._tunnel(asked) if asked.method == b"CONNECT" else self._exchange(browser, asked))
        except CleanerError as error:
            self.allowance.note(f"{asked.target.decode('latin-1')[:200]}: {error.message}")
            raise

    # where to

    async def _connected(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Streams to the first checked address that answers; raises OSError where none does."""
        addresses = await self._addresses(host, port)
        for waiting in range(len(addresses) - 1, -1, -1):
            try:
                return await asyncio.open_connection(addresses[-1 - waiting], port)
            except OSError:
                if not waiting:
                    raise
        raise AssertionError("there is at least one address")

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of the host, all of them checked; asked for once a page. Raises BlockedAddressError, FetchError."""
        self._check_port(host, port)
        if self.route.guard.check_literal(host, port):
            return [host]
        key = (host, port)
        if key not in self.allowance.names:
            self.allowance.names[key] = asyncio.create_task(self._looked_up(host, port))
        return await asyncio.shield(self.allowance.names[key])

    async def _looked_up(self, host: str, port: int) -> Sequence[str]:
        found = await asyncio.to_thread(self.route.lookup, host, port)
        return self.route.checked(host, port, found)

    def _check_port(self, host: str, port: int) -> None:
        known = port in DEFAULT_PORTS.values() or (host, port) == self.allowance.origin
        if not known and (host, port) not in self.route.guard.allowed:
            hint = f"--allow-host {host}:{port} lets it through"
            raise BlockedAddressError(f"port {port} is none of a web page", hint=hint, code="blocked-port")

    # a tunnel

    async def _tunnel(self, asked: h11.Request) -> None:
        host, port = _host_and_port(asked.target)
        await self._addresses(host, port)  # refused before the browser is told that it may speak
        self.writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self.writer.drain()
        start = await self.reader.readexactly(len(TLS_HANDSHAKE))
        if start != TLS_HANDSHAKE:
            raise RefusedError("is no TLS; nothing else goes through a tunnel, a plain web socket least of all")
        reader, writer = await self._connected(host, port)
        writer.write(start)
        both = [asyncio.create_task(self._pour(*ends)) for ends in ((self.reader, writer), (reader, self.writer))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            ends = await asyncio.gather(*both, return_exceptions=True)
            writer.close()
        for end in ends:
            if isinstance(end, CleanerError):
                raise end

    async def _pour(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(CHUNK):
            self.allowance.take(len(data))
            sink.write(data)
            await sink.drain()

    # a plain request

    async def _exchange(self, browser: h11.Connection, asked: h11.Request) -> None:
        target = read_target(asked.target.decode("latin-1"))
        if target.scheme != "http":
            raise BlockedAddressError("a proxy is asked in plain for http alone", code="blocked-scheme")
        body = await self._body(browser)
        reader, writer = await self._connected(target.host, target.port)
        try:
            server = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
            host = (b"Host", target.authority.encode("ascii"))
            headers = [host, *_passed_on(asked, b"host"), CLOSE]
            request = h11.Request(method=asked.method, target=target.path, headers=headers)
            for event in (request, *([h11.Data(data=body)] if body else ()), h11.EndOfMessage()):
                writer.write(server.send(event) or b"")
            await writer.drain()
            await self._answer(server, reader, browser)
        finally:
            writer.close()

    async def _body(self, browser: h11.Connection) -> bytes:
        body = bytearray()
        while not isinstance(event := browser.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                browser.receive_data(await self.reader.read(CHUNK))
            elif isinstance(event, h11.Data):
                body += event.data
                self.allowance.take(len(event.data))
                if len(body) > MAX_BODY_BYTES:
                    raise RefusedError(f"sends more than {MAX_BODY_BYTES} bytes")
            else:
                raise FetchError("the browser broke off", code="disconnect")
        return bytes(body)

    async def _answer(self, server: h11.Connection, reader: asyncio.StreamReader, browser: h11.Connection) -> None:
        """The final response to the request, its framing made anew: what the server says about the connection is not for the browser."""
        while not isinstance(event := server.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                data = await reader.read(CHUNK)
                self.allowance.take(len(data))
                server.receive_data(data)
            elif isinstance(event, h11.Response):
                headers = [*_passed_on(event), CLOSE]
                self._write(browser, h11.Response(status_code=event.status_code, reason=event.reason, headers=headers))
            elif isinstance(event, h11.Data):
                self._write(browser, h11.Data(data=event.data))
                await self.writer.drain()
            elif not isinstance(event, h11.InformationalResponse):
                raise FetchError("the server broke off", code="disconnect")
        self._write(browser, h11.EndOfMessage())
        with suppress(OSError):
            await self.writer.drain()

    def _write(self, browser: h11.Connection, event: h11.Event) -> None:
        self.writer.write(browser.send(event) or b"")


def _passed_on(event: h11.Request | h11.Response, *without: bytes) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in event.headers if name not in HOP_BY_HOP.union(without)]


def _host_and_port(authority: bytes) -> tuple[str, int]:
    """Host in its one form, and port; raises BlockedAddressError for what is neither."""
    host, _, port = authority.decode("latin-1").rpartition(":")
    try:
        return canonical_host(host), int(port)
    except ValueError as error:
        raise BlockedAddressError(f"{authority!r} is not HOST:PORT") from error
