"""The frontier's tables and the typed rows that come out of them.

Version 2 has the pictures, `idle`, the marks of places and the time of blocks; everything of version 1 is as it was, so an older frontier
only lacks what is made anew.
"""

from dataclasses import dataclass

__all__ = ["SCHEMA", "SCHEMA_VERSION", "TO_VERSION_2", "Document", "Item", "Standing"]

SCHEMA_VERSION = 2

# state: 0 waiting for its time, 1 leased to a run, 2 another address of the page in `target`, 3 refused for good
TO_VERSION_2 = """
ALTER TABLE pages ADD COLUMN idle INTEGER NOT NULL DEFAULT 0;
ALTER TABLE places ADD COLUMN mark TEXT;
ALTER TABLE shapes ADD COLUMN blocked_at REAL NOT NULL DEFAULT 0;
"""
SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    source TEXT NOT NULL,
    fold TEXT NOT NULL,
    depth INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL DEFAULT 0,
    mark TEXT,
    seen_mark TEXT,
    target TEXT,
    leased_at REAL,
    first_at REAL,
    visited_at REAL,
    etag TEXT,
    modified TEXT,
    digest TEXT,
    changes REAL NOT NULL DEFAULT 0,
    watched REAL NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    status INTEGER,
    error TEXT,
    message TEXT,
    idle INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS pages_by_due ON pages (source, host, state, due);
CREATE INDEX IF NOT EXISTS pages_by_fold ON pages (fold);
CREATE INDEX IF NOT EXISTS pages_leased ON pages (state) WHERE state = 1;
CREATE INDEX IF NOT EXISTS pages_failed ON pages (visited_at) WHERE error IS NOT NULL;

CREATE INDEX IF NOT EXISTS pages_by_target ON pages (target) WHERE target IS NOT NULL;

CREATE TABLE IF NOT EXISTS documents (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    scope TEXT NOT NULL,
    etag TEXT,
    modified TEXT,
    digest TEXT,
    read_at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS places (
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    place TEXT NOT NULL,
    mark TEXT,
    PRIMARY KEY (source, url, place)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS names (
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (source, name)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS hosts (
    host TEXT PRIMARY KEY,
    not_before REAL NOT NULL DEFAULT 0,
    known INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS robots (
    origin TEXT PRIMARY KEY,
    status INTEGER,
    content BLOB NOT NULL,
    expires REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sources (
    name TEXT PRIMARY KEY,
    started_at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS shapes (
    host TEXT NOT NULL,
    shape TEXT NOT NULL,
    blocked_at REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (host, shape)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS pictures (
    source TEXT NOT NULL,
    page TEXT NOT NULL,
    place INTEGER NOT NULL,
    url TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source, page, place)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A page that is leased to this run, with what is known from earlier visits."""

    id: int
    url: str
    host: str
    source: str
    depth: int
    due: float
    mark: str | None
    first_at: float | None
    visited_at: float | None
    etag: str | None
    modified: str | None
    digest: str | None
    changes: float
    watched: float
    failures: int
    leased_at: float | None = None
    seen_mark: str | None = None
    idle: int = 0

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """Headers that spare an unchanged body."""
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.modified))
        return tuple((name, value) for name, value in pairs if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the frontier keeps of a page after a visit.

    `idle` counts visits in a row that a newer mark asked for and that found nothing new.
    """

    due: float
    visited_at: float
    seen_mark: str | None
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    changes: float = 0.0
    watched: float = 0.0
    failures: int = 0
    status: int | None = None
    error: str | None = None
    message: str | None = None
    idle: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed, sitemap or section page as last read: its validators, and the scope its addresses were taken under."""

    url: str
    source: str
    scope: str
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    read_at: float = 0.0
