"""Numbers as plots: what an SVG in a page needs to know, in its own units; colours and letters stand in the style sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from cleaner.archive import Count

__all__ = ["Bar", "Bars", "Columns", "bars", "columns", "over_time"]

PLOT_WIDTH = 720
COLUMNS_HEIGHT = 160
BAR_HEIGHT = 26
LABEL_WIDTH = 200  # room for a rule's id or a host's name
NUMBER_WIDTH = 64
MAX_DAYS = 92  # more than a quarter is shown by month
MAX_MONTHS = 60
MAX_LABEL_CHARS = 25


@dataclass(frozen=True, slots=True)
class Bar:
    """One number: its name, where its bar begins and how long it is, and the address of what it counts, where there is one."""

    name: str
    label: str
    count: int
    at: float
    length: float
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from left to right, one below the other."""

    rows: tuple[Bar, ...]
    height: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns side by side over time; `step` is each one's width, `unit` what one stands for, `most` the highest count."""

    columns: tuple[Bar, ...]
    step: float
    unit: str
    most: int


def bars(counts: Sequence[Count], links: str | None = None) -> Bars:
    """A bar for each count; `links` is the address before a name where bars lead somewhere."""
    most = max((count.count for count in counts), default=1) or 1
    room = PLOT_WIDTH - LABEL_WIDTH - NUMBER_WIDTH
    rows = tuple(
        Bar(
            count.name,
            count.name if len(count.name) <= MAX_LABEL_CHARS else count.name[: MAX_LABEL_CHARS - 1] + "…",
            count.count,
            at * BAR_HEIGHT,
            max(1.0, round(room * count.count / most, 1)),
            None if links is None else links + quote(count.name),
        )
        for at, count in enumerate(counts)
    )
    return Bars(rows, len(rows) * BAR_HEIGHT)


def columns(counts: Sequence[Count], unit: str) -> Columns:
    """A column for each count, in the order they come."""
    most = max((count.count for count in counts), default=1) or 1
    step = round(PLOT_WIDTH / max(1, len(counts)), 2)
    made = tuple(
        Bar(count.name, count.name, count.count, round(at * step, 2), round(COLUMNS_HEIGHT * count.count / most, 1))
        for at, count in enumerate(counts)
    )
    return Columns(made, step, unit, most)


def over_time(days: Sequence[Count]) -> Columns:
    """The days' counts with the empty days between them; by month where they span more than a quarter."""
    if not days:
        return columns([], "day")
    first, last = date.fromisoformat(days[0].name), date.fromisoformat(days[-1].name)
    counted = {count.name: count.count for count in days}
    span = (last - first).days + 1
    if span <= MAX_DAYS:
        names = [str(first + timedelta(days=at)) for at in range(span)]
        return columns([Count(name=name, count=counted.get(name, 0)) for name in names], "day")
    months: dict[str, int] = dict.fromkeys(_months(first, last), 0)
    for name, count in counted.items():
        months[name[:7]] += count
    return columns([Count(name=name, count=count) for name, count in months.items()][-MAX_MONTHS:], "month")


def _months(first: date, last: date) -> list[str]:
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(start, end + 1)]
