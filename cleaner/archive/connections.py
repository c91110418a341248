"""Connections to the catalogue's database, one a thread: to write it, or only to read it where nothing can be written."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Connections", "transaction"]

BUSY_TIMEOUT_S = 30.0  # a commit takes milliseconds; whoever waits longer than this stands behind something broken


class Connections:
    """Every thread's own connection to one database; whoever closes them closes all.

    With `reads_only` no file is written or made. `misses_log` is True where the database's log could not be read so:
    then what was committed last, and stands in the log alone, is not seen.
    """

    def __init__(self, path: Path, *, fsync: bool, reads_only: bool) -> None:
        self._path = path
        self._fsync = fsync
        self._reads_only = reads_only
        self._own = threading.local()
        self._all: list[sqlite3.Connection] = []
        self.misses_log = False

    @property
    def own(self) -> sqlite3.Connection:
        """This thread's connection."""
        db: sqlite3.Connection | None = getattr(self._own, "db", None)
        if db is None:
            db = self._own.db = self._reading() if self._reads_only else self._writing()
        return db

    def close(self) -> None:
        """Nothing; all are closed, and asking for one opens it anew."""
        while self._all:
            self._all.pop().close()
        self._own = threading.local()

    def _writing(self) -> sqlite3.Connection:
        db = self._open(str(self._path))
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {'FULL' if self._fsync else 'OFF'}")
        return db

    def _reading(self) -> sqlite3.Connection:
        address = self._path.absolute().as_uri()
        try:
            db = self._open(f"{address}?mode=ro")
            db.execute("PRAGMA schema_version").fetchone()
        except sqlite3.OperationalError:
            # A log is needed to read beside writers, and cannot be made here: the file is taken as it stands.
            db = self._open(f"{address}?immutable=1")
            log = self._path.with_name(self._path.name + "-wal")
            self.misses_log = log.exists() and log.stat().st_size > 0
        return db

    def _open(self, address: str) -> sqlite3.Connection:
        # Closed by whichever thread closes them all; used by this one alone.
        db = sqlite3.connect(
            address,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            uri=address.startswith("file:"),
        )
        self._all.append(db)
        return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All that the body does is committed together, or none of it; within another transaction, when that one is."""
    begin, commit, undo = "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"
    if db.in_transaction:
        begin, commit, undo = "SAVEPOINT piece", "RELEASE piece", "ROLLBACK TO piece"
    db.execute(begin)
    try:
        yield
        db.execute(commit)
    except BaseException:
        if db.in_transaction:
            db.execute(undo)
        raise
