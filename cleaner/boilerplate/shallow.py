"""A tree that the extractor gets through: it looks below each block-level element anew, so levels times elements is what it pays for.

Only the extractor sees the tree laid flat; blocks, evidence and renderings stand on the tree as it came.
"""

from lxml import etree
from lxml.html import HtmlElement

from cleaner.boilerplate.segment import Segmented
from cleaner.parse.flatten import LEVELS
from cleaner.parse.tree import laid_flat

__all__ = ["shallow"]

# The extractor reads the text of each link once for each element around it, 8.5 µs a time (trafilatura 2.3.1): 100
# levels over 30,000 links took it 25 s. Heavy real pages have 9,000 elements on 30 levels.
MAX_STEPS = 450_000
MIN_LEVELS = 6
# It gathers what lies in each table of a table, from every table around it: 250 in each other over 20,000 cells took
# it minutes. Old layouts nest six.
MAX_TABLES = 10
_PARTS = ("table", "tbody", "thead", "tfoot", "tr", "td", "th")
_COUNT = etree.XPath("count(//*)")


def shallow(tree: HtmlElement, page: Segmented) -> HtmlElement:
    """The tree itself where it is shallow, as any page for people is; else a copy in which what lies deep lies side by side."""
    levels = min(LEVELS, max(MIN_LEVELS, MAX_STEPS // max(1, int(_COUNT(tree)))))
    if max((frame.depth for frame in page.frames), default=0) <= levels and not _nests_tables(page):
        return tree
    flat = laid_flat(tree, levels)
    for table in [table for table in flat.iter("table") if _tables_around(table) == MAX_TABLES]:
        for part in table.iter(*_PARTS):
            part.tag = "div"
    return flat


def _nests_tables(page: Segmented) -> bool:
    around: dict[int, int] = {}
    for frame in page.frames:
        if frame.tag == "table":
            around[frame.number] = around[frame.table.number] + 1 if frame.table else 0
    return max(around.values(), default=0) >= MAX_TABLES


def _tables_around(table: HtmlElement) -> int:
    return sum(1 for _ in table.iterancestors("table"))
