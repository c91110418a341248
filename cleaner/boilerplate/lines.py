"""A plain text as a row of lines with the white space between them, each made into a piece when somebody asks for it."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

__all__ = ["Piece", "Row", "lines_of"]

_FENCES = ("```", "~~~")
_FENCE = re.compile(rf"\s*(?:{'|'.join(_FENCES)})")


class Piece(NamedTuple):
    """One line that holds more than white space: `place` is where it stands among these, `gap` the white space before it."""

    place: int
    gap: str
    text: str

    @property
    def opens_paragraph(self) -> bool:
        """Whether a blank line, or nothing, stands before it."""
        return not self.gap or self.gap.count("\n") > 1 or (self.gap.count("\r") > 1 and "\n" not in self.gap)


def lines_of(text: str) -> list[str]:
    """All lines of the text, blank ones too; a carriage return and a line feed end one each."""
    return text.replace("\r", "\n").split("\n")


class Row:
    """What is left of a text: its lines that hold more than white space, by their positions from 0.

    A text has tens of thousands, of which few are asked for: only those that are become pieces. `lines` are all lines of
    the text, blank ones too, where they have been told apart already.
    """

    def __init__(self, text: str, lines: list[str] | None = None) -> None:
        self._text = text
        self._lines = lines_of(text) if lines is None else lines
        self._ends = array("q", accumulate(map(len, self._lines)))  # without the signs that end the lines before
        self._numbers = array("q", [n for n, line in enumerate(self._lines) if line and not line.isspace()])
        self._places = array("q", range(len(self._numbers)))  # of the lines that are left
        self._pieces: dict[int, Piece] = {}  # by their places, as they are now
        self._changed: set[int] = set()  # places where something else stood in the source, or nothing is left
        self._fences = frozenset(self._fenced())

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, position: int) -> Piece:
        place = self._places[position]
        piece = self._pieces.get(place)
        if piece is None:
            line = self._lines[self._numbers[place]]
            gap = self._text[self._end(place - 1) : self._end(place) - len(line)]
            piece = self._pieces[place] = Piece(place, gap, line)
        return piece

    def texts(self) -> Iterator[str]:
        """The lines that are left, as they are now."""
        pieces, lines, numbers = self._pieces, self._lines, self._numbers
        return (pieces[place].text if place in pieces else lines[numbers[place]] for place in self._places)

    def places_of(self, numbers: Iterable[int]) -> set[int]:
        """The places of lines by their numbers among all lines of the text; blank lines have none."""
        return {place for number in numbers if (place := _found(self._numbers, number)) is not None}

    def positions_of(self, places: Iterable[int]) -> list[int]:
        """Where the lines of the places stand now, in order, less those that are gone."""
        found = (_found(self._places, place) for place in places)
        return sorted(position for position in found if position is not None)

    def put(self, piece: Piece) -> None:
        """Nothing; the piece stands at its place from now on."""
        self._pieces[piece.place] = piece
        self._changed.add(piece.place)

    def remove(self, positions: Collection[int]) -> None:
        """Nothing; the lines at the positions are gone."""
        left, start = array("q"), 0
        for position in sorted(positions):
            place = self._places[position]
            self._changed.add(place)
            self._pieces.pop(place, None)
            left += self._places[start:position]
            start = position + 1
        self._places = left + self._places[start:]

    def in_code(self) -> frozenset[int]:
        """Positions of the lines of fenced code, the fences among them."""
        now = {place for place in self._changed & self._pieces.keys() if _FENCE.match(self._pieces[place].text)}
        fences = self.positions_of(now | (self._fences - self._changed))
        pairs = zip(fences[::2], [*fences[1::2], len(self) - 1], strict=False)
        return frozenset(position for opened, closed in pairs for position in range(opened, closed + 1))

    def put_together(self) -> str:
        """The text of the pieces with the white space that belongs to them, and what stands behind the last."""
        parts: list[str] = []
        start = 0
        for place in sorted(self._changed):
            parts.append(self._text[start : self._end(place - 1)])
            parts += self._pieces[place][1:] if place in self._pieces else ()
            start = self._end(place)
        return "".join(parts) + self._text[start:]

    def _fenced(self) -> Iterator[int]:
        """The places of the lines that opened or closed fenced code in the source."""
        for fence in _FENCES:
            at = self._text.find(fence)
            while at >= 0:
                number = bisect_left(range(len(self._ends)), at, key=lambda n: self._ends[n] + n)
                if _FENCE.match(self._lines[number]):
                    yield bisect_left(self._numbers, number)
                at = self._text.find(fence, self._ends[number] + number)

    def _end(self, place: int) -> int:
        """Where the line ends in the source; 0 before the first."""
        if place < 0:
            return 0
        number = self._numbers[place]
        return self._ends[number] + number


def _found(ordered: "array[int]", value: int) -> int | None:
    at = bisect_left(ordered, value)
    return at if at < len(ordered) and ordered[at] == value else None
