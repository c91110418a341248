"""What the scorer sees of a page: one row of numbers a text block.

They come from its text, its place in the tree, its neighbours, the page's metadata and trafilatura's choice.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.frame import Frame
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.tokentables import TokenTables, block_columns, name_columns
from cleaner.model import Block, Meta
from cleaner.text import words

__all__ = ["FEATURES", "Features", "read_features"]

Numbers = npt.NDArray[np.float32]
_Whole = npt.NDArray[np.int32]

_TAGS = {
    tag: code
    for code, tag in enumerate(
        "p h1 h2 h3 h4 h5 h6 li td th dd dt blockquote figcaption pre div section article button label header footer".split(),
        1,
    )
}
_GOOD_WORDS = 12  # a block of at least so many words ...
_GOOD_LINKS = 0.3  # ... and at most this share of links is running text
_LEVELS = 4  # the block's element and three around it
_NARROW, _WIDE = (
    0.6,
    0.95,
)  # the deepest element with this share of the words is a candidate for the article's container
_MAX_STEPS = 12.0
_FAR = 30.0  # blocks: farther is just far
_UNSPACED_RATIO = 12  # characters a white-space word; above it the script writes without spaces
_CAPITALS_READ = 120
_DIGITS = re.compile(r"\d")
_CAPITALS = re.compile(r"[^\W\d_a-z]")
_ENDS = ".!?…。！？।。\"”»'’)"

_LEVEL_NAMES = ("own", "parent", "grandparent", "great-grandparent")
_PLACES = ("block before", "second block before", "block after", "second block after")
FEATURES: tuple[str, ...] = (
    "kept", "words", "characters", "link share", "hidden", "tag", "heading level", "list depth", "tree depth",
    "ends a sentence", "ends in a colon", "question", "digits", "capitals", "mean word length", "copies on the page",
    "words of the title", "words of the description", "words of the byline",
    *(f"{what} of {level} element" for level in _LEVEL_NAMES
      for what in ("kept share", "words", "link share", "words a block")),
    *(f"{what} {share} of {of}" for of in ("kept words", "running text") for share in ("60 %", "95 %")
      for what in ("inside the element with", "steps to the element with")),
    "share of kept words in the container", "link share of the container",
    "same kind: blocks", "same kind: kept share", "same kind: words", "same kind before", "same kind after",
    *(f"{what} of {place}" for place in _PLACES for what in ("kept", "words", "link share", "sentence end", "tag")),
    "blocks since first kept", "blocks to last kept", "blocks since a kept one", "blocks to a kept one",
    "place on the page",
    "page: words kept", "page: words", "page: share kept", "page: blocks kept", "page: link share",
    "names: lowest", "names: highest", "names: sum", "names: own", "names: parent", "names: grandparent",
    "vocabulary: sum", "vocabulary: lowest", "vocabulary: highest", "vocabulary: mean",
    "vocabulary: first word", "vocabulary: last word",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """`rows[i]` describes the block with index `blocks[i]`; columns are FEATURES. Media blocks have no row."""

    rows: Numbers
    blocks: tuple[int, ...]


def read_features(page: Segmented, kept: Sequence[float], meta: Meta, tables: TokenTables) -> Features:
    """The features of all text blocks; `kept` are trafilatura's shares by block index."""
    index = tuple(block.index for block in page.blocks if block.text)
    if not index:
        return Features(rows=np.zeros((0, len(FEATURES)), np.float32), blocks=())
    reader = _Reader(page, index, kept)
    columns = [
        *reader.own(meta),
        *reader.elements(),
        *reader.containers(),
        *reader.same_kind(),
        *reader.neighbours(),
        *reader.distances(),
        *reader.totals(),
        *name_columns(reader.frames, tables),
        *block_columns([block.text for block in reader.blocks], reader.words, tables),
    ]
    return Features(rows=np.stack(columns, axis=1).astype(np.float32), blocks=index)


class _Reader:
    """The arrays that several groups of features share, one entry a text block or one a frame."""

    def __init__(self, page: Segmented, index: tuple[int, ...], kept: Sequence[float]) -> None:
        self.blocks: list[Block] = [page.blocks[i] for i in index]
        contexts = [page.contexts[i] for i in index]
        self.frames: list[Frame] = [context.frame for context in contexts]
        self.count = len(index)
        self.words = np.array([_words(block.text) for block in self.blocks], np.float32)
        self.kept = np.array([kept[i] for i in index], np.float32)
        self.links = np.array([context.link_share for context in contexts], np.float32)
        self.hidden = np.array([context.hidden for context in contexts], np.float32)
        self.at = np.array([frame.number for frame in self.frames], np.int32)
        self.parent = np.array([f.parent.number if f.parent else 0 for f in page.frames], np.int32)
        self.depth = np.array([f.depth for f in page.frames], np.int32)
        self.tags = np.array([_TAGS.get(block.tag, 0) for block in self.blocks], np.float32)
        self.ends = np.array([block.text[-1] in _ENDS for block in self.blocks], np.float32)
        self._sum_elements()

    def _sum_elements(self) -> None:
        """Words, kept words, linked words, blocks, running words within each frame; and its last frame's number."""
        size = len(self.parent)
        good = (self.words >= _GOOD_WORDS) & (self.links < _GOOD_LINKS)
        per_block = np.stack(
            [self.words, self.words * self.kept, self.words * self.links, np.ones(self.count), self.words * good],
            axis=1,
        )
        sums = np.zeros((size, per_block.shape[1]), np.float64)
        np.add.at(sums, self.at, per_block)
        last = np.arange(size)
        for depth in range(int(self.depth.max()), 0, -1):
            rows = np.flatnonzero(self.depth == depth)
            np.add.at(sums, self.parent[rows], sums[rows])
            np.maximum.at(last, self.parent[rows], last[rows])
        self.sums, self.last = sums, last

    def own(self, meta: Meta) -> list[Numbers]:
        texts = [block.text for block in self.blocks]
        lengths = np.array([len(text) for text in texts], np.float32)
        heads = [text[:_CAPITALS_READ] for text in texts]
        size = np.minimum(lengths, _CAPITALS_READ)
        copies = Counter(texts)
        return [
            self.kept, np.log1p(self.words), np.log1p(lengths), self.links, self.hidden, self.tags,
            np.array([b.level if b.tag[0] == "h" else 0 for b in self.blocks], np.float32),
            np.array([f.list_depth for f in self.frames], np.float32),
            self.depth[self.at].astype(np.float32),
            self.ends,
            np.array([text[-1] in ":：" for text in texts], np.float32),
            np.array([text[-1] in "?？" for text in texts], np.float32),
            np.array([len(_DIGITS.findall(head)) for head in heads], np.float32) / size,
            np.array([len(_CAPITALS.findall(head)) if head.isascii() else 0 for head in heads], np.float32) / size,
            lengths / np.maximum(self.words, 1.0),
            np.array([copies[text] for text in texts], np.float32),
            np.array(_shared_words(texts, meta.title), np.float32),
            np.array(_shared_words(texts, meta.description), np.float32),
            np.array(_shared_words(texts, meta.byline), np.float32),
        ]  # fmt: skip

    def elements(self) -> list[Numbers]:
        columns: list[Numbers] = []
        at = self.at
        for _ in range(_LEVELS):
            total, kept, linked, blocks, _good = (self.sums[at, k] for k in range(5))
            safe = np.maximum(total, 1.0)
            columns += [kept / safe, np.log1p(total), linked / safe, np.log1p(total / np.maximum(blocks, 1.0))]
            at = self.parent[at]
        return columns

    def containers(self) -> list[Numbers]:
        columns: list[Numbers] = []
        narrow_kept = 0
        for column in (1, 4):
            for share in (_NARROW, _WIDE):
                container = self._deepest(column, share)
                if column == 1 and share == _NARROW:
                    narrow_kept = container
                columns += [self._inside(container), self._steps(container)]
        total, kept, linked = (self.sums[narrow_kept, k] for k in range(3))
        ones = np.ones(self.count, np.float32)
        return [*columns, ones * (kept / max(total, 1.0)), ones * (linked / max(total, 1.0))]

    def _deepest(self, column: int, share: float) -> int:
        """Number of the deepest frame that holds `share` of the sum in `column`; the root where nothing does."""
        total = self.sums[0, column]
        if total <= 0:
            return 0
        candidates = np.flatnonzero(self.sums[:, column] >= share * total)
        return int(candidates[np.argmax(self.depth[candidates])])

    def _inside(self, container: int) -> Numbers:
        inside: Numbers = ((self.at >= container) & (self.at <= self.last[container])).astype(np.float32)
        return inside

    def _steps(self, container: int) -> Numbers:
        """Levels to climb from each block until an element holds the container."""
        at = self.at.copy()
        steps = np.zeros(self.count, np.float32)
        for _ in range(int(_MAX_STEPS)):
            outside = (at > container) | (self.last[at] < container)
            if not outside.any():
                break
            steps += outside
            at = np.where(outside, self.parent[at], at)
        return steps

    def same_kind(self) -> list[Numbers]:
        """Of blocks whose element has the same tag and names: how many, their kept share, their mean words."""
        kinds: dict[tuple[str, str, str], int] = {}
        of = np.array([kinds.setdefault(_kind(frame), len(kinds)) for frame in self.frames], np.int32)
        before = np.concatenate(([-1], of[:-1])) == of
        after = np.concatenate((of[1:], [-1])) == of
        blocks = np.bincount(of)
        total = np.bincount(of, self.words)
        kept = np.bincount(of, self.words * self.kept)
        return [
            np.log1p(blocks)[of], (kept / np.maximum(total, 1.0))[of], np.log1p(total / blocks)[of],
            before.astype(np.float32), after.astype(np.float32),
        ]  # fmt: skip

    def neighbours(self) -> list[Numbers]:
        columns: list[Numbers] = []
        logs = np.log1p(self.words)
        for offset in (-1, -2, 1, 2):
            columns += [_shifted(column, offset) for column in (self.kept, logs, self.links, self.ends, self.tags)]
        return columns

    def distances(self) -> list[Numbers]:
        place: Numbers = np.arange(self.count, dtype=np.float32)
        part: Numbers = (place / self.count).astype(np.float32)
        chosen = np.flatnonzero(self.kept > 0.5)  # noqa: PLR2004  # most of it
        if not len(chosen):
            far = np.full(self.count, _FAR, np.float32)
            return [-far, -far, far, far, part]
        before = np.searchsorted(chosen, place, side="left") - 1
        after = np.searchsorted(chosen, place, side="right")
        since = np.where(before >= 0, place - chosen[np.maximum(before, 0)], _FAR)
        until = np.where(after < len(chosen), chosen[np.minimum(after, len(chosen) - 1)] - place, _FAR)
        return [
            np.clip(place - chosen[0], -_FAR, _FAR),
            np.clip(chosen[-1] - place, -_FAR, _FAR),
            np.minimum(since, _FAR),
            np.minimum(until, _FAR),
            part,
        ]

    def totals(self) -> list[Numbers]:
        total, kept = self.words.sum(), (self.words * self.kept).sum()
        linked = (self.words * self.links).sum() / max(total, 1.0)
        numbers = (np.log1p(kept), np.log1p(total), kept / max(total, 1.0), np.log1p((self.kept > 0.5).sum()), linked)  # noqa: PLR2004
        return [np.full(self.count, number, np.float32) for number in numbers]


def _words(text: str) -> int:
    spaced = text.count(" ") + 1
    return words(text) if not text.isascii() and len(text) > _UNSPACED_RATIO * spaced else spaced


def _kind(frame: Frame) -> tuple[str, str, str]:
    return frame.tag, frame.names, frame.parent.tag if frame.parent else ""


def _shifted(column: Numbers, offset: int) -> Numbers:
    """The column of the block `offset` places on; -1 where the page ends."""
    out = np.full_like(column, -1.0)
    if offset < 0:
        out[-offset:] = column[:offset]
    else:
        out[:-offset] = column[offset:]
    return out


_MAX_COMPARED_CHARS = 400


def _shared_words(texts: list[str], known: str | None) -> list[float]:
    """Share of each block's words that stand in `known`; 0.0 for long blocks."""
    wanted = frozenset((known or "").lower().split())
    if not wanted:
        return [0.0] * len(texts)
    return [_overlap(text, wanted) if len(text) <= _MAX_COMPARED_CHARS else 0.0 for text in texts]


def _overlap(text: str, wanted: frozenset[str]) -> float:
    own = text.lower().split()
    return sum(word in wanted for word in own) / len(own)
