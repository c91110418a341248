"""One block's text and marks as inline Markdown in which nothing but the marks is markup."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from cleaner.model import Block, Mark
from cleaner.render.inline import Node, Span, spans
from cleaner.urls import reference

__all__ = ["address", "escaped", "inline"]

_ENTITY = r"&(?=#?\w{1,31};|#?\w{0,31}\Z)"
_MARKUP = re.compile(rf"[\\`*\[\]<~|]|(?<![^\W_])_|_(?![^\W_])|{_ENTITY}")
_SIGN = re.compile(
    r"[\\`*\[\]<~|_&\0]"
)  # the signs of which _MARKUP takes some: most texts have none, and are seen so at once
_LINE_START = re.compile(r"(?=>|#{1,6}(?:\s|$)|[-+](?:\s|$)|--|:-|-:|=+\s*$)")
_NUMBER_START = re.compile(r"(\d{1,9})(?=[.)](?:\s|$))")
_LINES = re.compile(r"[\r\n]+")
_BACKTICKS = re.compile("`+")
# Markdown has no raised and lowered text, and 10 to the sixth is not 106: what Unicode has such signs for is written with them.
_RAISED = {
    "sup": str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ"),
    "sub": str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎"),
}


class _Piece(NamedTuple):
    """A stretch of output; `sign` where it is a delimiter, so that two that touch are seen."""

    text: str
    sign: str = ""


def inline(block: Block, *, one_line: bool = False, in_table: bool = False) -> str:
    r"""The block's text with its marks as Markdown; line breaks as `\` at the line's end, or spaces for `one_line`."""
    if "\0" in block.text:
        block = replace(block, text=block.text.replace("\0", "\ufffd"))
    if in_table:
        block = replace(block, marks=tuple(mark for mark in block.marks if not _is_code_with_bar(mark, block.text)))
    written = _marked(block) if block.marks else escaped(block.text)
    if "\n" not in written and "\r" not in written:
        return _guarded(written.strip())
    lines = [line.strip() for line in _LINES.split(written) if not line.isspace() and line]
    return " ".join(map(_guarded, lines[:1])) + "".join(
        f" {line}" if one_line else f"\\\n{_guarded(line)}" for line in lines[1:]
    )


def _marked(block: Block) -> str:
    pieces = _pieces(block)
    if _touch(pieces):
        pieces = _pieces(replace(block, marks=tuple(mark for mark in block.marks if mark.kind == "link")))
    return _written(pieces)


def escaped(text: str) -> str:
    """The text with every character that would be markup escaped; for one line that does not open a block."""
    if not _SIGN.search(text):
        return text
    return _MARKUP.sub(lambda found: f"\\{found[0]}", text.replace("\0", "\ufffd"))


def address(href: str) -> str | None:
    """The address as a link's destination; None where it may not be followed."""
    safe = reference(href)
    if safe is None:
        return None
    safe = re.sub(r"&(?=#?\w{1,31};)", r"\\&", safe)
    return f"<{safe}>" if "(" in safe or ")" in safe else safe


def _guarded(line: str) -> str:
    """The line with what would open a block at its start escaped."""
    numbered = _NUMBER_START.sub(r"\1\\", line, count=1) if line[:1].isdigit() and _NUMBER_START.match(line) else line
    return f"\\{numbered}" if _LINE_START.match(numbered) else numbered


def _is_code_with_bar(mark: Mark, text: str) -> bool:
    """Whether the mark is code that a table, which is cut at bars before code is seen, would cut in two."""
    return mark.kind == "code" and "|" in text[mark.start : mark.end]


def _written(pieces: Sequence[_Piece]) -> str:
    joined = "".join([piece.text for piece in pieces])
    if "![" not in joined:
        return joined
    out: list[str] = []
    for number, piece in enumerate(pieces):
        follows = pieces[number + 1].text if number + 1 < len(pieces) else ""
        # An exclamation mark before a link would make it an image.
        bang = not piece.sign and piece.text.endswith("!") and follows.startswith("[")
        out.append(f"{piece.text[:-1]}\\!" if bang else piece.text)
    return "".join(out)


def _touch(pieces: Sequence[_Piece]) -> bool:
    """Whether two delimiters of one sign stand side by side, which would be read as one."""
    written = [piece for piece in pieces if piece.text]
    return any(a.sign and a.sign == b.sign for a, b in pairwise(written))


def _pieces(block: Block) -> list[_Piece]:
    return list(_of_nodes(spans(block), block))


def _of_nodes(nodes: Sequence[Node], block: Block) -> Iterator[_Piece]:
    for node in nodes:
        if isinstance(node, Span):
            yield from _of_span(node, block)
        else:
            yield _Piece(escaped(node))


def _of_span(span: Span, block: Block) -> Iterator[_Piece]:
    kind = span.mark.kind
    if kind == "code":
        yield from _code_span("".join(node for node in span.nodes if isinstance(node, str)))
        return
    if kind in _RAISED and (raised := _raised(span)):
        yield _Piece(raised)
        return
    inner = list(_of_nodes(span.nodes, block))
    if kind == "link":
        yield from _link(span, inner)
    elif kind in ("strong", "emphasis") and (sign := _sign(span, inner, block)):
        yield from (_Piece(sign, sign[0]), *inner, _Piece(sign, sign[0]))
    else:
        yield from inner


def _raised(span: Span) -> str | None:
    """The span in raised or lowered signs; None where one of its characters has none."""
    text = "".join(node if isinstance(node, str) else "\0" for node in span.nodes)
    signs = _RAISED[span.mark.kind]
    return text.translate(signs) if text and all(ord(char) in signs for char in text) else None


def _link(span: Span, inner: Sequence[_Piece]) -> Iterator[_Piece]:
    target = address(span.mark.href or "")
    if target is None:
        yield from inner
    else:
        yield from (_Piece("["), *inner, _Piece(f"]({target})"))


def _code_span(text: str) -> Iterator[_Piece]:
    content = " ".join(text.split())
    longest = max((len(run) for run in _BACKTICKS.findall(content)), default=0)
    fence = "`" * (longest + 1) if longest else "`"
    pad = " " if content.startswith("`") or content.endswith("`") else ""
    yield _Piece(fence, "`")
    yield _Piece(f"{pad}{content}{pad}")
    yield _Piece(fence, "`")


def _sign(span: Span, inner: Sequence[_Piece], block: Block) -> str | None:
    """The delimiter that CommonMark will read as one here; None where it would stay in the text as stars."""
    mark, written = span.mark, "".join(piece.text for piece in inner)
    before = block.text[mark.start - 1] if mark.start else " "
    end = mark.start + _length(span)
    after = block.text[end] if end < len(block.text) else " "
    apart = _is_boundary(before) and _is_boundary(after)
    solid = not _may_be_sign(written[0]) and not _may_be_sign(written[-1])
    if mark.kind == "strong":
        return "**" if apart or solid else None
    if apart:
        return "_"
    has_strong = any(other.kind == "strong" for other in block.marks)
    return "*" if solid and not has_strong else None


def _length(span: Span) -> int:
    return sum(len(node) if isinstance(node, str) else _length(node) for node in span.nodes)


def _is_boundary(char: str) -> bool:
    """Whether the character is a space or punctuation to every version of CommonMark (since 0.31 symbols are, too)."""
    return char.isspace() or (char.isascii() and char.isprintable() and not char.isalnum()) or _category(char) == "P"


def _may_be_sign(char: str) -> bool:
    return char.isspace() or _category(char) in "PSZC"


def _category(char: str) -> str:
    return unicodedata.category(char)[0]
