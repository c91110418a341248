"""What belongs to the located text by its place alone: what is set alike, the rest of a table, a section's heading, an announced list."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from itertools import takewhile

from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.sight import UNLIKELY, Sight
from cleaner.model import Block, Role
from cleaner.text import words

__all__ = ["complete_choice"]

_MAX_HEADING_WORDS = 20  # longer ones are teasers with their text
_MAX_LINKED = 0.5  # of a heading: more is a link; of a list's items: more is a list of links
_MIN_ALIKE = 4  # fewer blocks set alike may be so by chance
_MOST_ALIKE = 0.7  # located of them: the others between them are the same thing
_NAMED_AROUND = 4  # elements around a block whose names say how it is set
_DIGITS = re.compile(r"\d+")
_WHOLE = frozenset((Role.LIST_ITEM, Role.TABLE, Role.CODE))


def complete_choice(page: Segmented, sights: Sequence[Sight]) -> None:
    """Located afterwards are blocks set alike, whole groups, headings amid the article, and lists that a located line announces."""
    _keep_alike(page, sights)
    _keep_groups_whole(sights)
    _keep_announced_lists(page, sights)
    _keep_headings(page, sights)


def _keep_alike(page: Segmented, sights: Sequence[Sight]) -> None:
    """Of the blocks that a page's template sets alike, those between located ones are located where most of them are.

    Cards, rows and entries of one kind: the scorer judges each by itself and leaves holes. Out of fold listings gain
    .005 of F1 by it, forums and services .001, no set loses more than .0002.
    """
    alike: dict[Hashable, list[Sight]] = defaultdict(list)
    for sight in sights:
        setting = _setting(page, sight.block)
        if setting is not None:
            alike[setting].append(sight)
    for members in alike.values():
        held = [place for place, sight in enumerate(members) if sight.located]
        if len(members) >= _MIN_ALIKE and len(held) >= len(members) * _MOST_ALIKE:
            for sight in members[held[0] : held[-1]]:
                sight.located = True


def _setting(page: Segmented, block: Block) -> Hashable | None:
    """What the template says of a block's kind: its element and the names around it, numbers aside; None where nothing is named."""
    context = page.contexts[block.index]
    if not block.text or block.media is not None or context.hidden:
        return None
    names = [_unnumbered(frame.names) for frame in context.frame.chain()[:_NAMED_AROUND]]
    is_linked = context.link_share >= _MAX_LINKED
    return (block.tag, block.role, is_linked, *names) if any(names[:-1]) else None


@lru_cache(maxsize=20_000)
def _unnumbered(names: str) -> str:
    return _DIGITS.sub("", names)


def _keep_headings(page: Segmented, sights: Sequence[Sight]) -> None:
    """A heading is located with the text right under it, where both stand in one element and located text before them.

    Of 320 articles 27 such headings were left out, 20 of them by a reference text's measure wrongly: the extractor takes
    those that are links to their own place for a menu. In an element around both, only one that is no link is a heading.
    """
    begun = next((sight.block.index for sight in sights if sight.located and sight.block.text), len(sights))
    below: Sight | None = None
    for sight in reversed(sights[begun:]):
        if sight.is_figure:
            continue
        if below is not None and sight.block.role is Role.HEADING and not sight.located:
            sight.located = below.located and _heads(page, sight.block.index, below.block.index, sights)
        below = sight


def _heads(page: Segmented, heading: int, below: int, sights: Sequence[Sight]) -> bool:
    """Whether the heading is in one element with what stands below it: in the same, or an element around it if it is no link."""
    context, parent = page.contexts[heading], page.contexts[heading].frame.parent
    if context.hidden or parent is None or words(sights[heading].block.text) > _MAX_HEADING_WORDS:
        return False
    under = page.contexts[below].frame
    if context.link_share <= _MAX_LINKED:
        return any(frame is parent for frame in under.chain()[1:3])
    before = next((s for s in reversed(sights[:heading]) if not s.is_figure), None)
    return under.parent is parent and before is not None and before.located


def _keep_announced_lists(page: Segmented, sights: Sequence[Sight]) -> None:
    """A list is located with the located line right before it that ends in a colon; one of links is no such list."""
    before: Sight | None = None
    for at, sight in enumerate(sights):
        if sight.is_figure:
            continue
        if before is not None and sight.block.role is Role.LIST_ITEM and _announces(before, sight):
            _locate_list(page, sights[at:], sight.block.group)
        before = sight


def _announces(line: Sight, item: Sight) -> bool:
    is_line = line.located and line.block.group is None and line.block.role is Role.PARAGRAPH
    return is_line and not item.located and item.block.group is not None and line.block.text.endswith((":", "："))


def _locate_list(page: Segmented, following: Sequence[Sight], group: int | None) -> None:
    members = list(takewhile(lambda sight: sight.block.group == group, following))
    contexts = [page.contexts[sight.block.index] for sight in members]
    linked = sum(context.link_share > _MAX_LINKED or context.hidden for context in contexts)
    if linked <= len(members) * _MAX_LINKED:
        for sight in members:
            sight.located = True


def _keep_groups_whole(sights: Sequence[Sight]) -> None:
    """A list, a data table or a piece of code that is mostly located is located whole afterwards.

    Of tables and code the extractor's choice counts too where the scorer took it back: that judges cells one by one and
    has learned from prose, and a table with cells missing says what is not true.
    """
    groups: dict[tuple[int, Role], list[Sight]] = defaultdict(list)
    for sight in sights:
        if sight.block.role in _WHOLE and sight.block.group is not None:
            groups[sight.block.group, sight.block.role].append(sight)
    for members in groups.values():
        held = [sight for sight in members if _is_held(sight)]
        if held and (len(held) == len(members) or _words(held) * 2 > _words(members)):
            for sight in members:
                sight.located = True


def _words(sights: Iterable[Sight]) -> int:
    return sum(words(sight.block.text) for sight in sights)


def _is_held(sight: Sight) -> bool:
    """Whether it is located, or is no prose and was until the scorer judged it."""
    taken_back = sight.chosen_by is not None and sight.chosen_by.rule == UNLIKELY
    return sight.located or (sight.block.role is not Role.LIST_ITEM and taken_back)
