"""Changes of a block's text that take its marks along and leave an edit; every step on text goes through here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from cleaner.model import Block, Edit, Mark

__all__ = ["Change", "changed", "fitted", "replay"]


class Change(NamedTuple):
    """`text[start:end]` becomes `after`."""

    start: int
    end: int
    after: str


def changed(block: Block, rule: str, changes: Sequence[Change]) -> tuple[Block, tuple[Edit, ...]]:
    """The block with `changes` made (in order, not overlapping) and its marks shifted, with one edit a change."""
    parts: list[str] = []
    edits: list[Edit] = []
    done = length = 0
    for start, end, after in changes:
        parts += (block.text[done:start], after)
        at = length + start - done
        edits.append(Edit(block=block.index, rule=rule, start=at, before=block.text[start:end], after=after))
        done, length = end, at + len(after)
    parts.append(block.text[done:])
    text = "".join(parts)
    return replace(block, text=text, marks=_shifted(block.marks, changes, len(text))), tuple(edits)


def fitted(marks: Sequence[Mark], length: int) -> tuple[Mark, ...]:
    """The marks cut to a text of `length` characters; those that hold nothing vanish."""
    if all(0 <= mark.start < mark.end <= length for mark in marks):
        return tuple(marks)
    cut = (replace(mark, start=max(0, mark.start), end=min(length, mark.end)) for mark in marks)
    return tuple(mark for mark in cut if mark.start < mark.end)


def replay(blocks: Sequence[Block], edits: Sequence[Edit]) -> Mapping[int, str]:
    """Texts by block index after `edits`, from the original blocks; absorbed and empty blocks have none.

    Raises ValueError where an edit does not find what it says it changed.
    """
    texts = {block.index: block.text for block in blocks}
    for edit in edits:
        text, end = texts[edit.block], edit.start + len(edit.before)
        if text[edit.start : end] != edit.before:
            raise ValueError(
                f"edit {edit.rule} does not fit block {edit.block}: {edit.before!r} is not at {edit.start}"
            )
        texts[edit.block] = text[: edit.start] + edit.after + text[end:]
        if edit.absorbs is not None:
            del texts[edit.absorbs]
    return {index: text for index, text in texts.items() if text.strip()}


def _shifted(marks: Sequence[Mark], changes: Sequence[Change], length: int) -> tuple[Mark, ...]:
    if not marks:
        return ()
    moved = (replace(mark, start=_moved(mark.start, changes), end=_moved(mark.end, changes)) for mark in marks)
    return fitted([mark for mark in moved if mark.start < mark.end], length)


def _moved(place: int, changes: Sequence[Change]) -> int:
    """Where a place between two characters stands after the changes; one inside a change moves with its beginning."""
    shift = 0
    for start, end, after in changes:
        if place <= start:
            break
        if place < end:
            return start + shift + min(place - start, len(after))
        shift += len(after) - (end - start)
    return place + shift
