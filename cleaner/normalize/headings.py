"""Headings without the links and bold type that only the page's layout wants, in levels from 2, since the title is 1, without gaps."""

from collections.abc import Sequence
from dataclasses import replace

from cleaner.model import Block, Edit, Mark, Role
from cleaner.normalize.change import Change, changed
from cleaner.urls import absolute

__all__ = ["TOP_LEVEL", "levels", "nested", "plain"]

TOP_LEVEL = 2
DEEPEST_LEVEL = 6  # HTML and Markdown know no deeper one
_MAX_SIGN_CHARS = 2  # `#`, `¶`, `§`, a chain with its variation selector
_ANCHOR_WORDS = frozenset(("permalink", "link", "anchor", "direct link", "copy link", "link to this heading"))


def plain(block: Block, base: str | None) -> tuple[Block, tuple[Edit, ...]]:
    """The heading without the sign that links to itself, without being a link to itself, and without being bold as a whole.

    Called before addresses are made absolute; `base` is the page's address. Blocks that are no headings stay as they are.
    """
    if block.role is not Role.HEADING or not block.marks:
        return block, ()
    signs = [Change(mark.start, mark.end, "") for mark in block.marks if _is_anchor(mark, block.text, base)]
    freed, edits = changed(block, "headings/anchor", signs) if signs else (block, ())
    marks = tuple(mark for mark in freed.marks if not _says_nothing(mark, freed, base))
    return (freed if marks == freed.marks else replace(freed, marks=marks)), edits


def _is_anchor(mark: Mark, text: str, base: str | None) -> bool:
    """Whether the mark is a link to a place of this page by a sign, or by a word for such a link, at an edge of the heading."""
    said = text[mark.start : mark.end].strip()
    at_edge = not text[: mark.start].strip() or not text[mark.end :].strip()
    if mark.kind != "link" or not at_edge or said == text.strip() or not _is_own(mark.href, base):
        return False
    is_sign = len(said) <= _MAX_SIGN_CHARS and not any(char.isalnum() for char in said)
    return is_sign or said.lower() in _ANCHOR_WORDS


def _says_nothing(mark: Mark, heading: Block, base: str | None) -> bool:
    if mark.kind == "link":
        return _is_whole((mark,), heading.text) and _is_own(mark.href, base)
    return mark.kind == "strong" and _is_whole([m for m in heading.marks if m.kind == "strong"], heading.text)


def _is_whole(marks: Sequence[Mark], text: str) -> bool:
    """Whether the marks hold all of the text but spaces."""
    left = list(text)
    for mark in marks:
        left[mark.start : mark.end] = " " * (mark.end - mark.start)
    return not "".join(left).strip()


def _is_own(href: str | None, base: str | None) -> bool:
    """Whether the address is a place on the page itself."""
    page, sign, place = (href or "").partition("#")
    if not sign or not place:
        return False
    return not page.strip() or (base is not None and absolute(page, base) == absolute(base.partition("#")[0]))


def levels(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with heading levels without gaps; what stood under another heading still does."""
    open_levels: list[int] = []
    return tuple(_levelled(block, open_levels) if block.role is Role.HEADING else block for block in blocks)


def _levelled(block: Block, open_levels: list[int]) -> Block:
    depth = nested(block.level, open_levels)
    level = min(DEEPEST_LEVEL, TOP_LEVEL - 1 + depth)
    return block if level == block.level else replace(block, level=level)


def nested(level: int, open_levels: list[int]) -> int:
    """How many levels are open with this one, from 1; `open_levels` is brought up to date."""
    while open_levels and open_levels[-1] >= level:
        open_levels.pop()
    open_levels.append(level)
    return len(open_levels)
