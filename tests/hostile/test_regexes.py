"""No expression of this program takes more than linear time, whatever text stands before it."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cleaner

LENGTH = 2_000
# A linear expression reads this many characters in a fraction of a millisecond; one that is quadratic needs several.
MAX_S = 0.003
# Expressions that only ever meet short texts, and how short.
BOUNDED = {
    "_LEFT": 8,
    "SEPARATOR": 400,
    **dict.fromkeys(("ADDRESS", "TIME_WORDS", "CUT", "CONTACT", "SPLIT"), 1_000),
    "_NUMBER": 24,
    "_NUMBERED": 1_200,
    "_PART": 50,
}
MAX_BOUNDED_S = 0.1
END = "\ue000"  # what an expression did not expect after so much that it did
# What makes expressions go back: runs of one class, separators between them, openings that never close, ends that come close.
SEEDS = (
    *"a A 0 é 水 ־".split(),
    *" \t\n\u00a0\u200b\0",
    *"<>&;=\"'`*_-–—.,:!?/\\|#[](){}@%~^$+«»“”",
    *("a ", "A ", "1 ", "a.", "a,", ", ", "- ", "-a", "a-", "aA", "Aa", "1a", "1.", "1,", "1:", "1/", "1-", "a'", "’a"),
    *(
        " .",
        " -",
        ". ",
        "--",
        "->",
        "<a",
        "<a ",
        "</",
        "<!",
        "<!-",
        "<!--",
        "-->",
        "<?",
        "<b>",
        "<p a",
        " a=",
        'a="',
        "a='",
    ),
    *(
        "&#",
        "&#x",
        "&#0",
        "&a",
        "%2",
        "%2F",
        "[a",
        "](",
        "![",
        "[a](",
        "`a",
        "*a",
        "_a",
        "**",
        "| ",
        "|a",
        "\r\n",
        "\n\n",
    ),
    *(
        "\n ",
        "\n\t",
        "> ",
        "\n- ",
        "\n1. ",
        "#\n",
        "a@",
        "a@a.",
        "//",
        "http://",
        "a/",
        "?a",
        "&a=",
        "By ",
        "by a ",
        "Ad ",
    ),
    *(
        "Advertisement",
        "ADVERTISEMENT ",
        "read more ",
        "Read more: ",
        "Share ",
        "share on ",
        "Sign up ",
        "Photo: ",
        "© ",
    ),
    *("photo by ", "12 Jan ", "2026-01-01", "12:30 ", "1 min ", "min read ", "January ", "Mon, ", "T12:", "follow us "),
    *(
        "Ã©",
        "â€™",
        "\u0301",
        "\u00ad",
        "ا ",
        "水。",
        "charset=",
        "encoding=",
        "display:",
        "display: ",
        "a{",
        "{a",
        "WARC/",
    ),
)


def patterns() -> Iterator[Any]:
    seen: set[re.Pattern[Any]] = set()
    for found in pkgutil.walk_packages(cleaner.__path__, "cleaner."):
        if found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            for place, pattern in _within(value):
                if pattern not in seen:
                    seen.add(pattern)
                    yield pytest.param(pattern, id=f"{module.__name__}.{name}{place}")


def _within(value: object) -> Iterator[tuple[str, "re.Pattern[Any]"]]:
    if isinstance(value, re.Pattern):
        yield "", value
    elif isinstance(value, tuple | list):
        for at, item in enumerate(value):
            yield from ((f"[{at}]{place}", pattern) for place, pattern in _within(item))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from ((f"[{key!r}]{place}", pattern) for place, pattern in _within(item))


PATTERNS = tuple(patterns())
SOURCES = {
    ".".join(path.relative_to(Path(cleaner.__path__[0]).parent).with_suffix("").parts).removesuffix(
        ".__init__"
    ): path.read_text(encoding="utf-8")
    for path in Path(cleaner.__path__[0]).rglob("*.py")
}


def methods(module: str, name: str) -> frozenset[str]:
    """How the expression of that name is used: one that is only matched may be slow to search with. Private names are a module's own."""
    source = SOURCES[module] if name.startswith("_") else "\n".join(SOURCES.values())
    used = re.findall(rf"\b{name}(?:\[[^\]]*\])?\.(match|fullmatch|search|finditer|findall|sub|subn|split)\b", source)
    return frozenset("searched" if word not in ("match", "fullmatch") else word for word in used or ["finditer"])


@pytest.mark.parametrize("pattern", PATTERNS)
def test_expression_is_linear(pattern: "re.Pattern[Any]", request: pytest.FixtureRequest) -> None:
    module, _, name = request.node.callspec.id.split("[")[0].rpartition(".")
    how, length = methods(module, name), BOUNDED.get(name, LENGTH)
    most = MAX_BOUNDED_S if name in BOUNDED else MAX_S
    assert [] == [seed for seed in SEEDS if is_slow(pattern, (seed * length)[:length], how, most)]


def is_slow(pattern: "re.Pattern[Any]", run: str, how: frozenset[str], most: float = MAX_S) -> bool:
    """Whether it is over the limit three times in a row: a busy machine is slow once."""
    return all(seconds(pattern, run + END, how) > most for _ in range(3))


def seconds(pattern: "re.Pattern[Any]", text: Any, how: frozenset[str]) -> float:
    if isinstance(pattern.pattern, bytes):
        text = text.encode()
    started = time.process_time()
    if "match" in how:
        pattern.match(text)
    if "fullmatch" in how:
        pattern.fullmatch(text)
    if "searched" in how:
        for _ in pattern.finditer(text):
            pass
    return time.process_time() - started


def test_quadratic_expression_would_be_noticed() -> None:
    assert not is_slow(re.compile(r"(?:a|b)*c"), "a" * LENGTH, frozenset({"match"}))
    assert is_slow(re.compile(r"(?:a|b)*c"), "a" * LENGTH, frozenset({"searched"}))
