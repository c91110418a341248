"""What a browser made of a page: kept beside the original, cleaned in its place, found again by whoever cleans or counts anew."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_pages import page as received

from cleaner import clean
from cleaner.archive import Archive
from cleaner.errors import FetchError
from cleaner.fetch.warc import walk_warc
from cleaner.jobs.reclean import reclean
from cleaner.model import Page, Rendering
from cleaner.policy import Policy

URL = "https://news.example/app"
SHELL = b"<!DOCTYPE html><html><head><title>App</title></head><body><div id='root'></div><script src='/app.js'></script></body></html>"
LINES = [
    f"The night ferry to Hollin Head will run through the winter, the board decided, boat {n} first." for n in range(6)
]
DOM = "<!DOCTYPE html><html><body><article>{}<p class='note'>{}</p></article></body></html>".format(
    "".join(f"<p>{line}</p>" for line in LINES), "A note that stands below the article and has some length to it."
)
RENDERING = Rendering(content=DOM.encode(), url=URL, rendered_at=datetime(2026, 11, 26, 12, tzinfo=UTC))


def shell() -> Page:
    return received(SHELL, url=URL)


def kept(archive: Archive, rendering: Rendering = RENDERING) -> str:
    return archive.add(shell(), render=lambda _page: rendering).id


def test_the_article_is_cleaned_from_the_dom_and_the_original_stays_as_it_came(tmp_path: Path) -> None:
    with Archive(tmp_path / "a") as archive:
        shown = archive.show(kept(archive))
        page = archive.page(shown.entry)
        assert shown.text.splitlines()[0] == LINES[0]
        assert archive.content(shown.entry) == SHELL
        assert page is not None
        assert (page.content, page.url, page.status) == (DOM.encode(), URL, 200)
        assert archive.verify(deep=True) == []


def test_the_dom_stands_among_the_articles_as_a_resource_of_its_page(tmp_path: Path) -> None:
    with Archive(tmp_path / "a") as archive:
        entry = archive.show(kept(archive, replace(RENDERING, truncated="length"))).entry
        place = archive.rendering_place(entry)
        assert place is not None
        stored = archive._at(*place)
    assert place[0].startswith("articles/")
    assert (stored.kind, stored.block) == ("resource", DOM.encode())
    assert stored.fields["warc-target-uri"] == URL
    assert stored.fields["warc-concurrent-to"] == entry.record_id
    assert stored.fields["warc-truncated"] == "length"
    assert "warc-refers-to" not in stored.fields, "the standard forbids it on a resource"
    (path,) = (tmp_path / "a").glob("articles/*/*/*.warc.gz")
    assert [page.content for page in walk_warc(path, 10**6) if isinstance(page, Page)] == [DOM.encode()]


def test_a_catalogue_built_anew_knows_the_dom_and_reclean_finds_it(tmp_path: Path) -> None:
    with Archive(tmp_path / "a") as archive:
        kept(archive)
        before = [(entry, archive.rendering_place(entry)) for entry in archive.ls()]
    Archive.reindex(tmp_path / "a")
    with Archive(tmp_path / "a") as archive:
        assert [(entry, archive.rendering_place(entry)) for entry in archive.ls()] == before
        (done,) = reclean(archive, Policy(drop=(".note",)))
        assert (done.what, [line.kind for line in done.lines]) == ("changed", ["out"])
        assert archive.show(done.entry.id).text.splitlines()[-1] == LINES[-1]
        assert archive.page(done.entry) is not None
        assert archive.verify(deep=True) == []
    Archive.reindex(tmp_path / "a")
    with Archive(tmp_path / "a") as archive:
        assert archive.rendering_place(done.entry) == before[0][1]


def test_keep_takes_a_page_that_was_shown_elsewhere(tmp_path: Path) -> None:
    page = replace(shell(), rendering=RENDERING)
    with Archive(tmp_path / "a") as archive:
        done = archive.keep(page, clean(page.shown))
        assert archive.show(done.id).text.splitlines()[0] == LINES[0]
        assert archive.rendering_place(archive.show(done.id).entry) is not None


def test_a_page_that_cannot_be_shown_is_kept_all_the_same(tmp_path: Path) -> None:
    def fails(_page: Page) -> Rendering:
        raise FetchError("was not shown in time", where=URL, code="timeout")

    with Archive(tmp_path / "a") as archive:
        with pytest.raises(FetchError):
            archive.add(shell(), render=fails)
        (entry,) = archive.ls()
        assert (archive.content(entry), entry.version) == (SHELL, None)


def test_what_is_no_page_to_show_is_not_shown(tmp_path: Path) -> None:
    def never(page: Page) -> Rendering:
        pytest.fail(f"{page.url} was shown")

    with Archive(tmp_path / "a") as archive:
        archive.add(replace(received(b"\x89PNG\r\n\x1a\n", url=URL), content_type="image/png"), render=never)
        archive.add(received(b"<p>gone</p>", url=URL, status=404), render=never)
