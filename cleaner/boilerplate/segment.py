"""Tree to blocks in one walk: every character of text a browser would lay out stands in exactly one block.

Not text, and skipped whole: script, style, template, noscript (its copy of a lazy picture is read), svg, select, textarea,
frames, and the tooltips of words in a sentence. Hidden text is kept in blocks and flagged, for the decision to judge. The
tree stays as it is; which text node went into which block is remembered, so that another extractor's choice can be mapped
back on blocks exactly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from cleaner.boilerplate.frame import GROUPS, BlockContext, Frame
from cleaner.boilerplate.hiding import hides_by_name, hides_by_style
from cleaner.boilerplate.layouttables import without_layout_tables
from cleaner.boilerplate.media import media_of
from cleaner.boilerplate.openblock import OpenBlock
from cleaner.model import Block, Role

__all__ = ["Segmented", "TextNode", "open_text", "segment"]

_SKIPPED = frozenset(
    "script style template noscript svg select textarea iframe object canvas head title datalist math-renderer noframes"
    " noembed".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark math nobr q rb rp rt ruby s samp"
    " small span strike strong sub sup time tt u var wbr annotation semantics mi mo mn mrow msup msub mfrac mtext".split()
)
_MEDIA = frozenset(("img", "picture", "video", "audio", "source", "track", "embed", "iframe", "noscript"))
_LAID_OUT_OTHERWISE = _SKIPPED | _INLINE | _MEDIA | {"br"}  # all other elements are frames
# The text behind a comment is text, in trees that hold comments.
_EVENTS: tuple[Literal["start", "end", "comment", "pi"], ...] = ("start", "end", "comment", "pi")
_TOOLTIP_NAME = re.compile(r"tooltip[-_]{0,2}(?:bubble|text|content|body|inner)", re.IGNORECASE)  # within one name
_NAMES = frozenset(("class", "id", "role", "itemprop", "data-testid", "data-component"))


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
    walker = _Walker()
    walker.walk(_body(tree))
    return Segmented(
        blocks=without_layout_tables(walker.blocks),
        contexts=tuple(walker.contexts),
        nodes=tuple(walker.nodes),
        frames=tuple(walker.frames),
    )


def _body(tree: HtmlElement) -> HtmlElement:
    body = tree if tree.tag == "body" else tree.find("body")
    return tree if body is None else body


class _Walker:
    """The state of one walk: finished blocks, the one being built, and the open elements around it."""

    __slots__ = (
        "blocks", "contexts", "frame", "frames", "groups", "hidden", "inline", "links", "nodes", "open", "used_items",
    )  # fmt: skip

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.contexts: list[BlockContext] = []
        self.nodes: list[TextNode] = []
        self.groups = 0
        self.links = 0
        self.hidden = 0
        # Open inline elements: element, tag, where its text begins in the open block, names, whether it hides.
        self.inline: list[tuple[HtmlElement, str, int, str, bool]] = []
        self.frame = Frame(0, "body", None, None, "", hidden=False)
        self.frames: list[Frame] = [self.frame]
        self.open = OpenBlock(self.frame)
        self.used_items: set[int] = set()

    def walk(self, body: HtmlElement) -> None:
        walk = etree.iterwalk(body, events=_EVENTS)
        for event, element in walk:
            if event == "start":
                tag: str = element.tag  # type: ignore[assignment]  # only elements start
                if tag in _SKIPPED or (tag == "span" and _is_tooltip(element)):
                    walk.skip_subtree()
                    self._media(element, tag)
                    continue
                self._start(element, tag)
                text, is_tail = element.text, False
            else:
                if self.frame.element is element:
                    self._end_frame()
                elif self.inline and self.inline[-1][0] is element:
                    self._end_inline()
                if element is body:
                    break  # what follows is not its text
                text, is_tail = element.tail, True
            if text:
                if not text.isspace():
                    self._text(element, text, is_tail=is_tail)
                elif not self.open.ends_in_space or self.frame.verbatim:
                    self.open.add_blank(text)
        self._end_block()
        self.frames[0].last = len(self.frames) - 1

    # elements

    def _start(self, element: HtmlElement, tag: str) -> None:
        if tag not in _LAID_OUT_OTHERWISE and not ("-" in tag and self._is_in_sentence(element)):
            self._start_frame(element, tag)
        elif tag == "br":
            if not self.open.break_line():
                self._end_block()  # two breaks in a row are how old pages end a paragraph
        elif tag in _MEDIA:
            self._media(element, tag)
        else:
            self._start_inline(element, tag)

    def _is_in_sentence(self, element: HtmlElement) -> bool:
        """Whether a custom element, laid out as its author says, stands inside a paragraph's text."""
        return self.frame.tag == "p" and bool((element.tail or "").strip())

    def _start_inline(self, element: HtmlElement, tag: str) -> None:
        names, hidden = _read_attributes(element)
        self.links += tag == "a"
        self.hidden += hidden
        start = self.open.length
        self.inline.append((element, tag, start, names, hidden))
        if names and not start:
            self.open.wraps.append(names)

    def _end_inline(self) -> None:
        element, tag, start, _, hidden = self.inline.pop()
        self.links -= tag == "a"
        self.hidden -= hidden
        self.open.mark(element, tag, start)

    def _start_frame(self, element: HtmlElement, tag: str) -> None:
        block = self.open
        if block.length or block.media or block.wraps:
            self._end_block()
        names, hidden = _read_attributes(element)
        frame = Frame(len(self.frames), tag, self.frame, element, names, hidden=hidden)
        if tag in GROUPS and frame.opens_group():
            self.groups += 1
            frame.group = self.groups
        self.frames.append(frame)
        self.hidden += hidden
        self.frame = self.open.frame = frame

    def _end_frame(self) -> None:
        block, frame = self.open, self.frame
        if block.length or block.media or block.wraps:
            self._end_block()
        self.hidden -= frame.hidden
        frame.last = len(self.frames) - 1
        assert frame.parent is not None
        self.frame = self.open.frame = frame.parent

    def _media(self, element: HtmlElement, tag: str) -> None:
        if tag in _MEDIA and not (tag == "noscript" and _follows_its_picture(element)):
            media = media_of(element)
            if media is not None and media not in self.open.media:
                self.open.media.append(media)

    # text

    def _text(self, element: HtmlElement, text: str, *, is_tail: bool) -> None:
        block = self.open
        if self.frame.role is Role.CAPTION and block.length and _runs_on(block.parts[-1], text, element):
            block.add_blank(" ")
        before = block.length
        # The open block holds words now, so it will be the next one emitted.
        self.nodes.append(TextNode(element, is_tail, len(self.blocks), block.add(text)))
        if self.links:
            block.link_chars += block.length - before
        if self.hidden:
            block.hidden_chars += block.length - before

    # blocks

    def _end_block(self) -> None:
        """Ends the block being built and opens the next; nothing happens between two empty elements."""
        block, inline = self.open, self.inline
        if block.length or block.media:
            for element, tag, start, _, _ in reversed(inline):
                block.mark(element, tag, start)
            text = "".join(block.parts)
            if text.strip():
                self._emit(block.finished(len(self.blocks), text, self._role(block.frame)))
            for media in block.media:
                self._emit(block.finished(len(self.blocks), "", Role.EMBED, media))
            if inline:
                self.inline = inline = [(element, tag, 0, names, hidden) for element, tag, _, names, hidden in inline]
            self.open = block = OpenBlock(self.frame)
        block.wraps = [names for _, _, _, names, _ in inline if names] if inline else []

    def _emit(self, block: Block) -> None:
        self.blocks.append(block)
        self.contexts.append(self.open.context())

    def _role(self, frame: Frame) -> Role:
        """The role of the frame; only the first block of a list item is one, further ones are paragraphs under it."""
        if frame.role is not Role.LIST_ITEM or frame.item is None:
            return frame.role
        if frame.item in self.used_items:
            return Role.PARAGRAPH
        self.used_items.add(frame.item)
        return Role.LIST_ITEM


def _read_attributes(element: HtmlElement) -> tuple[str, bool]:
    """The names of the element in one string, as written, and whether it hides what is in it."""
    attributes = element.items()
    if not attributes:
        return "", element.tag == "dialog"
    named: list[str] = []
    hidden = False
    for name, value in attributes:
        if name in _NAMES:
            named.append(value)
        elif name == "style":
            hidden = hidden or hides_by_style(value)
        elif name == "hidden":
            hidden = hidden or value.strip().lower() != "until-found"  # which a search in the page opens
        elif name == "aria-hidden":
            hidden = hidden or value == "true"
    names = named[0] if len(named) == 1 else " ".join(named)
    hidden = hidden or hides_by_name(names) or (element.tag == "dialog" and element.get("open") is None)
    return names, hidden


def _is_tooltip(span: HtmlElement) -> bool:
    """Whether the span is what opens over a word: it says so by its role, or names itself a tooltip's text, not its word."""
    names = span.get("class")
    return span.get("role") == "tooltip" or (
        names is not None and "ooltip" in names and bool(_TOOLTIP_NAME.search(names))
    )


def _runs_on(before: str, after: str, element: HtmlElement) -> bool:
    """Whether caption and credit touch where an element begins or ends: pages set them apart by style, as no words would be."""
    return after[0].isupper() and (before[-1].islower() or before[-1] in '.!?)"”»') and element.tag != "wbr"


def _follows_its_picture(noscript: HtmlElement) -> bool:
    """Whether the element before shows a picture itself, so that the one in <noscript> is its copy."""
    before = noscript.getprevious()
    if before is None or before.tag not in ("img", "picture"):
        return False
    return any(media_of(image) is not None for image in before.iter("img"))


def open_text(tree: HtmlElement) -> Iterator[str]:
    """The text nodes that blocks are made of, in order: what the law "no text is lost" counts."""
    root = _body(tree)
    walk = etree.iterwalk(root, events=_EVENTS)
    for event, element in walk:
        if event == "start":
            if element.tag in _SKIPPED or (element.tag == "span" and _is_tooltip(element)):
                walk.skip_subtree()
            elif element.text:
                yield element.text
        elif element is not root and element.tail:
            yield element.tail
