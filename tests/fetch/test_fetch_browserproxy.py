"""The browser's way out, asked by hand: what it lets through, where to, and what never leaves it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

import pytest

from cleaner.fetch.browserproxy import Allowance, GuardedProxy
from cleaner.fetch.guard import Guard

HELLO = b"\x16\x03\x01\x00\x05hello"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"


@dataclass
class Canary:
    """A server on loopback that knows what reached it."""

    answer: bytes = OK
    port: int = 0
    reached: int = 0
    heard: bytes = b""

    async def serve(self) -> asyncio.Server:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached += 1
        with suppress(ConnectionError):
            self.heard += await reader.read(65536)
            writer.write(self.answer)
            await writer.drain()
        writer.close()


@dataclass
class World:
    """A proxy with an allowance, a canary that it may reach as `site.test`, and the names that were resolved."""

    proxy: GuardedProxy
    canary: Canary
    asked: list[str] = field(default_factory=list)

    async def say(self, *pieces: bytes) -> bytes:
        """All that the proxy answers."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.proxy.port)
        heard = b""
        with suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            while data := await asyncio.wait_for(reader.read(65536), 5):
                heard += data
        writer.close()
        return heard


Play = Callable[[World], Awaitable[None]]


@pytest.fixture
def play() -> Callable[..., World]:
    """Runs a play: a coroutine that is given the world."""

    def run(
        play: Play, *, answer: bytes = OK, max_bytes: int = 100_000, names: tuple[str, ...] = ("site.test",)
    ) -> World:
        async def go() -> World:
            canary = Canary(answer)
            server = await canary.serve()
            asked: list[str] = []

            def resolve(host: str, _port: int) -> list[str]:
                asked.append(host)
                return ["127.0.0.1"]

            guard = Guard.of([f"{name}:{canary.port}" for name in names])
            proxy = GuardedProxy(guard, resolve)
            await proxy.listen()
            proxy.allowance = Allowance(
                origin=("page.test", 80), deadline=monotonic() + 10, max_bytes=max_bytes, max_connections=5
            )
            world = World(proxy, canary, asked)
            try:
                await play(world)
            finally:
                await proxy.aclose()
                server.close()
            return world

        return asyncio.run(go())

    return run


def get(world: World, host: str = "site.test", headers: str = "") -> bytes:
    place = f"{host}:{world.canary.port}"
    return f"GET http://{place}/a?b HTTP/1.1\r\nHost: {place}\r\nProxy-Connection: keep-alive\r\n{headers}\r\n".encode()


def test_a_plain_request_goes_on_in_its_own_form_and_its_name_is_asked_for_once(play: Callable[..., World]) -> None:
    async def twice(world: World) -> None:
        for _ in range(2):
            answer = await world.say(get(world, headers="Upgrade: websocket\r\nConnection: Upgrade\r\nX-A: b\r\n"))
            assert answer.endswith(b"\r\n\r\nbody")
            assert b"onnection: close" in answer

    world = play(twice)
    first = world.canary.heard.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert first[0] == b"GET /a?b HTTP/1.1"
    assert sorted(line.lower() for line in first[1:]) == [
        b"connection: close",
        f"host: site.test:{world.canary.port}".encode(),
        b"x-a: b",
    ]
    assert (world.asked, world.canary.reached) == (["site.test"], 2)


def test_a_second_request_on_the_same_connection_goes_nowhere(play: Callable[..., World]) -> None:
    async def both(world: World) -> None:
        answer = await world.say(get(world) + get(world))
        assert answer.count(b"HTTP/1.1") == 1

    world = play(both)
    assert world.canary.heard.count(b"GET ") == 1


@pytest.mark.parametrize(
    "ask",
    [
        "GET http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://[::1]:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://0x7f.1:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://inside.test:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET https://site.test:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET ftp://site.test:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: site.test:{port}\r\n\r\n",
        "CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT inside.test:{port} HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT site.test:bad HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT site.test:{port}\r\n\r\n",
        "\x05\x01\x00\r\n\r\n",
    ],
)
def test_what_may_not_be_reached_is_not_connected_to(play: Callable[..., World], ask: str) -> None:
    async def once(world: World) -> None:
        assert b"200" not in await world.say(ask.format(port=world.canary.port).encode("latin-1"))

    assert play(once).canary.reached == 0


def test_a_name_that_is_public_but_has_an_odd_port_is_not_even_resolved(play: Callable[..., World]) -> None:
    async def once(world: World) -> None:
        assert await world.say(b"CONNECT public.test:25 HTTP/1.1\r\nHost: x\r\n\r\n") == b""
        assert "port 25" in next(iter(world.proxy.allowance.refused))  # type: ignore[union-attr]

    assert play(once).asked == []


def test_a_tunnel_carries_tls_and_nothing_else(play: Callable[..., World]) -> None:
    def connect(world: World) -> bytes:
        return f"CONNECT site.test:{world.canary.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode()

    async def plain(world: World) -> None:
        answer = await world.say(connect(world), b"GET /socket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")
        assert answer == b"HTTP/1.1 200 Connection established\r\n\r\n"

    async def tls(world: World) -> None:
        answer = await world.say(connect(world), HELLO)
        assert answer == b"HTTP/1.1 200 Connection established\r\n\r\n" + OK

    assert play(plain).canary.reached == 0
    assert play(tls).canary.heard == HELLO


def test_beyond_its_bytes_a_page_gets_no_more(play: Callable[..., World]) -> None:
    async def once(world: World) -> None:
        await world.say(get(world))
        assert world.proxy.allowance is not None
        assert world.proxy.allowance.is_spent
        assert world.proxy.allowance.bytes < 200_000

    play(once, answer=b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000_000, max_bytes=50_000)


def test_beyond_its_connections_a_page_gets_no_more(play: Callable[..., World]) -> None:
    async def many(world: World) -> None:
        for _ in range(9):
            await world.say(get(world))

    assert play(many).canary.reached == 5


def test_without_a_page_nothing_passes(play: Callable[..., World]) -> None:
    async def later(world: World) -> None:
        await world.proxy.end()
        assert await world.say(get(world)) == b""

    assert play(later).canary.reached == 0


def test_a_request_has_its_body_and_no_more_than_it_may(play: Callable[..., World]) -> None:
    async def post(world: World) -> None:
        head = get(world, headers="Content-Length: 5\r\n").replace(b"GET ", b"POST ", 1)
        assert (await world.say(head, b"12345")).endswith(b"body")

    assert play(post).canary.heard.endswith(b"\r\n\r\n12345")

    async def heavy(world: World) -> None:
        head = get(world, headers="Content-Length: 9000000\r\n").replace(b"GET ", b"POST ", 1)
        await world.say(head, b"x" * 2_000_000)

    assert play(heavy, max_bytes=9_000_000).canary.reached == 0
