"""What an archive's crawls could not have, and why: read from their frontiers, for lists and pages; changes nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cleaner import urls
from cleaner.archive.disk import on_disk, rows_of
from cleaner.jobs.crawl.state import frontiers

__all__ = ["Failure", "count_failures", "failures"]

BUSY_TIMEOUT_S = 5.0  # a reader waits for a commit, which takes milliseconds
FAILED = "error IS NOT NULL AND state != 2"  # 2: another address of a page that answers for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An address whose last visit failed or was refused, in the crawl and source that it belongs to.

    `failures` counts visits in a row; 0 for one that was refused unasked, as by robots.txt. `status` is None where no
    answer came, `visited_at` where it was never asked for. `due` is when it is asked for again; both in Unix time.
    """

    crawl: str
    url: str
    source: str
    failures: int
    status: int | None
    error: str
    message: str
    visited_at: float | None
    due: float


def failures(archive: Path, *, limit: int | None = None, host: str | None = None) -> list[Failure]:
    """The failures of all crawls of the archive, latest first; none where nothing was crawled. Raises ArchiveError."""
    found = [failure for path in frontiers(archive) for failure in _read(path, limit, host)]
    found.sort(key=lambda one: (one.visited_at is None, -(one.visited_at or 0.0), one.url))
    return found[:limit]


def count_failures(archive: Path) -> int:
    """Number of failures in all crawls of the archive. Raises ArchiveError."""
    sql = f"SELECT count(*) AS failed FROM pages WHERE {FAILED}"  # noqa: S608  # fixed words
    return sum(row["failed"] for path in frontiers(archive) for row in _rows(path, sql))


def _read(path: Path, limit: int | None, host: str | None) -> list[Failure]:
    names = ", ".join(part.name for part in fields(Failure) if part.name != "crawl")
    sql = f"SELECT {names} FROM pages WHERE {FAILED} ORDER BY visited_at DESC, url"  # noqa: S608  # names of our fields
    wanted = (row for row in _rows(path, sql) if host is None or urls.host(row["url"]) == host.lower())
    return [Failure(crawl=path.stem, **row) for row in islice(wanted, limit)]


def _rows(path: Path, sql: str) -> Iterator[dict[str, Any]]:
    """The rows of a reading statement, by column name; none of a frontier that is only just being made."""
    # Read-only, so that a run which is under way is not disturbed and nothing is made where there is nothing.
    place = f"file:{quote(str(path.absolute()))}?mode=ro"
    with on_disk(path), closing(sqlite3.connect(place, timeout=BUSY_TIMEOUT_S, uri=True)) as db:
        if db.execute("PRAGMA user_version").fetchone() != (0,):
            yield from rows_of(db, path, sql, ())
