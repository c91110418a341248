"""An article as CommonMark with GFM tables, free of raw HTML; reading it back gives the article's text."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from cleaner.model import Block, Media, Meta, Role
from cleaner.render.markdown_inline import address, escaped, inline
from cleaner.render.shape import Figure, Item, Listing, Part, Quotation, Table, parts

__all__ = ["render"]

_MAX_ORDINAL = 999_999_999  # CommonMark reads nine digits at most
_DEEPEST_HEADING = 6


def render(meta: Meta, blocks: Sequence[Block], shown: frozenset[Role], *, title: bool = True) -> str:
    """The title as a first-level heading (where `title` and known) and the shown blocks, separated by blank lines."""
    headed = bool(title and meta.title and meta.title.strip())
    texts = [_heading(1, escaped(_one_line(meta.title or "")))] if headed else []
    bullet = "*"
    for part in parts(blocks, shown - {Role.TITLE} if headed else shown):
        # Two lists in a row with the same signs would be read as one.
        bullet = "-" if isinstance(part, Listing) and bullet == "*" else "*"
        texts.append(_part(part, bullet))
    return "\n\n".join(text for text in texts if text)


def _part(part: Part, bullet: str) -> str:
    match part:
        case Block():
            return _block(part)
        case Listing():
            return "\n".join(_list(part.items, bullet))
        case Table():
            return _table(part)
        case Quotation():
            return "\n>\n".join(_quoted(inline(block)) for block in part.blocks)
        case Figure():
            media = _media(part.embed.media) if part.embed.media else ""
            return "\n\n".join(filter(None, (media, *(inline(block) for block in part.captions))))
    assert_never(part)


def _block(block: Block) -> str:
    if block.role is Role.CODE:
        return _code(block.text.strip("\n"))
    if block.role is Role.HEADING:
        return _heading(block.level, inline(block, one_line=True))
    return _heading(1, inline(block, one_line=True)) if block.role is Role.TITLE else inline(block)


def _heading(level: int, text: str) -> str:
    # A heading may close with signs like those it opens with; these are not meant so.
    safe = f"{text[:-1]}\\#" if text.endswith("#") and not text.endswith("\\#") else text
    return f"{'#' * min(_DEEPEST_HEADING, max(1, level))} {safe}"


def _code(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _media(media: Media) -> str:
    src = address(media.src)
    if src is None:
        return ""
    alt = escaped(_one_line(media.alt))
    return f"![{alt}]({src})" if media.kind == "image" else f"[{alt or media.kind}]({src})"


def _list(items: Sequence[Item], bullet: str) -> Iterator[str]:
    """Lines of a list; where the numbers jump, a new list begins, as Markdown counts by itself within one."""
    before: int | None = None
    sign = "." if bullet == "-" else ")"
    for place, item in enumerate(items):
        ordinal = _ordinal(item)
        if place and ordinal != (None if before is None else before + 1):
            if ordinal is not None and before is not None:
                sign = ")" if sign == "." else "."
            yield ""
        marker = f"{bullet} " if ordinal is None else f"{ordinal}{sign} "
        yield from _item(item, marker, bullet)
        before = ordinal


def _item(item: Item, marker: str, bullet: str) -> Iterator[str]:
    indent = " " * len(marker)
    first, *more = (inline(block).split("\n") for block in item.blocks)
    yield marker + first[0]
    yield from (indent + line for line in first[1:])
    for lines in more:
        yield ""
        yield from (indent + line for line in lines)
    # Only a list that starts with 1 may follow a paragraph without a blank line.
    if item.items and _ordinal(item.items[0]) not in (None, 1):
        yield ""
    yield from (indent + line if line else line for line in _list(item.items, bullet))


def _ordinal(item: Item) -> int | None:
    ordinal = item.blocks[0].ordinal
    return ordinal if ordinal is not None and 0 <= ordinal <= _MAX_ORDINAL else None


def _table(table: Table) -> str:
    """A GFM table, which must have a heading row: an empty one where the page has none."""
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    first = [block for cell in table.rows[0] for block in cell]
    head = rows.pop(0) if all(block.header for block in first) else [""] * len(rows[0])
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _cell(blocks: Sequence[Block]) -> str:
    return " ".join(inline(block, one_line=True, in_table=True) for block in blocks)


def _one_line(text: str) -> str:
    return " ".join(text.split())
