"""The weight of a page, measured on its bytes before any parser sees it: how long and deep a parser works is not for strangers to choose.

Expressions run over UTF-8 bytes, where they are twice as fast as over text, and are possessive throughout, so linear.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from cleaner.errors import LimitError
from cleaner.policy import Limits

__all__ = ["check_weight", "depth_bound", "depth_of", "depth_refusal", "may_be_deep", "tag_names", "weigh"]


# The tokenizer of the HTML standard. An attribute ends where the standard ends it: a `>` in a quoted value ends
# nothing, a quote in a name opens nothing. Otherwise a page could hide its weight from this count.
S = r"\t\n\f\r "
ATTRIBUTE = rf"""[{S}/]*+[^{S}/>][^{S}/>=]*+(?:[{S}]*+=[{S}]*+(?:"[^"]*+"|'[^']*+'|[^{S}>"'][^{S}>]*+)?+)?+"""
COMMENT = r"<!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+)"
BOGUS = r"<[!?/][^>]*+"
RAW = "(?i:script|style|textarea|title|xmp|iframe|noembed|noframes)"
RAW_TEXT = rf"(?:[^<]++|<(?!/(?i:script|style|textarea|title|xmp|iframe|noembed|noframes)[{S}/>]))*+"

TAG = re.compile(
    rf"{COMMENT}|<({RAW})(?=[{S}/>])(?:{ATTRIBUTE})*+[{S}/]*+>?{RAW_TEXT}"
    rf"|<(/?[a-zA-Z][^{S}/>]*+)(?:{ATTRIBUTE})*+[{S}/]*+>?|{BOGUS}".encode()
)
START = re.compile(b"<[a-zA-Z]")
ANY_NAME = re.compile(b"<(/?[a-zA-Z][a-zA-Z0-9]*+)")
CHUNK_TAGS = 512  # tags counted together: more blur the bound, fewer cost more steps
ONE_ATTRIBUTE = re.compile(ATTRIBUTE.encode())

# The usual tag in few steps: names and `name="value"`, the stretch before each value short enough to hold at most
# `STRETCH_ATTRIBUTES`, so that the whole stays below the limit whatever it holds.
_ATTRIBUTE_BYTES = 2  # the shortest attribute, with what parts it from the next
_BEFORE_ATTRIBUTES = b"\t\n\f\r /\"'"
SLASH = ord("/")
STRETCH_CHARS = 40
STRETCH_ATTRIBUTES = 20

VOID = frozenset(
    b"area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
)
_IN_TABLE = frozenset(b"td th tr p".split())
# What a start tag closes when it stands right inside it (HTML standard, optional end tags).
CLOSES = dict.fromkeys(
    b"p div ul ol dl table h1 h2 h3 h4 h5 h6 blockquote pre section article aside header footer nav main figure form "
    b"fieldset address center details".split(),
    frozenset({b"p"}),
) | {
    b"li": frozenset({b"li", b"p"}),
    b"dt": frozenset({b"dt", b"dd", b"p"}),
    b"dd": frozenset({b"dt", b"dd", b"p"}),
    b"td": frozenset({b"td", b"th", b"p"}),
    b"th": frozenset({b"td", b"th", b"p"}),
    b"tr": _IN_TABLE,
    b"tbody": _IN_TABLE | {b"thead", b"tbody", b"tfoot"},
    b"thead": _IN_TABLE | {b"thead", b"tbody", b"tfoot"},
    b"tfoot": _IN_TABLE | {b"thead", b"tbody", b"tfoot"},
    b"option": frozenset({b"option"}),
    b"optgroup": frozenset({b"option", b"optgroup"}),
    b"a": frozenset({b"a"}),
}
NOTHING: frozenset[bytes] = frozenset()


def check_weight(text: str, limits: Limits) -> None:
    """Nothing where the text is light enough to parse; raises LimitError naming the limit, its value and what was met."""
    if len(text) > limits.max_bytes:
        raise _refusal("bytes", limits.max_bytes, f"at least {len(text):,}", hint="--max-bytes raises it")
    if depth := weigh(text.encode("utf-8", "replace"), limits):
        raise depth_refusal(limits, f"{depth:,} elements open at once")


def weigh(raw: bytes, limits: Limits) -> int:
    """Levels of a page that is deeper than the limit, else 0; raises LimitError for any other limit, as `check_weight`.

    Linear in the length. Tags are looked at one by one only where `depth_bound` cannot rule out a deep page.
    """
    if len(raw) > limits.max_bytes:
        raise _refusal("bytes", limits.max_bytes, f"{len(raw):,}", hint="--max-bytes raises it")
    _check_attributes(raw, limits.max_attributes)
    _check_all_attributes(raw, limits.max_page_attributes)
    fewest = min(limits.max_depth, limits.max_tags)
    if raw.count(b"<") <= fewest or sum(1 for _ in START.finditer(raw)) <= fewest:
        return 0
    names = [found[1] for found in islice(ANY_NAME.finditer(raw), limits.max_tags + 1)]
    if len(names) > limits.max_tags:
        _check_tags(raw, limits)
    elif depth_bound(names) <= limits.max_depth:
        return 0
    depth = depth_of(_names(raw))
    return depth if depth > limits.max_depth else 0


def tag_names(raw: bytes) -> list[bytes]:
    """Names of the tags in order, lower case, `/name` for end tags; comments and raw text hold none."""
    return list(_names(raw))


def _names(raw: bytes) -> Iterator[bytes]:
    return (name.lower() for found in TAG.finditer(raw) if (name := found[1] or found[2]))


def may_be_deep(raw: bytes, limits: Limits) -> bool:
    """True where the page has `<` enough to nest beyond the limit, however it hides its tags."""
    return raw.count(b"<") > limits.max_depth


def depth_bound(names: list[bytes]) -> int:
    """A number that `depth_of` of these names does not exceed, found by counting chunks of names instead of stacking them.

    Within a chunk no more elements of one name are open than were open before and start in it; after it, no more
    than what its end tags leave, or, where end tags came before their start tags, than start in it.
    """
    opened: dict[bytes, int] = {}
    deepest = 0
    for at in range(0, len(names), CHUNK_TAGS):
        counts = Counter(names[at : at + CHUNK_TAGS])
        starts = {name: count for name, count in counts.items() if name[0] != SLASH and name not in VOID}
        deepest = max(deepest, sum(opened.values()) + sum(starts.values()))
        for name in starts.keys() | opened.keys():
            begun, before = starts.get(name, 0), opened.get(name, 0)
            opened[name] = max(begun, before + begun - counts[b"/" + name])
    return deepest


def depth_of(names: Iterable[bytes]) -> int:
    """Most elements open at once, end tags that HTML implies being implied; unmatched end tags close nothing."""
    stack: list[bytes] = []
    opened: Counter[bytes] = Counter()
    deepest = 0
    for tag in names:
        if tag[:1] == b"/":
            closed = b"" if opened[tag[1:]] else tag[1:]
            while closed != tag[1:]:
                closed = stack.pop()
                opened[closed] -= 1
        elif tag not in VOID:
            closes = CLOSES.get(tag, NOTHING)
            while stack and stack[-1] in closes:
                opened[stack.pop()] -= 1
            stack.append(tag)
            opened[tag] += 1
            deepest = max(deepest, len(stack))
    return deepest


def depth_refusal(limits: Limits, met: str) -> LimitError:
    """The error for a page that nests too deep."""
    return _refusal("depth", limits.max_depth, met)


def _check_tags(raw: bytes, limits: Limits) -> None:
    starts = sum(1 for name in _names(raw) if name[0] != SLASH)
    if starts > limits.max_tags:
        raise _refusal("tags", limits.max_tags, f"{starts:,} start tags")


def _check_all_attributes(raw: bytes, most: int) -> None:
    # What parts an attribute from the one before is white space, a slash or a quote: a page of few of these has few.
    if len(raw) < _ATTRIBUTE_BYTES * most or len(raw) - len(raw.translate(None, _BEFORE_ATTRIBUTES)) <= most:
        return
    tags = (found for found in TAG.finditer(raw) if found.end() - found.start() > _ATTRIBUTE_BYTES and found[2])
    met = sum(1 for tag in tags for _ in ONE_ATTRIBUTE.finditer(raw, tag.end(2), tag.end()))
    if met > most:
        raise _refusal("page_attributes", most, f"{met:,} on all tags")


def _check_attributes(raw: bytes, max_attributes: int) -> None:
    light = _light_page(max_attributes).match(raw)
    end = light.end() if light else 0
    if end == len(raw):
        return
    tag = TAG.match(raw, end)
    source = tag[0] if tag else b""
    name = source[1:].split(None, 1)[0].split(b"/")[0][:40].decode("utf-8", "replace")
    count = sum(1 for _ in ONE_ATTRIBUTE.finditer(source, 1 + len(name)))
    raise _refusal("attributes", max_attributes, f"{count:,} on one <{name}>")


@lru_cache(maxsize=8)
def _light_page(max_attributes: int) -> re.Pattern[bytes]:
    """Matches a page up to the first tag with more attributes than that, so to its end where there is none."""
    attributes = rf"(?:{ATTRIBUTE}){{0,{max_attributes}}}+[{S}/]*+(?:>|\Z)"
    stretch = rf"""[^>"'=]{{0,{STRETCH_CHARS}}}+"""
    values = max_attributes // STRETCH_ATTRIBUTES - 1
    usual = rf"""(?:{stretch}(?<=[a-zA-Z0-9_-])="[^"]*+"){{0,{values}}}+{stretch}>|""" if values > 0 else ""
    return re.compile(
        rf"""(?>[^<]++|</[a-zA-Z]{stretch}>"""
        rf"""|<(?!{RAW}[{S}/>])/?[a-zA-Z][^{S}/>]*+(?:{usual}{attributes})"""
        rf"""|<{RAW}{attributes}{RAW_TEXT}"""
        rf"""|{COMMENT}|<[!?][^>]*+|</(?![a-zA-Z])[^>]*+|<(?![a-zA-Z/!?]))*+""".encode()
    )


def _refusal(limit: str, value: int, met: str, hint: str | None = None) -> LimitError:
    return LimitError(f"page too heavy: max_{limit} is {value:,}, met {met}", hint=hint)
