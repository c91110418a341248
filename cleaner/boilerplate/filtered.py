"""Evidence from filter lists: short blocks under an element that a list of the user's hides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cleaner.boilerplate.frame import Frame
from cleaner.boilerplate.observe import Observer
from cleaner.boilerplate.segment import Segmented
from cleaner.model import Evidence, Verdict
from cleaner.taught.filters import Filter, FilterList, HostFilters
from cleaner.text import words

__all__ = ["FILTER_RULE", "filtered_blocks"]

FILTER_RULE = "filter/list"
MAX_WORDS = 30  # as for the shipped rules about boxes: prose does stand in columns named after ads
MAX_CHARS_IN_BOX = 400  # of the article's text; an advertisement's is shorter, a column of prose longer
_WHY = "The filter list hides the element around this text."


@dataclass(frozen=True, slots=True)
class _Lens:
    """One list as it holds on one host."""

    parts: tuple[HostFilters, ...]
    excepted: frozenset[str]

    def suspects(self, names: set[str]) -> set[str]:
        """Those of the names that some filter asks for."""
        return set().union(*(part.asks_for(names) for part in self.parts))

    def filter_for(self, names: Iterator[str], tag: str, attributes: Mapping[str, str]) -> Filter | None:
        """The first filter that hides an element of that tag with those attributes."""
        for name in names:
            for part in self.parts:
                for one in part.for_name(name):
                    if one.text not in self.excepted and one.holds(tag, attributes):
                        return one
        return None


def filtered_blocks(
    page: Segmented, observer: Observer, lists: tuple[FilterList, ...], host: str
) -> dict[int, tuple[Evidence, ...]]:
    """Evidence by block index; none about what holds most of the article, none about longer text."""
    found: dict[int, tuple[Evidence, ...]] = {}
    for one in lists:
        general, own, excepted = one.for_host(host)
        for index, told in _seen(page, observer, _Lens((general, own), excepted)).items():
            evidence = Evidence(rule=FILTER_RULE, verdict=Verdict.DROP, quote=f"##{told.text}", why=_WHY)
            found[index] = (*found.get(index, ()), evidence)
    return found


def _seen(page: Segmented, observer: Observer, lens: _Lens) -> dict[int, Filter]:
    """The filter by index of each block it hides. Names are looked up once for the page: most pages end there."""
    spelt = {frame.names for frame in page.frames}
    spelt.update(names for context in page.contexts for names in context.wraps)
    suspects = lens.suspects(set(" ".join(spelt).split()))
    if not suspects:
        return {}
    hot = {names for names in spelt if not suspects.isdisjoint(names.split())}
    hidden = _hidden_frames(page, observer, lens, hot)
    found = {}
    for block, context in zip(page.blocks, page.contexts, strict=True):
        one = hidden.get(context.frame.number) or _around(context.wraps, lens, hot)
        if one and block.text and words(block.text) <= MAX_WORDS:
            found[block.index] = one
    return found


def _hidden_frames(page: Segmented, observer: Observer, lens: _Lens, hot: set[str]) -> dict[int, Filter]:
    """The filter by number of each frame that it hides, and of those within; parents come before their children."""
    hidden: dict[int, Filter] = {}
    for frame in page.frames:
        one = hidden.get(frame.parent.number) if frame.parent else None
        if one is None and frame.names in hot and frame.element is not None and _is_small(frame, observer):
            one = lens.filter_for(iter(frame.names.split()), frame.tag, dict(frame.element.attrib))
        if one is not None:
            hidden[frame.number] = one
    return hidden


def _is_small(frame: Frame, observer: Observer) -> bool:
    """Whether so little of the article lies in the frame that hiding it may be meant."""
    return not observer.holds_article(frame) and observer.kept_chars(frame) <= MAX_CHARS_IN_BOX


def _around(wraps: tuple[str, ...], lens: _Lens, hot: set[str]) -> Filter | None:
    """The filter that hides an inline element around the block: of these the names are known, not the tag."""
    for names in wraps:
        if names in hot:
            for name in names.split():
                one = lens.filter_for(iter((name,)), "", {"class": names, "id": name})
                if one is not None:
                    return one
    return None
