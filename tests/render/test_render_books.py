"""A book and a file that hold articles whole: well-formed, with their pictures inside, and nothing that loads from outside."""

import re
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cleaner.model import Block, Mark, Media, Meta, Role
from cleaner.policy import SHOWN_BY_DEFAULT, shown_in_markup
from cleaner.render.books import Chapter, write_epub, write_html

PNG = b"\x89PNG\r\n\x1a\nquay"
QUAY = "https://example.org/quay.png"
AT = "2026-11-22T08:30:15Z"


def chapter(*blocks: Block, title: str | None = "Tide & <time>", url: str = "https://example.org/a?b=1&c=2") -> Chapter:
    meta = Meta(title=title, byline="P. Orme", published="2026-10-05T08:00:00Z", language="en")
    return Chapter(meta=meta, blocks=blocks, shown=shown_in_markup(SHOWN_BY_DEFAULT), url=url, captured=AT)


def picture(src: str) -> tuple[str, bytes] | None:
    return ("image/png", PNG) if src == QUAY else None


def image(index: int, src: str) -> Block:
    return Block(index=index, text="", role=Role.EMBED, tag="img", media=Media(kind="image", src=src, alt="A <quay>"))


BLOCKS = (
    Block(
        index=0,
        text="It rose & fell.",
        marks=(Mark(kind="link", start=0, end=2, href="https://example.org/x?a=1&b=2"),),
    ),
    image(1, QUAY),
    image(2, "https://example.org/lost.png"),
    Block(index=3, text="Then\nnothing."),
)


def book(chapters: Sequence[Chapter]) -> ZipFile:
    out = BytesIO()
    assert len(chapters) == write_epub(out, "A & B", AT, chapters, picture)
    return ZipFile(out)


def test_book_begins_with_its_type_stored_as_it_is() -> None:
    first = book([chapter(*BLOCKS)]).infolist()[0]
    assert ("mimetype", ZIP_STORED, b"application/epub+zip") == (
        first.filename,
        first.compress_type,
        book([]).read("mimetype"),
    )


def test_every_part_of_the_book_is_xml_and_in_its_list() -> None:
    opened = book([chapter(*BLOCKS), chapter(*BLOCKS, title=None)])
    package = etree.fromstring(opened.read("EPUB/package.opf"))
    listed = {item.get("href") for item in package.iter("{*}item")}
    files = {name.removeprefix("EPUB/") for name in opened.namelist() if name.startswith("EPUB/")}
    assert files - {"package.opf"} == listed
    for name in opened.namelist():
        if name.endswith(("xml", "xhtml", "opf")):
            etree.fromstring(opened.read(name))
    page = opened.read("EPUB/article-00001.xhtml").decode()
    assert "Tide &amp; &lt;time&gt;" in page
    assert "It</a> rose &amp; fell." in page


def test_picture_is_in_the_book_once_and_a_lost_one_is_named() -> None:
    opened = book([chapter(*BLOCKS), chapter(*BLOCKS)])
    (name,) = [name for name in opened.namelist() if name.endswith(".png")]
    assert PNG == opened.read(name)
    page = opened.read("EPUB/article-00002.xhtml").decode()
    assert f'<img src="{name.removeprefix("EPUB/")}" alt="A &lt;quay&gt;"/>' in page
    assert "image: A &lt;quay&gt;</a>" in page
    assert "lost.png" not in re.findall(r"<img[^>]*>", page)


def test_same_articles_give_the_same_bytes() -> None:
    def written() -> bytes:
        out = BytesIO()
        write_epub(out, "A", AT, [chapter(*BLOCKS)], picture)
        return out.getvalue()

    assert written() == written()


def test_one_file_has_all_and_loads_nothing() -> None:
    out = BytesIO()
    assert 2 == write_html(out, "A & B", [chapter(*BLOCKS), chapter(title="<script>x</script>")], picture)
    page = out.getvalue().decode()
    assert page.startswith("<!DOCTYPE html>")
    assert '<img src="data:image/png;base64,iVBORw0KGgpxdWF5"' in page
    assert [] == re.findall(r"<(?:script|link|iframe)|<img[^>]*src=\"(?!data:)", page)
    assert "default-src 'none'" in page


@given(text=st.text(), title=st.text(), url=st.text())
def test_any_text_gives_a_book_that_parses(text: str, title: str, url: str) -> None:
    opened = book([chapter(Block(index=0, text=text), title=title, url=url)])
    for name in ("article-00001.xhtml", "nav.xhtml", "package.opf"):
        etree.fromstring(opened.read(f"EPUB/{name}"))


def test_empty_book_is_a_book() -> None:
    assert "EPUB/nav.xhtml" in book([]).namelist()
