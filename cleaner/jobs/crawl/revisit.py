"""When a page is asked for again: a rhythm that follows how often it changed, and patience with what fails.

The rate of change is estimated as changes seen over time watched, with half a change added so that a page which never
changed still has a rate (Cho and Garcia-Molina, "Estimating frequency of change", ACM TOIT 3(3), 2003, section 4: the
estimator with a small prior). The next visit comes when, at that rate, a change has become as likely as not:

    rate = (changes + 0.5) / watched        wait = ln 2 / rate        bounded by `revisit.min` and `revisit.max`

Both sums fade by a quarter with each visit, so that a page may change its habits. Unchanged, a page waits 2.4 times as
long after each visit; changed at each, two thirds as long.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = [
    "MAX_BACKOFF_S",
    "Rhythm",
    "after_failure_s",
    "after_visit",
    "believed",
    "freshness_s",
    "is_newer",
    "settles",
]

PRIOR_CHANGES = 0.5
FADE = 0.75  # about the last four visits count
TOO_SHORT_S = 600.0  # that a page did not change within ten minutes says nothing about its habits
FIRST_BACKOFF_S = 3_600.0
MAX_BACKOFF_S = 30 * 86_400.0
MAX_WATCHED_S = 366 * 86_400.0  # between two visits; what is more comes of a clock that was wrong
MAX_FRESH_S = 30 * 86_400.0
MAX_IDLE = 3  # sites that write the present moment into their sitemap would have every page asked for in every run
MAX_DOUBLINGS = 10  # in a row and over runs: an hour, two, four … and then once in thirty days


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was seen of a page's changes: faded sums of changes and of seconds watched."""

    changes: float = 0.0
    watched_s: float = 0.0


def after_visit(rhythm: Rhythm, elapsed_s: float, *, changed: bool) -> tuple[Rhythm, float]:
    """The rhythm with one more visit, `elapsed_s` after the one before, and the seconds to wait for the next, unbounded."""
    elapsed_s = min(max(elapsed_s, 0.0), MAX_WATCHED_S)
    if not changed and rhythm.watched_s + elapsed_s < TOO_SHORT_S:
        return Rhythm(rhythm.changes, rhythm.watched_s + elapsed_s), 0.0
    seen = Rhythm(rhythm.changes * FADE + changed, rhythm.watched_s * FADE + elapsed_s)
    return seen, math.log(2) * seen.watched_s / (seen.changes + PRIOR_CHANGES)


def after_failure_s(failures: int) -> float:
    """Seconds to leave a page alone after so many failures in a row: an hour, doubled each time, at most thirty days."""
    return min(FIRST_BACKOFF_S * 2.0 ** min(failures - 1, MAX_DOUBLINGS), MAX_BACKOFF_S)


def believed(idle: int) -> bool:
    """Whether a newer mark is reason enough to ask for the page; not where three in a row told of no change that we could see."""
    return idle < MAX_IDLE


def is_newer(mark: str, seen: str | None) -> bool:
    """Whether a feed's or sitemap's mark says that the page changed since `seen` was its mark."""
    if seen is None or mark == seen:
        return seen is None
    new, old = _moment(mark), _moment(seen)
    return new > old if new and old else True


def settles(mark: str | None, visited_at: float) -> bool:
    """Whether every change after the visit must show in another mark; a day alone does not tell the day's later changes."""
    moment = _moment(mark) if mark else None
    if moment is None or mark is None:
        return False
    last = moment.timestamp() + (86_400 if len(mark) <= len("2026-11-26") else 0)
    return last <= visited_at


def freshness_s(mark: str, asked_at: float) -> float:
    """Seconds for which a document with that old mark need not be asked for: a tenth of its age, as RFC 9111 (4.2.2) has it."""
    moment = _moment(mark)
    return min(max(0.0, asked_at - moment.timestamp()) / 10, MAX_FRESH_S) if moment else 0.0


def _moment(mark: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(mark)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
