"""What the pages show: lists, articles, removals with their rules, versions, records, numbers, a feed."""

import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path

import feedparser
import pytest
from starlette.testclient import TestClient
from web_library import AT, DAY, HOST, SITE, Library, demo, fill, kept, pictured

from cleaner import Archive
from cleaner.web import listing, make_app

Get = Callable[..., str]


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_list_has_each_article_once_newest_first(get: Get) -> None:
    titles = re.findall(r'<h2><a href="/article/\w+">([^<]*)</a>', get("/?host=quayside.example"))
    newest = {"Clockmakers refuse to move the hour", "An orchard on the roof of the tram depot"}
    assert newest == set(titles[:2])
    assert 1 == titles.count("The night ferry sails again")


def test_list_filters_by_day_state_and_capture(get: Get) -> None:
    assert "1 page" in get("/?until=2026-11-20&host=quayside.example&captures=all")
    assert "error-page" in get("/?state=failures")
    assert 3 == get("/?captures=all&host=quayside.example").count(">The night ferry sails again</a>")


def test_search_marks_words_and_leads_to_the_article(get: Get, library: Library) -> None:
    page = get("/?q=piano")
    assert "<mark>piano</mark>" in page
    assert f'/article/{library.ids["changed"]}"' in page
    assert "Nothing found" in get("/?q=zebrafish")


def test_reading_view_has_text_without_residue(get: Get) -> None:
    page = get("/article/{ferry}")
    assert "whoever plays it after midnight keeps to the left-hand side." in page
    assert "continues below" not in page
    assert 1 == page.count("<h1")
    assert "Philippa Orme" in page


def test_picture_comes_from_the_archive_or_not_at_all(library: Library, tmp_path: Path) -> None:
    path = shutil.copytree(library.path, tmp_path / "archive")
    with Archive(path, fsync=False) as archive:
        ident = archive.add(pictured()).id
    with TestClient(make_app(path, [HOST]), base_url=f"http://{HOST}") as client:
        page = client.get(f"/article/{ident}").text
    assert f'<img src="/image/{library.ids["picture"]}" alt="The quay">' in page
    assert '<a href="https://cdn.example/x.png" rel="noopener nofollow">image: Elsewhere</a>' in page


def test_inspection_strikes_out_what_went_and_names_its_rule(get: Get) -> None:
    page = get("/article/{ferry}/inspect")
    row = re.search(
        r'<tr class="dropped[^"]*"[^>]*>(?:(?!</tr>).)*Story continues below advertisement.*?</tr>', page, re.DOTALL
    )
    assert row is not None
    assert "<del>Story continues below advertisement</del>" in row[0]
    assert '<a class="chip gone" href="/rules/ads/notice">ads/notice</a>' in row[0]


def test_inspection_marks_edits_and_shows_the_original_halves(get: Get) -> None:
    page = get("/article/{ferry}/inspect")
    edited = re.search(r'<tr class="edited.*?</tr>', page, re.DOTALL)
    joined = re.search(r'<tr class="joined.*?</tr>', page, re.DOTALL)
    assert edited is not None
    assert joined is not None
    left, right = edited[0].split("</td>")[:2]
    assert "on condition that" in left
    assert "piano is never moved" not in left
    assert "piano is never moved" in right
    assert "<ins>" in right
    assert "piano is never moved" in joined[0]


def test_unchanged_capture_is_inspected_where_its_text_was_made(get: Get, library: Library) -> None:
    assert f"/article/{library.ids['changed']}/inspect" in get("/article/{unchanged}/inspect")


def test_versions_are_compared_word_by_word(get: Get) -> None:
    page = get("/article/{ferry}/versions")
    assert "<del>nine minutes</del>" in page
    assert "<ins>ten</ins>" in page
    assert 3 == page.count("status 200")


def test_record_has_headers_place_and_digests(get: Get) -> None:
    page = plain(get("/article/{ferry}/record"))
    assert re.search(r"originals/\S+\.warc\.gz(?:\.open)? at byte \d+", page)
    assert "warc-block-digest sha1:" in page
    assert "X-Powered-By: &lt;b&gt;steam&lt;/b&gt;" in page


def test_page_without_article_says_why(get: Get) -> None:
    assert "error-page" in get("/article/{gone}")
    assert "HTTP status 404" in get("/failures")
    assert "no page that could be shown" in get("/article/{picture}/original")


def test_failures_of_the_crawls_stand_with_their_reason(get: Get) -> None:
    page = plain(get("/failures"))
    assert "2 addresses, latest first" in page
    assert f"2026-11-20 08:00 {SITE}/late papers quayside timeout no answer in 15 s; 3 times in a row" in page
    assert "never" in page
    assert "robots robots.txt forbids it" in page


def test_rule_page_has_proofs_counts_and_examples(get: Get, library: Library) -> None:
    page = get("/rules/ads/notice")
    assert f"/article/{library.ids['ferry']}/inspect" in page
    assert "<del>Story continues below advertisement</del>" in page
    assert "The story continues below the waterline of the ferry." in page
    assert "It has removed nothing" in get("/rules/affiliate/box")


def test_statistics_have_plots_and_their_numbers(get: Get) -> None:
    page = get("/statistics")
    assert 5 == page.count('<svg class="plot')
    assert re.search(
        r'<th scope="row"><a href="/\?host=quayside\.example">quayside\.example</a></th><td class="n">\d+</td>', page
    )


def test_feed_is_atom_that_others_read(client: TestClient, library: Library) -> None:
    answer = client.get("/feed.xml?host=quayside.example")
    assert "application/atom+xml" in answer.headers["Content-Type"]
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert "atom10" == read.version
    ferry = next(entry for entry in read.entries if entry.title == "The night ferry sails again")
    assert ferry.link.endswith(f"/article/{library.ids['unchanged']}")
    assert "left-hand side" in ferry.content[0].value
    assert len({entry.id for entry in read.entries}) == len(read.entries)


def test_feed_holds_whatever_a_page_calls_itself(client: TestClient) -> None:
    read = feedparser.parse(client.get("/feed.xml").content)
    assert not read.bozo
    assert any("<script>alert(6)</script>" in entry.title or "Evil" in entry.title for entry in read.entries)


def test_empty_archive_has_clear_pages(tmp_path: Path) -> None:
    with Archive(tmp_path / "empty", fsync=False):
        pass
    with TestClient(make_app(tmp_path / "empty", [HOST]), base_url=f"http://{HOST}") as client:
        for path in ("/", "/?q=x", "/rules", "/failures", "/statistics", "/feed.xml"):
            assert 200 == client.get(path).status_code
        assert "cleaner add" in client.get("/").text


def test_missing_record_is_a_clear_error(tmp_path: Path) -> None:
    library = fill(tmp_path / "broken")
    for file in library.path.glob("o*/*/*/*.warc.gz"):
        file.unlink()
    with TestClient(make_app(library.path, [HOST]), base_url=f"http://{HOST}") as client:
        for end in ("record", "frame", "bytes"):
            answer = client.get(f"/article/{library.ids['ferry']}/{end}")
            assert 500 == answer.status_code
            assert "cannot read" in answer.text
        assert "cannot be shown" in client.get(f"/article/{library.ids['ferry']}/original").text
        assert 200 == client.get(f"/article/{library.ids['ferry']}").status_code


def test_damaged_byte_is_seen_by_verify(tmp_path: Path) -> None:
    library = fill(tmp_path / "damaged")
    for file in library.path.glob("a*/*/*/*.warc.gz"):
        content = bytearray(file.read_bytes())
        content[len(content) // 2 :] = b"\0" * (len(content) - len(content) // 2)
        file.write_bytes(content)
    with TestClient(make_app(library.path, [HOST]), base_url=f"http://{HOST}") as client:
        answers = [client.get(f"/article/{ident}") for ident in library.ids.values()]
    assert {200, 500} >= {answer.status_code for answer in answers}
    assert any("no whole record" in answer.text for answer in answers)


def test_catalogue_built_anew_while_serving_is_seen(tmp_path: Path) -> None:
    library = fill(tmp_path / "archive")
    with TestClient(make_app(library.path, [HOST]), base_url=f"http://{HOST}") as client:
        before = client.get("/statistics").text
        Archive.reindex(library.path, fsync=False)
        assert before == client.get("/statistics").text


def test_pages_written_while_serving_are_seen(tmp_path: Path) -> None:
    with (
        Archive(tmp_path / "archive", fsync=False) as archive,
        TestClient(make_app(archive.path, [HOST]), base_url=f"http://{HOST}") as client,
    ):
        assert "Nothing here yet" in client.get("/").text
        ident = archive.add(kept(demo("news/ferry.html"), f"{SITE}/ferry", AT)).id
        assert "left-hand side" in client.get(f"/article/{ident}").text


def test_list_leads_on_and_back_and_misses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_ROWS", 4)
    count = 10
    with Archive(tmp_path / "archive", fsync=False) as archive:
        for number in range(count):
            archive.add(kept(b"<h1>gone</h1>", f"{SITE}/{number}", AT + (number // 3) * DAY, status=404))
    with TestClient(make_app(tmp_path / "archive", [HOST]), base_url=f"http://{HOST}") as client:
        seen, address = [], "/?state=failures"
        for _ in range(3):
            page = client.get(address).text
            seen.append(re.findall(r'<h2><a href="/article/(\w+)">', page))
            later = re.search(r'rel="next"[^>]*href="([^"]+)"', page)
            address = unescape(later[1]) if later else ""
        assert address == ""
        assert count == len({ident for ids in seen for ident in ids})
        back = unescape(re.findall(r'rel="prev"[^>]*href="([^"]+)"', page)[0])
        assert seen[1] == re.findall(r'<h2><a href="/article/(\w+)">', client.get(back).text)
        top = unescape(re.findall(r'rel="prev"[^>]*href="([^"]+)"', client.get(back).text)[0])
        page = client.get(top).text
        assert seen[0] == re.findall(r'<h2><a href="/article/(\w+)">', page)
        assert 'rel="prev"' not in page
