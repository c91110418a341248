"""The database under the frontier: opened in its version, written in transactions that many small changes share."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from cleaner.archive.disk import on_disk, rows_of
from cleaner.errors import ArchiveError
from cleaner.jobs.crawl.schema import SCHEMA, SCHEMA_VERSION, TO_VERSION_2

__all__ = ["Database"]

BUSY_TIMEOUT_S = 30.0


class Database:
    """An open database; one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._committing: asyncio.Future[None] | None = None
        with on_disk(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing; what was done is committed."""
        with on_disk(self.path):
            self.commit()
            self._db.close()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise ArchiveError("is of a newer article-cleaner", where=str(self.path), hint="update article-cleaner")
        if version < SCHEMA_VERSION:
            more = TO_VERSION_2 if version == 1 else ""
            script = f"BEGIN IMMEDIATE;{SCHEMA}{more}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;"
            self._db.executescript(script)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The database inside a transaction, which stays open until `commit`: many small changes, one write."""
        with on_disk(self.path):
            if not self._db.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
            yield self._db

    def commit(self) -> None:
        """Nothing; all changes so far survive a kill."""
        if self._db.in_transaction:
            with on_disk(self.path):
                self._db.execute("COMMIT")

    async def committed(self) -> None:
        """Nothing, once all changes so far survive a kill; whoever asks in one turn of the event loop shares a commit."""
        if self._committing is None:
            loop = asyncio.get_running_loop()
            self._committing = loop.create_future()
            loop.call_soon(self._commit_for_all, self._committing)
        await asyncio.shield(self._committing)

    def _commit_for_all(self, waiting: asyncio.Future[None]) -> None:
        self._committing = None
        try:
            self.commit()
        except Exception as error:  # noqa: BLE001  # it is raised where each of them waits; unraised, they would for ever
            waiting.set_exception(error)
        else:
            waiting.set_result(None)

    def _rows(self, sql: str, *values: object) -> Iterator[dict[str, Any]]:
        return rows_of(self._db, self.path, sql, values)

    def _row(self, sql: str, *values: object) -> dict[str, Any] | None:
        return next(self._rows(sql, *values), None)
