"""`make bench-archive`: the cost of writing and of recording, odd answers, a large archive, parallel writers, kills.

Figures of this machine, printed as they come; `--only PART…` for some of them.
"""

import argparse
import gzip
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "archive"))

from archive_pages import AT, article_html, page
from capture import capturing
from kills import kills
from live import keep_all, stored
from scale import scale, searching

from cleaner import clean
from cleaner.archive import Archive
from cleaner.model import Page

RUN = 20  # pages measured together
WORDS = 3_600  # of a page beside its paragraphs
VOCABULARY = ["".join(random.Random(n).choices("abcdefghijklmnopqrstuvwxyz", k=2 + n % 9)) for n in range(3_000)]  # noqa: S311
WRITER = """
import signal
import sys
sys.path.insert(0, {tests!r})
from archive_pages import article_html, page
from cleaner import clean
from cleaner.archive import Archive
from cleaner.cli import end_on_termination
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background ignores
end_on_termination()
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


def lost(root: Path, acknowledged: set[str]) -> str:
    """Acknowledged captures that are not there, problems found in depth, and files left open."""
    left = len(list(root.rglob("*.open")))
    with Archive(root) as archive:
        missing, problems = len(acknowledged - {entry.id for entry in archive.ls()}), archive.verify(deep=True)
    return f"{len(acknowledged)} acknowledged, {missing} lost, {len(problems)} problems, {left} files left open"


def writers(root: Path, seconds: float) -> str:
    """What eight writers kept of one archive, half of them interrupted, half terminated in the end."""
    running = [writer(root, f"w{number}") for number in range(8)]
    acknowledged = {process.stdout.readline().strip() for process in running if process.stdout}  # all are writing now
    time.sleep(seconds)
    for number, process in enumerate(running):
        process.send_signal((signal.SIGINT, signal.SIGTERM)[number % 2])
    for process in running:
        assert process.stdout is not None
        acknowledged |= {line.strip() for line in process.stdout if line.endswith("\n")}
        process.wait()
    return f"8 writers {seconds:g} s, ended by SIGINT and SIGTERM: {lost(root, acknowledged)}"


def packed(number: int) -> Page:
    """A page of 30 KB that came gzipped, as 11 KB."""
    words = random.Random(number).choices(VOCABULARY, k=WORDS)  # noqa: S311  # filling
    html = article_html(more=" ".join(words))
    body = gzip.compress(html)
    head = f"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip\nContent-Length: {len(body)}"
    return page(html, head=head, body=body, url=f"https://news.example/{number}", at=AT + timedelta(seconds=number))


def writing(root: Path, count: int) -> str:
    """CPU of keeping a page, over all of them and in the best runs of twenty, which other programs disturb least."""
    pages = [packed(number) for number in range(count)]
    article = clean(page(article_html(more="Boats sail at nine, and again at half past eleven. " * 25)))
    spent = []
    with Archive(root, fsync=False, text_files=False) as archive:
        archive.keep(pages[0], article)
        for at in range(1, count, RUN):
            run, start = pages[at : at + RUN], time.process_time()
            for one in run:
                archive.keep(one, article)
            spent.append((time.process_time() - start) * 1000 / len(run))
    mean, quiet = statistics.mean(spent), statistics.quantiles(spent, n=10)[0]
    size = len(pages[0].exchanges[0].response)
    return f"writing, original and article, {count} pages of {size} bytes: {mean:.2f} ms CPU, undisturbed {quiet:.2f}"


def odd(folder: Path) -> str:
    """How many odd answers of a raw socket stand in the archive byte for byte."""
    expected = keep_all(folder / "odd")
    found = stored(folder / "odd")
    same = sum(found.get(url) == response for url, response in expected.items())
    return f"odd answers from a raw socket: {same} of {len(expected)} stored byte for byte"


PARTS: dict[str, Callable[[Path, int], Iterable[str]]] = {
    "writing": lambda folder, share: [writing(folder / "writing", 5_000 // share), searching(folder / "writing")],
    "odd": lambda folder, _: [odd(folder)],
    "capture": lambda _, share: [capturing(100 // share)],
    "scale": lambda folder, share: scale(folder, 100_000 // share),
    "writers": lambda folder, share: [writers(folder / "writers", 20 / share)],
    "kills": lambda folder, share: kills(folder, 200 // share),
}


def main() -> None:
    """Runs the parts asked for, and prints each line as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of each")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    given = parser.parse_args()
    for name in given.only:
        with tempfile.TemporaryDirectory() as folder:
            for line in PARTS[name](Path(folder), 10 if given.quick else 1):
                print(line, flush=True)


if __name__ == "__main__":
    main()
