"""Tree to blocks in one walk: every character of text a browser would lay out stands in exactly one block.

Not text, and skipped whole: script, style, template, noscript (its copy of a lazy picture is read), svg, select, textarea
and frames. Hidden text is kept in blocks and flagged, for the decision to judge. The tree stays as it is; which text node
went into which block is remembered, so that another extractor's choice can be mapped back on blocks exactly.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from cleaner.boilerplate.frame import BlockContext, Frame
from cleaner.boilerplate.media import media_of
from cleaner.model import Block, Mark, MarkKind, Media, Role
from cleaner.text import words

__all__ = ["Segmented", "TextNode", "open_text", "segment"]

_SKIPPED = frozenset(
    "script style template noscript svg select textarea iframe object canvas head title datalist math-renderer".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark math nobr q rb rp rt ruby s samp"
    " small span strike strong sub sup time tt u var wbr annotation semantics mi mo mn mrow msup msub mfrac mtext".split()
)
_VOID_MEDIA = frozenset(("img", "picture", "video", "audio", "source", "track", "embed", "iframe", "noscript"))
_MARKS: dict[str, MarkKind] = {
    "a": "link", "b": "strong", "strong": "strong", "i": "emphasis", "em": "emphasis", "cite": "emphasis",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code", "sup": "sup", "sub": "sub",
}  # fmt: skip
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_LISTS = frozenset(("ul", "ol", "dl", "menu"))
_GROUPS = _LISTS | {"table", "blockquote", "figure", "pre"}
_ITEMS = frozenset(("li", "dd", "dt"))
_CELLS = frozenset(("td", "th"))
_SPACES = re.compile(r"[ \t\n\r\f]+")
_LAYOUT_CELL_WORDS = 60  # a cell longer than this is page layout, not data
_MIN_DATA_ROWS = 2


class TextNode(NamedTuple):
    """One text node that is not blank: its element, whether it is that element's tail, its block, its characters."""

    element: HtmlElement
    is_tail: bool
    block: int
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmented:
    """The blocks of one page in page order, what stands around each, and which block each stamped text node went to.

    `contexts[i]` belongs to `blocks[i]`. `nodes` are the text nodes in document order, their characters counted without
    white space. `frames` are the block-level elements in document order.
    """

    blocks: tuple[Block, ...]
    contexts: tuple[BlockContext, ...]
    nodes: tuple[TextNode, ...]
    frames: tuple[Frame, ...]


def segment(tree: HtmlElement) -> Segmented:
    """All blocks of the tree's body."""
    body = tree if tree.tag == "body" else tree.find("body")
    walker = _Walker()
    walker.walk(tree if body is None else body)
    blocks = _without_layout_tables(walker.blocks)
    return Segmented(
        blocks=blocks,
        contexts=tuple(walker.contexts),
        nodes=tuple(walker.nodes),
        frames=tuple(walker.frames),
    )


@dataclass(slots=True)
class _Open:
    """One block being built."""

    frame: Frame
    parts: list[str] = field(default_factory=list)
    length: int = 0
    ends_in_space: bool = True
    nodes: list[tuple[HtmlElement, bool, int]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    wraps: list[str] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    link_chars: int = 0
    hidden_chars: int = 0


class _Walker:
    """The state of one walk: finished blocks, the one being built, and the open elements around it."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.contexts: list[BlockContext] = []
        self.nodes: list[TextNode] = []
        self.frames: list[Frame] = []
        self.groups = 0
        self.links = 0
        self.hidden = 0
        self.verbatim = 0
        self.inline: list[tuple[HtmlElement, int, str]] = []
        self.frame = self._frame(None, None)
        self.open = _Open(self.frame)
        self.used_items: set[int] = set()

    def walk(self, body: HtmlElement) -> None:
        walk = etree.iterwalk(body, events=("start", "end"))
        for event, element in walk:
            tag = str(element.tag)
            if event == "start":
                if tag in _SKIPPED:
                    walk.skip_subtree()
                    self._media(element, tag)
                else:
                    self._start(element, tag)
                    if element.text:
                        self._text(element, element.text, tail=False)
                continue
            if self.inline and self.inline[-1][0] is element:
                self._end_inline(tag)
            elif self.frame.element is element:
                self._end_frame(tag)
            if element.tail and element is not body:
                self._text(element, element.tail, tail=True)
        self._flush()

    # elements

    def _start(self, element: HtmlElement, tag: str) -> None:
        if tag in _INLINE or ("-" in tag and self._is_in_sentence(element)):
            self._start_inline(element, tag)
        elif tag == "br":
            self._line_break()
        elif tag in _VOID_MEDIA:
            self._media(element, tag)
        else:
            self._start_frame(element, tag)

    def _is_in_sentence(self, element: HtmlElement) -> bool:
        """Whether a custom element, laid out as its author says, stands inside a paragraph's text."""
        return self.frame.tag == "p" and bool((element.tail or "").strip())

    def _start_inline(self, element: HtmlElement, tag: str) -> None:
        self.links += tag == "a"
        self.hidden += _is_hidden(element)
        names = _names(element)
        start = self.open.length
        self.inline.append((element, start, names))
        if names and not start:
            self.open.wraps.append(names)

    def _end_inline(self, tag: str) -> None:
        element, start, _ = self.inline.pop()
        self.links -= tag == "a"
        self.hidden -= _is_hidden(element)
        self._mark(element, tag, start)

    def _mark(self, element: HtmlElement, tag: str, start: int) -> None:
        kind = _MARKS.get(tag)
        if kind and start < self.open.length:
            href = element.get("href") if kind == "link" else None
            if kind != "link" or href:
                self.open.marks.append(Mark(kind=kind, start=start, end=self.open.length, href=href))

    def _start_frame(self, element: HtmlElement, tag: str) -> None:
        self._flush()
        self.frame = self.open.frame = self._frame(element, self.frame)
        self.hidden += self.frame.hidden
        self.verbatim += tag == "pre"

    def _end_frame(self, tag: str) -> None:
        self._flush()
        self.hidden -= self.frame.hidden
        self.verbatim -= tag == "pre"
        assert self.frame.parent is not None
        self.frame = self.open.frame = self.frame.parent

    def _frame(self, element: HtmlElement | None, parent: Frame | None) -> Frame:
        tag = str(element.tag) if element is not None else "body"
        names, hidden = ("", False) if element is None else (_names(element), _is_hidden(element))
        group = parent.group if parent else None
        if tag in _GROUPS and not (tag in _LISTS and parent and parent.list_depth):
            self.groups += 1
            group = self.groups
        frame = Frame(
            number=len(self.frames), tag=tag, names=names, parent=parent, element=element, hidden=hidden, group=group
        )
        self.frames.append(frame)
        return frame

    # text

    def _text(self, element: HtmlElement, text: str, *, tail: bool) -> None:
        if text.isspace():
            if self.verbatim or not self.open.ends_in_space:
                self._append(text)
            return
        self.open.nodes.append((element, tail, len("".join(text.split()))))
        before = self.open.length
        self._append(text)
        if self.links:
            self.open.link_chars += self.open.length - before
        if self.hidden:
            self.open.hidden_chars += self.open.length - before

    def _append(self, text: str) -> None:
        block = self.open
        if not self.verbatim:
            text = _SPACES.sub(" ", text)
            if block.ends_in_space and text.startswith(" "):
                text = text[1:]
        if not text:
            return
        block.parts.append(text)
        block.length += len(text)
        block.ends_in_space = text[-1] in " \n"

    def _line_break(self) -> None:
        block = self.open
        if self.verbatim:
            self._append("\n")
        elif block.parts and block.parts[-1] == "\n":
            self._flush()  # two breaks in a row are how old pages end a paragraph
        elif block.length:
            block.parts.append("\n")
            block.length += 1
            block.ends_in_space = True

    # blocks

    def _flush(self) -> None:
        """Ends the block being built and opens the next; nothing happens between two empty elements."""
        block = self.open
        if not block.length and not block.media:
            if block.wraps:
                block.wraps = [names for _, _, names in self.inline if names]
            return
        for element, start, _ in reversed(self.inline):
            self._mark(element, str(element.tag), start)
        text = "".join(block.parts)
        if text.strip():
            self._emit_text(block, text)
        for media in block.media:
            self._emit(block, "", Role.EMBED, media=media)
        self.inline = [(element, 0, names) for element, _, names in self.inline]
        self.open = _Open(self.frame)
        self.open.wraps = [names for _, _, names in self.inline if names]

    def _emit_text(self, block: _Open, text: str) -> None:
        index = len(self.blocks)
        self.nodes += [TextNode(element, is_tail, index, size) for element, is_tail, size in block.nodes]
        role = _role(block.frame, verbatim=bool(self.verbatim))
        if role is Role.LIST_ITEM and not self._opens_item(block.frame):
            role = Role.PARAGRAPH
        lead = 0
        if role is not Role.CODE:
            lead = len(text) - len(text.lstrip())
            text = text.strip()
        self._emit(block, text, role, marks=_fit(block.marks, lead, len(text)))

    def _opens_item(self, frame: Frame) -> bool:
        """Whether this is the first block of its list item; further ones are paragraphs under it."""
        item = frame.nearest(_ITEMS)
        if item is None or item.number in self.used_items:
            return False
        self.used_items.add(item.number)
        return True

    def _emit(
        self, block: _Open, text: str, role: Role, *, marks: tuple[Mark, ...] = (), media: Media | None = None
    ) -> None:
        frame = block.frame
        row, column, header = frame.cell() if role is Role.TABLE else (None, None, False)
        item = frame.nearest(_ITEMS)
        level = _HEADINGS.get(frame.heading() or "", 1) if role is Role.HEADING else frame.list_depth
        self.blocks.append(
            Block(
                index=len(self.blocks),
                text=text,
                role=role,
                tag=frame.tag,
                level=level,
                group=frame.group,
                row=row,
                column=column,
                header=header,
                ordinal=item.ordinal if item is not None and role is Role.LIST_ITEM else None,
                marks=marks,
                media=media,
            )
        )
        size = max(1, block.length)
        self.contexts.append(
            BlockContext(
                frame=frame,
                wraps=tuple(block.wraps),
                link_share=min(1.0, block.link_chars / size),
                hidden=block.hidden_chars * 2 > size,
            )
        )

    def _media(self, element: HtmlElement, tag: str) -> None:
        if tag in _VOID_MEDIA:
            media = media_of(element)
            if media is not None and media not in self.open.media:
                self.open.media.append(media)


def _names(element: HtmlElement) -> str:
    """Class, id and role of the element in one string, as written."""
    attributes = element.attrib
    if not attributes:
        return ""
    get = attributes.get
    return " ".join([value for value in (get("class"), get("id"), get("role")) if value])


_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def _is_hidden(element: HtmlElement) -> bool:
    attributes = element.attrib
    if not attributes:
        return False
    get = attributes.get
    if get("hidden") is not None or get("aria-hidden") == "true":
        return True
    style = get("style")
    return bool(style and _HIDING.search(style))


def _role(frame: Frame, *, verbatim: bool) -> Role:
    """The role its place in the tree gives a block, before any decision."""
    if verbatim:
        return Role.CODE
    if frame.heading():
        return Role.HEADING
    holder = frame.nearest(_ITEMS | _CELLS | {"blockquote", "figcaption", "caption"})
    if holder is None:
        return Role.PARAGRAPH
    if holder.tag in _ITEMS:
        return Role.LIST_ITEM
    if holder.tag in _CELLS:
        return Role.TABLE
    return Role.QUOTE if holder.tag == "blockquote" else Role.CAPTION


def _fit(marks: list[Mark], lead: int, length: int) -> tuple[Mark, ...]:
    """The marks moved left by `lead` characters and cut to the text; empty ones vanish."""
    fitted = []
    for mark in marks:
        start, end = max(0, mark.start - lead), min(length, mark.end - lead)
        if start < end:
            fitted.append(Mark(kind=mark.kind, start=start, end=end, href=mark.href))
    return tuple(sorted(fitted, key=lambda m: (m.start, -m.end)))


def _without_layout_tables(blocks: list[Block]) -> tuple[Block, ...]:
    """The blocks, with cells of tables that only lay out the page turned into paragraphs."""
    cells: dict[int, list[Block]] = {}
    for block in blocks:
        if block.role is Role.TABLE and block.group is not None:
            cells.setdefault(block.group, []).append(block)
    layout = {group for group, found in cells.items() if not _holds_data(found)}
    return tuple(_as_paragraph(b) if b.role is Role.TABLE and b.group in layout else b for b in blocks)


def _holds_data(cells: list[Block]) -> bool:
    sizes: Counter[tuple[int | None, int | None]] = Counter()
    for cell in cells:
        sizes[cell.row, cell.column] += words(cell.text)
    if max(sizes.values()) > _LAYOUT_CELL_WORDS:
        return False
    rows = Counter(row for row, _ in sizes)
    return len(rows) >= _MIN_DATA_ROWS and max(rows.values()) > 1


def _as_paragraph(block: Block) -> Block:
    return Block(index=block.index, text=block.text, tag=block.tag, marks=block.marks)


def open_text(tree: HtmlElement) -> Iterator[str]:
    """The text nodes that blocks are made of, in order: what the law "no text is lost" counts."""
    body = tree if tree.tag == "body" else tree.find("body")
    walk = etree.iterwalk(tree if body is None else body, events=("start", "end"))
    root = tree if body is None else body
    for event, element in walk:
        skipped = not isinstance(element.tag, str) or element.tag in _SKIPPED
        if event == "start":
            if skipped:
                walk.skip_subtree()
            elif element.text:
                yield element.text
        elif element is not root and element.tail:
            yield element.tail
