"""Trafilatura's choice corrected by the learned scorer: a kept block with a low score goes, a dropped one with a high score comes."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.features import Features, read_features
from cleaner.boilerplate.locate import Choice
from cleaner.boilerplate.scorer import Numbers, Scorer
from cleaner.boilerplate.segment import Segmented
from cleaner.model import Block, Evidence, Meta, Role, Verdict

__all__ = ["refine"]

# Between the bounds the extractor's choice stands. F1 out of fold is flat within .002 from .3 to .5 and from .5 to .7;
# the low bound stands low because of prose: at .45 two more lines in a hundred of those that must stay are lost.
LOW = 0.3
HIGH = 0.6
# Where fewer of its words than this would stay, the page is one the scorer does not know: the choice stands whole.
_MIN_SHARE_LEFT = 0.1
_MOST_OF_IT = 0.5
_QUOTE_CHARS = 80

Flags = npt.NDArray[np.bool_]


def refine(page: Segmented, choice: Choice, meta: Meta, scorer: Scorer) -> Choice:
    """The corrected choice: shares of 0.0 or 1.0, with evidence for each block whose fate the scorer changed."""
    features = read_features(page, choice.kept, meta, scorer.tables)
    if not features.blocks:
        return choice
    scores = scorer.probabilities(features.rows)
    before = np.array([choice.kept[i] for i in features.blocks]) > _MOST_OF_IT
    after = np.where(before, scores > LOW, scores > HIGH) | _in_kept_tables(page, features, before)
    words = np.array([page.blocks[i].text.count(" ") + 1 for i in features.blocks])
    if words[before & after].sum() < _MIN_SHARE_LEFT * words[before].sum():
        return choice
    kept = list(choice.kept)
    for index, stays in zip(features.blocks, after.tolist(), strict=True):
        kept[index] = float(stays)
    changed = np.flatnonzero(before != after)
    return replace(choice, kept=tuple(kept), evidence=_evidence(page, features, scorer, changed, scores))


def _in_kept_tables(page: Segmented, features: Features, located: Flags) -> Flags:
    """Which rows are cells of a table that the extractor kept, by most of its cells: no cell is taken out of those."""
    groups = np.array([_table_of(page.blocks[i]) for i in features.blocks])
    cells = groups >= 0
    if not cells.any():
        return cells
    share = np.bincount(groups[cells], located[cells]) / np.maximum(np.bincount(groups[cells]), 1)
    kept: Flags = np.zeros_like(cells)
    kept[cells] = share[groups[cells]] > _MOST_OF_IT
    return kept


def _table_of(block: Block) -> int:
    return block.group if block.role is Role.TABLE and block.group is not None else -1


def _evidence(
    page: Segmented, features: Features, scorer: Scorer, changed: npt.NDArray[np.intp], scores: Numbers
) -> dict[int, Evidence]:
    """Evidence by block index for the blocks at places `changed` of the features."""
    reasons = scorer.reasons(features.rows[changed])
    found = {}
    for place, reason in zip(changed.tolist(), reasons, strict=True):
        index, score = features.blocks[place], float(scores[place])
        verdict = Verdict.KEEP if score > HIGH else Verdict.DROP
        found[index] = Evidence(
            rule="model/added" if verdict is Verdict.KEEP else "model/unlikely",
            verdict=verdict,
            quote=page.blocks[index].text[:_QUOTE_CHARS],
            why=f"scored {score:.2f} for article: {reason}",
        )
    return found
