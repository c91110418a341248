"""A worker that takes over a shard from a dead one goes on where that one was, and reads no more of the input than it must."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from batch_inputs import html, rows_of, write_lines, write_warc

from cleaner import Policy, clean
from cleaner.jobs.batch import read as batchread
from cleaner.jobs.batch import shard as batchshard
from cleaner.jobs.batch.files import Output
from cleaner.jobs.batch.plan import Shard, plan
from cleaner.jobs.batch.shard import Work, clean_shard
from cleaner.jobs.limits import WorkLimits

LARGE = WorkLimits(memory_bytes=1 << 40)  # this process holds more than a worker may


def one_member(path: Path) -> Path:
    path.write_bytes(gzip.compress(gzip.decompress(write_warc(path.with_suffix(".whole"), 12).read_bytes())))
    return path


def plain(path: Path) -> Path:
    path.write_bytes(gzip.decompress(write_warc(path.with_suffix(".whole"), 12).read_bytes()))
    return path


def folder_of_pages(path: Path) -> Path:
    path.mkdir()
    for number in range(12):
        (path / f"{number:02}.html").write_bytes(html(number))
    return path


def lines_of_pages(path: Path) -> Path:
    return write_lines(path, [{"html": html(number).decode()} for number in range(12)])


@pytest.mark.parametrize(
    ("made", "name", "read_again"),
    [
        (lambda path: write_warc(path, 12), "a.warc.gz", range(1, 12)),
        (one_member, "b.warc.gz", range(12, 13)),
        (plain, "c.warc", range(1, 12)),
        (lines_of_pages, "d.jsonl", range(1, 12)),
        (lines_of_pages, "e.jsonl.gz", range(12, 13)),
        (folder_of_pages, "f", range(1, 12)),
    ],
)
def test_who_takes_over_enters_the_input_where_the_other_died(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Any, name: str, read_again: range
) -> None:
    (shard,) = plan([str(made(tmp_path / name))])
    assert isinstance(shard, Shard)
    (tmp_path / "out").mkdir()
    work = Work(shard=shard, output=Output(folder=tmp_path / "out"), key="k", version="1", limits=LARGE)
    cleaned: list[int] = []

    def dying(*args: Any, **options: Any) -> Any:
        if len(cleaned) == 7:
            raise SystemExit
        cleaned.append(1)
        return clean(*args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(batchshard, "clean", dying)
        with pytest.raises(SystemExit):
            clean_shard(Policy(), work)
    read: list[int] = []
    items_of = batchread.items_of

    def watched(*args: Any) -> Any:
        for item in items_of(*args):
            read.append(item.offset)
            yield item

    monkeypatch.setattr(batchread, "items_of", watched)
    clean_shard(Policy(), work, "worker-died")
    assert [f"Boat {number}" for number in range(12)] == [row["title"] for row in rows_of(tmp_path / "out")]
    assert len(read) in read_again
