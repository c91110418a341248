"""A connection of the event loop: what it holds, what it waits for, and how it ends."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable

import httpcore2
import pytest

from cleaner.fetch.stream import ROOM_BYTES, Stream, dialled

PATIENCE_S = 5.0
SOON_S = 0.05
TAKEN_AT_ONCE = 256 * 1024  # what asyncio reads from a socket in one piece

Talk = Callable[[Stream, socket.socket], Awaitable[None]]


def talk(conversation: Talk) -> None:
    """Runs the conversation of a stream with the socket at its other end."""

    async def both() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            stream = await dialled("127.0.0.1", listener.getsockname()[1], PATIENCE_S)
            other, _ = listener.accept()
            with other:
                other.settimeout(PATIENCE_S)
                try:
                    await conversation(stream, other)
                finally:
                    await stream.aclose()
                    assert -1 == stream.fileno()

    asyncio.run(both())


async def turns(number: int = 3) -> None:
    """Nothing, after the loop has looked at its sockets so often."""
    for _ in range(number):
        await asyncio.sleep(0)


def test_what_came_is_read_at_once_and_the_end_is_nothing() -> None:
    async def conversation(stream: Stream, other: socket.socket) -> None:
        other.sendall(b"all of it")
        assert b"all of it" == await stream.read(PATIENCE_S)
        assert stream.is_idle
        other.shutdown(socket.SHUT_WR)
        assert b"" == await stream.read(PATIENCE_S)
        assert not stream.is_idle

    talk(conversation)


def test_stream_with_bytes_that_nobody_asked_for_is_not_idle() -> None:
    async def conversation(stream: Stream, other: socket.socket) -> None:
        other.sendall(b"more")
        await asyncio.sleep(SOON_S)
        assert not stream.is_idle

    talk(conversation)


def test_no_more_is_held_than_there_is_room_for() -> None:
    async def conversation(stream: Stream, other: socket.socket) -> None:
        other.settimeout(0)
        sent = 0
        while True:
            try:
                sent += other.send(b"x" * ROOM_BYTES)
                await turns()
            except BlockingIOError:
                break
        first = await stream.read(PATIENCE_S)
        assert ROOM_BYTES <= len(first) <= ROOM_BYTES + TAKEN_AT_ONCE < sent
        came = len(first)
        while came < sent:
            came += len(await stream.read(PATIENCE_S))
        assert sent == came

    talk(conversation)


def test_reader_waits_no_longer_than_it_may_and_may_read_again() -> None:
    async def conversation(stream: Stream, other: socket.socket) -> None:
        with pytest.raises(httpcore2.ReadTimeout):
            await stream.read(SOON_S)
        other.sendall(b"late")
        assert b"late" == await stream.read(PATIENCE_S)

    talk(conversation)


def test_writer_to_an_end_that_does_not_read_waits_no_longer_than_it_may() -> None:
    async def conversation(stream: Stream, _other: socket.socket) -> None:
        with pytest.raises(httpcore2.WriteTimeout):
            await stream.write(b"x" * 32 * 1024 * 1024, SOON_S)

    talk(conversation)


def test_writer_goes_on_when_the_other_end_reads() -> None:
    whole = b"x" * 32 * 1024 * 1024

    def received(other: socket.socket) -> int:
        came = 0
        while came < len(whole):
            came += len(other.recv(1024 * 1024))
        return came

    async def conversation(stream: Stream, other: socket.socket) -> None:
        reading = asyncio.create_task(asyncio.to_thread(received, other))
        await stream.write(whole, PATIENCE_S)
        assert len(whole) == await reading

    talk(conversation)


def test_reset_is_an_error_and_stays_one() -> None:
    async def conversation(stream: Stream, other: socket.socket) -> None:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        other.close()
        for _ in range(2):
            with pytest.raises(httpcore2.ReadError) as caught:
                await stream.read(PATIENCE_S)
            assert isinstance(caught.value.args[0], ConnectionResetError)
        with pytest.raises(httpcore2.WriteError):
            await stream.write(b"hello?", PATIENCE_S)

    talk(conversation)


def test_no_tls_on_a_connection_that_has_ended() -> None:
    async def conversation(stream: Stream, other: socket.socket) -> None:
        other.shutdown(socket.SHUT_WR)
        assert b"" == await stream.read(PATIENCE_S)
        with pytest.raises(httpcore2.ConnectError):
            await stream.secure(ssl.create_default_context(), "127.0.0.1", PATIENCE_S)

    talk(conversation)


def test_tls_with_an_end_that_says_nothing_is_given_up() -> None:
    async def conversation(stream: Stream, _other: socket.socket) -> None:
        with pytest.raises(httpcore2.ConnectTimeout):
            await stream.secure(ssl.create_default_context(), "127.0.0.1", SOON_S)

    talk(conversation)


def test_reader_that_is_cancelled_leaves_the_stream_to_the_next() -> None:
    async def conversation(stream: Stream, other: socket.socket) -> None:
        reading = asyncio.create_task(stream.read(PATIENCE_S))
        await turns()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        other.sendall(b"for the next")
        assert b"for the next" == await stream.read(PATIENCE_S)

    talk(conversation)


def test_nobody_listening_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(httpcore2.ConnectError) as caught:
        asyncio.run(dialled("127.0.0.1", port, PATIENCE_S))
    assert isinstance(caught.value.args[0], ConnectionRefusedError)
