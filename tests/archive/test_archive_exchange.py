"""What goes out comes back: exports are what their formats ask for, imports keep every byte and date."""

import io
import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import feedparser
import pytest
import trafilatura
from archive_pages import AT, PARAGRAPHS, article_html, chunked, exchange, odd_pages, page
from lxml import etree
from warcio.warcwriter import WARCWriter

from cleaner import clean
from cleaner.archive import Archive, warc
from cleaner.archive.exports import ExportFormat
from cleaner.archive.filters import EVERYTHING, Filter
from cleaner.errors import InputError, UsageError
from cleaner.model import Page

HOP = exchange("http://news.example/f", "HTTP/1.1 301 Moved\nLocation: https://news.example/ferry", b"", status=301)


def fill(archive: Archive) -> None:
    archive.add(replace(page(), exchanges=(HOP, *page().exchanges)))
    archive.add(page(url="https://other.example/same", at=AT + timedelta(hours=1)))
    archive.add(
        page(article_html("Tram", "A & <b> \x0b."), url="https://other.example/tram", at=AT + timedelta(days=1))
    )
    odd, later = odd_pages()["gzip-chunked"], AT + timedelta(days=2)
    archive.add(replace(odd, fetched_at=later, exchanges=(replace(odd.exchanges[0], started_at=later),)))
    archive.add(page(status=404, url="https://news.example/gone"))


def blocks(archive: Archive, kind: str) -> list[bytes]:
    return sorted(
        stored.block for path in archive.path.rglob("originals/**/*.warc.gz*") for stored in warc.read(path)
        if stored.kind == kind
    )  # fmt: skip


def test_import_of_an_archive_is_the_same_archive(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", fsync=False) as one:
        fill(one)
    with Archive(tmp_path / "a", fsync=False) as one, Archive(tmp_path / "b", fsync=False) as two:
        one.export(ExportFormat.WARC, tmp_path / "all.warc.gz", EVERYTHING)
        assert [done.what for done in two.import_warc(tmp_path / "all.warc.gz")] == ["kept"] * 5
        for kind in ("response", "request", "revisit"):
            assert blocks(one, kind) == blocks(two, kind) != []
        names = ("url", "status", "captured_at", "entity_digest", "title", "text_digest", "reason")
        listed = [sorted(tuple(str(getattr(entry, name)) for name in names if name != "captured_at") for entry in each.ls())
                  for each in (one, two)]  # fmt: skip
        assert listed[0] == listed[1]
        assert {done.what for done in two.import_warc(tmp_path / "all.warc.gz")} == {"known"}
        assert two.verify() == []


def foreign(*records: tuple[str, str, bytes]) -> bytes:
    """A WARC that another program wrote, unzipped."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    for kind, url, block in records:
        content_type = f"application/http; msgtype={kind}" if kind != "resource" else "text/html"
        record = writer.create_warc_record(
            url, "resource", payload=io.BytesIO(block), length=len(block), warc_content_type=content_type,
            warc_headers_dict={"WARC-Date": "2020-02-03T04:05:06Z"},
        )  # fmt: skip
        record.rec_headers.replace_header("WARC-Type", kind)
        writer.write_record(record)
    return out.getvalue()


def test_import_keeps_the_bytes_and_dates_of_others(tmp_path: Path) -> None:
    html = article_html()
    odd = b"HTTP/1.1 200 Fine\nX-A:  b \nTransfer-Encoding: chunked\n\n" + chunked(html)
    path = tmp_path / "theirs.warc"
    path.write_bytes(foreign(("response", "http://a.example/1", odd), ("resource", "http://a.example/2", html)))
    with Archive(tmp_path / "a", fsync=False) as archive:
        first, second = archive.import_warc(path)
        assert first.kept is not None
        assert second.kept is not None
        entry = archive.show(first.kept.id).entry
        assert odd == archive.original(entry)
        assert (entry.captured_at, entry.title) == ("2020-02-03T04:05:06.000000Z", "Night ferry sails late")
        assert html == archive.original(archive.show(second.kept.id).entry)
        assert archive.verify() == []


def test_import_of_a_torn_file_keeps_what_stands_before_the_break(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", fsync=False) as one:
        fill(one)
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(next((tmp_path / "a").glob("originals/**/*.warc.gz")).read_bytes()[:-700])
    with Archive(tmp_path / "b", fsync=False) as two:
        with pytest.raises(InputError):
            list(two.import_warc(torn))
        assert len(list(two.ls())) >= 3


def test_revisit_whose_body_is_nowhere_is_named(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", fsync=False) as one:
        fill(one)
    whole = next((tmp_path / "a").glob("originals/**/*.warc.gz"))
    lone = tmp_path / "lone.warc.gz"
    stored = next(one for one in warc.read(whole) if one.kind == "revisit")
    lone.write_bytes(whole.read_bytes()[stored.offset : stored.offset + stored.length])
    with Archive(tmp_path / "b", fsync=False) as two:
        assert [(done.what, done.url) for done in two.import_warc(lone)] == [
            ("unresolved", stored.fields["warc-target-uri"])
        ]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    opened = Archive(tmp_path / "a", fsync=False)
    fill(opened)
    return opened


def test_jsonl_has_one_whole_article_a_line(archive: Archive, tmp_path: Path) -> None:
    with archive:
        assert archive.export(ExportFormat.JSONL, tmp_path / "x.jsonl") == 3
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    assert [row["meta"]["title"] for row in rows].count("Tram") == 1
    assert all({"text", "blocks", "dropped", "edits", "url", "capture", "captured_at"} <= row.keys() for row in rows)
    assert all(PARAGRAPHS[0] in row["text"] for row in rows)


def test_wet_has_the_clean_texts_and_refers_to_the_originals(archive: Archive, tmp_path: Path) -> None:
    with archive:
        archive.export(ExportFormat.WET, tmp_path / "x.wet.gz", Filter(host="other.example"))
        record_id = archive.show("https://other.example/tram").entry.record_id
    described, *texts = warc.read(tmp_path / "x.wet.gz")
    assert (described.kind, {text.kind for text in texts}) == ("warcinfo", {"conversion"})
    assert {text.fields["content-type"] for text in texts} == {"text/plain"}
    assert record_id in [text.fields["warc-refers-to"] for text in texts]
    assert all(text.block.decode().startswith("The night ferry") for text in texts)


def test_folders_hold_a_file_an_article_and_leave_what_is_there(archive: Archive, tmp_path: Path) -> None:
    with archive:
        assert archive.export(ExportFormat.MD, tmp_path / "md") == 3
        (first, *_) = sorted((tmp_path / "md").rglob("*.md"))
        first.write_text("my notes")
        assert archive.export(ExportFormat.MD, tmp_path / "md") == 3
        assert archive.export(ExportFormat.TEI, tmp_path / "tei") == 3
    assert first.read_text() == "my notes"
    written = sorted((tmp_path / "md").rglob("*.md"))
    kept = {path.name: path.read_bytes() for path in (tmp_path / "a" / "text").rglob("*.md")}
    assert [path.read_bytes() for path in written[1:]] == [kept[path.name] for path in written[1:]]
    assert all(etree.parse(path) for path in (tmp_path / "tei").rglob("*.xml"))


def test_feed_is_read_by_a_feed_reader(archive: Archive, tmp_path: Path) -> None:
    with archive:
        archive.export(ExportFormat.ATOM, tmp_path / "x.atom", limit=2)
    etree.parse(tmp_path / "x.atom")
    feed = feedparser.parse((tmp_path / "x.atom").read_bytes())
    assert (feed.bozo, feed.version) == (False, "atom10")
    assert [entry.title for entry in feed.entries] == ["Night ferry sails late", "Tram"]
    assert "<p>" in feed.entries[1].content[0].value


QUAY = "https://news.example/quay.png"
PNG = b"\x89PNG\r\n\x1a\n a quay"


def add_pictures(archive: Archive) -> None:
    """Nothing; the archive has a page with two pictures, of which it holds one."""
    figures = "".join(f'<figure><img src="{src}" alt="A quay"></figure>' for src in (QUAY, "https://cdn.example/x.png"))
    html = article_html("Green quay").replace(b"</p>\n<p>By midnight", b"</p>" + figures.encode() + b"<p>By midnight")
    archive.add(page(html, url="https://news.example/green", at=AT + timedelta(days=3)))
    sent = exchange(QUAY, "HTTP/1.1 200 OK\nContent-Type: image/png", PNG)
    archive.add(Page(content=PNG, url=QUAY, content_type="image/png", status=200, fetched_at=AT, exchanges=(sent,)))


def test_page_to_carry_away_has_articles_and_pictures_and_asks_for_nothing(archive: Archive, tmp_path: Path) -> None:
    with archive:
        add_pictures(archive)
        assert archive.export(ExportFormat.HTML, tmp_path / "x.html") == 4
        assert archive.export(ExportFormat.HTML, tmp_path / "one.html", Filter(title="Tram")) == 1
    written = etree.parse(tmp_path / "x.html", etree.HTMLParser(encoding="utf-8"))
    headings = [heading.text for heading in written.iter("h1")]
    assert ("Green quay", 4) == (headings[0], len(headings))
    assert [f"data:image/png;base64,{b64encode(PNG).decode()}"] == written.xpath("//img/@src")
    assert "Tram" == etree.parse(tmp_path / "one.html", etree.HTMLParser()).findtext(".//title")


def test_book_has_an_article_a_chapter_and_the_pictures_there_are(archive: Archive, tmp_path: Path) -> None:
    with archive:
        add_pictures(archive)
        assert archive.export(ExportFormat.EPUB, tmp_path / "x.epub", Filter(host="news.example")) == 2
        archive.export(ExportFormat.EPUB, tmp_path / "again.epub", Filter(host="news.example"))
    with ZipFile(tmp_path / "x.epub") as book:
        pictures = [book.read(name) for name in book.namelist() if name.endswith(".png")]
        package = etree.fromstring(book.read("EPUB/package.opf"))
        assert b'alt="A quay"' in book.read("EPUB/article-00001.xhtml")
    assert [PNG] == pictures
    assert "Articles of news.example" == package.findtext(".//{*}title")
    assert "2026-11-25T08:30:16Z" == package.findtext(".//{*}meta")
    assert (tmp_path / "x.epub").read_bytes() == (tmp_path / "again.epub").read_bytes()


def test_no_file_is_overwritten_and_a_failure_leaves_none(archive: Archive, tmp_path: Path) -> None:
    with archive:
        (tmp_path / "x.warc.gz").write_bytes(b"mine")
        with pytest.raises(UsageError):
            archive.export(ExportFormat.WARC, tmp_path / "x.warc.gz", EVERYTHING)
    assert (tmp_path / "x.warc.gz").read_bytes() == b"mine"


TEI_DTD = Path(trafilatura.__file__).parent / "data/tei_corpus.dtd"


PARTS = (
    "<p>One\x0b &amp; two.</p>",
    "<ul><li>First item<ul><li>Nested one</li></ul></li><li>Second</li></ul>",
    "<h2>A heading</h2><p>More of it here.</p>",
    "<blockquote><p>Said he, aloud.</p></blockquote>",
    "<pre>code = 1\n</pre>",
    '<p>A <a href="/x">link</a>, <b>bold</b> and<br>a break.</p>',
)


@pytest.mark.parametrize("body", PARTS)
def test_tei_is_valid(body: str) -> None:
    html = article_html().replace(b"</article>", body.encode() + b"<p>And so it ended, as boats do.</p></article>")
    tei = etree.fromstring(clean(html, url="https://news.example/a").tei.encode())
    plain = etree.fromstring(etree.tostring(tei).replace(b' xmlns="http://www.tei-c.org/ns/1.0"', b""))
    dtd = etree.DTD(str(TEI_DTD))
    assert dtd.validate(plain), dtd.error_log.filter_from_errors()[0]


def test_article_without_text_has_no_tei() -> None:
    assert clean(b"").tei == ""


@pytest.mark.parametrize("form", ExportFormat)
@pytest.mark.parametrize("holds", ["nothing", "no article", "another host"])
def test_export_of_nothing_is_an_error_and_leaves_no_file(tmp_path: Path, form: ExportFormat, holds: str) -> None:
    with Archive(tmp_path / "a", fsync=False) as archive:
        if holds != "nothing":
            archive.add(page(status=200 if holds == "another host" else 404))
        wanted = Filter(host="other.example") if holds == "another host" else Filter()
        with pytest.raises(InputError) as caught:
            archive.export(form, tmp_path / "out", wanted)
    assert (caught.value.code, caught.value.exit_code) == ("nothing-to-export", 66)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
