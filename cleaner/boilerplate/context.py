"""What the blocks around a block say of it: lists, neighbours, sections. Each step reads and completes the sights of a page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cleaner.boilerplate.ruleset import RuleSet, Subject
from cleaner.boilerplate.sight import HIDDEN_RULE, Sight, evidence_for
from cleaner.model import Block, Role, Verdict
from cleaner.text import words

__all__ = [
    "drop_contents",
    "drop_empty_headings",
    "look_at_lists",
    "look_at_neighbours",
    "torn_by_residue",
]

_MAX_RESIDUE_SHARE = (
    0.5  # a list with more residue links is a row of buttons; with less, a word like `Share` is an item
)
_MAX_HEADING_WORDS = 14  # longer headings are text that was set large
_REACH = 8  # blocks that the extractor left out between two neighbours, at most
_BUTTON_SHARE = 0.5  # a label more of which is link
_LABELS = frozenset(("related/line",))
CONTENTS = "navigation/contents"
_MIN_CONTENTS = 3  # two links to the page's own places may be said in passing
_TEXT = 7  # the level below all headings: text
_QUOTE_CHARS = 80


def look_at_lists(sights: Sequence[Sight], rules: RuleSet) -> None:
    """Subjects know afterwards whether they are items among content: whether their list or table is no row of buttons."""
    lists: dict[tuple[int, int, Role], list[Sight]] = defaultdict(list)
    for sight in sights:
        block = sight.block
        if sight.subject is not None and block.group is not None and block.role in (Role.LIST_ITEM, Role.TABLE):
            lists[block.group, block.level, block.role].append(sight)
    for items in lists.values():
        subjects = [item.subject for item in items if item.subject is not None]
        most = _MAX_RESIDUE_SHARE * len(subjects)
        linked = [subject for subject in subjects if subject.link_share > _BUTTON_SHARE]
        if len(linked) > most and sum(_is_residue(subject, rules) for subject in linked) > most:
            continue
        for item, subject in zip(items, subjects, strict=True):
            item.subject = replace(subject, in_list=True)


def drop_contents(sights: Sequence[Sight]) -> None:
    """A list goes whose items all are links to places of the page itself: its table of contents, which says nothing of its own."""
    lists: dict[int, list[Sight]] = defaultdict(list)
    for sight in sights:
        if sight.subject is not None and sight.block.role is Role.LIST_ITEM and sight.block.group is not None:
            lists[sight.block.group].append(sight)
    for items in lists.values():
        if len(items) >= _MIN_CONTENTS and all(_leads_down(item.block) for item in items):
            for item in items:
                item.drop(evidence_for(CONTENTS, item.block, "an entry of the page's own table of contents"))


def _leads_down(block: Block) -> bool:
    """Whether most of the block is a link to a place of its page."""
    own = sum(m.end - m.start for m in block.marks if m.kind == "link" and (m.href or "").startswith("#"))
    return own > _BUTTON_SHARE * len(block.text)


def _is_residue(subject: Subject, rules: RuleSet) -> bool:
    """Whether the item would go if it stood alone."""
    seen = rules.see(subject)
    return bool(seen) and all(e.verdict is Verdict.DROP for e in seen)


def look_at_neighbours(sights: Sequence[Sight], rules: RuleSet) -> None:
    """Evidence from what stands before and after, once in each direction, so that a heading takes its list along."""
    positions = range(len(sights))
    for order in (positions, reversed(positions)):
        for i in order:
            sight = sights[i]
            if sight.subject is not None and sight.located and not sight.evidence:
                before, after = (
                    _rules_at(reversed(sights[max(0, i - _REACH) : i])),
                    _rules_at(sights[i + 1 : i + 1 + _REACH]),
                )
                sight.evidence = list(rules.see_neighbours(sight.subject, before, after))


def _rules_at(side: Iterable[Sight]) -> frozenset[str]:
    """The rules that dropped the nearest block of one side; blocks that only the extractor left out are looked over."""
    nearest = next((s for s in side if s.is_residue or not s.dropped), None)
    if nearest is None or not nearest.dropped or _is_button(nearest):
        return frozenset()
    return frozenset(e.rule for e in nearest.evidence)


def _is_button(sight: Sight) -> bool:
    """Whether it is a label that is itself a link, as under a teaser: it heads nothing that follows."""
    return sight.subject is not None and sight.subject.link_share > _BUTTON_SHARE and sight.evidence[0].rule in _LABELS


def drop_empty_headings(sights: Sequence[Sight]) -> None:
    """A heading goes when what stood under it was residue, or when nothing stands under it at the article's end.

    So does a short line at the end that announces what was dropped.
    """
    level_below = 0  # the last kept thing seen from below: 0 nothing yet, a heading's level, or _TEXT
    gone = _Gone()
    for sight in reversed(sights):
        if sight.block.media is not None or (sight.subject is None and not sight.located):
            continue
        if sight.dropped:
            gone.add(sight)
        elif level_below == 0 and gone and _only_announces(sight):
            sight.drop(evidence_for("structure/empty-heading", sight.block, gone.why))
        elif _is_heading(sight):
            if level_below == 0 or (gone.fills_section and level_below <= sight.block.level):
                sight.drop(evidence_for("structure/empty-heading", sight.block, gone.why))
            else:
                level_below, gone = sight.block.level, _Gone()
        elif sight.role not in (Role.BYLINE, Role.CREDIT):
            level_below, gone = _TEXT, _Gone()


class _Gone:
    """What was dropped since the last kept block: residue, and words that the extractor or the page left out."""

    def __init__(self) -> None:
        self._residue: Block | None = None
        self._residue_words = 0
        self._other_words = 0

    def add(self, sight: Sight) -> None:
        count = words(sight.block.text)
        if sight.is_residue and sight.evidence[0].rule != HIDDEN_RULE:
            self._residue, self._residue_words = sight.block, self._residue_words + count
        else:
            self._other_words += count

    def __bool__(self) -> bool:
        return self._residue is not None or self._other_words > 0

    @property
    def fills_section(self) -> bool:
        """Whether it was residue rather than a text that only the extractor missed."""
        return self._residue is not None and self._residue_words >= self._other_words

    @property
    def why(self) -> str:
        quote = f": {self._residue.text[:_QUOTE_CHARS]}" if self._residue else ""
        return f"nothing is left under this heading{quote}"


def _only_announces(sight: Sight) -> bool:
    """Whether the block is a short line that ends in a colon, and nothing speaks for it."""
    text = sight.block.text
    is_line = sight.block.role is Role.PARAGRAPH and sight.role is None and not sight.evidence
    return is_line and text.endswith((":", "：")) and words(text) <= _MAX_HEADING_WORDS


def _is_heading(sight: Sight) -> bool:
    """Whether the block only names what follows; a whole sentence or a guarded line says something itself."""
    if sight.block.role is not Role.HEADING or sight.role is not None or sight.evidence:
        return False
    return words(sight.block.text) <= _MAX_HEADING_WORDS


def torn_by_residue(sights: Sequence[Sight]) -> frozenset[int]:
    """Kept blocks that directly follow residue, with a kept block before it."""
    found = set()
    after_residue = False
    for sight in sights:
        if sight.block.media is not None:
            continue
        if sight.dropped:
            after_residue = after_residue or sight.is_residue or sight.subject is not None
        else:
            if after_residue:
                found.add(sight.block.index)
            after_residue = False
    return frozenset(found)
