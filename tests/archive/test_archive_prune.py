"""Old captures go when they may; the newest of each page stays, and what others stand on."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from archive_pages import AT, article_html, exchange, page

from cleaner.archive import Archive, Retention, warc
from cleaner.errors import TryLaterError
from cleaner.fetch import FetchOptions
from cleaner.model import Exchange

URL = "https://news.example/ferry"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Five texts of one page on five days; the first body came again on the sixth; one page of another day."""
    opened = Archive(tmp_path / "a", fsync=False)
    for day, more in enumerate(("", "Two.", "Three.", "Four.", "Five.")):
        opened.add(page(article_html(more=more), at=AT + timedelta(days=day)))
    opened.add(page(at=AT + timedelta(days=5)))
    opened.add(page(article_html("Tram"), url="https://news.example/tram"))
    return opened


def days(archive: Archive) -> list[str]:
    return [entry.captured_at[8:10] for entry in archive.ls() if entry.url == URL]


def test_plan_names_what_may_go_and_changes_nothing(archive: Archive) -> None:
    with archive:
        gone = archive.plan_pruning(Retention(versions=2)).captures
        assert [one.entry.captured_at[8:10] for one in gone] == ["23", "24", "25"]
        assert all(one.bytes > 500 and one.why == "beyond 2 texts" for one in gone)
        assert len(days(archive)) == 6


@pytest.mark.parametrize(
    ("retention", "left"),
    [
        (Retention(versions=2), ["27", "26", "22"]),
        (Retention(since="2026-11-25"), ["27", "26", "25", "22"]),
        (Retention(max_bytes=1), ["27", "22"]),
        (Retention(max_bytes=10**9), ["27", "26", "25", "24", "23", "22"]),
    ],
)
def test_what_is_left_is_whole(archive: Archive, retention: Retention, left: list[str]) -> None:
    with archive:
        gone = archive.prune(retention).captures
    with Archive(archive.path, fsync=False) as again:
        # The 22nd stays: its record holds the body that the revisit of the 27th refers to.
        assert days(again) == left
        assert again.verify(deep=True) == []
        assert again.show("https://news.example/tram").text
        texts = {entry.text_file for entry in again.ls()}
        assert {path.relative_to(archive.path).as_posix() for path in (archive.path / "text").rglob("*.md")} == texts
        assert len(gone) == 6 - len(left)
        assert [hit.url for hit in again.search("title:ferry")] == [URL]


def test_newest_with_an_article_stays_behind_a_later_failure(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(page())
        gone = archive.add(page(status=404, at=AT + timedelta(days=1)))
        assert archive.plan_pruning(Retention(since="2030", max_bytes=1)).captures == []
        assert {entry.id for entry in archive.ls()} == {kept.id, gone.id}


def test_nothing_goes_while_another_writes(archive: Archive) -> None:
    with Archive(archive.path, fsync=False) as other:
        other.add(page(article_html("Other"), url="https://news.example/other"))
        with pytest.raises(TryLaterError), archive:
            archive.prune(Retention(versions=1))
    with Archive(archive.path, fsync=False) as again:
        assert len(days(again)) == 6


def test_pruning_takes_what_a_crawl_kept_beside_a_page_that_is_gone(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page())
        unchanged = exchange(page().url or "", "HTTP/1.1 304 Not Modified", b"", status=304, at=AT + timedelta(days=1))
        archive.keep_exchanges([unchanged], FetchOptions())
        archive.add(page(article_html(more="It sails."), at=AT + timedelta(days=2)))
        later = exchange(page().url or "", "HTTP/1.1 304 Not Modified", b"", status=304, at=AT + timedelta(days=3))
        archive.keep_exchanges([later], FetchOptions())
        assert archive.verify(deep=True) == []
    with Archive(tmp_path, fsync=False) as archive:
        assert len(archive.prune(Retention(versions=1)).captures) == 1
    with Archive(tmp_path, fsync=False) as archive:
        assert archive.verify(deep=True) == []
    left = [stored.kind for path in tmp_path.rglob("visits-*.warc.gz") for stored in warc.read(path)]
    assert left.count("revisit") == left.count("request") == 1


def test_body_that_an_exchange_beside_pages_refers_to_stays(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page())
        (same,) = page(url="https://news.example/section").exchanges
        archive.keep_exchanges([same], FetchOptions())
        archive.add(page(article_html(more="It sails."), at=AT + timedelta(days=2)))
    with Archive(tmp_path, fsync=False) as archive:
        assert archive.prune(Retention(versions=1)).captures == []
    with Archive(tmp_path, fsync=False) as archive:
        assert archive.verify(deep=True) == []


def beside(path: Path) -> list[tuple[str, int]]:
    """Day and status of every answer that stands beside pages."""
    stored = (one for file in path.rglob("visits-*.warc.gz") for one in warc.read(file))
    answers = [one for one in stored if one.kind in {"response", "revisit"}]
    return sorted((one.fields["warc-date"][8:10], int(one.block.split()[1])) for one in answers)


def answer(day: int, status: int, url: str = URL, body: bytes = b"") -> Exchange:
    head = f"HTTP/1.1 {status} Said\nContent-Length: {len(body)}"
    return exchange(url, head, body, status=status, at=AT + timedelta(days=day))


def test_attempts_go_with_the_capture_that_followed_on_them(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        for day in range(3):
            archive.keep_exchanges(
                [answer(day, 500 + day), answer(day, 503, "https://news.example/feed")], FetchOptions()
            )
            archive.add(page(article_html(more=f"It sails {day}."), at=AT + timedelta(days=day)))
        archive.keep_exchanges([answer(4, 504)], FetchOptions())
    with Archive(tmp_path, fsync=False) as archive:
        assert len(archive.prune(Retention(versions=1)).captures) == 2
    assert beside(tmp_path) == [("22", 503), ("23", 503), ("24", 502), ("24", 503), ("26", 504)]


def test_what_came_beside_pages_goes_by_its_day_but_for_what_others_refer_to(tmp_path: Path) -> None:
    feed, robots = "https://news.example/feed", "https://news.example/robots.txt"
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page())
        archive.keep_exchanges(
            [answer(1, 200, feed, b"<rss/>" * 99), answer(1, 200, robots, b"User-agent: *")], FetchOptions()
        )
        archive.keep_exchanges([answer(2, 304), answer(5, 304), answer(5, 304, feed)], FetchOptions())
        assert len(beside(tmp_path)) == 0  # still being written
    with Archive(tmp_path, fsync=False) as archive:
        assert archive.prune(Retention(since="2026-11-26")).captures == []
    with Archive(tmp_path, fsync=False) as archive:
        assert archive.verify(deep=True) == []
        assert len(list(archive.ls())) == 1
    assert beside(tmp_path) == [("23", 200), ("27", 304), ("27", 304)]
    kinds = [one.kind for file in tmp_path.rglob("visits-*.warc.gz") for one in warc.read(file)]
    assert kinds.count("request") == 3


def test_file_of_answers_goes_with_the_last_of_them(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page())
        archive.keep_exchanges([answer(1, 404, "https://news.example/robots.txt")], FetchOptions())
    with Archive(tmp_path, fsync=False) as archive:
        archive.prune(Retention(since="2026-12"))
    assert list(tmp_path.rglob("visits-*")) == []


def test_answers_beside_pages_count_as_bytes_and_the_oldest_go_first(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page())
        for day in (1, 2, 3):
            body = os.urandom(9_000)
            archive.keep_exchanges([answer(day, 200, "https://news.example/feed", body)], FetchOptions())
    size = sum(path.stat().st_size for path in tmp_path.rglob("*.warc.gz"))
    with Archive(tmp_path, fsync=False) as archive:
        assert archive.prune(Retention(max_bytes=size - 12_000)).captures == []
    assert beside(tmp_path) == [("25", 200)]


def test_unchanged_body_that_came_again_goes_with_the_text_it_confirmed(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page())
        archive.keep_exchanges(page(at=AT + timedelta(days=1)).exchanges, FetchOptions())
        archive.add(page(article_html(more="It sails."), at=AT + timedelta(days=2)))
    with Archive(tmp_path, fsync=False) as archive:
        assert len(archive.prune(Retention(versions=1)).captures) == 1
    with Archive(tmp_path, fsync=False) as archive:
        assert archive.verify(deep=True) == []
    assert beside(tmp_path) == []


@pytest.mark.parametrize(
    "retention",
    [
        Retention(since="2026-11-26"),
        Retention(versions=1),
        Retention(max_bytes=20_000),
        Retention(since="2026-11-23", versions=2),
        Retention(since="2030"),
        Retention(since="2000"),
    ],
)
def test_what_is_foretold_is_what_goes_and_as_large(tmp_path: Path, retention: Retention) -> None:
    feed = "https://news.example/feed"
    with Archive(tmp_path, fsync=False) as archive:
        for day in range(5):
            archive.add(page(article_html(more=f"It sails {day}."), at=AT + timedelta(days=day)))
            body = os.urandom(5_000) if day % 2 else b"<rss/>"
            exchanges = [answer(day, 304), answer(day, 200, feed, body), answer(day, 503)]
            archive.keep_exchanges(exchanges, FetchOptions())
    with Archive(tmp_path, fsync=False) as archive:
        foretold = archive.plan_pruning(retention)
        captures, before = len(list(archive.ls())), size_of(tmp_path)
    answers = len(beside(tmp_path))
    with Archive(tmp_path, fsync=False) as archive:
        gone = archive.prune(retention)
    with Archive(tmp_path, fsync=False) as archive:
        assert archive.verify(deep=True) == []
        assert captures - len(list(archive.ls())) == len(gone.captures)
    assert gone == foretold
    assert answers - len(beside(tmp_path)) == gone.beside
    assert before - size_of(tmp_path) == sum(one.bytes for one in gone.captures) + gone.beside_bytes


def size_of(root: Path) -> int:
    """Bytes of all records but the warcinfo of each file, which goes with the last of them."""
    return sum(one.length for file in root.rglob("*.warc.gz") for one in warc.read(file) if one.kind != "warcinfo")
