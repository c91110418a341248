"""A search is read as people write it: fields, phrases, beginnings, what must not stand there, sites and days."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from archive_pages import AT, PARAGRAPHS, article_html, page
from hypothesis import given
from hypothesis import strategies as st

from cleaner.archive import Archive
from cleaner.archive.query import day, read_query, spaced, unspaced

JAPANESE = "東京都は日本の首都です。夜行フェリーは港を出ました。"
THAI = "เรือข้ามฟากออกจากท่าเรือตอนกลางคืน"
KOREAN = "부산항은 대한민국의 항구이다. 밤에 배가 떠났다."


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive(tmp_path_factory.mktemp("query"), fsync=False) as opened:
        dated = article_html("The harbour at night").replace(
            b"</title>", b'</title><meta property="article:published_time" content="2025-05-05T10:00:00Z">'
        )
        opened.add(page(dated, url="https://news.example.org/1"))
        opened.add(
            page(article_html("Ferry late", "A pelican, too."), url="https://example.org/2", at=AT + timedelta(3))
        )
        for number, text in enumerate((JAPANESE, THAI, KOREAN)):
            html = f"<title>x{number}</title><article>" + f"<p>{text}</p>" * 3 + f"<p>{text}</p></article>"
            opened.add(page(f"<html><body>{html}</body></html>".encode(), url=f"https://asia.example/{number}"))
        yield opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("passengers", {"The harbour at night", "Ferry late"}),
        ("title:harbour", {"The harbour at night"}),
        ("title:pelican", set()),
        ("passengers -pelican", {"The harbour at night"}),
        ("pelic*", {"Ferry late"}),
        ('title:"harbour at" passengers', {"The harbour at night"}),
        ("passengers site:example.org", {"The harbour at night", "Ferry late"}),
        ("passengers site:news.example.org", {"The harbour at night"}),
        ("passengers site:ample.org", set()),
        ("passengers lang:EN", {"The harbour at night", "Ferry late"}),
        ("passengers lang:de", set()),
        ("passengers after:2026", {"Ferry late"}),
        ("passengers after:2025-05-05", {"The harbour at night", "Ferry late"}),
        ("passengers before:2025-05-05", set()),
        ("passengers before:2025-06", {"The harbour at night"}),
        ("site:example.org", {"The harbour at night", "Ferry late"}),
        ("after:2026-11-24 lang:en", {"Ferry late"}),
    ],
)
def test_search_answers(archive: Archive, query: str, found: set[str]) -> None:
    assert {hit.title for hit in archive.search(query)} == found


@pytest.mark.parametrize("word", ["東京", "首都", "フェリー", "港", "ท่าเรือ", "กลางคืน", "부산항", "항구", "대한민국"])
def test_words_of_scripts_without_spaces_are_found_and_marked(archive: Archive, word: str) -> None:
    (hit,) = archive.search(word)
    assert f"[{word}]" in hit.snippet
    assert "\x1f" not in hit.snippet


def test_letters_apart_are_no_word(archive: Archive) -> None:
    assert archive.search("京東") == archive.search("港夜") == []


def test_kept_text_of_such_scripts_is_as_it_was(archive: Archive) -> None:
    text = archive.show("https://asia.example/0").text
    assert (JAPANESE in text, "\x1f" in text) == (True, False)


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\x1f")))
def test_unspaced_undoes_spaced(text: str) -> None:
    assert unspaced(spaced(text)) == text


def test_condition_that_cannot_be_meant_is_searched_as_text_and_told() -> None:
    query = read_query("after:yesterday ferry")
    assert (query.match, query.after) == ('"after:yesterday" AND "ferry"', None)
    assert "2026-01-31" in query.notes[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("2026", "2026-01-01"), ("2026-3", "2026-03-01"), ("2026-02-30", None), ("26", None), ("٢٠٢٦", None), ("", None)],
)
def test_day_is_the_first_that_is_meant(value: str, expected: str | None) -> None:
    assert day(value) == expected


def test_conditions_alone_list_the_newest_first(archive: Archive) -> None:
    hits = archive.search("site:example.org")
    assert [hit.url for hit in hits] == ["https://example.org/2", "https://news.example.org/1"]
    assert hits[0].snippet.startswith(PARAGRAPHS[0][:40])


def test_pasted_text_is_searched_for_by_its_first_words() -> None:
    read = read_query(" ".join(f"word{n}" for n in range(5_000)) + " word1 -word2")
    assert 50 == (read.match or "").count('"') // 2
    assert "first 50 words" in read.notes[0]
    assert '"ferry"' == read_query("ferry " * 5_000).match
