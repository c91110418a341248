"""Pictures and what is said about them: which are the article's, by what stands around them, and which are icons and portraits."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, takewhile

from cleaner.boilerplate.frame import Frame, split_names
from cleaner.boilerplate.segment import Segmented
from cleaner.boilerplate.sight import OUTSIDE_BY_SCORER, OUTSIDE_RULE, UNLIKELY, Sight, evidence_for, outside
from cleaner.model import Evidence, Meta, Role
from cleaner.text import fold, words

__all__ = ["place_figures", "place_table_captions"]

DECORATION = "structure/decoration"
_LEFT_OUT = frozenset((OUTSIDE_RULE, OUTSIDE_BY_SCORER, UNLIKELY))
_CAPTION_TAGS = frozenset(("caption", "figcaption"))
_CAPTION_NAMES = frozenset("caption captions figcaption legend bildunterschrift cutline".split())
_MAX_TEXTS = 8  # about one picture: number, caption, credit; more is a box with a text of its own
_MAX_WORDS = 90  # of all that is said about one picture; the longest caption of 300 pages has 84
_MIN_WORDS = 2  # the number of a picture in a row of them is no caption
_MAX_LINKED = 0.5
_MIN_NAME_CHARS = 8  # of a file: shorter ones are numbers and sizes, as `600x400`, which many have
_QUERY = re.compile(r"[?#]")
_MAX_ENDING_CHARS = 5
_PLACEHOLDERS = frozenset("placeholder lazy spinner loader avatar gravatar cta subscribe newsletter".split())
_ICONS = frozenset("icon icons ico btn button arrow arrows chevron sprite bnr".split())
_SIGNS = frozenset(
    ("logo", "symbol")
)  # drawn as vectors they are the site's or the agency's; a photograph may show a logo
_ICON_ENDINGS = (".svg", ".png", ".gif", ".ico")  # what is drawn; a photograph may show icons
_BUTTONS = frozenset(
    "facebook twitter linkedin reddit pinterest whatsapp telegram xing tumblr instagram youtube mail email print printer share"
    " permalink rss".split()
)
_PORTRAITS = frozenset("headshot avatar gravatar".split())


def place_figures(page: Segmented, sights: Sequence[Sight], meta: Meta) -> None:
    """Pictures and captions stay where nothing but the article is around them; all other pictures go, and icons everywhere."""
    kept = [s.block.index for s in sights if s.block.media is None and not s.dropped]
    first, last = (kept[0], kept[-1]) if kept else (0, -1)
    names = frozenset(fold(name) for name in (meta.byline or "").split(",") if " " in name.strip())
    shown: set[str] = set()
    for sight in sights:
        if _is_forced(sight) or (sight.block.media is None and not _is_left_caption(sight)):
            continue
        amid = first < sight.block.index < last
        if sight.block.media is None:
            if amid and _beside_kept(sights, sight.block.index):
                sight.evidence = _not_left_out(sight)
        elif not amid or not _is_the_articles(page, sights, sight):
            sight.evidence = [outside(sight.block)]
        elif why := _decorates(page, sights, sight, names) or _repeats(sight, shown):
            sight.evidence = [evidence_for(DECORATION, sight.block, why)]
        else:
            sight.evidence = _not_left_out(sight)
            _keep_captions(page, sights, sight)


def _not_left_out(sight: Sight) -> list[Evidence]:
    return [e for e in sight.evidence if e.rule not in _LEFT_OUT]


def _is_forced(sight: Sight) -> bool:
    """Whether the user's selectors have spoken."""
    return bool(sight.evidence) and sight.evidence[0].rule.startswith("selector/")


def _is_left_caption(sight: Sight) -> bool:
    """Whether this is a caption that only the choice leaves out."""
    return sight.block.role is Role.CAPTION and sight.dropped and not sight.is_residue


def _beside_kept(sights: Sequence[Sight], index: int) -> bool:
    """Whether the nearest text blocks on both sides, of figures apart, are kept."""
    return all(_sides_kept(sights, index))


def _sides_kept(sights: Sequence[Sight], index: int) -> tuple[bool, bool]:
    """Whether the nearest text block before, and the one after, of figures apart, is kept."""
    before = next((sights[i] for i in range(index - 1, -1, -1) if not sights[i].is_figure), None)
    after = next((sights[i] for i in range(index + 1, len(sights)) if not sights[i].is_figure), None)
    return before is not None and not before.dropped, after is not None and not after.dropped


def _is_the_articles(page: Segmented, sights: Sequence[Sight], picture: Sight) -> bool:
    """Whether kept text is on both sides, or whatever stands with it in an element of its own could be said about it."""
    context = page.contexts[picture.block.index]
    if context.link_share or context.hidden:
        return False
    sides = _sides_kept(sights, picture.block.index)
    texts = _company(page, sights, picture.block.index)
    if all(sides) or texts is None:
        return any(sides)
    return sum(words(s.block.text) for s in texts) <= _MAX_WORDS and not any(_is_no_caption(page, s) for s in texts)


def _is_no_caption(page: Segmented, sight: Sight) -> bool:
    context = page.contexts[sight.block.index]
    by_rule = sight.is_residue and not sight.evidence[0].rule.startswith("media/")
    return by_rule or sight.block.role is Role.HEADING or context.link_share > _MAX_LINKED or context.hidden


def _company(page: Segmented, sights: Sequence[Sight], index: int) -> list[Sight] | None:
    """The few texts in the largest element around the picture that holds no kept text; None where it has no such element."""
    largest: list[Sight] | None = None
    frame: Frame | None = page.contexts[index].frame
    while frame is not None:
        texts = [sight for sight in _inside(page, sights, index, frame) if sight.block.text]
        if len(texts) > _MAX_TEXTS or any(not sight.dropped and not sight.is_figure for sight in texts):
            break
        largest, frame = texts, frame.parent
    return largest


def _inside(page: Segmented, sights: Sequence[Sight], index: int, frame: Frame) -> Iterator[Sight]:
    """The blocks that the frame holds, of those around `index`: what it holds stands together."""
    first, last = frame.number, frame.last

    def is_inside(sight: Sight) -> bool:
        return first <= page.contexts[sight.block.index].frame.number <= last

    reach = 3 * _MAX_TEXTS
    before = takewhile(is_inside, reversed(sights[max(0, index - reach) : index]))
    return chain(before, takewhile(is_inside, sights[index + 1 : index + 1 + reach]))


def _keep_captions(page: Segmented, sights: Sequence[Sight], picture: Sight) -> None:
    """What is said about a kept picture stays with it, whatever the choice says and whatever its element is."""
    alt = fold(picture.block.media.alt) if picture.block.media else ""
    for sight in _company(page, sights, picture.block.index) or ():
        if not sight.dropped or sight.is_residue or words(sight.block.text) < _MIN_WORDS:
            continue
        if sight.block.role is Role.CAPTION or fold(sight.block.text) == alt or _is_named_caption(page, sight):
            sight.role, sight.evidence = Role.CAPTION, _not_left_out(sight)


def _is_named_caption(page: Segmented, sight: Sight) -> bool:
    context = page.contexts[sight.block.index]
    names = (*context.wraps, *(frame.names for frame in context.frame.chain()[:2]))
    return any(not _CAPTION_NAMES.isdisjoint(split_names(name)) for name in names if name)


def _decorates(page: Segmented, sights: Sequence[Sight], picture: Sight, names: frozenset[str]) -> str:
    """Why the picture shows nothing of the article; empty where it may."""
    media = picture.block.media
    if media is None or media.kind != "image":
        return ""
    parts, alt = split_names(_stem(media.src)), fold(media.alt)
    is_drawn = any(ending in media.src.lower() for ending in _ICON_ENDINGS)
    is_sign = ".svg" in media.src.lower() and not _SIGNS.isdisjoint(parts)
    is_icon = is_drawn and (not _ICONS.isdisjoint(parts) or (parts and parts <= _BUTTONS))
    if is_sign or is_icon or not _PLACEHOLDERS.isdisjoint(parts):
        return "an icon, a button or a placeholder, by its file's name"
    if alt in names or not _PORTRAITS.isdisjoint(alt.split()):
        return "a portrait of the author"
    return "a portrait of the author" if not alt and _is_in_byline(page, sights, picture) else ""


def _is_in_byline(page: Segmented, sights: Sequence[Sight], picture: Sight) -> bool:
    """Whether the nearest text in an element with the picture is all byline."""
    index = picture.block.index
    for frame in page.contexts[index].frame.chain():
        texts = [s for s in _inside(page, sights, index, frame) if s.block.text and not s.dropped]
        if texts:
            return all(sight.role is Role.BYLINE for sight in texts)
    return False


def _repeats(picture: Sight, shown: set[str]) -> str:
    """Why the picture need not be shown: its file was, perhaps in another size; remembers the file."""
    address = picture.block.media.src if picture.block.media else ""
    stem = _stem(address)
    told = stem if len(stem) >= _MIN_NAME_CHARS else address
    if told not in shown:
        shown.add(told)
        return ""
    return "the same picture once more"


def _stem(address: str) -> str:
    """The name of the file, without its ending."""
    name = _QUERY.split(address, maxsplit=1)[0].rpartition("/")[2]
    stem, _, ending = name.rpartition(".")
    return stem if 0 < len(ending) <= _MAX_ENDING_CHARS and ending.isalnum() and stem else name


def place_table_captions(page: Segmented, sights: Sequence[Sight]) -> None:
    """A table's caption is its title and is read with it, where a figure's stands under the picture."""
    for sight in sights:
        if sight.block.role is Role.CAPTION and sight.role is None:
            frames = page.contexts[sight.block.index].frame.chain()
            if next((frame.tag for frame in frames if frame.tag in _CAPTION_TAGS), "") == "caption":
                sight.role = Role.PARAGRAPH
