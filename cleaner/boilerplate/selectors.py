"""Blocks that the user's CSS selectors name: kept or dropped whatever else is seen."""

from collections.abc import Sequence

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from cleaner.boilerplate.segment import Segmented
from cleaner.errors import UsageError
from cleaner.model import Evidence, Verdict

__all__ = ["forced_by_selectors"]


def forced_by_selectors(page: Segmented, keep: Sequence[str], drop: Sequence[str]) -> dict[int, Evidence]:
    """Evidence by block index; where both kinds name a block, keep wins. Raises UsageError for a broken selector."""
    if not keep and not drop:
        return {}
    forced: dict[int, Evidence] = {}
    for verdict, selectors in ((Verdict.DROP, drop), (Verdict.KEEP, keep)):
        for selector in selectors:
            forced |= _blocks_under(page, selector, verdict)
    return forced


def _blocks_under(page: Segmented, selector: str, verdict: Verdict) -> dict[int, Evidence]:
    chosen = _chosen(page, selector)
    found = {}
    for block, context in zip(page.blocks, page.contexts, strict=True):
        if any(frame.element is not None and frame.element in chosen for frame in context.frame.chain()):
            found[block.index] = Evidence(
                rule=f"selector/{verdict}", verdict=verdict, quote=selector, why="named by the user's selector"
            )
    return found


def _chosen(page: Segmented, selector: str) -> set[HtmlElement]:
    try:
        matcher = CSSSelector(selector, translator="html")
    except SelectorError as error:
        raise UsageError(f"{selector!r} is no CSS selector: {error}", hint="try something like 'div.promo'") from error
    root = next((frame.element for frame in page.frames if frame.element is not None), None)
    return set(matcher(root.getroottree())) if root is not None else set()
