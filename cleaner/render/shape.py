"""Blocks in a row taken together as lists, tables, quotes and figures: what all formats lay out alike, without any syntax."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from cleaner.model import Block, Role

__all__ = ["Figure", "Item", "Listing", "Part", "Quotation", "Table", "parts"]

MAX_DEPTH = 20  # deeper items stand as if 20 deep: readers of Markdown stop there, and so does sense
_CAPTIONS = frozenset({Role.CAPTION, Role.CREDIT})
_TAKEN_TOGETHER = frozenset({Role.LIST_ITEM, Role.TABLE, Role.QUOTE})


@dataclass(slots=True, kw_only=True)
class Item:
    """One list item: its own block first, then further paragraphs of it, then the items nested in it."""

    blocks: list[Block]
    items: "list[Item]" = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list with its top items."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table as full rows of equal length; a cell is its blocks, none where the page has none."""

    rows: tuple[tuple[tuple[Block, ...], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The paragraphs of one quote."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One picture or player with its captions."""

    embed: Block
    captions: tuple[Block, ...]


Part: TypeAlias = Block | Listing | Table | Quotation | Figure


def parts(blocks: Sequence[Block], shown: frozenset[Role]) -> Iterator[Part]:
    """The shown blocks that hold anything, in order; those of one list, table, quote or figure as one part."""
    left = [block for block in blocks if block.role in shown and (block.text.strip() or block.media)]
    at = 0
    while at < len(left):
        first = left[at]
        if first.media is None and first.role not in _TAKEN_TOGETHER:  # as nearly all
            yield first
            at += 1
        else:
            run = _run(left, at)
            yield _part(run)
            at += len(run)


def _part(run: Sequence[Block]) -> Part:
    first = run[0]
    if first.media is not None:
        return Figure(embed=first, captions=tuple(run[1:]))
    if first.role is Role.LIST_ITEM:
        return Listing(items=_items(run))
    return _table(run) if first.role is Role.TABLE else Quotation(blocks=tuple(run))


def _run(blocks: Sequence[Block], at: int) -> Sequence[Block]:
    """The blocks from `at` on that make one part with it."""
    goes_on = _companions(blocks[at])
    end = at + 1
    while end < len(blocks) and goes_on(blocks[end]):
        end += 1
    return blocks[at:end]


def _companions(first: Block) -> Callable[[Block], bool]:
    """Says of a following block whether it belongs to the same part as `first`."""
    same = first.group
    if first.media is not None:
        return lambda block: same is not None and block.group == same and block.role in _CAPTIONS
    if first.role is Role.LIST_ITEM:
        return lambda block: block.group == same and _is_of_list(block)
    return lambda block: block.group == same and block.role is first.role and not block.media


def _is_of_list(block: Block) -> bool:
    """Whether the block is an item, or a further paragraph inside one."""
    inside = block.role is Role.PARAGRAPH and block.level > 0 and block.group is not None
    return not block.media and (block.role is Role.LIST_ITEM or inside)


def _items(run: Sequence[Block]) -> tuple[Item, ...]:
    top: list[Item] = []
    path: list[Item] = []
    for block in run:
        if block.role is not Role.LIST_ITEM:
            path[-1].blocks.append(block)
            continue
        item = Item(blocks=[block])
        del path[max(0, min(block.level, MAX_DEPTH) - 1) :]
        (path[-1].items if path else top).append(item)
        path.append(item)
    return tuple(top)


def _table(run: Sequence[Block]) -> Table:
    """Rows in the order they come; columns that no row of this table fills are left out."""
    cells: dict[int, dict[int, list[Block]]] = {}
    for block in run:
        row = cells.setdefault(block.row or 0, {})
        row.setdefault(block.column or 0, []).append(block)
    columns = sorted({column for row in cells.values() for column in row})
    return Table(rows=tuple(tuple(tuple(row.get(column, ())) for column in columns) for row in cells.values()))
