"""What the inputs of a batch are cut into: shards, each of them one task with a name of its own."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Literal, TypeAlias

from cleaner.errors import CleanerError, InputError
from cleaner.fetch.coding import GZIP_MAGIC
from cleaner.fetch.warc import SNIFFED_BYTES, is_warc, is_warc_name
from cleaner.fetch.warcbytes import GZIP
from cleaner.jobs.batch import places
from cleaner.text import slug

__all__ = ["SHARD_BYTES", "Kind", "Shard", "name_of_source", "plan"]

Kind: TypeAlias = Literal["warc", "jsonl", "parquet", "html"]

SHARD_BYTES = 64 * 1024 * 1024  # of a WARC as Common Crawl packs them: some 2,500 pages, a minute of one core
_HTML_FILES = 1_000  # of a folder in one shard
_WINDOW_BYTES = 1024 * 1024  # read at a time when looking for the start of a record
_OVERLAP_BYTES = 1_024  # of two windows, so that a start on their border is seen whole
_NAME_CHARS = 48
_HTML_SUFFIXES = (".html", ".htm", ".xhtml")
_JSONL_SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A stretch of one input: bytes of a WARC or of JSON lines, row groups of a Parquet file, or `files` of a folder.

    `stamp` changes when the input does. `name` is that of its outputs, the same in every run over the same input.
    """

    name: str
    source: str
    kind: Kind
    start: int = 0
    end: int | None = None
    files: tuple[str, ...] = ()
    stamp: str = ""


def plan(inputs: Iterable[str], shard_bytes: int = SHARD_BYTES) -> Iterator[Shard | CleanerError]:
    """The shards of all inputs in order, none twice, and the error of each input that cannot be read, in its place."""
    seen: set[str] = set()
    for given in inputs:
        try:
            for shard in _shards_of(given, shard_bytes):
                if isinstance(shard, CleanerError):
                    yield shard
                elif shard.name not in seen:
                    seen.add(shard.name)
                    yield shard
        except CleanerError as error:
            error.where = error.where or given
            yield error


def _shards_of(given: str, shard_bytes: int) -> Iterator[Shard | CleanerError]:
    if given.startswith("@"):
        with places.open_input(given[1:]) as lines, places.reading(given[1:]):
            named = [line for raw in lines if (line := raw.decode("utf-8", "replace").strip())]
        for line in named:
            yield from _shards_of(line, shard_bytes)
        return
    found = places.matching(given)
    if not found:
        raise InputError("nothing is there", where=given, hint="check the path; a pattern must match something")
    for path in found:
        yield from _of_folder(path, shard_bytes) if places.is_folder(path) else _of_file(path, shard_bytes)


def _of_folder(folder: str, shard_bytes: int) -> Iterator[Shard | CleanerError]:
    pages, others = [], []
    files, refused = places.files_under(folder)
    for error in refused:
        yield InputError(
            f"cannot be read: {(error.strerror or str(error)).lower()}", where=str(error.filename or folder)
        )
    for path in files:
        if path.lower().endswith(_HTML_SUFFIXES):
            pages.append(path)
        elif is_warc_name(path) or path.lower().endswith((*_JSONL_SUFFIXES, ".parquet")):
            others.append(path)
    if not pages and not others and not refused:
        raise InputError("no page, WARC, JSON lines or Parquet file is in it", where=folder)
    for path in others:
        try:
            yield from _of_file(path, shard_bytes)
        except CleanerError as error:  # the others of the folder are none the worse for it
            error.where = error.where or path
            yield error
    for number in range(0, len(pages), _HTML_FILES):
        yield _of_pages(folder, tuple(pages[number : number + _HTML_FILES]), number)


def _of_pages(source: str, files: tuple[str, ...], start: int) -> Shard:
    stamps = hashlib.sha256()
    for path in files:
        stamps.update(repr((path, _stamp(path))).encode("utf-8", "replace"))
    name = _name(source, start)
    return Shard(name=name, source=source, kind="html", start=start, files=files, stamp=stamps.hexdigest())


def _stamp(path: str) -> tuple[int, str] | None:
    """None where the file cannot be reached: whoever reads the shard says so of this page alone."""
    try:
        return places.size_and_stamp(path)
    except CleanerError:
        return None


def _of_file(path: str, shard_bytes: int) -> Iterator[Shard]:
    size, stamp = places.size_and_stamp(path)
    if not size:
        raise InputError("the file is empty", where=path, hint="was it written whole?", code="empty")
    kind = _kind(path)
    if kind == "html":
        yield _of_pages(path, (path,), 0)
        return
    for start, end in _stretches(path, kind, size, shard_bytes):
        name = _name(path, start)
        yield Shard(name=name, source=path, kind=kind, start=start, end=end, stamp=f"{size} {stamp}")


def _kind(path: str) -> Kind:
    """What the file is, by its name or else by its first bytes; anything unknown is taken for a page."""
    lower = path.lower()
    if is_warc_name(lower):
        return "warc"
    if lower.endswith(_JSONL_SUFFIXES):
        return "jsonl"
    start = places.start_of(path, SNIFFED_BYTES)
    if lower.endswith(".parquet") or start.startswith(b"PAR1"):
        return "parquet"
    if is_warc(start):
        return "warc"
    return "jsonl" if start.lstrip().startswith(b"{") else "html"


def name_of_source(source: str) -> str:
    """What the names of all shards of this source begin with."""
    digest = hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return f"{slug(PurePosixPath(source).name, _NAME_CHARS)}-{digest}-"


def _name(source: str, start: int) -> str:
    return f"{name_of_source(source)}{start:012d}"


def _stretches(path: str, kind: Kind, size: int, shard_bytes: int) -> Iterator[tuple[int, int | None]]:
    """Start and end of each stretch: bytes, or row groups of Parquet. What cannot be entered in the middle is one."""
    if kind == "parquet":
        from cleaner.jobs.batch.parquet import row_group_stretches

        yield from row_group_stretches(path, shard_bytes)
        return
    with places.open_input(path) as stream, places.reading(path):
        is_gzip = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        start = 0
        if is_gzip == (kind == "warc"):  # members of a WARC and plain lines can be entered, other streams cannot
            for wanted in range(shard_bytes, size - shard_bytes // 2, shard_bytes):
                end = _next_member(stream, wanted) if is_gzip else _next_line(stream, wanted)
                if end is not None and end > start:
                    yield start, end
                    start = end
        yield start, None


def _next_line(stream: BinaryIO, at: int) -> int | None:
    stream.seek(at - 1)
    while window := stream.read(_WINDOW_BYTES):
        found = window.find(b"\n")
        if found >= 0:
            return stream.tell() - len(window) + found + 1
    return None


def _next_member(stream: BinaryIO, at: int) -> int | None:
    """The first byte from `at` on where a gzip member begins that holds a WARC record."""
    stream.seek(at)
    rest = b""
    while piece := stream.read(_WINDOW_BYTES):
        window = rest + piece
        begins = stream.tell() - len(window)
        found = window.find(GZIP_MAGIC)
        while found >= 0:
            if _holds_record(window[found : found + _OVERLAP_BYTES]):
                return begins + found
            found = window.find(GZIP_MAGIC, found + 1)
        rest = window[-_OVERLAP_BYTES:]
    return None


def _holds_record(start: bytes) -> bool:
    try:
        return b"WARC-Type:" in zlib.decompressobj(GZIP).decompress(start) and is_warc(start)
    except zlib.error:
        return False
