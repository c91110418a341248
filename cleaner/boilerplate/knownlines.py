"""Lines that rules know from end to end, told by their letters alone: with a number, twice the same, or with one error in them."""

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

__all__ = ["KnownLines"]

_NO_LETTERS = re.compile(r"[\W\d_]+")
_ASCII_LETTERS = string.ascii_letters.encode("ascii")
_NO_ASCII_LETTERS = bytes(set(range(256)) - {*_ASCII_LETTERS, ord("\n")})
_OF = ("of", "von", "de", "sur", "di", "из", "z")  # between two numbers behind a label


@dataclass(slots=True)
class _Labels:
    """Labels that a line of so many letters may be with one error, and the ends of which one is right in it."""

    right: int
    heads: set[str] = field(default_factory=set)
    tails: set[str] = field(default_factory=set)
    labels: list[str] = field(default_factory=list)


class KnownLines:
    """Folded lines, and folded `labels` that begin with a letter, behind which one error is forgiven."""

    def __init__(self, lines: Iterable[str], labels: Iterable[str]) -> None:
        self._whole = frozenset(map(_letters, lines))
        self._alike: dict[int, _Labels] = {}  # by the number of letters
        for label in map(_letters, labels):
            for size in (len(label) - 1, len(label), len(label) + 1):
                alike = self._alike.setdefault(size, _Labels(max(1, (size - 3) // 2)))  # it spoils two letters at most
                alike.labels.append(label)
                alike.heads.add(label[: alike.right])
                alike.tails.add(label[-alike.right :])
        self._firsts = {label[:1] for alike in self._alike.values() for label in alike.labels}
        self._longest = max((*map(len, self._whole), *self._alike), default=0) + max(map(len, _OF))

    def among(self, whole: bytes, wide: Mapping[int, str]) -> Iterator[int]:
        """The numbers of the levelled lines that may be known; `wide` has those with other than ASCII signs."""
        lines = whole.translate(None, _NO_ASCII_LETTERS).decode("ascii").split("\n")
        longest = self._longest
        for number, line in wide.items():
            letters = lines[number]
            half = len(letters) // 2
            if len(letters) <= longest or letters[:half] == letters[half:]:
                lines[number] = _letters(line)
        known, firsts, sizes = self._whole, self._firsts, self._alike
        for number, line in enumerate(lines):
            if not line:
                continue
            half = len(line) // 2
            if (
                line in known
                or (line[0] in firsts and len(line) in sizes and self._is_known(line))
                or (line[0] == line[half] and line[:half] == line[half:] and self._is_known(line[:half]))
                or (
                    line.endswith(_OF)
                    and len(line) <= longest
                    and any(self._is_known(line.removesuffix(of)) for of in _OF)
                )
            ):
                yield number

    def _is_known(self, line: str) -> bool:
        labels = self._alike.get(len(line))
        return line in self._whole or (labels is not None and _is_misspelt(line, labels))


def _is_misspelt(line: str, among: _Labels) -> bool:
    if line[: among.right] not in among.heads and line[-among.right :] not in among.tails:
        return False
    return any(OSA.distance(line, label, score_cutoff=1) <= 1 for label in among.labels)


def _letters(line: str) -> str:
    """The letters of a line; lines that fold to the same, or are the same but for a number, have the same."""
    return _NO_LETTERS.sub("", line)
