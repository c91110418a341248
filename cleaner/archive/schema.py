"""The catalogue's tables, and the typed rows that go in and come out. The WARCs are the truth; this is their index."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "RENEW_PAGE",
    "SCHEMA",
    "SCHEMA_VERSION",
    "ArticleRow",
    "CaptureRow",
    "Entry",
    "Hit",
    "PayloadRow",
    "RemovalRow",
    "RenderingRow",
    "Shown",
    "TextRow",
    "Version",
    "VersionRow",
]

SCHEMA_VERSION = 7

# What became of a capture; a picture, or a further page, that was kept for an article is no page that failed.
_STATE = """CASE WHEN a.version IS NOT NULL THEN 'articles' WHEN c.part_of IS NOT NULL THEN 'parts'
                 WHEN c.content_type LIKE 'image/%' THEN 'pictures'
                 ELSE 'failures' END"""

# What both views tell of a capture `c`, its article `a` and that one's text `v`, beside what lists are ordered by.
_TOLD = """c.url, c.status, c.content_type, c.truncated, c.entity_digest, c.entity_bytes, c.record_id, c.record_kind,
           c.refers_to, c.original_file, c.original_offset, c.part_of, c.part, a.version, a.cleaned_at, a.ruleset, a.model, a.cleaning,
           a.reason, a.reason_evidence, a.title, a.byline, a.published, a.modified, a.language, a.site, a.canonical,
           a.words, a.dropped, a.edits, a.article_file, a.article_offset, v.text_digest, v.text_file, v.capture AS maker"""

SCHEMA = f"""
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
    entity_bytes INTEGER,
    record_id TEXT NOT NULL,
    record_kind TEXT NOT NULL,
    refers_to TEXT,
    original_file TEXT NOT NULL,
    original_offset INTEGER NOT NULL,
    part_of TEXT,
    part INTEGER
);
CREATE INDEX captures_by_key ON captures (key, captured_at);
CREATE INDEX captures_by_time ON captures (captured_at);
CREATE INDEX captures_by_host ON captures (host, captured_at);
CREATE INDEX captures_by_whole ON captures (part_of, part) WHERE part_of IS NOT NULL;
CREATE INDEX captures_by_reference ON captures (refers_to) WHERE refers_to IS NOT NULL;

CREATE TABLE payloads (
    key TEXT PRIMARY KEY,
    record_id TEXT NOT NULL,
    url TEXT NOT NULL,
    date TEXT NOT NULL,
    digest TEXT NOT NULL,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX payloads_by_url ON payloads (url, date);
CREATE INDEX payloads_by_record ON payloads (record_id);

CREATE TABLE versions (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    capture TEXT NOT NULL,
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    made_at TEXT NOT NULL,
    cleaned_at TEXT NOT NULL,
    title TEXT NOT NULL,
    text_digest TEXT NOT NULL,
    words INTEGER NOT NULL,
    text_file TEXT,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL
);
CREATE INDEX versions_by_key ON versions (key, made_at);

-- The clean texts themselves, one row a version under its number; a unit separator parts the letters of scripts without spaces.
CREATE VIRTUAL TABLE texts USING fts5 (title, byline, text, tokenize = 'unicode61 remove_diacritics 2');

-- What stands for each page now: its last capture and what became of that; and of its newest text, if it ever had one, the
-- number, language and day (as published, else as captured).
CREATE TABLE pages (
    key TEXT PRIMARY KEY,
    capture TEXT NOT NULL,
    captured_at TEXT NOT NULL,
    host TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER,
    language TEXT,
    said_at TEXT
) WITHOUT ROWID;
CREATE INDEX pages_by_time ON pages (captured_at, capture, state);
CREATE INDEX pages_by_host ON pages (host, captured_at, capture, state);
CREATE INDEX pages_by_version ON pages (version, host, language, said_at);

CREATE TABLE articles (
    capture TEXT PRIMARY KEY,
    version TEXT,
    key TEXT NOT NULL,
    cleaned_at TEXT NOT NULL,
    ruleset TEXT NOT NULL,
    model TEXT NOT NULL,
    cleaning TEXT NOT NULL,
    reason TEXT,
    reason_evidence TEXT,
    title TEXT,
    byline TEXT,
    published TEXT,
    modified TEXT,
    language TEXT,
    site TEXT,
    canonical TEXT,
    words INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    article_file TEXT NOT NULL,
    article_offset INTEGER NOT NULL
);
CREATE INDEX articles_by_version ON articles (version);

CREATE TABLE removals (
    rule TEXT NOT NULL,
    capture TEXT NOT NULL,
    inside INTEGER NOT NULL,
    outside INTEGER NOT NULL,
    example TEXT NOT NULL,
    PRIMARY KEY (rule, capture)
) WITHOUT ROWID;
CREATE INDEX removals_by_capture ON removals (capture);

-- Where the DOM stands that a browser made of a capture: what is read and cleaned in place of what was received.
CREATE TABLE renderings (capture TEXT PRIMARY KEY, file TEXT NOT NULL, offset INTEGER NOT NULL) WITHOUT ROWID;

-- Joined from the left, so that a question about a page's own columns reads no other table.
CREATE VIEW latest AS
    SELECT p.capture AS id, p.key, p.host, p.captured_at, p.state, {_TOLD}
    FROM pages p LEFT JOIN captures c ON c.id = p.capture LEFT JOIN articles a ON a.capture = p.capture
         LEFT JOIN versions v ON v.id = a.version;

CREATE VIEW entries AS
    SELECT c.id, c.key, c.host, c.captured_at, {_STATE} AS state, {_TOLD}
    FROM captures c LEFT JOIN articles a ON a.capture = c.id LEFT JOIN versions v ON v.id = a.version;
"""  # noqa: S608  # fixed words only

RENEW_PAGE = f"""
INSERT OR REPLACE INTO pages
SELECT c.key, c.id, c.captured_at, c.host, {_STATE}, newest.*
FROM captures c LEFT JOIN articles a ON a.capture = c.id LEFT JOIN
     (SELECT v.number, told.language, coalesce(told.published, made.captured_at)
      FROM versions v LEFT JOIN captures made ON made.id = v.capture LEFT JOIN articles told ON told.capture = v.capture
      WHERE v.key = :key AND EXISTS (SELECT 1 FROM articles WHERE version = v.id)
      ORDER BY v.made_at DESC, v.cleaned_at DESC, v.id LIMIT 1) newest
WHERE c.key = :key ORDER BY c.captured_at DESC, c.id DESC LIMIT 1
"""  # noqa: S608  # fixed words only


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRow:
    """A page in the originals. `captured_at` is UTC in the WARC's form, so it sorts as text.

    `part_of` is the capture of the first page where this is a further one of the same article, `part` its number from 2.
    """

    id: str
    url: str
    key: str
    host: str
    captured_at: str
    status: int | None
    content_type: str | None
    truncated: str | None
    entity_digest: str | None
    entity_bytes: int | None
    record_id: str
    record_kind: str
    refers_to: str | None
    original_file: str
    original_offset: int
    part_of: str | None
    part: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadRow:
    """A body that stands whole in a response record; later equal ones refer to it."""

    key: str
    record_id: str
    url: str
    date: str
    digest: str
    file: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One clean text of one page: `made_at` is when its page was received, `cleaned_at` when the text was made of it."""

    id: str
    capture: str
    key: str
    url: str
    made_at: str
    cleaned_at: str
    title: str
    text_digest: str
    words: int
    text_file: str | None
    file: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """What a search looks through: the title, byline and clean text of the version with this id."""

    version: str
    title: str
    byline: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """What cleaning a capture gave: the version that holds its text (None without an article) or the reason why not."""

    capture: str
    version: str | None
    key: str
    cleaned_at: str
    ruleset: str
    model: str
    cleaning: str
    reason: str | None
    reason_evidence: str | None
    title: str | None
    byline: str | None
    published: str | None
    modified: str | None
    language: str | None
    site: str | None
    canonical: str | None
    words: int
    dropped: int
    edits: int
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
class RenderingRow:
    """Where the record of a capture's DOM stands, among the articles."""

    capture: str
    file: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One capture as the catalogue lists it. All that follows `part` is None for a page not cleaned yet.

    `part_of` is the capture of the first page where this is a further one of the same article, `part` its number from 2.
    `refers_to` is the id of the record that holds a revisit's body. `dropped` and `edits` are counts; `cleaning` is a
    digest of all that decided about the text: program, rules, scorer, policy.
    """

    id: str
    url: str
    key: str
    host: str
    captured_at: str
    status: int | None
    content_type: str | None
    truncated: str | None
    entity_digest: str | None
    entity_bytes: int | None
    record_id: str
    record_kind: str
    refers_to: str | None
    original_file: str
    original_offset: int
    part_of: str | None
    part: int | None
    version: str | None
    cleaned_at: str | None
    ruleset: str | None
    model: str | None
    cleaning: str | None
    reason: str | None
    reason_evidence: str | None
    title: str | None
    byline: str | None
    published: str | None
    modified: str | None
    language: str | None
    site: str | None
    canonical: str | None
    words: int | None
    dropped: int | None
    edits: int | None
    article_file: str | None
    article_offset: int | None
    text_digest: str | None
    text_file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One clean text of a page over time, without the text itself."""

    id: str
    capture: str
    url: str
    made_at: str
    cleaned_at: str
    title: str
    text_digest: str
    words: int
    text_file: str | None
    file: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One page found by its text; the words searched for stand between the marks in `snippet`."""

    id: str
    version: str
    url: str
    title: str
    captured_at: str
    byline: str | None
    published: str | None
    language: str | None
    snippet: str
    text_file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One capture with its clean text and what was dropped from it: decisions as the article's `to_dict` gives them."""

    entry: Entry
    text: str
    dropped: tuple[Mapping[str, object], ...]
