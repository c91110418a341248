"""Raw loopback servers that say exactly the bytes they are told to, and both clients behind one name."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from loopback import Listener, request_on

from cleaner.fetch import AsyncClient, Client, FetchOptions, Visit

PATIENCE_S = 5.0  # a server thread never waits longer than this for anything


@dataclass(frozen=True)
class Close:
    """Send these bytes, then close the connection."""

    data: bytes


@dataclass(frozen=True)
class Reset:
    """Send these bytes, then reset the connection."""

    data: bytes


@dataclass(frozen=True)
class Drip:
    """Send these bytes one at a time until the client hangs up."""

    data: bytes


Say = bytes | Close | Reset | Drip


@dataclass
class Server:
    """Answers the n-th request with the n-th of `answers` (the last one again and again) and keeps what was asked."""

    answers: Sequence[Say]
    tls: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = Listener(self._serve, patience_s=PATIENCE_S, tls=self.tls)
        self.port, self.place = self._listener.port, self._listener.place
        self.url, self.close = self._listener.url, self._listener.close

    def _serve(self, connection: socket.socket) -> None:
        self.connections += 1
        while request := request_on(connection, self._listener.stopping):
            self.requests.append(request)
            if not self._say(connection, self.answers[min(len(self.requests), len(self.answers)) - 1]):
                return

    def _say(self, connection: socket.socket, answer: Say) -> bool:
        if isinstance(answer, bytes):
            connection.sendall(answer)
            return True
        if isinstance(answer, Drip):
            for byte in answer.data:
                connection.sendall(bytes([byte]))
                if self._listener.stopping.wait(0.01):
                    break
            return False
        connection.sendall(answer.data)
        if isinstance(answer, Reset):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        return False


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*answers: Say, tls: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(answers, tls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@dataclass
class Browse:
    """Visits by either client: `browse(url, …)` one, `browse.all([…])` several over the same client."""

    kind: str
    slept: list[float] = field(default_factory=list)

    def __call__(self, url: str, options: FetchOptions | None = None, **world: Any) -> Visit:
        return self.all([url], options, **world)[0]

    def all(self, urls: Sequence[str], options: FetchOptions | None = None, **world: Any) -> list[Visit]:
        if self.kind == "async":
            return asyncio.run(self._later(urls, options, world))
        with Client(options, sleep=self.slept.append, **world) as client:
            return [client.visit(url) for url in urls]

    async def _later(self, urls: Sequence[str], options: FetchOptions | None, world: dict[str, Any]) -> list[Visit]:
        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        async with AsyncClient(options, sleep=sleep, **world) as client:
            return [await client.visit(url) for url in urls]


@pytest.fixture(params=["sync", "async"])
def browse(request: pytest.FixtureRequest) -> Browse:
    return Browse(request.param)


@pytest.fixture
def allow() -> Callable[..., FetchOptions]:
    """Options that let the given servers through."""

    def options(*servers: Server, **more: Any) -> FetchOptions:
        more.setdefault("timeout_s", PATIENCE_S)
        return FetchOptions(allow_hosts=tuple(server.place for server in servers), **more)

    return options


@pytest.fixture
def said() -> Callable[[Server, bytes], bytes]:
    """All that a plain socket receives from a server for a request."""

    def receive(server: Server, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            data = b""
            with suppress(ConnectionResetError):
                while piece := connection.recv(65536):
                    data += piece
            return data

    return receive


@pytest.fixture
def close() -> type[Close]:
    return Close


@pytest.fixture
def reset() -> type[Reset]:
    return Reset


@pytest.fixture
def drip() -> type[Drip]:
    return Drip
