"""Two texts compared, paragraph by paragraph and then word by word, so that a person sees what was rewritten."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from typing import Literal, TypeAlias

__all__ = ["Change", "Piece", "compare", "html_page", "without", "words"]

# The matcher is quadratic at worst: a paragraph beyond this is shown as taken out and put in, and in a text of so many
# paragraphs those that repeat all over it are no signposts.
MAX_COMPARISONS = 4_000_000
MAX_PARAGRAPHS = 2_000
NEAR = 20  # paragraphs ahead in which a rewritten one is looked for: what was moved farther is out here and in there

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

    @property
    def old(self) -> tuple[Piece, ...]:
        """Its pieces in the old text."""
        return without("in", self.pieces)

    @property
    def new(self) -> tuple[Piece, ...]:
        """Its pieces in the new text."""
        return without("out", self.pieces)


def without(kind: Kind, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces of the other kinds."""
    return tuple(piece for piece in pieces if piece.kind != kind)


def compare(old: str, new: str) -> list[Change]:
    """Every paragraph of both texts once, in order."""
    before, after = ([part for part in text.split("\n\n") if part.strip()] for text in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=len(after) > MAX_PARAGRAPHS)
    changes: list[Change] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            changes += [_whole("same", text) for text in before[i:j]]
        else:
            changes += _rewritten(before[i:j], after[k:m])
    return changes


def _rewritten(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """Paragraphs paired in order while they share words; others are taken out or put in whole."""
    vocabularies = [set(text.split()) for text in after]
    start = 0
    for old in before:
        own = set(old.split())
        ahead = range(start, min(start + NEAR, len(after)))
        pair = next((at for at in ahead if _alike(own, vocabularies[at])), None)
        if pair is None:
            yield _whole("out", old)
            continue
        yield from (_whole("in", text) for text in after[start:pair])
        yield Change(pieces=words(old, after[pair]))
        start = pair + 1
    yield from (_whole("in", text) for text in after[start:])


def _alike(one: set[str], other: set[str]) -> bool:
    """Whether a third of the words is in both: enough to read them as one paragraph that changed."""
    return 3 * len(one & other) >= max(len(one), len(other))


def words(old: str, new: str) -> tuple[Piece, ...]:
    """Both texts in one row: without the pieces put in they give `old`, without those taken out `new`."""
    if old == new:
        return (Piece(kind="same", text=old),) if old else ()
    one, other = _WORD.findall(old), _WORD.findall(new)
    if len(one) * len(other) > MAX_COMPARISONS:
        return tuple(_some(("out", old), ("in", new)))
    found: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        before, after = "".join(one[i:j]), "".join(other[k:m])
        found += _some(("same", before)) if tag == "equal" else _some(("out", before), ("in", after))
    return tuple(found)


def _some(*rows: tuple[Kind, str]) -> Iterator[Piece]:
    return (Piece(kind=kind, text=text) for kind, text in rows if text)


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
