"""A plain text as a row of lines with the white space between them, and what the place of a line says about it."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from cleaner.boilerplate.sentences import ends_sentence
from cleaner.text import fold, words

__all__ = [
    "FENCES",
    "Piece",
    "in_code",
    "is_content_here",
    "lines_of",
    "neighbours",
    "pieces_of",
    "put_together",
    "stands_among_items",
    "stands_in_list",
]

FENCES = ("```", "~~~")
_FENCE = re.compile(rf"\s*(?:{'|'.join(FENCES)})")
_BULLET = re.compile(r"\s*(?:(?P<sign>[-*+•·‣▪◦–—|])|\d{1,3}[.)]|[a-zA-Z][.)])(?=\s)")
_CODE = re.compile(
    r"[{}]|\(\)|;\s*$|::|->|=>|==|</|^\s*(?:def|class|fn|import|from|return|public|const|let|var|if|for)\b.*[:;({=]"
)
_SPEAKER = re.compile(r"[^\W\d_a-zа-яα-ω][^a-zа-яα-ω\d]{1,40}[.:]$")
_SHORT_ITEM_WORDS = 4
_STANZA_LINES = 4
_STANZA_CHARS = 60
_TOPIC_CHARS = 400
_MIN_SPEAKERS = 2  # besides the one in question; a dialogue of two shows by its length
_MIN_SPEECHES = 4
_MIN_BUTTONS = 4  # with fewer, a list of words like these is a list
_BUTTON_SHARE = 0.75
_INDENT = re.compile(r"(?: {4,}|\t)")


class Piece(NamedTuple):
    """One line that holds more than white space; a tuple, since a long text has tens of thousands.

    `place` is where it stands among these, `gap` the white space before it, `number` its place among all lines of the source.
    """

    place: int
    gap: str
    text: str
    number: int

    @property
    def opens_paragraph(self) -> bool:
        """Whether a blank line, or nothing, stands before it."""
        return not self.gap or self.gap.count("\n") > 1 or (self.gap.count("\r") > 1 and "\n" not in self.gap)


def lines_of(text: str) -> list[str]:
    """All lines of the text, blank ones too; a carriage return and a line feed end one each."""
    return text.replace("\r", "\n").split("\n")


def pieces_of(text: str, lines: list[str] | None = None) -> tuple[list[Piece], str]:
    """The lines of the text with their gaps, and the white space behind the last; together they are the text again.

    `lines` are the text's, where they have been told apart already.
    """
    pieces: list[Piece] = []
    start = end = 0
    for number, line in enumerate(lines or lines_of(text)):
        if line and not line.isspace():
            pieces.append(Piece(len(pieces), text[end:start], line, number))
            end = start + len(line)
        start += len(line) + 1
    return pieces, text[end:]


def put_together(pieces: Sequence[Piece], tail: str) -> str:
    """The text of the pieces with the white space that belongs to them."""
    return "".join(part for piece in pieces for part in (piece.gap, piece.text)) + tail


def in_code(pieces: Sequence[Piece]) -> frozenset[int]:
    """Positions of the lines of fenced code, the fences among them."""
    found = set()
    fenced = False
    for position, piece in enumerate(pieces):
        if _FENCE.match(piece.text):
            fenced = not fenced
            found.add(position)
        elif fenced:
            found.add(position)
    return frozenset(found)


def neighbours(pieces: Sequence[Piece], position: int, suspects: Collection[int]) -> tuple[Piece | None, Piece | None]:
    """The nearest lines before and after that are not suspected themselves."""
    before, after = _before(position, suspects), position + 1
    while after in suspects:
        after += 1
    return (
        pieces[before] if before >= 0 else None,
        pieces[after] if after < len(pieces) else None,
    )


def _before(position: int, suspects: Collection[int]) -> int:
    """The position of the nearest line before that is not suspected itself; -1 where there is none."""
    before = position - 1
    while before in suspects:
        before -= 1
    return before


def stands_in_list(pieces: Sequence[Piece], position: int, suspects: Collection[int]) -> bool:
    """Whether the line is an item among like items: the same bullet, number or bar stands beside it, in no row of buttons."""
    sign = _bullet(pieces[position].text)
    if sign is None or _in_buttons(pieces, position, suspects, sign):
        return False
    return any(piece is not None and _bullet(piece.text) == sign for piece in neighbours(pieces, position, suspects))


def _in_buttons(pieces: Sequence[Piece], position: int, suspects: Collection[int], sign: str) -> bool:
    """Whether the list around the line is a row of buttons that lost its markup: nearly all of its items are suspected."""
    start = end = position
    while start > 0 and _bullet(pieces[start - 1].text) == sign:
        start -= 1
    while end + 1 < len(pieces) and _bullet(pieces[end + 1].text) == sign:
        end += 1
    suspected = sum(item in suspects for item in range(start, end + 1))
    return suspected >= _MIN_BUTTONS and suspected >= _BUTTON_SHARE * (end + 1 - start)


def stands_among_items(pieces: Sequence[Piece], position: int, suspects: Collection[int]) -> bool:
    """Whether short items without bullets stand on both sides, as in a list that lost its markup."""
    before, after = neighbours(pieces, position, suspects)
    return before is not None and after is not None and _is_item(before.text) and _is_item(after.text)


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


def is_content_here(pieces: Sequence[Piece], position: int, suspects: Collection[int]) -> bool:
    """Whether a line of one or two words is part of a code sample, a play, a poem, a wrapped sentence or a text about its word."""
    before, after = neighbours(pieces, position, suspects)
    piece = pieces[position]
    return (
        _beside_code(piece, before, after)
        or _is_speaker(pieces, position)
        or _is_speaker(pieces, _before(position, suspects))
        or _in_stanza(pieces, position, suspects)
        or _goes_on(pieces, position)
        or _heads_its_topic(pieces, position, after)
    )


def is_indented(piece: Piece) -> bool:
    """Whether the line is set in as far as code is in Markdown."""
    return _INDENT.match(piece.text) is not None


def _beside_code(piece: Piece, before: Piece | None, after: Piece | None) -> bool:
    around = [p for p in (before, after) if p is not None]
    if is_indented(piece) and any(map(is_indented, around)):
        return True
    return any(_CODE.search(p.text) and len(p.text) < _STANZA_CHARS * 2 for p in around)


def _is_speaker(pieces: Sequence[Piece], position: int) -> bool:
    """Whether the line is written like others that only name a speaker (`ROPER.`); no line is at -1."""
    if position < 0:
        return False
    text = pieces[position].text.strip()
    if not _SPEAKER.fullmatch(text):
        return False
    speeches = [line for p in pieces if _SPEAKER.fullmatch(line := p.text.strip())]
    others = set(speeches) - {text}
    return len(others) >= _MIN_SPEAKERS or (bool(others) and len(speeches) >= _MIN_SPEECHES)


def _in_stanza(pieces: Sequence[Piece], position: int, suspects: Collection[int]) -> bool:
    """Whether the line stands in a paragraph of four and more short lines, as verses and dictionary entries do."""
    start = position
    while start > 0 and not pieces[start].opens_paragraph:
        start -= 1
    end = position + 1
    while end < len(pieces) and not pieces[end].opens_paragraph:
        end += 1
    if start == 0 and end == len(pieces):
        return False  # one line a paragraph: nothing is said by the lack of blank lines
    stanza = [p for i, p in enumerate(pieces[start:end], start) if i not in suspects]
    return len(stanza) >= _STANZA_LINES and all(len(p.text) < _STANZA_CHARS for p in stanza)


def _goes_on(pieces: Sequence[Piece], position: int) -> bool:
    """Whether the line is the small-lettered rest of a sentence wrapped over lines."""
    piece = pieces[position]
    if piece.opens_paragraph or position == 0 or not piece.text.lstrip()[:1].islower():
        return False
    previous = pieces[position - 1].text
    return len(previous) < 2 * _STANZA_CHARS and not ends_sentence(previous)


def _heads_its_topic(pieces: Sequence[Piece], position: int, after: Piece | None) -> bool:
    """Whether the paragraph under the line speaks of what the line says, as under a heading."""
    label = fold(pieces[position].text)
    stem = label[:-2] if len(label) > 6 and label.isascii() else label  # noqa: PLR2004  # endings differ
    if after is None or not stem or not ends_sentence(after.text):
        return False
    return stem in after.text[:_TOPIC_CHARS].casefold() and _stands_once(pieces, label)


def _stands_once(pieces: Sequence[Piece], label: str) -> bool:
    found = (piece for piece in pieces if fold(piece.text) == label)
    return next(found, None) is not None and next(found, None) is None
