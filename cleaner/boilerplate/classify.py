"""The one place that decides: evidence about each block becomes keep or drop, first alone, then in context. No other file writes DROP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cleaner.boilerplate.frontmatter import FrontMatter, read_front_matter
from cleaner.boilerplate.locate import Choice
from cleaner.boilerplate.observe import Observer
from cleaner.boilerplate.ruleset import RuleSet, Subject
from cleaner.boilerplate.segment import Segmented
from cleaner.model import Block, Decision, Evidence, Meta, Role, Verdict

__all__ = ["Classified", "classify"]

_LOCATED_SHARE = 0.5  # trafilatura kept a block when it kept more than half of its characters
_MARGIN = 12  # blocks before and after trafilatura's range that are looked at for a title, a dek, a byline
_QUOTE_CHARS = 80

_OUTSIDE_RULE = "locate/outside"
_OUTSIDE = "the extractor places this outside the article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """One decision for each block, index for index; `torn` are kept blocks right after a dropped residue line."""

    decisions: tuple[Decision, ...]
    torn: frozenset[int]


@dataclass(slots=True)
class _Sight:
    """What is known of one block so far; `role` is set where its place gives it another than its tag did."""

    block: Block
    located: bool
    subject: Subject | None = None
    evidence: list[Evidence] = field(default_factory=list)
    role: Role | None = None

    @property
    def dropped(self) -> bool:
        return bool(self.evidence) and self.evidence[0].verdict is Verdict.DROP

    def drop(self, evidence: Evidence) -> None:
        self.evidence.insert(0, evidence)


def classify(
    page: Segmented, choice: Choice, meta: Meta, rules: RuleSet, forced: Mapping[int, Evidence] | None = None
) -> Classified:
    """The decision for every block of the page; `forced` is evidence by block index that outranks all else."""
    sights = [_Sight(block, share > _LOCATED_SHARE) for block, share in zip(page.blocks, choice.kept, strict=True)]
    scope = _scope(sights)
    observer = Observer(page, choice.kept)
    front = read_front_matter(page, scope, [s.located for s in sights], meta)
    for sight in sights:
        if sight.block.media is not None:
            continue
        index = sight.block.index
        if index in scope:
            sight.subject = observer.subject(index)
            _look_alone(sight, rules, front, hidden=page.contexts[index].hidden)
        elif not sight.located:
            sight.evidence.append(_outside(sight.block))
        if forced and index in forced:
            sight.evidence.insert(0, forced[index])
    _look_at_neighbours(sights, rules)
    _drop_empty_headings(sights)
    _place_figures(page, sights)
    return Classified(decisions=tuple(map(_decision, sights)), torn=_torn(sights))


def _scope(sights: Sequence[_Sight]) -> range:
    located = [s.block.index for s in sights if s.located]
    if not located:
        return range(0)
    return range(max(0, located[0] - _MARGIN), min(len(sights), located[-1] + 1 + _MARGIN))


def _look_alone(sight: _Sight, rules: RuleSet, front: FrontMatter, *, hidden: bool) -> None:
    """Evidence about one block by itself, the deciding one first."""
    assert sight.subject is not None
    index = sight.block.index
    seen = rules.see(sight.subject)
    guards = [e for e in seen if e.verdict is Verdict.KEEP]
    drops = [e for e in seen if e.verdict is Verdict.DROP]
    if index in front.roles:
        sight.role, evidence = front.roles[index]
        sight.evidence = [evidence, *seen]
    elif hidden and not sight.located:
        sight.evidence = [_evidence("structure/hidden", sight.block, "the page hides this text"), *drops]
    elif not sight.located:
        sight.evidence = [*drops, _outside(sight.block), *guards]
    else:
        sight.evidence = [*guards, *drops]


def _look_at_neighbours(sights: Sequence[_Sight], rules: RuleSet) -> None:
    """Evidence from what stands before and after, once in each direction, so that a heading takes its list along."""
    text_sights = [s for s in sights if s.subject is not None]
    for order, is_forward in ((text_sights, True), (text_sights[::-1], False)):
        previous: frozenset[str] = frozenset()
        for sight in order:
            assert sight.subject is not None
            if previous and sight.located and not sight.evidence:
                before, after = (previous, frozenset()) if is_forward else (frozenset(), previous)
                sight.evidence = list(rules.see_neighbours(sight.subject, before, after))
            previous = frozenset(e.rule for e in sight.evidence) if sight.dropped else frozenset()


def _drop_empty_headings(sights: Sequence[_Sight]) -> None:
    """A heading goes when all that stood under it went, or when nothing stands under it at the article's end."""
    level_below = 0  # the last kept thing seen from below: 0 nothing yet, 7 text, else a heading's level
    gone: Block | None = None
    for sight in reversed(sights):
        if sight.block.media is not None or (sight.subject is None and not sight.located):
            continue
        if sight.dropped:
            gone = sight.block if _is_residue(sight) else gone
        elif sight.block.role is Role.HEADING and sight.role is None and not sight.evidence:
            if level_below == 0 or (gone is not None and level_below <= sight.block.level):
                quote = gone.text if gone else ""
                why = f"nothing is left under this heading{': ' if quote else ''}{quote[:_QUOTE_CHARS]}"
                sight.drop(_evidence("structure/empty-heading", sight.block, why))
            else:
                level_below, gone = sight.block.level, None
        elif sight.role not in (Role.BYLINE, Role.CREDIT):
            level_below, gone = 7, None


def _is_residue(sight: _Sight) -> bool:
    """Whether a rule dropped it, not only the extractor's choice."""
    return sight.dropped and not sight.evidence[0].rule.startswith("locate/")


def _place_figures(page: Segmented, sights: Sequence[_Sight]) -> None:
    """Pictures and captions between kept text stay where they stand in the article; all other pictures go."""
    kept = [s.block.index for s in sights if s.block.media is None and not s.dropped]
    first, last = (kept[0], kept[-1]) if kept else (0, -1)
    for sight in sights:
        index = sight.block.index
        if sight.block.media is None and not _is_left_caption(sight):
            continue
        context = page.contexts[index]
        inside = first < index < last and not context.link_share and not context.hidden and _beside_kept(sights, index)
        if inside:
            sight.evidence = [e for e in sight.evidence if e.rule != _OUTSIDE_RULE]
        elif sight.block.media is not None:
            sight.evidence = [_outside(sight.block)]


def _is_left_caption(sight: _Sight) -> bool:
    """Whether this is a caption that only the extractor's choice leaves out."""
    return sight.block.role is Role.CAPTION and sight.dropped and not _is_residue(sight)


def _is_figure(sight: _Sight) -> bool:
    return sight.block.media is not None or sight.block.role in (Role.CAPTION, Role.CREDIT)


def _beside_kept(sights: Sequence[_Sight], index: int) -> bool:
    """Whether the nearest text blocks on both sides, of figures apart, are kept."""
    before = next((s for s in reversed(sights[:index]) if not _is_figure(s)), None)
    after = next((s for s in sights[index + 1 :] if not _is_figure(s)), None)
    return before is not None and after is not None and not before.dropped and not after.dropped


def _torn(sights: Sequence[_Sight]) -> frozenset[int]:
    """Kept blocks that directly follow residue, with a kept block before it."""
    found = set()
    after_residue = False
    for sight in sights:
        if sight.block.media is not None:
            continue
        if sight.dropped:
            after_residue = after_residue or _is_residue(sight) or sight.subject is not None
        else:
            if after_residue:
                found.add(sight.block.index)
            after_residue = False
    return frozenset(found)


def _decision(sight: _Sight) -> Decision:
    verdict = Verdict.DROP if sight.dropped else Verdict.KEEP
    block = replace(sight.block, role=sight.role) if sight.role else sight.block
    return Decision(block=block, verdict=verdict, evidence=tuple(sight.evidence))


def _outside(block: Block) -> Evidence:
    return _evidence(_OUTSIDE_RULE, block, _OUTSIDE)


def _evidence(rule: str, block: Block, why: str) -> Evidence:
    quote = block.text or (block.media.src if block.media else "")
    return Evidence(rule=rule, verdict=Verdict.DROP, quote=quote[:_QUOTE_CHARS], why=why)
