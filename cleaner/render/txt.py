"""An article as plain text: its own words, with no more signs than lists and tables need."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from cleaner.model import Block, Role
from cleaner.render.shape import Figure, Item, Listing, Part, Quotation, Table, parts

__all__ = ["render"]

_INDENT = "  "


def render(blocks: Sequence[Block], shown: frozenset[Role]) -> str:
    """The shown blocks separated by blank lines; items of a list and rows of a table on successive lines."""
    texts = (_part(part) for part in parts(blocks, shown))
    return "\n\n".join(text for text in texts if text)


def _part(part: Part) -> str:
    match part:
        case Block():
            return part.text.strip("\n") if part.role is Role.CODE else part.text.strip()
        case Listing():
            return "\n".join(line for item in part.items for line in _item(item, ""))
        case Table():
            return "\n".join(" | ".join(_cell(cell) for cell in row) for row in part.rows)
        case Quotation():
            return "\n\n".join(block.text.strip() for block in part.blocks)
        case Figure():
            return "\n\n".join(block.text.strip() for block in part.captions)
    assert_never(part)


def _item(item: Item, indent: str) -> Iterator[str]:
    first, *more = item.blocks
    inner = indent + _INDENT
    sign = "-" if first.ordinal is None else f"{first.ordinal}."
    lines = first.text.strip().split("\n")
    yield f"{indent}{sign} {lines[0]}"
    for line in (*lines[1:], *(line for block in more for line in block.text.strip().split("\n"))):
        yield inner + line
    for nested in item.items:
        yield from _item(nested, inner)


def _cell(blocks: Sequence[Block]) -> str:
    return " ".join(" ".join(block.text.split()) for block in blocks)
