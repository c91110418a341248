"""Durations as people write them in configuration files: 30, "30s", "15m", "6h", "1d12h"."""

import re

__all__ = ["Seconds", "read_duration"]

_UNIT_S = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|[smhdw])")


class Seconds(float):
    """A span of time, in seconds; its own type, so that a configuration may write it with a unit."""


def read_duration(value: object) -> Seconds:
    """Seconds of a number or of a text with units; raises ValueError for anything else, and for less than nothing."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf"):
        return Seconds(value)
    if isinstance(value, str):
        text = value.strip().lower()
        if re.fullmatch(rf"(?:{_PART.pattern}\s*)+", text):
            return Seconds(sum(float(number) * _UNIT_S[unit] for number, unit in _PART.findall(text)))
    raise ValueError(f'{value!r} is not a duration; write 30, "30s", "15m", "6h" or "1d"')
