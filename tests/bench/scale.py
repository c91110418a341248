"""A large archive: memory while it is indexed anew, the first row of a long list, searches among many articles."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "archive"))

from archive_pages import article_html, page

from cleaner import clean
from cleaner.archive import Archive
from cleaner.archive.catalogue import Catalogue
from cleaner.archive.schema import CaptureRow

RECORDS_A_PAGE = 5  # response, request and note, conversion and metadata
CLEANER = Path(sys.executable).with_name("cleaner")
REINDEX = """
import re, sys
from cleaner.archive import Archive
def peak():  # not ru_maxrss, which begins with that of the process it was forked from
    with open("/proc/self/status") as status:
        return re.search(r"VmHWM:\\s+(\\d+)", status.read())[1]
before = peak()
Archive.reindex(sys.argv[1], fsync=False)
print(before, peak())
"""


def fill(root: Path, pages: int) -> None:
    """Nothing; the archive holds so many pages, each with a text of its own."""
    article = clean(page())
    with Archive(root, fsync=False, text_files=False) as archive:
        for number in range(pages):
            url = f"https://news.example/{number}"
            archive.keep(page(article_html(more=f"Boat {number} sails."), url=url), article)


def reindexing(folder: Path, records: int) -> str:
    """Peak memory of a reindex of a tenth of the records, and of all."""
    peaks = []
    for count in (records // 10, records):
        root = folder / f"reindex-{count}"
        fill(root, count // RECORDS_A_PAGE)
        start = time.monotonic()
        said = subprocess.run(  # noqa: S603  # ours
            [sys.executable, "-c", REINDEX, str(root)], capture_output=True, text=True, check=True
        )
        before, peak = (int(figure) / 1024 for figure in said.stdout.split())
        peaks.append(f"{count} records {peak:.0f} MB ({before:.0f} at the start, {time.monotonic() - start:.0f} s)")
    return f"peak memory of a reindex: {', '.join(peaks)}"


def listing(folder: Path, rows: int) -> str:
    """Seconds until a list of so many rows has printed its first, and its last."""
    root = folder / "listing"
    with Archive(root, fsync=False):
        pass
    with Catalogue(root / "catalogue.sqlite", fsync=False) as catalogue, catalogue.transaction():
        catalogue.put(list(map(capture, range(rows))))
    command = [CLEANER, "archive", "ls", "-a", str(root)]
    start = time.monotonic()
    with subprocess.Popen([*command, "-n", "1"], stdout=subprocess.PIPE) as one:  # noqa: S603  # ours
        assert one.stdout
        one.stdout.readline()
        alone = time.monotonic() - start
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  # ours
        assert process.stdout
        process.stdout.readline()
        first = time.monotonic() - start
        count = 1 + sum(1 for _ in process.stdout)
        last = time.monotonic() - start
    return f"ls of {count} rows: first after {first:.2f} s (one row alone: {alone:.2f} s), last after {last:.1f} s"


def capture(number: int) -> CaptureRow:
    return CaptureRow(
        id=f"{number:012x}",
        url=f"https://news.example/{number}",
        key=f"https://news.example/{number}",
        host="news.example",
        captured_at=f"2026-01-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.{number:06}Z",
        status=200,
        content_type="text/html",
        truncated=None,
        entity_digest=None,
        entity_bytes=None,
        record_id=f"<urn:uuid:{number}>",
        record_kind="response",
        refers_to=None,
        original_file="originals/2026/01/x.warc.gz",
        original_offset=number,
    )


def searching(root: Path) -> str:
    """The slowest of some searches among the archive's articles."""
    with Archive(root, fsync=False) as archive:
        total = sum(1 for _ in archive.ls())
        queries = (
            "ferry",
            "passengers -pelican",
            "title:ferry harbour",
            "ferry site:news.example after:2020",
            '"night ferry"',
        )
        spent = {query: best(lambda query=query: archive.search(query)) for query in queries}
        slowest = max(spent, key=lambda query: spent[query])
        first = best(lambda: next(archive.ls()))
    return (
        f"{total} articles: slowest of {len(queries)} searches {spent[slowest]:.1f} ms ({slowest}), "
        f"first row of ls {first:.2f} ms"
    )


def best(ask: Callable[[], object]) -> float:
    """Milliseconds of CPU, the best of five."""
    spent = []
    for _ in range(5):
        start = time.process_time()
        ask()
        spent.append(time.process_time() - start)
    return min(spent) * 1000


def scale(folder: Path, size: int) -> Iterator[str]:
    """A line of figures each for `size` records and rows."""
    yield listing(folder, size)
    yield reindexing(folder, size)
