"""The wire as it was: the tape of a connection with its limits, the way from a name to addresses, and where a response ends.

A tape belongs to one connection at a time. It records after TLS, so what stands on it is what HTTP said.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import h11
import httpcore2

from cleaner.fetch.guard import Guard, Resolve, system_resolve, unresolved

__all__ = [
    "LENGTH",
    "PLAIN_HEAD",
    "Cut",
    "Route",
    "Tape",
    "WireLimitError",
    "cut",
]

MAX_HEAD_BYTES = 64 * 1024  # status line, headers and interim responses; common servers stop at 8 to 32 KiB


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
