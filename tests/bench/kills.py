"""Commands killed at random moments: what they said is kept must be there, and every file sound to all judges.

Each command is a fork of a process that has loaded everything, so that two hundred of them cost minutes, not hours.
"""

import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "archive"))
sys.path.insert(0, str(Path(__file__).parents[1] / "jobs"))

from farm import Farm
from judges import JUDGES, refusals

from cleaner import clean
from cleaner.archive import Archive, layout, names, warc
from cleaner.cli import run

MAX_LIFE_S = 0.6  # the moment of the signal lies anywhere before that, counted from the command's first line ...
EARLY_EVERY = 5  # ... and of one command in so many from its start: while it opens the archive or mends it
PATIENCE_S = 20.0
PAGES = 4_000
ADDED_AT_ONCE = 60
JUDGED_EVERY = 10  # kills between two looks of the outside judges, which take a second each


def forked(words: Sequence[str], signal_number: int, life_s: float, *, early: bool = False) -> list[str]:
    """The whole lines that the command said; it was sent the signal so long after its first line, or its start."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.dup2(writing, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        os._exit(run(words))
    os.close(writing)
    if not early:
        select.select([reading], [], [], PATIENCE_S)
    time.sleep(life_s)
    os.kill(pid, signal_number)
    with os.fdopen(reading) as said:
        lines = [line for line in said if line.endswith("\n")]
    os.waitpid(pid, 0)
    return lines


def kept_urls(lines: Sequence[str]) -> set[str]:
    """The pages that these lines say are kept."""
    rows = [json.loads(line) for line in lines]
    return {row["url"] for row in rows if row.get("event", "page") == "page" and row.get("fate", "new") == "new"}


class Bench:
    """Kills of both commands on one archive each, and what is wrong afterwards."""

    def __init__(self, folder: Path, farm_place: str) -> None:
        self.place = farm_place
        self.roots = {"add": folder / "add", "crawl": folder / "crawl"}
        self.config = folder / "crawl.toml"
        self.config.write_text(
            f'archive = "crawl"\ndelay = 0\nclean = false\nallow_hosts = ["{farm_place}"]\n'
            f'[[source]]\nsitemaps = ["http://{farm_place}/sitemap.xml"]\n'
        )
        self.said: dict[str, set[str]] = {"add": set(), "crawl": set()}
        self.wrong: Counter[str] = Counter()
        self.torn = 0
        self._next = 0

    def words(self, command: str) -> list[str]:
        if command == "crawl":
            return ["crawl", "--json", str(self.config)]
        paths = [Farm().article_path(number % PAGES) for number in range(self._next, self._next + ADDED_AT_ONCE)]
        self._next += ADDED_AT_ONCE
        urls = [f"http://{self.place}{path}" for path in paths]
        return ["add", "--json", "-a", str(self.roots["add"]), "--allow-host", self.place, *urls]

    def kill(self, command: str, number: int) -> None:
        life_s = random.random() * MAX_LIFE_S  # noqa: S311  # a moment to be killed at
        said = forked(self.words(command), signal.SIGKILL, life_s, early=number % EARLY_EVERY == 0)
        self.said[command] |= kept_urls(said)
        root = self.roots[command]
        if (root / layout.MARKER).exists():
            self.torn += sum(warc.whole_length(path) < path.stat().st_size for path in layout.open_files(root))
            self.look(command, judged=number % JUDGED_EVERY == 0)

    def look(self, command: str, *, judged: bool) -> None:
        """What the next start finds: every capture that was acknowledged, no torn file, no judge that refuses one."""
        root = self.roots[command]
        with Archive(root) as archive:
            self.wrong["lost"] += len(self.said[command] - {entry.url for entry in archive.ls()})
        files = [path for kind in (layout.ORIGINALS, layout.ARTICLES) for path in layout.all_files(root, kind)]
        self.wrong["left open"] += sum(path.name.endswith(names.OPEN) for path in files)
        self.wrong["torn"] += sum(warc.whole_length(path) < path.stat().st_size for path in files)
        if judged and JUDGES.exists():
            with tempfile.TemporaryDirectory() as scratch:
                self.wrong["refused"] += sum(len(refusals(path, Path(scratch))) for path in files[-4:])

    def end(self, command: str) -> None:
        root = self.roots[command]
        with Archive(root) as archive:
            self.wrong["problems in depth"] += len(archive.verify(deep=True))
        if JUDGES.exists():
            with tempfile.TemporaryDirectory() as scratch:
                files = [path for kind in (layout.ORIGINALS, layout.ARTICLES) for path in layout.warc_files(root, kind)]
                self.wrong["refused"] += sum(len(refusals(path, Path(scratch))) for path in files[::5])


@contextmanager
def farm_place() -> Iterator[str]:
    """The place of a farm in a process of its own."""
    command = [
        sys.executable,
        str(Path(__file__).parents[1] / "jobs" / "farm.py"),
        "--hosts",
        "1",
        "--pages",
        str(PAGES),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # ours
        assert process.stdout
        assert process.stdin
        yield json.loads(process.stdout.readline())[0]
        process.stdin.close()


def kills(folder: Path, count: int) -> Iterator[str]:
    """A line of figures for each command, killed `count` times in all."""
    os.environ["CLEANER_STATE"] = str(folder / "state")  # when hosts were asked last; no user's own
    clean(b"<p>What takes long to load is loaded before the first fork.</p>")
    with farm_place() as place:
        bench = Bench(folder, place)
        for number in range(count):
            bench.kill(("add", "crawl")[number % 2], number // 2)
        for command in ("add", "crawl"):
            bench.end(command)
    wrong = ", ".join(f"{number} {what}" for what, number in sorted(bench.wrong.items()))
    yield (
        f"{count} kills -9, every other of a crawl: {len(bench.said['add'])} captures acknowledged by add, "
        f"{len(bench.said['crawl'])} by crawl; {bench.torn} files torn when killed; afterwards {wrong}"
    )
