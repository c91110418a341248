"""Retention: which captures may go, and how they go. The newest of each page stays, and whatever others stand on."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from heapq import merge
from pathlib import Path

from cleaner.archive import layout, recovery, visits
from cleaner.archive.catalogue import Catalogue
from cleaner.archive.disk import on_disk
from cleaner.archive.groups import Group, groups
from cleaner.archive.schema import Entry

__all__ = ["Plan", "Pruned", "Pruning", "Retention", "foretold", "plan", "prune"]

_NEVER = "9999"  # later than any date of a record
_ABOUT = ("warc-refers-to", "warc-concurrent-to")  # in a record of a crawl's answer: what it stands or falls with


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What is kept: captures of `since` (a day) or later, the newest `versions` texts of each page, at most `max_bytes`.

    None asks for nothing. With `max_bytes` the oldest go first, until the WARC files are small enough.
    """

    since: str | None = None
    versions: int | None = None
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """A capture that goes, with the bytes of its records and why."""

    entry: Entry
    bytes: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruning:
    """What goes: captures, oldest first, and how many answers that crawls received beside pages, with their bytes."""

    captures: list[Pruned]
    beside: int = 0
    beside_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The captures that may go, oldest first, the text files that no other has, and what goes beside them."""

    gone: list[Pruned]
    texts: frozenset[str]
    beside: visits.Leaving


def plan(root: Path, catalogue: Catalogue, retention: Retention) -> Plan:
    """What may go. Nothing is changed.

    Never the newest capture of a page, nor its newest with an article; never one whose body or text another refers to
    that stays.
    """
    entries = list(catalogue.ls(oldest_first=True))
    whys = _unwanted(entries, retention)
    sizes = _sizes(root) if whys or retention.max_bytes is not None else {}
    horizon = retention.since or ""
    if retention.max_bytes is not None:
        more, reached = _too_many(root, entries, whys, sizes, retention.max_bytes)
        whys, horizon = whys | more, max(horizon, reached)
    for entry in _newest(entries):
        whys.pop(entry.id, None)
    _spare_referred(entries, whys, visits.held(root, horizon) if whys else frozenset())
    gone = [
        Pruned(entry=entry, bytes=sizes.get(entry.id, 0), why=whys[entry.id]) for entry in entries if entry.id in whys
    ]
    return Plan(gone=gone, texts=_texts(entries, whys), beside=visits.leaving(entries, whys.keys(), horizon))


def _unwanted(entries: list[Entry], retention: Retention) -> dict[str, str]:
    whys: dict[str, str] = {}
    if retention.since is not None:
        whys |= {one.id: f"before {retention.since}" for one in entries if one.captured_at < retention.since}
    if retention.versions is not None:
        texts: dict[str, list[str]] = {}
        for one in reversed(entries):
            of_page = texts.setdefault(one.key, [])
            if one.version and one.version not in of_page:
                of_page.append(one.version)
            if one.version and of_page.index(one.version) >= retention.versions:
                whys[one.id] = f"beyond {retention.versions} texts"
    return whys


def _too_many(
    root: Path, entries: list[Entry], whys: dict[str, str], sizes: dict[str, int], max_bytes: int
) -> tuple[dict[str, str], str]:
    """The oldest of those that would stay, until what is left is small enough, and the date of what comes next.

    What was received beside pages counts, and goes as its date comes.
    """
    stay = {entry.id for entry in _newest(entries)}
    beside = visits.sizes(root)
    left = sum(sizes.values()) + sum(size for _, size in beside)
    left -= sum(sizes.get(one, 0) for one in whys if one not in stay)
    more: dict[str, str] = {}
    reached = ""
    for date, one, size in merge(
        ((entry.captured_at, entry.id, sizes.get(entry.id, 0)) for entry in entries),
        ((date, "", size) for date, size in beside),
    ):
        reached = date
        if left <= max_bytes:
            break
        if one and one not in whys and one not in stay:
            more[one] = f"more than {max_bytes} bytes"
        left -= 0 if one in stay or one in whys else size
    else:
        reached = _NEVER
    return more, reached


def _newest(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Of each page the last capture, and the last with an article."""
    last = {entry.key: entry for entry in entries}
    articles = {entry.key: entry for entry in entries if entry.version}
    yield from last.values()
    yield from articles.values()


def _spare_referred(entries: list[Entry], whys: dict[str, str], held: frozenset[str]) -> None:
    """Whoever holds a body or a text for one that stays, stays: until none is left that must."""
    holders = {entry.record_id: entry.id for entry in entries}
    parts = {entry.id: entry.part_of for entry in entries if entry.part_of}
    makers: dict[str, str] = {}
    for entry in entries:
        if entry.version:
            makers.setdefault(entry.version, entry.id)
    changed = True
    while changed:
        staying = [entry for entry in entries if entry.id not in whys]
        needed = {holders.get(record) for record in held} | {holders.get(entry.refers_to or "") for entry in staying}
        needed |= {makers.get(entry.version or "") for entry in staying}
        whole = {entry.id for entry in staying}
        needed |= {part for part, first in parts.items() if first in whole}
        spared = needed & whys.keys()
        for one in spared:
            del whys[str(one)]
        changed = bool(spared)


def _sizes(root: Path) -> dict[str, int]:
    """Bytes of each capture's records, its article's included."""
    sizes: dict[str, int] = {}
    for kind in (layout.ORIGINALS, layout.ARTICLES):
        for path in layout.warc_files(root, kind):
            for group in groups(path):
                if group.capture:
                    sizes[group.capture] = sizes.get(group.capture, 0) + group.end - group.start
    return sizes


def foretold(root: Path, planned: Plan) -> Pruning:
    """All that `prune` would let go now."""
    lost = _lost(root, planned)
    return _told(root, planned, lost) if lost else Pruning(captures=planned.gone)


def prune(root: Path, planned: Plan, *, fsync: bool) -> Pruning:
    """What is gone: the files hold it no more, nor its texts, and the catalogue is built anew.

    Each file is replaced whole, and the catalogue counts as incomplete from before the first to after the last, so
    that a run that is cut short leaves a sound archive. Raises TryLaterError while another process writes.
    """
    paths = [layout.below(root, file) for file in planned.texts]  # before anything is changed
    with on_disk(root), layout.only_one(root):
        recovery.refuse_writers(root)
        lost = _lost(root, planned)
        if lost is None:
            return Pruning(captures=[])
        told = _told(root, planned, lost)
        _unsettle(root)
        files = [path for kind in (layout.ORIGINALS, layout.ARTICLES) for path in layout.warc_files(root, kind)]
        # What refers goes before what it refers to.
        for path in sorted(files, key=visits.is_of_visits, reverse=True):
            _rewrite(path, lost, fsync=fsync)
        for path in paths:
            path.unlink(missing_ok=True)
    recovery.rebuild(root, fsync=fsync)
    return told


def _told(root: Path, planned: Plan, lost: "_Gone") -> Pruning:
    files = filter(visits.is_of_visits, layout.warc_files(root, layout.ORIGINALS))
    beside = [group for path in files for group in groups(path) if lost.takes(group)]
    return Pruning(
        captures=planned.gone,
        beside=sum(record.kind in {"response", "revisit"} for group in beside for record in group.records),
        beside_bytes=sum(group.end - group.start for group in beside if group.records[0].kind != "warcinfo"),
    )


def _unsettle(root: Path) -> None:
    db = sqlite3.connect(layout.catalogue(root))
    try:
        db.execute("PRAGMA user_version = 0")
    finally:
        db.close()


def _texts(entries: list[Entry], whys: dict[str, str]) -> frozenset[str]:
    """The text files that no capture which stays has."""
    staying = {entry.text_file for entry in entries if entry.id not in whys}
    return frozenset(entry.text_file for entry in entries if entry.text_file and entry.text_file not in staying)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gone:
    """The captures that go, with the ids of all their records and of those that go beside them."""

    captures: frozenset[str]
    records: AbstractSet[str]

    def takes(self, group: Group) -> bool:
        """Whether the records go: those of such a capture, and a crawl's answers of 304 about one, with their requests."""
        if group.capture:
            return group.capture in self.captures
        about = ({record.id, *map(record.fields.get, _ABOUT)} for record in group.records)
        return not all(map(self.records.isdisjoint, about))


def _lost(root: Path, planned: Plan) -> "_Gone | None":
    """What goes by the plan, with all that goes beside it; None where nothing does."""
    dropped = frozenset(one.entry.id for one in planned.gone)
    outdated = visits.outdated(root, planned.beside)
    return _gone(root, dropped, outdated) if dropped or outdated else None


def _gone(root: Path, captures: frozenset[str], records: set[str]) -> _Gone:
    """The captures with all their records, and `records`, which go by themselves."""
    gone = _Gone(captures=captures, records=records)
    for path in sorted(layout.warc_files(root, layout.ORIGINALS), key=visits.is_of_visits):
        for group in groups(path):
            if gone.takes(group):
                records |= group.ids
    return gone


def _rewrite(path: Path, gone: _Gone, *, fsync: bool) -> None:
    """The file without what is gone; itself gone where nothing else was in it. One with nothing of it is left alone."""
    goes = [gone.takes(group) for group in groups(path) if group.records[0].kind != "warcinfo"]
    if not any(goes):
        return
    if all(goes):
        path.unlink()
        return
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with path.open("rb") as old, beside.open("xb") as new:
        for group in groups(path):
            if not gone.takes(group):
                old.seek(group.start)
                new.write(old.read(group.end - group.start))
        new.flush()
        if fsync:
            os.fsync(new.fileno())
    beside.replace(path)
