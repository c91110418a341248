"""Lines that rules know from end to end, told by their letters alone: with a number, twice the same, or with one error in them."""

import re
import string
from collections import defaultdict
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
    """Labels that a line of so many letters may be with one error, by the ends of which one is right in it."""

    right: int
    heads: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tails: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def holds(self, line: str) -> bool:
        """Whether the line is one of the labels with at most one error."""
        heads, tails = self.heads.get(line[: self.right]), self.tails.get(line[-self.right :])
        if heads is None and tails is None:
            return False
        return any(OSA.distance(line, label, score_cutoff=1) <= 1 for label in (*(heads or ()), *(tails or ())))


class KnownLines:
    """Folded lines, and folded `labels` that begin with a letter, behind which one error is forgiven."""

    def __init__(self, lines: Iterable[str], labels: Iterable[str]) -> None:
        self._whole = frozenset(map(_letters, lines))
        self._alike: dict[int, _Labels] = {}  # by the number of letters
        for label in map(_letters, labels):
            for size in (len(label) - 1, len(label), len(label) + 1):
                alike = self._alike.setdefault(size, _Labels(max(1, (size - 3) // 2)))  # it spoils two letters at most
                alike.heads[label[: alike.right]].append(label)
                alike.tails[label[-alike.right :]].append(label)
        self._right = {size: alike.right for size, alike in self._alike.items()}
        self._heads = frozenset(head for alike in self._alike.values() for head in alike.heads)
        self._tails = frozenset(tail for alike in self._alike.values() for tail in alike.tails)
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
        known, rights, heads, tails = self._whole, self._right, self._heads, self._tails
        for number, line in enumerate(lines):
            size = len(line)
            if not size or size > 2 * longest:
                continue
            half = size // 2
            right = rights.get(size, size)
            if (
                line in known
                or ((line[:right] in heads or line[-right:] in tails) and self._is_known(line))
                or (line[0] == line[half] and line[:half] == line[half:] and self._is_known(line[:half]))
                or (size <= longest and line.endswith(_OF) and any(self._is_known(line.removesuffix(of)) for of in _OF))
            ):
                yield number

    def _is_known(self, line: str) -> bool:
        labels = self._alike.get(len(line))
        return line in self._whole or (labels is not None and labels.holds(line))


def _letters(line: str) -> str:
    """The letters of a line; lines that fold to the same, or are the same but for a number, have the same."""
    return _NO_LETTERS.sub("", line)
