"""What an archive learns of its sites: on how many pages of a host each short line stands in each place, counted in the catalogue.

Opt-in: nothing is counted unless `Learning.add` is called, and nothing is decided by it unless a policy carries the
memory. The counts come from the originals, so a catalogue that was built anew can be filled again from those.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from cleaner import urls
from cleaner.archive import layout
from cleaner.archive.disk import on_disk
from cleaner.boilerplate.learning import placed_lines
from cleaner.boilerplate.segment import segment
from cleaner.model import Page
from cleaner.parse import decode, looks_like_html, parse_tree
from cleaner.policy import Limits
from cleaner.taught import PlacedLine, SiteMemory

__all__ = ["MAX_PAGES", "Learning", "lines_to_learn"]

MAX_PAGES = 400  # of one host; more say nothing new, and an old design of the site should not be remembered for ever
BUSY_TIMEOUT_S = 30.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS learned_pages (
    host TEXT NOT NULL, page TEXT NOT NULL, PRIMARY KEY (host, page)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS learned_lines (
    host TEXT NOT NULL, place TEXT NOT NULL, line TEXT NOT NULL, pages INTEGER NOT NULL, PRIMARY KEY (host, place, line)
) WITHOUT ROWID
"""


def lines_to_learn(page: Page, limits: Limits = Limits()) -> frozenset[PlacedLine]:  # noqa: B008  # frozen
    """The short lines of the page with their places; none for what is no HTML. Raises LimitError for a page too deep."""
    if looks_like_html(page.content, page.content_type):
        return frozenset()
    tree = parse_tree(decode(page.content, page.content_type).text, limits)
    return frozenset() if tree is None else placed_lines(segment(tree))


class Learning:
    """The counts of an archive; a context manager. Each page counts once, whatever number of captures it has."""

    def __init__(self, root: Path) -> None:
        self._root = root
        with on_disk(root):
            self._db = sqlite3.connect(layout.catalogue(root), timeout=BUSY_TIMEOUT_S, isolation_level=None)
            for statement in _SCHEMA.split(";\n"):
                self._db.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing; what was counted is in the catalogue."""
        with on_disk(self._root):
            self._db.close()

    def add(self, url: str, lines: frozenset[PlacedLine]) -> bool:
        """Whether the page was counted: it is not a second time, nor beyond MAX_PAGES of its host."""
        host, page = urls.host(url), hashlib.sha256(urls.key(url).encode("utf-8", "replace")).hexdigest()[:16]
        with self._transaction():
            (pages,) = self._db.execute("SELECT count(*) FROM learned_pages WHERE host = ?", (host,)).fetchone()
            if pages >= MAX_PAGES:
                return False
            added = self._db.execute("INSERT OR IGNORE INTO learned_pages VALUES (?, ?)", (host, page)).rowcount
            if added:
                self._db.executemany(
                    "INSERT INTO learned_lines VALUES (?, ?, ?, 1) "
                    "ON CONFLICT (host, place, line) DO UPDATE SET pages = pages + 1",
                    ((host, one.place, one.line) for one in sorted(lines)),
                )
        return bool(added)

    def memory(self, host: str) -> SiteMemory:
        """What is known of the host: the lines that stand on enough of its pages; none of a host with few."""
        with on_disk(self._root):
            (pages,) = self._db.execute("SELECT count(*) FROM learned_pages WHERE host = ?", (host,)).fetchone()
            rows = self._db.execute(
                "SELECT place, line FROM learned_lines WHERE host = ? AND pages >= ?", (host, SiteMemory.enough(pages))
            ).fetchall()
        return SiteMemory(host=host, pages=pages, often=frozenset(PlacedLine(*row) for row in rows))

    def forget(self, host: str) -> None:
        """Nothing; of the host nothing is known any more, as after a new design of its pages."""
        with self._transaction():
            self._db.execute("DELETE FROM learned_pages WHERE host = ?", (host,))
            self._db.execute("DELETE FROM learned_lines WHERE host = ?", (host,))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with on_disk(self._root):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
