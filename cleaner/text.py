"""Readings of plain strings that every floor shares: the folded key of a line, its number of words, its safe and its short spelling."""

import re
import unicodedata

__all__ = [
    "APOSTROPHES",
    "FOLDED_AWAY",
    "cased",
    "fold",
    "in_xml",
    "printable",
    "slug",
    "with_plain_apostrophes",
    "without_controls",
    "words",
]

# Characters without width that sites put into words: soft hyphen, zero-width space and joiners, word joiner, byte order mark, bidi marks.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\ufe0e\ufe0f"
_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
FOLDED_AWAY = f"[{_INVISIBLE}{_BIDI_CONTROLS}]"  # a class of characters, as a pattern has it
_FOLDED_AWAY = re.compile(f"{FOLDED_AWAY}+")
# Signs that people type and that Unicode does not class as punctuation or symbols of decoration.
_EDGE_CLASSES = frozenset({"Pd", "Ps", "Pe", "Po", "Pc", "Sm", "So", "Sk", "Zs"})
# A question, a quotation and a copyright sign say something about the words within, so they are no decoration.
_TELLING = frozenset("?¿？؟⸮;\"'„‚「」『』%&#@$€£§©")

_JOINING = "'’.-"
APOSTROPHES = "'’ʼ"  # as they are typed, the plain one first
_SPACED_WORD = re.compile(rf"[^\W_]+(?:[{_JOINING}][^\W_]+)*")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+"
)
_FIRST_UNSPACED = "\u0e00"
UNSPACED_CHARS_PER_WORD = (
    2  # mean length of a Chinese or Japanese word; Thai words are longer, the error is on the safe side
)

_TERMINAL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029" + _BIDI_CONTROLS + "\ud800-\udfff]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
# Controls, embeddings and isolates that reorder what stands around them, noncharacters, halves of surrogate pairs.
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]+"
)
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def _sign_of_word(char: str) -> bytes:
    """`a` where the character is part of a word as `_SPACED_WORD` has it, `-` where it joins two, else a space."""
    return b"a" if _SPACED_WORD.fullmatch(char) else b"-" if char in _JOINING else b" "


# Western letters with the typographic quotes and dashes: most texts are written with these, and counted in a tenth of the time.
_WESTERN = "cp1252"
_WESTERN_SIGNS = b"".join(_sign_of_word(bytes([byte]).decode(_WESTERN, "replace")) for byte in range(256))
_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "'": "", "’": ""}
)


def fold(line: str) -> str:
    """The key on which lines are compared: case, width, white space and invisible signs levelled, decoration at the edges off.

    One apostrophe and one hyphen stand for all that are typed. Accents stay; question marks and quotation marks at the
    edges stay too, because `Advertisement?` is something said.
    """
    if line.isascii():
        return _bare(" ".join(line.lower().split()))
    levelled = cased(unicodedata.normalize("NFKC", _FOLDED_AWAY.sub("", line)))
    return _bare(" ".join(levelled.split()))


def cased(text: str) -> str:
    """The text, which is in NFKC, in the case in which lines are compared, with one apostrophe and one hyphen whichever was typed."""
    if text.isascii():
        return text.lower()
    # The hyphen is what NFKC makes of the one that does not break.
    text = with_plain_apostrophes(text).replace("\u2010", "-")
    # Casefold of a dotted capital I leaves a combining dot behind.
    # Turkish capitals lose or gain their dot when lowered without a locale.
    return unicodedata.normalize("NFC", text.casefold()).replace("i\u0307", "i").replace("ı", "i")


def with_plain_apostrophes(text: str) -> str:
    """The text with the plain apostrophe for any other."""
    for other in APOSTROPHES[1:]:
        text = text.replace(other, APOSTROPHES[0])
    return text


def _bare(line: str) -> str:
    start, end = 0, len(line)
    while start < end and (_is_decoration(line[start]) or _is_arrow(line[start], line[start + 1 : end])):
        start += 1
    while end > start and (_is_decoration(line[end - 1]) or _is_arrow(line[end - 1], line[start : end - 1][::-1])):
        end -= 1
    return line[start:end]


def _is_arrow(sign: str, inward: str) -> bool:
    """Whether an angle quotation mark stands off from the words, as in `» Related`; close to them it quotes."""
    return sign in "«»‹›" and inward[:1] in ("", " ", sign)


def _is_decoration(char: str) -> bool:
    if char.isalnum():
        return False
    return char == "#" or (char not in _TELLING and unicodedata.category(char) in _EDGE_CLASSES)


def words(text: str) -> int:
    """Number of words; scripts without spaces count two characters, rounded up, as one word."""
    try:
        return _western_words(text.encode(_WESTERN))
    except UnicodeEncodeError:
        return _any_words(text)


def _western_words(text: bytes) -> int:
    signs = b" " + text.translate(_WESTERN_SIGNS)
    # Twice: in `a-a-a` the first pass takes every other one.
    joined = signs.replace(b"a-a", b"aaa").replace(b"a-a", b"aaa")
    return joined.count(b" a") + joined.count(b"-a")


def _any_words(text: str) -> int:
    if text.isascii() or max(text) < _FIRST_UNSPACED:
        return len(_SPACED_WORD.findall(text))
    unspaced = sum(len(run) for run in _UNSPACED.findall(text))
    if not unspaced:
        return len(_SPACED_WORD.findall(text))
    spaced = len(_SPACED_WORD.findall(_UNSPACED.sub(" ", text)))
    return spaced + -(-unspaced // UNSPACED_CHARS_PER_WORD)


def printable(text: str, *, multiline: bool = False) -> str:
    r"""The text with every terminal control, bidi control and lone surrogate escaped (`\x1b`); `multiline` leaves \n and \t."""
    return _TERMINAL.sub(lambda seen: _escaped(seen.group(), multiline=multiline), text)


def _escaped(char: str, *, multiline: bool) -> str:
    if multiline and char in "\n\t":
        return char
    return char.encode("unicode_escape").decode("ascii")


def slug(text: str, max_chars: int = 60) -> str:
    """A file name of ASCII letters, digits and single hyphens, cut at a word where possible; `article` when nothing is left."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LATIN))
    joined = _NOT_SLUG.sub("-", plain.encode("ascii", "ignore").decode("ascii").lower()).strip("-")
    if len(joined) > max_chars:
        cut = joined[: max_chars + 1].rpartition("-")[0]
        joined = (cut or joined)[:max_chars].strip("-")
    return joined or "article"


def without_controls(text: str) -> str:
    """The text without what is no text: controls but white space, reordering signs, noncharacters, halves of surrogate pairs."""
    return _CONTROL.sub("", text)


def in_xml(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text)
