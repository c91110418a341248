"""Parquet in and out: the only door to pyarrow, which comes with the extra `parquet`."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, BinaryIO, Self

from cleaner.errors import InputError, UsageError
from cleaner.jobs.batch import places
from cleaner.jobs.batch.plan import Shard
from cleaner.jobs.batch.read import HTML_COLUMN, Item, no_column, page_of

__all__ = ["ArticleTable", "PatchedTable", "row_group_stretches", "rows_of"]

_BATCH_ROWS = 256
_GROUP_ROWS = 1_000


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow", hint="pip install 'article-cleaner[parquet]'") from error
    return pa, pq


class _Table:
    """An open Parquet file; what it cannot make sense of is an InputError."""

    def __init__(self, source: str) -> None:
        pa, pq = _pyarrow()
        self._source, self._errors = source, (pa.ArrowException, OSError)
        self._stream = places.open_input(source)
        try:
            self.file: Any = pq.ParquetFile(self._stream)
        except self._errors as error:
            self._stream.close()
            raise self._unreadable(error) from error

    def _unreadable(self, error: BaseException) -> InputError:
        reason = " ".join(str(error).split())[:200]
        return InputError(f"not a Parquet file to read: {reason}", where=self._source, code="bad-parquet")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        self._stream.close()
        if isinstance(error, self._errors):
            raise self._unreadable(error) from error


def row_group_stretches(path: str, shard_bytes: int) -> Iterator[tuple[int, int | None]]:
    """First and last row group of each stretch, the last excluded, of about so many bytes."""
    with _Table(path) as table:
        told = table.file.metadata
        sizes = [told.row_group(number).total_byte_size for number in range(told.num_row_groups)]
    start = held = 0
    for number, size in enumerate(sizes, 1):
        held += size
        if held >= shard_bytes or number == len(sizes):
            yield start, number
            start, held = number, 0


def _groups(shard: Shard) -> list[int]:
    return list(range(shard.start, shard.end or 0))


def rows_of(shard: Shard, field: str | None) -> Iterator[Item]:
    """The rows of the shard's row groups, each with its number in the file; raises InputError without the column."""
    with _Table(shard.source) as table:
        there = list(table.file.schema_arrow.names)
        if (field or HTML_COLUMN) not in there:
            raise no_column(field, there, shard.source)
        wanted = [field] if field else [name for name in (HTML_COLUMN, "url", "content_type") if name in there]
        row = sum(table.file.metadata.row_group(number).num_rows for number in range(shard.start))
        for batch in table.file.iter_batches(_BATCH_ROWS, row_groups=_groups(shard), columns=wanted):
            for told in batch.to_pylist():
                content = _text_of(told[field], field) if field else page_of(told)
                yield Item(source=shard.source, offset=row, content=content)
                row += 1


def _text_of(value: object, field: str) -> str | InputError | None:
    return (
        value
        if value is None or isinstance(value, str)
        else InputError(f"column {field!r} holds no text", code="bad-column")
    )


def _dropped_type(pa: Any) -> Any:
    return pa.list_(pa.struct([("rule", pa.string()), ("text", pa.string())]))


def _article_schema(pa: Any) -> Any:
    names = "url date fetched_at title byline language text markdown".split()
    counts = "words blocks edits outside offset".split()
    versions = "source record_id ruleset model version".split()
    return pa.schema(
        [
            *((name, pa.string()) for name in names),
            *((name, pa.int64()) for name in counts),
            ("dropped", _dropped_type(pa)),
            *((name, pa.string()) for name in versions),
        ]
    )


class ArticleTable:
    """A Parquet file of article rows being written."""

    def __init__(self, stream: BinaryIO) -> None:
        pa, pq = _pyarrow()
        self._schema = _article_schema(pa)
        self._to_table: Any = pa.Table.from_pylist
        self._writer: Any = pq.ParquetWriter(stream, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def put(self, row: dict[str, Any]) -> None:
        """Nothing; the row is written with the next thousand."""
        self._rows.append(row)
        if len(self._rows) >= _GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._to_table(self._rows, schema=self._schema))
            self._rows.clear()

    def close(self) -> None:
        """Nothing; the file is whole."""
        self._flush()
        self._writer.close()


class PatchedTable:
    """The rows of a Parquet shard written again with the cleaned column in place of the old, the other columns as they are."""

    def __init__(self, stream: BinaryIO, shard: Shard, field: str) -> None:
        self._pa, self._pq = _pyarrow()
        self._stream, self._shard, self._field = stream, shard, field

    def write(self, cleaned: Iterator[dict[str, Any] | None]) -> None:
        """Nothing; one value of `cleaned` was taken for each row, and rows with None are left out."""
        pa = self._pa
        with _Table(self._shard.source) as table:
            place = table.file.schema_arrow.get_field_index(self._field)
            schema = (
                table.file.schema_arrow.set(place, pa.field(self._field, pa.string()))
                .append(pa.field("cleaner_dropped", _dropped_type(pa)))
                .append(pa.field("cleaner_edits", pa.int64()))
            )
            with self._pq.ParquetWriter(self._stream, schema, compression="zstd") as writer:
                for batch in table.file.iter_batches(_GROUP_ROWS, row_groups=_groups(self._shard)):
                    writer.write_table(
                        self._patched(batch, [next(cleaned) for _ in range(batch.num_rows)], place, schema)
                    )

    def _patched(self, batch: Any, values: Sequence[dict[str, Any] | None], place: int, schema: Any) -> Any:
        pa = self._pa
        kept = pa.Table.from_batches([batch]).filter(pa.array([value is not None for value in values]))
        there = [value for value in values if value is not None]
        columns = list(kept.columns)
        columns[place] = pa.array([value["text"] for value in there], pa.string())
        columns.append(pa.array([value["dropped"] for value in there], _dropped_type(pa)))
        columns.append(pa.array([value["edits"] for value in there], pa.int64()))
        return pa.Table.from_arrays(columns, schema=schema)
