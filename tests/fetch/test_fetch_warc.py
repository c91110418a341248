"""WARC files as a source of pages: whose records are pages, what a page knows, and where a bad file stops."""

import gzip
import io
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from fastwarc.warc import WarcRecord, WarcRecordType
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import CleanerError, InputError, LimitError
from cleaner.fetch.warc import is_warc, is_warc_name, read_warc, walk_warc
from cleaner.model import Page

HTML = b"<!DOCTYPE html><html><head><title>Heron</title></head><body><p>The heron waits by the weir.</p></body></html>"
DATE = "2026-03-04T05:06:07Z"
OK = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def record(block: bytes, kind: str = "response", url: str = "https://heron.example/weir", **fields: str) -> bytes:
    """One WARC record, plain."""
    named = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": DATE,
        "WARC-Record-ID": "<urn:uuid:00000000-0000-4000-8000-000000000000>",
        "Content-Type": "application/http; msgtype=response" if kind == "response" else "text/html",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def response(body: bytes = HTML, head: str = OK) -> bytes:
    return head.encode("latin-1") + b"\r\n" + body


def pages(warc: bytes, max_bytes: int = 1_000_000) -> list[Page]:
    return list(read_warc(io.BytesIO(warc), max_bytes))


def test_page_has_the_records_url_and_date_and_the_responses_type_and_status() -> None:
    expected = Page(
        content=HTML,
        url="https://heron.example/weir",
        content_type="text/html; charset=utf-8",
        status=200,
        fetched_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    )
    assert [expected] == pages(record(response()))


@pytest.mark.parametrize(
    "pack",
    [
        pytest.param(b"".join, id="plain"),
        pytest.param(lambda records: b"".join(map(gzip.compress, records)), id="a member a record"),
        pytest.param(lambda records: gzip.compress(b"".join(records)), id="one member for all"),
    ],
)
def test_records_are_read_however_they_are_compressed(pack: Callable[[list[bytes]], bytes], tmp_path: Path) -> None:
    path = tmp_path / "some.warc.gz"
    path.write_bytes(pack([record(response(), url=f"https://heron.example/{n}") for n in range(3)]))
    assert [f"https://heron.example/{n}" for n in range(3)] == [page.url for page in read_warc(path)]


def test_what_another_program_wrote_is_read() -> None:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as stream:
        for url in ("https://heron.example/a", "https://heron.example/b"):
            written = WarcRecord()
            written.init_headers(record_type=WarcRecordType.response)
            written.headers["WARC-Target-URI"] = url
            written.headers["Content-Type"] = "application/http"
            written.set_bytes_content(response())
            written.write(stream)
    assert [("https://heron.example/a", HTML), ("https://heron.example/b", HTML)] == [
        (page.url, page.content) for page in pages(out.getvalue())
    ]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("Content-Encoding: gzip", gzip.compress(HTML)),
        ("Content-Encoding: deflate", zlib.compress(HTML)),
        ("Content-Encoding: br", brotli.compress(HTML)),
        ("Content-Encoding: gzip", HTML),  # unpacked by whoever stored it, under the old header
        ("Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(HTML), HTML)),
        ("Transfer-Encoding: chunked", HTML),
    ],
)
def test_codings_are_undone(coding: str, body: bytes) -> None:
    assert [HTML] == [page.content for page in pages(record(response(body, f"{OK}{coding}\r\n")))]


def test_gzip_in_chunks_is_undone() -> None:
    packed = gzip.compress(HTML)
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:20], packed[20:])) + b"0\r\n\r\n"
    head = f"{OK}Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    assert [HTML] == [page.content for page in pages(record(response(chunked, head)))]


@pytest.mark.parametrize(
    "other",
    [
        record(b"software: x\r\n", "warcinfo", Content_Type="application/warc-fields"),
        record(b"GET / HTTP/1.1\r\n\r\n", "request"),
        record(b"HTTP/1.1 200 OK\r\n\r\n", "revisit"),
        record(HTML, "conversion"),
        record(b"20260101000000\nheron.example. 1 IN A 192.0.2.1", url="dns:heron.example", Content_Type="text/dns"),
        record(response(head="HTTP/1.1 301 Moved\r\nContent-Type: text/html\r\n")),
        record(response(b"", "HTTP/1.1 304 Not Modified\r\nContent-Type: text/html\r\n")),
        record(response(b"\x89PNG\r\n\x1a\n", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n")),
        record(response(b"\x89PNG\r\n\x1a\n")),
        record(response(b"User-agent: *", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n")),
        record(response(b"{}", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")),
        record(b"", Content_Type="application/http"),
        record(b"nothing like HTTP"),
    ],
)
def test_record_that_is_no_page_is_passed_over(other: bytes) -> None:
    assert [HTML] == [page.content for page in pages(other + record(response()))]


def test_error_page_is_a_page_with_its_status() -> None:
    assert [404] == [page.status for page in pages(record(response(head=OK.replace("200 OK", "404 Not Found"))))]


def test_resource_record_is_a_page_without_status() -> None:
    (page,) = pages(record(HTML, "resource"))
    assert (HTML, "https://heron.example/weir", None) == (page.content, page.url, page.status)


def test_resource_of_no_address_is_a_page_without_url() -> None:
    assert [None] == [page.url for page in pages(record(HTML, "resource", url="urn:uuid:1"))]


def test_address_in_angle_brackets_is_read_without_them() -> None:
    assert ["https://heron.example/weir"] == [
        p.url for p in pages(record(response(), url="<https://heron.example/weir>"))
    ]


def test_body_that_was_cut_when_stored_is_read_as_far_as_it_goes() -> None:
    cut = gzip.compress(HTML)[:-9]
    (page,) = pages(record(response(cut, f"{OK}Content-Encoding: gzip\r\n"), WARC_Truncated="length"))
    assert page.content
    assert HTML.startswith(page.content)


@pytest.mark.parametrize("head", [OK, f"{OK}Content-Encoding: gzip\r\n"])
def test_page_beyond_the_limit_is_an_error_among_the_others(head: str) -> None:
    body = gzip.compress(HTML + b" " * 3_000_000) if "gzip" in head else HTML + b" " * 3_000_000
    big = record(response(body, head), url="https://heron.example/big")
    found = list(walk_warc(io.BytesIO(record(response()) + big + record(response())), 1_000_000))
    assert [Page, LimitError, Page] == [type(item) for item in found]
    assert isinstance(found[1], CleanerError)
    assert (found[1].where, found[1].code) == ("https://heron.example/big", "too-large")


def test_damaged_body_is_an_error_among_the_others() -> None:
    spoilt = record(response(gzip.compress(HTML)[:-4], f"{OK}Content-Encoding: gzip\r\n"))
    found = list(walk_warc(io.BytesIO(spoilt + record(response()))))
    assert [InputError, Page] == [type(item) for item in found]


def test_reading_raises_what_walking_lists() -> None:
    with pytest.raises(LimitError, match="record at byte 0"):
        pages(record(response(HTML * 2)), max_bytes=len(HTML))


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_cut_file_names_the_byte_where_its_last_record_begins(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    whole, last = pack(record(response())), pack(record(response(HTML * 3)))
    path = tmp_path / "torn.warc"
    path.write_bytes(whole + last[:-30])
    read = walk_warc(path)
    assert isinstance(next(read), Page)
    with pytest.raises(InputError, match=f"cut short at byte {len(whole)}$") as caught:
        next(read)
    assert (str(path), "bad-warc") == (caught.value.where, caught.value.code)


def test_damaged_gzip_names_the_byte_of_its_member() -> None:
    whole, spoilt = gzip.compress(record(response())), bytearray(gzip.compress(record(response(HTML * 30))))
    spoilt[len(spoilt) // 2] ^= 0xFF
    with pytest.raises(InputError, match=f"at byte {len(whole)}$"):
        pages(whole + spoilt)


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (b"no record at all", "no WARC record at byte {}"),
        (record(response(), Content_Length="many"), "a record without its length at byte {}"),
        (record(response(), Content_Length="-1"), "a record without its length at byte {}"),
        (b"WARC/1.1\r\nWARC-Type: response\r\n\r\n", "a record without its length at byte {}"),
        (b"W" * 2_000_000, "a header without end at byte {}"),
    ],
)
def test_what_is_no_record_is_named_with_its_byte(bad: bytes, what: str) -> None:
    good = record(response())
    with pytest.raises(InputError, match=what.format(len(good))):
        pages(good + bad)


def test_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        list(read_warc(tmp_path / "none.warc"))


def test_file_is_closed_when_the_reader_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "two.warc"
    path.write_bytes(record(response()) * 2)
    read = walk_warc(path)
    next(read)
    read.close()  # type: ignore[attr-defined]  # an open file would be a ResourceWarning, and so an error


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"WARC/1.0\r\n", True),
        (gzip.compress(b"WARC/1.1\r\n"), True),
        (gzip.compress(record(response()))[:1024], True),
        (b"<html>", False),
        (gzip.compress(b"<html>"), False),
        (b"\x1f\x8b", False),
        (b"\x1f\x8bnonsense", False),
        (b"", False),
    ],
)
def test_warc_is_known_by_its_first_bytes(start: bytes, *, expected: bool) -> None:
    assert expected == is_warc(start)


@pytest.mark.parametrize(
    ("name", "expected"), [("a.warc", True), ("b/A.WARC.GZ", True), ("a.warc.html", False), ("warc", False)]
)
def test_warc_is_known_by_its_name(name: str, *, expected: bool) -> None:
    assert expected == is_warc_name(name)


@given(st.binary(max_size=300), st.integers(0, 900))
def test_any_bytes_give_pages_or_a_typed_error(tail: bytes, cut: int) -> None:
    for pack in (bytes, gzip.compress):
        start = pack(record(response()))[:cut]
        try:
            found = pages(start + tail)
        except CleanerError:
            continue
        assert all(isinstance(page, Page) for page in found)


@given(body=st.binary(max_size=2_000), chunked=st.booleans())
def test_entity_comes_back_byte_for_byte(body: bytes, *, chunked: bool) -> None:
    content = HTML + body
    head = f"{OK}Transfer-Encoding: chunked\r\n" if chunked else OK
    sent = b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content) if chunked else content
    assert [content] == [page.content for page in pages(gzip.compress(record(response(sent, head))))]
