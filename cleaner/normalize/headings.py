"""Levels of headings: from 2, since the title is 1, and never deeper by more than one step."""

from collections.abc import Sequence
from dataclasses import replace

from cleaner.model import Block, Role

__all__ = ["TOP_LEVEL", "levels", "nested"]

TOP_LEVEL = 2
DEEPEST_LEVEL = 6  # HTML and Markdown know no deeper one


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
