"""The articles of several pages as one: in order, under one count of blocks, and what an earlier page has is not told twice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from cleaner.article import Article
from cleaner.model import Block, Decision, Edit, Evidence, Role, Verdict
from cleaner.text import fold, words

__all__ = ["REPEATED", "joined"]

REPEATED = "parts/repeated"
# Said again at the head of every page, however short; a heading above all.
_SAID_AGAIN = frozenset({Role.TITLE, Role.DEK, Role.BYLINE, Role.DATELINE, Role.HEADING, Role.EMBED})
_MIN_WORDS = 5  # a shorter paragraph may well come twice: an answer in an interview, a refrain


def joined(first: Article, others: Sequence[Article]) -> Article:
    """The first page's article with those of the further pages behind it; metadata and address are the first one's.

    A block that an earlier page has is dropped as `parts/repeated`. Without text on any page the first one's reason stands.
    """
    whole = first
    for other in others:
        if other.text and whole.text:
            whole = _with(whole, _numbered(other, _next_index(whole), _next_group(whole)))
        elif other.text:
            whole = replace(other, url=first.url)
    return whole


def _with(whole: Article, part: Article) -> Article:
    known = {same for block in whole.blocks if (same := _same(block))}
    repeated = [block for block in part.blocks if _same(block) in known]
    gone = {block.index for block in repeated}
    return replace(
        whole,
        blocks=(*whole.blocks, *(block for block in part.blocks if block.index not in gone)),
        dropped=tuple(
            sorted((*whole.dropped, *part.dropped, *map(_dropped, repeated)), key=lambda one: one.block.index)
        ),
        edits=(*whole.edits, *(edit for edit in part.edits if edit.block not in gone)),
        outside=dict(Counter(whole.outside) + Counter(part.outside)),
    )


def _same(block: Block) -> str | None:
    """What makes two blocks one; None for those that may stand twice."""
    if block.media is not None:
        return block.media.src
    told = fold(block.text)
    prose = block.role in (Role.PARAGRAPH, Role.QUOTE, Role.CAPTION) and words(block.text) >= _MIN_WORDS
    return told if told and (prose or block.role in _SAID_AGAIN) else None


def _dropped(block: Block) -> Decision:
    why = "An earlier page of the article has this already."
    seen = Evidence(rule=REPEATED, verdict=Verdict.DROP, quote=block.text[:80], why=why)
    return Decision(block=block, verdict=Verdict.DROP, evidence=(seen,))


def _next_index(article: Article) -> int:
    told = (*article.blocks, *(decision.block for decision in article.dropped))
    absorbed = (edit.absorbs for edit in article.edits if edit.absorbs is not None)
    return 1 + max((*(block.index for block in told), *absorbed), default=-1)


def _next_group(article: Article) -> int:
    return 1 + max((block.group for block in article.blocks if block.group is not None), default=-1)


def _numbered(article: Article, index: int, group: int) -> Article:
    """The article with its blocks and groups counted on from there."""

    def block(one: Block) -> Block:
        return replace(one, index=one.index + index, group=None if one.group is None else one.group + group)

    def edit(one: Edit) -> Edit:
        absorbs = None if one.absorbs is None else one.absorbs + index
        return replace(one, block=one.block + index, absorbs=absorbs)

    return replace(
        article,
        blocks=tuple(map(block, article.blocks)),
        dropped=tuple(replace(one, block=block(one.block)) for one in article.dropped),
        edits=tuple(map(edit, article.edits)),
    )
