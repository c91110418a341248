"""What the place of a suspected line says about it, in plain text: whether it is content where it stands."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cached_property

from cleaner.boilerplate.lines import Piece, Row
from cleaner.boilerplate.sentences import ends_sentence
from cleaner.text import fold, words

__all__ = ["Neighbourhood", "is_indented"]

_BULLET = re.compile(r"\s*(?:(?P<sign>[-*+•·‣▪◦–—|])|\d{1,3}[.)]|[a-zA-Z][.)])(?=\s)")
_CODE = re.compile(
    r"[{}]|\(\)|;\s*$|::|->|=>|==|</|^\s*(?:def|class|fn|import|from|return|public|const|let|var|if|for)\b.*[:;({=]"
)
_SPEAKER = re.compile(r"[^\W\d_a-zа-яα-ω][^a-zа-яα-ω\d]{1,40}[.:]$")
_MAX_SPEAKER_CHARS = 42
_SHORT_ITEM_WORDS = 4
_STANZA_LINES = 4
_STANZA_CHARS = 60
_TOPIC_CHARS = 400
_MIN_SPEAKERS = 2  # besides the one in question; a dialogue of two shows by its length
_MIN_SPEECHES = 4
_MIN_BUTTONS = 4  # with fewer, a list of words like these is a list
_BUTTON_SHARE = 0.75
_INDENT = re.compile(r"(?: {4,}|\t)")


class Neighbourhood:
    """The lines around the `suspects`, which are positions in the row; `near` are all lines that rules may touch, folded.

    What was found of a stretch of lines is kept for the next question, so that a text of suspects alone, or without a
    blank line, takes no longer than another: questions are best asked in the order of the lines.
    """

    def __init__(self, row: Row, suspects: Collection[int], near: Iterable[str]) -> None:
        self._row = row
        self._suspects = suspects
        self._near = near
        self._run = range(0)  # of suspects
        self._list, self._is_buttons = range(0), False
        self._stretch, self._is_stanza = range(0), False

    def is_content(self, position: int) -> bool:
        """Whether a line of one or two words is part of a code sample, a play, a poem, a wrapped sentence or a text about its word."""
        before, after = self._neighbours(position)
        return (
            _beside_code(self._row[position], before, after)
            or self._is_speaker(self._row[position])
            or self._is_speaker(before)
            or self._in_stanza(position)
            or self._goes_on(position)
            or self._heads_its_topic(self._row[position], after)
        )

    def is_in_list(self, position: int) -> bool:
        """Whether the line is an item among like items: the same bullet, number or bar stands beside it, in no row of buttons."""
        sign = _bullet(self._row[position].text)
        if sign is None or self._in_buttons(position, sign):
            return False
        return any(piece is not None and _bullet(piece.text) == sign for piece in self._neighbours(position))

    def is_among_items(self, position: int) -> bool:
        """Whether short items without bullets stand on both sides, as in a list that lost its markup."""
        before, after = self._neighbours(position)
        return before is not None and after is not None and _is_item(before.text) and _is_item(after.text)

    def _neighbours(self, position: int) -> tuple[Piece | None, Piece | None]:
        """The nearest lines before and after that are not suspected themselves."""
        if position not in self._run:
            start, end = position, position + 1
            while start - 1 in self._suspects:
                start -= 1
            while end in self._suspects:
                end += 1
            self._run = range(start, end)
        before, after = self._run.start - 1, self._run.stop
        return self._row[before] if before >= 0 else None, self._row[after] if after < len(self._row) else None

    def _in_buttons(self, position: int, sign: str) -> bool:
        """Whether the list around the line is a row of buttons that lost its markup: nearly all of its items are suspected."""
        if position not in self._list:
            start, end = position, position + 1
            while start > 0 and _bullet(self._row[start - 1].text) == sign:
                start -= 1
            while end < len(self._row) and _bullet(self._row[end].text) == sign:
                end += 1
            self._list = range(start, end)
            suspected = sum(item in self._suspects for item in self._list)
            self._is_buttons = suspected >= _MIN_BUTTONS and suspected >= _BUTTON_SHARE * len(self._list)
        return self._is_buttons

    @cached_property
    def _speeches(self) -> Counter[str]:
        """The lines that are written as those that name a speaker are, with their number."""
        lines = (line for text in self._row.texts() if len(line := text.strip()) <= _MAX_SPEAKER_CHARS)
        return Counter(line for line in lines if _SPEAKER.fullmatch(line))

    def _is_speaker(self, piece: Piece | None) -> bool:
        """Whether the line is written like others that only name a speaker (`ROPER.`)."""
        text = piece.text.strip() if piece else ""
        if not _SPEAKER.fullmatch(text):
            return False
        others = len(self._speeches) - 1
        return others >= _MIN_SPEAKERS or (others > 0 and self._speeches.total() >= _MIN_SPEECHES)

    def _in_stanza(self, position: int) -> bool:
        """Whether the line stands in a paragraph of four and more short lines, as verses and dictionary entries do."""
        if position not in self._stretch:
            row, start, end = self._row, position, position + 1
            while start > 0 and not row[start].opens_paragraph and self._fits_stanza(start - 1):
                start -= 1
            while end < len(row) and not row[end].opens_paragraph and self._fits_stanza(end):
                end += 1
            self._stretch = range(start, end)
            self._is_stanza = self._is_paragraph(start, end) and self._unsuspected(start, end) >= _STANZA_LINES
        return self._is_stanza

    def _fits_stanza(self, position: int) -> bool:
        return position in self._suspects or len(self._row[position].text) < _STANZA_CHARS

    def _is_paragraph(self, start: int, end: int) -> bool:
        """Whether these lines are one of several paragraphs; where no blank line is, its lack says nothing."""
        opened = start == 0 or self._row[start].opens_paragraph
        closed = end == len(self._row) or self._row[end].opens_paragraph
        return opened and closed and (start, end) != (0, len(self._row))

    def _unsuspected(self, start: int, end: int) -> int:
        return sum(position not in self._suspects for position in range(start, end))

    def _goes_on(self, position: int) -> bool:
        """Whether the line is the small-lettered rest of a sentence wrapped over lines."""
        piece = self._row[position]
        if piece.opens_paragraph or position == 0 or not piece.text.lstrip()[:1].islower():
            return False
        previous = self._row[position - 1].text
        return len(previous) < 2 * _STANZA_CHARS and not ends_sentence(previous)

    def _heads_its_topic(self, piece: Piece, after: Piece | None) -> bool:
        """Whether the paragraph under the line speaks of what the line says, as under a heading."""
        label = fold(piece.text)
        stem = label[:-2] if len(label) > 6 and label.isascii() else label  # noqa: PLR2004  # endings differ
        if after is None or not stem or not ends_sentence(after.text):
            return False
        return stem in after.text[:_TOPIC_CHARS].casefold() and self._folded[label] == 1

    @cached_property
    def _folded(self) -> Counter[str]:
        """How often each line stands in the text that rules may touch; a line that is suspected has its like among these."""
        return Counter(self._near)


def is_indented(piece: Piece) -> bool:
    """Whether the line is set in as far as code is in Markdown."""
    return _INDENT.match(piece.text) is not None


def _bullet(text: str) -> str | None:
    match = _BULLET.match(text)
    if match is None:
        return None
    sign = match["sign"] or "1"
    # A dash at both ends is decoration, bars at both ends are a table's row all the same.
    if sign in "-–—*•·+" and len(text.strip()) > 1 and text.strip()[-1] == sign:
        return None
    return sign


def _is_item(text: str) -> bool:
    return _bullet(text) is None and not ends_sentence(text) and 0 < words(text) <= _SHORT_ITEM_WORDS


def _beside_code(piece: Piece, before: Piece | None, after: Piece | None) -> bool:
    around = [p for p in (before, after) if p is not None]
    if is_indented(piece) and any(map(is_indented, around)):
        return True
    return any(_CODE.search(p.text) and len(p.text) < _STANZA_CHARS * 2 for p in around)
