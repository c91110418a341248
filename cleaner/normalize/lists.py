"""Nesting of list items: from 1 and without gaps within each list; ordinals stay as the page numbered them."""

from collections.abc import Sequence
from dataclasses import replace

from cleaner.model import Block, Role
from cleaner.normalize.headings import nested

__all__ = ["depths"]


def depths(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with depths of list items without gaps; a paragraph inside an item has the depth of its item."""
    open_depths: dict[int | None, list[int]] = {}
    return tuple(_placed(block, open_depths) for block in blocks)


def _placed(block: Block, open_depths: dict[int | None, list[int]]) -> Block:
    if block.role is Role.HEADING:
        return block
    if block.role is Role.LIST_ITEM:
        # What a definition says stands under its term.
        level = nested(block.level + (block.tag == "dd"), open_depths.setdefault(block.group, []))
    else:
        # Items that share no list end with the next block that is none.
        open_depths.pop(None, None)
        level = len(open_depths.get(block.group, ())) if block.level else 0
    return block if level == block.level else replace(block, level=level)
