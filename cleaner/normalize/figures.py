"""Captions and credits directly after the picture they belong to."""

from collections.abc import Iterator, Sequence

from cleaner.model import Block, Role

__all__ = ["captioned"]

_ABOUT_PICTURES = frozenset({Role.CAPTION, Role.CREDIT})


def captioned(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks in page order, but captions and credits of a figure follow its picture.

    Where a figure opens with a caption, each caption belongs to the next picture, otherwise to the one before.
    """
    figures = _figures(blocks)
    moved = {id(caption): picture for parts in figures for caption, picture in _pairs(parts)}
    following: dict[int, list[Block]] = {}
    for block in blocks:
        if id(block) in moved:
            following.setdefault(id(moved[id(block)]), []).append(block)
    placed: list[Block] = []
    for block in blocks:
        if id(block) not in moved:
            placed += (block, *following.get(id(block), ()))
    return tuple(placed)


def _figures(blocks: Sequence[Block]) -> list[list[Block]]:
    """Pictures and what is said about them, figure by figure."""
    figures: dict[int, list[Block]] = {}
    for block in blocks:
        if block.group is not None and (block.role is Role.EMBED or block.role in _ABOUT_PICTURES):
            figures.setdefault(block.group, []).append(block)
    return list(figures.values())


def _pairs(parts: Sequence[Block]) -> Iterator[tuple[Block, Block]]:
    pictures = [block for block in parts if block.role is Role.EMBED]
    if not pictures:
        return
    captions_first = parts[0].role is not Role.EMBED
    seen = 0
    for block in parts:
        if block.role is Role.EMBED:
            seen += 1
        else:
            at = min(seen, len(pictures) - 1) if captions_first else seen - 1
            yield block, pictures[at]
