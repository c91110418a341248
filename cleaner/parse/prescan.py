"""The charset a page declares in its own first 1,024 bytes, found as the HTML standard finds it (prescan)."""

import re
from collections.abc import Iterator

import webencodings

__all__ = ["declared_label"]

PRESCAN_BYTES = 1_024  # HTML standard, "prescan a byte stream to determine its encoding"

S = rb"\t\n\f\r "
STEP = re.compile(
    rb"<!--|<meta(?=[" + S + rb"/])|</?[a-z][^" + S + rb">]*|<[!/?][^>]*",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(
    rb"[" + S + rb"/]*(?P<name>[^" + S + rb"/>][^" + S + rb"/>=]*)"
    rb"(?:[" + S + rb"]*=[" + S + rb"]*"
    rb"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<open>[\"'])|(?P<bare>[^" + S + rb">\"'][^" + S + rb">]*))?)?"
)
CONTENT_CHARSET = re.compile(
    rb"charset["
    + S
    + rb"]*=["
    + S
    + rb"]*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^"
    + S
    + rb";\"']+))",
    re.IGNORECASE,
)
XML_ENCODING = re.compile(
    rb"<\?xml[^>]*?encoding[\x00-\x20]*=[\x00-\x20]*(?:\"([^\"\x00-\x20>]*)\"|'([^'\x00-\x20>]*)')"
)


def declared_label(content: bytes) -> str | None:
    """The charset label in a <meta>, else in the XML declaration; None where neither declares one.

    Labels of UTF-16 become `utf-8` (the bytes were read as ASCII to find them) and `x-user-defined` windows-1252.
    """
    head = content[:PRESCAN_BYTES]
    if head.startswith(b"<\0?\0x\0"):
        return "utf-16le"
    if head.startswith(b"\0<\0?\0x"):
        return "utf-16be"
    label = _meta_label(head) or _xml_label(head)
    return None if label is None else _read_as_ascii(label)


def _read_as_ascii(label: str) -> str:
    encoding = webencodings.lookup(label)
    name = encoding.name if encoding else ""
    if name.startswith("utf-16"):
        return "utf-8"
    return "windows-1252" if name == "x-user-defined" else label


def _xml_label(head: bytes) -> str | None:
    match = XML_ENCODING.match(head)
    return (match[1] or match[2] or b"").decode("ascii", "replace") or None if match else None


def _meta_label(head: bytes) -> str | None:
    position = 0
    while match := STEP.search(head, position):
        found = match[0].lower()
        position = match.end()
        if found == b"<!--":
            end = head.find(b"-->", match.start() + 2)  # the dashes of `<!-->` count for both ends
            if end < 0:
                return None
            position = end + 3
        elif found[1:2].isalpha() or found[1:2] == b"/":
            attributes: dict[bytes, bytes] = {}
            for name, value, end in _attributes(head, position):
                attributes.setdefault(name, value)
                position = end
            if found == b"<meta" and (label := _label_of(attributes)):
                return label
    return None


def _attributes(head: bytes, position: int) -> Iterator[tuple[bytes, bytes, int]]:
    """Name, value and end of each attribute from `position` on, up to the end of the tag or of the head."""
    while match := ATTRIBUTE.match(head, position):
        if match["open"]:  # a quotation that the first 1,024 bytes do not close hides all that follows
            yield match["name"].lower(), b"", len(head)
            return
        position = match.end()
        value = match["double"] or match["single"] or match["bare"] or b""
        yield match["name"].lower(), value, position


def _label_of(attributes: dict[bytes, bytes]) -> str | None:
    label = attributes.get(b"charset")
    if not label and attributes.get(b"http-equiv", b"").lower() == b"content-type":
        match = CONTENT_CHARSET.search(attributes.get(b"content", b""))
        label = match[match.lastgroup or 0] if match else None
    return _known_label(label) if label else None


def _known_label(label: bytes) -> str | None:
    """The label as text where browsers know it: the prescan goes on past a <meta> whose charset is unknown."""
    text = label.decode("ascii", "replace")
    return text if webencodings.lookup(text) else None
