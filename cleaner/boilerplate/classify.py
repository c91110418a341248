"""The one place that decides: evidence about each block becomes keep or drop, first alone, then by what stands around it (context.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cleaner.boilerplate.completion import complete_choice
from cleaner.boilerplate.context import (
    drop_contents,
    drop_empty_headings,
    look_at_lists,
    look_at_neighbours,
    torn_by_residue,
)
from cleaner.boilerplate.discussion import drop_discussion
from cleaner.boilerplate.figures import place_figures, place_table_captions
from cleaner.boilerplate.filtered import filtered_blocks
from cleaner.boilerplate.frontmatter import FrontMatter, read_front_matter
from cleaner.boilerplate.learning import placed_line
from cleaner.boilerplate.locate import Choice
from cleaner.boilerplate.observe import Observer
from cleaner.boilerplate.ruleset import RuleSet, Subject, line_of
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.sight import HIDDEN_RULE, Sight, evidence_for
from cleaner.boilerplate.sites import Hints
from cleaner.model import Decision, Evidence, Meta, Role, Verdict
from cleaner.policy import policy_for

__all__ = ["Classified", "classify"]

_LOCATED_SHARE = 0.5  # trafilatura kept a block when it kept more than half of its characters
# Beyond this share of the choice, hidden text is one that a script shows: tabs, slides, what fades in. F1 out of fold over all page
# types of wcxb-dev is .8757 at .4 and .8740 at .8; on articles .9575 and .9578.
_MAX_HIDDEN_SHARE = 0.4
_MAX_LINES = 8  # lines of a block that are looked at one by one; labels do not come in longer rows
_MARGIN = 12  # blocks before and after trafilatura's range that are looked at for a title, a dek, a byline


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """One decision for each block, index for index; `torn` are kept blocks right after a dropped residue line."""

    decisions: tuple[Decision, ...]
    torn: frozenset[int]


def classify(
    page: Segmented,
    choice: Choice,
    meta: Meta,
    rules: RuleSet,
    forced: Mapping[int, Evidence] | None = None,
    hints: Hints = Hints(),  # noqa: B008  # frozen
) -> Classified:
    """The decision for every block of the page; `forced` is evidence by block index that outranks all else."""
    sights = _sights(page, choice)
    complete_choice(page, sights)
    scope = _scope(sights)
    observer = Observer(page, choice.kept)
    in_scope = [s for s in sights if s.block.index in scope and s.block.media is None]
    for sight in in_scope:
        sight.subject = _with_memory(observer.subject(sight.block.index), page, sight, hints)
    subjects = {sight.block.index: sight.subject for sight in in_scope if sight.subject is not None}
    front = read_front_matter(page, subjects, [s.located for s in sights], meta)
    look_at_lists(in_scope, rules)
    for index, told in filtered_blocks(page, observer, hints.filters, hints.host).items():
        sights[index].told = told
    unseen = _unseen(page, sights)
    for sight in in_scope:
        _look_alone(sight, rules, front, hidden=sight.block.index in unseen)
    if "navigation" not in policy_for(meta.page_type).off:
        drop_contents(in_scope)
    drop_discussion(page, sights, policy_for(meta.page_type))
    for sight in sights:
        if sight.subject is None and sight.block.media is None and not sight.located:
            sight.evidence.append(sight.left_out)
        if forced and sight.block.index in forced:
            sight.evidence.insert(0, forced[sight.block.index])
    look_at_neighbours(in_scope, rules)
    drop_empty_headings(sights)
    place_figures(page, sights, meta)
    place_table_captions(page, sights)
    return Classified(decisions=tuple(map(_decision, sights)), torn=torn_by_residue(sights))


def _with_memory(subject: Subject, page: Segmented, sight: Sight, hints: Hints) -> Subject:
    """The subject, with what the site's memory knows of its line in its place."""
    if hints.memory is None:
        return subject
    line = placed_line(page.contexts[sight.block.index].frame, subject.folded)
    return replace(subject, repeated=line in hints.memory.often)


def _sights(page: Segmented, choice: Choice) -> list[Sight]:
    return [
        Sight(block, share > _LOCATED_SHARE, choice.evidence.get(block.index))
        for block, share in zip(page.blocks, choice.kept, strict=True)
    ]


def _unseen(page: Segmented, sights: Sequence[Sight]) -> frozenset[int]:
    """The hidden blocks that no reader sees; located ones not among them where much of the choice is hidden."""
    hidden = [sight for sight in sights if page.contexts[sight.block.index].hidden]
    chosen = sum(len(sight.block.text) for sight in sights if sight.located)
    of_it = sum(len(sight.block.text) for sight in hidden if sight.located)
    shown_later = of_it > _MAX_HIDDEN_SHARE * chosen
    return frozenset(sight.block.index for sight in hidden if not (sight.located and shown_later))


def _scope(sights: Sequence[Sight]) -> range:
    located = [s.block.index for s in sights if s.located]
    if not located:
        return range(0)
    return range(max(0, located[0] - _MARGIN), min(len(sights), located[-1] + 1 + _MARGIN))


def _look_alone(sight: Sight, rules: RuleSet, front: FrontMatter, *, hidden: bool) -> None:
    """Evidence about one block by itself, the deciding one first."""
    assert sight.subject is not None
    index = sight.block.index
    seen = _seen(sight.subject, rules) if sight.block.role is not Role.CODE else ()  # code is quoted, never said
    seen = (*seen, *sight.told)
    guards = [e for e in seen if e.verdict is Verdict.KEEP]
    drops = [e for e in seen if e.verdict is Verdict.DROP]
    role, place = front.roles.get(index, (None, None))
    if place is not None and not (role is Role.DEK and (hidden or (drops and not guards))):
        sight.role = role
        sight.evidence = [place, *seen]
    elif hidden:
        sight.evidence = [evidence_for(HIDDEN_RULE, sight.block, "the page hides this text"), *drops]
    elif not sight.located:
        sight.evidence = [*drops, sight.left_out, *guards]
    else:
        sight.evidence = [*guards, *drops]


def _seen(subject: Subject, rules: RuleSet) -> tuple[Evidence, ...]:
    """What the rules say of the block; where they say nothing of the whole, what they say of its lines if all are residue."""
    seen = rules.see(subject)
    lines = subject.text.split("\n")
    if seen or not 1 < len(lines) <= _MAX_LINES:
        return seen
    said = [rules.see(line_of(subject, line)) for line in lines if line.strip()]
    if all(evidence and all(e.verdict is Verdict.DROP for e in evidence) for evidence in said):
        return tuple(e for evidence in said for e in evidence)
    return ()


def _decision(sight: Sight) -> Decision:
    verdict = Verdict.DROP if sight.dropped else Verdict.KEEP
    block = replace(sight.block, role=sight.role) if sight.role else sight.block
    return Decision(block=block, verdict=verdict, evidence=tuple(sight.evidence))
