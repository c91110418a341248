"""Text with stand-off marks as a tree of spans, which is what formats with nested markup can write."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from cleaner.model import Block, Mark

__all__ = ["Node", "Span", "spans"]

_OUTERMOST_FIRST = {"link": 0, "strong": 1, "emphasis": 2, "sup": 3, "sub": 4, "code": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A mark and what stands in it, in order."""

    mark: Mark
    nodes: "tuple[Node, ...]"


Node: TypeAlias = str | Span


def spans(block: Block) -> tuple[Node, ...]:
    """The block's text cut at its marks; the texts joined are the block's text.

    Marks are nested: no kind stands in itself, nothing in code, and a mark that crosses another's end is cut there.
    Marks hold no space at their edges, and two of a kind that touch are one.
    """
    text = block.text
    trimmed = [mark for mark in (_trimmed(mark, text) for mark in block.marks) if mark is not None]
    trimmed.sort(key=lambda mark: (mark.start, -mark.end, _OUTERMOST_FIRST[mark.kind]))
    return tuple(_nodes(text, 0, len(text), _merged(trimmed), frozenset()))


def _trimmed(mark: Mark, text: str) -> Mark | None:
    start, end = max(0, mark.start), min(len(text), mark.end)
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return None
    return mark if (start, end) == (mark.start, mark.end) else replace(mark, start=start, end=end)


def _merged(marks: Sequence[Mark]) -> list[Mark]:
    """The marks with those of one kind (and address) that overlap or touch made one."""
    merged: list[Mark] = []
    last: dict[tuple[str, str | None], int] = {}
    for mark in marks:
        name = (mark.kind, mark.href)
        at = last.get(name)
        if at is not None and mark.start <= merged[at].end:
            merged[at] = replace(merged[at], end=max(merged[at].end, mark.end))
        else:
            last[name] = len(merged)
            merged.append(mark)
    return sorted(merged, key=lambda mark: (mark.start, -mark.end, _OUTERMOST_FIRST[mark.kind]))


def _nodes(text: str, start: int, end: int, marks: Sequence[Mark], within: frozenset[str]) -> Iterator[Node]:
    """The nodes of `text[start:end]`; `marks` begin in it, `within` are the kinds already open."""
    at = start
    for number, mark in enumerate(marks):
        if mark.kind in within or mark.start < at:
            continue
        if mark.start > at:
            yield text[at : mark.start]
        at = min(mark.end, end)
        inner = [] if mark.kind == "code" else [m for m in marks[number + 1 :] if m.start < at]
        yield Span(mark=mark, nodes=tuple(_nodes(text, mark.start, at, inner, within | {mark.kind})))
    if at < end:
        yield text[at:end]
