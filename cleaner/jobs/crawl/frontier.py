"""The frontier: every address the crawl knows, when it is due, and what was seen there; one SQLite file, WAL.

It survives kill -9 whole: an address is leased before it is asked for, and settled after its page stands in the
archive. Commits are not forced to the disk each time: a power cut costs the last second and with it repeated visits,
never an address.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from time import time
from typing import Any

from cleaner.archive.disk import on_disk
from cleaner.fetch.feeds import Listed
from cleaner.jobs.crawl import address
from cleaner.jobs.crawl.database import Database
from cleaner.jobs.crawl.revisit import MAX_BACKOFF_S, believed, is_newer
from cleaner.jobs.crawl.schema import Document, Item, Standing

__all__ = ["Frontier"]

WAITING, LEASED, ALIAS, REFUSED = 0, 1, 2, 3
PART = "part"  # the message of what belongs to an article as its further page, not as another address
_FREE = "UPDATE pages SET state = 0, target = NULL, message = NULL, due = 0 WHERE id = ?"
BLOCKED_S = 30 * 86_400.0
EARLIEST = 1_767_225_600.0  # 2026 began, and no crawl had run
MAX_REST_S = 86_400.0  # of a host, and of a robots.txt (RFC 9309, 2.4)

_ITEM = ", ".join(name for name in Item.__dataclass_fields__)
_STANDING = ", ".join(f"{name} = :{name}" for name in Standing.__dataclass_fields__)


class Frontier(Database):
    """An open frontier; one thread at a time. At most `max_host_pages` addresses of one host are taken in.

    `sources` names all that the crawl has: what belonged to any other goes to the one that lists it. `turned_away` counts
    the addresses of each host that were not taken in.
    """

    def __init__(self, path: Path, *, max_host_pages: int = 100_000, sources: Collection[str] = ()) -> None:
        super().__init__(path)
        self._max_host_pages, self._sources = max_host_pages, frozenset(sources)
        self._known: dict[str, int] = {}
        self.turned_away: Counter[str] = Counter()

    def warnings(self) -> list[str]:
        """What of this run its user should know, a sentence for each host."""
        told = "more addresses of {} are listed than limits.max_host_pages = {} lets in; {} were left out"
        return [told.format(host, self._max_host_pages, number) for host, number in self.turned_away.items()]

    def heed_clock(self, now: float, revisit_s: float) -> None:
        """Nothing; what was written while the clock was ahead of `now` counts as written now.

        No page is due later than `revisit_s` from now, or than the longest patience with what fails.
        """
        if now < EARLIEST:
            return  # it is this clock that is wrong: a machine without one, before it is told the time
        latest = now + max(revisit_s, MAX_BACKOFF_S)
        with self.writing() as db:
            db.execute("UPDATE pages SET due = ? WHERE due > ?", (now, latest))
            db.execute("UPDATE pages SET visited_at = ? WHERE visited_at > ?", (now, now))
            db.execute("DELETE FROM hosts WHERE not_before > ?", (now + MAX_REST_S,))
            db.execute("DELETE FROM robots WHERE expires > ?", (now + MAX_REST_S,))
        self.commit()

    def succeed(self, old: str, new: str) -> None:
        """Nothing; where the crawl has no source `old` any more, its pages are those of `new`."""
        if old not in self._sources:
            with self.writing() as db:
                db.execute("UPDATE pages SET source = ? WHERE source = ?", (new, old))
                db.execute("UPDATE OR IGNORE names SET source = ? WHERE source = ?", (new, old))
                db.execute("UPDATE OR IGNORE pictures SET source = ? WHERE source = ?", (new, old))

    # discovery

    def offer(self, listed: Iterable[Listed], source: str, depth: int, now: float) -> int:
        """How many of these addresses are new, or due because their mark is newer than when they were visited before `now`."""
        return sum(self._offer_one(one, source, depth, now) for one in listed)

    def _offer_one(self, listed: Listed, source: str, depth: int, now: float) -> bool:
        url = address.normal(listed.url)
        if url is None:
            return False
        if listed.id and (known := self._named(source, listed.id, url)):
            url = known
        with self.writing() as db:
            sql = "SELECT source, id, state, seen_mark, visited_at, idle FROM pages WHERE url = ?"
            row = db.execute(sql, (url,)).fetchone()
            if row is None:
                return self._insert(url, listed, source, depth)
            if row[0] not in self._sources and row[0] != source:
                db.execute("UPDATE pages SET source = ? WHERE id = ?", (source, row[1]))
            return self._remark(row[1:], listed.mark, now)

    def _named(self, source: str, name: str, url: str) -> str | None:
        """The address under which the feed's item of that name is known already; else it is known from now on."""
        with self.writing() as db:
            row = db.execute("SELECT url FROM names WHERE source = ? AND name = ?", (source, name)).fetchone()
            if row is None:
                db.execute("INSERT INTO names VALUES (?, ?, ?)", (source, name, url))
        return row[0] if row and address.same_site(row[0], url) else None

    def _insert(self, url: str, listed: Listed, source: str, depth: int) -> bool:
        fold, host = address.folded(url), address.authority(url)
        if self._count(host) >= self._max_host_pages:
            self.turned_away[host] += 1
            return False
        twin = self._db.execute("SELECT id, url, state, visited_at FROM pages WHERE fold = ?", (fold,)).fetchone()
        if twin:
            return self._fold(twin, url, listed)
        self._db.execute(
            "INSERT INTO pages (url, host, source, fold, depth, mark) VALUES (?, ?, ?, ?, ?, ?)",
            (url, host, source, fold, depth, listed.mark),
        )
        self._known[host] += 1
        return True

    def _fold(self, twin: tuple[int, str, int, float | None], url: str, listed: Listed) -> bool:
        """False; of two forms of one page the plainer is asked for, unless the other was visited already."""
        number, other, state, visited_at = twin
        if state == WAITING and visited_at is None and address.plainness(url) < address.plainness(other):
            self._db.execute(
                "UPDATE pages SET url = ?, host = ?, mark = ? WHERE id = ?",
                (url, address.authority(url), listed.mark, number),
            )
        return False

    def _count(self, host: str) -> int:
        if host not in self._known:
            row = self._db.execute("SELECT count(*) FROM pages WHERE host = ?", (host,)).fetchone()
            self._known[host] = int(row[0])
        return self._known[host]

    def _remark(self, row: tuple[int, int, str | None, float | None, int], mark: str | None, now: float) -> bool:
        """Whether the page, not yet visited in this run, is due because its mark is newer than at the last visit."""
        number, state, seen_mark, visited_at, idle = row
        if state != WAITING or mark is None or visited_at is None:
            return False
        if not is_newer(mark, seen_mark):
            return False
        again = visited_at < now and believed(idle)
        self._db.execute(
            "UPDATE pages SET due = CASE WHEN ? AND failures = 0 THEN 0 ELSE due END, mark = ? WHERE id = ?",
            (again, mark, number),
        )
        return again

    def document(self, url: str) -> Document | None:
        """The feed, sitemap or page at `url` as last read; None where it never was."""
        row = self._row("SELECT * FROM documents WHERE url = ?", url)
        return Document(**row) if row else None

    def put_document(self, document: Document) -> None:
        """Nothing; kept after its addresses, so that a crash between them reads it again."""
        values = _values(document)
        with self.writing() as db:
            names = ", ".join(f":{name}" for name in values)
            db.execute(f"INSERT OR REPLACE INTO documents ({', '.join(values)}) VALUES ({names})", values)  # noqa: S608

    def places(self, source: str, url: str) -> list[Listed]:
        """Feeds and sitemaps that the document at `url` named when it was last read, with its marks of them."""
        rows = self._rows("SELECT place, mark FROM places WHERE source = ? AND url = ?", source, url)
        return [Listed(url=row["place"], mark=row["mark"]) for row in rows]

    def put_places(self, source: str, url: str, places: Iterable[Listed]) -> None:
        """Nothing; these are the feeds and sitemaps that the document now names."""
        with self.writing() as db:
            db.execute("DELETE FROM places WHERE source = ? AND url = ?", (source, url))
            sql = "INSERT OR IGNORE INTO places (source, url, place, mark) VALUES (?, ?, ?, ?)"
            db.executemany(sql, [(source, url, place.url, place.mark) for place in places])

    # fetching

    def hosts_due(self, sources: Sequence[str], now: float) -> list[tuple[str, str]]:
        """Source and host of every group of pages that may be asked for now, none whose host wants to be left alone."""
        sql = """
            SELECT DISTINCT p.source, p.host FROM pages p LEFT JOIN hosts h ON h.host = p.host
            WHERE p.source = ? AND p.state = 0 AND p.due <= ? AND coalesce(h.not_before, 0) <= ?"""
        with on_disk(self.path):
            return [row for source in sources for row in self._db.execute(sql, (source, now, now))]

    def due(self, source: str, host: str, now: float, limit: int) -> list[Item]:
        """Up to `limit` pages of the host that are due, new ones first, without leasing them."""
        sql = f"""
            SELECT {_ITEM} FROM pages WHERE source = ? AND host = ? AND state = 0 AND due <= ?
            ORDER BY due, id LIMIT ?"""  # noqa: S608  # names of our fields
        return [Item(**row) for row in self._rows(sql, source, host, now, limit)]

    def lease(self, source: str, host: str, now: float, limit: int) -> list[Item]:
        """As `due`, but now leased: until settled or released they are nobody else's, and a crash is seen in them."""
        items = self.due(source, host, now, limit)
        with self.writing() as db:
            db.executemany("UPDATE pages SET state = 1, leased_at = ? WHERE id = ?", [(now, item.id) for item in items])
        self.commit()
        return items

    def leased(self) -> list[Item]:
        """Pages that a run which ended without settling them had taken."""
        return [Item(**row) for row in self._rows(f"SELECT {_ITEM} FROM pages WHERE state = 1")]  # noqa: S608

    def release(self, items: Iterable[Item], due: float | None = None) -> None:
        """Nothing; the pages wait again, until `due` where it is given."""
        with self.writing() as db:
            sql = "UPDATE pages SET state = 0, due = coalesce(?, due) WHERE id = ? AND state = 1"
            db.executemany(sql, [(due, item.id) for item in items])

    def settle(self, item: Item, standing: Standing) -> None:
        """Nothing; the page's visit is over."""
        values = {**_values(standing), "id": item.id, "first_at": standing.visited_at}
        sql = f"UPDATE pages SET state = 0, {_STANDING}, first_at = coalesce(first_at, :first_at) WHERE id = :id"  # noqa: S608
        with self.writing() as db:
            db.execute(sql, values)

    def refuse(self, item: Item, code: str, message: str, due: float) -> None:
        """Nothing; the page was not asked for, and is judged anew when it is due."""
        with self.writing() as db:
            sql = "UPDATE pages SET state = 0, error = ?, message = ?, due = ? WHERE id = ?"
            db.execute(sql, (code, message, due, item.id))

    def alias(self, item: Item, target: str, standing: Standing | None = None) -> bool:
        """Whether the page at `target`, of which the item is another address, took over the standing of this visit."""
        with self.writing() as db:
            db.execute(
                "UPDATE pages SET state = 2, target = ?, error = NULL, visited_at = coalesce(?, visited_at) WHERE id = ?",
                (target, standing and standing.visited_at, item.id),
            )
            return standing is not None and self._adopt(db, item, target, standing)

    def _adopt(self, db: sqlite3.Connection, item: Item, target: str, standing: Standing) -> bool:
        db.execute(
            "INSERT OR IGNORE INTO pages (url, host, source, fold, depth) VALUES (?, ?, ?, ?, ?)",
            (target, address.authority(target), item.source, address.folded(target), item.depth),
        )
        row = self._row("SELECT id FROM pages WHERE url = ? AND state != 1", target)
        if row:
            values = {**_values(standing), "id": row["id"], "first_at": standing.visited_at}
            db.execute(
                f"UPDATE pages SET state = 0, {_STANDING}, first_at = coalesce(first_at, :first_at) WHERE id = :id",  # noqa: S608
                values,
            )
        return row is not None

    def mark_alias(self, url: str, target: str, source: str, depth: int) -> None:
        """Nothing; `url` is known to show the page at `target`, and will not be asked for."""
        with self.writing() as db:
            sql = "INSERT OR IGNORE INTO pages (url, host, source, fold, depth, state, target) VALUES (?, ?, ?, ?, ?, 2, ?)"
            db.execute(sql, (url, address.authority(url), source, address.folded(url), depth, target))
            db.execute(
                "UPDATE pages SET state = 2, target = ? WHERE url = ? AND state = 0 AND visited_at IS NULL",
                (target, url),
            )

    def mark_part(self, url: str, item: Item) -> None:
        """Nothing; `url` is a further page of the item's article, and will not be asked for by itself even if it was before."""
        self.mark_alias(url, item.url, item.source, item.depth)
        with self.writing() as db:
            sql = "UPDATE pages SET state = 2, target = ?, error = NULL, message = ? WHERE url = ? AND state IN (0, 2)"
            db.execute(sql, (item.url, PART, url))

    def free_parts(self, first: str, parts: Collection[str]) -> None:
        """Nothing; what was a further page of the article at `first`, and is none of these, waits as a page of its own."""
        with self.writing() as db:
            told = db.execute("SELECT id, url FROM pages WHERE target = ? AND message = ?", (first, PART))
            db.executemany(_FREE, [(number,) for number, url in told.fetchall() if url not in parts])

    def parted_hosts(self) -> list[tuple[str, str]]:
        """Source and host of all that were further pages of articles."""
        rows = self._rows("SELECT DISTINCT source, host FROM pages WHERE state = 2 AND message = ?", PART)
        return [(row["source"], row["host"]) for row in rows]

    def free_host(self, source: str, host: str) -> None:
        """Nothing; the further pages of all articles of the source on that host wait as pages of their own."""
        with self.writing() as db:
            sql = "SELECT id FROM pages WHERE source = ? AND host = ? AND state = 2 AND message = ?"
            db.executemany(_FREE, db.execute(sql, (source, host, PART)).fetchall())

    def is_visited(self, url: str) -> bool:
        """Whether the page at this very address was visited."""
        return (
            self._row("SELECT 1 AS one FROM pages WHERE url = ? AND visited_at IS NOT NULL AND state != 2", url)
            is not None
        )

    # pictures

    def want_pictures(self, item: Item, urls: Iterable[str]) -> None:
        """Nothing; these pictures of the page are still to be had, and no others of it."""
        rows = [(item.source, item.url, place, url) for place, url in enumerate(urls)]
        with self.writing() as db:
            db.execute("DELETE FROM pictures WHERE source = ? AND page = ?", (item.source, item.url))
            db.executemany("INSERT INTO pictures (source, page, place, url) VALUES (?, ?, ?, ?)", rows)

    def pages_lacking(self, source: str) -> list[str]:
        """Pages of the source of which pictures are still to be had."""
        rows = self._rows("SELECT DISTINCT page FROM pictures WHERE source = ?", source)
        return [row["page"] for row in rows]

    def pictures(self, source: str, page: str) -> list[str]:
        """The pictures of the page that are still to be had, in its order."""
        rows = self._rows("SELECT url FROM pictures WHERE source = ? AND page = ? ORDER BY place", source, page)
        return [row["url"] for row in rows]

    def tried_picture(self, source: str, page: str, url: str, *, tries: int) -> None:
        """Nothing; the picture was asked for, and after so many `tries` is not any more."""
        with self.writing() as db:
            where = "source = ? AND page = ? AND url = ?"
            db.execute(f"UPDATE pictures SET tries = tries + 1 WHERE {where}", (source, page, url))  # noqa: S608
            db.execute(f"DELETE FROM pictures WHERE {where} AND tries >= ?", (source, page, url, tries))  # noqa: S608

    # hosts, robots, sources

    def rest(self, host: str, until: float) -> None:
        """Nothing; the host is left alone until then, over runs too, but a day at most: nobody means ten years."""
        until = min(until, time() + MAX_REST_S)
        with self.writing() as db:
            sql = "INSERT INTO hosts (host, not_before) VALUES (?, ?) ON CONFLICT DO UPDATE SET not_before = excluded.not_before"
            db.execute(sql, (host, until))

    def robots(self, origin: str) -> tuple[int | None, bytes, float] | None:
        """Status, content and expiry of the origin's robots.txt as last fetched."""
        row = self._row("SELECT status, content, expires FROM robots WHERE origin = ?", origin)
        return (row["status"], row["content"], row["expires"]) if row else None

    def put_robots(self, origin: str, status: int | None, content: bytes, expires: float) -> None:
        """Nothing; kept until it expires."""
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)", (origin, status, content, expires))

    def started_at(self, source: str) -> float | None:
        """When the source was last looked at; None where it never was."""
        row = self._row("SELECT started_at FROM sources WHERE name = ?", source)
        return float(row["started_at"]) if row else None

    def put_started(self, source: str, now: float) -> None:
        """Nothing; the source was looked at."""
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (source, now))

    def block_shape(self, host: str, shape: str) -> int:
        """How many waiting addresses of that shape are given up; later ones are not taken in."""
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO shapes VALUES (?, ?, ?)", (host, shape, time()))
            rows = db.execute("SELECT id, url FROM pages WHERE host = ? AND state = 0 AND visited_at IS NULL", (host,))
            same = [(number,) for number, url in rows if address.shape(url) == shape]
            sql = "UPDATE pages SET state = 3, error = 'trap', message = 'pages of this shape all hold the same text' WHERE id = ?"
            db.executemany(sql, same)
        return len(same)

    def blocked_shapes(self, now: float) -> set[tuple[str, str]]:
        """Hosts and shapes that led into a trap lately; those of long ago are tried anew, for a site may have had a bad day."""
        with self.writing() as db:
            old = set(db.execute("SELECT host, shape FROM shapes WHERE blocked_at < ?", (now - BLOCKED_S,)))
            db.execute("DELETE FROM shapes WHERE blocked_at < ?", (now - BLOCKED_S,))
            shut = "SELECT id, host, url FROM pages WHERE state = 3 AND error = 'trap'"
            freed = [(one,) for one, host, url in db.execute(shut) if (host, address.shape(url)) in old] if old else []
            db.executemany("UPDATE pages SET state = 0, error = NULL, message = NULL WHERE id = ?", freed)
            return set(db.execute("SELECT host, shape FROM shapes"))

    def count(self) -> int:
        """Number of addresses known."""
        row = self._row("SELECT count(*) AS known FROM pages")
        return int(row["known"]) if row else 0


def _values(record: Standing | Document) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
