"""An article over several pages: all of them fetched and kept, one article, and found again when it is cleaned again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cleaner import Policy
from cleaner.archive import Archive, Filter, Retention
from cleaner.fetch import FetchOptions
from cleaner.fetch.parts import MAX_PARTS
from cleaner.jobs.reclean import reclean
from cleaner.rule import Line, Rule
from cleaner.taught import Site

SITE = Policy(sites=(Site(host="127.0.0.1", next_page_link=("a.next",), single_page_link=("a.whole",)),))
STRAY = "Follow the harbour on the big screen tonight"


def text(number: int) -> str:
    return " ".join(
        f"On page {number} the boat of captain number {number}{n} left the quay and came back with lamps."
        for n in range(3)
    )


def html(number: int, link: str = "") -> str:
    told = f"<p>{text(number)}</p><p>{STRAY}</p><p>{text(number + 100)}</p>"
    return f"<html lang=en><title>Boats</title><body><article><h1>Boats</h1>{told}{link}</article></body></html>"


def onward(href: str, kind: str = "next") -> str:
    return f'<p><a class={kind} href="{href}">Read on</a></p>'


@dataclass
class Paper:
    """A paper on loopback: its pages by path, and what was asked for."""

    pages: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def add(self, archive: Archive) -> "object":
        options = FetchOptions(allow_hosts=(f"127.0.0.1:{self.port}",))
        return archive.add(f"http://127.0.0.1:{self.port}/1", policy=SITE, options=options)


@pytest.fixture
def paper() -> Iterator[Paper]:
    told = Paper()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            page = told.pages.get(self.path)
            if page and page.startswith("http"):
                self.send_response(302)
                self.send_header("Location", page)
                page = ""
            else:
                self.send_response(200 if page else 404)
            content = (page or "<h1>gone</h1>").encode()
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        told.port = server.server_port
        yield told
        server.shutdown()
        thread.join(10)


def three(paper: Paper) -> None:
    paper.pages = {"/1": html(1, onward("/2")), "/2": html(2, onward("3")), "/3": html(3, onward("/1"))}


def test_pages_are_followed_in_order_kept_each_and_joined(paper: Paper, tmp_path: Path) -> None:
    three(paper)
    with Archive(tmp_path, fsync=False) as archive:
        kept = paper.add(archive)
        assert paper.asked == ["/1", "/2", "/3"]
        assert (kept.parts, kept.missed) == (2, None)
        places = [kept.article.text.index(text(number)) for number in (1, 101, 2, 102, 3, 103)]
        assert places == sorted(places)
        entries = {entry.url.rsplit("/", 1)[1]: entry for entry in archive.ls()}
        assert [(entries[n].part_of, entries[n].part) for n in "123"] == [(None, None), (kept.id, 2), (kept.id, 3)]
        assert [kept.id] == [entry.id for entry in archive.ls(Filter())]
        assert [] == list(archive.ls(Filter(state="failures")))
        assert b"On page 3" in archive.original(entries["3"])
        assert archive.verify(deep=True) == []


def test_all_pages_are_found_again_when_it_is_cleaned_again_also_after_a_reindex(paper: Paper, tmp_path: Path) -> None:
    three(paper)
    with Archive(tmp_path, fsync=False) as archive:
        kept = paper.add(archive)
        before = {entry.id: (entry.part_of, entry.part) for entry in archive.ls()}
    Archive.reindex(tmp_path, fsync=False)
    rule = Rule(id="mine/screen", match=Line(labels=(STRAY,)), why="A screen.", hits=(STRAY,), misses=("A screen.",))
    with Archive(tmp_path, fsync=False) as archive:
        assert before == {entry.id: (entry.part_of, entry.part) for entry in archive.ls()}
        (done,) = reclean(archive, Policy(rules=(rule,)))
        assert (done.entry.id, done.what) == (kept.id, "changed")
        again = archive.show(kept.id).text
        assert all(text(number) in again for number in (1, 101, 2, 102, 3, 103))
        assert STRAY not in again


def test_whole_article_on_one_page_is_taken_before_the_next_page(paper: Paper, tmp_path: Path) -> None:
    whole = "".join(f"<p>{text(number)}</p>" for number in (1, 101, 2, 102))
    paper.pages = {
        "/1": html(1, onward("/2") + onward("/all", "whole")),
        "/2": html(2),
        "/all": html(9).replace(f"<p>{text(9)}</p>", whole),
    }
    with Archive(tmp_path, fsync=False) as archive:
        kept = paper.add(archive)
    assert paper.asked == ["/1", "/all"]
    assert 1 == kept.article.text.count(text(1))
    assert text(2) in kept.article.text


def test_what_is_missing_is_said_and_what_came_is_kept(paper: Paper, tmp_path: Path) -> None:
    paper.pages = {"/1": html(1, onward("/2")), "/2": html(2, onward("/gone"))}
    with Archive(tmp_path, fsync=False) as archive:
        kept = paper.add(archive)
        assert (kept.parts, "404" in str(kept.missed)) == (2, True)
        assert text(2) in kept.article.text
        assert [404] == [entry.status for entry in archive.ls() if entry.url.endswith("/gone")]


@pytest.mark.parametrize("link", ["http://192.0.2.1/2", "http://localhost:{port}/2", "/away"])
def test_no_other_host_is_asked_for_or_joined(paper: Paper, tmp_path: Path, link: str) -> None:
    paper.pages = {"/1": html(1, onward(link.format(port=paper.port))), "/2": html(2)}
    paper.pages["/away"] = f"http://localhost:{paper.port}/2"
    with Archive(tmp_path, fsync=False) as archive:
        kept = paper.add(archive)
    assert "/2" not in paper.asked
    assert "On page 2" not in kept.article.text


def test_endless_chain_ends(paper: Paper, tmp_path: Path) -> None:
    paper.pages = {f"/{number}": html(number, onward(f"/{number + 1}")) for number in range(1, MAX_PARTS + 9)}
    with Archive(tmp_path, fsync=False) as archive:
        kept = paper.add(archive)
    assert (kept.parts, len(paper.asked)) == (MAX_PARTS, MAX_PARTS + 1)
    assert "further pages" in str(kept.missed)


def test_parts_stay_with_their_article_when_old_captures_go(paper: Paper, tmp_path: Path) -> None:
    three(paper)
    with Archive(tmp_path, fsync=False) as archive:
        kept = paper.add(archive)
        assert [] == archive.plan_pruning(Retention(max_bytes=1)).captures
        assert kept.parts == 2
