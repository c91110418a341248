"""Where a line stands on its page, in words that are the same on all pages of a site; counting over pages is the archive's."""

from functools import lru_cache

from cleaner.boilerplate.frame import Frame
from cleaner.boilerplate.segment import Segmented
from cleaner.model import Role
from cleaner.taught.memory import MAX_LEARNED_WORDS, PlacedLine
from cleaner.text import fold, words

__all__ = ["place_of", "placed_line", "placed_lines"]

_LEVELS = 4  # elements of the path, from the block upward; above these, pages of one site differ
_NAMES = 2  # class names of each


def placed_lines(page: Segmented) -> frozenset[PlacedLine]:
    """The short lines of the page with their places, each once: what a site's pages are compared by."""
    found = set()
    for block, context in zip(page.blocks, page.contexts, strict=True):
        if block.text and block.role is not Role.CODE and words(block.text) <= MAX_LEARNED_WORDS:
            found.add(placed_line(context.frame, fold(block.text)))
    return frozenset(line for line in found if line.line)


def placed_line(frame: Frame, folded: str) -> PlacedLine:
    """The folded line where it stands."""
    return PlacedLine(place_of(frame), folded)


def place_of(frame: Frame) -> str:
    """The path of the innermost elements as `div.story>aside.box>p`; names with digits in them are no name of a place."""
    return ">".join(reversed([_step(each.tag, each.names) for each in frame.chain()[:_LEVELS]]))


@lru_cache(maxsize=10_000)
def _step(tag: str, names: str) -> str:
    lasting = [name for name in names.split() if not any(map(str.isdigit, name))]
    return ".".join([tag, *lasting[:_NAMES]])
