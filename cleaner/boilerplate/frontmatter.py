"""What stands between an article's title and its first paragraph: which blocks are the title, the dek, the byline and the date line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.fuzz import ratio

from cleaner.boilerplate.frame import split_names
from cleaner.boilerplate.ruleset import Subject
from cleaner.boilerplate.segment import Segmented
from cleaner.model import Block, Evidence, Meta, Role, Verdict
from cleaner.text import fold, words

__all__ = ["FrontMatter", "read_front_matter"]

_SAME_TITLE = (
    92.0  # rapidfuzz ratio in per cent: a changed quotation mark or a trailing site name, not another sentence
)
_LONG_WORDS = 25  # a paragraph this long has begun the article: what follows is no front matter
_FRONT_WORDS = 60  # so many kept words in all, and the article has begun, however short its paragraphs are
_MAX_BYLINE_WORDS = 14
_MAX_NAMED_WORDS = 8  # a line that only its element's name calls a byline; longer ones are headlines and affiliations
_MAX_BYLINES = 8  # more lines with dates and names are a list of posts or replies, no front matter
_MAX_LINKED = 0.5  # share of links from which on a block is a menu or a teaser, no dek and no text
_MIN_DEK_WORDS = 5
_MAX_DEK_WORDS = 80
_MIN_PLACED_DEK_WORDS = 8  # of one that only its place tells: shorter lines there are labels and sections
_DEK_NAMES = frozenset(
    "dek deck standfirst subheadline subheading subhead subtitle sub-title lede strapline article-summary"
    " article__summary articlesummary introtext article-intro vorspann chapo entradilla bajada sottotitolo".split()
)
_BYLINE_NAMES = frozenset(
    "byline author authors by-line autor auteur autore dateline timestamp published pubdate".split()
)
_BY = re.compile(
    r"(?:by|von|par|por|di|da|door|av|af|przez|от|автор|text|written by|posted by|published|updated|last updated"
    r"|veröffentlicht|publié|publicado)\b[: ]",
    re.IGNORECASE,
)
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"\b\d{{1,2}}[./ -]+(?:\d{{1,2}}|[^\W\d]{{3,12}}\.?)[./, -]+{_YEAR}\b"
    rf"|\b{_YEAR}[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}"
    rf"|\b[^\W\d]{{3,12}}\.? \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """Roles with their evidence by block index; a repeated title has DROP evidence, all others KEEP."""

    roles: Mapping[int, tuple[Role, Evidence]] = field(default_factory=dict)


def read_front_matter(
    page: Segmented, subjects: Mapping[int, Subject], located: Sequence[bool], meta: Meta
) -> FrontMatter:
    """The front matter among the blocks of `subjects`, from their texts, names and the page's metadata."""
    roles: dict[int, tuple[Role, Evidence]] = {}
    title = fold(meta.title) if meta.title else ""
    dek = fold(meta.description) if meta.description else ""
    names = _name_parts(meta.byline)
    read = bylines = 0
    title_seen = False
    above: Role | None = None
    for index, subject in subjects.items():
        block = page.blocks[index]
        if block.role in (Role.CODE, Role.TABLE):
            continue
        folded, count = subject.folded, subject.words
        if read >= _FRONT_WORDS and title_seen:
            break  # a title met from here on heads a section of its own name
        if title and (located[index] or block.role is Role.HEADING) and _is_title(folded, title, block):
            roles[index] = _title(block, repeated=title_seen)
            title_seen = True
        elif read >= _FRONT_WORDS:
            continue
        elif count <= _MAX_BYLINE_WORDS and bylines < _MAX_BYLINES and _is_byline(block, folded, names, page, index):
            bylines += 1
            roles[index] = (
                Role.BYLINE,
                _keep("structure/byline", block, "names the author or the date above the article"),
            )
        elif title_seen and (
            _is_dek(folded, dek, count, page, index)
            or (above is Role.TITLE and _stands_over_byline(page, subjects, index, names))
        ):
            roles[index] = (Role.DEK, _keep("structure/dek", block, "the summary under the title"))
        elif located[index] and page.contexts[index].link_share <= _MAX_LINKED:
            read += _FRONT_WORDS if count >= _LONG_WORDS and block.role is Role.PARAGRAPH else count
        above = roles[index][0] if index in roles else None
    return FrontMatter(roles=roles)


def _is_title(folded: str, title: str, block: Block) -> bool:
    if folded == title:
        return True
    if block.role is not Role.HEADING or abs(len(folded) - len(title)) > max(10, len(title) // 4):
        return False
    return ratio(folded, title) >= _SAME_TITLE


def _title(block: Block, *, repeated: bool) -> tuple[Role, Evidence]:
    if repeated:
        why = "repeats the article's title"
        return Role.TITLE, Evidence(
            rule="structure/title-repeated", verdict=Verdict.DROP, quote=block.text[:80], why=why
        )
    return Role.TITLE, _keep("structure/title", block, "equals the page's title")


def _is_byline(block: Block, folded: str, names: Sequence[str], page: Segmented, index: int) -> bool:
    if block.role is Role.HEADING and block.level == 1:
        return False
    if names and any(name in folded for name in names):
        return True
    text = block.text
    if _BY.match(text) and not text.endswith((".", "?", "!", ":")):
        return bool(_DATE.search(text)) or _has_names(page, index, _BYLINE_NAMES)
    if _DATE.search(text) and len(_DATE.sub("", text)) < len(text) // 2 + 8:
        return True
    if text.endswith((".", "?", "!", ":")) or words(text) > _MAX_NAMED_WORDS:
        return False
    return _has_names(page, index, _BYLINE_NAMES)


def _is_dek(folded: str, dek: str, count: int, page: Segmented, index: int) -> bool:
    if not _MIN_DEK_WORDS <= count <= _MAX_DEK_WORDS or page.contexts[index].link_share > _MAX_LINKED:
        return False
    if dek and (folded == dek or (len(dek) > 40 and (folded.startswith(dek.rstrip(".…")) or ratio(folded, dek) > 95))):  # noqa: PLR2004
        return True
    return _has_names(page, index, _DEK_NAMES)


def _stands_over_byline(page: Segmented, subjects: Mapping[int, Subject], index: int, names: Sequence[str]) -> bool:
    """Whether the block, which is right under the title, has the length of a dek and the byline right under itself."""
    if not _MIN_PLACED_DEK_WORDS <= subjects[index].words < _LONG_WORDS or page.contexts[index].link_share > 0:
        return False
    if page.blocks[index].role is Role.CAPTION or page.blocks[index - 1].media is not None:
        return False  # said about the picture over the text
    below = next((i for i in subjects if i > index), None)
    if below is None or page.contexts[below].hidden or page.contexts[index].hidden:
        return False
    subject = subjects[below]
    return subject.words <= _MAX_BYLINE_WORDS and _is_byline(page.blocks[below], subject.folded, names, page, below)


def _has_names(page: Segmented, index: int, wanted: frozenset[str]) -> bool:
    """Whether the block's element, its parent or an inline wrapper carries one of the names."""
    context = page.contexts[index]
    frames = context.frame.chain()[:2]
    return any(not wanted.isdisjoint(split_names(n)) for n in (*context.wraps, *(f.names for f in frames)) if n)


def _name_parts(byline: str | None) -> tuple[str, ...]:
    """Folded names of a byline, each of at least two words, so that a surname in a headline is no byline."""
    if not byline:
        return ()
    parts = re.split(r",|;|&| and | und | et | y | e |\|", byline)
    return tuple(name for name in map(fold, parts) if " " in name)


def _keep(rule: str, block: Block, why: str) -> Evidence:
    return Evidence(rule=rule, verdict=Verdict.KEEP, quote=block.text[:80], why=why)
