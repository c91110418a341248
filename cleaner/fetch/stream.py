"""A connection of the event loop: its bytes are read and written in waits that end in time. It knows no HTTP and no tape.

What httpcore2 calls its errors, these are: both clients read the same ones.
"""

import asyncio
import ssl
from typing import cast

import httpcore2

__all__ = ["Stream", "dialled"]

ROOM_BYTES = 64 * 1024  # that may wait to be read; then the other end is made to wait
CLOSING_S = 1.0  # an end that is forced comes with the loop's next turn


class Stream(asyncio.Protocol):
    """One connection, made by `dialled`; one task at a time uses it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._gone = self._loop.create_future()
        self._transport: asyncio.Transport
        self._came = bytearray()
        self._waiter: asyncio.Future[None] | None = None
        self._is_over = self._is_full = self._must_hold = False
        self._error: Exception | None = None

    # what the loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Nothing; it is open."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Nothing; who waits to read may go on."""
        self._came += data
        if len(self._came) >= ROOM_BYTES and not self._is_full:
            self._is_full = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """Nothing; the other end will send no more, and the loop closes this one."""
        self._is_over = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing; it has ended, with an error or without."""
        self._is_over, self._error = True, self._error or exc
        if not self._gone.done():
            self._gone.set_result(None)
        self._wake()

    def pause_writing(self) -> None:
        """Nothing; who writes has to wait."""
        self._must_hold = True

    def resume_writing(self) -> None:
        """Nothing; who waits to write may go on."""
        self._must_hold = False
        self._wake()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    # what its user asks

    async def read(self, within_s: float) -> bytes:
        """All that has come and was not read, at least a byte; nothing at the end. Raises ReadTimeout or ReadError."""
        if not self._came and not self._is_over:
            await self._told(within_s, httpcore2.ReadTimeout("nothing came in time"))
        if not self._came and self._error:
            raise httpcore2.ReadError(self._error) from self._error
        read, self._came = bytes(self._came), bytearray()
        if self._is_full:
            self._is_full = False
            self._transport.resume_reading()
        return read

    async def write(self, data: bytes, within_s: float) -> None:
        """Nothing, once the system has taken nearly all of it. Raises WriteTimeout or WriteError."""
        self._transport.write(data)
        while self._must_hold and not self._is_over:
            await self._told(within_s, httpcore2.WriteTimeout("not taken in time"))
        if self._is_over:
            raise httpcore2.WriteError(self._error or "closed by the other end")

    async def _told(self, within_s: float, late: httpcore2.TimeoutException) -> None:
        """Nothing, once something has come, gone or ended; raises `late` where that takes too long."""
        waiter = self._waiter = self._loop.create_future()
        timer = self._loop.call_later(within_s, _give_up, waiter, late)
        try:
            await waiter
        finally:
            timer.cancel()
            self._waiter = None

    async def secure(self, context: ssl.SSLContext, host: str, within_s: float) -> None:
        """Nothing; from now on TLS is spoken, with a server that proves to be `host`. Raises ConnectTimeout or ConnectError."""
        if self._is_over:  # TLS would wait for ever
            raise httpcore2.ConnectError(self._error or "closed by the other end")
        try:
            async with asyncio.timeout(within_s):
                secured = await self._loop.start_tls(self._transport, self, context, server_hostname=host)
        except TimeoutError as error:
            self.connection_lost(error)  # asyncio tells only who has shaken hands
            raise httpcore2.ConnectTimeout("no TLS in time") from error
        except OSError as error:  # TLS errors are such
            self.connection_lost(error)
            raise httpcore2.ConnectError(error) from error
        if secured is None:
            raise httpcore2.ConnectError("closed by the other end")
        self._transport = secured

    @property
    def is_idle(self) -> bool:
        """Whether it is open, and nothing waits to be read on this side of the socket."""
        if self._came or self._is_over or self._transport.is_closing():
            return False
        tls = self._transport.get_extra_info("ssl_object")
        return tls is None or has_none_left(tls)

    def fileno(self) -> int:
        """The socket's number; -1 where it is closed."""
        return int(self._transport.get_extra_info("socket").fileno())

    async def aclose(self) -> None:
        """Nothing; the connection has ended, whatever was under way on it."""
        self._transport.abort()
        await asyncio.wait([self._gone], timeout=CLOSING_S)
        await asyncio.sleep(0)  # the socket is closed in a turn of its own


async def dialled(ip: str, port: int, within_s: float) -> Stream:
    """A connection to that address. Raises ConnectTimeout or ConnectError."""
    try:
        async with asyncio.timeout(within_s):
            _, stream = await asyncio.get_running_loop().create_connection(Stream, ip, port)
    except TimeoutError as error:
        raise httpcore2.ConnectTimeout("no connection in time") from error
    except OSError as error:
        raise httpcore2.ConnectError(error) from error
    return stream


def has_none_left(tls: ssl.SSLObject) -> bool:
    """Whether TLS has taken nothing from the wire that was not read."""
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return True
    except ssl.SSLError:  # the other end says goodbye, or what came is no TLS
        return False
    return False


def _give_up(waiter: "asyncio.Future[None]", late: httpcore2.TimeoutException) -> None:
    if not waiter.done():
        waiter.set_exception(late)
