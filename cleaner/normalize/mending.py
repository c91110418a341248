"""Kept blocks made whole: characters, torn sentences, addresses, nesting, captions; only emptiness is dropped here."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from cleaner.model import Block, Edit
from cleaner.normalize.change import fitted
from cleaner.normalize.characters import ordinary
from cleaner.normalize.figures import captioned
from cleaner.normalize.headings import levels, plain
from cleaner.normalize.links import addressed
from cleaner.normalize.lists import depths
from cleaner.normalize.paragraphs import healed

__all__ = ["Mended", "mend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """The mended blocks in reading order, and every change of their text.

    Edits are about text only. Levels, addresses and places are structure: each block keeps its `index`, so what
    became of them is seen by laying a mended block beside the original of the same index.
    """

    blocks: tuple[Block, ...]
    edits: tuple[Edit, ...] = ()


def mend(
    blocks: Sequence[Block], torn: Collection[int] = (), language: str | None = None, base: str | None = None
) -> Mended:
    """The kept `blocks` mended; mending the result again changes nothing.

    `torn` are the indexes of blocks that directly follow a gap where residue was dropped. `language` is a BCP 47
    primary tag. `base` is the page's address, from which links and pictures become absolute.
    """
    edits: list[Edit] = []
    cleaned = tuple(_cleaned(blocks, base, edits))
    whole, joins = healed(cleaned, _without_empty(blocks, cleaned, torn), language)
    return Mended(blocks=captioned(depths(levels(whole))), edits=(*edits, *joins))


def _cleaned(blocks: Sequence[Block], base: str | None, edits: list[Edit]) -> Iterator[Block]:
    for block in blocks:
        fit = block if not block.marks else replace(block, marks=fitted(block.marks, len(block.text)))
        tidy, made = ordinary(fit)
        edits += made
        bare, freed = plain(tidy, base)
        edits += freed
        linked = addressed(bare, base)
        if linked is not None and (linked.text.strip() or linked.media is not None):
            yield linked


def _without_empty(blocks: Sequence[Block], left: Sequence[Block], torn: Collection[int]) -> frozenset[int]:
    """`torn`, where a gap before an empty block is a gap before the block after it."""
    if not torn:
        return frozenset()
    indexes = {block.index for block in left}
    after_gap: set[int] = set()
    gap = False
    for block in blocks:
        gap = gap or block.index in torn
        if gap and block.index in indexes:
            after_gap.add(block.index)
            gap = False
    return frozenset(after_gap)
