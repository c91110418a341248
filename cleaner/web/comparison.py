"""The inspection page's rows: each original block of an article beside what became of it, and which rule did that."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cleaner.archive.diff import Piece, without, words
from cleaner.article import Article
from cleaner.model import Block, Decision, Edit

__all__ = ["Comparison", "Row", "compare", "whole"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One original block: `old` as it stood on the page, `new` as it is in the article; `quote` is what the rule saw."""

    kind: Literal["kept", "hidden", "edited", "joined", "dropped"]
    index: int
    role: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    rules: tuple[str, ...] = ()
    why: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All rows in the page's order, and how many blocks were removed and edited."""

    rows: tuple[Row, ...]
    dropped: int
    edited: int


def compare(article: Article) -> Comparison:
    """The article's kept and dropped blocks in the page's order, edits undone on the left."""
    edits: defaultdict[int, list[Edit]] = defaultdict(list)
    for edit in article.edits:
        edits[edit.block].append(edit)
    rows = [*map(_dropped, article.dropped), *_kept(article, edits), *_absorbed(article.edits)]
    rows.sort(key=lambda row: row.index)
    return Comparison(
        rows=tuple(rows),
        dropped=len(article.dropped),
        edited=sum(row.kind in ("edited", "joined") for row in rows),
    )


def whole(row: Sequence[Piece]) -> str:
    """The text of all its pieces."""
    return "".join(piece.text for piece in row)


def _dropped(decision: Decision) -> Row:
    evidence = decision.evidence[0]
    text = decision.block.text or _media(decision.block)
    return Row(
        kind="dropped",
        index=decision.block.index,
        role="removed",
        old=(Piece(kind="out", text=text),),
        new=(),
        rules=(evidence.rule,),
        why=evidence.why,
        quote=evidence.quote if evidence.quote.strip() not in text else "",
    )


def _kept(article: Article, edits: defaultdict[int, list[Edit]]) -> Iterator[Row]:
    for block in article.blocks:
        text = block.text or _media(block)
        done = edits.get(block.index, [])
        before = undone(block.text, done) if done else text
        both = words(before, text)
        kind: Literal["kept", "hidden", "edited"] = (
            "edited" if done else "kept" if block.role in article.shown else "hidden"
        )
        yield Row(
            kind=kind,
            index=block.index,
            role=str(block.role),
            old=without("in", both),
            new=without("out", both),
            rules=tuple(dict.fromkeys(edit.rule for edit in done)),
        )


def _absorbed(edits: Iterable[Edit]) -> Iterator[Row]:
    for edit in edits:
        if edit.absorbs is not None:
            text = (Piece(kind="same", text=edit.after.strip()),)
            yield Row(kind="joined", index=edit.absorbs, role="paragraph", old=text, new=(), rules=(edit.rule,))


def undone(text: str, edits: Sequence[Edit]) -> str:
    """The text as it was before the edits; where they do not fit it, as it is."""
    found = text
    for edit in reversed(edits):
        end = edit.start + len(edit.after)
        if found[edit.start : end] != edit.after:
            return text
        found = found[: edit.start] + edit.before + found[end:]
    return found


def _media(block: Block) -> str:
    if block.media is None:
        return ""
    return f"[{block.media.kind}: {block.media.alt or block.media.src}]"
