"""An article as a TEI-XML document (TEI P5): the header says what is known of it, the text holds the shown blocks."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from lxml.etree import Element, SubElement, _Element, tostring

from cleaner.model import Block, Media, Meta, Role
from cleaner.render.inline import Node, spans
from cleaner.render.shape import Figure, Item, Listing, Part, Quotation, Table, parts
from cleaner.text import in_xml

__all__ = ["render"]

_NAMESPACE = "http://www.tei-c.org/ns/1.0"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_STYLES = {"strong": "#b", "emphasis": "#i", "sup": "#sup", "sub": "#sub", "code": "#code"}
_HEADED = frozenset({Role.HEADING, Role.TITLE})


def render(meta: Meta, blocks: Sequence[Block], shown: frozenset[Role], url: str | None) -> str:
    """The document with its XML declaration; characters that XML cannot hold are left out."""
    document = Element("TEI", nsmap={None: _NAMESPACE})
    _header(document, meta, url)
    text = SubElement(document, "text")
    if meta.language:
        text.set(_XML_LANG, in_xml(meta.language))
    division = SubElement(SubElement(text, "body"), "div", type="entry")
    for part in parts(blocks, shown - {Role.TITLE}):
        division.extend(_part(part))
    for line in (division, *division):
        line.tail = "\n"
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(document, encoding="unicode") + "\n"


def _header(document: _Element, meta: Meta, url: str | None) -> None:
    header = SubElement(document, "teiHeader")
    about = SubElement(header, "fileDesc")
    title = SubElement(about, "titleStmt")
    _add(title, "title", meta.title or "", type="main")
    if meta.byline:
        _add(title, "author", meta.byline)
    published = SubElement(about, "publicationStmt")
    _add(published, "publisher", meta.site or "")
    if meta.published:
        _add(published, "date", meta.published, when=in_xml(meta.published))
    source = SubElement(SubElement(about, "sourceDesc"), "bibl")
    _add(source, "title", meta.title or "")
    if url:
        _add(source, "ptr", "", type="URL", target=in_xml(url))
    profile = SubElement(header, "profileDesc")
    if meta.description:
        _add(SubElement(profile, "abstract"), "p", meta.description)
    if meta.language:
        use = SubElement(profile, "langUsage")
        _add(use, "language", meta.language, ident=in_xml(meta.language))


def _part(part: Part) -> Iterator[_Element]:
    match part:
        case Block():
            yield _block(part)
        case Listing():
            yield _list(part.items)
        case Table():
            yield _table(part)
        case Quotation():
            quote = Element("quote")
            quote.extend(_written("p", block) for block in part.blocks)
            yield quote
        case Figure():
            yield _figure(part)
        case _:
            assert_never(part)


def _block(block: Block) -> _Element:
    if block.role in _HEADED:
        return _written("ab", block, type="header", rend=f"h{min(6, max(1, block.level))}")
    if block.role is Role.CODE:
        code = Element("ab", type="code")
        code.text = in_xml(block.text)
        return code
    return _written("p", block) if block.role is Role.PARAGRAPH else _written("p", block, rend=str(block.role))


def _list(items: Sequence[Item]) -> _Element:
    numbered = items[0].blocks[0].ordinal is not None
    listing = Element("list", rend="ol" if numbered else "ul")
    for item in items:
        first, *more = item.blocks
        entry = _written("item", first)
        entry.extend(_written("p", block) for block in more)
        if item.items:
            entry.append(_list(item.items))
        listing.append(entry)
    return listing


def _table(table: Table) -> _Element:
    element = Element("table")
    for row in table.rows:
        line = SubElement(element, "row")
        for cell in row:
            head = bool(cell) and all(block.header for block in cell)
            entry = SubElement(line, "cell", {"role": "head"} if head else {})
            for at, block in enumerate(cell):
                if at:
                    SubElement(entry, "lb")
                _write(entry, spans(block))
    return element


def _figure(figure: Figure) -> _Element:
    element = Element("figure")
    for block in figure.captions:
        element.append(_written("head", block))
    media = figure.embed.media
    if media is not None:
        element.append(_graphic(media))
        if media.alt:
            _add(element, "figDesc", media.alt)
    return element


def _graphic(media: Media) -> _Element:
    if media.kind == "image":
        return Element("graphic", url=in_xml(media.src))
    return Element(
        "media", mimeType=f"{'text/html' if media.kind == 'frame' else media.kind + '/*'}", url=in_xml(media.src)
    )


def _written(tag: str, block: Block, **attributes: str) -> _Element:
    element = Element(tag, attributes)
    _write(element, spans(block))
    return element


def _write(parent: _Element, nodes: Sequence[Node]) -> None:
    for node in nodes:
        if isinstance(node, str):
            _text(parent, node)
        elif node.mark.kind == "link":
            _write(SubElement(parent, "ref", target=in_xml(node.mark.href or "")), node.nodes)
        else:
            _write(SubElement(parent, "hi", rend=_STYLES[node.mark.kind]), node.nodes)


def _text(parent: _Element, text: str) -> None:
    """The text behind whatever stands in the parent already; line breaks became `lb`."""
    first, *lines = text.split("\n")
    _append(parent, first)
    for line in lines:
        SubElement(parent, "lb")
        _append(parent, line)


def _append(parent: _Element, text: str) -> None:
    plain = in_xml(text)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + plain
    else:
        parent.text = (parent.text or "") + plain


def _add(parent: _Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = in_xml(text) or None
