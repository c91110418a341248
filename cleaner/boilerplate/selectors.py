"""Blocks that the user's CSS selectors name: kept or dropped whatever else is seen."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from cleaner.boilerplate.segment import Segmented
from cleaner.errors import UsageError
from cleaner.model import Evidence, Verdict
from cleaner.taught.sitefile import is_xpath

__all__ = ["blocks_under", "chosen_elements", "forced_by_selectors", "selected"]


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
    chosen = chosen_elements(page, selector)
    if not chosen:
        return {}
    evidence = Evidence(rule=f"selector/{verdict}", verdict=verdict, quote=selector, why="named by the user's selector")
    return dict.fromkeys(blocks_under(page, chosen), evidence)


def blocks_under(page: Segmented, chosen: set[HtmlElement]) -> set[int]:
    """Indexes of the blocks that lie in the chosen elements."""
    if not chosen:
        return set()
    frames = _frames_under(page, chosen)
    found = {b.index for b, context in zip(page.blocks, page.contexts, strict=True) if context.frame.number in frames}
    return found | _blocks_of_inline(page, chosen)


def chosen_elements(page: Segmented, selector: str) -> set[HtmlElement]:
    """The elements that the selector names; raises UsageError for a broken one."""
    root = next((frame.element for frame in page.frames if frame.element is not None), None)
    if root is None:
        root = next((node.element for node in page.nodes), None)
    found = selected(root.getroottree(), selector) if root is not None else []
    return {element for element in found if not isinstance(element, str)}


def selected(tree: Any, selector: str) -> list[HtmlElement | str]:
    """What the selector, CSS or XPath, finds in the tree: elements, or texts where it names these."""
    try:
        found = _compiled(selector)(tree)
    except (SelectorError, etree.XPathError, ValueError) as error:  # ValueError: a control character
        raise UsageError(f"{selector!r} is no CSS selector: {error}", hint="try something like 'div.promo'") from error
    return list(found) if isinstance(found, list) else [str(found)]


@lru_cache(maxsize=1_000)
def _compiled(selector: str) -> etree.XPath:
    return etree.XPath(selector) if is_xpath(selector) else CSSSelector(selector, translator="html")


def _frames_under(page: Segmented, chosen: set[HtmlElement]) -> set[int]:
    """Numbers of the frames that are chosen or lie in a chosen one; parents come before their children."""
    under: set[int] = set()
    for frame in page.frames:
        if frame.element in chosen or (frame.parent is not None and frame.parent.number in under):
            under.add(frame.number)
    return under


def _blocks_of_inline(page: Segmented, chosen: set[HtmlElement]) -> set[int]:
    """Blocks whose whole text lies in chosen inline elements, as in `<p><span class=promo>…</span></p>`."""
    named: set[int] = set()
    other: set[int] = set()
    for element, is_tail, block, _ in page.nodes:
        holder = element.getparent() if is_tail else element
        (named if _is_under(holder, chosen, page.contexts[block].frame.element) else other).add(block)
    return named - other


def _is_under(holder: HtmlElement | None, chosen: set[HtmlElement], frame: HtmlElement | None) -> bool:
    """Whether the element or one around it is chosen, up to the block's own frame."""
    while holder is not None and holder is not frame:
        if holder in chosen:
            return True
        holder = holder.getparent()
    return False
