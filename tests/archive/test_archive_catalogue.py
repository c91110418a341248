"""The catalogue answers any question that a person can type, and lists what is there."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from archive_pages import AT, article_html, page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.archive import Archive
from cleaner.archive.catalogue import Catalogue, Row
from cleaner.archive.schema import TextRow, VersionRow


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive(tmp_path_factory.mktemp("catalogue"), fsync=False) as opened:
        opened.add(page(article_html("Ferry late"), url="https://news.example/ferry"))
        tram = article_html("Tram early", "The tram driver's café at pier 7-b opens at dawn; nobody knows why.")
        opened.add(page(tram, url="https://www.other.example/tram?id=7&utm_source=x", at=AT + timedelta(days=1)))
        opened.add(page(status=500, url="https://news.example/broken", at=AT + timedelta(days=2)))
        yield opened


def test_ls_is_newest_first_and_can_be_limited(archive: Archive) -> None:
    assert [entry.status for entry in archive.ls()] == [500, 200, 200]
    assert [entry.url for entry in archive.ls(limit=1)] == ["https://news.example/broken"]
    assert [entry.reason for entry in archive.ls(host="NEWS.example")] == ["error-page", None]


def test_show_finds_by_capture_version_and_any_spelling_of_the_url(archive: Archive) -> None:
    entry = next(archive.ls(host="www.other.example"))
    for wanted in (entry.id, str(entry.version), "HTTPS://www.other.example:443/tram?id=7#top"):
        assert entry.id == archive.show(wanted).entry.id


def test_search_finds_words_and_marks_them(archive: Archive) -> None:
    (hit,) = archive.search("DRIVER cafe")
    assert hit.url.startswith("https://www.other.example/tram")
    assert "[driver's]" in hit.snippet or "[driver]" in hit.snippet
    assert archive.search("driver absent") == []
    assert [hit.title for hit in archive.search('"opens at dawn"')] == ["Tram early"]
    assert archive.search('"dawn at opens"') == []


def test_search_keeps_to_the_host_and_limit(archive: Archive) -> None:
    assert len(archive.search("passengers")) == 2
    assert len(archive.search("passengers", limit=1)) == 1
    assert [hit.title for hit in archive.search("passengers", host="News.Example")] == ["Ferry late"]


def test_search_puts_the_title_first(archive: Archive) -> None:
    assert archive.search("ferry")[0].title == "Ferry late"


@pytest.mark.parametrize(
    "query",
    ["", '"', '""', "'", "*", "a*", "AND", "NOT NOT", "ferry OR", "NEAR(a b", "title:ferry", "-ferry", "^x", "(", "{a b}: c",
     "a\0b", "\udc80", 'say "hi', "7-b", "driver's", "%", "+", "; DROP TABLE captures", "\u200b", "“ferry”"],
)  # fmt: skip
def test_search_takes_every_sign_as_text(archive: Archive, query: str) -> None:
    assert isinstance(archive.search(query), list)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.text())
def test_search_never_fails(archive: Archive, query: str) -> None:
    assert isinstance(archive.search(query), list)


def test_only_the_newest_text_of_a_page_is_found(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page(article_html(more="The pelican was seen.")))
        archive.add(page(article_html(more="The heron was seen."), at=AT + timedelta(days=1)))
        assert archive.search("pelican") == []
        assert len(archive.search("heron")) == 1
        assert len(archive.versions("https://news.example/ferry")) == 2


def test_dropped_lines_come_back_with_their_evidence(tmp_path: Path) -> None:
    html = article_html().replace(b"<p>By midnight", b"<p>Advertisement</p><p>By midnight")
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(page(html))
        shown = archive.show(kept.id)
    assert [decision["text"] for decision in shown.dropped] == ["Advertisement"]
    assert "Advertisement" not in shown.text


def test_text_goes_in_at_the_same_cost_however_many_there_are(tmp_path: Path) -> None:
    def steps(number: int) -> int:
        """Hundreds of instructions that SQLite takes to put one version and its text once more."""
        taken = 0

        def step() -> int:
            nonlocal taken
            taken += 1
            return 0

        catalogue._db.set_progress_handler(step, 100)
        with catalogue.transaction():
            catalogue.put(version_rows(number))
        catalogue._db.set_progress_handler(None, 0)
        return taken

    with Catalogue(tmp_path / "c.sqlite", fsync=False) as catalogue:
        for number in range(1_000):
            with catalogue.transaction():
                catalogue.put(version_rows(number))
            if number == 10:
                first = steps(5)
        assert steps(500) <= 2 * first
        assert catalogue.version_text("v500") == "text 500"


def version_rows(number: int) -> list[Row]:
    version = VersionRow(
        id=f"v{number}",
        capture=f"c{number}",
        key=f"https://news.example/{number}",
        url=f"https://news.example/{number}",
        made_at="2026-01-01",
        cleaned_at="2026-01-01",
        title="",
        text_digest="sha256:0",
        words=2,
        text_file=None,
        file="f",
        offset=0,
    )
    return [version, TextRow(version=version.id, title="", byline="", text=f"text {number}")]
