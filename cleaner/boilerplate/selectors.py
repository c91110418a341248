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
    if not chosen:
        return {}
    evidence = Evidence(rule=f"selector/{verdict}", verdict=verdict, quote=selector, why="named by the user's selector")
    frames = _frames_under(page, chosen)
    found = {b.index for b, context in zip(page.blocks, page.contexts, strict=True) if context.frame.number in frames}
    return dict.fromkeys(found | _blocks_of_inline(page, chosen), evidence)


def _chosen(page: Segmented, selector: str) -> set[HtmlElement]:
    try:
        matcher = CSSSelector(selector, translator="html")
    except SelectorError as error:
        raise UsageError(f"{selector!r} is no CSS selector: {error}", hint="try something like 'div.promo'") from error
    root = next((frame.element for frame in page.frames if frame.element is not None), None)
    return set(matcher(root.getroottree())) if root is not None else set()


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
