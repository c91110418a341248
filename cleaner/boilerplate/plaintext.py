"""Cleans text that comes without HTML: pasted, or extracted elsewhere; blank-line paragraphs, one line a paragraph, or Markdown.

Every step reads the text as it then is and runs until none changes anything, so cleaning twice changes nothing more;
a line with more than forty labels glued into it is left with the rest of them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cleaner.boilerplate.labels import Cut, LabelFinder
from cleaner.boilerplate.lines import Piece, Row
from cleaner.boilerplate.neighbourhood import Neighbourhood, is_indented
from cleaner.boilerplate.ruleset import MAX_CHARS_READ, RuleSet, subject_of
from cleaner.boilerplate.sentences import MENDED, are_halves, joined, looks_unspaced
from cleaner.boilerplate.sieve import Look, Sieve
from cleaner.model import Block, Decision, Edit, Evidence, Verdict
from cleaner.text import fold

__all__ = ["clean_lines", "clean_plain_text"]

MAX_ROUNDS = 40  # each takes something away or stops, one label of a line; whole articles on one line with 30 are met
_MAX_WORDS_IN_CONTEXT = 3  # labels this short are words of prose, lists and plays too
_MAX_LINES_CUT = 3
_MAX_CHARS_CUT = 60


@dataclass(slots=True)
class _Draft:
    """A text on its way: what is left of it, and what was done.

    `near` has the places of the lines that may be touched, where a look has told them from the others; `look` is that
    look. Rules in `off` are not asked.
    """

    row: Row
    rules: RuleSet
    off: frozenset[str]
    look: Look | None = None
    near: set[int] = field(default_factory=set)
    seen: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)  # what speaks for dropping a line, by its text
    keys: dict[str, str] = field(default_factory=dict)  # texts folded
    uncut: dict[tuple[str, bool], frozenset[str]] = field(default_factory=dict)  # see `_cut`
    known: frozenset[str] = frozenset()  # the dropped lines folded: labels that the text has alone as well
    dropped: list[Decision] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)

    def positions(self) -> Sequence[int]:
        """Where the lines stand that may be touched."""
        return range(len(self.row)) if self.look is None else self.row.positions_of(self.near)

    def folded(self, position: int) -> str:
        """The line folded."""
        text = self.row[position].text
        key = self.keys.get(text)
        if key is None:
            key = self.keys[text] = fold(text)
        return key

    def touch(self, piece: Piece) -> None:
        """Nothing; the piece stands at its place, which may be touched from now on."""
        self.row.put(piece)
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
    draft = _Draft(Row(text, look.lines if look else None), rules, off, look)
    if look is not None:
        draft.near.update(draft.row.places_of(look.caught))
    for _ in range(MAX_ROUNDS):
        if not _clean_once(draft, draft.row.in_code()):
            break
    if not (draft.dropped or draft.edits):
        return text, (), ()
    draft.dropped.sort(key=lambda decision: decision.block.index)
    return draft.row.put_together(), tuple(draft.dropped), tuple(draft.edits)


def _clean_once(draft: _Draft, code: frozenset[int]) -> bool:
    """One round over the draft; whether anything changed."""
    positions = draft.positions()
    drops = _residue(draft, positions, code)
    fresh = frozenset(map(draft.folded, drops))
    draft.known |= fresh
    changed = _trim(draft, _with_known(draft, positions, fresh), code | drops.keys())
    if drops:
        _drop(draft, drops)
    return bool(drops) or changed


def _residue(draft: _Draft, positions: Sequence[int], code: Collection[int]) -> dict[int, tuple[Evidence, ...]]:
    """Evidence by position for each line that is residue where it stands; parts of one label share theirs."""
    suspects: dict[int, tuple[Evidence, ...]] = {}
    for position in positions:
        text = draft.row[position].text
        if len(text) <= MAX_CHARS_READ and position not in code:
            evidence = _evidence(draft, text, draft.folded(position))
            if evidence:
                suspects[position] = evidence
    torn = _labels_over_lines(draft, positions, code)
    suspects.update(torn)
    around = Neighbourhood(draft.row, suspects, map(draft.folded, positions))
    alone = {
        position: evidence
        for position, seen in suspects.items()
        if position not in torn and (evidence := _in_context(draft, position, seen, around))
    }
    return alone | torn


def _evidence(draft: _Draft, text: str, folded: str) -> tuple[Evidence, ...]:
    """What speaks for dropping the line; nothing where a guard speaks for it."""
    seen = draft.seen.get(text)
    if seen is None:
        seen = draft.seen[text] = _said(draft, text) if draft.rules.may_see(folded) else ()
    return seen


def _said(draft: _Draft, text: str, *, in_list: bool = False) -> tuple[Evidence, ...]:
    seen = [e for e in draft.rules.see(subject_of(text, in_list=in_list)) if e.rule not in draft.off]
    return () if any(e.verdict is Verdict.KEEP for e in seen) else tuple(seen)


def _in_context(
    draft: _Draft, position: int, seen: tuple[Evidence, ...], around: Neighbourhood
) -> tuple[Evidence, ...]:
    """The evidence that still stands when the neighbours are looked at."""
    label = draft.folded(position)
    if label.count(" ") < _MAX_WORDS_IN_CONTEXT and around.is_content(position):
        return ()
    if " " not in label and label not in draft.rules.gluing and around.is_among_items(position):
        return ()
    return _said(draft, draft.row[position].text, in_list=True) if around.is_in_list(position) else seen


def _labels_over_lines(
    draft: _Draft, positions: Sequence[int], code: Collection[int]
) -> dict[int, tuple[Evidence, ...]]:
    """Evidence for the parts of labels that a line break cut, of which one may be touched; the longest label wins."""
    found: dict[int, tuple[Evidence, ...]] = {}
    for position in _starts(draft.row, positions):
        if position in found or position in code:
            continue
        parts = _may_be_one(draft.row, position)
        for end in range(len(parts), 1, -1):
            whole = " ".join(part.text.strip() for part in parts[:end])
            folded = fold(whole)
            if folded in draft.rules.labels and (evidence := _evidence(draft, whole, folded)):
                found.update(dict.fromkeys(range(position, position + end), evidence))
                break
    return found


def _may_be_one(row: Row, position: int) -> list[Piece]:
    """The line and those under it that may be parts of one label, which no blank line parts."""
    parts: list[Piece] = []
    for piece in map(row.__getitem__, range(position, min(len(row), position + _MAX_LINES_CUT))):
        if (parts and piece.opens_paragraph) or not _may_be_part(piece):
            break
        parts.append(piece)
    return parts


def _starts(row: Row, positions: Iterable[int]) -> list[int]:
    """Where labels over lines may begin that one of the positions is a part of, in order."""
    parts = [position for position in positions if _may_be_part(row[position])]
    return sorted({start for at in parts for start in range(max(0, at + 1 - _MAX_LINES_CUT), at + 1)})


def _may_be_part(piece: Piece) -> bool:
    """Whether the line is short, and not set in like code."""
    return len(piece.text) <= _MAX_CHARS_CUT and not is_indented(piece)


def _drop(draft: _Draft, drops: Mapping[int, tuple[Evidence, ...]]) -> None:
    """The lines out of the draft, white space closed up, halves of a sentence around them joined."""
    for position, evidence in drops.items():
        piece = draft.row[position]
        block = Block(index=piece.place, text=piece.text)
        draft.dropped.append(Decision(block=block, verdict=Verdict.DROP, evidence=evidence))
    holes = _holes(drops)
    first = holes[0].stop if 0 in drops else 0  # of the lines that stay
    before, absorbed = -1, set[int]()
    for hole in holes:
        before = before if hole.start - 1 in absorbed else hole.start - 1
        if hole.stop < len(draft.row) and _close(draft, before, hole, is_second=before == first):
            absorbed.add(hole.stop)
    draft.row.remove(drops.keys() | absorbed)


def _holes(positions: Iterable[int]) -> list[range]:
    """The positions as stretches without a line between, in order."""
    holes: list[range] = []
    for position in sorted(positions):
        if holes and holes[-1].stop == position:
            holes[-1] = range(holes[-1].start, position + 1)
        else:
            holes.append(range(position, position + 1))
    return holes


def _close(draft: _Draft, before: int, hole: range, *, is_second: bool) -> bool:
    """Whether the line behind the hole goes on in the one before it and was joined to it; else it has the hole's widest gap."""
    row = draft.row
    piece = row[hole.stop]
    if before < 0:
        row.put(piece._replace(gap=row[0].gap))
        return False
    if are_halves(row[before].text, piece.text) and not (is_second and _has_no_case(piece.text)):
        draft.touch(_join(draft, row[before], piece))
        return True
    gaps = (row[position].gap for position in range(hole.start, hole.stop + 1))
    row.put(piece._replace(gap=max(gaps, key=_width)))
    return False


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


def _trim(draft: _Draft, positions: Sequence[int], untouched: Collection[int]) -> bool:
    """Labels glued to the lines that stay, cut off; whether there were any."""
    changed = False
    for position in positions:
        if position in untouched:
            continue
        piece = draft.row[position]
        following = draft.row[position + 1] if position + 1 < len(draft.row) else None
        wraps = following is not None and not following.opens_paragraph and following.text.lstrip()[:1].islower()
        cut = _cut(draft, piece.text, wraps=wraps)
        if cut is not None and cut.rule not in draft.off:
            draft.touch(_cut_out(draft, piece, cut))
            changed = True
    return changed


def _cut(draft: _Draft, text: str, *, wraps: bool) -> Cut | None:
    """The label that is glued to the line; what has none with some labels known has none with fewer."""
    known = draft.known
    tried = draft.uncut.get((text, wraps))
    if tried is not None and known <= tried:
        return None
    finder = _finder(draft.rules)
    cut = finder.at_start(text, known)
    cut = cut or (None if wraps else finder.at_end(text, known)) or finder.inside(text, known)
    if cut is None:
        draft.uncut[text, wraps] = known
    return cut


def _with_known(draft: _Draft, positions: Sequence[int], known: Collection[str]) -> Sequence[int]:
    """The positions, and those of lines with a label that only counts in prose since the text has it alone as well."""
    numbers = draft.look.holding(known) if draft.look and known else ()
    return sorted({*positions, *draft.row.positions_of(draft.row.places_of(numbers))}) if numbers else positions


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
