"""The learned scorer: reads its model file and gives each text block a probability of being article, and the reasons in words.

The model is a sum of oblivious trees (every level of a tree asks one question), so a page is scored by a handful of
array operations and no training library is needed to run it.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.features import FEATURES
from cleaner.boilerplate.tokentables import TokenTables

__all__ = ["Scorer", "shipped_scorer"]

MODEL_FILE = "refiner.json.gz"
_ROWS_AT_ONCE = 2_048
_REASONS = 3  # features named in an explanation

Numbers = npt.NDArray[np.float32]
_Leaves = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scorer:
    """Oblivious trees: question `k` of tree `t` asks whether feature `asked[t, k]` is above `borders[t, k]`.

    The answers, first question in the lowest bit, number the leaf whose value is added up. `means[t]` holds for each
    number of answered questions the mean value of the leaves still open: what an answer was worth is their difference.
    """

    version: str
    asked: npt.NDArray[np.intp]
    borders: Numbers
    leaves: Numbers
    means: tuple[Numbers, ...]
    bias: float
    tables: TokenTables

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """The scorer from the model file's content; raises ValueError where it was trained on other features."""
        if tuple(stored["features"]) != FEATURES:
            raise ValueError("the model file was trained on other features; run `make train`")
        trees = stored["trees"]
        depth = max(len(tree["asked"]) for tree in trees)  # at most 8: the answers are packed into one byte
        asked = np.zeros((len(trees), depth), np.intp)
        borders = np.full((len(trees), depth), np.inf, np.float32)  # nothing is above: padding answers no
        leaves = np.zeros((len(trees), 2**depth), np.float32)
        weights = np.zeros_like(leaves)
        for row, tree in enumerate(trees):
            asked[row, : len(tree["asked"])] = tree["asked"]
            borders[row, : len(tree["asked"])] = tree["borders"]
            leaves[row, : len(tree["leaves"])] = tree["leaves"]
            weights[row, : len(tree["leaves"])] = tree["weights"]
        tables = TokenTables(names=stored["names"], words=stored["words"])
        return cls(
            version=stored["version"], asked=asked, borders=borders, leaves=leaves,
            means=_means(leaves, weights), bias=stored["bias"], tables=tables,
        )  # fmt: skip

    def probabilities(self, rows: Numbers) -> Numbers:
        """Probability of being article for each row of features, 0.0 to 1.0."""
        if len(rows) > _ROWS_AT_ONCE:
            return np.concatenate([self.probabilities(part) for part in _parts(rows)])
        found = self._leaf_numbers(rows)
        values = self.leaves[np.arange(len(self.leaves)), found]
        odds: Numbers = values.sum(axis=1) + np.float32(self.bias)
        return (1.0 / (1.0 + np.exp(-odds))).astype(np.float32)

    def _leaf_numbers(self, rows: Numbers) -> _Leaves:
        columns = np.ascontiguousarray(rows.T)  # whole columns are copied then, not single numbers
        above = columns[self.asked] > self.borders[:, :, None]
        return np.packbits(above, axis=1, bitorder="little")[:, 0].T

    def reasons(self, rows: Numbers) -> list[str]:
        """For each row the features that moved its score most, with their values, strongest first."""
        told = ((part, self._worth(part)) for part in _parts(rows))
        return [_in_words(row, worth[i]) for part, worth in told for i, row in enumerate(part)]

    def _worth(self, rows: Numbers) -> Numbers:
        """What each feature added to each row's log-odds: the mean value of the leaves after its answers less before."""
        found = self._leaf_numbers(rows).astype(np.intp)
        trees = np.arange(len(self.asked))
        worth = np.zeros((len(rows), len(FEATURES)), np.float32)
        every = np.arange(len(rows))[:, None]
        for level in range(len(self.means) - 1):
            before = self.means[level][trees, found & (2**level - 1)]
            after = self.means[level + 1][trees, found & (2 ** (level + 1) - 1)]
            np.add.at(worth, (every, self.asked[:, level][None, :]), after - before)
        return worth


def _parts(rows: Numbers) -> Iterator[Numbers]:
    """The rows in parts small enough that what is made of each stays small: 9 KB a row."""
    return (rows[at : at + _ROWS_AT_ONCE] for at in range(0, len(rows), _ROWS_AT_ONCE))


def _means(leaves: Numbers, weights: Numbers) -> tuple[Numbers, ...]:
    """Weighted mean leaf value by the answers given so far, from none answered to all."""
    found = [leaves]
    values, mass = leaves * weights, weights
    while values.shape[1] > 1:
        half = values.shape[1] // 2
        values, mass = values[:, :half] + values[:, half:], mass[:, :half] + mass[:, half:]
        found.append((values / np.maximum(mass, 1e-9)).astype(np.float32))
    return tuple(reversed(found))


def _in_words(row: Numbers, worth: Numbers) -> str:
    strongest = np.argsort(-np.abs(worth))[:_REASONS].tolist()
    return ", ".join(f"{FEATURES[k]} {row[k]:.2f} ({worth[k]:+.1f})" for k in strongest)


@cache
def shipped_scorer() -> Scorer | None:
    """The scorer that comes with the program; None in a tree where none was trained yet."""
    file = files("cleaner.boilerplate") / MODEL_FILE
    if not file.is_file():
        return None
    return Scorer.from_dict(json.loads(gzip.decompress(file.read_bytes())))
