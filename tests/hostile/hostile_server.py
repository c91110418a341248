"""A server that does on the wire what no server should: for each path the bytes it says, and how it says them."""

import gzip
import random
import socket
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import brotli
import zstandard
from hostile_pages import ARTICLE, PARAGRAPHS, PROSE, whole
from loopback import Listener, request_on

PATIENCE_S = 12.0
MIB = 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n"
PAGE = whole(ARTICLE).encode()
FOUND, USAGE, NOTHING, NETWORK, STATUS, REFUSED, LATER = 0, 2, 3, 4, 5, 6, 75

Chunks = Callable[[], Iterator[bytes]]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """What is said for one path, and with which codes the command line may end; `slowly` waits between the pieces."""

    says: bytes | Chunks
    exits: frozenset[int]
    slow_s: float = 0.0
    resets: bool = False
    shows: bool = True  # the article, where the exit code is 0


ENDPOINTS: dict[str, Endpoint] = {}


def at(
    path: str, says: bytes | Chunks, *exits: int, slow_s: float = 0.0, resets: bool = False, shows: bool = True
) -> None:
    """Puts an endpoint at that path."""
    assert path not in ENDPOINTS, path
    ENDPOINTS[path] = Endpoint(says=says, exits=frozenset(exits), slow_s=slow_s, resets=resets, shows=shows)


def answer(body: bytes = PAGE, *headers: bytes, status: bytes = b"200 OK", length: int | None = None) -> bytes:
    """A response with that body, a length and those headers."""
    size = len(body) if length is None else length
    given = b"".join(header + b"\r\n" for header in headers)
    kind = b"" if any(h.lower().startswith(b"content-type") for h in headers) else HTML
    return b"HTTP/1.1 " + status + b"\r\n" + kind + given + b"Content-Length: %d\r\n\r\n" % size + body


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n", extension: bytes = b"") -> bytes:
    """A chunked response of those pieces."""
    body = b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces)
    return OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n" + body + end


def endless(head: bytes, piece: bytes) -> Chunks:
    """That head, then that piece for ever."""

    def pieces() -> Iterator[bytes]:
        yield head
        while True:
            yield piece

    return pieces


def zeros(compress: Callable[[bytes], bytes], mib: int = 100) -> bytes:
    return compress(bytes(mib * MIB))


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def deflated(data: bytes) -> bytes:
    return zlib.compress(data, 9)[2:-4]


def br(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=4))


def nested(data: bytes, levels: int) -> bytes:
    for _ in range(levels):
        data = gzip.compress(data)
    return data


def unmeasured(body: str | bytes, *headers: bytes) -> bytes:
    """A response that ends with its connection."""
    given = b"".join(header + b"\r\n" for header in headers) or HTML
    return OK + given + b"\r\n" + (body.encode() if isinstance(body, str) else body)


def redirect(location: bytes, status: bytes = b"302 Found", *headers: bytes) -> bytes:
    return answer(b"moved", b"Location: " + location, *headers, status=status)


def fill() -> None:
    """All endpoints that need nothing but their own bytes."""
    coders = (("gzip", gzip.compress), ("deflate", zlib.compress), ("br", br), ("zstd", zstd))
    for name, coder in coders:
        coding = b"Content-Encoding: " + name.encode()
        at(f"/bomb/{name}", answer(zeros(coder), coding), REFUSED)
        at(f"/coded/{name}", answer(coder(PAGE), coding), FOUND)
        at(f"/cut/{name}", answer(coder(PAGE)[:-9], coding), NETWORK)
        at(f"/broken/{name}", answer(coder(PAGE)[:20] + b"\xff" * 200, coding), NETWORK)
        at(f"/twice/{name}", answer(coder(coder(PAGE)), coding + b", " + name.encode()), FOUND)
        at(f"/plain-called/{name}", answer(PAGE, coding), FOUND, NETWORK)
        at(f"/bomb-twice/{name}", answer(coder(zeros(coder)), coding + b", " + name.encode()), REFUSED, NETWORK)
    at("/coded/raw-deflate", answer(deflated(PAGE), b"Content-Encoding: deflate"), FOUND)
    at("/coded/x-gzip", answer(gzip.compress(PAGE), b"Content-Encoding: x-gzip"), FOUND)
    at("/coded/unknown", answer(PAGE, b"Content-Encoding: utf-8"), FOUND)
    at("/coded/upper-case", answer(gzip.compress(PAGE), b"Content-Encoding: GZIP"), FOUND)
    at("/coded/members", answer(gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:]), b"Content-Encoding: gzip"), FOUND)
    at("/coded/padded", answer(gzip.compress(PAGE) + bytes(50), b"Content-Encoding: gzip"), FOUND)
    at("/coded/five", answer(nested(PAGE, 5), b"Content-Encoding: " + b", ".join([b"gzip"] * 5)), FOUND)
    at("/coded/six", answer(nested(PAGE, 6), b"Content-Encoding: " + b", ".join([b"gzip"] * 6)), NETWORK)
    at("/coded/million", answer(PAGE, b"Content-Encoding: " + b"gzip," * 10_000), NETWORK)
    at("/coded/members-100000", answer(gzip.compress(b"") * 100_000, b"Content-Encoding: gzip"), NOTHING, NETWORK)
    legal = whole(ARTICLE + "<!--" + " " * 4_000_000 + "-->").encode()
    at("/legal-200-to-1", answer(gzip.compress(legal), b"Content-Encoding: gzip"), FOUND)
    at("/too-long", answer(b"<p>x" * 20 * MIB), NETWORK, REFUSED)
    at("/too-long-announced", answer(PAGE, length=10**15), NETWORK, REFUSED)
    _slow_and_endless()
    _framing()
    _heads()
    _redirects()
    _kinds()


def _slow_and_endless() -> None:
    at("/endless/body", endless(OK + HTML + b"\r\n", b"<p>The boats." * 5_000), NETWORK, REFUSED)
    at(
        "/endless/chunks",
        endless(OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        NETWORK,
        REFUSED,
    )
    at(
        "/endless/tiny-chunks",
        endless(OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 2_000),
        REFUSED,
        NETWORK,
    )
    at("/endless/headers", endless(OK, b"X-A: b\r\n" * 500), NETWORK, REFUSED)
    at("/endless/header", endless(OK + b"X-A: ", b"x" * 4096), NETWORK, REFUSED)
    at("/endless/status", endless(b"HTTP/1.1 200 ", b"O" * 4096), NETWORK, REFUSED)
    at("/endless/interim", endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50), NETWORK, REFUSED)
    at("/endless/continue", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50), NETWORK, REFUSED)
    at("/endless/trailers", endless(chunked(PAGE, end=b"0\r\n"), b"X-T: y\r\n" * 500), NETWORK, REFUSED)
    at(
        "/endless/extension",
        endless(OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n5;a=", b"x" * 4096),
        NETWORK,
        REFUSED,
    )
    at("/endless/chunk-size", endless(OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 4096), NETWORK, REFUSED)
    at("/endless/noise", endless(b"", random.Random(1).randbytes(4096)), NETWORK, REFUSED)  # noqa: S311
    at("/endless/newlines", endless(b"", b"\r\n" * 2000), NETWORK, REFUSED)
    gz = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = gz.compress(b"<p>") + gz.flush(zlib.Z_SYNC_FLUSH)
    at("/endless/gzip", endless(OK + HTML + b"Content-Encoding: gzip\r\n\r\n" + head, bytes(64)), NETWORK, REFUSED)
    at("/slow/nothing", endless(b"", b""), NETWORK, slow_s=0.2)
    at("/slow/status", endless(b"", b"H"), NETWORK, slow_s=0.1)
    at("/slow/headers", endless(OK, b"X: y\r\n"), NETWORK, slow_s=0.1)
    at("/slow/body", endless(OK + HTML + b"\r\n", b"<p>x"), NETWORK, slow_s=0.1)
    at("/slow/chunks", endless(OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), NETWORK, slow_s=0.1)
    at("/slow/trailers", endless(chunked(PAGE, end=b"0\r\n"), b"T: y\r\n"), NETWORK, slow_s=0.1)
    at("/slow/interim", endless(b"", b"HTTP/1.1 102 Processing\r\n\r\n"), NETWORK, slow_s=0.1)


def _framing() -> None:
    body = b"\r\n\r\n" + PAGE
    at("/framing/short", answer(PAGE, length=len(PAGE) + 100), NETWORK)
    at("/framing/surplus", answer(PAGE) + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nSECOND", FOUND)
    at("/framing/two-lengths", OK + HTML + b"Content-Length: 5\r\nContent-Length: %d" % len(PAGE) + body, NETWORK)
    at(
        "/framing/same-length-twice",
        OK + HTML + b"Content-Length: %d\r\n" % len(PAGE) * 1 + b"Content-Length: %d" % len(PAGE) + body,
        FOUND,
        NETWORK,
    )
    at("/framing/negative", OK + HTML + b"Content-Length: -1" + body, NETWORK)
    at("/framing/plus", OK + HTML + b"Content-Length: +10" + body, NETWORK)
    at("/framing/huge", OK + HTML + b"Content-Length: " + b"9" * 5_000 + body, NETWORK, REFUSED)
    at("/framing/words", OK + HTML + b"Content-Length: many" + body, NETWORK)
    at(
        "/framing/length-and-chunks",
        OK + HTML + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE),
        FOUND,
        NETWORK,
    )
    at(
        "/framing/chunked-twice",
        OK + HTML + b"Transfer-Encoding: chunked, chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE),
        NETWORK,
    )
    at("/framing/unknown-transfer", OK + HTML + b"Transfer-Encoding: jar" + body, NETWORK)
    at("/framing/bad-chunk", OK + HTML + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + PAGE, NETWORK)
    at("/framing/negative-chunk", OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n" + PAGE, NETWORK)
    at("/framing/huge-chunk", OK + HTML + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + PAGE, NETWORK)
    at("/framing/no-last-chunk", chunked(PAGE, end=b""), NETWORK)
    at(
        "/framing/chunk-too-long",
        OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + PAGE + b"\r\n0\r\n\r\n",
        NETWORK,
    )
    at("/framing/trailers", chunked(PAGE, end=b"0\r\nX-Trailer: Content-Length: 0\r\n\r\n"), FOUND)
    at("/framing/extension", chunked(PAGE, extension=b";a=" + b"b" * 300), FOUND, NETWORK)
    at("/framing/long-extension", chunked(PAGE, extension=b";a=" + b"b" * 60_000), FOUND, NETWORK, REFUSED)
    at("/framing/http-0.9", PAGE, NETWORK)
    at("/framing/http-1.0", b"HTTP/1.0 200 OK\r\n" + HTML + b"\r\n" + PAGE, FOUND)
    at("/framing/http-2", b"HTTP/2 200\r\n" + HTML + b"\r\n" + PAGE, NETWORK)
    at("/framing/h2-preface", b"\0\0\x12\x04\0\0\0\0\0" + bytes(18), NETWORK)
    at("/framing/bare-newlines", (OK + HTML + b"\r\n").replace(b"\r\n", b"\n") + PAGE, FOUND, NETWORK)
    at("/framing/reset-in-head", OK + b"X: ", NETWORK, resets=True)
    at("/framing/reset-in-body", answer(PAGE, length=len(PAGE) * 2), NETWORK, resets=True)
    at("/framing/closed", b"", NETWORK)
    at("/framing/304", b"HTTP/1.1 304 Not Modified\r\n\r\n", NOTHING, STATUS)
    at("/framing/204", b"HTTP/1.1 204 No Content\r\n\r\n", NOTHING, STATUS)
    at(
        "/framing/206",
        answer(PAGE, b"Content-Range: bytes 0-99/100000", status=b"206 Partial Content"),
        FOUND,
        NOTHING,
        STATUS,
    )
    at(
        "/framing/101",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        NETWORK,
        STATUS,
    )
    at("/framing/999", answer(status=b"999 No"), STATUS, NETWORK)
    at("/framing/000", answer(status=b"000 No"), STATUS, NETWORK)
    at("/framing/99", answer(status=b"99 No"), STATUS, NETWORK)
    at("/framing/minus", answer(status=b"-200 OK"), NETWORK)


def _heads() -> None:
    at("/head/many", answer(PAGE, *[b"X-%d: y" % n for n in range(3_000)]), FOUND, NETWORK, REFUSED)
    at("/head/100000", answer(PAGE, *[b"A: b"] * 100_000), NETWORK, REFUSED)
    at("/head/long", answer(PAGE, b"X: " + b"y" * 50_000), FOUND, NETWORK, REFUSED)
    at("/head/too-long", answer(PAGE, b"X: " + b"y" * 500_000), NETWORK, REFUSED)
    at("/head/cr", answer(PAGE, b"X: a\rWARC-Type: response"), FOUND, NETWORK)
    at("/head/nul", answer(PAGE, b"X: a\0b"), FOUND, NETWORK)
    at("/head/folded", answer(PAGE, b"X: a\r\n b"), FOUND, NETWORK)
    at("/head/no-colon", answer(PAGE, b"no colon here"), NETWORK)
    at("/head/spaced-name", answer(PAGE, b"Content-Length : 3"), NETWORK)
    at("/head/empty-name", answer(PAGE, b": x"), NETWORK)
    at("/head/escape", answer(PAGE, b"X: \x1b[2J\x1b]0;owned\x07"), FOUND, NETWORK)
    at("/head/escape-in-status", answer(status=b"404 \x1b[2Jgone"), STATUS, NETWORK)
    at("/head/latin-1", answer(PAGE, b"X: \xff\xfe\x80"), FOUND, NETWORK)
    at("/head/cookies", answer(PAGE, *[b"Set-Cookie: a%d=%s" % (n, b"x" * 200) for n in range(200)]), FOUND, REFUSED)
    at("/head/type-crlf", answer(PAGE, b'Content-Type: text/html\x0bx; charset="utf-8\x1b"'), FOUND, NETWORK)
    at("/head/retry-after", answer(status=b"503 No", body=b"no"), STATUS, LATER)
    at("/head/retry-for-ever", answer(b"no", b"Retry-After: 99999999999999999999", status=b"503 No"), STATUS, LATER)
    at(
        "/head/retry-nonsense",
        answer(b"no", b"Retry-After: Mon, 99 Foo 99999 99:99:99 +9999", status=b"429 No"),
        STATUS,
        LATER,
    )
    at("/head/retry-negative", answer(b"no", b"Retry-After: -5", status=b"503 No"), STATUS, LATER)
    at("/head/401", answer(b"no", b"WWW-Authenticate: Negotiate " + b"A" * 5_000, status=b"401 No"), STATUS)


def _redirects() -> None:
    at("/go/self", redirect(b"/go/self"), NETWORK)
    at("/go/round-a", redirect(b"/go/round-b"), NETWORK)
    at("/go/round-b", redirect(b"/go/round-a"), NETWORK)
    for number in range(12):
        at(f"/go/far-{number}", redirect(b"/go/far-%d" % (number + 1)), NETWORK if number < 2 else FOUND)
    at("/go/far-12", answer(), FOUND)
    bad = (
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1:70/",
        "javascript:alert(1)",
        "data:text/html,<p>x",
        "dict://127.0.0.1/",
    )
    for number, location in enumerate(bad):
        at(f"/go/scheme-{number}", redirect(location.encode()), REFUSED)
    at("/go/nowhere", redirect(b"http://"), NETWORK)
    at("/go/nonsense", redirect(b"http://[::1"), NETWORK)
    at("/go/empty", redirect(b""), FOUND, NOTHING, STATUS, NETWORK)
    at("/go/long", redirect(b"/" + b"a" * 40_000), NETWORK, STATUS)
    at("/go/latin-1", redirect(b"/\xe9\xff"), STATUS, NETWORK)
    at("/go/escape", redirect(b"/\x1b[2Jx"), STATUS, NETWORK)
    at("/go/crlf", redirect(b"/x%0d%0aSet-Cookie:%20a=b"), STATUS)
    at("/go/300", answer(status=b"300 Multiple Choices"), STATUS, NETWORK, FOUND)
    at("/go/cookie", redirect(b"/go/cookie", b"302 Found", b"Set-Cookie: a=\x1b"), NETWORK)
    at(
        "/go/refresh",
        unmeasured(
            whole(ARTICLE, head="<meta http-equiv=refresh content='0;url=http://CANARY/'>"),
            b"Refresh: 0; url=http://CANARY/",
        ),
        FOUND,
    )
    for number, host in enumerate(CANARY_HOSTS):
        at(f"/canary/{number}", redirect(b"http://" + host.encode() + b":CANARYPORT/"), REFUSED, NETWORK)
    at("/canary/at", redirect(b"http://SERVER@CANARY/"), REFUSED, NETWORK)
    at("/canary/backslash", redirect(b"http:\\\\CANARY\\@SERVER/"), REFUSED, NETWORK)
    at("/canary/slashes", redirect(b"//CANARY/"), REFUSED, NETWORK)
    at("/canary/tab", redirect(b"ht\ttp://CANARY/"), REFUSED, NETWORK)
    at("/canary/307", redirect(b"http://CANARY/", b"307 Temporary Redirect"), REFUSED)
    at(
        "/canary/page",
        unmeasured(
            whole(
                ARTICLE + "<img src='http://CANARY/i.png'><iframe src='http://CANARY/'></iframe>",
                head="<base href='http://CANARY/'><link rel=canonical href='http://CANARY/'><link rel=stylesheet href='http://CANARY/s.css'><script src='http://CANARY/s.js'></script>",
                before="<!DOCTYPE html SYSTEM 'http://CANARY/x.dtd'>",
            )
        ),
        FOUND,
    )
    at(
        "/canary/xml",
        unmeasured(
            b"<?xml version='1.0'?><!DOCTYPE html [<!ENTITY % x SYSTEM 'http://CANARY/x'> %x; <!ENTITY a SYSTEM 'file:///etc/passwd'>]><html><body>&a;"
            + ARTICLE.encode(),
            b"Content-Type: application/xhtml+xml",
        ),
        FOUND,
    )


# Ways to say this very machine; the port is the canary's.
CANARY_HOSTS = (
    *(
        "127.0.0.1",
        "localhost",
        "127.1",
        "0",
        "0.0.0.0",  # noqa: S104 - a name of this machine
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "017700000001",
    ),
    *("127.0.0.1.", "127.127.127.127", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[::ffff:7f00:1]"),
    *(
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "１２７.０.０.１",
        "①②⑦.⓪.⓪.①",
        "ⓛocalhost",
        "%31%32%37.0.0.1",
        "LOCALHOST",
        "localhost.",
    ),
    *(
        "169.254.169.254",
        "[fe80::1]",
        "[fec0::1]",
        "[fc00::1]",
        "10.0.0.1",
        "100.64.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "168.63.129.16",
    ),
)


def _kinds() -> None:
    lols = b"".join(b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    at(
        "/kind/billion-laughs",
        answer(
            b"<?xml version='1.0'?><!DOCTYPE html [<!ENTITY l0 'lol'>"
            + lols
            + b"]><html><body><p>&l11;</p>"
            + PROSE.encode()
            + b"</body></html>",
            b"Content-Type: application/xhtml+xml",
        ),
        FOUND,
        NOTHING,
        shows=False,
    )
    at(
        "/kind/rss",
        answer(
            b"<?xml version='1.0'?><rss><channel><title>x</title></channel></rss>", b"Content-Type: application/rss+xml"
        ),
        NOTHING,
    )
    at("/kind/pdf", answer(b"%PDF-1.7\n" + bytes(range(256)) * 400), NOTHING)
    at("/kind/png", answer(b"\x89PNG\r\n\x1a\n" + bytes(5_000)), NOTHING)
    at("/kind/warc", answer(b"WARC/1.1\r\nWARC-Type: response\r\n\r\n"), NOTHING)
    at("/kind/gzip", answer(gzip.compress(PAGE)), NOTHING)
    at("/kind/empty", answer(b""), NOTHING)
    at("/kind/spaces", answer(b" \n" * 50_000), NOTHING)
    at("/kind/noise", answer(random.Random(2).randbytes(100_000)), NOTHING)  # noqa: S311
    at("/kind/json", answer(b'{"a": "' + b"x" * 5_000 + b'"}', b"Content-Type: application/json"), NOTHING)
    at("/kind/no-type", OK + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE, FOUND)
    charsets = (
        "utf-7",
        "utf-16",
        "utf-32",
        "utf-8",
        "x-user-defined",
        "hz-gb-2312",
        "iso-2022-kr",
        "idna",
        "punycode",
        "unicode_escape",
        "rot13",
        "base64",
        "zlib",
        "bz2",
        "mbcs",
        "undefined",
        "../../x",
        "x" * 5_000,
    )
    for number, charset in enumerate(charsets):
        at(
            f"/charset/{number}",
            answer(PAGE, b"Content-Type: text/html; charset=" + charset.encode()),
            FOUND,
            NOTHING,
            NETWORK,
            shows=charset != "utf-16",
        )
    at(
        "/charset/utf-7-text",
        answer(b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-" + PAGE, b"Content-Type: text/html; charset=utf-7"),
        FOUND,
    )
    at("/charset/two", answer(PAGE, b"Content-Type: text/html; charset=utf-8; charset=utf-16"), FOUND)
    at("/charset/utf-16-bom", answer("\ufeff".encode("utf-16-le") + PAGE.decode().encode("utf-16-le")), FOUND)
    at("/charset/utf-32", answer(PAGE.decode().encode("utf-32")), FOUND, NOTHING, shows=False)
    at("/charset/broken", answer(PAGE.replace(b" the ", b" \xff\xc0\xed\xa0\x80 the ")), FOUND, shows=False)
    at("/charset/nul", answer(PAGE.replace(b"<p>", b"<p>\0\x1b[2J\x9b\xc2\x9b")), FOUND, shows=False)


@dataclass
class HostileServer:
    """Says what ENDPOINTS has at the path asked for; `canary` is a place nobody may come to."""

    canary: str
    contacts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = Listener(self._serve, patience_s=PATIENCE_S)
        self.place, self.close = self._listener.place, self._listener.close

    def _serve(self, connection: socket.socket) -> None:
        request = request_on(connection, self._listener.stopping)
        if request:
            self._say(connection, request.split(b" ", 2)[1].decode("latin-1"))

    def _say(self, connection: socket.socket, path: str) -> None:
        endpoint = ENDPOINTS.get(path)
        if endpoint is None:
            connection.sendall(answer(b"not here", status=b"404 Not Found"))
            return
        for piece in [endpoint.says] if isinstance(endpoint.says, bytes) else endpoint.says():
            connection.sendall(self._placed(piece))
            if self._listener.stopping.wait(endpoint.slow_s):
                return
        if endpoint.resets:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    def _placed(self, piece: bytes) -> bytes:
        port = self.canary.rpartition(":")[2].encode()
        placed = piece.replace(b"CANARYPORT", port).replace(b"CANARY", self.canary.encode())
        return placed.replace(b"SERVER", self.place.encode()) if placed != piece else piece


@dataclass
class Canary:
    """A listener on loopback that counts who comes."""

    contacts: int = 0

    def __post_init__(self) -> None:
        listener = Listener(self._count, patience_s=PATIENCE_S)
        self.place, self.close = listener.place, listener.close

    def _count(self, _: socket.socket) -> None:
        self.contacts += 1


fill()
SHOWN = PARAGRAPHS[0]
