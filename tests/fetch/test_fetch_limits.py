"""Every exchange ends: by the clock, by its size, by its head."""

import gzip
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import brotli
import pytest
import zstandard

from cleaner.errors import FetchError, LimitError, UsageError
from cleaner.fetch import FetchOptions, require_page
from cleaner.fetch.coding import PIECE_BYTES, CodingError, Unpacker
from cleaner.model import Page

HEAD = b"HTTP/1.1 200 OK\r\n"
MIB = 1024 * 1024
ZEROS = bytes(8 * MIB)
BOMBS = {
    "gzip": gzip.compress(ZEROS),
    "deflate": zlib.compress(ZEROS),
    "br": brotli.compress(ZEROS, quality=5),
    "zstd": zstandard.ZstdCompressor().compress(ZEROS),
    "gzip, gzip": gzip.compress(gzip.compress(ZEROS)),
}


def coded(body: bytes, coding: str) -> bytes:
    return HEAD + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding.encode(), len(body)) + body


def ticking(step_s: float) -> Callable[[], float]:
    """A clock that moves on by `step_s` whenever it is looked at."""
    ticks: Iterator[int] = count()
    return lambda: next(ticks) * step_s


def test_drip_body_ends_at_the_deadline_and_is_kept(browse: Any, serve: Any, allow: Any, drip: Any) -> None:
    server = serve(drip(HEAD + b"\r\n" + b"x" * 2000))
    started = time.monotonic()
    visit = browse(server.url(), allow(server, timeout_s=0.6))
    assert time.monotonic() - started < 2
    (exchange,) = visit.exchanges
    assert ("time", "timeout", 4) == (exchange.truncated, visit.error.code, visit.error.exit_code)
    assert exchange.response == HEAD + b"\r\n" + visit.page.content
    with pytest.raises(FetchError, match="cut"):
        require_page(visit.page)


def test_drip_head_ends_at_the_deadline(browse: Any, serve: Any, allow: Any, drip: Any) -> None:
    server = serve(drip(HEAD + b"X: " + b"x" * 2000))
    visit = browse(server.url(), allow(server, timeout_s=0.2))
    assert ("timeout", None) == (visit.error.code, visit.page)
    assert "no answer within 0.2 s" == visit.error.message


def test_silent_server_ends_at_the_deadline(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(b"")
    assert "timeout" == browse(server.url(), allow(server, timeout_s=0.1)).error.code


def test_deadline_is_checked_on_every_read(browse: Any, serve: Any, allow: Any, drip: Any) -> None:
    server = serve(drip(HEAD + b"\r\n" + b"x" * 2000))
    visit = browse(server.url(), allow(server, timeout_s=30), clock=ticking(1.0))
    assert ("time", 1) == (visit.exchanges[0].truncated, len(visit.exchanges))
    assert 0 < len(visit.page.content) < 40


def test_slow_name_server_ends_at_the_deadline(browse: Any) -> None:
    answer = threading.Event()

    def slow(_host: str, _port: int) -> list[str]:
        answer.wait(5)
        return ["1.1.1.1"]

    started = time.monotonic()
    error = browse("http://slow.example/", FetchOptions(timeout_s=0.1), resolve=slow).error
    took_s = time.monotonic() - started
    answer.set()
    assert "timeout" == error.code
    assert took_s < 2


def test_retries_never_pass_the_deadline(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
    visit = browse(server.url(), allow(server, timeout_s=1.2, retries=50), clock=lambda: sum(browse.slept))
    assert [0.5] == browse.slept
    assert 503 == visit.page.status


@pytest.mark.parametrize("chunked", [False, True])
def test_body_beyond_the_limit_is_cut_and_kept(chunked: bool, browse: Any, serve: Any, allow: Any) -> None:  # noqa: FBT001
    size = 2 * MIB
    body = b"%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n" if chunked else b"x" * size
    framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % size
    wire = HEAD + framing + b"\r\n\r\n" + body
    server = serve(wire)
    visit = browse(server.url(), allow(server, max_bytes=1000))
    (exchange,) = visit.exchanges
    assert ("length", "too-large", 6) == (exchange.truncated, visit.error.code, visit.error.exit_code)
    assert b"x" * 1000 == visit.page.content
    assert wire.startswith(exchange.response)
    assert len(exchange.response) < MIB
    with pytest.raises(LimitError):
        require_page(visit.page)


def test_body_of_exactly_the_limit_is_whole(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(coded(gzip.compress(b"x" * 1000), "gzip"), coded(gzip.compress(b"x" * 1001), "gzip"))
    options = allow(server, max_bytes=1000)
    first, second = browse.all([server.url(), server.url()], options)
    assert (1000, None) == (len(first.page.content), first.error)
    assert "too-large" == second.error.code


@pytest.mark.parametrize("coding", BOMBS)
def test_bomb_is_stopped_at_the_limit(coding: str, browse: Any, serve: Any, allow: Any) -> None:
    server = serve(coded(BOMBS[coding], coding))
    visit = browse(server.url(), allow(server, max_bytes=100_000))
    assert ("too-large", "length") == (visit.error.code, visit.exchanges[0].truncated)
    assert bytes(100_000) == visit.page.content


@pytest.mark.parametrize("coding", BOMBS)
def test_bomb_never_stands_in_memory_whole(coding: str) -> None:
    unpacker = Unpacker(coding.split(", "), 10)
    pieces = [len(piece) for piece in unpacker._through(BOMBS[coding], 0)]
    assert len(ZEROS) == sum(pieces)
    assert max(pieces) <= 4 * PIECE_BYTES


def test_bytes_that_decode_to_nothing_are_limited_too(browse: Any, serve: Any, allow: Any) -> None:
    empty_members = gzip.compress(b"") * 60_000
    server = serve(coded(empty_members, "gzip"))
    visit = browse(server.url(), allow(server, max_bytes=1000))
    assert ("too-large", "length") == (visit.error.code, visit.exchanges[0].truncated)


def test_too_many_codings_are_refused() -> None:
    with pytest.raises(CodingError):
        Unpacker(["gzip"] * 6, 10)


@pytest.mark.parametrize(
    "head",
    [HEAD + b"X: %s\r\n\r\n" % (b"x" * 300_000), HEAD + b"X: y\r\n" * 60_000 + b"\r\n",
     b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20_000 + HEAD + b"\r\n"],
    ids=["one-line", "many-lines", "interim-flood"],
)  # fmt: skip
def test_endless_head_is_refused(head: bytes, browse: Any, serve: Any, allow: Any, close: Any) -> None:
    visit = browse((server := serve(close(head))).url(), allow(server))
    assert ("too-large", 6, ()) == (visit.error.code, visit.error.exit_code, visit.exchanges)


@pytest.mark.parametrize("wrong", [{"timeout_s": 0}, {"timeout_s": float("nan")}, {"max_bytes": 0}, {"retries": -1}])
def test_limit_that_makes_no_sense_is_a_usage_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        FetchOptions(**wrong)


def test_page_from_a_file_needs_no_status() -> None:
    page = Page(content=b"x")
    assert page is require_page(page)
