"""The learned scorer's part in the choice of blocks: its own choice where it is sure, else trafilatura's, corrected.

The scorer looks at a page twice, the second time with its own first answers around each block. Where it is then sure,
trafilatura is not asked; elsewhere trafilatura chooses, and the scorer drops what it finds unlikely and adds what it
misses.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.features import PageFeatures
from cleaner.boilerplate.frame import Frame
from cleaner.boilerplate.locate import Choice
from cleaner.boilerplate.scorer import Scorer
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.sight import ADDED, OUTSIDE_BY_SCORER, UNLIKELY
from cleaner.model import Block, Evidence, Meta, Role, Verdict

__all__ = ["Look", "choose", "look", "refine"]

# Between the bounds the extractor's choice stands.
LOW = 0.3
HIGH = 0.5
# Forums, listings and shops are pages where it expects much of what it chooses to be wrong. The bound that gives the best
# expected F1 is half of that F1 (Lipton, Elkan and Naryanaswamy 2014): there more is kept rather than less.
UNKNOWN_F1 = 0.7
UNKNOWN_BOUND = 0.25
# Half of the pages are sure; from .85 (seven of ten) to .97 (a quarter) no set's F1 out of fold moves by more than .003.
SURE = 0.95
# What it gives so little in all its blocks is not shown to the extractor, whose searches cost by the element: a tenth of all time.
# No set's F1 moves by more than .0007 out of fold; at .1, six lines of marked prose more are lost.
CLEAR = 0.03
KNOWN = 0.7
_MIN_SURE_WORDS = 100  # less may be a page whose text the scorer cannot see: the extractor looks into scripts too
# Where fewer of its words than this would stay, the page is one the scorer does not know: the choice stands whole.
_MIN_SHARE_LEFT = 0.1
_MOST_OF_IT = 0.5
_LEAST = 1e-9  # of a denominator
_QUOTE_CHARS = 80

Numbers = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the scorer saw of a page by itself: the features, their rows with its first answers, and its second answers.

    `sureness` is 1.0 less the words expected to be wrongly placed over the words expected to be article; it may be
    below 0.0.
    """

    features: PageFeatures
    rows: Numbers
    answers: Numbers
    sureness: float

    @property
    def clear(self) -> list[Frame]:
        """The outermost elements that hold nothing of the article, by its answers; none on a page it does not know."""
        return self.features.clear_of(self.answers >= CLEAR) if self.sureness >= KNOWN else []

    @property
    def is_sure(self) -> bool:
        """Whether the extractor need not be asked."""
        words = self.features.words
        return self.sureness >= SURE and float(words[self.answers > _MOST_OF_IT].sum()) >= _MIN_SURE_WORDS


def look(page: Segmented, meta: Meta, stated: str, scorer: Scorer) -> Look:
    """The scorer's two looks at the page; `stated` is the text that its metadata state as the article's, or empty."""
    features = PageFeatures(page, meta, scorer.tables, stated)
    rows = _rows(features, scorer.first.probabilities(features.seen))
    answers = scorer.second.probabilities(rows)
    wrong = float((features.words * np.minimum(answers, 1.0 - answers)).sum())
    expected = float((features.words * answers).sum())
    return Look(features=features, rows=rows, answers=answers, sureness=1.0 - wrong / max(expected, _LEAST))


def choose(page: Segmented, seen: Look, scorer: Scorer) -> Choice:
    """The scorer's own choice: shares of 0.0 or 1.0, with evidence for every text block that it leaves out."""
    features = seen.features
    kept = seen.answers > HIGH
    first, last = np.flatnonzero(kept)[[0, -1]]
    kept[first:last] |= seen.answers[first:last] > LOW  # amid the article a doubtful line is likelier prose than not
    amid = np.flatnonzero(~kept[first:last]) + first  # only these need words: a reader sees the gap they leave
    reasons = dict(zip(amid.tolist(), scorer.second.reasons(seen.rows[amid], [False] * len(amid)), strict=True))
    evidence = {
        features.blocks[place]: _said(
            OUTSIDE_BY_SCORER, page.blocks[features.blocks[place]], float(seen.answers[place]), reasons.get(place)
        )
        for place in np.flatnonzero(~kept).tolist()
    }
    none = Choice(kept=(0.0,) * len(page.blocks), words=int(features.words[kept].sum()), evidence=evidence)
    return _with_kept(none, features, kept)


def refine(page: Segmented, choice: Choice, features: PageFeatures, scorer: Scorer) -> Choice:
    """The corrected choice: shares of 0.0 or 1.0, with evidence for each block whose fate the scorer changed."""
    if not features.blocks:
        return choice
    shares = np.array([choice.kept[i] for i in features.blocks], np.float32)
    rows = _rows(features, shares)
    scores = scorer.refiner.probabilities(rows)
    before = shares > _MOST_OF_IT
    low, high = _bounds(scores, features.words)
    after = np.where(before, scores > low, scores > high) | _in_kept_tables(page, features, before)
    if features.words[before & after].sum() < _MIN_SHARE_LEFT * features.words[before].sum():
        return choice
    changed = np.flatnonzero(before != after)
    reasons = scorer.refiner.reasons(rows[changed], after[changed].tolist())
    evidence = {
        features.blocks[place]: _said(
            ADDED if after[place] else UNLIKELY, page.blocks[features.blocks[place]], float(scores[place]), reason
        )
        for place, reason in zip(changed.tolist(), reasons, strict=True)
    }
    return replace(_with_kept(choice, features, after), evidence=evidence)


def _bounds(scores: Numbers, words: Numbers) -> tuple[float, float]:
    """What a kept block must score to stay, and a dropped one to come."""
    chosen = scores > _MOST_OF_IT
    right = float((words * scores * chosen).sum())
    expected_f1 = 2 * right / max(float((words * chosen).sum() + (words * scores).sum()), _LEAST)
    return (LOW, HIGH) if expected_f1 >= UNKNOWN_F1 else (UNKNOWN_BOUND, UNKNOWN_BOUND)


def _rows(features: PageFeatures, kept: Numbers) -> Numbers:
    return np.hstack([features.seen, features.chosen(kept)])


def _with_kept(choice: Choice, features: PageFeatures, stays: Flags) -> Choice:
    kept = list(choice.kept)
    for index, share in zip(features.blocks, stays.tolist(), strict=True):
        kept[index] = float(share)
    return replace(choice, kept=tuple(kept))


def _in_kept_tables(page: Segmented, features: PageFeatures, located: Flags) -> Flags:
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


def _said(rule: str, block: Block, score: float, reason: str | None) -> Evidence:
    verdict = Verdict.KEEP if rule == ADDED else Verdict.DROP
    why = f"scored {score:.2f} for article"
    return Evidence(
        rule=rule, verdict=verdict, quote=block.text[:_QUOTE_CHARS], why=f"{why}: {reason}" if reason else why
    )
