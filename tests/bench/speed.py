"""What cleaning costs: CPU beside trafilatura on the same pages, plain text, growth with size and rules, batch, memory."""

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import trafilatura

from cleaner import Policy, Rule, clean, clean_text
from cleaner.archive import warc
from cleaner.rule import Phrase

SETS = Path(__file__).resolve().parents[3] / "shared" / "bench"
PARAGRAPH = "<p>The night ferry to Hollin Head will run through the winter, the harbour board decided on Tuesday, number {}.</p>"
BATCH = "from cleaner.__main__ import main; main()"


def cpu_s() -> float:
    """Processor seconds of this process and of its children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def cost(call: Callable[[], object]) -> float:
    begun = cpu_s()
    call()
    return cpu_s() - begun


def pages(count: int) -> list[bytes]:
    """Pages of the evaluation sets, evenly taken; made ones where there are no sets."""
    paths = sorted(SETS.glob("*/pages/*.html.gz"))
    if not paths:
        return [page_of(2_000 + 500 * number) for number in range(count)]
    return [gzip.decompress(path.read_bytes()) for path in paths[:: max(1, len(paths) // count)][:count]]


def page_of(size: int) -> bytes:
    lines = (PARAGRAPH.format(number) for number in range(max(1, size // len(PARAGRAPH))))
    return f"<html><head><title>Ferry</title></head><body><article>{''.join(lines)}</article></body></html>".encode()


def beside_trafilatura(found: Sequence[bytes]) -> None:
    """CPU of clean over trafilatura's, the order turned on every page."""
    bare = Policy(metadata=False)
    pairs: dict[str, tuple[Callable[[bytes], object], Callable[[bytes], object]]] = {
        "with metadata": (clean, lambda html: trafilatura.extract(html, with_metadata=True)),
        "body only": (lambda html: clean(html, policy=bare), trafilatura.extract),
    }
    for name, (ours, theirs) in pairs.items():
        ours(found[0]), theirs(found[0])
        spent: tuple[list[float], list[float]] = ([], [])
        for number, html in enumerate(found):
            for which in (0, 1) if number % 2 else (1, 0):
                spent[which].append(cost(partial((ours, theirs)[which], html)))
        ratio = sum(spent[0]) / sum(spent[1])
        tail = quantiles(spent[0], n=100)[-1] / max(median(spent[0]), 1e-6)
        print(
            f"{name:14} {ratio:.2f} of trafilatura  ({1000 * median(spent[0]):.1f} ms median, p99 {tail:.1f} times that)"
        )


def plain_text() -> None:
    texts = [
        row["text"]
        for path in sorted(SETS.glob("*/truth.jsonl"))
        for row in map(json.loads, path.open("rb"))
        if row.get("text")
    ]
    joined = "\n\n".join(texts[::10]) or (PARAGRAPH[3:-4] + "\n\n") * 5_000
    clean_text(joined)  # a job's workers are warm
    print(f"text mode      {len(joined.encode()) / 1e6 / cost(lambda: clean_text(joined)):.1f} MB/s")


def growth() -> None:
    sizes = (1_000, 10_000, 100_000, 1_000_000, 3_000_000)  # more blocks than that are refused
    state = b"<script>window.state = [" + b'{"id": 7, "name": "Winterlight"}, ' * 500_000 + b"]</script>"
    for html in (*map(page_of, sizes), page_of(sizes[-1]).replace(b"<body>", b"<body>" + state)):
        spent = cost(partial(clean, html))
        print(f"page of {len(html):>9} bytes  {1000 * spent:8.1f} ms  {spent / len(html) * 1e9:6.0f} ns a byte")
    html = page_of(20_000)
    for count in (10, 100, 1_000, 3_000):
        rules = tuple(
            Rule(id=f"mine/{n}", match=Phrase(phrases=(f"zyx {n} wvu",), max_words=9), why="-", hits=(), misses=())
            for n in range(count)
        )
        policy = Policy(rules=rules)
        clean(html, policy=policy)
        print(
            f"{count:>5} rules more  {1000 * cost(lambda policy=policy: [clean(html, policy=policy) for _ in range(5)]) / 5:.1f} ms a page"
        )


def batch(found: Sequence[bytes], count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "pages.warc.gz"
        with source.open("wb") as file:
            for number in range(count):
                file.write(warc.pack(record_of(number, found[number % len(found)])))
        alone = cost(lambda: [clean(found[n % len(found)]) for n in range(count)])
        paces = {}
        for workers in (1, 2):
            words = ["batch", str(source), "--out", f"{folder}/{workers}", "--workers", str(workers), "--json"]
            words += ["--shard-bytes", str(source.stat().st_size // 8)]
            begun = time.monotonic()
            own = cpu_s()
            ran = subprocess.run([sys.executable, "-c", BATCH, *words], check=True, stdout=subprocess.PIPE)  # noqa: S603
            spent = cpu_s() - own + json.loads(ran.stdout)["cpu_s"]  # workers are no children of the command's
            paces[workers] = count / (time.monotonic() - begun)
            print(
                f"batch, {workers} workers  {paces[workers]:.1f} pages/s, CPU {spent / alone:.2f} of clean alone, start included"
            )
        print(f"2 workers are {paces[2] / paces[1]:.2f} times 1, on {os.cpu_count()} cores")
    print(f"peak memory of a child  {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")


def record_of(number: int, html: bytes) -> warc.Record:
    return warc.Record(
        kind="resource",
        id=warc.new_id(),
        date="2026-11-01T00:00:00Z",
        content_type="text/html",
        block=html,
        url=f"https://bench.example/{number}",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--batch", type=int, default=400)
    given = parser.parse_args()
    found = pages(given.pages)
    beside_trafilatura(found)
    plain_text()
    growth()
    batch(found, given.batch)


if __name__ == "__main__":
    main()
