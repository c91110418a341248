"""What is no HTML is known as what it is, with evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.parse import kind_of, looks_like_html

PAGE = b"<!doctype html><html><head><title>Words</title></head><body><p>Words</p></body></html>"


@pytest.mark.parametrize(
    ("content", "kind", "evidence"),
    [
        (b"%PDF-1.7\n...", "pdf", "starts with %PDF-"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image", "starts with the PNG signature"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image", "starts with the JPEG signature"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image", "starts with the WebP signature"),
        (b"PK\3\4\x14\0\6\0", "archive", "starts with the ZIP signature"),
        (b"\x1f\x8b\x08\0", "archive", "starts with the gzip signature"),
        (b'<?xml version="1.0"?>\n<rss version="2.0"><channel/></rss>', "feed", "root element <rss>"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>', "feed", "root element <feed>"),
        (b'<?xml version="1.0"?><note><to>You</to></note>', "xml", "root element <note>"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "xml", "root element <svg>"),
        (b'{"title": "Words"}', "json", "starts as JSON"),
        (b'[{"title": "Words"}]', "json", "starts as JSON"),
        (b"\1\0\2\0\0\3" * 100, "binary", "300 NUL bytes in the first 600"),
    ],
)
def test_other_formats_are_named(content: bytes, kind: str, evidence: str) -> None:
    assert kind == kind_of(content)
    assert evidence == looks_like_html(content, None)


@pytest.mark.parametrize(
    "content_type", [None, "", "text/html; charset=utf-8", "image/png", "text/plain", "application/json"]
)
def test_a_page_is_html_whatever_its_content_type_says(content_type: str | None) -> None:
    assert looks_like_html(PAGE, content_type) is None


@pytest.mark.parametrize(
    "content",
    [
        PAGE,
        b"\xef\xbb\xbf  \n<!-- note --><html>",
        b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">',
        b"<p>A fragment</p>",
        b"Plain words, which browsers show as a page.",
        b"{curly} words that are no JSON",
        b"",
        PAGE.decode().encode("utf-16"),
        PAGE.decode().encode("utf-16-le"),
    ],
)
def test_what_could_be_html_is_let_through(content: bytes) -> None:
    assert looks_like_html(content, "text/html") is None
    assert looks_like_html(content, None) is None


@pytest.mark.parametrize("content_type", ["text/plain", "application/json; charset=utf-8", "text/css", "image/png"])
def test_content_type_decides_where_the_bytes_do_not(content_type: str) -> None:
    assert "content type " + content_type.split(";", maxsplit=1)[0] == looks_like_html(b"some words", content_type)


@given(st.binary(max_size=300), st.none() | st.text(max_size=40))
def test_any_bytes_are_of_some_kind(content: bytes, content_type: str | None) -> None:
    assert kind_of(content)
    assert looks_like_html(content, content_type) != ""


def test_bytes_full_of_controls_are_binary() -> None:
    noise = bytes((i * 7919 + i // 3) % 256 for i in range(3000)).replace(b"\0", b"\1")
    assert "binary" == kind_of(noise)
    assert "control bytes in the first 1,000" in (looks_like_html(noise, None) or "")


def test_a_stray_control_byte_does_not_make_a_page_binary() -> None:
    assert looks_like_html(b"Some text \x01 that came out of a terminal, and goes on for a while. " * 5, None) is None
    assert looks_like_html(b"<p>" + b"\x02" * 100, None) is None
