"""Programs of others take our files: whole, checked, indexed, packed and replayed."""

import json
import socket
import time
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from archive_pages import AT, PARAGRAPHS, article_html, exchange, odd_pages, page
from judges import faults_of_book, judge, needs_java, needs_judges, refusals, replaying

from cleaner.archive import Archive, cdxj
from cleaner.archive.exports import ExportFormat
from cleaner.archive.filters import EVERYTHING, Filter
from cleaner.model import Page

pytestmark = needs_judges


def fill(folder: Path) -> Path:
    with Archive(folder, fsync=False) as archive:
        for name, odd in odd_pages().items():
            url = f"https://www.News.example/{name}/?b=2&a=1"
            archive.add(replace(odd, url=url, exchanges=(replace(odd.exchanges[0], url=url),)))
        hop = exchange(
            "http://news.example/f", "HTTP/1.1 301 Moved\nLocation: https://news.example/new", b"", status=301
        )
        new = page(article_html(more="It sails again."), url="https://news.example/new")
        archive.add(replace(new, exchanges=(hop, *new.exchanges)))
        archive.add(page(article_html(more="It sails again."), url="https://news.example:8080/Again%20x?"))
        archive.add(Page(content=article_html()))
        later = exchange("https://news.example/new", "HTTP/1.1 304 Not Modified", b"", status=304)
        archive.add(Page(content=b"", url=later.url, status=304, fetched_at=AT + timedelta(days=1), exchanges=(later,)))
    return folder


def test_no_judge_refuses_a_file(tmp_path: Path) -> None:
    files = sorted(fill(tmp_path / "a").rglob("*.warc.gz"))
    assert len(files) == 2
    assert [refusals(file, tmp_path) for file in files] == [[], []]


def test_judges_refuse_a_torn_file(tmp_path: Path) -> None:
    torn = next((fill(tmp_path / "a") / "originals").rglob("*.warc.gz"))
    torn.write_bytes(torn.read_bytes()[:-40])
    assert refusals(torn, tmp_path) != []


def test_index_is_the_one_that_the_indexer_makes(tmp_path: Path) -> None:
    (file,) = (fill(tmp_path / "a") / "originals").rglob("*.warc.gz")
    theirs = judge("cdxj-indexer", "-s", file).stdout.splitlines()
    ours = sorted(cdxj.lines(file, file.name))

    def without_digest(line: str) -> tuple[str, dict[str, str]]:
        # The digest of a chunked body is the one thing on which tools disagree.
        head, _, facts = line.partition(" {")
        return head, {name: value for name, value in json.loads("{" + facts).items() if name != "digest"}

    assert [without_digest(line) for line in ours] == [without_digest(line) for line in theirs]
    same = sum(one == other for one, other in zip(ours, theirs, strict=True))
    assert (len(ours) - same, len(ours) > 15) == (2, True)


@pytest.mark.parametrize("wanted", [EVERYTHING, Filter(state="all", newest=False, host="www.news.example")])
def test_wacz_is_valid(tmp_path: Path, wanted: Filter) -> None:
    out = tmp_path / "all.wacz"
    with Archive(fill(tmp_path / "a"), fsync=False) as archive:
        assert archive.export(ExportFormat.WACZ, out, wanted) > 10
    said = judge("wacz", "validate", "-f", out)
    assert (said.returncode, "is valid" in said.stdout) == (0, True)


ODD = (
    "<figure><img src='/q.png' alt='&lt;q&gt;'><figcaption>A <b>quay</b></figcaption></figure>",
    "<p><a href='#note'>A note</a>, <a href='/a b?c=<d>|e'>odd</a>, <a href='javascript:x'>script</a>, <a href='http://[x'>no</a>.</p>",
    "<ul><li>One<ol start=7><li>Seven</li></ol></li></ul><table><tr><th>A</th><td>B</td></tr></table><pre>\ncode</pre>",
    "<blockquote><p>Said he.</p></blockquote><video src='/v.mp4'></video><iframe src='https://v.example/e/1'></iframe>",
)


@needs_java
def test_book_checker_finds_no_fault(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", fsync=False) as archive:
        for number, odd in enumerate(ODD):
            url = f"https://news.example/{number}?a=1&b=<{number}>"
            html = article_html(f"Tide & <time> {number}").replace(
                b"</article>", odd.encode() + b"<p>It ended well.</p></article>"
            )
            archive.add(page(html, url=url, at=AT + timedelta(days=number)))
        archive.add(Page(content=article_html(more="From a file."), fetched_at=AT))
        assert archive.export(ExportFormat.EPUB, tmp_path / "all.epub") == 5
    assert "" == faults_of_book(tmp_path / "all.epub")


@needs_java
def test_book_checker_would_find_a_fault(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "x.epub", "w") as book:
        book.writestr("mimetype", "application/epub+zip")
    assert "RSC-002" in faults_of_book(tmp_path / "x.epub")


def test_wacz_can_be_made_of_our_files_by_others(tmp_path: Path) -> None:
    files = sorted((fill(tmp_path / "a") / "originals").rglob("*.warc.gz"))
    made = judge("wacz", "create", "-o", tmp_path / "made.wacz", *files)
    assert made.returncode == 0
    assert judge("wacz", "validate", "-f", tmp_path / "made.wacz").returncode == 0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """None: the redirect itself is looked at."""


def replayed(address: str, url: str) -> tuple[int, bytes, str | None]:
    opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))
    # Id_ asks for the page as it came, without pywb's banner.
    wanted = f"{address}/all/20261122083015id_/{url}"
    for _ in range(300):
        try:
            with opener.open(wanted, timeout=20) as answer:
                return answer.status, answer.read(), answer.headers.get("Location")
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers.get("Location")
        except OSError:
            time.sleep(0.1)  # it is still starting
    raise TimeoutError(address)


def test_pywb_replays_a_page_a_revisit_and_a_redirect(tmp_path: Path) -> None:
    folder = fill(tmp_path / "a")
    with Archive(folder, fsync=False) as archive:
        archive.export(ExportFormat.CDXJ, tmp_path / "index.cdxj", EVERYTHING)
    (tmp_path / "config.yaml").write_text(
        f"collections:\n  all:\n    index_paths: {tmp_path / 'index.cdxj'}\n    archive_paths: {folder}/\n"
    )
    with replaying(tmp_path, free_port()) as address:
        status, body, _ = replayed(address, "https://www.news.example/chunked/?b=2&a=1")
        assert (status, PARAGRAPHS[0].encode() in body) == (200, True)
        status, body, _ = replayed(address, "https://news.example:8080/Again%20x?")
        assert (status, body) == (200, article_html(more="It sails again."))
        status, _, location = replayed(address, "http://news.example/f")
        assert (status, str(location).endswith("https://news.example/new")) == (301, True)
