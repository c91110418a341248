"""Cleans text that comes without HTML: pasted, or extracted elsewhere; blank-line paragraphs, one line a paragraph, or Markdown.

Every step reads the text as it then is and runs until none changes anything, so cleaning twice changes nothing more.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cleaner.boilerplate.labels import Cut, LabelFinder
from cleaner.boilerplate.lines import (
    FENCES,
    Piece,
    in_code,
    is_content_here,
    is_indented,
    pieces_of,
    put_together,
    stands_among_items,
    stands_in_list,
)
from cleaner.boilerplate.ruleset import MAX_CHARS_READ, RuleSet, subject_of
from cleaner.boilerplate.sentences import MENDED, are_halves, joined, looks_unspaced
from cleaner.boilerplate.sieve import Look, Sieve
from cleaner.model import Block, Decision, Edit, Evidence, Verdict
from cleaner.text import fold

__all__ = ["clean_lines", "clean_plain_text"]

MAX_ROUNDS = 12  # each round takes something away or stops; twelve deep nests have not been met
_MAX_WORDS_IN_CONTEXT = 3  # labels this short are words of prose, lists and plays too
_MAX_LINES_CUT = 3
_MAX_CHARS_CUT = 60


@dataclass(slots=True)
class _Draft:
    """A text on its way: what is left of it, and what was done.

    `near` has the places of the lines that may be touched, where a look has told them from the others; `look` is that
    look. Rules in `off` are not asked.
    """

    pieces: list[Piece]
    rules: RuleSet
    off: frozenset[str]
    look: Look | None = None
    near: set[int] = field(default_factory=set)
    seen: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)  # what speaks for dropping a line, by its text
    dropped: list[Decision] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)

    def positions(self) -> Sequence[int]:
        """Where the lines stand that may be touched."""
        if self.look is None:
            return range(len(self.pieces))
        return [position for position, piece in enumerate(self.pieces) if piece.place in self.near]

    def touch(self, position: int, piece: Piece) -> None:
        """Nothing; another piece stands there, which may be touched from now on."""
        self.pieces[position] = piece
        self.near.add(piece.place)


def clean_plain_text(
    text: str, rules: RuleSet, off: frozenset[str] = frozenset()
) -> tuple[str, tuple[Decision, ...], tuple[Edit, ...]]:
    """The text without residue, the decision about each line that went, and the edits of lines that stayed.

    A block is a line that holds more than white space, its index its place among these. Text without residue comes
    back as it was, byte for byte. Rules in `off` are not asked.
    """
    return clean_lines(text, rules, off, _sieve(rules).look(text))


def clean_lines(
    text: str, rules: RuleSet, off: frozenset[str] = frozenset(), look: Look | None = None
) -> tuple[str, tuple[Decision, ...], tuple[Edit, ...]]:
    """The same as `clean_plain_text`, looking closely at the lines that `look` has caught, without one at every line."""
    if look is not None and not look.caught:
        return text, (), ()
    pieces, tail = pieces_of(text, look.lines if look else None)
    draft = _Draft(pieces, rules, off, look)
    if look is not None:
        draft.near.update(piece.place for piece in pieces if piece.number in look.caught)
    fenced = any(fence in text for fence in FENCES)
    for _ in range(MAX_ROUNDS):
        if not _clean_once(draft, in_code(draft.pieces) if fenced else frozenset()):
            break
    if not (draft.dropped or draft.edits):
        return text, (), ()
    return put_together(draft.pieces, tail), tuple(draft.dropped), tuple(draft.edits)


def _clean_once(draft: _Draft, code: frozenset[int]) -> bool:
    """One round over the draft; whether anything changed."""
    positions = draft.positions()
    drops = _residue(draft, positions, code)
    known = Counter(fold(draft.pieces[position].text) for position in drops)
    changed = _trim(draft, positions, known, code | drops.keys())
    if drops:
        _drop(draft, drops)
    return bool(drops) or changed


def _residue(draft: _Draft, positions: Sequence[int], code: Collection[int]) -> dict[int, tuple[Evidence, ...]]:
    """Evidence by position for each line that is residue where it stands; parts of one label share theirs."""
    suspects: dict[int, tuple[Evidence, ...]] = {}
    for position in positions:
        text = draft.pieces[position].text
        if len(text) <= MAX_CHARS_READ and position not in code:
            evidence = _evidence(draft, text)
            if evidence:
                suspects[position] = evidence
    torn = _labels_over_lines(draft, positions, code)
    suspects.update(torn)
    alone = {
        position: evidence
        for position, seen in suspects.items()
        if position not in torn and (evidence := _in_context(draft, position, seen, suspects))
    }
    return alone | torn


def _evidence(draft: _Draft, text: str) -> tuple[Evidence, ...]:
    """What speaks for dropping the line; nothing where a guard speaks for it."""
    seen = draft.seen.get(text)
    if seen is None:
        seen = draft.seen[text] = _said(draft, text) if draft.rules.may_see(fold(text)) else ()
    return seen


def _said(draft: _Draft, text: str, *, in_list: bool = False) -> tuple[Evidence, ...]:
    seen = [e for e in draft.rules.see(subject_of(text, in_list=in_list)) if e.rule not in draft.off]
    return () if any(e.verdict is Verdict.KEEP for e in seen) else tuple(seen)


def _in_context(
    draft: _Draft, position: int, seen: tuple[Evidence, ...], suspects: Collection[int]
) -> tuple[Evidence, ...]:
    """The evidence that still stands when the neighbours are looked at."""
    pieces = draft.pieces
    label = fold(pieces[position].text)
    if label.count(" ") < _MAX_WORDS_IN_CONTEXT and is_content_here(pieces, position, suspects):
        return ()
    if " " not in label and label not in draft.rules.gluing and stands_among_items(pieces, position, suspects):
        return ()
    if stands_in_list(pieces, position, suspects):
        return _said(draft, pieces[position].text, in_list=True)
    return seen


def _labels_over_lines(
    draft: _Draft, positions: Sequence[int], code: Collection[int]
) -> dict[int, tuple[Evidence, ...]]:
    """Evidence for the parts of labels that a line break cut, of which one may be touched; the longest label wins."""
    found: dict[int, tuple[Evidence, ...]] = {}
    pieces = draft.pieces
    for position in _up_to_before(positions, _MAX_LINES_CUT):
        if position in found or position in code or not _may_be_torn(pieces[position]):
            continue
        for end in range(position + _MAX_LINES_CUT, position + 1, -1):
            parts = pieces[position:end]
            if (
                len(parts) < end - position
                or not all(map(_may_be_torn, parts))
                or any(p.opens_paragraph for p in parts[1:])
            ):
                continue
            whole = " ".join(p.text.strip() for p in parts)
            if fold(whole) in draft.rules.labels and (evidence := _evidence(draft, whole)):
                found.update(dict.fromkeys(range(position, end), evidence))
                break
    return found


def _up_to_before(positions: Sequence[int], lines: int) -> Sequence[int]:
    """The positions and so many lines before each, the line itself counted, in order."""
    if isinstance(positions, range):
        return positions
    return sorted({start for position in positions for start in range(max(0, position + 1 - lines), position + 1)})


def _may_be_torn(piece: Piece) -> bool:
    """Whether the line is short, and not set in like code."""
    return len(piece.text) <= _MAX_CHARS_CUT and not is_indented(piece)


def _drop(draft: _Draft, drops: dict[int, tuple[Evidence, ...]]) -> None:
    """The lines out of the draft, white space closed up, halves of a sentence around them joined."""
    kept: list[Piece] = []
    gap, start = "", 0
    for position in sorted(drops):
        _keep(draft, kept, draft.pieces[start:position], gap)
        piece = draft.pieces[position]
        block = Block(index=piece.place, text=piece.text)
        draft.dropped.append(Decision(block=block, verdict=Verdict.DROP, evidence=drops[position]))
        gap = max(gap, piece.gap, key=_width) if start == position and start else piece.gap
        start = position + 1
    _keep(draft, kept, draft.pieces[start:], gap)
    draft.pieces = kept
    draft.dropped.sort(key=lambda decision: decision.block.index)


def _keep(draft: _Draft, kept: list[Piece], stretch: list[Piece], gap: str) -> None:
    """Nothing; the lines from one hole to the next are kept, the first of them closed up; `gap` is the widest in the hole."""
    if not stretch:
        return
    piece = stretch[0]
    if kept and are_halves(kept[-1].text, piece.text) and not (len(kept) == 1 and _has_no_case(piece.text)):
        kept[-1] = _join(draft, kept[-1], piece)
        draft.near.add(kept[-1].place)
    elif piece is not draft.pieces[0]:
        kept.append(piece._replace(gap=max(gap, piece.gap, key=_width) if kept else draft.pieces[0].gap))
    else:
        kept.append(piece)
    kept += stretch[1:]


def _has_no_case(text: str) -> bool:
    """Whether the text begins in a script of words without capitals, where a first line without a full stop is a title or its dek."""
    start = text.lstrip()[:1]
    return start.isalpha() and not (start.islower() or start.isupper() or looks_unspaced(start))


def _width(gap: str) -> int:
    return gap.count("\n") or gap.count("\r")


def _join(draft: _Draft, first: Piece, second: Piece) -> Piece:
    head = first.text.rstrip()
    rest = joined(head, second.text)
    draft.edits.append(
        Edit(
            block=first.place,
            rule=MENDED,
            start=len(head),
            before=first.text[len(head) :],
            after=rest,
            absorbs=second.place,
        )
    )
    return first._replace(text=head + rest)


def _trim(draft: _Draft, positions: Sequence[int], known: Collection[str], untouched: Collection[int]) -> bool:
    """Labels glued to the lines that stay, cut off; whether there were any."""
    finder = _finder(draft.rules)
    changed = False
    for position in _with_known(draft, positions, known):
        piece = draft.pieces[position]
        if position in untouched:
            continue
        following = draft.pieces[position + 1] if position + 1 < len(draft.pieces) else None
        wraps = following is not None and not following.opens_paragraph and following.text.lstrip()[:1].islower()
        cut = finder.at_start(piece.text, known)
        cut = cut or (None if wraps else finder.at_end(piece.text, known)) or finder.inside(piece.text, known)
        if cut is not None and cut.rule not in draft.off:
            draft.touch(position, _cut_out(draft, piece, cut))
            changed = True
    return changed


def _with_known(draft: _Draft, positions: Sequence[int], known: Collection[str]) -> Sequence[int]:
    """The positions, and those of lines with a label that only counts in prose since the text has it alone as well."""
    numbers = draft.look.holding(known) if draft.look and known else ()
    if not numbers:
        return positions
    more = {position for position, piece in enumerate(draft.pieces) if piece.number in numbers}
    return sorted(more.union(positions))


def _cut_out(draft: _Draft, piece: Piece, cut: Cut) -> Piece:
    before = piece.text[cut.start : cut.end]
    draft.edits.append(Edit(block=piece.place, rule=cut.rule, start=cut.start, before=before, after=cut.after))
    return piece._replace(text=piece.text[: cut.start] + cut.after + piece.text[cut.end :])


@lru_cache(maxsize=8)
def _finder(rules: RuleSet) -> LabelFinder:
    return LabelFinder(rules)


@lru_cache(maxsize=8)
def _sieve(rules: RuleSet) -> Sieve:
    return Sieve(rules)
