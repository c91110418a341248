import json
import os
import signal
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from batch_inputs import TEXTS, failures_of, html, rows_of, write_lines, write_warc

from cleaner import Policy, clean, clean_text
from cleaner.errors import CleanerError, InputError, TryLaterError, UsageError
from cleaner.jobs.batch import Batch, Report, run_batch
from cleaner.jobs.batch import shard as batchshard
from cleaner.jobs.batch.engines import LocalEngine
from cleaner.jobs.batch.files import Output
from cleaner.jobs.batch.plan import Shard, plan
from cleaner.jobs.batch.shard import Outcome, Work, clean_shard
from cleaner.jobs.limits import WorkLimits

LIMITS = WorkLimits()


def batch_of(out: Path, *inputs: object, policy: Policy = Policy(), shard_bytes: int = 1 << 20, **output: Any) -> Batch:  # noqa: B008
    told = Output(folder=out, **output)
    return Batch(inputs=tuple(map(str, inputs)), output=told, policy=policy, limits=LIMITS, shard_bytes=shard_bytes)


class InProcess:
    """The engine of these tests where no worker is needed: the same work, here and now."""

    def __init__(self, policy: Policy = Policy()) -> None:  # noqa: B008
        self.policy = policy

    def run(self, works: Any) -> Any:
        for work in works:
            while (outcome := clean_shard(self.policy, work)).again:
                """This process is larger than a worker may be, and takes its shards in small steps."""
            yield outcome


def run(batch: Batch, engine: Any = None) -> tuple[Report, list[Outcome]]:
    report = Report()
    outcomes = list(run_batch(batch, engine or InProcess(batch.policy), report))
    return report, outcomes


def test_every_page_of_a_warc_becomes_the_row_that_clean_gives(tmp_path: Path) -> None:
    source = write_warc(tmp_path / "boats.warc.gz", 3)
    report, _ = run(batch_of(tmp_path / "out", source))
    rows = rows_of(tmp_path / "out")
    assert report.counts == {"items": 3, "rows": 3, "empty": 0, "failed": 0, "shards": 1, "skipped": 0}
    for number, row in enumerate(rows):
        article = clean(html(number), f"https://boats.example/{number}")
        assert (article.text, article.markdown, article.ruleset) == (row["text"], row["markdown"], row["ruleset"])
        assert [{"rule": "ads/label", "text": "Advertisement"}] == row["dropped"]
    assert [f"https://boats.example/{number}" for number in range(3)] == [row["url"] for row in rows]


def test_a_row_names_the_byte_where_its_record_begins(tmp_path: Path) -> None:
    from cleaner.archive.warc import read_at

    source = write_warc(tmp_path / "boats.warc.gz", 3)
    run(batch_of(tmp_path / "out", source))
    for row in rows_of(tmp_path / "out"):
        assert read_at(source, row["offset"]).fields["warc-target-uri"] == row["url"]


@pytest.mark.parametrize("shard_bytes", [700, 1_500, 4_000])
def test_stretches_of_a_warc_hold_each_record_once(tmp_path: Path, shard_bytes: int) -> None:
    source = write_warc(tmp_path / "boats.warc.gz", 30)
    report, _ = run(batch_of(tmp_path / "out", source, shard_bytes=shard_bytes))
    assert report.counts["shards"] > 2
    assert [row["url"] for row in rows_of(tmp_path / "out")] == [f"https://boats.example/{n}" for n in range(30)]


@pytest.mark.parametrize("shard_bytes", [200, 1_000])
def test_stretches_of_lines_hold_each_line_once(tmp_path: Path, shard_bytes: int) -> None:
    source = write_lines(tmp_path / "t.jsonl", [{"id": n, "text": "A line of prose."} for n in range(40)])
    report, _ = run(batch_of(tmp_path / "out", source, field="text", shard_bytes=shard_bytes))
    assert report.counts["shards"] > 1
    assert [row["id"] for row in rows_of(tmp_path / "out")] == list(range(40))


def test_a_second_run_skips_what_is_done(tmp_path: Path) -> None:
    batch = batch_of(tmp_path / "out", write_warc(tmp_path / "boats.warc.gz", 3))
    run(batch)
    report, outcomes = run(batch, engine=None)
    assert [True] == [outcome.skipped for outcome in outcomes]
    assert (report.counts["rows"], report.counts["skipped"]) == (3, 1)


def test_changed_rules_do_a_shard_again(tmp_path: Path) -> None:
    source = write_warc(tmp_path / "boats.warc.gz", 1)
    run(batch_of(tmp_path / "out", source))
    _, outcomes = run(batch_of(tmp_path / "out", source, policy=Policy(off=frozenset({"ads/label", "model"}))))
    assert [False] == [outcome.skipped for outcome in outcomes]
    assert "Advertisement" in rows_of(tmp_path / "out")[0]["text"]


def test_a_changed_input_is_done_again(tmp_path: Path) -> None:
    source = write_warc(tmp_path / "boats.warc.gz", 1)
    run(batch_of(tmp_path / "out", source))
    write_warc(source, 2)
    report, _ = run(batch_of(tmp_path / "out", source))
    assert (report.counts["rows"], report.counts["skipped"]) == (2, 0)


def test_lost_outputs_are_made_again(tmp_path: Path) -> None:
    batch = batch_of(tmp_path / "out", write_warc(tmp_path / "boats.warc.gz", 1))
    run(batch)
    next((tmp_path / "out" / "data").iterdir()).unlink()
    run(batch)
    assert len(rows_of(tmp_path / "out")) == 1


def test_shards_cut_otherwise_leave_no_row_twice(tmp_path: Path) -> None:
    source = write_warc(tmp_path / "boats.warc.gz", 30)
    run(batch_of(tmp_path / "out", source, shard_bytes=700))
    run(batch_of(tmp_path / "out", source))
    assert [row["url"] for row in rows_of(tmp_path / "out")] == [f"https://boats.example/{n}" for n in range(30)]


def test_a_column_of_lines_is_cleaned_and_the_others_pass_verbatim(tmp_path: Path) -> None:
    source = tmp_path / "t.jsonl.gz"
    write_lines(source, [{"id": 12345678901234567890, "x": [1.50, None], "text": text, "z": "ü"} for text in TEXTS])
    run(batch_of(tmp_path / "out", source, field="text"))
    rows = rows_of(tmp_path / "out")
    assert [None if text is None else clean_text(text).text for text in TEXTS] == [row["text"] for row in rows]
    assert [(12345678901234567890, [1.5, None], "ü")] * 3 == [(row["id"], row["x"], row["z"]) for row in rows]
    assert ["ads/label"] == [one["rule"] for one in rows[0]["cleaner_dropped"]]
    assert ["id", "x", "text", "z", "cleaner_dropped", "cleaner_edits"] == list(rows[0])


def test_lines_that_hold_pages_become_articles(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "p.jsonl", [{"url": "https://boats.example/1", "html": html(1).decode()}])
    run(batch_of(tmp_path / "out", source))
    assert clean(html(1), "https://boats.example/1").text == rows_of(tmp_path / "out")[0]["text"]


def test_a_folder_of_pages_becomes_articles_and_is_searched_through(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.html").write_bytes(html(1))
    (tmp_path / "in" / "deep" / "b.htm").write_bytes(html(2))
    (tmp_path / "in" / "notes.txt").write_text("no page", encoding="utf-8")
    write_warc(tmp_path / "in" / "c.warc.gz", 1, first=3)
    run(batch_of(tmp_path / "out", tmp_path / "in"))
    assert {"Boat 1", "Boat 2", "Boat 3"} == {row["title"] for row in rows_of(tmp_path / "out")}


def test_patterns_and_lists_name_inputs(tmp_path: Path) -> None:
    for number in range(3):
        write_warc(tmp_path / f"{number}.warc.gz", 1, first=number)
    (tmp_path / "list").write_text(f"{tmp_path}/1.warc.gz\n{tmp_path}/2.warc.gz\n", encoding="utf-8")
    report, _ = run(batch_of(tmp_path / "a", f"{tmp_path}/*.warc.gz"))
    again, _ = run(batch_of(tmp_path / "b", f"@{tmp_path}/list", f"{tmp_path}/1.warc.gz"))
    assert (report.counts["rows"], again.counts["rows"]) == (3, 2)


def test_parquet_goes_in_and_out_with_its_other_columns(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    import pyarrow.parquet as pq

    table = pa.table({"id": [1, 2, 3], "text": list(TEXTS), "raw": [b"\0", None, b"\xff"]})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=1)
    report, _ = run(batch_of(tmp_path / "out", tmp_path / "t.parquet", field="text", form="parquet", shard_bytes=1))
    made = pq.ParquetDataset(tmp_path / "out" / "data").read()
    assert report.counts["shards"] == 3
    assert made.column("id").to_pylist() == [1, 2, 3]
    assert made.column("raw").to_pylist() == [b"\0", None, b"\xff"]
    assert made.column("text").to_pylist() == [None if text is None else clean_text(text).text for text in TEXTS]
    assert [len(dropped) for dropped in made.column("cleaner_dropped").to_pylist()] == [1, 0, 0]


def test_articles_are_written_as_parquet_too(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    import pyarrow.parquet as pq

    source = write_warc(tmp_path / "boats.warc.gz", 3)
    run(batch_of(tmp_path / "a", source))
    run(batch_of(tmp_path / "b", source, form="parquet"))
    assert rows_of(tmp_path / "a") == pq.ParquetDataset(tmp_path / "b" / "data").read().to_pylist()


def test_conversion_records_refer_to_their_originals(tmp_path: Path) -> None:
    from cleaner.archive.warc import read

    source = write_warc(tmp_path / "boats.warc.gz", 2)
    run(batch_of(tmp_path / "out", source, wet=True))
    records = list(read(next((tmp_path / "out" / "wet").iterdir())))
    assert [row["text"] for row in rows_of(tmp_path / "out")] == [record.block.decode() for record in records]
    assert [row["record_id"] for row in rows_of(tmp_path / "out")] == [r.fields["warc-refers-to"] for r in records]
    assert {"conversion"} == {record.kind for record in records}


def test_pages_that_give_nothing_stand_among_the_failures(tmp_path: Path) -> None:
    rows = [
        {"html": html(1).decode()},
        {"html": ""},
        {"url": "no page"},
        {"html": "<b></b>" * 80_000, "url": "https://heavy.example/"},
    ]
    source = write_lines(tmp_path / "p.jsonl", rows)
    with source.open("ab") as file:
        file.write(b"no json\n")
    report, _ = run(batch_of(tmp_path / "out", source))
    failures = failures_of(tmp_path / "out")
    assert (report.counts["rows"], report.counts["empty"], report.counts["failed"]) == (1, 1, 3)
    assert [failure["code"] for failure in failures] == ["empty", "no-column", "limit", "bad-json"]
    lines = source.read_bytes().splitlines(keepends=True)
    assert [failure["offset"] for failure in failures] == [len(b"".join(lines[:n])) for n in range(1, 5)]
    assert failures[2]["url"] == "https://heavy.example/"
    assert report.errors == []


def test_bad_inputs_are_named_and_the_others_done(tmp_path: Path) -> None:
    good = write_warc(tmp_path / "good.warc.gz", 2)
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(write_warc(tmp_path / "whole.warc.gz", 3).read_bytes()[:-20])
    (tmp_path / "empty.warc.gz").touch()
    mixed = tmp_path / "mixed.parquet"
    mixed.write_bytes(b"PAR1 it is not")
    columns = write_lines(tmp_path / "c.jsonl", [{"body": "x"}])
    inputs = (torn, tmp_path / "empty.warc.gz", mixed, columns, tmp_path / "none.warc", good)
    report, _ = run(batch_of(tmp_path / "out", *inputs))
    assert {str(Path(error.where or "").name) for error in report.errors} == {
        "torn.warc.gz", "empty.warc.gz", "mixed.parquet", "c.jsonl", "none.warc",
    }  # fmt: skip
    assert all(isinstance(error, InputError) for error in report.errors)
    assert report.counts["rows"] == 4  # two of the torn one, which stand whole before the tear


def test_a_torn_input_is_tried_again(tmp_path: Path) -> None:
    torn = tmp_path / "torn.warc.gz"
    whole = write_warc(tmp_path / "whole.warc.gz", 3).read_bytes()
    torn.write_bytes(whole[:-20])
    first, _ = run(batch_of(tmp_path / "out", torn))
    torn.write_bytes(whole)
    second, _ = run(batch_of(tmp_path / "out", torn))
    assert (len(first.errors), first.counts["rows"], second.errors, second.counts["rows"]) == (1, 2, [], 3)


@pytest.mark.parametrize("output", [{"field": "text", "wet": True}])
def test_outputs_that_cannot_be_meant_are_refused(tmp_path: Path, output: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        run(batch_of(tmp_path / "out", write_warc(tmp_path / "a.warc.gz", 1), **output))


def test_a_folder_that_another_run_has_is_left_alone(tmp_path: Path) -> None:
    batch = batch_of(tmp_path / "out", write_warc(tmp_path / "a.warc.gz", 1))
    running = run_batch(batch, InProcess(), Report())
    next(running)
    with pytest.raises(TryLaterError, match="another batch"):
        run(batch)


def test_a_full_disk_leaves_nothing_half_written_and_says_try_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    batch = batch_of(tmp_path / "out", write_warc(tmp_path / "a.warc.gz", 1))
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        report, outcomes = run_without_join(batch)
    assert [TryLaterError] == [type(error) for error in report.errors]
    assert [path for folder in ("data", "manifests") for path in (tmp_path / "out" / folder).glob("*")] == []
    assert run(batch)[0].counts["rows"] == 1
    assert outcomes[0].rows == 0


def test_a_full_temporary_folder_is_not_held_against_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")  # as from tables that clean unpacks there

    batch = batch_of(tmp_path / "out", write_warc(tmp_path / "a.warc.gz", 3))
    with monkeypatch.context() as patched:
        patched.setattr(batchshard, "clean", full)
        report, _ = run(batch)
    assert [(TryLaterError, tempfile.gettempdir())] == [(type(error), error.where) for error in report.errors]
    assert (report.counts["rows"], report.counts["failed"], failures_of(tmp_path / "out")) == (0, 0, [])
    assert run(batch)[0].counts["rows"] == 3


def test_a_file_of_a_folder_that_cannot_be_read_is_a_failure_and_the_others_are_cleaned(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.html").write_bytes(html(1))
    (pages / "b.html").symlink_to(tmp_path / "nowhere")
    (pages / "c.html").write_bytes(html(3))
    report, _ = run(batch_of(tmp_path / "out", pages))
    assert ["Boat 1", "Boat 3"] == [row["title"] for row in rows_of(tmp_path / "out")]
    assert [(str(pages / "b.html"), "input")] == [(row["source"], row["code"]) for row in failures_of(tmp_path / "out")]
    assert report.errors == []


def test_inputs_of_a_folder_that_cannot_be_read_are_named_and_the_others_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in" / "locked").mkdir(parents=True)
    (tmp_path / "in" / "empty.warc.gz").touch()
    write_warc(tmp_path / "in" / "good.warc.gz", 2)
    scandir = os.scandir

    def forbidden(path: str) -> Any:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidden)  # root may read everything
    report, _ = run(batch_of(tmp_path / "out", tmp_path / "in"))
    assert {"locked", "empty.warc.gz"} == {Path(error.where or "").name for error in report.errors}
    assert report.counts["rows"] == 2


def run_without_join(batch: Batch) -> tuple[Report, list[Outcome]]:
    report, outcomes = Report(), []
    with pytest.raises(TryLaterError):  # the list of failures cannot be written either
        outcomes.extend(run_batch(batch, InProcess(), report))
    return report, outcomes or [Outcome(shard="", source="")]


def work_of(tmp_path: Path, count: int) -> Work:
    shard = next(iter(plan([str(write_warc(tmp_path / "boats.warc.gz", count))])))
    assert isinstance(shard, Shard)
    (tmp_path / "out").mkdir()
    return Work(shard=shard, output=Output(folder=tmp_path / "out"), key="k", version="1", limits=LIMITS)


def poisoned(work: Work, signs: bytes, rows: int) -> None:
    """The spool of a worker that died over the item after `rows` others."""
    path = work.output.spool(work.shard.name)
    path.parent.mkdir()
    done = b"".join(b'@\n+{"url":"%d"}\n' % number for number in range(rows))
    path.write_bytes(b"#k\n" + done + signs)


@pytest.mark.parametrize(
    ("signs", "killer", "codes"),
    [
        (b"@\n", "too-slow", ["too-slow"]),
        (b"@\n", "too-much-cpu", ["too-much-cpu"]),
        (b"@\n", "worker-died", []),
        (b"@\n" * 4, "worker-died", []),
        (b"@\n" * 5, "worker-died", ["worker-died"]),
        (b"@\n", "too-much-memory", []),
        (b"@\n@\n", "too-much-memory", ["too-much-memory"]),
        (b"@\n@\n", None, []),
        (b'@\n+{"url":"half', "worker-died", []),
    ],
)
def test_the_item_over_which_a_worker_died_is_tried_again_or_given_up(
    tmp_path: Path, signs: bytes, killer: str | None, codes: list[str]
) -> None:
    work = work_of(tmp_path, 5)
    poisoned(work, signs, 2)
    outcome = clean_shard(Policy(), work, killer)
    assert (outcome.items, outcome.failed) == (5, len(codes))
    rows = rows_of(tmp_path / "out")
    assert [row["url"] for row in rows][:2] == ["0", "1"]
    assert len(rows) == 5 - len(codes)
    failures = work.output.failures(work.shard.name)
    assert (
        codes == [json.loads(line)["code"] for line in failures.read_bytes().splitlines()]
        if codes
        else not failures.exists()
    )


def test_a_spool_of_other_rules_is_not_gone_on_with(tmp_path: Path) -> None:
    work = work_of(tmp_path, 3)
    poisoned(work, b"", 2)
    clean_shard(Policy(), replace(work, key="other"))
    assert [row["url"] for row in rows_of(tmp_path / "out")] == [f"https://boats.example/{n}" for n in range(3)]


def test_a_bug_on_one_page_is_a_failure_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    work = work_of(tmp_path, 1)
    monkeypatch.setattr(batchshard, "clean", broken)
    assert clean_shard(Policy(), work).failed == 1
    assert "ZeroDivisionError" in work.output.failures(work.shard.name).read_text("utf-8")


def test_killed_workers_lose_and_double_nothing(tmp_path: Path) -> None:
    from multiprocessing import active_children

    source = write_warc(tmp_path / "boats.warc.gz", 300)
    run(batch_of(tmp_path / "plain", source))
    over, kills = threading.Event(), []

    def kill_some() -> None:
        spooled = 0
        while not over.wait(0.02) and len(kills) < 5:
            now = sum(path.stat().st_size for path in (tmp_path / "killed" / ".work").glob("*") if path.exists())
            if abs(now - spooled) > 10_000:  # in the midst of a shard, whatever the machine does beside
                spooled = now
                for child in active_children()[:1]:
                    os.kill(child.pid or 0, signal.SIGKILL)
                    kills.append(child.pid)

    killer = threading.Thread(target=kill_some)
    killer.start()
    try:
        batch = batch_of(tmp_path / "killed", source, shard_bytes=30_000)
        report, _ = run(batch, LocalEngine(2, policy=batch.policy, limits=LIMITS))
    finally:
        over.set()
        killer.join()
    assert len(kills) >= 2
    assert report.errors == []
    assert rows_of(tmp_path / "plain") == rows_of(tmp_path / "killed")


def test_a_page_that_hangs_costs_its_limit_and_nothing_else(tmp_path: Path) -> None:
    rows = [{"text": "A line."} for _ in range(20)]
    rows[7] = {"text": "hang"}
    source = write_lines(tmp_path / "t.jsonl", rows)
    limits = WorkLimits(wall_s=1.0, cpu_s=0.5)
    told = Batch(
        inputs=(str(source),), output=Output(folder=tmp_path / "out", field="text"), policy=Policy(), limits=limits
    )
    report, _ = run(told, HangingEngine(limits))
    assert (report.counts["rows"], report.counts["failed"], report.errors) == (19, 1, [])
    assert [("too-slow", source.read_bytes().index(b'{"text": "hang'))] == [
        (failure["code"], failure["offset"]) for failure in failures_of(tmp_path / "out")
    ]


class HangingEngine:
    """A local engine whose workers hang on the text `hang`."""

    def __init__(self, limits: WorkLimits) -> None:
        self.limits = limits

    def run(self, works: Any) -> Any:
        import worker_tasks

        from cleaner.jobs.batch import engines
        from cleaner.jobs.workers import Workers

        with Workers(1, limits=self.limits) as workers, pytest.MonkeyPatch.context() as patched:
            patched.setattr(engines, "clean_shard", worker_tasks.clean_shard_or_hang)
            for work in works:
                yield engines.supervise(workers, work)


def test_an_error_that_cannot_be_foreseen_ends_its_shard_alone(tmp_path: Path) -> None:
    from cleaner.jobs.batch.engines import supervise
    from cleaner.jobs.workers import Workers

    with Workers(1) as workers:
        outcome = supervise(workers, replace(work_of(tmp_path, 1), limits=lambda: None))  # type: ignore[arg-type]
    assert isinstance(outcome.error, CleanerError)
    assert outcome.error.code == "internal"
