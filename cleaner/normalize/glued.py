"""Labels that stick to kept paragraphs, cut off as edits; what a label is, the rules say."""

from collections.abc import Container, Iterable
from functools import lru_cache

from cleaner.boilerplate.labels import LabelFinder
from cleaner.boilerplate.ruleset import RuleSet
from cleaner.model import Block, Edit, Role
from cleaner.normalize.change import Change, changed

__all__ = ["unglued"]

_PROSE = frozenset((Role.PARAGRAPH, Role.DEK, Role.LIST_ITEM, Role.QUOTE))
_MAX_CUTS = 4  # labels at the start, at the end and inside of one paragraph; more has not been met


def unglued(
    blocks: Iterable[Block], rules: RuleSet, known: Container[str]
) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """The blocks without labels at their edges or in their sentences, and the cuts; `known` are labels seen alone."""
    finder = _finder(rules)
    freed: list[Block] = []
    edits: list[Edit] = []
    for block in blocks:
        left = block
        for _ in range(_MAX_CUTS if block.role in _PROSE else 0):
            cut = (
                finder.at_start(left.text, known) or finder.at_end(left.text, known) or finder.inside(left.text, known)
            )
            if cut is None:
                break
            left, made = changed(left, cut.rule, [Change(cut.start, cut.end, cut.after)])
            edits += made
        freed.append(left)
    return tuple(freed), tuple(edits)


@lru_cache(maxsize=8)
def _finder(rules: RuleSet) -> LabelFinder:
    return LabelFinder(rules)
