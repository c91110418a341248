"""What a batch costs beside its `clean`: in the worker, in the driver, at the start; two workers, Ray, memory of a long run.

Ratios are taken within one process, for a machine with other things to do makes all figures larger, but not these.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Any

from crawl import adopt_orphans, reap
from pages import long_run, write_warc

from cleaner import Policy
from cleaner.fetch import processes
from cleaner.jobs.batch import Batch, Report, run_batch
from cleaner.jobs.batch import shard as shards
from cleaner.jobs.batch.engines import LocalEngine
from cleaner.jobs.batch.files import Form, Output
from cleaner.jobs.batch.plan import Shard, plan
from cleaner.jobs.batch.shard import Work, clean_shard
from cleaner.jobs.limits import WorkLimits

RAY_PAGES = 5_000
LONG_PAGES = 100_000
LONG_STEP = 5_000  # pages between two lines, and of one file
LOOK_S = 0.05
MIB = 1 << 20
UNBOUNDED = WorkLimits(memory_bytes=1 << 40)  # this process holds all pages besides
PEAK = re.compile(rb"VmHWM:\s+(\d+)")


def overhead(source: Path, form: Form) -> float:
    """CPU of the shards of this file over that of the `clean` inside them, all in this process."""
    spent: Counter[str] = Counter()
    clean = shards.clean
    if form == "parquet":
        import pyarrow.parquet  # noqa: F401  # half a second, once a worker

    def timed(*args: Any, **options: Any) -> Any:
        begun = time.process_time()
        try:
            return clean(*args, **options)
        finally:
            spent["clean"] += time.process_time() - begun  # type: ignore[assignment]

    shards.clean = timed
    try:
        with tempfile.TemporaryDirectory() as folder:
            for shard in plan([str(source)], source.stat().st_size // 8):
                assert isinstance(shard, Shard)
                output = Output(folder=Path(folder), form=form)
                begun = time.process_time()
                clean_shard(Policy(), Work(shard=shard, output=output, key="-", version="-", limits=UNBOUNDED))
                spent["shard"] += time.process_time() - begun  # type: ignore[assignment]
    finally:
        shards.clean = clean
    return spent["shard"] / spent["clean"]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One `cleaner batch`: CPU of all its processes, of its driver, of its shards as it told, and seconds by the clock."""

    all_s: float
    driver_s: float
    shards_s: float
    wall_s: float


def command(source: Path, *words: str) -> Ran:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with tempfile.TemporaryDirectory() as out:
        line = [sys.executable, "-m", "cleaner", "batch", str(source), "--out", out, "--json", *words]
        ran = subprocess.run(line, check=True, stdout=subprocess.PIPE)  # noqa: S603  # our own command
    wall_s = time.monotonic() - begun
    driver = resource.getrusage(resource.RUSAGE_CHILDREN)
    reap()  # the fork server, who has waited for the workers
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Ran(
        all_s=_cpu_s(after) - _cpu_s(before),
        driver_s=_cpu_s(driver) - _cpu_s(before),
        shards_s=json.loads(ran.stdout)["cpu_s"],
        wall_s=wall_s,
    )


def _cpu_s(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def batch(found: Sequence[bytes], count: int) -> None:
    """Prints what a job of so many pages costs over its `clean`, its start aside and whole, and what a second worker brings."""
    adopt_orphans()
    with tempfile.TemporaryDirectory() as folder:
        source = write_warc(Path(folder) / "pages.warc.gz", (found[number % len(found)] for number in range(count)))
        one = write_warc(
            Path(folder) / "one.warc.gz", iter([b"<p>A page of one line that says where the boat goes.</p>"])
        )
        inside: dict[Form, float] = {"jsonl": overhead(source, "jsonl"), "parquet": overhead(source, "parquet")}
        print(
            "batch          "
            + ", ".join(f"{form} {ratio:.3f}" for form, ratio in inside.items())
            + " of clean in a worker"
        )
        start = command(one, "--workers", "1")
        print(f"start          {start.all_s:.1f} s of CPU, {start.driver_s:.1f} of it the driver's")
        paces = {}
        for workers in (1, 2):
            ran = command(source, "--workers", str(workers), "--shard-bytes", str(source.stat().st_size // 8))
            paces[workers] = count / ran.wall_s
            ratio = inside["jsonl"] / ran.shards_s
            print(
                f"{workers} workers      {paces[workers]:.1f} pages/s, CPU {ran.all_s * ratio:.2f} of clean, start aside "
                f"{(ran.all_s - start.all_s) * ratio:.3f}; driver {1e3 * (ran.driver_s - start.driver_s) / count:.1f} ms a page"
            )
        print(f"2 workers are {paces[2] / paces[1]:.2f} times 1, on {os.cpu_count()} cores")


def ray() -> None:
    """Prints the CPU of the engine ray over that of the local one, the start of each taken off, shard by shard the same."""
    adopt_orphans()
    with tempfile.TemporaryDirectory() as folder:
        source = write_warc(Path(folder) / "pages.warc.gz", long_run(RAY_PAGES))
        one = write_warc(
            Path(folder) / "one.warc.gz", iter([b"<p>A page of one line that says where the boat goes.</p>"])
        )
        cut = ("--workers", "2", "--shard-bytes", str(source.stat().st_size // 20))
        spent: dict[str, tuple[Ran, Ran]] = {}
        for engine in ("local", "ray"):
            spent[engine] = (
                command(one, "--workers", "2", "--engine", engine),
                command(source, *cut, "--engine", engine),
            )
            start, ran = spent[engine]
            print(
                f"{engine:6} {RAY_PAGES} pages: {ran.all_s:.1f} s of CPU, start {start.all_s:.1f}, shards {ran.shards_s:.1f};"
                f" {ran.wall_s:.0f} s by the clock"
            )
        # The shards do the same work in both: what they took tells how fast the machine was meanwhile.
        costs = {engine: (ran.all_s - start.all_s) / ran.shards_s for engine, (start, ran) in spent.items()}
        print(f"ray over local, start aside: {costs['ray'] / costs['local']:.3f} of CPU a second of the shards' own")


@dataclass
class Memory:
    """The most that each process of the run has held so far, by its part in it."""

    parts: dict[int, str] = field(default_factory=dict)
    peaks: Counter[int] = field(default_factory=Counter)

    def look(self) -> list[int]:
        """The workers that are alive; their peaks are noted."""
        children = processes.family([os.getpid()])
        workers = [pid for pid in children if _parent(pid) not in (os.getpid(), 0) and pid != os.getpid()]
        for pid in workers:
            self.peaks[pid] = max(self.peaks[pid], _peak(pid))
        return workers

    @contextmanager
    def watched(self) -> Iterator[None]:
        over = Event()

        def watch() -> None:
            while not over.wait(LOOK_S):
                self.look()

        thread = Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _peak(pid: int) -> int:
    try:
        told = PEAK.search(Path(f"/proc/{pid}/status").read_bytes())
    except OSError:
        return 0
    return int(told[1]) * 1024 if told else 0


def _resident(pid: int) -> int:
    return shards.resident_bytes(pid)


def memory(count: int = LONG_PAGES) -> None:
    """Prints what the workers hold over a long run, every so many pages, and the most that one ever held."""
    with tempfile.TemporaryDirectory() as folder:
        pages = long_run(count)
        files = [
            write_warc(Path(folder) / f"{first:08}.warc.gz", islice(pages, LONG_STEP), first)
            for first in range(0, count, LONG_STEP)
        ]
        size = sum(file.stat().st_size for file in files)
        print(f"{count} pages, {size / MIB:.0f} MiB gzipped", flush=True)
        limits = WorkLimits()
        batch = Batch(
            inputs=tuple(map(str, files)),
            output=Output(folder=Path(folder) / "out", form="parquet"),
            policy=Policy(),
            limits=limits,
        )
        engine, report, held = LocalEngine(2, policy=batch.policy, limits=limits), Report(), Memory()
        with held.watched():
            for outcome in run_batch(batch, engine, report):
                now = [_resident(pid) // MIB for pid in held.look()]
                most = max(held.peaks.values(), default=0) // MIB
                print(
                    f"{report.counts['items']:>7} pages  workers hold {now} MiB, most so far {most} MiB, "
                    f"{len(held.peaks)} workers; driver {_resident(os.getpid()) // MIB} MiB; {outcome.cpu_s:.0f} s of CPU",
                    flush=True,
                )
        print(f"{dict(report.counts)}; errors {report.errors}")
