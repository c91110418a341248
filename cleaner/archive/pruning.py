"""Retention: which captures may go, and how they go. The newest of each page stays, and whatever others stand on."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cleaner.archive import layout, recovery
from cleaner.archive.catalogue import Catalogue
from cleaner.archive.disk import on_disk
from cleaner.archive.groups import groups
from cleaner.archive.schema import Entry

__all__ = ["Pruned", "Retention", "plan", "prune", "texts_to_go"]


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


def plan(root: Path, catalogue: Catalogue, retention: Retention) -> list[Pruned]:
    """The captures that may go, oldest first. Nothing is changed.

    Never the newest capture of a page, nor its newest with an article; never one whose body or text another refers to
    that stays.
    """
    entries = list(catalogue.ls(oldest_first=True))
    whys = _unwanted(entries, retention)
    sizes = _sizes(root) if whys or retention.max_bytes is not None else {}
    if retention.max_bytes is not None:
        whys |= _too_many(entries, whys, sizes, retention.max_bytes)
    for entry in _newest(entries):
        whys.pop(entry.id, None)
    _spare_referred(entries, whys)
    return [
        Pruned(entry=entry, bytes=sizes.get(entry.id, 0), why=whys[entry.id]) for entry in entries if entry.id in whys
    ]


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


def _too_many(entries: list[Entry], whys: dict[str, str], sizes: dict[str, int], max_bytes: int) -> dict[str, str]:
    """The oldest of those that would stay, until what is left is small enough."""
    stay = {entry.id for entry in _newest(entries)}
    left = sum(sizes.values()) - sum(sizes.get(one, 0) for one in whys if one not in stay)
    more: dict[str, str] = {}
    for entry in entries:
        if left <= max_bytes:
            break
        if entry.id not in whys and entry.id not in stay:
            more[entry.id] = f"more than {max_bytes} bytes"
            left -= sizes.get(entry.id, 0)
    return more


def _newest(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Of each page the last capture, and the last with an article."""
    last = {entry.key: entry for entry in entries}
    articles = {entry.key: entry for entry in entries if entry.version}
    yield from last.values()
    yield from articles.values()


def _spare_referred(entries: list[Entry], whys: dict[str, str]) -> None:
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
        needed = {holders.get(entry.refers_to or "") for entry in staying}
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


def prune(root: Path, gone: list[Pruned], texts: frozenset[str], *, fsync: bool) -> list[str]:
    """What was done: the files hold the captures no more, their texts are gone, the catalogue is built anew.

    Each file is replaced whole, and the catalogue counts as incomplete from before the first to after the last, so
    that a run that is cut short leaves a sound archive. Raises TryLaterError while another process writes.
    """
    dropped = frozenset(one.entry.id for one in gone)
    paths = [layout.below(root, file) for file in texts]  # before anything is changed
    with on_disk(root), layout.only_one(root):
        recovery.refuse_writers(root)
        _unsettle(root)
        for kind in (layout.ORIGINALS, layout.ARTICLES):
            for path in layout.warc_files(root, kind):
                _rewrite(path, dropped, fsync=fsync)
        for path in paths:
            path.unlink(missing_ok=True)
    return recovery.rebuild(root, fsync=fsync)


def _unsettle(root: Path) -> None:
    db = sqlite3.connect(layout.catalogue(root))
    try:
        db.execute("PRAGMA user_version = 0")
    finally:
        db.close()


def texts_to_go(catalogue: Catalogue, gone: list[Pruned]) -> frozenset[str]:
    """The text files that no capture which stays has."""
    dropped = {one.entry.id for one in gone}
    staying = {entry.text_file for entry in catalogue.ls() if entry.id not in dropped}
    return frozenset(one.entry.text_file for one in gone if one.entry.text_file and one.entry.text_file not in staying)


def _rewrite(path: Path, dropped: frozenset[str], *, fsync: bool) -> None:
    """The file without these captures; gone itself where no other was in it. One with none of them is left alone."""
    found = list(groups(path))
    if not any(group.capture in dropped for group in found):
        return
    if all(group.capture in dropped or group.records[0].kind == "warcinfo" for group in found):
        path.unlink()
        return
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with path.open("rb") as old, beside.open("xb") as new:
        for group in found:
            if group.capture not in dropped:
                old.seek(group.start)
                new.write(old.read(group.end - group.start))
        new.flush()
        if fsync:
            os.fsync(new.fileno())
    beside.replace(path)
