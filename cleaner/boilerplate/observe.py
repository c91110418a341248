"""Blocks as rules see them: one Subject a block, with the class tokens of the elements between it and the article's container."""

from collections.abc import Sequence

from cleaner.boilerplate.frame import Frame, split_names
from cleaner.boilerplate.ruleset import Subject
from cleaner.boilerplate.segment import Segmented
from cleaner.model import Role
from cleaner.text import fold, words

__all__ = ["Observer"]

# An element that holds more than this share of what was kept is the article's frame, whatever its class says
# (`page-ad-margins`, `layoutAdRight`): its names are no evidence about the blocks in it.
_MAX_SHARE_OF_KEPT = 0.4
_SENTENCE_ENDS = (
    ".",
    "!",
    "?",
    "…",
    "。",
    "！",
    "？",
    "।",
    "۔",
    "؟",
    '."',
    ".”",
    ".»",
    '?"',
    '!"',
    "?”",
    "!”",
    ".’",
    ".)",
)


class Observer:
    """Makes and remembers the Subjects of one page; `kept` are the shares trafilatura kept, by block index."""

    def __init__(self, page: Segmented, kept: Sequence[float]) -> None:
        self._page = page
        self._tokens: dict[int, frozenset[str]] = {}
        self._kept_chars = _kept_by_frame(page, kept)
        self._total = self._kept_chars.get(0, 0.0)

    def subject(self, index: int) -> Subject:
        """What rules see of block `index`; whether it stands among like items is for its neighbours to say."""
        block, context = self._page.blocks[index], self._page.contexts[index]
        tokens = self.tokens(context.frame)
        for names in context.wraps:
            tokens |= split_names(names)
        folded = fold(block.text)
        if block.role is Role.HEADING:
            tokens -= set(folded.split())  # its id is made of its own words, and these say nothing of a box
        return Subject(
            text=block.text,
            folded=folded,
            words=words(block.text),
            tokens=tokens,
            link_share=context.link_share,
            links=sum(mark.kind == "link" for mark in block.marks),
            ends_sentence=block.text.endswith(_SENTENCE_ENDS),
            heading=block.role is Role.HEADING,
        )

    def holds_article(self, frame: Frame) -> bool:
        """Whether the frame holds most of what was kept."""
        return self.kept_chars(frame) > _MAX_SHARE_OF_KEPT * self._total > 0

    def kept_chars(self, frame: Frame) -> float:
        """Characters of the article that lie in the frame."""
        return self._kept_chars.get(frame.number, 0.0)

    def tokens(self, frame: Frame) -> frozenset[str]:
        """Tokens of the frame and those around it that do not hold most of the article."""
        climbed = []  # a loop, since pages nest deeper than Python recurses
        around: Frame | None = frame
        while around is not None and around.number not in self._tokens:
            if around.parent is None or self.holds_article(around):
                self._tokens[around.number] = frozenset()
                break
            climbed.append(around)
            around = around.parent
        found = self._tokens[around.number] if around is not None else frozenset()
        for inner in reversed(climbed):
            if inner.names:
                found |= split_names(inner.names)
            self._tokens[inner.number] = found
        return found


def _kept_by_frame(page: Segmented, kept: Sequence[float]) -> dict[int, float]:
    """Characters kept within each frame, by frame number."""
    totals: dict[int, float] = {}
    for block, context, share in zip(page.blocks, page.contexts, kept, strict=True):
        if size := share * len(block.text):
            totals[context.frame.number] = totals.get(context.frame.number, 0.0) + size
    # From the last frame to the first, so that one is whole before it is added to its parent: climbing from each block
    # would cost blocks times levels.
    for frame in reversed(page.frames):
        if frame.parent is not None and frame.number in totals:
            totals[frame.parent.number] = totals.get(frame.parent.number, 0.0) + totals[frame.number]
    return totals
