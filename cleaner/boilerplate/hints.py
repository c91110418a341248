"""A quick look that says "nothing of this is here" of most texts: many literals at once, in one pass of a linear automaton.

A hint errs on one side only: where it finds nothing there is nothing, where it finds something a closer look decides.
"""

import re
from collections.abc import Callable, Iterable

import re2

__all__ = ["Hint", "hint_of_phrases", "hint_of_words"]

Hint = Callable[[str], bool]

_MAX_BYTES = 64 * 1024 * 1024  # the automaton's states; beyond that re2 starts over, slower, with the same answer


def hint_of_phrases(phrases: Iterable[str]) -> Hint:
    """Whether one of the phrases may stand anywhere in a text."""
    return _hint([re.escape(phrase) for phrase in sorted(set(phrases))])


def hint_of_words(words: Iterable[str]) -> Hint:
    """Whether one of the words may stand in a text as a whole word."""
    return _hint([_edge(word[:1]) + re.escape(word) + _edge(word[-1:]) for word in sorted(set(words))])


def _edge(char: str) -> str:
    """A word's edge as re2 knows it, which has only ASCII in words; beside any other letter there may be one unseen."""
    return r"\b" if char.isascii() and char.isalnum() else ""


def _hint(patterns: list[str]) -> Hint:
    if not patterns:
        return lambda _: False
    options = re2.Options()
    options.max_mem = _MAX_BYTES
    search = re2.compile("|".join(patterns), options).search  # type: ignore[no-untyped-call]

    def holds(text: str) -> bool:
        try:
            raw = text.encode()  # of bytes, the engine need not count characters
        except UnicodeEncodeError:  # a lone surrogate, which UTF-8 cannot hold
            return True
        return search(raw) is not None

    return holds
