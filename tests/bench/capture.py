"""What recording the wire costs: our client and a plain one ask the same server for the same pages, turn by turn."""

import gzip
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

sys.path.insert(0, str(Path(__file__).parents[1] / "archive"))

from archive_pages import article_html

from cleaner.fetch import Client, FetchOptions

SERVER = """
import socket, sys, threading
wire = sys.stdin.buffer.read()
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
def answer(connection):
    with connection:
        while connection.recv(65536):
            connection.sendall(wire)
while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
"""
WORDS = 9_000  # of a page, about 60 KB of HTML and 20 KB on the wire
IN_A_ROW = 20  # pages by one client before the other's turn


def wire() -> bytes:
    """One answer as a server sends it, gzipped."""
    random.seed(7)
    vocabulary = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randint(2, 10))) for _ in range(2_000)]  # noqa: S311
    body = gzip.compress(article_html(more=" ".join(random.choices(vocabulary, k=WORDS))))  # noqa: S311
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def cpu_ms(ask: Callable[[], object]) -> float:
    start = time.process_time()
    for _ in range(IN_A_ROW):
        ask()
    return (time.process_time() - start) * 1000 / IN_A_ROW


def capturing(turns: int) -> str:
    """CPU of one page by each client, and the median of their ratios over all turns."""
    said = wire()
    with subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:  # noqa: S603
        assert server.stdin
        assert server.stdout
        server.stdin.write(said)
        server.stdin.close()
        url = f"http://127.0.0.1:{json.loads(server.stdout.readline())}/"
        options = FetchOptions(allow_hosts=(url.removeprefix("http://").strip("/"),))
        with Client(options) as ours, httpx2.Client(headers={"accept-encoding": "gzip"}) as plain:
            assert ours.get(url).content == plain.get(url).content
            pairs = [(cpu_ms(lambda: ours.get(url)), cpu_ms(lambda: plain.get(url).content)) for _ in range(turns)]
        server.kill()
    mine, theirs = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    return (
        f"capture of {len(said)} bytes: {mine:.2f} ms CPU a page, httpx2 alone {theirs:.2f} ms; "
        f"{(ratio - 1) * 100:+.1f} % (median of {turns} turns)"
    )
