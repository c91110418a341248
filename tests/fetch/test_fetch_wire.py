"""What stands in an exchange is what a plain socket hears."""

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.fetch.connection import READ_BYTES
from cleaner.fetch.wire import cut

HTML = b"<p>The ferry leaves at nine.</p>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def sized(body: bytes, extra: bytes = b"") -> bytes:
    return HEAD + extra + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(*chunks: bytes, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    framed = b"".join(b"%x%s\r\n%s\r\n" % (len(chunk), extension, chunk) for chunk in chunks)
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + framed + b"0\r\n" + trailer + b"\r\n"


ZSTD = zstandard.ZstdCompressor().compress(HTML)
RAW_DEFLATE = zlib.compressobj(wbits=-15)
CASES: dict[str, tuple[bytes, bytes]] = {
    "sized": (sized(HTML), HTML),
    "empty": (sized(b""), b""),
    "chunked": (chunked(HTML[:1], HTML[1:4], HTML[4:]), HTML),
    "chunk-extensions": (chunked(HTML[:7], HTML[7:], extension=b';name="v;x"'), HTML),
    "chunk-upper-hex-zeros": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n000A\r\n0123456789\r\n0\r\n\r\n",
        b"0123456789",
    ),
    "trailers": (chunked(HTML, trailer=b"X-Sum: 12\r\nx-sum: 13\r\n"), HTML),
    "gzip": (sized(gzip.compress(HTML), b"Content-Encoding: gzip\r\n"), HTML),
    "gzip-two-members": (sized(gzip.compress(HTML) * 2, b"Content-Encoding: gzip\r\n"), HTML * 2),
    "gzip-named-only": (sized(HTML, b"Content-Encoding: gzip\r\n"), HTML),
    "x-gzip": (sized(gzip.compress(HTML), b"Content-Encoding: X-GZip\r\n"), HTML),
    "deflate": (sized(zlib.compress(HTML), b"Content-Encoding: deflate\r\n"), HTML),
    "deflate-raw": (sized(zlib.compress(HTML, wbits=-15), b"Content-Encoding: deflate\r\n"), HTML),
    "br": (sized(brotli.compress(HTML), b"Content-Encoding: br\r\n"), HTML),
    "zstd": (sized(ZSTD, b"Content-Encoding: zstd\r\n"), HTML),
    "zstd-two-frames": (sized(ZSTD * 2, b"Content-Encoding: zstd\r\n"), HTML * 2),
    "stacked": (sized(brotli.compress(gzip.compress(HTML)), b"Content-Encoding: gzip, br\r\n"), HTML),
    "unknown-coding": (sized(HTML, b"Content-Encoding: UTF-8\r\n"), HTML),
    "duplicate-odd-case": (sized(HTML, b"sEt-CoOkIe: a=1\r\nSet-Cookie: b=2\r\nX-A:  spaced  \r\nx-a:\r\n"), HTML),
    "latin-1-value": (sized(HTML, b"X-Place: caf\xe9\r\n"), HTML),
    "line-feeds-only": (b"HTTP/1.1 200 OK\nContent-Length: 32\nX: y\n\n" + HTML, HTML),
    "no-reason": (b"HTTP/1.1 200\r\nContent-Length: 32\r\n\r\n" + HTML, HTML),
    "no-content": (b"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", b""),
    "not-modified": (b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n', b""),
    "not-found": (b"HTTP/1.1 404 Gone Fishing\r\nContent-Length: 2\r\n\r\nno", b"no"),
}
CLOSED: dict[str, tuple[bytes, bytes]] = {
    "http-1.0": (b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML, HTML),
    "http-1.0-empty": (b"HTTP/1.0 200 OK\r\n\r\n", b""),
    "http-1.1-to-the-end": (HEAD + b"\r\n" + HTML, HTML),
    "close": (sized(HTML, b"Connection: close\r\n"), HTML),
}


@pytest.mark.parametrize("name", CASES)
def test_response_is_what_a_plain_socket_hears(name: str, browse: Any, serve: Any, allow: Any, said: Any) -> None:
    wire, content = CASES[name]
    server = serve(wire)
    visit = browse(server.url("/page"), allow(server))
    (exchange,) = visit.exchanges
    assert visit.error is None
    assert said(server, exchange.request) == exchange.response
    assert (wire, content) == (exchange.response, visit.page.content)
    assert exchange.request == server.requests[0]
    assert (b"", b"", None) == (exchange.interim, exchange.surplus, exchange.truncated)


@pytest.mark.parametrize("name", CLOSED)
def test_response_that_ends_with_the_connection_is_whole(
    name: str, browse: Any, serve: Any, allow: Any, said: Any, close: Callable[[bytes], Any]
) -> None:
    wire, content = CLOSED[name]
    server = serve(close(wire))
    visit = browse(server.url(), allow(server))
    assert said(server, visit.exchanges[0].request) == visit.exchanges[0].response == wire
    assert (content, None) == (visit.page.content, visit.exchanges[0].truncated)


def test_interim_responses_stand_apart(browse: Any, serve: Any, allow: Any, said: Any) -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" * 2 + b"HTTP/1.1 100 Continue\r\n\r\n"
    server = serve(interim + sized(HTML))
    (exchange,) = browse(server.url(), allow(server)).exchanges
    assert (interim, sized(HTML)) == (exchange.interim, exchange.response)
    assert said(server, exchange.request) == exchange.interim + exchange.response


@pytest.mark.parametrize("wire", [sized(HTML), chunked(HTML), CASES["no-content"][0]], ids=["sized", "chunked", "204"])
def test_surplus_stands_apart_and_ends_the_connection(wire: bytes, browse: Any, serve: Any, allow: Any) -> None:
    surplus = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    server = serve(wire + surplus, sized(b"second"))
    first, second = browse.all([server.url("/1"), server.url("/2")], allow(server))
    assert (wire, surplus) == (first.exchanges[0].response, first.exchanges[0].surplus)
    assert b"second" == second.page.content
    assert 2 == server.connections


def test_surplus_behind_a_read_that_was_filled_ends_the_connection(browse: Any, serve: Any, allow: Any) -> None:
    # An event loop takes more from a socket at once than a read asks for, and holds the rest.
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
    size = READ_BYTES - len(head % READ_BYTES)
    wire = head % size + b"x" * size
    assert READ_BYTES == len(wire)
    server = serve(wire + sized(b"evil"), sized(b"second"))
    first, second = browse.all([server.url("/1"), server.url("/2")], allow(server))
    assert [wire, sized(b"second")] == [visit.exchanges[0].response for visit in (first, second)]
    assert 2 == server.connections


def test_one_connection_carries_several_exchanges_each_with_its_own_bytes(browse: Any, serve: Any, allow: Any) -> None:
    server = serve(sized(b"one"), chunked(b"two"), sized(b"three"))
    visits = browse.all([server.url(f"/{n}") for n in range(3)], allow(server))
    assert 1 == server.connections
    assert [sized(b"one"), chunked(b"two"), sized(b"three")] == [visit.exchanges[0].response for visit in visits]
    assert server.requests == [visit.exchanges[0].request for visit in visits]
    assert ["127.0.0.1"] * 3 == [visit.exchanges[0].ip for visit in visits]


def test_connection_that_the_server_closed_meanwhile_is_replaced_unseen(
    browse: Any, serve: Any, allow: Any, close: Callable[[bytes], Any]
) -> None:
    server = serve(close(sized(b"one")), sized(b"two"))
    visits = browse.all([server.url(), server.url()], allow(server, retries=0))
    assert [b"one", b"two"] == [visit.page.content for visit in visits]
    assert [] == browse.slept


@pytest.mark.parametrize(
    ("wire", "content"),
    [
        (HEAD + b"Content-Length: 99\r\n\r\nshort", b"short"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", b"short"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nshort", b"short"),
        (HEAD + b"Content-Length: 99\r\n\r\n", b""),
    ],
)
def test_cut_body_is_kept_and_named(
    wire: bytes, content: bytes, browse: Any, serve: Any, allow: Any, close: Callable[[bytes], Any]
) -> None:
    server = serve(close(wire))
    visit = browse(server.url(), allow(server))
    (exchange,) = visit.exchanges
    assert ("disconnect", "disconnect") == (visit.error.code, exchange.truncated)
    assert (wire, content) == (exchange.response, visit.page.content)


def test_reset_connection_is_named_with_or_without_what_came(
    browse: Any, serve: Any, allow: Any, reset: Callable[[bytes], Any]
) -> None:
    wire = HEAD + b"Content-Length: 99\r\n\r\nshort"
    server = serve(reset(wire))
    visit = browse(server.url(), allow(server))
    assert "disconnect" == visit.error.code
    # A reset may overtake the bytes before it; what did arrive is kept.
    assert all((wire, "disconnect") == (exchange.response, exchange.truncated) for exchange in visit.exchanges)


def test_broken_chunks_are_kept_as_they_came(browse: Any, serve: Any, allow: Any) -> None:
    wire = HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\nzz\r\nmore"
    server = serve(wire)
    visit = browse(server.url(), allow(server))
    assert ("bad-response", "unspecified") == (visit.error.code, visit.exchanges[0].truncated)
    assert (wire, b"short") == (visit.exchanges[0].response, visit.page.content)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
def test_body_that_ends_inside_its_coding_is_an_error_with_the_whole_exchange(
    coding: str, browse: Any, serve: Any, allow: Any
) -> None:
    body = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress}.get(coding, lambda _: ZSTD)(HTML)
    wire = sized(body[:-3], b"Content-Encoding: %s\r\n" % coding.encode())
    server = serve(wire)
    visit = browse(server.url(), allow(server))
    assert "bad-response" == visit.error.code
    assert (wire, None) == (visit.exchanges[0].response, visit.exchanges[0].truncated)


def test_damaged_coding_keeps_the_whole_exchange(browse: Any, serve: Any, allow: Any) -> None:
    wire = sized(gzip.compress(HTML)[:12] + b"\xff" * 40, b"Content-Encoding: gzip\r\n")
    server = serve(wire)
    visit = browse(server.url(), allow(server))
    assert ("bad-response", wire) == (visit.error.code, visit.exchanges[0].response)


@pytest.mark.parametrize("wire", [b"SSH-2.0-OpenSSH_9.9\r\n", b"HTTP/9.9 huh\r\n\r\n", b"\x16\x03\x01\x00\r\n\r\n"])
def test_answer_that_is_not_http_says_so(wire: bytes, browse: Any, serve: Any, allow: Any, close: Any) -> None:
    server = serve(close(wire))
    visit = browse(server.url(), allow(server))
    assert (None, ()) == (visit.page, visit.exchanges)
    assert visit.error.code in {"bad-response", "disconnect"}


@given(chunks=st.lists(st.binary(min_size=1, max_size=40), max_size=6), surplus=st.binary(max_size=20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_cut_puts_interim_response_and_surplus_together_again(chunks: list[bytes], surplus: bytes) -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    wire = chunked(*chunks)
    bounds = cut(interim + wire + surplus)
    assert len(interim) == bounds.head
    assert len(interim + wire) == bounds.end
    assert len(interim + HEAD) + len(b"Transfer-Encoding: chunked\r\n\r\n") == bounds.body
