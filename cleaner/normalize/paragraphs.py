"""Halves of a sentence that residue stood between, put together again."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from cleaner.boilerplate.sentences import MENDED, are_halves, looks_unspaced
from cleaner.model import Block, Edit, Role
from cleaner.normalize.change import fitted

__all__ = ["healed"]

_WIDE_SIGNS = re.compile("[\u3000-\u3004\uff01-\uff65]")  # 、，（ and the like take their space with them
_COMMAS = ",，、،"
_UNSPACED_LANGUAGES = frozenset({"zh", "ja", "th", "km", "lo", "my"})


def healed(
    blocks: Sequence[Block], torn: Collection[int], language: str | None
) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """The blocks with torn sentences whole, and one absorbing edit for each.

    `torn` are the indexes of blocks that directly follow a gap; the half before the gap is the block before them.
    """
    whole: list[Block] = []
    edits: list[Edit] = []
    for block in blocks:
        if block.index in torn and whole and _belong_together(whole[-1], block):
            whole[-1], edit = _joined(whole[-1], block, language)
            edits.append(edit)
        else:
            whole.append(block)
    return tuple(whole), tuple(edits)


def _belong_together(first: Block, second: Block) -> bool:
    both = first.role is Role.PARAGRAPH and second.role is Role.PARAGRAPH
    alike = (first.level, first.group) == (second.level, second.group)
    # A comma is of no script, and what it follows says how long half a sentence must be.
    return both and alike and are_halves(first.text.rstrip(_COMMAS), second.text)


def _joined(first: Block, second: Block, language: str | None) -> tuple[Block, Edit]:
    start = len(first.text)
    added = _between(first.text[-1], second.text[0], language) + second.text
    shift = start + len(added) - len(second.text)
    moved = tuple(replace(mark, start=mark.start + shift, end=mark.end + shift) for mark in second.marks)
    text = first.text + added
    edit = Edit(block=first.index, rule=MENDED, start=start, before="", after=added, absorbs=second.index)
    return replace(first, text=text, marks=fitted(first.marks + moved, len(text))), edit


def _between(last: str, start: str, language: str | None) -> str:
    """What stands between two halves: a space, or nothing in scripts that put none between words."""
    if any(looks_unspaced(char) or _WIDE_SIGNS.match(char) for char in (last, start)):
        return ""
    neither_is_letter = not last.isalpha() and not start.isalpha()
    return "" if neither_is_letter and language in _UNSPACED_LANGUAGES else " "
