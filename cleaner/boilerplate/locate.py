"""Trafilatura's choice, mapped exactly onto our blocks; the only door to its extractor. What it left is evidence, not a verdict."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml.etree import _Element
from lxml.html import HtmlElement

from cleaner.boilerplate.frame import BlockContext, Frame
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.shallow import shallow
from cleaner.model import Block, Evidence
from cleaner.text import words

__all__ = ["Choice", "locate", "with_strays"]

FIRST_STAMP = 0xF0000  # planes 15 and 16 are private use: 131,068 characters without the four noncharacters
LAST_STAMP = 0x10FFFD
_PLANE_15_END = 0xFFFFD
_NONCHARACTERS = 2  # U+FFFFE and U+FFFFF stand between the planes and cannot be written in XML
_STAMP = re.compile(f"[{chr(FIRST_STAMP)}-{chr(LAST_STAMP)}]")
_WORD = re.compile(r"\w+")
_READ_SCRIPT = re.compile("json|math", re.IGNORECASE)  # articles and formulas that the extractor finds there
_MIN_EXPLAINED = 0.8  # below this share of its words under stamps, the choice is matched by word runs instead
_MIN_STRAY_WORDS = 25  # less is "please enable JavaScript", not an article
_SPAN_DIGITS = 2
_RUN = 4  # words in a row that make a match certain enough

# Its own complaints about pages are this program's results; they must not reach the user's terminal.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Share of each block's characters that trafilatura kept, 0.0 to 1.0, by block index; and the words it kept.

    `strays` are paragraphs of its text that stand in no block: the article lay in JSON, not in the page's elements.
    `evidence` says by block index why a share is not trafilatura's own any more.
    """

    kept: tuple[float, ...]
    words: int
    strays: tuple[str, ...] = ()
    evidence: Mapping[int, Evidence] = field(default_factory=dict)


def locate(tree: HtmlElement, page: Segmented, *, fast: bool = False, clear: Sequence[Frame] = ()) -> Choice:
    """Trafilatura's choice; one of nothing where it finds no text. The tree is taken apart: read all else from it first.

    `clear` are elements that are certain to hold none of the article; they are taken out before it looks.
    """
    from trafilatura import bare_extraction  # 185 ms of CPU, so only when a page comes
    from trafilatura.xml import xmltotxt

    _stamp_nodes(page)  # first, so that what stands behind an element taken out keeps its own stamp
    for frame in clear:
        _take_out(frame.element)
    _take_out_unread(tree)
    tree = shallow(tree, page)
    _narrow_cells(tree)
    # With a format of its own it would write the text out too, which is seldom asked for.
    document = bare_extraction(tree, fast=fast, include_comments=False, include_tables=True, output_format="txt")
    if document is None or isinstance(document, dict) or document.body is None:
        return Choice(kept=(0.0,) * len(page.blocks), words=0)
    paragraphs = [text for element in document.body.iter() for text in _texts(element)]
    total = sum(len(_WORD.findall(text)) for text in paragraphs)
    kept, explained = _by_stamps(paragraphs, page)
    if explained < _MIN_EXPLAINED * total:
        kept, strays = _by_runs(xmltotxt(document.body, include_formatting=False), page)
        return Choice(kept=kept, words=total, strays=strays)
    return Choice(kept=kept, words=total)


def with_strays(page: Segmented, choice: Choice) -> tuple[Segmented, Choice]:
    """The page and choice with one kept block more for each stray paragraph; as they are where there is none.

    Some pages carry their text in JSON alone and write it on the screen by script.
    """
    if sum(map(words, choice.strays)) < _MIN_STRAY_WORDS:
        return page, choice
    count = len(page.blocks)
    blocks = tuple(Block(index=count + i, text=text) for i, text in enumerate(choice.strays))
    context = BlockContext(frame=page.frames[0], wraps=(), link_share=0.0, hidden=False)
    whole = replace(page, blocks=(*page.blocks, *blocks), contexts=(*page.contexts, *[context] * len(blocks)))
    return whole, replace(choice, kept=(*choice.kept, *[1.0] * len(blocks)), strays=())


def _stamp_nodes(page: Segmented) -> None:
    """Puts one private-use character before each text node; nodes beyond the characters there are stay bare."""
    for k, (element, is_tail, _, _) in enumerate(page.nodes):
        mark = stamp(k)
        if mark is None:
            return
        text = (element.tail if is_tail else element.text) or ""
        body = text.lstrip()
        stamped = text[: len(text) - len(body)] + mark + body
        if is_tail:
            element.tail = stamped
        else:
            element.text = stamped


def _take_out(element: HtmlElement | None) -> None:
    """Takes the element out of its tree and leaves its tail there; the root, and what has no element, stay."""
    if element is not None and element.getparent() is not None:
        element.drop_tree()


def _take_out_unread(tree: HtmlElement) -> None:
    """Takes out what the extractor copies and searches again and again and reads nothing of: code, styles, drawings, head."""
    head = tree.find("head")
    for element in (*(head if head is not None else ()), *tree.iter("script", "style", "svg", "template")):
        if element.tag != "script" or not _READ_SCRIPT.search(element.get("type") or ""):
            _take_out(element)


def _narrow_cells(tree: HtmlElement) -> None:
    """Takes the spans off cells that claim more columns or rows than tables have: each costs the extractor a cell."""
    for cell in tree.iter("td", "th"):
        for name in ("colspan", "rowspan"):
            if len(cell.get(name, "").strip()) > _SPAN_DIGITS:
                del cell.attrib[name]


def stamp(k: int) -> str | None:
    """The private-use character of text node `k`; None where there are no more."""
    code = FIRST_STAMP + k
    if code > _PLANE_15_END:
        code += _NONCHARACTERS
    return chr(code) if code <= LAST_STAMP else None


def stamp_number(character: str) -> int:
    """The number of the text node that carries this stamp."""
    code = ord(character)
    return code - FIRST_STAMP - (_NONCHARACTERS if code > _PLANE_15_END else 0)


def _texts(element: _Element) -> Iterator[str]:
    if element.text:
        yield element.text
    if element.tail:
        yield element.tail


def _by_stamps(texts: list[str], page: Segmented) -> tuple[tuple[float, ...], int]:
    """Kept shares from the stamps in the texts, and how many of the texts' words stand behind a stamp."""
    kept_nodes: set[int] = set()
    explained = 0
    for text in texts:
        marks = _STAMP.findall(text)
        if marks:
            kept_nodes.update(stamp_number(mark) for mark in marks)
            explained += len(_WORD.findall(text))
    return _shares(kept_nodes, page), explained


def _shares(kept_nodes: set[int], page: Segmented) -> tuple[float, ...]:
    kept = [0] * len(page.blocks)
    total = [0] * len(page.blocks)
    for number, node in enumerate(page.nodes):
        total[node.block] += node.characters
        if number in kept_nodes:
            kept[node.block] += node.characters
    return tuple(k / t if t else 0.0 for k, t in zip(kept, total, strict=True))


def _by_runs(text: str, page: Segmented) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Kept shares by runs of four words shared with `text`, and the paragraphs of `text` that share none with any block."""
    text = _STAMP.sub("", text)
    wanted = set(_runs(text))
    shares = tuple(_share_in(block.text, wanted) for block in page.blocks)
    have = {run for block in page.blocks for run in _runs(block.text)}
    strays = tuple(p.strip() for p in text.split("\n") if p.strip() and _share_in(p, have) == 0.0)
    return shares, strays


def _share_in(text: str, runs: set[tuple[str, ...]]) -> float:
    own = list(_runs(text))
    return sum(run in runs for run in own) / len(own) if own else 0.0


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    found = _WORD.findall(text.lower())
    if found and len(found) < _RUN:
        yield tuple(found)
    for i in range(len(found) - _RUN + 1):
        yield tuple(found[i : i + _RUN])
