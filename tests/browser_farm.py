"""A small site for browsers on loopback, and a canary beside it that must never be reached, by TCP or UDP."""

import http.server
import socket
import struct
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

SENTENCE = (
    "The night ferry to Hollin Head will run through the winter, the harbour board decided on Tuesday, boat {} first."
)
BUILDER = f"""
const article = document.createElement('article');
for (let boat = 0; boat < 6; boat++) {{
    const line = document.createElement('p');
    line.textContent = {SENTENCE!r}.replace('{{}}', boat);
    article.append(line);
    if (boat === 2) {{
        const figure = document.createElement('figure');
        figure.innerHTML = '<img src="/boat.png" width="600" height="400" alt="a boat">';
        article.append(figure);
    }}
}}
document.getElementById('root').append(article);
"""
SHELL = (
    "<!DOCTYPE html><html lang='en'><head><title>The ferry</title></head><body><div id='root'></div>{}</body></html>"
)


def png() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + b"\1\2\3" * 80 for _ in range(80))
    head = struct.pack(">IIBBBBB", 80, 80, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@dataclass
class Site:
    """Paths and what they answer: type, body, further headers. `asked` counts them."""

    pages: dict[str, tuple[str, bytes, tuple[tuple[str, str], ...]]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    port: int = 0

    def put(
        self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", *headers: tuple[str, str]
    ) -> str:
        self.pages[path] = (kind, body.encode() if isinstance(body, str) else body, headers)
        return self.url(path)

    def shell(self, path: str, script: str) -> str:
        """A page of nothing but this script."""
        return self.put(path, SHELL.format(f"<script>{script}</script>"))

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def served() -> Iterator[Site]:
    """A site with an article that a script builds, at `/`."""
    site = Site()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            site.asked[path] += 1
            known = site.pages.get(path)
            kind, body, headers = known or ("text/plain", b"nothing here", ())
            self.send_response(302 if any(name == "Location" for name, _ in headers) else 200 if known else 404)
            for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), *headers):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing is said."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    site.port = server.server_address[1]
    site.put("/", SHELL.format("<script src='/app.js'></script>"))
    site.put("/app.js", BUILDER, "text/javascript")
    site.put("/boat.png", png(), "image/png")
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Canary:
    """A port of loopback, TCP and UDP; `reached` lists what came."""

    port: int
    reached: list[str] = field(default_factory=list)


@contextmanager
def canary() -> Iterator[Canary]:
    tcp = socket.create_server(("127.0.0.1", 0))
    bird = Canary(tcp.getsockname()[1])
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", bird.port))
    over = threading.Event()

    def listen() -> None:
        tcp.settimeout(0.1)
        while not over.is_set():
            try:
                client, _ = tcp.accept()
            except TimeoutError:
                continue
            with client:
                client.settimeout(0.2)
                try:
                    bird.reached.append(client.recv(300).decode("latin-1"))
                    client.sendall(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\n\r\nhi")
                except OSError:
                    bird.reached.append("a connection without a word")

    def hear() -> None:
        udp.settimeout(0.1)
        while not over.is_set():
            try:
                bird.reached.append(f"udp: {udp.recv(300)!r}")
            except TimeoutError:
                continue

    threads = [threading.Thread(target=listen), threading.Thread(target=hear)]
    for thread in threads:
        thread.start()
    try:
        yield bird
    finally:
        over.set()
        for thread in threads:
            thread.join()
        tcp.close()
        udp.close()
