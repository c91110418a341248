"""Inputs that lie in a storage: read through fsspec as files of this machine are, and named where they cannot be."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_inputs import TEXTS, html, rows_of, write_lines, write_warc

from cleaner import Policy
from cleaner.errors import InputError, UsageError
from cleaner.jobs.batch import Batch, Report, places, run_batch
from cleaner.jobs.batch.files import Output
from cleaner.jobs.batch.shard import clean_shard
from cleaner.jobs.limits import WorkLimits

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")


class Here:
    """An engine in this process, which alone sees its memory."""

    def run(self, works: Any) -> Any:
        for work in works:
            while (outcome := clean_shard(Policy(), work)).again:
                """This process is larger than a worker may be, and takes its shards in small steps."""
            yield outcome


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Any]:
    """A storage in memory that holds a WARC, lines, a table and a folder of pages."""
    system = fsspec.filesystem("memory")
    rows = [{"id": number, "text": text} for number, text in enumerate(TEXTS)]
    system.pipe("/crawl/a.warc.gz", write_warc(tmp_path / "a.warc.gz", 40).read_bytes())
    system.pipe("/crawl/b.jsonl.gz", write_lines(tmp_path / "b.jsonl.gz", rows).read_bytes())
    system.pipe("/crawl/pages/one.html", html(1))
    system.pipe("/crawl/pages/deep/two.html", html(2))
    yield system
    system.rm("/", recursive=True)


def report_of(out: Path, *inputs: str, shard_bytes: int = 1 << 20, field: str | None = None) -> Report:
    output = Output(folder=out, field=field)
    batch = Batch(inputs=inputs, output=output, policy=Policy(), limits=WorkLimits(), shard_bytes=shard_bytes)
    report = Report()
    list(run_batch(batch, Here(), report))
    return report


@pytest.mark.usefixtures("memory")
def test_a_warc_in_a_storage_gives_what_the_file_gives(tmp_path: Path) -> None:
    there = report_of(tmp_path / "there", "memory://crawl/a.warc.gz", shard_bytes=5_000)
    report_of(tmp_path / "here", str(tmp_path / "a.warc.gz"), shard_bytes=5_000)
    assert there.errors == []
    assert there.counts["shards"] > 1
    without = [{**row, "source": ""} for row in rows_of(tmp_path / "here")]
    assert without == [{**row, "source": ""} for row in rows_of(tmp_path / "there")]
    assert {"memory:///crawl/a.warc.gz"} == {row["source"] for row in rows_of(tmp_path / "there")}


@pytest.mark.usefixtures("memory")
def test_patterns_folders_and_lines_are_found_in_a_storage(tmp_path: Path) -> None:
    report = report_of(tmp_path / "pages", "memory://crawl/pages", "memory://crawl/*.warc.gz")
    assert (report.errors, report.counts["rows"]) == ([], 42)
    report = report_of(tmp_path / "lines", "memory://crawl/b.jsonl.gz", field="text")
    assert (report.errors, report.counts["rows"]) == ([], 3)


def test_a_table_in_a_storage_is_read(memory: Any, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    pq = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")
    pq.write_table(pa.table({"html": [html(1).decode(), html(2).decode()]}), tmp_path / "t.parquet")
    memory.pipe("/crawl/t.parquet", (tmp_path / "t.parquet").read_bytes())
    assert report_of(tmp_path / "out", "memory://crawl/t.parquet").counts["rows"] == 2


def test_what_changed_in_a_storage_is_done_again_and_nothing_else(memory: Any, tmp_path: Path) -> None:
    source = "memory://crawl/pages"
    report_of(tmp_path / "out", source)
    assert report_of(tmp_path / "out", source).counts["skipped"] == 1
    memory.pipe("/crawl/pages/one.html", html(3))  # of the same length
    assert report_of(tmp_path / "out", source).counts["skipped"] == 0
    assert {"Boat 2", "Boat 3"} == {row["title"] for row in rows_of(tmp_path / "out")}


def test_an_address_of_a_file_of_this_machine_is_read(tmp_path: Path) -> None:
    source = write_warc(tmp_path / "a.warc.gz", 2)
    assert report_of(tmp_path / "out", source.as_uri()).counts["rows"] == 2


@pytest.mark.parametrize("address", ["memory://crawl/none.warc.gz", "memory://none/*.warc.gz"])
def test_what_is_not_in_a_storage_is_named(tmp_path: Path, address: str) -> None:
    report = report_of(tmp_path / "out", address)
    assert [(InputError, address)] == [(type(error), error.where) for error in report.errors]


def test_a_damaged_file_in_a_storage_is_named(memory: Any, tmp_path: Path) -> None:
    memory.pipe("/crawl/torn.jsonl.gz", gzip.compress(b'{"html": "x"}\n' * 2_000)[:-9])
    report = report_of(tmp_path / "out", "memory://crawl/torn.jsonl.gz")
    assert ["bad-gzip"] == [error.code for error in report.errors]


@pytest.mark.parametrize("address", ["nowhere://bucket/a.warc.gz", "s3://bucket/a.warc.gz"])
def test_a_storage_without_its_package_is_a_usage_error_that_says_what_to_install(address: str) -> None:
    with pytest.raises(UsageError) as raised:
        places.matching(address)
    assert raised.value.exit_code == 2
    assert "pip install" in (raised.value.hint or "")


def test_a_page_of_the_web_is_no_folder_of_what_it_links_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_remote", lambda _: pytest.fail("nothing is asked for"))
    assert not places.is_folder("https://boats.example/index.html")


def test_a_storage_that_fails_in_its_own_way_is_an_input_error(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoCredentialsError(Exception):
        """As packages of storages raise, which no OSError is."""

    def refused(*_: object, **__: object) -> None:
        raise NoCredentialsError("unable to locate credentials")

    with monkeypatch.context() as patched:
        patched.setattr(type(memory), "exists", refused)
        with pytest.raises(InputError, match="unable to locate credentials"):
            places.matching("memory://crawl/a.warc.gz")
