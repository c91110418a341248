"""UTF-8 that was read as windows-1252, recognised only where no other reading is possible."""

import re

__all__ = ["repaired"]

# windows-1252 as browsers read it: the five bytes without a character there stand for themselves.
_BYTES_1252 = {bytes([code]).decode("cp1252", "ignore") or chr(code): code for code in range(0x80, 0xA0)}
# A text read as ISO 8859-1 has the control characters themselves; both come from the same bytes.
_TO_BYTES = {ord(char): chr(code) for char, code in _BYTES_1252.items()}
_TRAIL = "[\x80-\xbf" + re.escape("".join(_BYTES_1252)) + "]"

# What people meet: dashes and quotation marks (â€™), small letters of western Europe (Ã©), signs (Â£), then longer
# runs of Cyrillic, Greek, CJK and emoji. "Ä…", "É”" and "IRMÔ are what they look like too often, so they do not count,
# nor does Ã before a quotation mark or a space.
_TYPICAL = re.compile(
    "â[€\x80]" + _TRAIL
    + "|Ã[¡-§¨©¬-¹¼-¿]"
    + "|Â[£©®°±§½¼¾¿¡]"
    + "|(?<![^\\W_])Â\xa0"
    + "|(?:[ÎÏÐÑØÙ×]" + _TRAIL + "){3}"
    + "|(?:[ã-é]" + _TRAIL + "{2}){3}"
    + "|ð[Ÿ\x9f]" + _TRAIL + "{2}"
)  # fmt: skip
# The letters that all of these begin with; a text without any is passed by at once.
_OPENING = re.compile("[âÃÂÎÏÐÑØÙ×ã-éð]")


def repaired(text: str) -> str | None:
    """The text as it was meant; None unless the whole of it reads as UTF-8 and holds a typical sequence."""
    if text.isascii() or not _OPENING.search(text) or not _TYPICAL.search(text):
        return None
    try:
        return text.translate(_TO_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
