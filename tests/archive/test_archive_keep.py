"""Pages fetched and cleaned elsewhere are kept as `add` keeps them, from any thread; what did not change says so."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archive_pages import AT, article_html, exchange, page

from cleaner import clean
from cleaner.archive import Archive, Settings, warc
from cleaner.archive.filters import Filter
from cleaner.errors import UsageError
from cleaner.model import Page

URL = "https://news.example/ferry"


def not_modified(days: int, url: str = URL) -> Page:
    at = AT + timedelta(days=days)
    sent = exchange(url, 'HTTP/1.1 304 Not Modified\nETag: "x"', b"", status=304, at=at)
    return Page(content=b"", url=url, status=304, fetched_at=at, exchanges=(sent,))


def test_page_cleaned_elsewhere_is_kept_as_add_keeps_it(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", fsync=False) as one, Archive(tmp_path / "b", fsync=False) as two:
        added, kept = one.add(page()), two.keep(page(), clean(page()))
        assert one.show(added.id).text == two.show(kept.id).text
        first, second = one.show(added.id).entry, two.show(kept.id).entry
    for name in ("url", "status", "entity_digest", "entity_bytes", "title", "words", "ruleset", "model", "cleaning"):
        assert getattr(first, name) == getattr(second, name) is not None


def test_many_threads_keep_pages_in_one_archive(tmp_path: Path) -> None:
    pages = [page(article_html(more=f"Boat {n} sails."), url=f"https://news.example/{n}") for n in range(40)]
    articles = [clean(one) for one in pages]
    with Archive(tmp_path, fsync=False) as archive:
        with ThreadPoolExecutor(8) as pool:
            kept = list(pool.map(archive.keep, pages, articles))
        assert {entry.id for entry in archive.ls()} == {one.id for one in kept}
        assert archive.verify() == []
    assert len(list(tmp_path.rglob("*.warc.gz"))) == 2


def test_page_without_cleaning_is_kept_all_the_same(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        (entry,) = [archive.show(archive.keep_page(page())).entry]
        assert (entry.status, entry.version, entry.cleaned_at) == (200, None, None)
        assert page().exchanges[0].response == archive.original(entry)


def test_not_modified_is_a_revisit_with_the_newest_text_and_no_new_version(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        first = archive.add(page())
        later = not_modified(1)
        kept = archive.keep(later, clean(later))
        again = archive.add(not_modified(2))
        shown = archive.show(URL)
        assert [version.id for version in archive.versions(URL)] == [first.version]
        assert archive.verify() == []
    record = warc.read_at(tmp_path / kept.original_file, kept.original_offset)
    assert (kept.version, kept.changed, kept.revisit) == (first.version, False, True)
    assert record.fields["warc-profile"].endswith("/revisit/server-not-modified")
    assert record.block == later.exchanges[0].response
    original = warc.read_at(tmp_path / first.original_file, first.original_offset)
    assert (original.id, original.fields["warc-payload-digest"]) == (
        record.fields["warc-refers-to"],
        record.fields["warc-payload-digest"],
    )
    assert (shown.entry.id, shown.entry.status, shown.entry.title) == (again.id, 304, "Night ferry sails late")
    assert shown.text == first.article.text


def test_not_modified_about_a_page_that_is_not_kept_is_an_answer_without_article(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(not_modified(1))
        entry = archive.show(kept.id).entry
    assert (entry.record_kind, entry.version, entry.reason) == ("response", None, "empty")


def test_revisit_of_a_chunked_body_carries_the_digest_that_its_original_omits(tmp_path: Path) -> None:
    from archive_pages import odd_pages

    first = odd_pages()["chunked"]
    later = replace(first, exchanges=(replace(first.exchanges[0], started_at=AT + timedelta(days=1)),))
    with Archive(tmp_path, fsync=False) as archive:
        one, two = archive.add(first), archive.add(later)
    assert "warc-payload-digest" not in warc.read_at(tmp_path / one.original_file, one.original_offset).fields
    assert "warc-payload-digest" in warc.read_at(tmp_path / two.original_file, two.original_offset).fields


def test_text_that_comes_back_is_a_version_again(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        for day, more in enumerate(("", "It sails.", "")):
            archive.add(page(article_html(more=more), at=AT + timedelta(days=day)))
        versions = archive.versions(URL)
        assert len(versions) == 3
        assert versions[0].text_digest == versions[2].text_digest
        assert [hit.version for hit in archive.search("passengers")] == [versions[2].id]


def test_settings_come_from_the_archives_own_file(tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_text("format = 1\nfsync = false\nmax_file_bytes = 1\ntext_files = false\n")
    with Archive(tmp_path) as archive:
        assert archive.settings == Settings(fsync=False, max_file_bytes=1, text_files=False)
        kept = [archive.add(page(article_html(more=f"Number {n} sails."))) for n in range(3)]
    assert (len({one.original_file for one in kept}), kept[0].text_file) == (3, None)


@pytest.mark.parametrize("line", ["fsnyc = true", "max_file_bytes = 0", "fsync = 'sometimes'"])
def test_setting_that_cannot_be_meant_is_a_usage_error(tmp_path: Path, line: str) -> None:
    (tmp_path / "archive.toml").write_text(f"format = 1\n{line}\n")
    with pytest.raises(UsageError) as caught:
        Archive(tmp_path)
    assert str(caught.value.where).endswith("archive.toml")


def test_files_rotate_at_their_age(tmp_path: Path) -> None:
    with Archive(tmp_path, settings=Settings(fsync=False, max_file_hours=1e-12)) as archive:
        kept = [archive.add(page(article_html(more=f"Number {n} sails."))) for n in range(2)]
    assert len({one.original_file for one in kept}) == 2


def test_listing_is_narrowed_by_every_filter(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page(article_html("Ferry late")))
        archive.add(page(article_html("Tram"), url="https://m.news.example/tram", at=AT + timedelta(days=3)))
        archive.add(page(status=404, url="https://other.example/gone", at=AT + timedelta(days=5)))
        archive.add(not_modified(7))

        def listed(**wanted: object) -> list[int | None]:
            return [one.status for one in archive.ls(Filter(**{"state": "all", "newest": False, **wanted}))]  # type: ignore[arg-type]

        assert listed() == [304, 404, 200, 200]
        assert listed(site="news.example") == [304, 200, 200]
        assert listed(host="news.example") == [304, 200]
        assert listed(status=404) == listed(state="failures") == [404]
        assert listed(language="EN") == [304, 200, 200]
        assert listed(title="tram") == [200]
        assert listed(since="2026-11-25", until="2026-11-27") == [404, 200]
        assert listed(changed=True) == [200, 200]
        assert listed(newest=True) == [304, 404, 200]
