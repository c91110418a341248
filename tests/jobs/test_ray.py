"""The engine ray on a real Ray of this machine: the same outputs as the local one, whatever is killed meanwhile."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_inputs import failures_of, rows_of, write_warc

from cleaner import Policy
from cleaner.jobs.batch import Batch, Report, run_batch
from cleaner.jobs.batch.engines import LocalEngine
from cleaner.jobs.batch.files import Output
from cleaner.jobs.limits import WorkLimits

PAGES = 160
SHARD_BYTES = 20_000
LONGEST_S = 180  # a quiet machine takes 20
TASK = b"ray::_on_ray"  # what a process of Ray's calls itself while it is at a shard
PROCESSES = Path("/proc")

pytest.importorskip("ray", reason="ray is not installed: there is no wheel of it for this Python or machine")


@pytest.fixture
def ray_folder() -> Iterator[Path]:
    """A folder for Ray's sockets, whose paths may have no more than a hundred characters."""
    folder = Path(tempfile.mkdtemp(prefix="ray"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def command_line(pid: int) -> bytes:
    try:
        return (PROCESSES / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def parent_of(pid: int) -> int:
    try:
        return int((PROCESSES / str(pid) / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def descends(pid: int, ancestor: int) -> bool:
    while pid > 1 and pid != ancestor:
        pid = parent_of(pid)
    return pid == ancestor


def at_work(ancestor: int) -> list[int]:
    """Processes of the Ray that this one has started which are at a shard."""
    pids = [int(entry.name) for entry in PROCESSES.iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if TASK in command_line(pid) and descends(pid, ancestor)]


@pytest.mark.skipif(not PROCESSES.is_dir(), reason="processes of Ray's are found through /proc")
def test_ray_gives_what_local_gives_though_two_of_its_processes_are_killed(tmp_path: Path, ray_folder: Path) -> None:
    source = write_warc(tmp_path / "boats.warc.gz", PAGES)
    output = Output(folder=tmp_path / "local")
    batch = Batch(inputs=(str(source),), output=output, policy=Policy(), limits=WorkLimits(), shard_bytes=SHARD_BYTES)
    list(run_batch(batch, LocalEngine(1, policy=batch.policy, limits=batch.limits), Report()))
    words = ["batch", str(source), "--out", str(tmp_path / "ray"), "--engine", "ray", "--workers", "2"]
    job = subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-m", "cleaner", *words, "--shard-bytes", str(SHARD_BYTES)],
        stderr=subprocess.PIPE,
        env=os.environ | {"RAY_TMPDIR": str(ray_folder)},
        start_new_session=True,
    )
    over, kills = threading.Event(), []

    def kill_two() -> None:
        spools = tmp_path / "ray" / ".work"
        while not over.wait(0.02) and len(kills) < 2:
            begun = any(path.stat().st_size > 1_000 for path in spools.glob("*") if path.exists())
            if begun and (pids := [pid for pid in at_work(job.pid) if pid not in kills]):
                os.kill(pids[0], signal.SIGKILL)
                kills.append(pids[0])

    killer = threading.Thread(target=kill_two)
    killer.start()
    try:
        _, said = job.communicate(timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        os.killpg(job.pid, signal.SIGKILL)
        raise
    finally:
        over.set()
        killer.join()
        job.wait()
    assert job.returncode == 0, said.decode()
    assert len(kills) == 2
    assert failures_of(tmp_path / "ray") == []
    assert rows_of(tmp_path / "local") == rows_of(tmp_path / "ray")
    assert len(rows_of(tmp_path / "ray")) == PAGES
