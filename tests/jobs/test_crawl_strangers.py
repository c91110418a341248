"""What strangers list: names that turn inward between feed, sitemap and page, lists that name themselves, other schemes."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore2
import pytest

from cleaner.fetch import stream
from cleaner.jobs.crawl import Crawl, CrawlResult, made_config
from cleaner.jobs.crawl.discover import MAX_SITEMAP_DEPTH

PUBLIC, INSIDE = "93.184.216.34", "127.0.0.1"
HOST = "http://turn.example"
PATIENCE_S = 60.0
ARTICLE = "<article><h1>Boats</h1>" + "<p>The boats are counted by hand each evening, she says.</p>" * 3


class Site:
    """A server whose pages are `pages`, by path; it answers once a connection, so every request asks for the name anew."""

    def __init__(self) -> None:
        self.pages: dict[str, str | Callable[[], str]] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                told = site.pages.get(self.path)
                content = (told() if callable(told) else told or "").encode()
                self.send_response(404 if told is None else 200)
                self.send_header("Content-Type", "text/html" if content.startswith(b"<article") else "text/xml")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(PATIENCE_S)
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def joined(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses connected to; the public one leads to the site, any other is only written down."""
    seen: list[str] = []
    connect = stream.dialled

    async def place(host: str, _port: int, within_s: float) -> stream.Stream:
        seen.append(host)
        if host != PUBLIC:
            raise httpcore2.ConnectError("the canary")
        return await connect("127.0.0.1", site.port, within_s)

    monkeypatch.setattr(stream, "dialled", place)
    return seen


def resolves(monkeypatch: pytest.MonkeyPatch, answer: Callable[[], str]) -> None:
    def found(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answer() if host == "turn.example" else host, port))]

    monkeypatch.setattr(socket, "getaddrinfo", found)


def crawl(folder: Path, monkeypatch: pytest.MonkeyPatch, source: dict[str, Any]) -> list[CrawlResult]:
    monkeypatch.setenv("CLEANER_STATE", str(folder / "state"))
    table = {
        "archive": "archive", "delay": 0, "fsync": False, "clean": False, "source": [source],
        "limits": {"workers": 1, "timeout": 5, "retries": 0},
    }  # fmt: skip

    async def go() -> list[CrawlResult]:
        async with asyncio.timeout(PATIENCE_S), Crawl(made_config(table, folder / "crawl.toml")) as run:
            return [result async for result in run]

    return asyncio.run(go())


def codes(results: list[CrawlResult]) -> dict[str, str | None]:
    return {result.url.removeprefix(HOST): result.error.code if result.error else None for result in results}


FEED = f"<rss version='2.0'><channel><item><link>{HOST}/1</link></item></channel></rss>"
MAP = f"<urlset><url><loc>{HOST}/1</loc></url></urlset>"


@pytest.mark.parametrize(("kind", "content"), [("feeds", FEED), ("sitemaps", MAP)])
def test_name_that_turns_inward_after_its_list_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site, joined: list[str], kind: str, content: str
) -> None:
    site.pages = {"/list.xml": content, "/robots.txt": "", "/1": ARTICLE}
    resolves(monkeypatch, lambda: INSIDE if "/list.xml" in site.asked else PUBLIC)
    assert {"/list.xml": None, "/1": "blocked-address"} == codes(
        crawl(tmp_path, monkeypatch, {kind: [f"{HOST}/list.xml"]})
    )
    assert {PUBLIC} == set(joined)


@pytest.mark.parametrize("kind", ["feeds", "sitemaps"])
def test_name_that_turns_inward_before_its_list_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site, joined: list[str], kind: str
) -> None:
    site.pages = {"/robots.txt": "", "/list.xml": FEED}
    resolves(monkeypatch, lambda: INSIDE if site.asked else PUBLIC)
    assert {"/list.xml": "blocked-address"} == codes(crawl(tmp_path, monkeypatch, {kind: [f"{HOST}/list.xml"]}))
    assert (["/robots.txt"], {PUBLIC}) == (site.asked, set(joined))


def test_name_that_turns_outward_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site, joined: list[str]
) -> None:
    site.pages = {"/list.xml": FEED, "/robots.txt": "", "/1": ARTICLE}
    resolves(monkeypatch, lambda: PUBLIC)
    assert {"/list.xml": None, "/1": None} == codes(crawl(tmp_path, monkeypatch, {"feeds": [f"{HOST}/list.xml"]}))
    assert {PUBLIC} == set(joined)


@pytest.mark.parametrize("kind", ["feeds", "sitemaps"])
def test_listed_addresses_inside_and_of_other_schemes_see_no_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site, joined: list[str], kind: str
) -> None:
    bad = """file:///etc/passwd ftp://turn.example/x javascript:alert(1) http://127.0.0.1/x http://[::1]/ http://0x7f.1/
    http://2130706433/x""".split()
    items = "".join(f"<item><link>{place}</link></item>" for place in bad)
    entries = "".join(f"<url><loc>{place}</loc></url>" for place in bad)
    site.pages = {
        "/list.xml": f"<rss version='2.0'><channel>{items}</channel></rss>"
        if kind == "feeds"
        else f"<urlset>{entries}</urlset>",
        "/robots.txt": "",
    }
    resolves(monkeypatch, lambda: PUBLIC)
    found = codes(crawl(tmp_path, monkeypatch, {kind: [f"{HOST}/list.xml"]}))
    assert {None, "blocked-address"} == set(found.values())
    assert {"/list.xml"} == {url for url, code in found.items() if code is None}
    assert {"/robots.txt", "/list.xml"} == set(site.asked)
    assert {PUBLIC} == set(joined)


def sitemap_index(*places: str) -> str:
    return (
        "<sitemapindex>"
        + "".join(f"<sitemap><loc>{HOST}{place}</loc></sitemap>" for place in places)
        + "</sitemapindex>"
    )


def test_sitemap_indexes_that_name_themselves_and_each_other_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site, joined: list[str]
) -> None:
    site.pages = {
        "/a.xml": sitemap_index("/a.xml", "/b.xml", "/a.xml", "/m.xml"),
        "/b.xml": sitemap_index("/b.xml", "/a.xml"),
        "/m.xml": MAP,
        "/robots.txt": "",
        "/1": ARTICLE,
    }
    resolves(monkeypatch, lambda: PUBLIC)
    assert {None} == set(codes(crawl(tmp_path, monkeypatch, {"sitemaps": [f"{HOST}/a.xml"]})).values())
    assert sorted(["/robots.txt", "/a.xml", "/b.xml", "/m.xml", "/1"]) == sorted(site.asked)
    assert joined


def test_sitemap_indexes_that_name_ever_new_ones_end_at_the_depth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site, joined: list[str]
) -> None:
    site.pages = {f"/{n}.xml": sitemap_index(f"/{n + 1}.xml") for n in range(30)} | {"/robots.txt": ""}
    resolves(monkeypatch, lambda: PUBLIC)
    crawl(tmp_path, monkeypatch, {"sitemaps": [f"{HOST}/0.xml"]})
    assert MAX_SITEMAP_DEPTH + 1 == sum(path.endswith(".xml") for path in site.asked)
    assert joined


def test_sitemaps_of_one_source_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site, joined: list[str]
) -> None:
    monkeypatch.setattr("cleaner.jobs.crawl.discover.MAX_SITEMAPS", 4)
    site.pages = {"/0.xml": sitemap_index(*(f"/{n}.xml" for n in range(1, 30))), "/robots.txt": ""}
    resolves(monkeypatch, lambda: PUBLIC)
    crawl(tmp_path, monkeypatch, {"sitemaps": [f"{HOST}/0.xml"]})
    assert 4 == sum(path.endswith(".xml") for path in site.asked)
    assert joined
