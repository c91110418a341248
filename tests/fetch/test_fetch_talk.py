"""What the short way reads of an answer is what h11 reads of it; what is written is what h11 would write."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import h11
import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.fetch import talk

LINES = [
    b"Content-Length: 5",
    b"content-length:5 ",
    b"Content-Length: 0",
    b"Content-Length: 7",
    b"Content-Length: 5, 5",
    b"Content-Length: x",
    b"Connection: keep-alive",
    b"Connection: close",
    b"connection: Keep-Alive, close",
    b"Transfer-Encoding: chunked",
    b"Content-Type: text/html",
    b"X-Empty:",
    b"X-Odd: \xe9 \t y\t ",
    b"X Space: 1",
    b" folded",
    b"X-Transfer-Encoding: chunked",
]
STARTS = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 304 Not Modified",
    b"HTTP/1.1 204",
    b"HTTP/1.0 200 OK",
    b"HTTP/1.1 100 Go",
    b"ICY 200",
]
BODIES = [b"", b"abc", b"abcde", b"abcdefg", b"5\r\nabcde\r\n0\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]


@dataclass
class Heard:
    """An intake that only remembers."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    content: bytes = b""

    def head(self, status: int, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self.status, self.headers = status, list(headers)

    def body(self, piece: bytes) -> None:
        self.content += piece


def heard(pieces: Sequence[bytes], *, briefly: bool) -> tuple[Heard, str]:
    """What the intake heard of the pieces, and how it ended."""
    intake: Any = Heard()
    reads = iter([*pieces, b"", b"", b"", b""])
    steps: Any = talk.exchange(b"GET / HTTP/1.1\r\n\r\n", intake) if briefly else None
    try:
        if briefly:
            assert next(steps) == b"GET / HTTP/1.1\r\n\r\n"
            next(steps)
        else:
            first = next(reads)
            if not first:
                return intake, "RemoteProtocolError"
            steps = talk.parsed_exchange(first, intake)
            next(steps)
        while True:
            steps.send(next(reads))
    except StopIteration as end:
        return intake, str(end.value)
    except httpcore2.RemoteProtocolError as error:
        return intake, type(error).__name__ + " peer closed" * ("peer closed" in str(error))


@given(
    st.sampled_from(STARTS),
    st.lists(st.sampled_from(LINES), max_size=4),
    st.sampled_from(BODIES),
    st.lists(st.integers(1, 200), max_size=3),
)
def test_the_short_way_hears_what_the_parser_hears(
    start: bytes, lines: list[bytes], body: bytes, cuts: list[int]
) -> None:
    whole = b"\r\n".join([start, *lines, b"", body])
    bounds = [0, *sorted(cuts), len(whole)]
    pieces = [piece for begin, end in pairwise(bounds) if (piece := whole[begin:end])]
    assert heard(pieces, briefly=True) == heard(pieces, briefly=False)


def test_the_short_way_is_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "parsed_exchange", lambda *_: pytest.fail("it was parsed"))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n"
    intake, ended = heard([head, b"abc", b"de"], briefly=True)
    assert (200, b"abcde", "True") == (intake.status, intake.content, ended)
    intake, ended = heard([b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'], briefly=True)
    assert (304, [(b"ETag", b'"x"')], b"", "True") == (intake.status, intake.headers, intake.content, ended)


@given(
    st.binary(min_size=1, max_size=6).map(lambda path: b"/" + path),
    st.lists(st.tuples(st.sampled_from([b"X-A", b"accept", b"X A", b""]), st.binary(max_size=4)), max_size=3),
)
def test_what_is_asked_is_written_as_h11_writes_it(target: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    whole = [(b"Host", b"a.example"), *headers]
    try:
        written = h11.Connection(h11.CLIENT).send(h11.Request(method="GET", target=target, headers=whole))
    except h11.LocalProtocolError:
        written = None
    if any(byte < ord(" ") and byte != ord("\t") for _, value in headers for byte in value):
        written = None  # h11 lets some control characters pass, which no server needs to see
    if written is None:
        with pytest.raises(httpcore2.LocalProtocolError):
            talk.request_bytes(target, whole)
    else:
        assert written == talk.request_bytes(target, whole)


@pytest.mark.parametrize("host", ["a.example", "2001:db8::1"])
def test_a_tunnel_names_the_place_and_who_asks(host: str) -> None:
    steps = talk.tunnel(host, 443, [(b"Proxy-Authorization", b"Basic x")])
    place = b"[2001:db8::1]:443" if ":" in host else b"a.example:443"
    asked = b"CONNECT %b HTTP/1.1\r\nHost: %b\r\nAccept: */*\r\nProxy-Authorization: Basic x\r\n\r\n" % (place, place)
    assert next(steps) == asked
    assert next(steps) is None
    with pytest.raises(StopIteration):
        steps.send(b"HTTP/1.1 200 Connection established\r\n\r\n")


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (b"HTTP/1.1 407 Who are you\r\n\r\n", httpcore2.ProxyError, "407 Who are you"),
        (b"", httpcore2.RemoteProtocolError, "disconnected"),
        (b"SSH-2.0\r\n\r\n", httpcore2.RemoteProtocolError, "illegal"),
    ],
)
def test_a_tunnel_that_is_refused_says_so(said: bytes, kind: type[Exception], words: str) -> None:
    steps = talk.tunnel("a.example", 443, [])
    next(steps)
    next(steps)
    with pytest.raises(kind, match=words):
        steps.send(said)
