"""The learned scorer: reads its model file and gives each text block a probability of being article, and the reasons in words.

It is asked in up to three steps, each a model of its own: `first` sees what the page shows by itself, `second` also what
the first answers say of the blocks around, `refiner` what trafilatura chose instead of these. A model is a sum of
oblivious trees (every level of a tree asks one question), so a page is scored by a handful of array operations and no
training library is needed to run it.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.features import FEATURES, SEEN
from cleaner.boilerplate.tokentables import TokenTables

__all__ = ["STEPS", "Forest", "Scorer", "shipped_scorer"]

MODEL_FILE = "refiner.json.gz"
_ROWS_AT_ONCE = 2_048
STEPS = {"first": SEEN, "second": FEATURES, "refiner": FEATURES}
_REASONS = 3  # features named in an explanation

Numbers = npt.NDArray[np.float32]
_Leaves = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forest:
    """Oblivious trees: question `k` of tree `t` asks whether feature `asked[t, k]` is above `borders[t, k]`.

    The answers, first question in the lowest bit, number the leaf whose value is added up. `means[t]` holds for each
    number of answered questions the mean value of the leaves still open: what an answer was worth is their difference.
    """

    features: tuple[str, ...]
    asked: npt.NDArray[np.intp]
    borders: Numbers
    leaves: Numbers
    means: tuple[Numbers, ...]
    bias: float

    @classmethod
    def from_dict(cls, stored: dict[str, Any], features: tuple[str, ...]) -> Self:
        """The forest from its part of the model file, over the columns `features`."""
        trees = stored["trees"]
        depth = max(len(tree["asked"]) for tree in trees)  # at most 8: the answers are the bits of one byte
        asked = np.zeros((len(trees), depth), np.intp)
        borders = np.full((len(trees), depth), np.inf, np.float32)  # nothing is above: padding answers no
        leaves = np.zeros((len(trees), 2**depth), np.float32)
        weights = np.zeros_like(leaves)
        for row, tree in enumerate(trees):
            asked[row, : len(tree["asked"])] = tree["asked"]
            borders[row, : len(tree["asked"])] = tree["borders"]
            leaves[row, : len(tree["leaves"])] = tree["leaves"]
            weights[row, : len(tree["leaves"])] = tree["weights"]
        means = _means(leaves, weights)
        return cls(features=features, asked=asked, borders=borders, leaves=leaves, means=means, bias=stored["bias"])

    def probabilities(self, rows: Numbers) -> Numbers:
        """Probability of being article for each row of features, 0.0 to 1.0."""
        if len(rows) > _ROWS_AT_ONCE:
            return np.concatenate([self.probabilities(part) for part in _parts(rows)])
        if not len(rows):
            return np.zeros(0, np.float32)
        first_leaves = np.arange(0, self.leaves.size, self.leaves.shape[1])[:, None]
        values = self.leaves.ravel().take(first_leaves + self._leaf_numbers(rows))
        odds: Numbers = values.sum(axis=0) + np.float32(self.bias)
        return (1.0 / (1.0 + np.exp(-odds))).astype(np.float32)

    def _leaf_numbers(self, rows: Numbers) -> _Leaves:
        """The leaf of each tree (down) for each row (across)."""
        columns = np.ascontiguousarray(rows.T)  # whole columns are copied then, not single numbers
        found = np.zeros((len(self.asked), len(rows)), np.uint8)
        for level in range(self.asked.shape[1]):  # a level at a time stays in the cache: a quarter of all at once
            above = columns[self.asked[:, level]] > self.borders[:, level, None]
            found |= above.view(np.uint8) << level
        return found

    def reasons(self, rows: Numbers, keeps: Sequence[bool]) -> list[str]:
        """For each row the features that spoke most for keeping the block, or for dropping it, with their values, strongest first.

        In brackets stands by how much each moved the log-odds of being article.
        """
        worth = np.concatenate([self._worth(part) for part in _parts(rows)]) if len(rows) else rows
        told = zip(rows, worth, keeps, strict=True)
        return [self._in_words(row, moved, moved if kept else -moved) for row, moved, kept in told]

    def _in_words(self, row: Numbers, worth: Numbers, spoke: Numbers) -> str:
        strongest = [k for k in np.argsort(-spoke)[:_REASONS].tolist() if spoke[k] > 0]
        return ", ".join(f"{self.features[k]} {row[k]:.2f} ({worth[k]:+.1f})" for k in strongest)

    def _worth(self, rows: Numbers) -> Numbers:
        """What each feature added to each row's log-odds: the mean value of the leaves after its answers less before."""
        found = self._leaf_numbers(rows).T.astype(np.intp)
        trees = np.arange(len(self.asked))
        shape = len(rows), len(self.features)
        worth = np.zeros(shape[0] * shape[1])
        first_places = np.arange(0, len(worth), shape[1])[:, None]  # of each row, once the rows stand behind each other
        for level in range(len(self.means) - 1):
            before = self.means[level][trees, found & (2**level - 1)]
            after = self.means[level + 1][trees, found & (2 ** (level + 1) - 1)]
            places = (first_places + self.asked[:, level]).ravel()
            worth += np.bincount(places, (after - before).ravel(), minlength=len(worth))
        return worth.reshape(shape).astype(np.float32)


def _parts(rows: Numbers) -> Iterator[Numbers]:
    """The rows in parts small enough that what is made of each stays small: 9 KB a row."""
    return (rows[at : at + _ROWS_AT_ONCE] for at in range(0, len(rows), _ROWS_AT_ONCE))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scorer:
    """The models of the three steps, with the token tables that their features are read with."""

    version: str
    first: Forest
    second: Forest
    refiner: Forest
    tables: TokenTables

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """The scorer from the model file's content; raises ValueError where it was trained on other features."""
        if tuple(stored["features"]) != FEATURES:
            raise ValueError("the model file was trained on other features; run `make train`")
        return cls(
            version=stored["version"],
            tables=TokenTables(names=stored["names"], words=stored["words"]),
            **{step: Forest.from_dict(stored[step], features) for step, features in STEPS.items()},
        )


def _means(leaves: Numbers, weights: Numbers) -> tuple[Numbers, ...]:
    """Weighted mean leaf value by the answers given so far, from none answered to all."""
    found = [leaves]
    values, mass = leaves * weights, weights
    while values.shape[1] > 1:
        half = values.shape[1] // 2
        values, mass = values[:, :half] + values[:, half:], mass[:, :half] + mass[:, half:]
        found.append((values / np.maximum(mass, 1e-9)).astype(np.float32))
    return tuple(reversed(found))


@cache
def shipped_scorer() -> Scorer | None:
    """The scorer that comes with the program; None in a tree where none was trained yet."""
    file = files("cleaner.boilerplate") / MODEL_FILE
    if not file.is_file():
        return None
    return Scorer.from_dict(json.loads(gzip.decompress(file.read_bytes())))
