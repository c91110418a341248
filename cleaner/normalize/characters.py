"""The characters of running text: composed, visible, ordinary spaces; code keeps its own."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import takewhile

from cleaner.model import Block, Edit, Role
from cleaner.normalize.change import Change, changed
from cleaner.normalize.mojibake import repaired

__all__ = ["ordinary"]

_BLANK = " \t\x0b\x0c\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAK = "\n\r\u2028\u2029"
_SPACES = re.compile(f"[{_BLANK}{_BREAK}]{{2,}}|[{_BLANK[1:]}{_BREAK[1:]}]|\\A[ \n]|[ \n]\\Z")

# Letters that join, or that show their unjoined form by a zero-width (non-)joiner: Arabic, Syriac, N'Ko, Mandaic, the
# scripts of India, Myanmar, Khmer, Mongolian, Arabic presentation forms.
_JOINING = "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ua840-\ua87f\ufb50-\ufdff\ufe70-\ufefc"
_PICTURES = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER = re.compile(f"(?<![{_JOINING}])[\u200c\u200d]+(?![{_JOINING}])")
_BETWEEN_PICTURES = re.compile(f"(?<=[{_PICTURES}])\u200d(?=[{_PICTURES}])")
_NO_WIDTH = re.compile("[\xad\u034f\u180e\u200b\u2060-\u2064\ufeff]+")

# Embeddings, overrides and isolates reorder what stands around them; the marks are needed where text runs leftward.
_BIDI_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]+")
_BIDI_MARKS = re.compile("[\u061c\u200e\u200f]+")
_LEFTWARD = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

_NO_TEXT = "\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff\ud800-\udfff"
_CONTROLS = re.compile(f"[{_NO_TEXT}]")
# One look that says of almost every block that no step but mojibake and composing has work there.
_NOT_ORDINARY = re.compile(
    f"[{_NO_TEXT}{_BLANK[1:]}{_BREAK[1:]}\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_COMPOSING = re.compile("[\u1160-\u11ff]")  # Korean vowels and finals compose, though they are no combining marks


def ordinary(block: Block) -> tuple[Block, tuple[Edit, ...]]:
    """The block with every step taken until none has anything left to do, and the edits that led there."""
    if block.role is Role.CODE or _is_ordinary(block.text):
        return block, ()
    edits: list[Edit] = []
    before = None
    while block.text != before:
        before = block.text
        for rule, find in _STEPS:
            if changes := list(find(block.text)):
                block, made = changed(block, rule, changes)
                edits += made
    return block, tuple(edits)


def _is_ordinary(text: str) -> bool:
    """Whether one look shows that no step would change the text; the steps themselves are the plain answer."""
    if _NOT_ORDINARY.search(text) or text != text.strip(" \n"):
        return False
    if any(run in text for run in ("  ", "\n ", " \n", "\n\n")):
        return False
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and repaired(text) is None)


def _mojibake(text: str) -> Iterator[Change]:
    meant = text
    while (better := repaired(meant)) is not None:  # some texts were misread more than once
        meant = better
    if meant != text:
        yield _difference(text, meant)


def _controls(text: str) -> Iterator[Change]:
    for found in _CONTROLS.finditer(text):
        yield Change(found.start(), found.end(), _instead_of(found[0]))


def _instead_of(control: str) -> str:
    """What stands for a control character: HTML reads C1 as windows-1252, half a surrogate pair is lost for good."""
    if "\x80" <= control <= "\x9f":
        return control.encode("latin-1").decode("cp1252", "ignore")
    return "\ufffd" if "\ud800" <= control <= "\udfff" else ""


def _invisible(text: str) -> Iterator[Change]:
    if text.isascii():
        return
    for found in _NO_WIDTH.finditer(text):
        yield Change(found.start(), found.end(), "")


def _joiners(text: str) -> Iterator[Change]:
    if "\u200c" not in text and "\u200d" not in text:
        return
    needed = {found.start() for found in _BETWEEN_PICTURES.finditer(text)}
    for found in _JOINER.finditer(text):
        if found.start() not in needed:
            yield Change(found.start(), found.end(), "")


def _bidi(text: str) -> Iterator[Change]:
    if text.isascii():
        return
    for found in _BIDI_REORDERING.finditer(text):
        yield Change(found.start(), found.end(), "")


def _bidi_marks(text: str) -> Iterator[Change]:
    if text.isascii() or _LEFTWARD.search(text):
        return
    for found in _BIDI_MARKS.finditer(text):
        yield Change(found.start(), found.end(), "")


def _odd_spaces(text: str) -> Iterator[Change]:
    for found in _SPACES.finditer(text):
        run, start, end = found[0], found.start(), found.end()
        at_edge = start == 0 or end == len(text)
        after = "" if at_edge else "\n" if any(char in _BREAK for char in run) else " "
        if run != after:
            yield Change(start, end, after)


def _composed(text: str) -> Iterator[Change]:
    if unicodedata.is_normalized("NFC", text):
        return
    wanted = unicodedata.normalize("NFC", text)
    pieces = [(start, piece, unicodedata.normalize("NFC", piece)) for start, piece in _clusters(text)]
    if "".join(after for _, _, after in pieces) != wanted:
        yield _difference(text, wanted)
        return
    for start, piece, after in pieces:
        if piece != after:
            yield Change(start, start + len(piece), after)


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Each character with what composes with it, and where it starts."""
    start = 0
    for at, char in enumerate(text):
        if at and not unicodedata.combining(char) and not _COMPOSING.match(char):
            yield start, text[start:at]
            start = at
    yield start, text[start:]


def _difference(before: str, after: str) -> Change:
    """The one change between two texts that differ, as short as it can be."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    rest, wanted = before[same:], after[same:]
    pairs = zip(reversed(rest), reversed(wanted), strict=False)
    tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return Change(same, len(before) - tail, wanted[: len(wanted) - tail])


_STEPS: tuple[tuple[str, Callable[[str], Iterator[Change]]], ...] = (
    ("characters/mojibake", _mojibake),
    ("characters/control", _controls),
    ("characters/zero-width", _invisible),
    ("characters/joiner", _joiners),
    ("characters/bidi", _bidi),
    ("characters/bidi-mark", _bidi_marks),
    ("characters/space", _odd_spaces),
    ("characters/composed", _composed),
)
