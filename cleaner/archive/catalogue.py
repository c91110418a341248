"""The catalogue: which captures, texts and bodies the archive holds, and where. SQL stands here, in schema.py and in survey.py."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self, TypeAlias

from cleaner import urls
from cleaner.archive.disk import on_disk
from cleaner.archive.records import Earlier, storable
from cleaner.archive.schema import (
    SCHEMA,
    SCHEMA_VERSION,
    ArticleRow,
    CaptureRow,
    Entry,
    Hit,
    PayloadRow,
    RemovalRow,
    Version,
    VersionRow,
)
from cleaner.errors import ArchiveError
from cleaner.text import words

__all__ = ["Catalogue", "match_expression"]

BUSY_TIMEOUT_S = 30.0  # a commit takes milliseconds; whoever waits longer than this stands behind something broken
SNIPPET_WORDS = 24  # two lines of a terminal; FTS5 allows up to 64
MARK_START, MARK_END = "[", "]"  # around the found words

Row: TypeAlias = CaptureRow | PayloadRow | VersionRow | ArticleRow | RemovalRow

_TERM = re.compile(r'"([^"]*)"|(\S+)')


class Catalogue:
    """An open catalogue; one thread at a time. What is committed with `fsync` on survives a power cut."""

    def __init__(self, path: Path, *, fsync: bool = True) -> None:
        self.path = path
        with on_disk(path):
            self._db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                self.is_new = self._prepare(fsync=fsync)
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing; the database is closed."""
        with on_disk(self.path):
            self._db.close()

    def _prepare(self, *, fsync: bool) -> bool:
        """True when the catalogue has not yet been filled from the WARCs once."""
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA synchronous = {'FULL' if fsync else 'OFF'}")
        with self.transaction():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                hint = "update article-cleaner, or build the catalogue anew with `cleaner archive reindex`"
                raise ArchiveError(
                    f"catalogue version {version} is newer than this program's", where=str(self.path), hint=hint
                )
            (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'entries'").fetchone()
            is_old = bool(tables) and 0 < version < SCHEMA_VERSION
            if is_old:
                self._drop_all()
            if is_old or not tables:
                for statement in filter(str.strip, SCHEMA.split(";\n")):
                    self._db.execute(statement)
                self._db.execute("PRAGMA user_version = 0")
        return bool(version == 0 or is_old)

    def _drop_all(self) -> None:
        """Nothing; the tables of an older program are gone. What they held stands in the WARCs and is read again."""
        ours = "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite_%'"
        rows = sorted(self._db.execute(ours).fetchall(), key=lambda row: row[0] != "view")
        for kind, name in rows:
            if not name.startswith("texts_"):  # FTS5's own tables go with theirs
                self._db.execute(f"DROP {kind} IF EXISTS {name}")

    def settle(self) -> None:
        """Nothing; from now on the catalogue counts as complete. Until then every opening builds it up again."""
        with on_disk(self.path):
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that the body puts is committed together, or nothing is."""
        with on_disk(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def put(self, rows: Sequence[Row]) -> None:
        """Nothing; rows known already stay as they are, but for an article, whose latest cleaning counts."""
        for row in rows:
            match row:
                case CaptureRow():
                    self._insert("OR IGNORE INTO captures", row)
                case PayloadRow():
                    self._insert("OR IGNORE INTO payloads", row)
                case ArticleRow():
                    self._insert("OR REPLACE INTO articles", row)
                    self._db.execute("DELETE FROM removals WHERE capture = ?", (row.capture,))
                case RemovalRow():
                    self._insert("OR REPLACE INTO removals", row)
                case VersionRow():
                    self._put_version(row)

    def _insert(self, into: str, row: Row) -> sqlite3.Cursor:
        values = asdict(row)
        places = ", ".join(f":{name}" for name in values)
        return self._db.execute(f"INSERT {into} ({', '.join(values)}) VALUES ({places})", values)  # noqa: S608  # names of our fields

    def _put_version(self, row: VersionRow) -> None:
        if self._insert("OR IGNORE INTO versions", row).rowcount:
            self._db.execute(
                "INSERT INTO texts (rowid, title, text) SELECT number, title, text FROM versions WHERE id = ?",
                (row.id,),
            )

    def earlier(self, payload_key: str) -> Earlier | None:
        """The response record that holds this payload; None when it was not seen before."""
        row = self._one("SELECT record_id, url, date FROM payloads WHERE key = ?", payload_key)
        return Earlier(**row) if row else None

    def latest_version(self, key: str) -> VersionRow | None:
        """The newest clean text of the page with this normal URL."""
        row = self._one(
            "SELECT id, capture, key, url, made_at, title, text, text_digest, text_file FROM versions"
            " WHERE key = ? ORDER BY number DESC LIMIT 1",
            key,
        )
        return VersionRow(**row) if row else None

    def version_text(self, version: str) -> str:
        """The clean text of this version; empty when there is no such version."""
        row = self._one("SELECT text FROM versions WHERE id = ?", version)
        return str(row["text"]) if row else ""

    def ls(self, *, limit: int | None = None, host: str | None = None) -> Iterator[Entry]:
        """Captures, newest first; of one host only where it is named."""
        where, values = ("WHERE host = ?", (host.lower(),)) if host else ("", ())
        sql = f"SELECT * FROM entries {where} ORDER BY captured_at DESC, id LIMIT ?"  # noqa: S608  # fixed words only
        for row in self.rows(sql, *values, -1 if limit is None else limit):
            yield Entry(**row)

    def find(self, id_or_url: str) -> Entry | None:
        """The capture with this id, else the one that made the version with this id, else the URL's newest capture."""
        wanted = storable(id_or_url).strip()
        for condition, value in (
            ("id = ?", wanted),
            ("id = (SELECT capture FROM versions WHERE id = ?)", wanted),
            ("key = ?", urls.key(wanted)),
        ):
            sql = f"SELECT * FROM entries WHERE {condition} ORDER BY captured_at DESC LIMIT 1"  # noqa: S608
            if row := self._one(sql, value):
                return Entry(**row)
        return None

    def versions(self, url: str) -> list[Version]:
        """The clean texts of this URL over time, oldest first."""
        sql = "SELECT id, capture, url, made_at, title, text_file, text FROM versions WHERE key = ? ORDER BY number"
        return [Version(words=words(row.pop("text")), **row) for row in self.rows(sql, urls.key(storable(url)))]

    def search(self, query: str, *, limit: int = 20, host: str | None = None) -> list[Hit]:
        """Pages whose newest text or title holds every word of `query`, best first; any string is a fit query."""
        expression, name = match_expression(query), host.lower() if host else None
        if not expression:
            return []
        sql = f"""
            SELECT c.id, v.id AS version, v.url, v.title, c.captured_at, v.text_file,
                   snippet(texts, 1, '{MARK_START}', '{MARK_END}', ' … ', {SNIPPET_WORDS}) AS snippet
            FROM texts JOIN versions v ON v.number = texts.rowid JOIN captures c ON c.id = v.capture
            WHERE texts MATCH ? AND (? IS NULL OR c.host = ?)
              AND v.number = (SELECT max(number) FROM versions WHERE key = v.key)
            ORDER BY bm25(texts, 4.0, 1.0) LIMIT ?"""  # noqa: S608  # fixed words only; a word in the title weighs four
        return [Hit(**row) for row in self.rows(sql, expression, name, name, limit)]

    def count(self) -> int:
        """Number of captures."""
        row = self._one("SELECT count(*) AS captures FROM captures")
        return int(row["captures"]) if row else 0

    def rows(self, sql: str, *values: object) -> Iterator[dict[str, Any]]:
        """The rows of a reading statement, by column name."""
        with on_disk(self.path):
            cursor = self._db.execute(sql, values)
            columns = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(columns, row, strict=True))

    def _one(self, sql: str, *values: object) -> dict[str, Any] | None:
        return next(self.rows(sql, *values), None)


def match_expression(query: str) -> str:
    """The query with every word and every "quoted phrase" as an FTS5 string, so that no sign in it is an operator."""
    plain = storable(query.replace("\0", " "))
    terms = (found[1] if found[1] is not None else found[2] for found in _TERM.finditer(plain))
    return " ".join('"' + term.replace('"', '""') + '"' for term in terms if any(map(str.isalnum, term)))
