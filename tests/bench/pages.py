"""The pages that cost is measured on: those of the evaluation sets beside the project, or made ones where there are none."""

import gzip
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from cleaner.archive import warc

SETS = Path(__file__).resolve().parents[3] / "shared" / "bench"
PARAGRAPH = "<p>The night ferry to Hollin Head will run through the winter, the harbour board decided on Tuesday, number {}.</p>"
LIGHT_BYTES = 20_000  # of a page of the long runs, so that they end within the hour
HEAVY_EVERY = 50  # pages of the long runs, of which one is of any size: 100,000 hold each page of the sets once


def pages(count: int) -> list[bytes]:
    """Pages of the evaluation sets, evenly taken; made ones where there are no sets."""
    paths = sorted(SETS.glob("*/pages/*.html.gz"))
    if not paths:
        return [page_of(2_000 + 500 * number) for number in range(count)]
    return [_read(path) for path in paths[:: max(1, len(paths) // count)][:count]]


def page_of(size: int) -> bytes:
    lines = (PARAGRAPH.format(number) for number in range(max(1, size // len(PARAGRAPH))))
    return f"<html><head><title>Ferry</title></head><body><article>{''.join(lines)}</article></body></html>".encode()


def long_run(count: int) -> Iterator[bytes]:
    """So many pages, no two alike: light ones of the evaluation sets over and over, and every so often any one of them."""
    paths = sorted(SETS.glob("*/pages/*.html.gz"))
    every: list[Callable[[], bytes]] = [partial(_read, path) for path in paths]
    every = every or [partial(page_of, 2_000 + 5_000 * number) for number in range(100)]
    light = [page for read in every if len(page := read()) < LIGHT_BYTES]
    for number in range(count):
        page = light[number % len(light)] if number % HEAVY_EVERY else every[number // HEAVY_EVERY % len(every)]()
        # Names that no other page has: what is kept of names for ever grows with them.
        new = f'<div id="i{number}" class="c{number}" data-n{number}="1"><x-n{number}>Boat {number}.</x-n{number}></div></body>'
        yield page.replace(b"</body>", new.encode(), 1)


def _read(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def record_of(number: int, html: bytes) -> warc.Record:
    return warc.Record(
        kind="resource",
        id=warc.new_id(),
        date="2026-11-01T00:00:00Z",
        content_type="text/html",
        block=html,
        url=f"https://bench.example/{number}",
    )


def write_warc(path: Path, pages: Iterator[bytes], first: int = 0) -> Path:
    with path.open("wb") as file:
        for number, html in enumerate(pages, first):
            file.write(warc.pack(record_of(number, html)))
    return path
