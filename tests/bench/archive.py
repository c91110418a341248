"""`make bench-archive`: kills, parallel writers, the cost of writing, searches. Figures of this machine, printed as they come."""

import argparse
import gzip
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "archive"))

from archive_pages import AT, article_html, page

from cleaner import clean
from cleaner.archive import Archive
from cleaner.model import Page

WRITER = """
import sys
sys.path.insert(0, {tests!r})
from archive_pages import article_html, page
from cleaner import clean
from cleaner.archive import Archive
article = clean(page())
with Archive({root!r}) as archive:
    number = 0
    while True:
        number += 1
        url = f"https://news.example/{name}/{{number}}"
        kept = archive.keep(page(article_html(more=f"Boat {name} {{number}} sails."), url=url), article)
        print(kept.id, flush=True)
"""


def writer(root: Path, name: str) -> "subprocess.Popen[str]":
    code = WRITER.format(tests=str(Path(__file__).parents[1] / "archive"), root=str(root), name=name)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603


def lost(root: Path, acknowledged: set[str]) -> tuple[int, int]:
    """Acknowledged captures that are not there, and problems found in depth."""
    with Archive(root) as archive:
        return len(acknowledged - {entry.id for entry in archive.ls()}), len(archive.verify(deep=True))


def kills(root: Path, count: int) -> str:
    acknowledged: set[str] = set()
    for number in range(count):
        process = writer(root, f"k{number}")
        assert process.stdout is not None
        acknowledged.add(process.stdout.readline().strip())
        time.sleep(random.random() * 0.2)  # noqa: S311  # a moment to be killed at
        process.send_signal(signal.SIGKILL)
        acknowledged |= {line.strip() for line in process.stdout if line.endswith("\n")}
        process.wait()
    missing, problems = lost(root, acknowledged)
    return f"{count} kills -9: {len(acknowledged)} acknowledged, {missing} lost, {problems} problems"


def writers(root: Path, seconds: float) -> str:
    running = [writer(root, f"w{number}") for number in range(8)]
    acknowledged = {process.stdout.readline().strip() for process in running if process.stdout}  # all are writing now
    time.sleep(seconds)
    for process in running:
        process.send_signal(signal.SIGINT)
    for process in running:
        assert process.stdout is not None
        acknowledged |= {line.strip() for line in process.stdout if line.endswith("\n")}
        process.wait()
    missing, problems = lost(root, acknowledged)
    return f"8 writers {seconds:g} s: {len(acknowledged)} acknowledged, {missing} lost, {problems} problems"


def packed(number: int) -> Page:
    html = article_html(more=f"Boat {number} sails with {number * 7919} letters. " * 40)
    body = gzip.compress(html)
    head = f"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip\nContent-Length: {len(body)}"
    return page(html, head=head, body=body, url=f"https://news.example/{number}", at=AT + timedelta(seconds=number))


def writing(root: Path, count: int) -> str:
    pages = [packed(number) for number in range(count)]
    article = clean(pages[0])
    with Archive(root, fsync=False, text_files=False) as archive:
        archive.keep(pages[0], article)
        start = time.process_time()
        for one in pages[1:]:
            archive.keep(one, article)
        spent = time.process_time() - start
    return f"writing, original and article, {count} pages: {spent * 1000 / (count - 1):.2f} ms CPU a page"


def searching(root: Path) -> str:
    with Archive(root, fsync=False) as archive:
        total = sum(1 for _ in archive.ls())
        queries = (
            "ferry",
            "passengers -pelican",
            "title:ferry harbour",
            "ferry site:news.example after:2020",
            '"night ferry"',
        )
        slowest = max(best(lambda query=query: archive.search(query)) for query in queries)
        first = best(lambda: next(archive.ls()))
    return f"{total} articles: slowest of {len(queries)} searches {slowest:.1f} ms, first row of ls {first:.2f} ms"


def best(ask: Callable[[], object]) -> float:
    """Milliseconds of CPU, the best of five."""
    spent = []
    for _ in range(5):
        start = time.process_time()
        ask()
        spent.append(time.process_time() - start)
    return min(spent) * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        print(writing(root / "writing", 500 if quick else 5_000), flush=True)
        print(searching(root / "writing"), flush=True)
        print(writers(root / "writers", 5 if quick else 20), flush=True)
        print(kills(root / "kills", 20 if quick else 200), flush=True)


if __name__ == "__main__":
    main()
