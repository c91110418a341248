"""How much of each block stands in the text that the page's own metadata state as the article's."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["stated_columns"]

Numbers = npt.NDArray[np.float32]

_WORD = re.compile(r"\w+")
_RUN = 4  # words in a row that make a match certain enough
_MIN_WORDS = 40  # a shorter statement is a teaser
_NOTHING_STATED = -1.0


def stated_columns(lowered: Sequence[str], words: Numbers, stated: str) -> list[Numbers]:
    """Share of each block's word runs that stand in `stated`, and that share of the page's words; -1.0 where none is."""
    wanted = _WORD.findall(stated.lower()) if stated else []
    if len(wanted) < _MIN_WORDS:
        nothing = np.full(len(lowered), _NOTHING_STATED, np.float32)
        return [nothing, nothing]
    whole = f" {' '.join(wanted)} "
    runs = set(zip(*(wanted[i:] for i in range(_RUN)), strict=False))
    shares = np.array([_share(_WORD.findall(text), whole, runs) for text in lowered], np.float32)
    of_page = float((shares * words).sum() / max(float(words.sum()), 1.0))
    return [shares, np.full(len(lowered), of_page, np.float32)]


def _share(own: list[str], whole: str, runs: set[tuple[str, ...]]) -> float:
    if not own:
        return 0.0
    if f" {' '.join(own)} " in whole:
        return 1.0
    count = len(own) - _RUN + 1
    if count < 1:
        return 0.0
    return sum(map(runs.__contains__, zip(*(own[i:] for i in range(_RUN)), strict=False))) / count
