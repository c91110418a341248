"""What changed between two texts, in words: what inspection and version pages mark."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

__all__ = ["Change", "Piece", "changes", "pieces"]

MAX_COMPARISONS = 4_000_000  # difflib is quadratic at worst; a paragraph beyond this is shown as replaced whole

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is in both (`same`), only in the old (`gone`) or only in the new text (`new`)."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph in both forms; None where there is none on that side."""

    old: tuple[Piece, ...] | None
    new: tuple[Piece, ...] | None

    @property
    def is_same(self) -> bool:
        """Whether nothing changed here."""
        return self.old == self.new


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Both texts in one row: joined without the new pieces they give `old`, without the gone ones `new`."""
    if old == new:
        return (Piece("same", old),) if old else ()
    a, b = _WORD.findall(old), _WORD.findall(new)
    if len(a) * len(b) > MAX_COMPARISONS:
        return _some(("gone", old), ("new", new))
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        before, after = "".join(a[i1:i2]), "".join(b[j1:j2])
        found += _some(("same", before)) if tag == "equal" else _some(("gone", before), ("new", after))
    return tuple(found)


def _some(*rows: tuple[Literal["same", "gone", "new"], str]) -> tuple[Piece, ...]:
    return tuple(Piece(kind, text) for kind, text in rows if text)


def changes(old: str, new: str) -> list[Change]:
    """The texts' paragraphs side by side, those that changed a little in one row with their words marked."""
    a, b = _paragraphs(old), _paragraphs(new)
    rows: list[Change] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Change((Piece("same", text),), (Piece("same", text),)) for text in a[i1:i2]]
        else:
            rows += _replaced(a[i1:i2], b[j1:j2])
    return rows


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.split("\n\n") if part.strip()]


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Paragraphs paired in order while they share words; others stand alone on their side."""
    rest = list(new)
    for text in old:
        pair = next((at for at, other in enumerate(rest) if _alike(text, other)), None)
        if pair is None:
            yield Change((Piece("gone", text),), None)
            continue
        yield from (Change(None, (Piece("new", other),)) for other in rest[:pair])
        both = pieces(text, rest[pair])
        yield Change(
            tuple(piece for piece in both if piece.kind != "new"),
            tuple(piece for piece in both if piece.kind != "gone"),
        )
        del rest[: pair + 1]
    yield from (Change(None, (Piece("new", other),)) for other in rest)


def _alike(old: str, new: str) -> bool:
    """Whether a third of the words is in both: enough to read them as one paragraph that changed."""
    a, b = set(old.split()), set(new.split())
    return 3 * len(a & b) >= max(len(a), len(b))
