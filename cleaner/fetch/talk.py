"""HTTP/1.1 as it is spoken on one connection: what to write, when to read, and what was read. It only says; the clients do.

Both clients drive the same steps: they write bytes, read where None is asked for, dial and secure as they are told. What
was read goes to the intake. Nearly all answers are plain to read; any other is read by h11.
"""

import re
import ssl
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

import h11
import httpcore2

from cleaner.fetch.exchange import Intake
from cleaner.fetch.wire import LENGTH, MAX_HEAD_BYTES, PLAIN_HEAD

__all__ = ["Dial", "Secure", "Step", "Steps", "exchange", "parsed_exchange", "request_bytes", "tunnel"]

BODILESS = frozenset({204, 304})
SWITCHING = 101

# As h11 writes requests; what does not look so is left to it to refuse.
_REQUEST = re.compile(
    rb"(?:GET|CONNECT) [\x21-\x7e]+ HTTP/1\.1\r\n"
    rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: (?:[\x21-\x7e\x80-\xff](?:[\t -~\x80-\xff]*[\x21-\x7e\x80-\xff])?)?\r\n)+\r\n"
)
_STAYS_OPEN = re.compile(rb"\r\nconnection:[ \t]*keep-alive[ \t]*\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """Open a connection to this host and port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Secure:
    """Speak TLS from now on, with a server that proves to be `host`."""

    context: ssl.SSLContext
    host: str


Step: TypeAlias = Dial | Secure | bytes | None
Steps: TypeAlias = Generator[Step, bytes, bool]
"""Yields what is to be done next: dial, secure, write these bytes, or read (None); read bytes are sent in, none at the end."""


def request_bytes(target: bytes, headers: list[tuple[bytes, bytes]], method: bytes = b"GET") -> bytes:
    """The request as it goes out; raises httpcore2.LocalProtocolError for one that HTTP cannot say."""
    lines = [b"%b %b HTTP/1.1\r\n" % (method, target), *(b"%b: %b\r\n" % header for header in headers), b"\r\n"]
    written = b"".join(lines)
    if not _REQUEST.fullmatch(written):
        raise httpcore2.LocalProtocolError("no request that HTTP/1.1 can say")
    return written


def exchange(request: bytes, intake: Intake) -> Steps:
    """The steps of one exchange on an open connection; returns whether another may follow on it.

    Raises httpcore2.RemoteProtocolError for what is no HTTP or ends too early, and what the intake raises.
    """
    yield request
    received = yield None
    if not received:
        raise httpcore2.RemoteProtocolError("Server disconnected without sending a response.")
    plain = _plain_answer(received)
    if plain is None:
        return (yield from parsed_exchange(received, intake))
    intake.head(plain.status, plain.headers)
    piece = received[plain.body : plain.body + plain.length]
    left = plain.length - len(piece)
    if piece:
        intake.body(piece)
    while left:
        received = yield None
        if not received:
            raise httpcore2.RemoteProtocolError("peer closed connection without sending complete message body")
        piece = received[:left]
        left -= len(piece)
        intake.body(piece)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plain:
    """An answer whose head came in one piece, with the length of its body."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: int
    length: int


def _plain_answer(received: bytes) -> _Plain | None:
    """The answer that begins so; None where its head is not whole, or anything in it wants a closer look."""
    found = PLAIN_HEAD.match(received)
    if found is None:
        return None
    head = found[0].lower()
    if b"\r\ntransfer-encoding:" in head or (b"\r\nconnection:" in head and not _is_kept_open(head)):
        return None
    lengths, status = LENGTH.findall(head), int(received[9:12])
    if len(lengths) != head.count(b"\r\ncontent-length:") or len(lengths) > 1:
        return None
    if not lengths and status not in BODILESS:
        return None
    lines = received[: found.end() - 4].split(b"\r\n")[1:]
    headers = [(name, value.strip(b" \t")) for name, _, value in (line.partition(b":") for line in lines)]
    length = 0 if status in BODILESS else int(lengths[0])
    return _Plain(status=status, headers=headers, body=found.end(), length=length)


def _is_kept_open(head: bytes) -> bool:
    return head.count(b"\r\nconnection:") == 1 and _STAYS_OPEN.search(head) is not None


def parsed_exchange(received: bytes, intake: Intake) -> Generator[None, bytes, bool]:
    """As `exchange`, from the first bytes of the answer on, by h11 alone."""
    parser = _parser(h11.Request(method="GET", target="/", headers=[("Host", "h")]))
    parser.receive_data(received)
    while True:
        event = _next_event(parser)
        if event is h11.NEED_DATA:
            yield from _fed(parser)
        elif isinstance(event, h11.Response) or (
            isinstance(event, h11.InformationalResponse) and event.status_code == SWITCHING
        ):
            intake.head(event.status_code, event.headers.raw_items())
        elif isinstance(event, h11.Data):
            intake.body(bytes(event.data))
        elif event is h11.PAUSED or isinstance(event, h11.EndOfMessage):
            return parser.our_state is h11.DONE and parser.their_state is h11.DONE


def tunnel(host: str, port: int, headers: list[tuple[bytes, bytes]]) -> Generator[bytes | None, bytes, None]:
    """The steps through a proxy to that host and port; raises httpcore2.ProxyError where it refuses."""
    place = b"%b:%d" % (f"[{host}]".encode("ascii") if ":" in host else host.encode("ascii"), port)
    whole = [(b"Host", place), (b"Accept", b"*/*"), *headers]
    yield request_bytes(place, whole, b"CONNECT")
    parser = _parser(h11.Request(method="CONNECT", target=place, headers=whole))
    while True:
        event = _next_event(parser)
        if event is h11.NEED_DATA:
            yield from _fed(parser)
        elif isinstance(event, h11.Response):
            if event.status_code // 100 == 2:  # noqa: PLR2004  # RFC 9110, 9.3.6: any 2xx opens it
                return
            raise httpcore2.ProxyError(f"{event.status_code} {event.reason.decode('ascii', 'ignore')}")


def _parser(request: h11.Request) -> h11.Connection:
    """A parser for the answer to the request."""
    parser = h11.Connection(
        h11.CLIENT, max_incomplete_event_size=2 * MAX_HEAD_BYTES
    )  # the tape's limit is the lower one
    parser.send(request)
    parser.send(h11.EndOfMessage())
    return parser


def _fed(parser: h11.Connection) -> Generator[None, bytes, None]:
    received = yield None
    if not received and parser.their_state is h11.SEND_RESPONSE:
        raise httpcore2.RemoteProtocolError("Server disconnected without sending a response.")
    parser.receive_data(received)


def _next_event(parser: h11.Connection) -> Any:
    try:
        return parser.next_event()
    except h11.RemoteProtocolError as error:
        raise httpcore2.RemoteProtocolError(str(error)) from error
