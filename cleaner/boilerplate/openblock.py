"""The block being built while its text, marks and pictures come in, and the finished Block with its context."""

import re
from operator import itemgetter
from typing import TypeAlias

from lxml.html import HtmlElement

from cleaner.boilerplate.frame import BlockContext, Frame
from cleaner.model import Block, Mark, MarkKind, Media, Role

__all__ = ["OpenBlock"]

_MARKS: dict[str, MarkKind] = {
    "a": "link", "b": "strong", "strong": "strong", "i": "emphasis", "em": "emphasis", "cite": "emphasis",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code", "sup": "sup", "sub": "sub",
}  # fmt: skip
_SPACES = re.compile(r"[\t\n\r\f][ \t\n\r\f]*| [ \t\n\r\f]+")  # a single space needs no collapsing
_HIDDEN_SHARE = 0.9  # of a block's characters: a paragraph with a hidden note in it is not hidden
_TO_COLLAPSE = ("\n", "  ", "\t", "\r", "\f")
_SPACE = frozenset(" \t\n\r\f\v\x1c\x1d\x1e\x1f")  # as str.split takes it in ASCII

_Span: TypeAlias = tuple[int, int, MarkKind, str | None]


class OpenBlock:
    """The text of one block so far, white space collapsed as a browser would, and what was seen on the way.

    `length` counts characters; `wraps` are the names of the inline elements open when its text
    begins.
    """

    __slots__ = (
        "ends_in_space", "frame", "hidden_chars", "length", "link_chars", "media", "parts", "spans", "wraps",
    )  # fmt: skip

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.parts: list[str] = []
        self.length = 0
        self.ends_in_space = True
        self.spans: list[_Span] = []
        self.wraps: list[str] = []
        self.media: list[Media] = []
        self.link_chars = 0
        self.hidden_chars = 0

    def add(self, text: str) -> int:
        """Number of characters of the text without white space, the text being added: verbatim in code, else collapsed."""
        words = text.split()
        if self.frame.verbatim:
            self._put(text)
        elif text.isascii():
            joined = " ".join(words)  # a third of the expression's cost
            lead = " " if text[0] in _SPACE and not self.ends_in_space else ""
            self._put(f"{lead}{joined} " if text[-1] in _SPACE else lead + joined)
            return len(joined) - len(words) + 1
        else:
            if any(sign in text for sign in _TO_COLLAPSE):
                text = _SPACES.sub(" ", text)
            self._put(text[1:] if self.ends_in_space and text[0] == " " else text)
        return len("".join(words))

    def add_blank(self, text: str) -> None:
        """Adds text that is all white space: nothing where space stands already, all of it in code."""
        if self.frame.verbatim:
            self._put(text)
        elif not self.ends_in_space:
            self._put(_SPACES.sub(" ", text))

    def break_line(self) -> bool:
        """False where a line break ended the text already: the second one ends the block. Adds one otherwise."""
        if self.frame.verbatim:
            self._put("\n")
        elif self.parts and self.parts[-1] == "\n":
            return False
        elif self.length:
            self._drop_last_space()
            self._put("\n")
        return True

    def _drop_last_space(self) -> None:
        """A space before a line break is not laid out."""
        if self.parts[-1][-1] == " ":
            self.parts[-1] = self.parts[-1][:-1]
            self.length -= 1
            self.spans = [(start, min(end, self.length), kind, href) for start, end, kind, href in self.spans]

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
        self.ends_in_space = text[-1] in " \n"

    def mark(self, element: HtmlElement, tag: str, start: int) -> None:
        """Remembers the inline element's markup from `start` to here; nothing where it marks nothing."""
        kind = _MARKS.get(tag)
        if kind is None or start >= self.length:
            return
        href = element.get("href") if kind == "link" else None
        if kind != "link" or href:
            self.spans.append((start, self.length, kind, href))

    def finished(self, index: int, text: str, role: Role, media: Media | None = None) -> Block:
        """The block with white space at its edges off (not in code) and its marks moved along."""
        frame = self.frame
        is_cell = role is Role.TABLE
        lead = 0
        if role is not Role.CODE:
            lead = len(text) - len(text.lstrip())
            text = text.strip()
        return Block(
            index=index,
            text=text,
            role=role,
            tag=frame.tag,
            level=frame.heading if role is Role.HEADING else frame.list_depth,
            group=frame.group,
            row=frame.row if is_cell else None,
            column=frame.column if is_cell else None,
            header=is_cell and frame.header,
            ordinal=frame.ordinal if role is Role.LIST_ITEM else None,
            marks=_fit(self.spans, lead, len(text)) if self.spans and text else (),
            media=media,
        )

    def context(self) -> BlockContext:
        """What stands around the block."""
        size = max(1, self.length)
        return BlockContext(
            frame=self.frame,
            wraps=tuple(self.wraps),
            link_share=min(1.0, self.link_chars / size),
            hidden=self.hidden_chars >= _HIDDEN_SHARE * size,
        )


_place = itemgetter(0, 1)


def _fit(spans: list[_Span], lead: int, length: int) -> tuple[Mark, ...]:
    """The spans as marks, moved left by `lead` characters and cut to the text, outer before inner; empty ones vanish."""
    fitted = []
    for start, end, kind, href in spans:
        first, last = max(0, start - lead), min(length, end - lead)
        if first < last:
            fitted.append((first, -last, kind, href))
    fitted.sort(key=_place)
    return tuple(Mark(kind=kind, start=first, end=-last, href=href) for first, last, kind, href in fitted)
