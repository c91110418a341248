"""What the blocks around a block say of it: lists, neighbours, sections, figures. Each step reads and completes the sights of a page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cleaner.boilerplate.ruleset import RuleSet, Subject
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.sight import (
    HIDDEN_RULE,
    OUTSIDE_BY_SCORER,
    OUTSIDE_RULE,
    UNLIKELY,
    Sight,
    evidence_for,
    outside,
)
from cleaner.model import Block, Role, Verdict
from cleaner.text import words

__all__ = [
    "drop_empty_headings",
    "keep_groups_whole",
    "look_at_lists",
    "look_at_neighbours",
    "place_figures",
    "place_table_captions",
    "torn_by_residue",
]

_MAX_RESIDUE_SHARE = (
    0.5  # a list with more residue links is a row of buttons; with less, a word like `Share` is an item
)
_MAX_HEADING_WORDS = 14  # longer headings are text that was set large
_REACH = 8  # blocks that the extractor left out between two neighbours, at most
_BUTTON_SHARE = 0.5  # a label more of which is link
_LABELS = frozenset(("related/line",))
_TEXT = 7  # the level below all headings: text
_QUOTE_CHARS = 80
_LEFT_OUT = frozenset((OUTSIDE_RULE, OUTSIDE_BY_SCORER))
_WHOLE = frozenset((Role.LIST_ITEM, Role.TABLE, Role.CODE))
_CAPTIONS = frozenset(("caption", "figcaption"))


def keep_groups_whole(sights: Sequence[Sight]) -> None:
    """A list, a data table or a piece of code that is mostly located is located whole afterwards.

    Of tables and code the extractor's choice counts too where the scorer took it back: that judges cells one by one and
    has learned from prose, and a table with cells missing says what is not true.
    """
    groups: dict[tuple[int, Role], list[Sight]] = defaultdict(list)
    for sight in sights:
        if sight.block.role in _WHOLE and sight.block.group is not None:
            groups[sight.block.group, sight.block.role].append(sight)
    for members in groups.values():
        held = [sight for sight in members if _is_held(sight)]
        if held and (len(held) == len(members) or _words(held) * 2 > _words(members)):
            for sight in members:
                sight.located = True


def _words(sights: Iterable[Sight]) -> int:
    return sum(words(sight.block.text) for sight in sights)


def _is_held(sight: Sight) -> bool:
    """Whether it is located, or is no prose and was until the scorer judged it."""
    taken_back = sight.chosen_by is not None and sight.chosen_by.rule == UNLIKELY
    return sight.located or (sight.block.role is not Role.LIST_ITEM and taken_back)


def look_at_lists(sights: Sequence[Sight], rules: RuleSet) -> None:
    """Subjects know afterwards whether they are items among content: whether their list or table is no row of buttons."""
    lists: dict[tuple[int, int, Role], list[Sight]] = defaultdict(list)
    for sight in sights:
        block = sight.block
        if sight.subject is not None and block.group is not None and block.role in (Role.LIST_ITEM, Role.TABLE):
            lists[block.group, block.level, block.role].append(sight)
    for items in lists.values():
        subjects = [item.subject for item in items if item.subject is not None]
        buttons = sum(subject.link_share > _BUTTON_SHARE and _is_residue(subject, rules) for subject in subjects)
        if buttons > _MAX_RESIDUE_SHARE * len(subjects):
            continue
        for item, subject in zip(items, subjects, strict=True):
            item.subject = replace(subject, in_list=True)


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
    """A heading goes when what stood under it was residue, or when nothing stands under it at the article's end."""
    level_below = 0  # the last kept thing seen from below: 0 nothing yet, a heading's level, or _TEXT
    gone = _Gone()
    for sight in reversed(sights):
        if sight.block.media is not None or (sight.subject is None and not sight.located):
            continue
        if sight.dropped:
            gone.add(sight)
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

    @property
    def fills_section(self) -> bool:
        """Whether it was residue rather than a text that only the extractor missed."""
        return self._residue is not None and self._residue_words >= self._other_words

    @property
    def why(self) -> str:
        quote = f": {self._residue.text[:_QUOTE_CHARS]}" if self._residue else ""
        return f"nothing is left under this heading{quote}"


def _is_heading(sight: Sight) -> bool:
    """Whether the block only names what follows; a whole sentence or a guarded line says something itself."""
    if sight.block.role is not Role.HEADING or sight.role is not None or sight.evidence:
        return False
    return words(sight.block.text) <= _MAX_HEADING_WORDS


def place_figures(page: Segmented, sights: Sequence[Sight]) -> None:
    """Pictures and captions between kept text stay where they stand in the article; all other pictures go."""
    kept = [s.block.index for s in sights if s.block.media is None and not s.dropped]
    first, last = (kept[0], kept[-1]) if kept else (0, -1)
    for sight in sights:
        index = sight.block.index
        if _is_forced(sight) or (sight.block.media is None and not _is_left_caption(sight)):
            continue
        context = page.contexts[index]
        inside = first < index < last and not context.link_share and not context.hidden and _beside_kept(sights, index)
        if inside:
            sight.evidence = [e for e in sight.evidence if e.rule not in _LEFT_OUT]
        elif sight.block.media is not None:
            sight.evidence = [outside(sight.block)]


def _is_forced(sight: Sight) -> bool:
    """Whether the user's selectors have spoken."""
    return bool(sight.evidence) and sight.evidence[0].rule.startswith("selector/")


def _is_left_caption(sight: Sight) -> bool:
    """Whether this is a caption that only the extractor's choice leaves out."""
    return sight.block.role is Role.CAPTION and sight.dropped and not sight.is_residue


def _is_figure(sight: Sight) -> bool:
    return sight.block.media is not None or sight.block.role in (Role.CAPTION, Role.CREDIT)


def _beside_kept(sights: Sequence[Sight], index: int) -> bool:
    """Whether the nearest text blocks on both sides, of figures apart, are kept."""
    before = next((s for s in reversed(sights[:index]) if not _is_figure(s)), None)
    after = next((s for s in sights[index + 1 :] if not _is_figure(s)), None)
    return before is not None and after is not None and not before.dropped and not after.dropped


def place_table_captions(page: Segmented, sights: Sequence[Sight]) -> None:
    """A table's caption is its title and is read with it, where a figure's stands under the picture."""
    for sight in sights:
        if sight.block.role is Role.CAPTION and sight.role is None:
            frames = page.contexts[sight.block.index].frame.chain()
            if next((frame.tag for frame in frames if frame.tag in _CAPTIONS), "") == "caption":
                sight.role = Role.PARAGRAPH


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
