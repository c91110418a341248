"""Articles to carry away: a book (EPUB 3) or one HTML file, each whole in itself, with the pictures there are."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO
from typing import IO, TypeAlias
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring, tostring

from cleaner import urls
from cleaner.model import Block, Meta, Role
from cleaner.render import html
from cleaner.text import in_xml

__all__ = ["Chapter", "Pictures", "write_epub", "write_html"]

Pictures: TypeAlias = Callable[[str], tuple[str, bytes] | None]
"""Media type and bytes of the picture at an address; None where there is none."""

XHTML = "http://www.w3.org/1999/xhtml"
SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif"}
IN_EPUB = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})  # EPUB 3.3's core media types
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that ZIP can tell: the same articles give the same bytes
STYLE = """\
:root { color-scheme: light dark; }
body { font-family: Charter, "Bitstream Charter", "Iowan Old Style", Georgia, Cambria, serif; font-size: 1.1em; line-height: 1.6;
  margin: 0 auto; max-width: 40em; padding: 2em 1.2em; overflow-wrap: break-word; }
h1 { font-size: 1.9em; line-height: 1.2; margin: 0 0 .5em; }
h2, h3, h4, h5, h6 { line-height: 1.3; margin: 1.6em 0 .5em; }
p { margin: 0 0 1em; }
.facts { font-family: sans-serif; font-size: .85em; margin-bottom: 2em; }
.dek { font-size: 1.15em; font-style: italic; }
blockquote { margin: 1.4em 0; padding-left: 1.2em; border-left: 3px solid; font-style: italic; }
figure { margin: 1.6em 0; }
figcaption { font-size: .85em; margin-top: .4em; }
img { max-width: 100%; height: auto; }
pre { overflow-x: auto; white-space: pre-wrap; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid; padding: .3em .8em .3em 0; text-align: left; vertical-align: top; }
section + section { margin-top: 5em; border-top: 1px solid; padding-top: 3em; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One article to be written: its parts, the roles shown, and where it is from."""

    meta: Meta
    blocks: Sequence[Block]
    shown: frozenset[Role]
    url: str
    captured: str

    @property
    def title(self) -> str:
        """The article's title, or its address where it has none; never empty."""
        return (self.meta.title or "").strip() or self.url or "Untitled"


def write_html(out: IO[bytes], title: str, chapters: Iterable[Chapter], pictures: Pictures) -> int:
    """How many articles went into one HTML file that needs nothing else and loads nothing."""

    def inlined(src: str) -> str | None:
        found = pictures(src)
        return f"data:{found[0]};base64,{b64encode(found[1]).decode('ascii')}" if found else None

    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    head = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>\n{STYLE}</style>\n</head>\n<body>\n'
    )
    out.write(head.encode("utf-8", "replace"))
    count = 0
    for chapter in chapters:
        inside: str = tostring(_section(chapter, inlined), encoding="unicode", method="html")
        out.write((inside + "\n").encode("utf-8", "replace"))
        count += 1
    out.write(b"</body>\n</html>\n")
    return count


def write_epub(out: IO[bytes], title: str, modified: str, chapters: Iterable[Chapter], pictures: Pictures) -> int:
    """How many articles went into an EPUB 3 book; `modified` is `2026-11-22T18:05:00Z`, the newest capture's moment."""
    with ZipFile(out, "w", ZIP_DEFLATED) as book:
        _put(book, "mimetype", b"application/epub+zip", ZIP_STORED)  # must come first, and readable as it is
        _put(book, "META-INF/container.xml", _CONTAINER)
        _put(book, "EPUB/style.css", STYLE.encode("ascii"))
        bound = _Binding(book, pictures)
        for chapter in chapters:
            bound.add(chapter)
        _put(book, "EPUB/nav.xhtml", bound.contents(title))
        _put(book, "EPUB/package.opf", bound.package(title, modified))
    return len(bound.titles)


def _section(chapter: Chapter, place: Callable[[str], str | None]) -> HtmlElement:
    """The article with its title and a line of facts; pictures that have no place are named in words, other media linked."""
    images = {block.media.src for block in chapter.blocks if block.media and block.media.kind == "image"}
    placed = {src: found for src in sorted(images) if (found := place(src))}
    blocks = [block if _src(block) in placed else _named(block) for block in chapter.blocks]
    untitled = replace(chapter.meta, title=None)
    section = fragment_fromstring(html.render(untitled, blocks, chapter.shown - {Role.TITLE}))
    section.tag = "section"
    if chapter.meta.language:
        section.set("lang", chapter.meta.language)
    for image in list(section.iter("img")):
        if (src := image.get("src", "")) in placed:
            image.set("src", placed[src])
        else:
            image.drop_tree()
    for link in list(section.iter("a")):
        if whole := urls.absolute(link.get("href", "")):
            link.set("href", in_xml(whole))
        else:
            link.drop_tag()  # a place in a page that is not here
    section.insert(0, _facts(chapter))
    heading = etree.SubElement(section, "h1")
    heading.text = in_xml(chapter.title)
    section.insert(0, heading)
    section.text = None
    return section


def _src(block: Block) -> str | None:
    return block.media.src if block.media and block.media.kind == "image" else None


def _named(block: Block) -> Block:
    if block.media is None:
        return block
    told = f"{block.media.kind}: {block.media.alt or block.media.src}"
    return replace(block, media=replace(block.media, kind="frame", alt=told))


def _facts(chapter: Chapter) -> HtmlElement:
    facts: HtmlElement = fragment_fromstring('<p class="facts"></p>')
    known = (chapter.meta.byline, (chapter.meta.published or "")[:10], chapter.meta.site)
    facts.text = in_xml(" · ".join(part for part in known if part))
    if whole := urls.absolute(chapter.url):
        facts.text += " · " if facts.text else ""
        link = etree.SubElement(facts, "a", href=in_xml(whole))
        link.text = in_xml(chapter.url)
        link.tail = f" · captured {chapter.captured[:10]}"
    return facts


class _Binding:
    """A book being bound: the chapters and pictures that are in it by now."""

    def __init__(self, book: ZipFile, pictures: Pictures) -> None:
        self.titles: list[str] = []
        self._book = book
        self._pictures = pictures
        self._images: list[str] = []
        self._language = ""

    def add(self, chapter: Chapter) -> None:
        """Nothing; the article is in the book, and its pictures are, once each."""
        self.titles.append(chapter.title)
        self._language = self._language or chapter.meta.language or ""
        section = _section(chapter, self._place)
        page = etree.Element("html", nsmap={None: XHTML})
        if chapter.meta.language:
            page.set("{http://www.w3.org/XML/1998/namespace}lang", chapter.meta.language)
            page.set("lang", chapter.meta.language)
        head = etree.SubElement(page, "head")
        etree.SubElement(head, "title").text = in_xml(chapter.title)
        etree.SubElement(head, "link", rel="stylesheet", type="text/css", href="style.css")
        etree.SubElement(page, "body").append(section)
        _put(self._book, f"EPUB/{_file(len(self.titles))}", _xhtml(page))

    def _place(self, src: str) -> str | None:
        """The picture's file beside the chapters, put there when it is first asked for."""
        found = self._pictures(src)
        if found is None or found[0] not in IN_EPUB:
            return None
        name = f"{hashlib.sha256(found[1]).hexdigest()[:20]}.{SUFFIXES[found[0]]}"
        if name not in self._images:
            _put(self._book, f"EPUB/{name}", found[1], ZIP_STORED)
            self._images.append(name)
        return name

    def contents(self, title: str) -> bytes:
        """The table of contents, as a page and for the reader's menu."""
        rows = "".join(
            f'<li><a href="{_file(number)}">{escape(in_xml(name))}</a></li>'
            for number, name in enumerate(self.titles, 1)
        )
        rows = rows or '<li><a href="nav.xhtml">Nothing</a></li>'
        return (
            f'<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="{XHTML}" xmlns:epub="http://www.idpf.org/2007/ops">'
            f'<head><title>{escape(in_xml(title))}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>'
            f'<body><nav epub:type="toc"><h1>{escape(in_xml(title))}</h1><ol>{rows}</ol></nav></body></html>'
        ).encode()

    def package(self, title: str, modified: str) -> bytes:
        """What is in the book, and in which order; its identifier follows from the titles and the moment."""
        told = hashlib.sha256("\n".join([title, modified, *self.titles]).encode("utf-8", "replace")).hexdigest()
        uuid = f"{told[:8]}-{told[8:12]}-5{told[13:16]}-a{told[17:20]}-{told[20:32]}"
        types = {suffix: kind for kind, suffix in SUFFIXES.items()}
        chapters = [
            f'id="c{n}" href="{_file(n)}" media-type="application/xhtml+xml"' for n in range(1, len(self.titles) + 1)
        ]
        images = [f'id="i{n}" href="{name}" media-type="{types[name[21:]]}"' for n, name in enumerate(self._images)]
        items = "".join(f"<item {item}/>" for item in (*chapters, *images))
        contents = "" if len(self.titles) == 1 else '<itemref idref="nav"/>'
        spine = "".join(f'<itemref idref="c{number}"/>' for number in range(1, len(self.titles) + 1))
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f'<dc:identifier id="id">urn:uuid:{uuid}</dc:identifier><dc:title>{escape(in_xml(title))}</dc:title>'
            f"<dc:language>{escape(self._language or 'und')}</dc:language>"
            f'<meta property="dcterms:modified">{escape(modified)}</meta></metadata>'
            '<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            f'<item id="style" href="style.css" media-type="text/css"/>{items}</manifest>'
            f"<spine>{contents}{spine}</spine></package>"
        ).encode()


_CONTAINER = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    b'<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def _file(number: int) -> str:
    return f"article-{number:05d}.xhtml"


def _put(book: ZipFile, name: str, content: bytes, compression: int = ZIP_DEFLATED) -> None:
    entry = ZipInfo(name, EPOCH)
    entry.compress_type = compression
    entry.external_attr = 0o644 << 16
    book.writestr(entry, content)


def _xhtml(page: etree._Element) -> bytes:
    """The page as XML; every element of it in XHTML's namespace, which lxml's HTML elements lack."""
    for element in page.iter(etree.Element):
        if not str(element.tag).startswith("{"):
            element.tag = f"{{{XHTML}}}{element.tag!s}"
    etree.cleanup_namespaces(page)
    out = BytesIO()
    etree.ElementTree(page).write(out, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>")
    return out.getvalue()
