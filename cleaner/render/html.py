"""An article as an HTML fragment: built from escaped text, then sanitised against an explicit list of what may pass."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import assert_never

import nh3

from cleaner.model import Block, Media, Meta, Role
from cleaner.render.inline import Node, Span, spans
from cleaner.render.shape import Figure, Item, Listing, Part, Quotation, Table, parts
from cleaner.urls import reference

__all__ = ["render"]

_TAGS = {
    "article", "h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "ul", "ol", "li", "blockquote", "pre", "code",
    "figure", "figcaption", "img", "video", "audio", "table", "thead", "tbody", "tr", "th", "td",
    "a", "strong", "em", "sup", "sub",
}  # fmt: skip
_ATTRIBUTES = {
    "article": {"lang"},
    "a": {"href"},
    "ol": {"start"},
    "li": {"value"},
    "p": {"class"},
    "img": {"src", "alt"},
    "video": {"src", "controls"},
    "audio": {"src", "controls"},
}
_INLINE_TAGS = {"strong": "strong", "emphasis": "em", "sup": "sup", "sub": "sub", "code": "code"}
_CLASSED = frozenset({Role.DEK, Role.BYLINE, Role.DATELINE, Role.CREDIT, Role.CAPTION})
_SANITISER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener nofollow",
    strip_comments=True,
)


def render(meta: Meta, blocks: Sequence[Block], shown: frozenset[Role]) -> str:
    """An `<article>` with the title and the shown blocks; safe to put into a page as it is."""
    headed = bool(meta.title and meta.title.strip())
    title = f"<h1>{escape(meta.title or '')}</h1>\n" if headed else ""
    body = "\n".join(_part(part) for part in parts(blocks, shown - {Role.TITLE} if headed else shown))
    language = f' lang="{escape(meta.language)}"' if meta.language else ""
    return _SANITISER.clean(f"<article{language}>\n{title}{body}\n</article>")


def _part(part: Part) -> str:
    match part:
        case Block():
            return _block(part)
        case Listing():
            return _list(part.items)
        case Table():
            return _table(part)
        case Quotation():
            return f"<blockquote>{''.join(_paragraph(block) for block in part.blocks)}</blockquote>"
        case Figure():
            captions = "<br>".join(_inline(block) for block in part.captions)
            figcaption = f"<figcaption>{captions}</figcaption>" if captions else ""
            return f"<figure>{_media(part.embed.media) if part.embed.media else ''}{figcaption}</figure>"
    assert_never(part)


def _block(block: Block) -> str:
    if block.role is Role.CODE:
        # The code element also guards a first line break, which is no text directly after <pre>.
        return f"<pre><code>{escape(block.text)}</code></pre>"
    if block.role in (Role.HEADING, Role.TITLE):
        tag = f"h{min(6, max(1, block.level))}" if block.role is Role.HEADING else "h1"
        return f"<{tag}>{_inline(block)}</{tag}>"
    return _paragraph(block)


def _paragraph(block: Block) -> str:
    role = f' class="{block.role}"' if block.role in _CLASSED else ""
    return f"<p{role}>{_inline(block)}</p>"


def _list(items: Sequence[Item]) -> str:
    """One list; numbered where its first item is, each number that does not follow from the one before written out."""
    first = items[0].blocks[0].ordinal
    if first is None:
        return f"<ul>{''.join(_item(item, '') for item in items)}</ul>"
    numbered: list[str] = []
    expected = first
    for item in items:
        ordinal = item.blocks[0].ordinal
        jumps = ordinal is not None and ordinal != expected
        numbered.append(_item(item, f' value="{ordinal}"' if jumps else ""))
        expected = (expected if ordinal is None else ordinal) + 1
    start = "" if first == 1 else f' start="{first}"'
    return f"<ol{start}>{''.join(numbered)}</ol>"


def _item(item: Item, attributes: str) -> str:
    first, *more = item.blocks
    nested = _list(item.items) if item.items else ""
    return f"<li{attributes}>{_inline(first)}{''.join(_paragraph(block) for block in more)}{nested}</li>"


def _table(table: Table) -> str:
    rows = (f"<tr>{''.join(_cells(row))}</tr>" for row in table.rows)
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _cells(row: Sequence[Sequence[Block]]) -> Iterator[str]:
    for cell in row:
        tag = "th" if cell and all(block.header for block in cell) else "td"
        yield f"<{tag}>{'<br>'.join(_inline(block) for block in cell)}</{tag}>"


def _media(media: Media) -> str:
    src = reference(media.src)
    if src is None:
        return ""
    src, alt = escape(src), escape(media.alt)
    if media.kind == "image":
        return f'<img src="{src}" alt="{alt}">'
    if media.kind == "frame":
        return f'<a href="{src}">{alt or src}</a>'
    return f'<{media.kind} src="{src}" controls>{alt}</{media.kind}>'


def _inline(block: Block) -> str:
    return "".join(map(_node, spans(block)))


def _node(node: Node) -> str:
    if isinstance(node, str):
        return escape(node).replace("\n", "<br>")
    inner = "".join(map(_node, node.nodes))
    if node.mark.kind == "link":
        return _link(node, inner)
    tag = _INLINE_TAGS[node.mark.kind]
    return f"<{tag}>{inner}</{tag}>"


def _link(span: Span, inner: str) -> str:
    href = reference(span.mark.href or "")
    return inner if href is None else f'<a href="{escape(href)}">{inner}</a>'
