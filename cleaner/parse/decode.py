"""From bytes to text as a browser would read them; nothing is lost to one bad byte and nothing raises."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import webencodings

from cleaner.parse.prescan import declared_label

if TYPE_CHECKING:
    from webencodings import Encoding

__all__ = ["Decoded", "decode", "zero_bytes_are_utf16"]

Source = Literal["bom", "header", "meta", "guess", "default"]

BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
CHARSET = re.compile(r"""charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r ;"',]+))""", re.IGNORECASE)

# WHATWG decodes these labels to a lone U+FFFD to stop script attacks; no script runs here, so they are guessed.
NOT_USED = frozenset({"replacement", "x-user-defined"})

# Python's gbk knows fewer characters than WHATWG's decoder of the same name, which is gb18030's.
WIDER_CODECS = {"gbk": "gb18030"}

# Below this many broken sequences a page declared UTF-8 stays UTF-8, whatever else it holds: stray bytes are
# common (a quotation pasted from elsewhere), whole pages in the wrong charset rare.
MIN_BROKEN = 8
# Of 100 broken sequences this many whole ones are still chance: measured, legacy Chinese text makes 22 to 36 (six texts
# in gb18030 and big5), windows-1252 text at most 2 (475 texts).
MAX_WHOLE_BY_CHANCE = 40
# This many whole multi-byte sequences and not one broken one: single-byte text makes one or two by accident
# (an all-capitals "PERCHÉ»" is one), not three with no other accented letter on the page.
MIN_WHOLE = 3
# Text of a double-byte charset is valid UTF-8 by chance only for a character or two: pages saved anew as UTF-8 keep
# the <meta> of their old charset, and browsers that are told nothing by a header show them garbled.
MIN_WHOLE_DECLARED_DOUBLE = 20
# Undeclared text is UTF-8 with bad bytes when whole sequences outnumber broken ones by this factor.
WHOLE_PER_BROKEN = 20

SAMPLE_BYTES = 65_536  # 1.7 ms of the detector, measured at 40 MB/s
SAMPLE_LEAD_BYTES = 200  # plain words before the first non-ASCII byte, as context for the detector
# The detector's confidence tells nothing: it names windows-1250 at 0.8 for English with a few curly quotes. What tells
# is letters: the texts of windows-1252 it misnamed have bytes from C0 up on at most 0.12 % of their length (16 of 626
# texts), pages in another charset on 6 % of their words and more, of which markup leaves a tenth.
FIRST_LETTER_BYTE = 0xC0
MIN_LETTER_SHARE = 0.002
LETTER_BYTES = bytes(range(FIRST_LETTER_BYTE, 0x100))
DETECTOR_LABELS = {"UHC": "euc-kr", "maccyrillic": "x-mac-cyrillic"}  # its names for what WHATWG calls otherwise
UTF16_SAMPLE_BYTES = 1_000
UTF16_ZERO_SHARE = 0.7  # of every second byte, in Western text; no other charset looks so

NON_ASCII = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text with the charset it was read in (WHATWG name) and where that name came from.

    The text has LF line ends, no byte order mark, no NUL (U+FFFD stands there, as in HTML) and no surrogates.
    """

    text: str
    encoding: str
    source: Source


def decode(content: bytes, content_type: str | None = None) -> Decoded:
    """The content as text, never raising: byte order mark, then HTTP header, then <meta>, then a guess.

    A declared charset is followed as browsers follow it, bad bytes becoming U+FFFD, with two exceptions where the
    bytes leave no doubt: declared UTF-8 whose non-ASCII bytes are nearly all broken is guessed anew, and any other
    declared charset whose non-ASCII bytes are all whole UTF-8 sequences is read as UTF-8.
    """
    for bom, name in BOMS:
        if content.startswith(bom):
            return _decoded(content[len(bom) :], name, "bom")
    declared = _declared(content, content_type)
    if declared is None:
        return _guessed(content)
    name, source = declared
    if name == "utf-8":
        return _checked_utf8(content, source)
    if not name.startswith("utf-16") and _is_utf8_beyond_doubt(content, single_byte=_is_single_byte(name)):
        return _decoded(content, "utf-8", "guess")
    return _decoded(content, name, source)


def _declared(content: bytes, content_type: str | None) -> tuple[str, Source] | None:
    if content_type and (match := CHARSET.search(content_type)):
        name = _known(match[1] or match[2] or match[3] or "")
        if name is not None:
            return name, "header"
    label = declared_label(content)
    name = _known(label) if label else None
    return None if name is None else (name, "meta")


def _known(label: str) -> str | None:
    """WHATWG name of the label; None for labels browsers do not know or refuse to decode."""
    encoding: Encoding | None = webencodings.lookup(label)
    return None if encoding is None or encoding.name in NOT_USED else str(encoding.name)


def _is_single_byte(name: str) -> bool:
    return name.startswith(("windows-", "iso-8859-", "koi8-", "mac", "x-mac", "ibm"))


def _is_utf8_beyond_doubt(content: bytes, *, single_byte: bool) -> bool:
    if content.isascii():
        return False
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _count_non_ascii(text) >= (MIN_WHOLE if single_byte else MIN_WHOLE_DECLARED_DOUBLE)


def _checked_utf8(content: bytes, source: Source) -> Decoded:
    try:
        return _finished(content.decode("utf-8"), "utf-8", source)
    except UnicodeDecodeError:
        whole, broken, text = _utf8_counts(content)
    if broken >= MIN_BROKEN and whole * 100 <= broken * MAX_WHOLE_BY_CHANCE:
        return _guessed(content)
    return _finished(text, "utf-8", source)


def _utf8_counts(content: bytes) -> tuple[int, int, str]:
    """Whole and broken non-ASCII sequences of the content read as UTF-8, and the text."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
    else:
        return (0 if text.isascii() else _count_non_ascii(text)), 0, text
    broken = text.count("\ufffd") - content.count(b"\xef\xbf\xbd")
    return _count_non_ascii(text) - broken, broken, text


def _count_non_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _guessed(content: bytes) -> Decoded:
    """The content as UTF-8 where it is that, else as the detector says, else as windows-1252."""
    if utf16 := zero_bytes_are_utf16(content):
        return _decoded(content, utf16, "guess")
    if content.isascii() and b"\x1b" not in content:
        return _decoded(content, "windows-1252", "default")
    whole, broken, text = _utf8_counts(content)
    if whole and whole >= broken * WHOLE_PER_BROKEN:
        return _finished(text, "utf-8", "guess")
    name = _detected(content)
    return _decoded(content, name or "windows-1252", "guess" if name else "default")


def zero_bytes_are_utf16(content: bytes) -> str | None:
    """The byte order of UTF-16 that bears no mark, `utf-16le` or `utf-16be`; None where the content is not UTF-16."""
    head = content[:UTF16_SAMPLE_BYTES]
    enough = UTF16_ZERO_SHARE * (len(head) // 2)
    if enough and head[1::2].count(0) >= enough and not head[::2].count(0):
        return "utf-16le"
    if enough and head[::2].count(0) >= enough and not head[1::2].count(0):
        return "utf-16be"
    return None


def _detected(content: bytes) -> str | None:
    """The charset the detector names, as WHATWG names it; None where it names none or has too few letters to go by."""
    import cchardet  # only undeclared pages that are no UTF-8 need it

    first = NON_ASCII.search(content)
    start = max(0, first.start() - SAMPLE_LEAD_BYTES) if first else 0
    sample = content[start : start + SAMPLE_BYTES]
    letters = len(sample) - len(sample.translate(None, LETTER_BYTES))
    if first and letters < MIN_LETTER_SHARE * len(sample):
        return None
    label = cchardet.detect(sample)["encoding"] or ""
    name = _known(DETECTOR_LABELS.get(label, label))
    return None if name in {"utf-8", "utf-16le", "utf-16be"} else name  # those were tried and are not it


def _decoded(content: bytes, name: str, source: Source) -> Decoded:
    codec = WIDER_CODECS.get(name)
    if codec is not None:
        return _finished(content.decode(codec, "replace"), name, source)
    text, _ = webencodings.lookup(name).codec_info.decode(content, "replace")  # type: ignore[union-attr]
    return _finished(text, name, source)


def _finished(text: str, name: str, source: Source) -> Decoded:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return Decoded(text=text, encoding=name, source=source)
