"""From text to a tree of elements: what lxml makes of it, or html.parser where lxml makes nothing. Nothing is removed but comments."""

import re
import warnings

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HTMLParser, HtmlProcessingInstruction

from cleaner.parse.flatten import LEVELS, flattened
from cleaner.parse.scan import depth_refusal, may_be_deep, weigh
from cleaner.policy import Limits

__all__ = ["laid_flat", "parse"]

# The locator marks text nodes with private-use characters of planes 15 and 16: none may come in from a page, neither
# as itself (its UTF-8 begins with F3 B0 to F3 BF, or F4) nor as a character reference.
FIRST_MARK = 0xF0000
MARKS = re.compile(rb"\xf3[\xb0-\xbf][\x80-\xbf]{2}|\xf4[\x80-\xbf]{3}")
# References to those, and to controls and noncharacters, which libxml2 reads and no tree can be given again.
REFERENCES = re.compile(
    rb"&#(?:[xX]0*([fF][0-9a-fA-F]{4}|10[0-9a-fA-F]{4}|[fF]{3}[eEfF]|1?[0-9a-fA-F])(?![0-9a-fA-F])"
    rb"|0*([0-9]{6,7}|6553[45]|[12]?[0-9]|3[01])(?![0-9]));?"
)
NONCHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")

HEAD_TAGS = frozenset("base basefont bgsound link meta noframes noscript script style template title".split())

# Invisible in a browser; libxml2 would make each a U+FFFD. Form feed is white space.
CONTROLS = bytes([*range(1, 9), 11, *range(14, 32)])
SPACED = bytes.maketrans(b"\f", b" ")
FIRST_PRINTABLE = 0x20
NONCHARACTER_CODES = frozenset({0xFFFE, 0xFFFF})

# One class for all elements, chosen in C: lxml.html asks a function for each element each time one is met, which costs
# a third of every walk. Nothing here needs the classes of forms.
CLASSES = etree.ElementDefaultClassLookup(
    element=HtmlElement, comment=HtmlComment, entity=HtmlEntity, pi=HtmlProcessingInstruction
)


def parse(text: str, limits: Limits) -> HtmlElement | None:
    """The root element of the page, `<html>`; None where there is not one element or word to read.

    Comments and processing instructions are left out, the children of <noscript> are elements. A page deeper than the
    limit is laid flat, also where it hid its depth from the scan. Raises LimitError where it outweighs another limit.
    """
    raw = _parsable(text)
    del text  # of a page of 64 MB every copy counts
    is_flat = weigh(raw, limits) > 0
    if is_flat:
        raw = flattened(raw, min(LEVELS, limits.max_depth))
    parser = _parser()
    root = _parsed(raw, parser)
    if may_be_deep(raw, limits) and _ended_by_depth(parser):
        parser = _parser()
        root = None if is_flat else _parsed(flattened(raw), parser)
        if is_flat or _ended_by_depth(parser):
            raise depth_refusal(limits, "a page whose depth libxml2 gave up on")
    if root is not None and _is_usable(root):
        _end_head(root)
        return root
    return _repaired(raw, parser)


def laid_flat(tree: HtmlElement, levels: int) -> HtmlElement:
    """A copy of the tree with no element much deeper than that, its text as it was; see `flattened`."""
    flat = _parsed(flattened(etree.tostring(tree, encoding="utf-8", method="html"), levels), _parser())
    return tree if flat is None else flat


def _parser() -> HTMLParser:
    parser = HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    parser.set_element_class_lookup(CLASSES)
    return parser


def _parsable(text: str) -> bytes:
    """UTF-8 without NUL, surrogates, control characters and the locator's marks."""
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        raw = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    if b"\0" in raw:
        raw = raw.replace(b"\0", b"\xef\xbf\xbd")
    raw = raw.translate(SPACED, CONTROLS)
    if b"\xf3" in raw or b"\xf4" in raw:
        raw = MARKS.sub(b"", raw)
    if b"\xef\xbf" in raw:
        raw = NONCHARACTERS.sub(b"", raw)
    return REFERENCES.sub(_without_mark, raw) if b"&#" in raw else raw


def _without_mark(reference: re.Match[bytes]) -> bytes:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    if code >= FIRST_MARK or code in NONCHARACTER_CODES:
        return b""
    return bytes([code]).translate(SPACED, CONTROLS) if 0 < code < FIRST_PRINTABLE else reference[0]


def _parsed(raw: bytes, parser: HTMLParser) -> HtmlElement | None:
    if not raw.strip():
        return None
    try:
        root = etree.fromstring(raw, parser)
    except etree.LxmlError:  # "Document is empty" and the like: nothing to read
        return None
    return root if isinstance(root, HtmlElement) else None


def _ended_by_depth(parser: HTMLParser) -> bool:
    return any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)


def _is_usable(root: HtmlElement) -> bool:
    """True where the tree holds a word, or anything beside an empty head and body."""
    return len(root) > 0 and (next(iter(root.itertext(with_tail=False)), None) is not None or any(len(e) for e in root))


def _end_head(root: HtmlElement) -> None:
    """Moves what is no metadata out of <head> to the start of <body>: libxml2 leaves HTML5's elements there.

    `<meta charset=utf-8><article>…` has no body in its tree; for a browser the first such element begins it.
    """
    head = root.find("head")
    if head is None:
        return
    first = next((i for i, child in enumerate(head) if child.tag not in HEAD_TAGS), None)
    if first is None:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    for place, child in enumerate(list(head)[first:]):
        body.insert(place, child)


def _repaired(raw: bytes, parser: HTMLParser) -> HtmlElement | None:
    """The tree as html.parser reads it, written out and read again; None where it finds no text either.

    The usual case is a page whose comment never ends: browsers and lxml take all that follows for comment.
    """
    opened = raw.rfind(b"<!--")
    if opened >= 0 and b"-->" not in raw[opened:]:
        raw = raw[:opened] + raw[opened + len(b"<!--") :]
    if not raw.strip():
        return None
    from bs4 import BeautifulSoup, ParserRejectedMarkup  # 14 times the cost of lxml: only for pages it cannot read

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the text looks like an address or a file name
        try:
            soup = BeautifulSoup(raw.decode(), "html.parser")
        except ParserRejectedMarkup:
            return None
        written = soup.decode() if soup.get_text(strip=True) else ""
    return _parsed(_parsable(written), parser)
