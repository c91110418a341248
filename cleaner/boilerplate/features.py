"""What the scorer sees of a page: one row of numbers a text block.

What a page shows by itself comes from its blocks' texts, their place in the tree, their neighbours and the page's
metadata; what a choice of blocks adds says how much of it stands around each block. The choice is trafilatura's, or the
scorer's own first answer.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.frame import Frame
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.stated import stated_columns
from cleaner.boilerplate.tokentables import TokenTables, block_columns, name_columns
from cleaner.model import Block, Meta
from cleaner.text import words

__all__ = ["CHOSEN", "FEATURES", "SEEN", "PageFeatures"]

Numbers = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
_Places = npt.NDArray[np.intp]
_Sums = npt.NDArray[np.float64]

_TAGS = {
    tag: code
    for code, tag in enumerate(
        "p h1 h2 h3 h4 h5 h6 li td th dd dt blockquote figcaption pre div section article button label header footer".split(),
        1,
    )
}
_GOOD_WORDS = 12  # a block of at least so many words ...
_GOOD_LINKS = 0.3  # ... and at most this share of links is running text
_NARROW, _WIDE = (
    0.6,
    0.95,
)  # the deepest element with this share of the words is a candidate for the article's container
_MAX_STEPS = 12
_FAR = 30.0  # blocks: farther is just far
_UNSPACED_RATIO = 12  # characters a white-space word; above it the script writes without spaces
_CHARS_READ = 120  # of a block, for its share of digits and capitals
_MAX_COMPARED_CHARS = 400  # longer blocks are not compared with title, description and byline
_MOST_OF_IT = 0.5
_DIGITS = re.compile(r"\d")
_NO_DIGITS = bytes(code for code in range(256) if not 48 <= code <= 57)  # noqa: PLR2004  # ASCII 0 to 9
_NO_CAPITALS = bytes(code for code in range(256) if not 65 <= code <= 90)  # noqa: PLR2004  # ASCII A to Z
_ENDS = ".!?…。！？।。\"”»'’)"

_LEVELS = ("own", "parent", "grandparent", "great-grandparent")
_OFFSETS = {"block before": -1, "second block before": -2, "block after": 1, "second block after": 2}
SEEN: tuple[str, ...] = (
    "words", "characters", "link share", "hidden", "tag", "heading level", "list depth", "tree depth",
    "ends a sentence", "ends in a colon", "question", "digits", "capitals", "mean word length", "copies on the page",
    "words of the title", "words of the description", "words of the byline",
    *(f"{what} of {level} element" for level in _LEVELS for what in ("words", "link share", "words a block")),
    *(f"{what} {share} of running text" for share in ("60 %", "95 %")
      for what in ("inside the element with", "steps to the element with")),
    "same kind: blocks", "same kind: words", "same kind before", "same kind after",
    *(f"{what} of {place}" for place in _OFFSETS for what in ("words", "link share", "sentence end", "tag")),
    "place on the page", "page: words", "page: link share",
    "names: lowest", "names: highest", "names: sum", "names: own", "names: parent", "names: grandparent",
    "vocabulary: sum", "vocabulary: lowest", "vocabulary: highest", "vocabulary: mean",
    "vocabulary: first word", "vocabulary: last word",
    "share in the stated text", "page: share in the stated text",
)  # fmt: skip
CHOSEN: tuple[str, ...] = (
    "kept",
    *(f"kept share of {level} element" for level in _LEVELS),
    *(f"{what} {share} of kept words" for share in ("60 %", "95 %")
      for what in ("inside the element with", "steps to the element with")),
    "share of kept words in the container", "link share of the container",
    "same kind: kept share",
    *(f"kept of {place}" for place in _OFFSETS),
    "blocks since first kept", "blocks to last kept", "blocks since a kept one", "blocks to a kept one",
    "page: words kept", "page: share kept", "page: blocks kept",
)  # fmt: skip
FEATURES = SEEN + CHOSEN


class PageFeatures:
    """The features of all text blocks of one page; media blocks have no row.

    `blocks[i]` is the index of the block that row i describes, `words` holds the number of its words. `stated` is the
    article's text where the page states it in its metadata, else empty.
    """

    def __init__(self, page: Segmented, meta: Meta, tables: TokenTables, stated: str = "") -> None:
        self.blocks = tuple(block.index for block in page.blocks if block.text)
        self._meta, self._tables, self._stated = meta, tables, stated
        self._frames = page.frames
        self._blocks: list[Block] = [page.blocks[i] for i in self.blocks]
        contexts = [page.contexts[i] for i in self.blocks]
        self._own: list[Frame] = [context.frame for context in contexts]
        self.words = np.array([_words(block.text) for block in self._blocks], np.float32)
        self._links = np.array([context.link_share for context in contexts], np.float32)
        self._hidden = np.array([context.hidden for context in contexts], np.float32)
        self._at = np.array([frame.number for frame in self._own], np.intp)
        self._parent = np.array([f.parent.number if f.parent else 0 for f in page.frames], np.intp)
        self._depth = np.array([f.depth for f in page.frames], np.intp)
        self._last = np.array([f.last for f in page.frames], np.intp)
        self._total = self._within(self.words)
        self._linked = self._within(self.words * self._links)
        self._safe_total = np.maximum(self._total, 1.0)

    @cached_property
    def seen(self) -> Numbers:
        """What the page shows by itself: a row a block, the columns SEEN."""
        if not self.blocks:
            return np.zeros((0, len(SEEN)), np.float32)
        texts = [block.text for block in self._blocks]
        lowered = [text.lower() for text in texts]
        columns: list[Numbers] = [
            *self._alone(texts),
            *self._shared_words(lowered),
            *self._elements(),
            *self._around_running_text(),
            *self._same_kind(),
            *self._neighbours(),
            *self._places(),
            *name_columns(self._frames, self._parent, self._depth, self._at, self._tables),
            *block_columns(lowered, self.words, self._tables),
            *stated_columns(lowered, self.words, self._stated),
        ]
        return np.stack(columns, axis=1).astype(np.float32, copy=False)

    def chosen(self, kept: Numbers) -> Numbers:
        """What a choice adds: a row a block, the columns CHOSEN; `kept` is each row's share that was chosen, 0.0 to 1.0."""
        if not self.blocks:
            return np.zeros((0, len(CHOSEN)), np.float32)
        held = self._within(self.words * kept)
        columns: list[Numbers] = [
            kept,
            *((held / self._safe_total).astype(np.float32)[at] for at in self._climb()),
            *self._around(held),
            *self._container(held),
            (self._of_kind(self.words * kept) / np.maximum(self._of_kind(self.words), 1.0)).astype(np.float32),
            *(_shifted(kept, offset) for offset in _OFFSETS.values()),
            *self._distances(kept),
            *self._shares(kept),
        ]
        return np.stack(columns, axis=1).astype(np.float32, copy=False)

    def clear_of(self, marked: Flags) -> list[Frame]:
        """The outermost elements that hold blocks, but none of the marked ones; never the body."""
        held = self._within(marked.astype(np.float32))
        clear: Flags = (held < _MOST_OF_IT) & (self._within(np.ones_like(self.words)) > _MOST_OF_IT)
        clear[[frame.number for frame in self._frames[:2] if frame.tag == "body"]] = False
        return [self._frames[number] for number in np.flatnonzero(clear & ~clear[self._parent]).tolist()]

    # sums over elements

    def _within(self, amounts: Numbers) -> _Sums:
        """The amounts of the blocks inside each frame, by frame number: frames are numbered in document order."""
        sums: _Sums = np.cumsum(np.bincount(self._at, amounts, minlength=len(self._frames)).astype(np.float64))
        inside = sums[self._last]
        inside[1:] -= sums[:-1]
        return inside

    def _climb(self) -> list[_Places]:
        """Each block's frame number, its parent's, and so on, a level an array."""
        levels = [self._at]
        while len(levels) < len(_LEVELS):
            levels.append(self._parent[levels[-1]])
        return levels

    # what a page shows by itself

    def _alone(self, texts: list[str]) -> list[Numbers]:
        blocks = self._blocks
        lengths = np.array([len(text) for text in texts], np.float32)
        copies = Counter(texts)
        return [
            np.log1p(self.words), np.log1p(lengths), self._links, self._hidden, self._tags,
            _floats([b.level if b.tag[0] == "h" else 0 for b in blocks]),
            _floats([frame.list_depth for frame in self._own]),
            self._depth[self._at].astype(np.float32),
            self._ends,
            _floats([text[-1] in ":：" for text in texts]),
            _floats([text[-1] in "?？" for text in texts]),
            *_digits_and_capitals(texts, lengths),
            lengths / np.maximum(self.words, 1.0),
            _floats([copies[text] for text in texts]),
        ]  # fmt: skip

    @cached_property
    def _tags(self) -> Numbers:
        return _floats([_TAGS.get(block.tag, 0) for block in self._blocks])

    @cached_property
    def _ends(self) -> Numbers:
        return _floats([block.text[-1] in _ENDS for block in self._blocks])

    def _shared_words(self, lowered: list[str]) -> list[Numbers]:
        """Share of each block's words that stand in the title, in the description, in the byline; 0.0 for long blocks."""
        own = [text.split() if len(text) <= _MAX_COMPARED_CHARS else [] for text in lowered]
        known = (self._meta.title, self._meta.description, self._meta.byline)
        return [_floats(_overlaps(own, frozenset((text or "").lower().split()))) for text in known]

    def _elements(self) -> list[Numbers]:
        blocks = np.maximum(self._within(np.ones_like(self.words)), 1.0)
        per_frame = (np.log1p(self._total), self._linked / self._safe_total, np.log1p(self._total / blocks))
        columns: list[Numbers] = [column.astype(np.float32) for column in per_frame]
        return [column[at] for at in self._climb() for column in columns]

    def _around_running_text(self) -> list[Numbers]:
        good = (self.words >= _GOOD_WORDS) & (self._links < _GOOD_LINKS)
        return self._around(self._within(self.words * good))

    def _around(self, sums: _Sums) -> list[Numbers]:
        """For the deepest elements with most of the sums: whether a block is inside, and how far up they meet."""
        columns: list[Numbers] = []
        for share in (_NARROW, _WIDE):
            container = self._deepest(sums, share)
            inside = (self._at >= container) & (self._at <= self._last[container])
            columns += [inside.astype(np.float32), self._steps(container)]
        return columns

    def _deepest(self, sums: _Sums, share: float) -> int:
        """Number of the deepest frame that holds `share` of the whole; the root where there is nothing."""
        if sums[0] <= 0:
            return 0
        candidates = np.flatnonzero(sums >= share * sums[0])
        return int(candidates[np.argmax(self._depth[candidates])])

    def _steps(self, container: int) -> Numbers:
        """Levels to climb from each block until an element holds the container."""
        around = [container]
        while around[-1]:
            around.append(int(self._parent[around[-1]]))
        numbers = np.array(around, np.intp)[:, None]
        shared = ((self._at >= numbers) & (self._at <= self._last[numbers])).sum(axis=0)  # the frames around both
        steps: Numbers = np.minimum(self._depth[self._at] - (shared - 1), _MAX_STEPS).astype(np.float32)
        return steps

    @cached_property
    def _kinds(self) -> _Places:
        """A number for each block's kind of element: the same tag, names and parent's tag."""
        kinds: dict[tuple[str, str, str], int] = {}
        return np.array([kinds.setdefault(_kind(frame), len(kinds)) for frame in self._own], np.intp)

    def _of_kind(self, amounts: Numbers) -> Numbers:
        """The sum of the amounts over all blocks of each block's kind."""
        sums: Numbers = np.bincount(self._kinds, amounts)[self._kinds].astype(np.float32)
        return sums

    def _same_kind(self) -> list[Numbers]:
        of = self._kinds
        count = self._of_kind(np.ones_like(self.words))
        before = np.concatenate(([-1], of[:-1])) == of
        after = np.concatenate((of[1:], [-1])) == of
        mean = np.log1p(self._of_kind(self.words) / count)
        return [np.log1p(count), mean, before.astype(np.float32), after.astype(np.float32)]

    def _neighbours(self) -> list[Numbers]:
        columns = (np.log1p(self.words), self._links, self._ends, self._tags)
        return [_shifted(column, offset) for offset in _OFFSETS.values() for column in columns]

    def _places(self) -> list[Numbers]:
        count = len(self.blocks)
        total = float(self.words.sum())
        linked = float((self.words * self._links).sum()) / max(total, 1.0)
        return [
            (np.arange(count) / count).astype(np.float32),
            np.full(count, np.log1p(total), np.float32),
            np.full(count, linked, np.float32),
        ]

    # what a choice adds

    def _container(self, held: _Sums) -> list[Numbers]:
        """Of the deepest element with most of the chosen words: the share of them in it, and its share of links."""
        container = self._deepest(held, _NARROW)
        shares = [float(sums[container] / self._safe_total[container]) for sums in (held, self._linked)]
        return [np.full(len(self.blocks), share, np.float32) for share in shares]

    def _distances(self, kept: Numbers) -> list[Numbers]:
        """In blocks: since the first and to the last chosen one; since the one before and to the one after."""
        place: Numbers = np.arange(len(kept), dtype=np.float32)
        chosen = np.flatnonzero(kept > _MOST_OF_IT)
        if not len(chosen):
            far = np.full(len(kept), _FAR, np.float32)
            return [-far, -far, far, far]
        before = np.searchsorted(chosen, place, side="left") - 1
        after = np.searchsorted(chosen, place, side="right")
        since = np.where(before >= 0, place - chosen[np.maximum(before, 0)], _FAR)
        until = np.where(after < len(chosen), chosen[np.minimum(after, len(chosen) - 1)] - place, _FAR)
        first, last = place - chosen[0], chosen[-1] - place
        gaps = (
            np.clip(first, -_FAR, _FAR),
            np.clip(last, -_FAR, _FAR),
            np.minimum(since, _FAR),
            np.minimum(until, _FAR),
        )
        return [gap.astype(np.float32) for gap in gaps]

    def _shares(self, kept: Numbers) -> list[Numbers]:
        total, held = float(self.words.sum()), float((self.words * kept).sum())
        numbers = (np.log1p(held), held / max(total, 1.0), np.log1p((kept > _MOST_OF_IT).sum()))
        return [np.full(len(kept), number, np.float32) for number in numbers]


def _words(text: str) -> int:
    spaced = text.count(" ") + 1
    return words(text) if not text.isascii() and len(text) > _UNSPACED_RATIO * spaced else spaced


def _floats(values: Sequence[float]) -> Numbers:
    return np.array(values, np.float32)


def _digits_and_capitals(texts: Sequence[str], lengths: Numbers) -> list[Numbers]:
    """Their shares of each block's first characters; capitals count in ASCII only, as not all scripts have them."""
    rows = np.array([_counts(text[:_CHARS_READ]) for text in texts], np.float32)
    shares = (rows / np.minimum(lengths, _CHARS_READ)[:, None]).astype(np.float32)
    return [shares[:, 0], shares[:, 1]]


def _counts(head: str) -> tuple[int, int]:
    if not head.isascii():
        return len(_DIGITS.findall(head)), 0
    plain = head.encode("ascii")
    return len(plain.translate(None, _NO_DIGITS)), len(plain.translate(None, _NO_CAPITALS))


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


def _overlaps(blocks: Sequence[Sequence[str]], wanted: frozenset[str]) -> list[float]:
    """Share of each block's words that are wanted."""
    if not wanted:
        return [0.0] * len(blocks)
    return [0.0 if wanted.isdisjoint(own) else sum(map(wanted.__contains__, own)) / len(own) for own in blocks]
