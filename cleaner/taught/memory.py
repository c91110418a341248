"""What was learned from one site: the lines that stand on many of its pages in the same place. Counting is the archive's."""

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["MAX_LEARNED_WORDS", "MIN_PAGES", "MIN_SHARE", "PlacedLine", "SiteMemory"]

MIN_PAGES = 5  # below this a series of articles on one subject looks like a site
MIN_SHARE = 0.2  # of the host's pages; sections have boxes of their own
MAX_LEARNED_WORDS = 40  # longer blocks are text


class PlacedLine(NamedTuple):
    """One line where it stands: the path of elements down to it (tags and class names) and its folded text."""

    place: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMemory:
    """The lines of `host` that stand on enough of its `pages` counted; they support a rule and never stand for one."""

    host: str
    pages: int
    often: frozenset[PlacedLine]

    @staticmethod
    def enough(pages: int) -> int:
        """On how many of so many pages a line must stand."""
        return max(MIN_PAGES, round(pages * MIN_SHARE))
