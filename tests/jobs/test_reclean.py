"""A better rule mends the whole archive: line by line, once, resumably, and not at all in a dry run."""

import sys
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "archive"))

from archive_pages import AT, PARAGRAPHS, article_html, exchange, page

from cleaner.archive import Archive, warc
from cleaner.archive.sites import write_site
from cleaner.jobs.reclean import Line, reclean
from cleaner.model import Page
from cleaner.policy import Policy
from cleaner.taught import Site

URL = "https://news.example/ferry"
HTML = article_html().replace(b"<p>By midnight", b"<p>Advertisement</p><p>By midnight")
BLIND = Policy(off=frozenset({"ads/label"}))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Two pages cleaned while nobody knew what an ad label is, one of them seen three times, once as a 304."""
    opened = Archive(tmp_path / "a", fsync=False)
    opened.add(page(HTML), policy=BLIND)
    opened.add(page(HTML, at=AT + timedelta(days=1)), policy=BLIND)
    at = AT + timedelta(days=2)
    sent = exchange(URL, "HTTP/1.1 304 Not Modified", b"", status=304, at=at)
    opened.add(Page(content=b"", url=URL, status=304, fetched_at=at, exchanges=(sent,)), policy=BLIND)
    opened.add(page(article_html(), url="https://news.example/2"), policy=BLIND)
    opened.add(page(status=404, url="https://news.example/gone"), policy=BLIND)
    return opened


def test_dry_run_shows_each_line_with_its_rule_and_writes_nothing(archive: Archive) -> None:
    with archive:
        before = [(path, path.stat().st_size) for path in archive.path.rglob("*.warc.gz*")]
        done = list(reclean(archive, dry_run=True))
        assert before == [(path, path.stat().st_size) for path in archive.path.rglob("*.warc.gz*")]
        assert "Advertisement" in archive.show(URL).text
    changed = [one for one in done if one.what == "changed"]
    assert [one.entry.url for one in changed] == [URL] * 3
    assert changed[0].lines == (Line(kind="out", text="Advertisement", rule="ads/label"),)
    assert {one.what for one in done} == {"changed", "same"}


def test_every_capture_has_the_new_text_and_the_originals_are_untouched(archive: Archive) -> None:
    with archive:
        originals = {path: path.read_bytes() for path in archive.path.glob("originals/**/*.warc.gz*")}
        old = archive.versions(URL)
        assert [one.what for one in reclean(archive)].count("changed") == 3
        (version,) = archive.versions(URL)
        assert (version.id != old[0].id, version.made_at) == (True, old[0].made_at)
        texts = [archive.show(entry.id).text for entry in archive.ls() if entry.url == URL]
        assert [text.count("Advertisement") for text in texts] == [0, 0, 0]
        assert all(PARAGRAPHS[-1] in text for text in texts)
        assert archive.search("Advertisement") == []
        assert originals == {path: path.read_bytes() for path in originals}
        assert archive.article(archive.show(URL).entry).dropped[0].rule == "ads/label"
        assert archive.verify(deep=True) == []
    Archive.reindex(archive.path)
    with Archive(archive.path, fsync=False) as again:
        assert [one.id for one in again.versions(URL)] == [version.id]
        assert list(reclean(again)) == []


def test_run_that_was_cut_short_goes_on_where_it_was(archive: Archive) -> None:
    with archive:
        first = [one.entry.id for one in islice(reclean(archive), 2)]
        rest = [one.entry.id for one in reclean(archive)]
        assert (len(first), len(rest)) == (2, 3)
        assert not set(first) & set(rest)


def test_what_this_program_cleaned_is_not_cleaned_again(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page(HTML))
        assert list(reclean(archive)) == []


def test_damaged_page_is_named_and_the_others_are_cleaned(archive: Archive) -> None:
    archive.close()
    path = next(archive.path.glob("originals/**/*.warc.gz"))
    stored = [one for one in warc.read(path) if one.kind == "response"][-1]
    content = bytearray(path.read_bytes())
    content[stored.offset + 60] ^= 0x10
    path.write_bytes(content)
    with Archive(archive.path, fsync=False) as again:
        done = list(reclean(again))
    # The page itself, and the error page whose record refers to the same body.
    assert [one.what for one in done].count("failed") == 2
    assert [one.what for one in done].count("changed") == 3


def test_site_files_of_the_archive_are_obeyed_and_what_they_clean_is_done_once(archive: Archive) -> None:
    stray = PARAGRAPHS[1]
    with archive:
        write_site(archive.path, Site(host="news.example", lines=(stray,)))
        assert {one.what for one in reclean(archive)} == {"changed", "same"}
        assert stray not in archive.show(URL).text
        assert list(reclean(archive)) == []
        kept = archive.add(page(HTML, at=AT + timedelta(days=5)))
        assert (kept.changed, stray in kept.article.text) == (False, False)
        assert list(reclean(archive)) == []
