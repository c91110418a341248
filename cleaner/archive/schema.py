"""The catalogue's tables, and the typed rows that go in and come out. The WARCs are the truth; this is their index."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "SCHEMA",
    "SCHEMA_VERSION",
    "ArticleRow",
    "CaptureRow",
    "Entry",
    "Hit",
    "PayloadRow",
    "RemovalRow",
    "Shown",
    "Version",
    "VersionRow",
]

SCHEMA_VERSION = 2

SCHEMA = """
CREATE TABLE captures (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    key TEXT NOT NULL,
    host TEXT NOT NULL,
    captured_at TEXT NOT NULL,
    status INTEGER,
    content_type TEXT,
    truncated TEXT,
    entity_digest TEXT,
    record_id TEXT NOT NULL,
    record_kind TEXT NOT NULL,
    original_file TEXT NOT NULL,
    original_offset INTEGER NOT NULL
);
CREATE INDEX captures_by_key ON captures (key, captured_at);
CREATE INDEX captures_by_time ON captures (captured_at);
CREATE INDEX captures_by_host ON captures (host, captured_at);

CREATE TABLE payloads (
    key TEXT PRIMARY KEY,
    record_id TEXT NOT NULL,
    url TEXT NOT NULL,
    date TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE versions (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    capture TEXT NOT NULL,
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    made_at TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    text_digest TEXT NOT NULL,
    text_file TEXT
);
CREATE INDEX versions_by_key ON versions (key, number);

CREATE VIRTUAL TABLE texts USING fts5 (
    title, text, content = 'versions', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE articles (
    capture TEXT PRIMARY KEY,
    version TEXT,
    cleaned_at TEXT NOT NULL,
    ruleset TEXT NOT NULL,
    reason TEXT,
    reason_evidence TEXT,
    title TEXT,
    byline TEXT,
    published TEXT,
    language TEXT,
    article_file TEXT NOT NULL,
    article_offset INTEGER NOT NULL
);

CREATE TABLE removals (
    rule TEXT NOT NULL,
    capture TEXT NOT NULL,
    inside INTEGER NOT NULL,
    outside INTEGER NOT NULL,
    example TEXT NOT NULL,
    PRIMARY KEY (rule, capture)
) WITHOUT ROWID;
CREATE INDEX removals_by_capture ON removals (capture);

CREATE VIEW entries AS
    SELECT c.id, c.url, c.key, c.host, c.captured_at, c.status, c.content_type, c.truncated, c.record_id, c.record_kind,
           c.original_file, c.original_offset, a.version, a.cleaned_at, a.ruleset, a.reason, a.reason_evidence,
           a.title, a.byline, a.published, a.language, a.article_file, a.article_offset, v.text_file
    FROM captures c LEFT JOIN articles a ON a.capture = c.id LEFT JOIN versions v ON v.id = a.version;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRow:
    """A page in the originals. `captured_at` is UTC in the WARC's form, so it sorts as text."""

    id: str
    url: str
    key: str
    host: str
    captured_at: str
    status: int | None
    content_type: str | None
    truncated: str | None
    entity_digest: str | None
    record_id: str
    record_kind: str
    original_file: str
    original_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadRow:
    """A body that stands whole in a response record; later equal ones refer to it."""

    key: str
    record_id: str
    url: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One clean text of one page."""

    id: str
    capture: str
    key: str
    url: str
    made_at: str
    title: str
    text: str
    text_digest: str
    text_file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """What cleaning a capture gave: the version that holds its text (None without an article) or the reason why not."""

    capture: str
    version: str | None
    cleaned_at: str
    ruleset: str
    reason: str | None
    reason_evidence: str | None
    title: str | None
    byline: str | None
    published: str | None
    language: str | None
    article_file: str
    article_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalRow:
    """How many blocks of a capture one rule dropped, within the article's range and outside it, and the first one's text."""

    rule: str
    capture: str
    inside: int
    outside: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One capture as the catalogue lists it. All that follows `original_offset` is None for a page not cleaned yet."""

    id: str
    url: str
    key: str
    host: str
    captured_at: str
    status: int | None
    content_type: str | None
    truncated: str | None
    record_id: str
    record_kind: str
    original_file: str
    original_offset: int
    version: str | None
    cleaned_at: str | None
    ruleset: str | None
    reason: str | None
    reason_evidence: str | None
    title: str | None
    byline: str | None
    published: str | None
    language: str | None
    article_file: str | None
    article_offset: int | None
    text_file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One clean text of a page over time, without the text itself."""

    id: str
    capture: str
    url: str
    made_at: str
    title: str
    text_file: str | None
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One page found by its text; the words searched for stand between the marks in `snippet`."""

    id: str
    version: str
    url: str
    title: str
    captured_at: str
    snippet: str
    text_file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One capture with its clean text and what was dropped from it: decisions as the article's `to_dict` gives them."""

    entry: Entry
    text: str
    dropped: tuple[Mapping[str, object], ...]
