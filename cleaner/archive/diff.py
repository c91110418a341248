"""Two clean texts compared, paragraph by paragraph and then word by word, so that a person sees what was rewritten."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from typing import Literal, TypeAlias

__all__ = ["Change", "Piece", "compare", "html_page"]

MAX_WORDS = 3_000  # of two paragraphs together; beyond it a comparison by words is slow and unreadable
ALIKE = 0.3  # two paragraphs that share fewer of their words are one taken out and one put in

Kind: TypeAlias = Literal["same", "out", "in"]

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text that stands in both, or was taken out, or put in."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One paragraph of the two texts as pieces; a paragraph that did not change is one piece."""

    pieces: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        """Whether the paragraph stands in both texts as it is."""
        return all(piece.kind == "same" for piece in self.pieces)


def compare(old: str, new: str) -> list[Change]:
    """Every paragraph of both texts once, in order."""
    before, after = old.split("\n\n"), new.split("\n\n")
    changes: list[Change] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            changes += [_whole("same", text) for text in before[i:j]]
        else:
            changes += _rewritten(before[i:j], after[k:m])
    return [change for change in changes if any(piece.text for piece in change.pieces)]


def _rewritten(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """Paragraphs in the same place: those alike by words, the others out and in."""
    for old, new in zip(before, after, strict=False):
        if _alike(old, new):
            yield Change(pieces=tuple(_words(old, new)))
        else:
            yield _whole("out", old)
            yield _whole("in", new)
    for old in before[len(after) :]:
        yield _whole("out", old)
    for new in after[len(before) :]:
        yield _whole("in", new)


def _alike(old: str, new: str) -> bool:
    one, other = _WORD.findall(old), _WORD.findall(new)
    if len(one) + len(other) > MAX_WORDS:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _words(old: str, new: str) -> Iterator[Piece]:
    one, other = _WORD.findall(old), _WORD.findall(new)
    for tag, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(kind="same", text="".join(one[i:j]))
            continue
        if i < j:
            yield Piece(kind="out", text="".join(one[i:j]))
        if k < m:
            yield Piece(kind="in", text="".join(other[k:m]))


def _whole(kind: Kind, text: str) -> Change:
    return Change(pieces=(Piece(kind=kind, text=text),))


def html_page(changes: Sequence[Change], heading: str) -> str:
    """A page of its own that shows the changes: taken out struck through, put in underlined."""
    body = "\n".join(f"<p>{''.join(map(_marked, change.pieces))}</p>" for change in changes)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(heading)}</title>
<style>body{{max-width:42em;margin:2em auto;padding:0 1em;font:1.05em/1.5 serif}}
del{{background:#fdd;color:#700}}ins{{background:#dfd;color:#050}}</style></head>
<body><h1>{escape(heading)}</h1>
{body}
</body></html>
"""


def _marked(piece: Piece) -> str:
    text = escape(piece.text).replace("\n", "<br>")
    tag = {"same": "", "out": "del", "in": "ins"}[piece.kind]
    return f"<{tag}>{text}</{tag}>" if tag else text
