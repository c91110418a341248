"""A whole archive answers by filter and in counts, and gives its articles back as they were kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from archive_pages import AT, PARAGRAPHS, page

from cleaner import clean
from cleaner.archive import Archive, Count, Filter

FERRY = "https://news.example/ferry"
TRAM = "https://other.example/tram"
DAY = timedelta(days=1)


def html(*paragraphs: str) -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html lang=en><head><title>Ferry</title></head><body><article><h1>Ferry</h1>{body}</article></body></html>".encode()


FIRST = html(PARAGRAPHS[0], "Advertisement", PARAGRAPHS[1], "Advertisment", PARAGRAPHS[2])
SECOND = html(*PARAGRAPHS, "Nobody was late, and the <a href='/hall'>hall</a> was <b>full</b> of song all night long.")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive", fsync=False) as opened:
        opened.add(page(FIRST, url=FERRY, at=AT))
        opened.add(page(SECOND, url=FERRY, at=AT + DAY))
        opened.add(page(SECOND, url=FERRY, at=AT + 2 * DAY))
        opened.add(page(FIRST, url=TRAM, at=AT + 2 * DAY))
        opened.add(page(b"<h1>gone</h1>", url=TRAM + "/gone", status=404, at=AT + 3 * DAY))
        yield opened


def test_newest_capture_stands_for_its_page(archive: Archive) -> None:
    found = archive.ls(Filter(), limit=10)
    assert {(FERRY, "2026-11-24"), (TRAM, "2026-11-24")} == {(entry.url, entry.captured_at[:10]) for entry in found}
    assert 2 == archive.survey.count(Filter())


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(newest=False), 4),
        (Filter(state="failures"), 1),
        (Filter(state="all", newest=False), 5),
        (Filter(host="NEWS.example", newest=False), 3),
        (Filter(since="2026-11-24", newest=False), 2),
        (Filter(until="2026-11-23", newest=False), 2),
        (Filter(since="2026-11-23", until="2026-11-23", newest=False), 1),
        (Filter(host="' OR 1 --"), 0),
    ],
)
def test_filter_lets_through(archive: Archive, wanted: Filter, expected: int) -> None:
    assert expected == archive.survey.count(wanted)
    assert expected == len(list(archive.ls(wanted)))


def test_pages_of_a_listing_follow_one_another(archive: Archive) -> None:
    wanted = Filter(state="all", newest=False)
    whole = list(archive.ls(wanted))
    first = list(archive.ls(wanted, limit=2))
    place = (first[-1].captured_at, first[-1].id)
    assert whole == [*first, *archive.ls(wanted, beyond=place)]
    back = archive.ls(wanted, oldest_first=True, beyond=place)
    assert first[:1] == list(back)


def test_rules_are_counted_where_they_fired(archive: Archive) -> None:
    label = archive.survey.rule("ads/label")
    assert ("ads/label", 4, 2) == (label.rule, label.inside, label.captures)
    assert label in archive.survey.rules()
    firings = archive.survey.firings("ads/label", limit=5)
    assert [(TRAM, 2, "Advertisement"), (FERRY, 2, "Advertisement")] == [(f.url, f.count, f.example) for f in firings]
    assert [] == archive.survey.firings("ads/none", limit=5)


def test_counts_name_days_hosts_and_reasons(archive: Archive) -> None:
    assert [Count(name=f"2026-11-2{day}", count=1) for day in (2, 3, 4)] == archive.survey.days(limit=9)
    assert [Count(name="2026-11-24", count=1)] == archive.survey.days(limit=1)
    assert [Count(name="other.example", count=2), Count(name="news.example", count=1)] == archive.survey.hosts()
    assert [Count(name="error-page", count=1)] == archive.survey.reasons()
    totals = archive.survey.totals()
    assert (5, 3, 4, 3, 2) == (totals.captures, totals.pages, totals.articles, totals.versions, totals.hosts)


def test_counts_are_the_same_after_reindex(archive: Archive) -> None:
    expected = (archive.survey.rules(), archive.survey.totals(), archive.survey.days(limit=9))
    archive.close()
    Archive.reindex(archive.path, fsync=False)
    with Archive(archive.path, fsync=False) as again:
        assert expected == (again.survey.rules(), again.survey.totals(), again.survey.days(limit=9))


def test_catalogue_of_an_older_program_is_built_anew(archive: Archive) -> None:
    import sqlite3

    expected = archive.survey.rules()
    archive.close()
    with sqlite3.connect(archive.path / "catalogue.sqlite") as old:
        old.execute("DROP TABLE removals")
        old.execute("PRAGMA user_version = 1")
    old.close()
    with Archive(archive.path, fsync=False) as again:
        assert expected == again.survey.rules()
        assert ["the catalogue is built anew"] == [warning.partition(" from ")[0] for warning in again.warnings]
        assert 1 == len(again.search("wind harbour", host="other.example"))


def test_article_comes_back_whole(archive: Archive) -> None:
    newest, _, first = archive.ls(Filter(key=FERRY, newest=False))
    kept = archive.article(newest)
    assert kept is not None
    assert kept.markdown == clean(page(SECOND, url=FERRY)).markdown
    assert '<a href="https://news.example/hall"' in kept.html
    older = archive.article(first)
    assert older is not None
    assert ["ads/label", "ads/label"] == [decision.rule for decision in older.dropped]


def test_page_without_article_comes_back_with_its_reason(archive: Archive) -> None:
    (entry,) = archive.ls(Filter(state="failures"))
    kept = archive.article(entry)
    assert kept is not None
    assert ("", "error-page") == (kept.text, kept.reason and kept.reason.code)


def test_last_capture_of_a_page_is_the_latest_received_not_the_latest_put(archive: Archive) -> None:
    late = archive.add(page(b"<h1>gone</h1>", url=FERRY, status=404, at=AT + 9 * DAY)).id
    archive.add(page(SECOND, url=FERRY, at=AT - DAY))
    last = {entry.url: entry.id for entry in archive.ls(Filter(state="all"))}
    everything = list(archive.ls(oldest_first=True))
    assert last == {entry.url: entry.id for entry in everything}
    assert late == last[FERRY]
    assert [late] == [entry.id for entry in archive.ls(Filter(state="failures")) if entry.url == FERRY]
    assert 1 == len(archive.search("hall song", limit=9)), "the newest text is found behind a later failure"


def test_search_goes_on_after_an_offset(archive: Archive) -> None:
    whole = [hit.id for hit in archive.search("wind harbour")]
    assert 2 == len(whole)
    assert whole == [archive.search("wind harbour", limit=1, offset=at)[0].id for at in (0, 1)]
