"""The catalogue: which captures, texts and bodies the archive holds, and where. SQL stands here, in schema.py and in survey.py."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Any, Self, TypeAlias

from cleaner import urls
from cleaner.archive.connections import Connections, transaction
from cleaner.archive.disk import on_disk, rows_of
from cleaner.archive.filters import EVERYTHING, SITE, Filter, condition, of_site
from cleaner.archive.query import Query, read_query, spaced, unspaced
from cleaner.archive.records import Earlier, storable
from cleaner.archive.schema import (
    RENEW_PAGE,
    SCHEMA,
    SCHEMA_VERSION,
    ArticleRow,
    CaptureRow,
    Entry,
    Hit,
    PayloadRow,
    RemovalRow,
    RenderingRow,
    TextRow,
    Version,
    VersionRow,
)
from cleaner.errors import ArchiveError

__all__ = ["Catalogue", "Row"]

SNIPPET_WORDS = 24  # two lines of a terminal; FTS5 allows up to 64
SNIPPET_LETTERS = 64  # as many as FTS5 allows, where each letter stands for itself
MARK_START, MARK_END = "[", "]"  # around the found words
PAGE_STATUS = 200  # what a 304 answers about

Row: TypeAlias = CaptureRow | PayloadRow | VersionRow | TextRow | ArticleRow | RemovalRow | RenderingRow


class Catalogue:
    """An open catalogue. What is committed with `fsync` on survives a power cut.

    Every thread has a connection of its own, so any may read at any time; writers are kept apart by the database.
    """

    def __init__(self, path: Path, *, fsync: bool = True, reads_only: bool = False) -> None:
        self.path = path
        self._connections = Connections(path, fsync=fsync, reads_only=reads_only)
        with on_disk(path):
            try:
                self.is_new = self._refuse_unready() if reads_only else self._prepare()
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing; the database is closed."""
        with on_disk(self.path):
            self._connections.close()

    @property
    def misses_log(self) -> bool:
        """Whether what was committed last cannot be seen, for want of a place to read the database's log."""
        return self._connections.misses_log

    @property
    def _db(self) -> sqlite3.Connection:
        return self._connections.own

    def _refuse_unready(self) -> bool:
        """False: the catalogue is complete; raises ArchiveError where it would have to be built before it can be read."""
        if self.path.exists() and self._db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,):
            return False
        message = "there is no catalogue of this version, and none can be built where nothing can be written"
        hint = "run `cleaner archive reindex` on a copy that can be written"
        raise ArchiveError(message, where=str(self.path), hint=hint, code="not-writable")

    def _prepare(self) -> bool:
        """True when the catalogue has not yet been filled from the WARCs once."""
        with self.transaction():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                hint = "update article-cleaner, or build the catalogue anew with `cleaner archive reindex`"
                raise ArchiveError(
                    f"catalogue version {version} is newer than this program's", where=str(self.path), hint=hint
                )
            if version < SCHEMA_VERSION:
                self._begin_anew()
        return bool(version < SCHEMA_VERSION)

    def _begin_anew(self) -> None:
        """The tables of this version, empty; an older version's are gone, for the WARCs tell all that they told."""
        kinds = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'texts\\__%' ESCAPE '\\' AND sql IS NOT NULL"
        left = sorted(self._db.execute(kinds).fetchall(), key=lambda one: one[0] != "view")
        for kind, name in left:
            if kind in {"table", "view"} and not name.startswith("sqlite_"):
                self._db.execute(f'DROP {kind} IF EXISTS "{name}"')
        for statement in filter(str.strip, SCHEMA.split(";\n")):
            self._db.execute(statement)

    def settle(self) -> None:
        """Nothing; from now on the catalogue counts as complete. Until then every opening builds it anew."""
        with on_disk(self.path):
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self.is_new = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that the body puts is committed together, or nothing is; within another one, when that one is."""
        with on_disk(self.path), transaction(self._db):
            yield

    def put(self, rows: Sequence[Row]) -> None:
        """Nothing; the rows stand, in whatever order they come: the earliest body and the latest cleaning count."""
        outdated: str | None = None
        numbers: dict[str, int] = {}
        pages: set[str] = set()
        for row in rows:
            match row:
                case CaptureRow():
                    self._insert(row)
                    pages.add(row.key)
                case PayloadRow():
                    self._insert(row)
                case VersionRow():
                    numbers |= self._put_version(row)
                case TextRow():
                    self._put_text(row, numbers.get(row.version))
                case ArticleRow():
                    outdated = None if self._put_article(row) else row.capture
                    pages.add(row.key)
                case RenderingRow():
                    self._insert(row)
                case RemovalRow():
                    if row.capture != outdated:
                        self._insert(row)
        self._db.executemany(RENEW_PAGE, [{"key": key} for key in pages])

    def _insert(self, row: Row) -> bool:
        """Whether the row stands now; it does not where the catalogue has one as good."""
        sql, values = _INSERTS[type(row)]
        return self._db.execute(sql, values(row)).rowcount > 0

    def _put_article(self, row: ArticleRow) -> bool:
        """Whether this is the latest cleaning of its capture."""
        is_latest = self._insert(row)
        if is_latest:
            self._db.execute("DELETE FROM removals WHERE capture = ?", (row.capture,))
        return is_latest

    def _put_version(self, row: VersionRow) -> dict[str, int]:
        """The number of the version by its id, where it is new."""
        sql, values = _INSERTS[VersionRow]
        done = self._db.execute(sql, values(row))
        return {row.id: done.lastrowid} if done.rowcount > 0 and done.lastrowid else {}

    def _put_text(self, row: TextRow, number: int | None) -> None:
        """Nothing; the text stands under the number of its version, which is known where the version is new."""
        if number is None:
            found = self._one(
                "SELECT number FROM versions WHERE id = ? AND NOT EXISTS (SELECT 1 FROM texts WHERE rowid = number)",
                row.version,
            )
            number = found["number"] if found else None
        if number is not None:
            self._db.execute(
                "INSERT INTO texts (rowid, title, byline, text) VALUES (?, ?, ?, ?)",
                (number, spaced(row.title), spaced(row.byline), spaced(row.text)),
            )

    def payload(self, key: str) -> Earlier | None:
        """The response record that holds this payload; None when it was not seen before."""
        row = self._one("SELECT record_id, url, date, digest FROM payloads WHERE key = ?", key)
        return Earlier(**row) if row else None

    def page(self, url: str) -> Earlier | None:
        """The response record that holds the page or document which this URL last gave whole; None where there is none."""
        row = self._one(
            "SELECT p.record_id, p.url, p.date, p.digest FROM captures c"
            " JOIN payloads p ON p.record_id = coalesce(c.refers_to, c.record_id)"
            " WHERE c.key = ? AND c.status = ? ORDER BY c.captured_at DESC LIMIT 1",
            urls.key(storable(url)),
            PAGE_STATUS,
        ) or self._one(
            "SELECT record_id, url, date, digest FROM payloads WHERE url = ? ORDER BY date DESC LIMIT 1", storable(url)
        )
        return Earlier(**row) if row else None

    def holder(self, record_id: str) -> tuple[str, int] | None:
        """File and offset of the response record of that id, where it holds a body; None where no such is known."""
        row = self._one("SELECT file, offset FROM payloads WHERE record_id = ?", record_id)
        return (row["file"], row["offset"]) if row else None

    def rendering(self, capture: str) -> tuple[str, int] | None:
        """File and offset of the record of the DOM that a browser made of this capture; None where none did."""
        row = self._one("SELECT file, offset FROM renderings WHERE capture = ?", capture)
        return (row["file"], row["offset"]) if row else None

    def body_of(self, url: str, date: str) -> tuple[str, int] | None:
        """File and offset of the response record of that URL and WARC-Date, where it holds a body."""
        row = self._one("SELECT file, offset FROM payloads WHERE url = ? AND date = ?", storable(url), date)
        return (row["file"], row["offset"]) if row else None

    def has(self, url: str | None, captured_at: str, entity_digest: str) -> bool:
        """Whether this very page of that moment is kept; under any address where it has none."""
        sql = "SELECT 1 AS found FROM captures WHERE captured_at = ? AND entity_digest = ? AND (? IS NULL OR key = ?)"
        key = urls.key(storable(url)) if url else None
        return self._one(sql, captured_at, entity_digest, key, key) is not None

    def latest_version(self, key: str) -> Version | None:
        """The newest clean text of the page with this normal URL."""
        sql = f"SELECT {_VERSION} FROM pages p JOIN versions v ON v.number = p.version WHERE p.key = ?"  # noqa: S608
        row = self._one(sql, key)
        return Version(**row) if row else None

    def version_of(self, key: str, text_digest: str) -> Version | None:
        """The newest version of the page that has this very text."""
        sql = (
            f"SELECT {_VERSION} FROM versions v WHERE v.key = ? AND v.text_digest = ? "  # noqa: S608
            "ORDER BY v.made_at DESC, v.cleaned_at DESC LIMIT 1"
        )
        row = self._one(sql, key, text_digest)
        return Version(**row) if row else None

    def find_version(self, version: str) -> Version | None:
        """The version with this id."""
        row = self._one(f"SELECT {_VERSION} FROM versions v WHERE v.id = ?", storable(version))  # noqa: S608
        return Version(**row) if row else None

    def version_text(self, version: str) -> str:
        """The clean text of this version; empty when there is no such version."""
        row = self._one("SELECT text FROM texts WHERE rowid = (SELECT number FROM versions WHERE id = ?)", version)
        return unspaced(row["text"]) if row else ""

    def ls(
        self,
        wanted: Filter = EVERYTHING,
        *,
        limit: int | None = None,
        oldest_first: bool = False,
        beyond: tuple[str, str] | None = None,
    ) -> Iterator[Entry]:
        """Captures, newest first, the first of them at once; those beyond that `captured_at` and `id` where they are given."""
        found, values = condition(wanted)
        sign, way = (">", "ASC") if oldest_first else ("<", "DESC")
        if beyond is not None:
            found += f" AND (e.captured_at, e.id) {sign} (?, ?)"
            values += map(storable, beyond)
        sql = f"SELECT {_ENTRY} FROM {found} ORDER BY e.captured_at {way}, e.id {way} LIMIT ?"  # noqa: S608  # fixed words only
        for row in self.rows(sql, *values, -1 if limit is None else limit):
            yield Entry(**row)

    def parts(self, capture: str) -> list[Entry]:
        """The further pages of the article whose first page this capture is, in order."""
        sql = f"SELECT {_ENTRY} FROM entries e WHERE e.part_of = ? ORDER BY e.part"  # noqa: S608  # fixed words only
        return [Entry(**row) for row in self.rows(sql, capture)]

    def find(self, id_or_url: str) -> Entry | None:
        """The capture with this id, else the one that made the version with this id, else the URL's newest capture."""
        wanted = storable(id_or_url).strip()
        for where, value in (
            ("e.id = ?", wanted),
            ("e.id = (SELECT capture FROM versions WHERE id = ?)", wanted),
            ("e.key = ?", urls.key(wanted)),
        ):
            sql = f"SELECT {_ENTRY} FROM entries e WHERE {where} ORDER BY captured_at DESC, id DESC LIMIT 1"  # noqa: S608
            if row := self._one(sql, value):
                return Entry(**row)
        return None

    def versions(self, url: str) -> list[Version]:
        """The clean texts of this URL over time, oldest first; a text that equals the one before it is listed once."""
        sql = (
            f"SELECT {_VERSION} FROM versions v WHERE v.key = ? "  # noqa: S608  # fixed words only
            "AND EXISTS (SELECT 1 FROM articles a WHERE a.version = v.id) ORDER BY v.made_at, v.cleaned_at, v.id"
        )
        found = [Version(**row) for row in self.rows(sql, urls.key(storable(url)))]
        before = [None, *(version.text_digest for version in found)]
        return [version for version, last in zip(found, before, strict=False) if version.text_digest != last]

    def search(self, typed: str, *, limit: int = 20, offset: int = 0, host: str | None = None) -> list[Hit]:
        """Pages whose newest text answers the query, best first; newest first where it names no word."""
        query = read_query(typed)
        if query.is_empty:
            return []
        where, values = _narrowed(query, host)
        matches, again = "", []
        if query.match is None:
            source, rank, way, snippet = "pages p", "said_at", "DESC", f"substr(t.text, 1, {SNIPPET_WORDS * 8})"
        else:
            # The words first, whatever the planner thinks: asked row by row, the index of texts is slow.
            source, rank, way = "texts t CROSS JOIN pages p ON p.version = +t.rowid", _RANK, "ASC"
            snippet = f"snippet(texts, 2, '{MARK_START}', '{MARK_END}', ' … ', {_TOKENS})"
            matches, again = "AND texts MATCH ?", [query.match]
        # Snippets are dear, so only what is handed out gets them.
        sql = f"""
            SELECT c.id, v.id AS version, v.url, v.title, c.captured_at, v.text_file, a.byline, a.published, a.language,
                   {snippet} AS snippet
            FROM (SELECT p.version, {rank} AS rank
                  FROM {source} WHERE {where} {matches} ORDER BY 2 {way}, 1 DESC LIMIT ? OFFSET ?) p
                 CROSS JOIN texts t ON t.rowid = p.version JOIN versions v ON v.number = p.version
                 JOIN captures c ON c.id = v.capture LEFT JOIN articles a ON a.capture = c.id
            WHERE 1 {matches} ORDER BY p.rank {way}, p.version DESC"""  # noqa: S608  # fixed words only
        return [_hit(row) for row in self.rows(sql, *values, *again, limit, offset, *again)]

    def count(self) -> int:
        """Number of captures."""
        row = self._one("SELECT count(*) AS captures FROM captures")
        return int(row["captures"]) if row else 0

    def rows(self, sql: str, *values: object) -> Iterator[dict[str, Any]]:
        """The rows of a reading statement, by column name."""
        return rows_of(self._db, self.path, sql, values)

    def _one(self, sql: str, *values: object) -> dict[str, Any] | None:
        return next(self.rows(sql, *values), None)


_ENTRY = ", ".join(f"e.{name}" for name in Entry.__dataclass_fields__)
_RANK = "bm25(texts, 4.0, 2.0, 1.0)"  # a word in the title weighs four
_TOKENS = f"CASE WHEN instr(t.text, char(31)) THEN {SNIPPET_LETTERS} ELSE {SNIPPET_WORDS} END"
_VERSION = ", ".join(f"v.{name}" for name in Version.__dataclass_fields__)


def _insertion(kind: type[Row], into: str, better: str = "") -> tuple[str, Callable[[Row], tuple[object, ...]]]:
    """The statement that puts a row of that kind, and what it takes of the row; one whose key is known stays unless `better`.

    `better` names the key and the condition under which the new row (`excluded`) replaces the old one.
    """
    names = [part.name for part in fields(kind)]
    key, _, condition = better.partition(": ")
    sets = ", ".join(f"{name} = excluded.{name}" for name in names)
    conflict = f"({key}) DO UPDATE SET {sets} WHERE {condition}" if better else "DO NOTHING"
    places = ", ".join("?" * len(names))
    sql = f"INSERT INTO {into} ({', '.join(names)}) VALUES ({places}) ON CONFLICT {conflict}"  # noqa: S608  # names of our fields
    return sql, attrgetter(*names)


_INSERTS: dict[type[Row], tuple[str, Callable[[Row], tuple[object, ...]]]] = {
    CaptureRow: _insertion(CaptureRow, "captures"),
    PayloadRow: _insertion(
        PayloadRow,
        "payloads",
        "key: (excluded.date, excluded.record_id) < (payloads.date, payloads.record_id)",
    ),
    VersionRow: _insertion(VersionRow, "versions"),
    ArticleRow: _insertion(ArticleRow, "articles", "capture: excluded.cleaned_at >= articles.cleaned_at"),
    RemovalRow: _insertion(RemovalRow, "removals"),
    RenderingRow: _insertion(RenderingRow, "renderings"),
}


def _narrowed(query: Query, host: str | None) -> tuple[str, list[object]]:
    """A search's conditions beside its words."""
    clauses, values = ["p.version IS NOT NULL"], list[object]()
    if query.site:
        clauses.append(SITE.format(host="p.host"))
        values += of_site(query.site)
    for clause, value in (
        ("p.host = ?", host and host.lower()),
        ("p.language = ?", query.language),
        ("p.said_at >= ?", query.after),
        ("p.said_at < ?", query.before),
    ):
        if value:
            clauses.append(clause)
            values.append(value)
    return " AND ".join(clauses), values


def _hit(row: dict[str, Any]) -> Hit:
    return Hit(**{**row, "snippet": unspaced(row["snippet"])})
