"""Where sentences end and go on: what tells a whole paragraph from the half of a torn one."""

import re
import unicodedata

__all__ = ["MENDED", "are_halves", "ends_sentence", "joined", "looks_unspaced"]

MENDED = "paragraphs/torn"  # the edit that joins halves, on pages and in plain text alike

_CLOSERS = "\"'’”»›)]}」』）】〉》*_~`"
_FINAL = ".!?…。！？｡؟۔।॥:;：；․։"
_SENTENCE_END = re.compile(f"[{re.escape(_FINAL)}][{re.escape(_CLOSERS)}\\s]*$")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_LIST_OR_MARK = re.compile(r"\s*(?:[-*+•·‣▪–—>|#=]|\d{1,3}[.)]\s)")

# Shorter lines without a full stop are headings more often than torn sentences; in scripts with case the lower-case
# start of the second half speaks for itself, elsewhere only length does.
MIN_CHARS_TORN_CASED = 20
MIN_CHARS_TORN_UNCASED = 60
MIN_CHARS_TORN_UNSPACED = 30


def ends_sentence(text: str) -> bool:
    """Whether the text ends as a sentence does, closing quotation marks and brackets aside."""
    return _SENTENCE_END.search(text[-12:]) is not None


def looks_unspaced(char: str) -> bool:
    """Whether the character belongs to a script that puts no spaces between words."""
    return _UNSPACED.match(char) is not None


def are_halves(first: str, second: str) -> bool:
    """Whether `second` goes on in the sentence that `first` leaves open."""
    first, second = first.strip(), second.strip()
    if not first or not second or ends_sentence(first):
        return False
    if _LIST_OR_MARK.match(first) or _LIST_OR_MARK.match(second):
        return False
    last, start = first[-1], second[0]
    if start.islower():
        return len(first) >= MIN_CHARS_TORN_CASED and not _is_brand(second)
    if start.isupper() or not start.isalpha() or not (_is_letter(last) or last in ",、，،"):
        return False
    enough = MIN_CHARS_TORN_UNSPACED if looks_unspaced(last) and looks_unspaced(start) else MIN_CHARS_TORN_UNCASED
    return len(first) >= enough and len(second) >= enough // 2


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _is_brand(text: str) -> bool:
    """Whether the text begins like iPhone or eBay, whose small letter is no sign of a torn sentence."""
    return len(text) > 1 and text[1].isupper()


def joined(first: str, second: str) -> str:
    """What stands between the halves and the second one: a space, or nothing in scripts without spaces."""
    first, second = first.rstrip(), second.lstrip()
    unspaced = looks_unspaced(first[-1]) and looks_unspaced(second[0])
    thai = "\u0e00" <= first[-1] <= "\u0e7f"
    return second if unspaced or thai else " " + second
