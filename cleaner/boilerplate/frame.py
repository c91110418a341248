"""The block-level elements around a block, as a chain of frames; where class and id names are read, once each."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

__all__ = ["BlockContext", "Frame", "split_names"]

_LISTS = frozenset(("ul", "ol", "dl", "menu"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_MAX_NAMES_CHARS = 400  # utility-class soup beyond this says nothing more


@dataclass(slots=True, kw_only=True, eq=False)
class Frame:
    """One block-level element: its tag, its class, id and role as written (`names`), and its parent frame.

    `number` counts frames in document order. `group` is the list, table, quote, figure or code block it lies in.
    """

    number: int
    tag: str
    names: str
    parent: "Frame | None"
    element: HtmlElement | None
    hidden: bool
    group: int | None
    depth: int = field(init=False)
    list_depth: int = field(init=False)
    ordinal: int | None = field(init=False, default=None)
    children: int = field(init=False, default=0)
    rows: int = field(init=False, default=0)
    row: int | None = field(init=False, default=None)
    column: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        parent = self.parent
        self.depth = parent.depth + 1 if parent else 0
        self.list_depth = (parent.list_depth if parent else 0) + (self.tag in _LISTS)
        if parent is None:
            return
        if self.tag == "li" and parent.tag == "ol":
            parent.children += 1
            self.ordinal = parent.children
        elif self.tag == "tr":
            table = self.nearest(frozenset(("table",)))
            if table is not None:
                self.row = table.rows
                table.rows += 1
        elif self.tag in ("td", "th"):
            self.column = parent.children
            parent.children += 1

    def nearest(self, tags: frozenset[str] | set[str]) -> "Frame | None":
        """The innermost frame, this one included, with one of `tags`; None where there is none."""
        frame: Frame | None = self
        while frame is not None:
            if frame.tag in tags:
                return frame
            frame = frame.parent
        return None

    def heading(self) -> str | None:
        """Tag of the heading this frame is or lies in; None outside headings."""
        frame = self.nearest(_HEADINGS)
        return frame.tag if frame else None

    def cell(self) -> tuple[int | None, int | None, bool]:
        """Row, column and whether it is a header cell, of the table cell around this frame."""
        frame = self.nearest(frozenset(("td", "th")))
        if frame is None or frame.parent is None:
            return None, None, False
        return frame.parent.row, frame.column, frame.tag == "th"

    def chain(self) -> "list[Frame]":
        """This frame and its ancestors, innermost first."""
        found: list[Frame] = []
        frame: Frame | None = self
        while frame is not None:
            found.append(frame)
            frame = frame.parent
        return found

    def holds(self, other: "Frame") -> bool:
        """Whether `other` is this frame or lies in it."""
        frame: Frame | None = other
        while frame is not None and frame.depth > self.depth:
            frame = frame.parent
        return frame is self


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockContext:
    """What stands around one block.

    Its innermost frame, the names of inline elements that wrap it from its first character, the share of its characters
    inside links (0.0 to 1.0), and whether most of it is hidden.
    """

    frame: Frame
    wraps: tuple[str, ...]
    link_share: float
    hidden: bool


@lru_cache(maxsize=20_000)
def split_names(names: str) -> frozenset[str]:
    """The tokens of class, id and role names: whole names in lower case, and their parts split at case and punctuation."""
    names = names[:_MAX_NAMES_CHARS]
    whole = {name.lower() for name in names.split()}
    parts = {part.lower() for part in _PARTS.findall(names)}
    return frozenset(whole | parts)
