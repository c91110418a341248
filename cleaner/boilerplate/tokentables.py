"""How often blocks with a class name or a word were article on the training sites: log-odds, one vote a registered domain."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.frame import Frame

__all__ = ["TokenTables", "block_columns", "block_tokens", "name_columns", "name_tokens"]

Numbers = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]

MAX_WORDS = 25  # only blocks up to this length are judged by their words
_DECAY = 0.7  # weight of an element's names against those of the element inside it
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_WORD = re.compile(r"[^\W\d_]+")
_MAX_NAMES_CHARS = 200
_MIN_PART = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTables:
    """Log-odds of `article` by token, against the prior: of class, id and role names, and of words of short blocks."""

    names: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)


@lru_cache(maxsize=20_000)
def name_tokens(tag: str, names: str) -> tuple[str, ...]:
    """Parts of class, id and role names in lower case, pairs of neighbouring parts, and the tag itself."""
    found = [f"<{tag}>"]
    for name in names[:_MAX_NAMES_CHARS].split():
        found += _tokens_of(name)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=20_000)
def _tokens_of(name: str) -> tuple[str, ...]:
    parts = [part.lower() for part in _PARTS.findall(name) if len(part) >= _MIN_PART]
    return (*parts, *[f"{a}-{b}" for a, b in pairwise(parts)])


def block_tokens(lowered: str) -> list[str]:
    """Words of a short block in lower case, its first and last word marked, and pairs of neighbouring words."""
    own = _WORD.findall(lowered)
    if not own:
        return []
    return [*own, f"^{own[0]}", f"{own[-1]}$", *map(" ".join, pairwise(own))]


def name_columns(
    frames: Sequence[Frame], parent: Places, depth: Places, at: Places, tables: TokenTables
) -> list[Numbers]:
    """Lowest, highest and decayed sum over the elements around each block; and of its element, parent, grandparent.

    `parent` and `depth` are the frames' by their number, `at` the number of each block's own frame.
    """
    scores: dict[tuple[str, str], float] = {}
    own = np.array([_frame_score(frame, tables.names, scores) for frame in frames], np.float32)
    low, high, total = own.copy(), own.copy(), own.copy()
    for level in range(1, int(depth.max()) + 1):
        rows = np.flatnonzero(depth == level)
        around = parent[rows]
        low[rows] = np.minimum(low[rows], low[around])
        high[rows] = np.maximum(high[rows], high[around])
        total[rows] += _DECAY * total[around]
    return [low[at], high[at], total[at], own[at], own[parent[at]], own[parent[parent[at]]]]


def _frame_score(frame: Frame, table: Mapping[str, float], known: dict[tuple[str, str], float]) -> float:
    key = (frame.tag, frame.names)
    score = known.get(key)
    if score is None:
        score = known[key] = sum([table.get(token, 0.0) for token in name_tokens(*key)])
    return score


def block_columns(lowered: Sequence[str], words: Numbers, tables: TokenTables) -> list[Numbers]:
    """Sum, lowest, highest and mean over each short block's words, and its first and last word; zeros for long blocks."""
    rows = np.zeros((len(lowered), 6), np.float32)
    short = np.flatnonzero(words <= MAX_WORDS).tolist()
    if short:
        known = {text: _block_row(text, tables.words) for text in {lowered[i] for i in short}}  # menus stand twice
        rows[short] = [known[lowered[i]] for i in short]
    return list(rows.T)


def _block_row(lowered: str, table: Mapping[str, float]) -> tuple[float, ...]:
    tokens = block_tokens(lowered)
    scores = [score for score in map(table.get, tokens) if score is not None]
    if not scores:
        return (0.0,) * 6
    single = (len(tokens) - 1) // 2  # n words, two marked ones, n - 1 pairs
    first, last = table.get(tokens[single], 0.0), table.get(tokens[single + 1], 0.0)
    total = sum(scores)
    return (total, min(scores), max(scores), total / len(scores), first, last)
