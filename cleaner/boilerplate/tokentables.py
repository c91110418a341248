"""How often blocks with a class name or a word were article on the training sites: log-odds, one vote a registered domain."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from operator import mul

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.frame import Frame

__all__ = ["TokenTables", "block_columns", "block_tokens", "name_columns", "name_tokens"]

Numbers = npt.NDArray[np.float32]

MAX_WORDS = 25  # only blocks up to this length are judged by their words
_DECAY = 0.7  # weight of an element's names against those of the element inside it
_MAX_LEVELS = 12
_DECAYS = tuple(_DECAY**level for level in range(_MAX_LEVELS))
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
        parts = [part.lower() for part in _PARTS.findall(name) if len(part) >= _MIN_PART]
        found += parts
        found += [f"{a}-{b}" for a, b in pairwise(parts)]
    return tuple(dict.fromkeys(found))


def block_tokens(text: str) -> list[str]:
    """Words of a short block in lower case, its first and last word marked, and pairs of neighbouring words."""
    own = _WORD.findall(text.lower())
    if not own:
        return []
    return [*own, f"^{own[0]}", f"{own[-1]}$", *(f"{a} {b}" for a, b in pairwise(own))]


def name_columns(frames: Sequence[Frame], tables: TokenTables) -> list[Numbers]:
    """Lowest, highest and decayed sum over the elements around each block; and of its element, parent, grandparent."""
    scores: dict[tuple[str, str], float] = {}
    known: dict[int, tuple[float, ...]] = {}
    for frame in frames:
        if frame.number not in known:
            known[frame.number] = _name_row(frame, tables.names, scores)
    rows = np.array([known[frame.number] for frame in frames], np.float32)
    return list(rows.T)


def _name_row(frame: Frame, table: Mapping[str, float], known: dict[tuple[str, str], float]) -> tuple[float, ...]:
    scores = []
    for around in frame.chain()[:_MAX_LEVELS]:
        key = (around.tag, around.names)
        if key not in known:
            known[key] = _frame_score(around, table)
        scores.append(known[key])
    total = sum(map(mul, scores, _DECAYS))
    return (min(scores), max(scores), total, *[*scores[:3], 0.0, 0.0][:3])


def _frame_score(frame: Frame, table: Mapping[str, float]) -> float:
    return sum([table[t] for t in name_tokens(frame.tag, frame.names) if t in table])


def block_columns(texts: Sequence[str], words: Numbers, tables: TokenTables) -> list[Numbers]:
    """Sum, lowest, highest and mean over each short block's words, and its first and last word; zeros for long blocks."""
    rows = np.zeros((len(texts), 6), np.float32)
    for i in np.flatnonzero(words <= MAX_WORDS).tolist():
        rows[i] = _block_row(texts[i], tables.words)
    return list(rows.T)


def _block_row(text: str, table: Mapping[str, float]) -> tuple[float, ...]:
    tokens = block_tokens(text)
    scores = [table[t] for t in tokens if t in table]
    if not scores:
        return (0.0,) * 6
    first = next((table.get(t, 0.0) for t in tokens if t[0] == "^"), 0.0)
    last = next((table.get(t, 0.0) for t in tokens if t[-1] == "$"), 0.0)
    total = sum(scores)
    return (total, min(scores), max(scores), total / len(scores), first, last)
