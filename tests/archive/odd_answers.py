"""Answers that tools have been seen to stumble over, and a raw socket that says them byte for byte."""

import gzip
import socket
import ssl
import zlib
from dataclasses import dataclass
from typing import Self

import brotli
import zstandard
from loopback import Listener, request_on

PATIENCE_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Odd:
    """What is said: `response` is what the archive must hold, `interim` and `surplus` stand around it on the wire."""

    response: bytes
    interim: bytes = b""
    surplus: bytes = b""
    closes: bool = False

    @property
    def wire(self) -> bytes:
        return self.interim + self.response + self.surplus


def body(name: str) -> bytes:
    """A page of its own for each answer, so that none is a revisit of another."""
    lines = "".join(f"<p>Line {number} of {name} says that the night ferry is late.</p>\n" for number in range(12))
    return f"<!DOCTYPE html><html><head><title>{name}</title></head><body>{lines}</body></html>".encode()


def head(*lines: str | bytes, status: str = "HTTP/1.1 200 OK", end: bytes = b"\r\n") -> bytes:
    texts = [line if isinstance(line, bytes) else line.encode() for line in (status, *lines)]
    return end.join([*texts, b"", b""])


def sized(content: bytes, *lines: str | bytes, status: str = "HTTP/1.1 200 OK", end: bytes = b"\r\n") -> bytes:
    return head("Content-Type: text/html", *lines, f"Content-Length: {len(content)}", status=status, end=end) + content


def chunked(
    content: bytes, *lines: str, sizes: tuple[int, ...] = (100,), extension: str = "", trailer: str = ""
) -> bytes:
    out, at, turn = bytearray(), 0, 0
    while at < len(content):
        size = sizes[turn % len(sizes)]
        piece = content[at : at + size]
        out += b"%x%s\r\n%s\r\n" % (len(piece), extension.encode(), piece)
        at, turn = at + size, turn + 1
    return (
        head("Content-Type: text/html", *lines, "Transfer-Encoding: chunked")
        + out
        + b"0\r\n"
        + trailer.encode()
        + b"\r\n"
    )


def coded(name: str, coding: str, content: bytes) -> Odd:
    return Odd(response=sized(content, f"Content-Encoding: {coding}", f"X-Case: {name}"))


def _plain() -> dict[str, Odd]:
    whole = {name: Odd(response=response) for name, response in _whole().items()}
    b = body
    return whole | {
        "gzip": coded("gzip", "gzip", gzip.compress(b("gzip"))),
        "gzip-two-members": coded("two", "gzip", gzip.compress(b("one member")) + gzip.compress(b("another"))),
        "gzip-by-name-only": coded("named", "gzip", b("gzip-by-name-only")),
        "x-gzip": coded("x-gzip", "X-GZip", gzip.compress(b("x-gzip"))),
        "deflate": coded("deflate", "deflate", zlib.compress(b("deflate"))),
        "deflate-raw": coded("raw", "deflate", zlib.compress(b("deflate-raw"), wbits=-15)),
        "br": coded("br", "br", brotli.compress(b("br"))),
        "zstd": coded("zstd", "zstd", zstandard.ZstdCompressor().compress(b("zstd"))),
        "gzip-under-br": coded("stacked", "gzip, br", brotli.compress(gzip.compress(b("stacked")))),
        "unknown-coding": coded("unknown", "UTF-8", b("unknown-coding")),
        "holds-a-warc": Odd(response=sized(b"\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n" + b("warc"))),
        "gzip-of-a-warc": coded("forged", "gzip", gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n\r\nx\r\n\r\n")),
    }


def _whole() -> dict[str, bytes]:
    b = body
    cookies = [f"Set-Cookie: c{number}={'v' * number}; Path=/" for number in range(60)]
    return {
        "sized": sized(b("sized")),
        "empty": sized(b""),
        "chunked": chunked(b("chunked")),
        "chunks-of-odd-sizes": chunked(b("odd sizes"), sizes=(1, 2, 3, 5, 251)),
        "chunk-extensions": chunked(b("extensions"), extension=';name="v;x"'),
        "chunk-sizes-with-zeros": chunked(b("zeros")).replace(b"\r\n64\r\n", b"\r\n00064\r\n"),
        "chunk-sizes-in-capitals": chunked(b("capitals"), sizes=(0xAB,)).replace(b"\r\nab\r\n", b"\r\nAB\r\n"),
        "trailers": chunked(b("trailers"), trailer="X-Sum: 12\r\nx-sum: 13\r\n"),
        "gzip-chunked": chunked(gzip.compress(b("gzip-chunked")), "Content-Encoding: gzip", sizes=(7, 64)),
        "duplicate-headers": sized(b("duplicate"), "X-A: 1", "X-A: 2", "Vary: a", "Vary: b"),
        "odd-case-and-spaces": sized(b("odd case"), "sEt-CoOkIe: a=1", "X-A:  spaced  ", "x-b:\ttab", "x-c:"),
        "folded-header": sized(b("folded"), "X-Long: one\r\n two\r\n\tthree"),
        "latin-1-value": sized(b("latin"), b"X-Title: F\xe4hre \xfcber Nacht"),
        "utf-8-value": sized(b("utf"), "X-Title: Fähre — 夜"),
        "many-cookies": sized(b("cookies"), *cookies),
        "head-of-30-kb": sized(b("big head"), *(f"X-{number}: {'x' * 1000}" for number in range(30))),
        "line-feeds-only": sized(b("feeds"), end=b"\n"),
        "no-reason": sized(b("reason"), status="HTTP/1.1 200"),
        "odd-reason": sized(b("odd reason"), status="HTTP/1.1 200 Très bien"),
        "no-content-type": head(f"Content-Length: {len(b('none'))}") + b("none"),
        "no-content-204": head("X: y", status="HTTP/1.1 204 No Content"),
        "not-found": sized(b("not found"), status="HTTP/1.1 404 Gone Fishing"),
        "server-error": sized(b("broken"), status="HTTP/1.1 503 Sorry"),
        "zero-bytes": sized(b"\0\0" + b("zeros in it") + b"\xff\xfe"),
    }


def _around() -> dict[str, Odd]:
    early = head("Link: </a.css>; rel=preload", status="HTTP/1.1 103 Early Hints")
    go_on = head(status="HTTP/1.1 100 Continue")
    evil = sized(b"evil")
    return {
        "early-hints": Odd(interim=early, response=sized(body("early"))),
        "three-interim": Odd(interim=early + go_on + early, response=chunked(body("three"))),
        "trailing-bytes": Odd(response=sized(body("trailing")), surplus=b"\r\nmore"),
        "trailing-after-chunks": Odd(response=chunked(body("trailing chunks")), surplus=evil),
        "trailing-after-204": Odd(response=head(status="HTTP/1.1 204 Nothing"), surplus=evil),
    }


def _ended() -> dict[str, Odd]:
    """Answers that end with their connection, whole or cut."""
    html = "Content-Type: text/html"
    responses = {
        "http-1.0": head(html, status="HTTP/1.0 200 OK") + body("1.0"),
        "http-1.0-empty": head(status="HTTP/1.0 200 OK"),
        "no-length": head(html) + body("no length"),
        "close": sized(body("close"), "Connection: close"),
        "cut-body": head(html, "Content-Length: 9999") + body("cut"),
        "cut-before-body": head(html, "Content-Length: 9999"),
        "cut-between-chunks": chunked(body("between")).removesuffix(b"0\r\n\r\n"),
        "cut-in-a-chunk": head(html, "Transfer-Encoding: chunked") + b"ffff\r\n" + body("in a chunk"),
        "cut-gzip": head(html, "Content-Encoding: gzip", "Content-Length: 9999")
        + gzip.compress(body("cut gzip"))[:-20],
        "broken-chunks": chunked(body("broken"))[:-5] + b"zz\r\nmore",
    }
    return {name: Odd(response=response, closes=True) for name, response in responses.items()}


def _over_tls() -> dict[str, Odd]:
    early = head("Link: </a.css>; rel=preload", status="HTTP/1.1 103 Early Hints")
    cut = head("Content-Type: text/html", "Content-Length: 9999") + body("tls cut")
    return {
        "tls-sized": Odd(response=sized(body("tls sized"))),
        "tls-gzip-chunked": Odd(
            response=chunked(gzip.compress(body("tls gzip")), "Content-Encoding: gzip", sizes=(33,))
        ),
        "tls-early-hints": Odd(interim=early, response=sized(body("tls early"))),
        "tls-cut": Odd(response=cut, closes=True),
    }


ODD: dict[str, Odd] = {**_plain(), **_around(), **_ended(), **_over_tls()}


class RawServer:
    """Says the answer that its path names, over TLS where a context is given; a context manager."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._listener = Listener(self._serve, patience_s=PATIENCE_S, tls=tls)
        self.place, self.url = self._listener.place, self._listener.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        while asked := request_on(connection, self._listener.stopping):
            odd = ODD[asked.split()[1].decode().strip("/")]
            connection.sendall(odd.wire)
            if odd.closes:
                return
