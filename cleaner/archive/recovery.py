"""At opening: files that a killed process left open are mended, closed and catalogued. Nothing whole is ever cut."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cleaner.archive import entries, layout, names, textfile, warc
from cleaner.archive.catalogue import Catalogue, Row
from cleaner.archive.disk import on_disk, write_new
from cleaner.archive.entries import PageRecord
from cleaner.archive.schema import RenderingRow
from cleaner.archive.writer import Place, close_open_file, lock
from cleaner.errors import ArchiveError, TryLaterError

__all__ = ["rebuild", "recover", "refuse_writers", "repair", "write_text"]

ROWS_A_COMMIT = 1_000  # a commit costs one sync; a row a commit made indexing twenty times slower in SQLite's own tests


def recover(root: Path, catalogue: Catalogue, *, fsync: bool) -> list[str]:
    """What was found torn or missing and is now mended, a sentence each; empty after a clean end.

    The caller sees to it that nobody else opens the archive meanwhile.
    """
    warnings: list[str] = []
    with on_disk(root), _left(root, warnings, fsync=fsync) as left:
        _index(root, catalogue, left, warnings, fsync=fsync)
    return warnings


def rebuild(root: Path, *, fsync: bool) -> list[str]:
    """What was found while the catalogue was built anew from the WARCs; the old one is replaced when that is done.

    Raises TryLaterError while another process writes to the archive.
    """
    new, old = root / f"{layout.CATALOGUE}.new", layout.catalogue(root)
    warnings: list[str] = []
    with on_disk(root), layout.only_one(root):
        refuse_writers(root)
        with _left(root, warnings, fsync=fsync) as left:
            new.unlink(missing_ok=True)
            with Catalogue(new, fsync=fsync) as catalogue:
                _index(root, catalogue, left, warnings, fsync=fsync)
            # The old database before its log: without the log it would lack captures, without itself it is built anew.
            for leavings in ("", "-wal", "-shm"):
                old.with_name(old.name + leavings).unlink(missing_ok=True)
            new.replace(old)
    return warnings


def repair(root: Path, *, fsync: bool) -> list[str]:
    """What was done: closed files that are torn or damaged hold their whole records alone, the catalogue is built anew.

    The file as it was stands beside it as `….damaged`. Raises TryLaterError while another process writes.
    """
    told: list[str] = []
    with on_disk(root), layout.only_one(root):
        refuse_writers(root)
        for kind in (layout.ORIGINALS, layout.ARTICLES):
            for path in layout.warc_files(root, kind):
                size = path.stat().st_size
                if size and warc.whole_length(path) != size:
                    told.append(_salvage(path, path.relative_to(root).as_posix(), fsync=fsync))
    return [*told, *rebuild(root, fsync=fsync)]


def _salvage(path: Path, name: str, *, fsync: bool) -> str:
    """What was done: the whole records of the damaged file stand in its place, the file itself beside it."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    kept = 0
    with path.open("rb") as old, beside.open("xb") as new:
        for start, end in warc.own_members(path):
            old.seek(start)
            new.write(old.read(end - start))
            kept += end - start
        new.flush()
        if fsync:
            os.fsync(new.fileno())
    aside = path.with_name(path.name + ".damaged")
    aside.unlink(missing_ok=True)
    os.link(path, aside)
    beside.replace(path)
    lost = aside.stat().st_size - kept
    return f"{name}: {lost} damaged bytes taken out, {kept} bytes are whole; the file as it was is {aside.name}"


def refuse_writers(root: Path) -> None:
    """Nothing; raises TryLaterError while another process writes to the archive."""
    for path in layout.open_files(root):
        fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        try:
            if not lock(fd, path):
                raise TryLaterError("another process writes to the archive", where=str(path), code="locked")
        finally:
            os.close(fd)


@contextmanager
def _left(root: Path, warnings: list[str], *, fsync: bool) -> Iterator[list[Path]]:
    """The files that were left open and have no writer any more, each cut to its whole members.

    They get their final names when the body has ended well: whoever kills it finds them left open again.
    """
    taken: list[tuple[int, Path]] = []
    try:
        for path in layout.open_files(root):
            fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
            taken.append((fd, path))
            if not lock(fd, path):
                os.close(fd)
                taken.pop()
                continue
            warnings.append(f"{_name(root, path)}: {_mend(fd, path, fsync=fsync)}")
        yield [path for _, path in taken]
        while taken:
            close_open_file(*taken.pop(), fsync=fsync)
    finally:
        for fd, _ in taken:
            os.close(fd)


def _name(root: Path, path: Path) -> str:
    """The file's closed name below the archive."""
    return path.relative_to(root).as_posix().removesuffix(names.OPEN)


def _index(root: Path, catalogue: Catalogue, left: list[Path], warnings: list[str], *, fsync: bool) -> None:
    """Nothing; the catalogue has what stands in the files left open, and in all where it is new."""
    files = left
    if catalogue.is_new:
        files = [*left, *layout.warc_files(root, layout.ORIGINALS), *layout.warc_files(root, layout.ARTICLES)]
        if files:
            warnings.append(f"the catalogue is built anew from {len(files)} files")
    for path in files:
        if _name(root, path).startswith(layout.ORIGINALS):
            _put(catalogue, _original_rows(root, path))
    for path in files:
        if _name(root, path).startswith(layout.ARTICLES):
            _put(catalogue, _article_rows(root, path, warnings, fsync=fsync))
    if catalogue.is_new:
        catalogue.settle()


def _mend(fd: int, path: Path, *, fsync: bool) -> str:
    """What was found and done: the file now ends with a whole record."""
    size, whole = os.fstat(fd).st_size, warc.whole_length(path)
    if whole == size:
        return "was left open by a process that ended early; it is whole"
    with path.open("rb") as file:
        file.seek(whole)
        tail = file.read()
    os.ftruncate(fd, whole)
    told = f"{len(tail)} bytes of a torn write were cut off, {whole} bytes are whole"
    if not warc.holds_record(tail):
        return told
    # Records behind the break: this is damage, not a torn write, and someone may want to save them.
    aside = path.with_name(path.name.removesuffix(names.OPEN) + ".damaged")
    write_new(aside, tail, fsync=fsync)
    return f"damaged at byte {whole}; the {len(tail)} bytes from there on were taken out and are kept in {aside.name}"


def _put(catalogue: Catalogue, rows: Iterator[Row]) -> None:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= ROWS_A_COMMIT:
            with catalogue.transaction():
                catalogue.put(batch)
            batch.clear()
    with catalogue.transaction():
        catalogue.put(batch)


def _original_rows(root: Path, path: Path) -> Iterator[Row]:
    """The rows of one file of originals; records without a capture note belong to an add that never ended."""
    file = _name(root, path)
    # A note follows its page within the same add, so only the last few ids are asked for; they are small.
    pages: dict[str, PageRecord] = {}
    for stored in warc.read(path):
        if stored.kind in {"response", "revisit", "resource"}:
            refers_to = stored.fields.get("warc-refers-to") if stored.kind == "revisit" else None
            place = Place(file=file, offset=stored.offset)
            if not path.name.startswith(layout.VISITS):  # where no note ever comes that would empty this again
                pages[stored.id] = PageRecord(id=stored.id, kind=stored.kind, refers_to=refers_to, place=place)
            if row := entries.payload_row(stored, file):
                yield row
        elif note := entries.read_note(stored):
            record_id = stored.fields.get("warc-refers-to", "")
            if record_id in pages:
                yield entries.capture_row(note, pages[record_id])
            pages.clear()


def _article_rows(root: Path, path: Path, warnings: list[str], *, fsync: bool) -> Iterator[Row]:
    """The rows of one file of articles; a text file that was not written any more is written now, where it has a place."""
    file = _name(root, path)
    conversion: warc.Stored | None = None
    rendered: warc.Stored | None = None
    for stored in warc.read(path):
        if stored.kind == "conversion":
            conversion = stored
        elif stored.kind == "resource":
            rendered = stored
        elif told := entries.read_told(stored):
            if rendered is not None and told.get("rendered") == rendered.id:
                yield RenderingRow(capture=told["capture"], file=file, offset=rendered.offset)
            rendered = None
            yield from entries.article_rows(told, Place(file=file, offset=stored.offset))
            if told.get("changed") and told.get("text_file") and conversion is not None:
                try:
                    write_text(root, told, conversion.block.decode("utf-8"), fsync=fsync)
                except ArchiveError as error:
                    warnings.append(f"{told['text_file']} is not written: {error}")


def write_text(root: Path, told: Mapping[str, Any], markdown: str, *, fsync: bool) -> None:
    """Nothing; the clean article stands in its text file, which is left alone if it is there already.

    Raises ArchiveError for a name that leads out of the archive.
    """
    path = layout.below(root, told["text_file"])
    write_new(path, textfile.compose(told["meta"], told, markdown), fsync=fsync)
