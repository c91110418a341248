"""Tables that only lay out a page, told from tables of data by their cells; their cells are paragraphs."""

from collections import Counter
from collections.abc import Sequence

from cleaner.model import Block, Role
from cleaner.text import words

__all__ = ["without_layout_tables"]

_LAYOUT_CELL_WORDS = 60  # a cell longer than this is page layout, not data
_MIN_DATA_ROWS = 2


def without_layout_tables(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with cells of tables that only lay out the page turned into paragraphs."""
    cells: dict[int, list[Block]] = {}
    for block in blocks:
        if block.role is Role.TABLE and block.group is not None:
            cells.setdefault(block.group, []).append(block)
    layout = {group for group, found in cells.items() if not _holds_data(found)}
    if not layout:
        return tuple(blocks)
    return tuple(_as_paragraph(b) if b.role is Role.TABLE and b.group in layout else b for b in blocks)


def _holds_data(cells: Sequence[Block]) -> bool:
    sizes: Counter[tuple[int | None, int | None]] = Counter()
    for cell in cells:
        sizes[cell.row, cell.column] += words(cell.text)
    if max(sizes.values()) > _LAYOUT_CELL_WORDS:
        return False
    rows = Counter(row for row, _ in sizes)
    return len(rows) >= _MIN_DATA_ROWS and max(rows.values()) > 1


def _as_paragraph(block: Block) -> Block:
    return Block(index=block.index, text=block.text, tag=block.tag, marks=block.marks)
