"""Where a batch's outputs stand, and how each shard's appear: all of them whole, the manifest last."""

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias

import msgspec

from cleaner.archive.disk import sync_folder
from cleaner.jobs.batch import places
from cleaner.jobs.batch.plan import Shard, name_of_source
from cleaner.jobs.batch.rows import conversion

__all__ = ["EMPTY", "FAILED", "ROW", "Form", "Output", "commit", "is_done", "join_failures", "remove_stale"]

Form: TypeAlias = Literal["jsonl", "parquet"]
Entry: TypeAlias = tuple[int, bytes]  # what became of an item, and its row as JSON

ROW, FAILED, EMPTY = b"+-0"  # a row, an error, a page without an article
_HASHED_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """The folder of a batch's outputs, their form, the column that is cleaned (None: pages), and whether WETs are made."""

    folder: Path
    form: Form = "jsonl"
    field: str | None = None
    wet: bool = False

    def data(self, name: str) -> Path:
        """Where the shard's rows stand."""
        return self.folder / "data" / f"{name}.{self.form}"

    def failures(self, name: str) -> Path:
        """Where the shard's failures stand; there is no file without any."""
        return self.folder / "failures" / f"{name}.jsonl"

    def conversions(self, name: str) -> Path:
        """Where the shard's conversion records stand."""
        return self.folder / "wet" / f"{name}.warc.wet.gz"

    def manifest(self, name: str) -> Path:
        """Where the shard's manifest stands, written last."""
        return self.folder / "manifests" / f"{name}.json"

    def spool(self, name: str) -> Path:
        """Where the shard's unfinished work stands."""
        return self.folder / ".work" / f"{name}.spool"


def is_done(output: Output, shard: Shard, key: str) -> dict[str, int] | None:
    """The counts of a shard that is whole, made from the same input by the same rules; None where it is to be done."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(output.manifest(shard.name).read_bytes())
        whole = all((output.folder / one["path"]).stat().st_size == one["bytes"] for one in told["outputs"])
        if told["key"] == key and told["error"] is None and whole:
            return dict(told["counts"])
    return None


def commit(output: Output, shard: Shard, told: dict[str, Any], entries: Iterable[Entry]) -> None:
    """Nothing; rows, failures and conversions stand under their names, and then the manifest that vouches for them."""
    paths = [output.data(shard.name), output.failures(shard.name)]
    if output.wet:
        paths.append(output.conversions(shard.name))
    with ExitStack() as stack:
        files = [stack.enter_context(_whole(path)) for path in paths]
        _write(output, shard, entries, files)
    if not told["counts"]["empty"] + told["counts"]["failed"]:
        output.failures(shard.name).unlink()
    made = [{"path": str(p.relative_to(output.folder)), **_size_and_digest(p)} for p in paths if p.exists()]
    told = {"format": 1, "shard": shard.name, **told, "input": _input(shard), "outputs": made}
    with _whole(output.manifest(shard.name)) as file:
        file.write(json.dumps(told, indent=1).encode("ascii") + b"\n")


def _write(output: Output, shard: Shard, entries: Iterable[Entry], files: list[BinaryIO]) -> None:
    data, failures, *wet = files
    rows = _rows(entries, failures, wet)
    if output.form == "jsonl":
        data.writelines(row + b"\n" for row in rows if row)
        return
    from cleaner.jobs.batch.parquet import ArticleTable, PatchedTable

    if output.field:
        PatchedTable(data, shard, output.field).write(msgspec.json.decode(row) if row else None for row in rows)
        return
    table = ArticleTable(data)
    for row in rows:
        if row:
            table.put(msgspec.json.decode(row))
    table.close()


def _rows(entries: Iterable[Entry], failures: BinaryIO, wet: list[BinaryIO]) -> Iterator[bytes | None]:
    """The row of each item, None where it has none: that went to the failures."""
    for kind, row in entries:
        if kind == ROW:
            for file in wet:
                file.write(conversion(msgspec.json.decode(row)))
            yield row
        else:
            failures.write(row + b"\n")
            yield None


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that has its name, and its bytes on the disk, when the body ends well; otherwise what was there stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}-{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _size_and_digest(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _input(shard: Shard) -> dict[str, Any]:
    told = asdict(shard) | {"files": len(shard.files)}
    digest = None
    if shard.kind in {"warc", "jsonl"} and "://" not in shard.source:
        digest = _stretch_digest(shard)
    return {**told, "sha256": digest}


def _stretch_digest(shard: Shard) -> str:
    """SHA-256 of the shard's bytes of its source."""
    digest = hashlib.sha256()
    with places.open_input(shard.source) as stream:
        stream.seek(shard.start)
        left = None if shard.end is None else shard.end - shard.start
        while piece := stream.read(_HASHED_BYTES if left is None else min(left, _HASHED_BYTES)):
            digest.update(piece)
            left = None if left is None else left - len(piece)
    return digest.hexdigest()


def join_failures(output: Output, names: Iterable[str]) -> int:
    """The number of lines in `failures.jsonl`, which now holds the failures of all these shards in order."""
    lines = 0
    with _whole(output.folder / "failures.jsonl") as whole:
        for name in names:
            with suppress(FileNotFoundError), output.failures(name).open("rb") as part:
                for line in part:
                    whole.write(line)
                    lines += 1
    return lines


def remove_stale(output: Output, sources: Iterable[str], names: Collection[str]) -> None:
    """Nothing; shards of these sources that an earlier run cut elsewhere are gone, so that no row stands twice."""
    begun = {name_of_source(source) for source in sources}
    for manifest in (output.folder / "manifests").glob("*.json"):
        source, sign, _ = manifest.stem.rpartition("-")
        if source + sign in begun and manifest.stem not in names:
            manifest.unlink()  # first: without it the others count for nothing
            for folder in ("data", "failures", "wet"):
                for stale in (output.folder / folder).glob(f"{manifest.stem}.*"):
                    stale.unlink()
