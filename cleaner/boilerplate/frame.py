"""The block-level elements around a block, as a chain of frames; what holds a block by its tags is handed down, never looked up."""

import re
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from cleaner.model import Role

__all__ = ["GROUPS", "BlockContext", "Frame", "split_names"]

_LISTS = frozenset(("ul", "ol", "dl", "menu"))
GROUPS = _LISTS | {"table", "blockquote", "figure", "pre"}
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_HOLDERS = {
    "li": Role.LIST_ITEM, "dd": Role.LIST_ITEM, "dt": Role.LIST_ITEM, "td": Role.TABLE, "th": Role.TABLE,
    "blockquote": Role.QUOTE, "figcaption": Role.CAPTION, "caption": Role.CAPTION,
}  # fmt: skip
_TELLING = GROUPS | _HEADINGS.keys() | _HOLDERS.keys() | {"tr"}
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_MAX_DIGITS = 9
_MAX_SPAN = 1_000  # HTML standard, for columns
_MAX_COLUMNS = 100  # beyond, no cell from above is reckoned with: a page must not choose how long a row takes
_MAX_NAMES_CHARS = 400  # utility-class soup beyond this says nothing more


class Frame:
    """One block-level element: its tag, its class, id, role and the like as written (`names`), and its parent frame.

    `number` counts frames in document order, `last` is the number of the last frame inside. `group` is the list, table,
    quote, figure or code block it lies in, `list_depth` the number of lists around it. What its own tag and those around
    it make of a block in it: `role`, `heading` (level of the heading it lies in, 0 outside), `verbatim`, the number of
    the list item it lies in (`item`)
    with its `ordinal`, and `row`, `column` and `header` of the table cell. The rest counts items, rows and cells while
    the walk goes on.
    """

    # Written out, not a dataclass: half of a page's elements are frames, and this is the walk's innermost loop. No frame
    # points at itself or downward: a cycle would keep the whole tree until the collector comes.
    __slots__ = (
        "column",
        "counted",
        "depth",
        "element",
        "group",
        "header",
        "heading",
        "hidden",
        "item",
        "last",
        "list_depth",
        "names",
        "number",
        "ordinal",
        "own_row",
        "parent",
        "role",
        "row",
        "rows",
        "step",
        "table",
        "tag",
        "taken",
        "verbatim",
    )  # fmt: skip
    depth: int
    list_depth: int
    group: int | None
    role: Role
    heading: int
    verbatim: bool
    item: int | None
    ordinal: int | None
    row: int | None
    column: int | None
    header: bool
    table: "Frame | None"
    own_row: int | None
    taken: dict[int, int]  # of a table, by column: the last row that a cell above reaches down to

    def __init__(
        self, number: int, tag: str, parent: "Frame | None", element: HtmlElement | None, names: str, *, hidden: bool
    ) -> None:
        self.number = self.last = number
        self.tag = tag
        self.parent = parent
        self.element = element
        self.names = names
        self.hidden = hidden
        self.counted = self.rows = 0
        self.own_row = None
        if parent is None:
            self._start()
        else:
            self.depth = parent.depth + 1
            self.list_depth = parent.list_depth
            self.heading = parent.heading
            self.role = parent.role
            self.verbatim = parent.verbatim
            self.header = parent.header
            self.group = parent.group
            self.item = parent.item
            self.ordinal = parent.ordinal
            self.row = parent.row
            self.column = parent.column
            self.table = parent if parent.tag == "table" else parent.table
        if tag in _TELLING:
            self._tell(tag)

    def _start(self) -> None:
        self.depth = self.list_depth = self.heading = 0
        self.role = Role.PARAGRAPH
        self.verbatim = self.header = False
        self.group = self.item = self.ordinal = self.row = self.column = self.table = None

    def _tell(self, tag: str) -> None:
        """Sets what this frame's own tag says of the blocks in it, and its number in its list, row or table."""
        self.list_depth += tag in _LISTS
        if tag in _HOLDERS:
            role = _HOLDERS[tag]
            if not self.verbatim and not self.heading:
                self.role = role
            if role is Role.LIST_ITEM:
                self._become_item(self.parent)
            elif role is Role.TABLE:
                self._become_cell(self.parent)
        elif tag in _HEADINGS:
            self.heading = _HEADINGS[tag]
            self.role = Role.CODE if self.verbatim else Role.HEADING
        elif tag == "pre":
            self.verbatim, self.role = True, Role.CODE
        elif tag == "ol":
            self._count_from(self.element)
        elif tag == "table":
            self.taken = {}
        elif tag == "tr" and self.table is not None:
            self.own_row = self.table.rows
            self.table.rows += 1

    def _become_item(self, parent: "Frame | None") -> None:
        self.item = self.number
        self.ordinal = None
        if self.tag == "li" and parent is not None and parent.tag == "ol":
            value = _number(self.element, "value")
            parent.counted = parent.counted + parent.step if value is None else value
            self.ordinal = parent.counted

    def _count_from(self, element: HtmlElement | None) -> None:
        """Sets the number before the first item's: of `start`, of 1, or of all items where they count down."""
        first = _number(element, "start")
        self.step = 1
        if element is not None and element.get("reversed") is not None:
            self.step = -1
            first = sum(1 for _ in element.iterchildren("li")) if first is None else first
        self.counted = (1 if first is None else first) - self.step

    def _become_cell(self, parent: "Frame | None") -> None:
        self.header = self.tag == "th"
        if parent is None:
            return
        self.row, column = parent.own_row, parent.counted
        width = min(_number(self.element, "colspan") or 1, _MAX_SPAN)
        if self.row is not None and self.table is not None:
            taken = self.table.taken
            while taken.get(column, -1) >= self.row:
                column += 1
            height = min(_number(self.element, "rowspan") or 1, _MAX_SPAN)
            if height > 1:
                taken.update(dict.fromkeys(range(column, min(column + width, _MAX_COLUMNS)), self.row + height - 1))
        self.column = column
        parent.counted = column + width

    def opens_group(self) -> bool:
        """Whether the blocks in it belong together as those around it do not; lists in lists stay one."""
        return self.tag in GROUPS and (self.list_depth <= 1 or self.tag not in _LISTS)

    def chain(self) -> "list[Frame]":
        """This frame and its ancestors, innermost first."""
        found: list[Frame] = []
        frame: Frame | None = self
        while frame is not None:
            found.append(frame)
            frame = frame.parent
        return found


class BlockContext(NamedTuple):
    """What stands around one block.

    Its innermost frame, the names of inline elements that wrap it from its first character, the share of its characters
    inside links (0.0 to 1.0), and whether most of it is hidden.
    """

    frame: Frame
    wraps: tuple[str, ...]
    link_share: float
    hidden: bool


def _number(element: HtmlElement | None, name: str) -> int | None:
    """The attribute as a whole number of at most nine digits (CommonMark's limit); None for anything else."""
    value = (element.get(name) or "").strip() if element is not None else ""
    return int(value) if value.isdecimal() and len(value) <= _MAX_DIGITS else None


@lru_cache(maxsize=20_000)
def split_names(names: str) -> frozenset[str]:
    """The tokens of class, id and role names: whole names in lower case, and their parts split at case and punctuation."""
    names = names[:_MAX_NAMES_CHARS]
    whole = {name.lower() for name in names.split()}
    parts = {part.lower() for part in _PARTS.findall(names)}
    return frozenset(whole | parts)
