"""What `add` keeps: the original, the article, the text file and the catalogue's row, each where it says."""

import errno
import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self

import pytest
import yaml  # type: ignore[import-untyped]
from archive_pages import AT, PARAGRAPHS, article_html, chunked, exchange, odd_pages, page
from hypothesis import given
from hypothesis import strategies as st

from cleaner.archive import Archive, Settings, names, textfile, warc
from cleaner.archive.disk import write_new
from cleaner.archive.records import storable
from cleaner.errors import (
    ArchiveError,
    BlockedAddressError,
    CleanerError,
    InputError,
    LimitError,
    TryLaterError,
    UsageError,
)
from cleaner.fetch import FetchOptions, Visit, parts
from cleaner.model import Page, ReasonCode
from cleaner.policy import Limits, Policy


def test_layout_is_the_promised_one(tmp_path: Path) -> None:
    with Archive(tmp_path / "a", fsync=False) as archive:
        kept = archive.add(page())
        assert len(list((tmp_path / "a").rglob("*.warc.gz.open"))) == 2
    root = tmp_path / "a"
    assert (root / "archive.toml").read_text().endswith("format = 1\n")
    assert [p.parent.parent.parent.name for p in sorted(root.rglob("*.warc.gz"))] == ["articles", "originals"]
    assert list(root.rglob("*.open")) == []
    assert (root / kept.original_file).is_file()
    assert (root / kept.article_file).is_file()
    assert kept.text_file == f"text/news.example/2026/2026-11-22-night-ferry-sails-late-{kept.version}.md"


def test_kept_page_says_where_its_bytes_and_its_text_are(tmp_path: Path) -> None:
    given_page = page()
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(given_page)
        shown = archive.show(kept.id)
        original = archive.original(shown.entry)
    stored = warc.read_at(tmp_path / kept.original_file, kept.original_offset)
    assert (stored.kind, stored.block) == ("response", given_page.exchanges[0].response)
    assert given_page.exchanges[0].response == original
    assert PARAGRAPHS[0] in shown.text
    assert kept.article.text == shown.text
    assert (kept.changed, kept.revisit, shown.entry.status) == (True, False, 200)


def test_text_file_is_the_markdown_under_a_front_matter(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(page())
    front, body = (tmp_path / str(kept.text_file)).read_text("utf-8").removeprefix("---\n").split("---\n", 1)
    told = yaml.safe_load(front)
    assert (told["source"], told["version"]) == ("https://news.example/ferry", kept.version)
    assert datetime.fromisoformat(told["date"]) == AT + timedelta(seconds=1), "no day of publication, so the capture's"
    # What Hugo obeys: an address of the web for `url` fails the build of a whole site.
    assert not told.keys() & {"url", "type", "layout", "slug", "draft", "aliases", "markup", "outputs", "permalink"}
    assert kept.article.markdown.strip() == body.strip()


@pytest.mark.parametrize(
    ("published", "date"),
    [
        ("2020-02-19T08:51+01:00", "2020-02-19T08:51:00+01:00"),
        ("2025-12-15T11:03Z", "2025-12-15T11:03:00+00:00"),
        ("2026-03-02", "2026-03-02"),
        ("2026-03", "2026-11-22T08:30:15Z"),
        ("last spring", "2026-11-22T08:30:15Z"),
    ],
)
def test_date_is_one_that_every_site_generator_parses(published: str, date: str) -> None:
    told = {"url": "", "captured_at": "2026-11-22T08:30:15Z", "capture": "1", "version": "2"}
    front = textfile.compose({"title": "A", "published": published}, told, "text").decode().split("---\n")[1]
    assert yaml.safe_load(front)["date"] == date


def test_text_files_can_be_switched_off(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False, text_files=False) as archive:
        kept = archive.add(page())
    assert kept.text_file is None
    assert not (tmp_path / "text").exists()


def test_conversion_and_metadata_records_refer_to_the_response(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(page())
    response = warc.read_at(tmp_path / kept.original_file, kept.original_offset)
    _, conversion, told = warc.read(tmp_path / kept.article_file)
    assert (conversion.kind, conversion.fields["content-type"]) == ("conversion", "text/markdown")
    assert (told.kind, told.fields["content-type"]) == ("metadata", "application/json")
    assert {conversion.fields["warc-refers-to"], told.fields["warc-refers-to"]} == {response.id}
    assert kept.article.markdown == conversion.block.decode()


def test_every_redirect_is_a_pair_of_its_own(tmp_path: Path) -> None:
    hop = exchange("http://news.example/f", "HTTP/1.1 301 Moved\nLocation: https://news.example/ferry", b"", status=301)
    final = page()
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(replace(final, exchanges=(hop, *final.exchanges)))
    records = list(warc.read(tmp_path / kept.original_file))
    assert [r.kind for r in records] == ["warcinfo", "response", "request", "response", "request", "metadata"]
    assert [records[1].id, records[3].id] == [
        records[2].fields["warc-concurrent-to"],
        records[4].fields["warc-concurrent-to"],
    ]
    assert [hop.url, final.url] == [records[1].fields["warc-target-uri"], records[3].fields["warc-target-uri"]]
    assert kept.original_offset == records[3].offset


def test_interim_and_surplus_bytes_are_noted_and_the_response_is_the_final_one(tmp_path: Path) -> None:
    plain = page()
    odd = replace(plain.exchanges[0], interim=b"HTTP/1.1 103 Early Hints\r\n\r\n", surplus=b"more", verified=False)
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(replace(plain, exchanges=(odd,)))
    *_, note = warc.read(tmp_path / kept.original_file)
    lines = dict(line.split(": ", 1) for line in note.block.decode().splitlines())
    assert (lines["interim-bytes"], lines["surplus-bytes"], lines["tls-verified"]) == ("28", "4", "no")
    assert note.fields["content-type"] == "application/warc-fields"


def test_cut_body_is_kept_and_says_so(tmp_path: Path) -> None:
    plain = page()
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(replace(plain, exchanges=(replace(plain.exchanges[0], truncated="time"),)))
        assert archive.show(kept.id).entry.truncated == "time"
        assert not archive.add(page(at=AT + timedelta(hours=1))).revisit
    stored = warc.read_at(tmp_path / kept.original_file, kept.original_offset)
    assert stored.fields["warc-truncated"] == "time"


def test_bytes_without_http_are_kept_as_a_resource(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(Page(content=article_html()))
        assert kept.id == archive.show(kept.url).entry.id
    stored = warc.read_at(tmp_path / kept.original_file, kept.original_offset)
    assert (stored.kind, stored.block) == ("resource", article_html())
    assert kept.url.startswith("urn:uuid:")
    assert str(kept.text_file).startswith("text/_local/2")


@pytest.mark.parametrize(
    ("given_page", "code"),
    [
        (page(status=404), ReasonCode.ERROR_PAGE),
        (page(b"", status=204), ReasonCode.EMPTY),
        (replace(page(b"%PDF-1.7 \x00\x01"), content_type="application/pdf"), ReasonCode.NOT_HTML),
    ],
)
def test_page_without_an_article_is_kept_with_its_reason(tmp_path: Path, given_page: Page, code: ReasonCode) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(given_page)
        (entry,) = archive.ls()
        assert archive.versions("https://news.example/ferry") == []
    assert kept.article.reason is not None
    assert (code, code.value) == (kept.article.reason.code, entry.reason)
    assert (kept.version, kept.text_file, kept.article.text) == (None, None, "")
    assert given_page.exchanges[0].response == warc.read_at(tmp_path / kept.original_file, kept.original_offset).block


def test_page_beyond_a_limit_is_kept_though_cleaning_raises(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        with pytest.raises(LimitError):
            archive.add(page(), policy=Policy(limits=Limits(max_bytes=10)))
        (entry,) = archive.ls()
        assert (entry.url, entry.version, entry.cleaned_at) == ("https://news.example/ferry", None, None)
        assert page().exchanges[0].response == archive.original(entry)
        assert archive.show(entry.id).dropped == ()


@pytest.mark.parametrize("name", ["chunked", "gzip", "gzip-chunked", "duplicate-headers"])
def test_body_seen_before_becomes_a_revisit_of_its_head_alone(tmp_path: Path, name: str) -> None:
    first = odd_pages()[name]
    later = replace(first.exchanges[0], started_at=AT + timedelta(days=1))
    with Archive(tmp_path, fsync=False) as archive:
        one = archive.add(first)
        two = archive.add(replace(first, exchanges=(later,), fetched_at=AT + timedelta(days=1)))
    old = warc.read_at(tmp_path / one.original_file, one.original_offset)
    new = warc.read_at(tmp_path / two.original_file, two.original_offset)
    assert (one.revisit, two.revisit, two.changed) == (False, True, False)
    assert (new.kind, new.block) == ("revisit", later.response.split(b"\r\n\r\n")[0] + b"\r\n\r\n")
    assert (old.id, old.fields["warc-date"]) == (new.fields["warc-refers-to"], new.fields["warc-refers-to-date"])
    assert new.fields["warc-profile"].endswith("/1.1/revisit/identical-payload-digest")
    assert (one.version, one.text_file) == (two.version, two.text_file)


def test_same_content_under_another_coding_is_no_revisit(tmp_path: Path) -> None:
    head = "HTTP/1.1 200 OK\nContent-Type: text/html\nTransfer-Encoding: chunked"
    with Archive(tmp_path, fsync=False) as archive:
        archive.add(page())
        kept = archive.add(page(head=head, body=chunked(article_html())))
    assert not kept.revisit


def test_version_is_new_only_when_the_clean_text_changes(tmp_path: Path) -> None:
    bodies = [
        article_html(),
        article_html().replace(b"<main>", b"<main><!-- new build -->"),
        article_html(more=PARAGRAPHS[0] * 2),
    ]
    with Archive(tmp_path, fsync=False) as archive:
        kept = [archive.add(page(body, at=AT + timedelta(days=day))) for day, body in enumerate(bodies)]
        versions = archive.versions("https://news.example/ferry#comments")
    assert [one.changed for one in kept] == [True, False, True]
    assert [kept[0].version, kept[2].version] == [one.id for one in versions]
    assert len({kept[0].text_file, kept[2].text_file}) == 2
    assert len({one.id for one in kept}) == 3


def test_responses_that_came_before_a_failure_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hop = exchange("http://news.example/f", "HTTP/1.1 301 Moved\nLocation: http://10.0.0.1/", b"", status=301)
    error = CleanerError("10.0.0.1 is not public")

    class Client:
        def __init__(self, options: FetchOptions) -> None:
            self.options = options

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def visit(self, _: str) -> Visit:
            return Visit(exchanges=(hop,), error=error)

    monkeypatch.setattr(parts, "Client", Client)
    with Archive(tmp_path, fsync=False) as archive:
        with pytest.raises(CleanerError) as caught:
            archive.add("http://news.example/f")
        (entry,) = archive.ls()
        assert hop.response == archive.original(entry)
    assert caught.value is error
    assert (entry.url, entry.status, entry.version) == (hop.url, 301, None)


def test_refused_header_leaves_a_usable_archive(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        with pytest.raises(ArchiveError):
            archive.add(page(url="https://news.example/\r\nWARC-Type: x"))
        kept = archive.add(page())
        assert [kept.id] == [entry.id for entry in archive.ls()]
    assert warc.read_at(tmp_path / kept.original_file, kept.original_offset).kind == "response"


def test_files_rotate_at_their_size(tmp_path: Path) -> None:
    with Archive(tmp_path, settings=Settings(fsync=False, max_file_bytes=1)) as archive:
        kept = [archive.add(page(article_html(more=f"Number {n} sails."))) for n in range(3)]
    assert len({one.original_file for one in kept}) == 3
    assert all(next(warc.read(path)).kind == "warcinfo" for path in tmp_path.rglob("*.warc.gz"))


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_full_disk_means_try_later_and_leaves_the_file_whole(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        before = archive.add(page())
        with largest_file(1_000_000), pytest.raises(TryLaterError) as caught:
            archive.add(page(os.urandom(2_000_000)))
        assert (caught.value.code, caught.value.exit_code) == ("disk-full", 75)
        assert [before.id] == [entry.id for entry in archive.ls()]
        after = archive.add(page(url="https://news.example/later"))
    assert [s.kind for s in warc.read(tmp_path / after.original_file)].count("metadata") == 2
    assert warc.read_at(tmp_path / after.original_file, after.original_offset).kind == "revisit"


@pytest.fixture
def reader_only() -> Iterator[Path]:
    """A folder that this process may read and not write, also where the tests run as root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65_534)
        try:
            yield folder
        finally:
            os.seteuid(user)
            folder.chmod(0o755)


def test_folder_without_leave_to_write_is_an_archive_error(reader_only: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        Archive(reader_only)
    assert (caught.value.code, caught.value.exit_code) == ("not-writable", 7)


def test_foreign_folder_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(UsageError):
        Archive(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]
    with pytest.raises(UsageError):
        Archive(tmp_path / "photo.jpg")


def test_missing_archive_is_not_made_where_nobody_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Archive(tmp_path / "a", create=False)
    assert not (tmp_path / "a").exists()


def test_archive_of_a_later_format_is_refused(tmp_path: Path) -> None:
    for marker in ("format = 2\n", "format = 'one'\n", "format ="):
        (tmp_path / "archive.toml").write_text(marker)
        with pytest.raises(ArchiveError):
            Archive(tmp_path)


def test_page_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with Archive(tmp_path, fsync=False) as archive, pytest.raises(InputError):
        archive.show("https://news.example/nothing")


@given(title=st.text(), url=st.one_of(st.none(), st.text(), st.text().map("https://{}/x".format)))
def test_text_name_never_leaves_its_folder(title: str, url: str | None) -> None:
    name = names.text_name(url, AT, title, "0123456789ab")
    assert len(name.parts) == 3
    assert all(part not in {"", ".", ".."} and len(part.encode()) < 256 for part in name.parts)
    assert set(str(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-._/")


@given(title=st.text(), language=st.text())
def test_front_matter_is_one_line_a_field_whatever_the_page_says(title: str, language: str) -> None:
    lines = textfile.front_matter({"title": title, "byline": None, "language": language}).splitlines()
    assert [bool(title), bool(language)].count(True) + 2 == len(lines)
    assert lines[0] == lines[-1] == "---"
    known = {name: storable(value) for name, value in (("title", title), ("language", language)) if value}
    assert (yaml.safe_load("\n".join(lines[1:-1])) or {}) == known


def test_text_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "x" / "a.md"
    assert write_new(path, b"first", fsync=True)
    assert not write_new(path, b"second", fsync=True)
    assert path.read_bytes() == b"first"
    assert [one.name for one in path.parent.iterdir()] == ["a.md"]


def test_write_new_works_where_links_are_not_to_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    assert write_new(tmp_path / "a.md", b"first", fsync=False)
    assert not write_new(tmp_path / "a.md", b"second", fsync=False)
    assert (tmp_path / "a.md").read_bytes() == b"first"


class Handler(BaseHTTPRequestHandler):
    """Redirects / to /ferry, which is one article."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = article_html() if self.path == "/ferry" else b""
        self.send_response(200 if body else 302)
        self.send_header("Location" if not body else "Content-Type", "text/html" if body else "/ferry")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Nothing is said."""


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_url_is_fetched_and_kept_with_its_redirect(tmp_path: Path, site: str) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        kept = archive.add(f"http://{site}/", options=FetchOptions(allow_hosts=(site,)))
        assert archive.verify() == []
    kinds = [stored.kind for stored in warc.read(tmp_path / kept.original_file)]
    assert kinds == ["warcinfo", "response", "request", "response", "request", "metadata"]
    assert kept.url == f"http://{site}/ferry"
    assert PARAGRAPHS[0] in kept.article.text


def test_refused_address_leaves_nothing_behind(tmp_path: Path, site: str) -> None:
    with Archive(tmp_path, fsync=False) as archive:
        with pytest.raises(BlockedAddressError):
            archive.add(f"http://{site}/")
        assert list(archive.ls()) == []
    assert list(tmp_path.rglob("*.warc.gz")) == []
