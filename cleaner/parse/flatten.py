"""Pages that nest deeper than a parser can follow, written again with what lies deep laid side by side: no text is lost.

Only structure goes: beyond `LEVELS` every block-level element becomes a sibling of those around it, in the order of the
page, so paragraphs and headings stay what they are. Text that a deep element hides stays hidden.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from cleaner.parse.scan import CLOSES, NOTHING, SLASH, TAG, VOID

__all__ = ["flattened"]

LEVELS = 250  # real pages stay below 100; what libxml2 nests twice as deep as the standard still fits
MAX_INLINE = 50  # inline elements open at once beyond that; further ones are left out

_INLINE = frozenset(
    b"a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp"
    b" small span strike strong sub sup time tt u var".split()
)
_KEPT = frozenset(b"p h1 h2 h3 h4 h5 h6 pre figcaption dt dd".split())  # what they are does not hang on their parents
_NO_TEXT = frozenset(b"template svg noscript select object canvas datalist head".split())
_HIDES = re.compile(
    rb"""[\s"'/]hidden(?=[\s>=/])|aria-hidden\s*=\s*["']?true|display\s*:\s*none|visibility\s*:\s*hidden""",
    re.IGNORECASE,
)


_RAW = frozenset(b"script style textarea title xmp iframe noembed noframes".split())


@dataclass(frozen=True, slots=True)
class _Open:
    """One open element: its name, and whether it lies deep and hides what is in it."""

    name: bytes
    hides: bool = False


@dataclass(slots=True)
class _Writer:
    """The page written so far, the elements open in it, and the sibling and its inline elements open beyond the limit."""

    levels: int
    out: list[bytes] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    opened: Counter[bytes] = field(default_factory=Counter)
    hidden: int = 0
    sibling: bytes = b""
    inline: list[bytes] = field(default_factory=list)

    @property
    def is_deep(self) -> bool:
        return len(self.stack) >= self.levels

    def text(self, text: bytes) -> None:
        if text.strip():
            self.ensure_sibling()
        self.out.append(text)

    def start(self, name: bytes, tag: bytes) -> None:
        while self.stack and self.stack[-1].name in CLOSES.get(name, NOTHING):
            self.pop()
        if name in VOID:
            self.out.append(tag)
            return
        opened = self.start_deep(name, tag) if self.is_deep else _Open(name)
        if not self.is_deep:
            self.out.append(tag)
        self.stack.append(opened)
        self.opened[name] += 1

    def start_deep(self, name: bytes, tag: bytes) -> _Open:
        hides = name in _NO_TEXT or _HIDES.search(tag) is not None
        if name in _INLINE and not hides:
            if len(self.inline) < MAX_INLINE:
                self.ensure_sibling()
                self.inline.append(name)
                self.out.append(tag)
            return _Open(name)
        self.close_sibling()
        self.hidden += hides
        if name in _KEPT:
            self.open_sibling(name, tag)
        return _Open(name, hides)

    def ensure_sibling(self) -> None:
        if self.is_deep and not self.sibling:
            self.open_sibling(b"div", b"<div>")

    def open_sibling(self, name: bytes, tag: bytes) -> None:
        self.out.append(b"<%s hidden>" % name if self.hidden else tag)
        self.sibling = name

    def close_sibling(self) -> None:
        self.close_inline(0)
        if self.sibling:
            self.out.append(b"</%s>" % self.sibling)
            self.sibling = b""

    def close_inline(self, left: int) -> None:
        while len(self.inline) > left:
            self.out.append(b"</%s>" % self.inline.pop())

    def end(self, name: bytes) -> None:
        while self.opened[name] and self.pop() != name:
            pass

    def pop(self) -> bytes:
        """Name of the innermost open element, which is closed."""
        closed = self.stack.pop()
        self.opened[closed.name] -= 1
        if closed.name in _INLINE and self.is_deep and not closed.hides:
            if closed.name in self.inline:
                self.close_inline(len(self.inline) - 1 - self.inline[::-1].index(closed.name))
            return closed.name
        self.hidden -= closed.hides
        self.close_sibling()
        if not self.is_deep:
            self.out.append(b"</%s>" % closed.name)
        return closed.name


def flattened(raw: bytes, levels: int = LEVELS) -> bytes:
    """The page with no element much deeper than `levels`; UTF-8 in, UTF-8 out, linear in the length."""
    writer, at = _Writer(levels), 0
    for found in TAG.finditer(raw):
        writer.text(raw[at : found.start()])
        at = found.end()
        special, name = found.groups()
        if special or (name and name[:1] == b"/" and name[1:].lower() in _RAW):
            writer.out.append(found[0])
        elif name and name[0] == SLASH:
            writer.end(name[1:].lower())
        elif name:
            writer.start(name.lower(), found[0])
    writer.text(raw[at:])
    return b"".join(writer.out)
