"""A farm of news sites on loopback: articles with ETags, feeds, sitemaps, robots.txt and every fault a server can have.

python tests/jobs/farm.py --hosts 5 --pages 300     serves until its standard input ends; says its ports as JSON
"""

import argparse
import asyncio
import gzip
import hashlib
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import cache
from itertools import product
from typing import Self

from newspage import news_page

START = 1_760_000_000  # a fixed moment, so that Last-Modified is the same in every run
WORDS = (
    "harbour ferry council winter bridge keeper ledger heron clock tower lantern orchard miller baker quay market "
    "signal rope tide engine piano choir letter garden stone window evening morning northern southern village"
).split()


@dataclass(frozen=True)
class Asked:
    """One request as the farm saw it."""

    host: int
    path: str
    status: int
    at: float
    conditional: bool
    agent: str


@dataclass(frozen=True)
class Say:
    """An answer: status, headers, body; `cut` closes the connection after so many bytes of the body."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cut: int | None = None


class Hang(Exception):  # noqa: N818
    """Answer nothing."""


class Reset(Exception):  # noqa: N818
    """Close the connection at once."""


Answer = Callable[["Farm", int, str, int], Say]
"""From farm, host, path and how often this path was asked for to what is answered."""


@dataclass
class Farm:
    """Sites with `pages` articles each, on ports of 127.0.0.1, or on 127.0.0.1, 127.0.0.2, … where they are `spread`.

    `special` paths answer as they are told to. With `news` the pages are as large as those of news sites, and packed.
    """

    hosts: int = 1
    pages: int = 10
    spread: bool = False
    lastmod: bool = False
    validators: bool = True
    news: bool = False
    special: dict[str, Answer] = field(default_factory=dict)
    changed: dict[tuple[int, int], int] = field(default_factory=dict)
    extra: Sequence[str] = ()
    robots: str = "User-agent: *\nDisallow: /private/\n"
    asked: list[Asked] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._counts: Counter[tuple[int, str]] = Counter()
        self._under_way = 0

    def address(self, host: int) -> str:
        return f"127.0.0.{host + 1 if self.spread else 1}"

    def place(self, host: int = 0) -> str:
        return f"{self.address(host)}:{self.ports[host]}"

    def url(self, path: str, host: int = 0) -> str:
        return f"http://{self.place(host)}{path}"

    def article_path(self, number: int) -> str:
        return f"/news/{number}-{WORDS[number % len(WORDS)]}-{WORDS[number * 7 % len(WORDS)]}"

    def counted(self, path: str, host: int = 0) -> int:
        return sum(one.path == path and one.host == host for one in self.asked)

    def article_bodies(self) -> list[str]:
        return [one.path for one in self.asked if one.path.startswith("/news/") and one.status == 200]

    # serving

    def start(self) -> Self:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self.serve(ready))
        self._loop.close()

    async def serve(self, ready: threading.Event) -> None:
        self._over = asyncio.Event()
        servers = []
        for host in range(self.hosts):
            server = await asyncio.start_server(
                lambda r, w, host=host: self._connection(host, r, w), self.address(host), 0, backlog=256
            )
            servers.append(server)
            self.ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await self._over.wait()
        for server in servers:
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connection(self, host: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._exchange(host, reader, writer):
                pass
        with suppress(Exception):
            writer.close()

    async def _exchange(self, host: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *fields = head.split("\r\n")
        path = line.split(" ")[1]
        headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in fields if one)}
        self._counts[host, path] += 1
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            answer = self._answer(host, path, headers)
        except (Hang, Reset) as fault:
            self._note(host, path, 0, headers)
            if isinstance(fault, Hang):
                await self._over.wait()
            writer.transport.abort()
            return False
        finally:
            self._under_way -= 1
        self._note(host, path, answer.status, headers)
        body = b"" if answer.status == 304 else answer.body
        given = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
        length = "" if answer.status == 304 else f"Content-Length: {len(body)}\r\n"
        writer.write(f"HTTP/1.1 {answer.status} X\r\n{given}{length}\r\n".encode("latin-1") + body[: answer.cut])
        await writer.drain()
        return answer.cut is None

    def _note(self, host: int, path: str, status: int, headers: dict[str, str]) -> None:
        conditional = "if-none-match" in headers or "if-modified-since" in headers
        agent = headers.get("user-agent", "")
        self.asked.append(Asked(host, path, status, time.time(), conditional, agent))

    def _answer(self, host: int, path: str, headers: dict[str, str]) -> Say:
        special = self.special.get(path)
        said = special(self, host, path, self._counts[host, path]) if special else self._content(host, path)
        if said.status != 200 or not self.validators or special:
            return said
        etag = f'"{hashlib.md5(said.body, usedforsecurity=False).hexdigest()}"'
        given = (*said.headers, ("ETag", etag), ("Last-Modified", formatdate(START, usegmt=True)))
        return Say(304 if headers.get("if-none-match") == etag else 200, given, said.body)

    # content

    def _content(self, host: int, path: str) -> Say:
        if path.startswith("/news/") and path[6:].split("-", maxsplit=1)[0].isdigit():
            number = int(path[6:].split("-", maxsplit=1)[0])
            if number < self.pages and path == self.article_path(number):
                return self._page(host, number)
        made = {
            "/": self._home,
            "/feed.xml": self._feed,
            "/sitemap.xml": self._sitemap,
            "/sitemap.xml.gz": lambda host: gzip.compress(self._sitemap(host), mtime=0),
            "/sitemap_index.xml": self._index,
            "/robots.txt": lambda _host: self.robots.encode(),
        }.get(path)
        kind = "text/html" if path == "/" else "text/plain" if path == "/robots.txt" else "application/xml"
        return Say(200, (("Content-Type", kind),), made(host)) if made else Say(404, (), b"<p>nothing here</p>")

    def _page(self, host: int, number: int) -> Say:
        if not self.news:
            return page(self.article(host, number))
        given = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"))
        return Say(200, given, packed(host, number, self.changed.get((host, number), 0)))

    def article(self, host: int, number: int) -> str:
        edition = self.changed.get((host, number), 0)
        if self.news:
            return news_article(host, number, edition)
        paragraphs = "".join(f"<p>{sentence(host, number, at, edition)}</p>" for at in range(8))
        title = title_of(host, number)
        return (
            f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title}</title></head><body>"
            f"<nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{paragraphs}<p>Advertisement</p></article>"
            f"<footer>{FILLING}</footer></body></html>"
        )

    def _paths(self) -> list[str]:
        return [*(self.article_path(number) for number in range(self.pages)), *self.extra]

    def _home(self, host: int) -> bytes:
        links = "".join(f"<li><a href='{path}'>{path}</a></li>" for path in self._paths())
        head = "<link rel='alternate' type='application/rss+xml' href='/feed.xml'>"
        return f"<html><head>{head}<title>Site {host}</title></head><body><ul>{links}</ul></body></html>".encode()

    def _feed(self, host: int) -> bytes:
        items = "".join(
            f"<item><title>Story</title><link>{self.url(path, host)}?utm_source=rss</link>"
            f"<guid>{self.url(path, host)}</guid></item>"
            for path in self._paths()[-20:]
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Site</title>{items}</channel></rss>'.encode()

    def _sitemap(self, host: int) -> bytes:
        rows = "".join(
            f"<url><loc>{self.url(path, host)}</loc>{self._lastmod(host, number)}</url>"
            for number, path in enumerate(self._paths())
        )
        name = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0"?><urlset xmlns="{name}">{rows}</urlset>'.encode()

    def _lastmod(self, host: int, number: int) -> str:
        edition = self.changed.get((host, number), 0)
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + edition))
        return f"<lastmod>{moment}</lastmod>" if self.lastmod else ""

    def _index(self, host: int) -> bytes:
        name = "http://www.sitemaps.org/schemas/sitemap/0.9"
        entry = f"<sitemap><loc>{self.url('/sitemap.xml.gz', host)}</loc></sitemap>"
        return f'<?xml version="1.0"?><sitemapindex xmlns="{name}">{entry}</sitemapindex>'.encode()


def title_of(host: int, number: int) -> str:
    return f"The {WORDS[number % len(WORDS)]} of site {host}, story {number}"


def news_article(host: int, number: int, edition: int) -> str:
    return news_page(title_of(host, number), [sentence(host, number, at, edition) for at in range(27)], WORDS)


@cache
def packed(host: int, number: int, edition: int) -> bytes:
    return gzip.compress(news_article(host, number, edition).encode(), mtime=0)


def page(html: str) -> Say:
    return Say(200, (("Content-Type", "text/html; charset=utf-8"),), html.encode())


def sentence(host: int, number: int, at: int, edition: int) -> str:
    seed = hashlib.md5(f"{host}/{number}/{at}/{edition}".encode(), usedforsecurity=False).digest()
    words = [WORDS[byte % len(WORDS)] for byte in seed]
    return (
        f"In the {words[0]} of the {words[1]}, the {words[2]} said on Tuesday, every {words[3]} and every {words[4]} "
        f"would be counted again before the {words[5]} is opened to the {words[6]} of the {words[7]}. "
        f"Nobody had asked the {words[8]}, who keeps the {words[9]} in order and the {words[10]} shut."
    )


FILLING = "<div>" + "".join(f"<p><a href='/about/{word}'>{word}</a></p>" for word in WORDS) + "</div>"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--hosts", type=int, default=5)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--lastmod", action="store_true")
    parser.add_argument("--news", action="store_true", help="pages as large as those of news sites")
    given = parser.parse_args()
    if given.news:  # before anything is measured
        for host, number in product(range(given.hosts), range(given.pages)):
            packed(host, number, 0)
    with Farm(hosts=given.hosts, pages=given.pages, lastmod=given.lastmod, news=given.news, spread=True) as farm:
        sys.stdout.write(json.dumps([farm.place(host) for host in range(farm.hosts)]) + "\n")
        sys.stdout.flush()
        for line in sys.stdin:
            command, *rest = line.split()
            if command == "change":
                host, number = map(int, rest)
                farm.changed[host, number] = farm.changed.get((host, number), 0) + 1
            bodies = len(farm.article_bodies())
            answer = {"requests": len(farm.asked), "bodies": bodies, "at_once": farm.most_at_once}
            if command == "count":
                answer["twice"] = sum(count > 1 for count in Counter(farm.article_bodies()).values())
            if command == "forget":
                farm.asked.clear()
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
