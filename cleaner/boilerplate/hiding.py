"""What in an element's own attributes hides its text from a reader's eyes, as browsers lay it out; style sheets are not read."""

import re
import sys
from functools import lru_cache

__all__ = ["hides_by_name", "hides_by_style"]

# Any style that hides holds one of these, however it is written: a cheap look before the style is taken apart.
_MAY_HIDE = re.compile(r"none|hidden|collapse|opacity|transparent|clip|scale|indent|font|absolute|fixed|margin|\\|/\*")
MAX_STYLE_CHARS = 4_000  # longer ones draw pictures
_COMMENT = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/")
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.DOTALL)
_NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))(px|em|rem|ex|ch|vw|vh|pt|cm|in|%)?")
_PX = {
    "em": 16.0,
    "rem": 16.0,
    "vw": 10.0,
    "vh": 10.0,
    "%": 10.0,
    "ex": 8.0,
    "ch": 8.0,
    "pt": 1.3,
    "cm": 38.0,
    "in": 96.0,
}
OFF_SCREEN_PX = -500.0  # further than any menu slides
MIN_OPACITY = 0.02
_NARROW_PX = 1.0
MAX_LENGTH_CHARS = 24
_CLIPPED = re.compile(r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)")
_CLIPPED_PATH = re.compile(
    r"inset\(\s*(?:100|[5-9]\d)%|(?:circle|ellipse)\(\s*0|polygon\(\s*0(?:px|%)?\s+0(?:px|%)?[\s,]+0(?:px|%)?\s+0"
)
_NAMES = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-(?:text|only)|screenreader-only|element-invisible)(?:\s|$)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def hides_by_style(style: str) -> bool:
    """Whether this `style` attribute keeps the element's text from being seen: not shown, transparent, off screen or of no size."""
    if len(style) > MAX_STYLE_CHARS:
        style = style[:MAX_STYLE_CHARS]
    lowered = style.lower()
    return _MAY_HIDE.search(lowered) is not None and _hides(_declarations(lowered))


def hides_by_name(names: str) -> bool:
    """Whether the class is one that frameworks give to text for screen readers alone."""
    return ("hidden" in names or "reader" in names or "invisible" in names or "sr-" in names) and _NAMES.search(
        names
    ) is not None


def _declarations(style: str) -> dict[str, str]:
    plain = _ESCAPE.sub(_unescaped, _COMMENT.sub("", style))
    pairs = (part.partition(":") for part in plain.split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _unescaped(found: re.Match[str]) -> str:
    if not found[1]:
        return found[2]
    code = int(found[1], 16)
    return chr(code) if 0 < code <= sys.maxunicode else "\ufffd"


def _hides(of: dict[str, str]) -> bool:
    return (
        of.get("display") == "none"
        or of.get("visibility") in ("hidden", "collapse")
        or of.get("content-visibility") == "hidden"
        or _px(of.get("opacity"), 1.0) < MIN_OPACITY
        or _px(of.get("font-size"), 1.0) == 0.0
        or of.get("color") == "transparent"
        or of.get("transform", "").replace(" ", "").startswith(("scale(0)", "scale(0,", "scalex(0)", "scaley(0)"))
        or _px(of.get("text-indent"), 0.0) <= OFF_SCREEN_PX
        or _is_off_screen(of)
        or _has_no_room(of)
    )


def _is_off_screen(of: dict[str, str]) -> bool:
    out_of_flow = of.get("position") in ("absolute", "fixed")
    sides = ("left", "top", "right", "bottom") if out_of_flow else ()
    if any(_px(of.get(side), 0.0) <= OFF_SCREEN_PX for side in (*sides, "margin-left", "margin-top")):
        return True
    return out_of_flow and (_CLIPPED.search(of.get("clip", "")) is not None or _is_clipped(of))


def _is_clipped(of: dict[str, str]) -> bool:
    return _CLIPPED_PATH.search(of.get("clip-path", "")) is not None


def _has_no_room(of: dict[str, str]) -> bool:
    if _is_clipped(of):
        return True
    cut = of.get("overflow", "").startswith(("hidden", "clip"))
    return cut and any(_px(of.get(size), 99.0) <= _NARROW_PX for size in ("height", "width", "max-height", "max-width"))


def _px(value: str | None, default: float) -> float:
    """The length in pixels, roughly; `default` where it is none."""
    found = _NUMBER.fullmatch(value) if value and len(value) <= MAX_LENGTH_CHARS else None
    return float(found[1]) * _PX.get(found[2] or "px", 1.0) if found else default
