"""A raw listener on a free loopback port: what its connections hear is up to the test, when they end is settled here."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

__all__ = ["Listener", "request_on"]


class Listener:
    """Calls `serve` with each connection in a thread of its own until `close`; over TLS where a context is given.

    A connection waits `patience_s` for anything and is closed when `serve` returns or the other end is gone. `stopping`
    is set when the listener closes, for those that wait meanwhile.
    """

    def __init__(
        self, serve: Callable[[socket.socket], None], *, patience_s: float, tls: ssl.SSLContext | None = None
    ) -> None:
        self.stopping = threading.Event()
        self._serve, self._patience_s, self._tls = serve, patience_s, tls
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"{'https' if self._tls else 'http'}://{self.place}/{path.removeprefix('/')}"

    def close(self) -> None:
        self.stopping.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(self._patience_s)
        assert not any(thread.is_alive() for thread in self._threads)

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            self._threads.append(threading.Thread(target=self._answer, args=(connection,), daemon=True))
            self._threads[-1].start()

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(self._patience_s)
        with suppress(OSError), connection, self._spoken(connection) as spoken:
            self._serve(spoken)

    def _spoken(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection


def request_on(connection: socket.socket, stopping: threading.Event) -> bytes:
    """The next request's head; empty where none comes any more."""
    patience_s, data = connection.gettimeout(), b""
    connection.settimeout(0.05)
    while not data.endswith(b"\r\n\r\n"):
        try:
            piece = connection.recv(65536)
        except TimeoutError:
            if stopping.is_set():
                return b""
            continue
        if not piece:
            return b""
        data += piece
    connection.settimeout(patience_s)
    return data
