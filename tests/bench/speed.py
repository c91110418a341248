"""What cleaning costs: CPU beside trafilatura on the same pages, plain text, growth with size and rules, batch, memory."""

import argparse
import json
import resource
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median, quantiles

import trafilatura
from batch import batch, memory, ray
from pages import PARAGRAPH, SETS, page_of, pages

from cleaner import Policy, Rule, clean, clean_text
from cleaner.rule import Phrase


def cpu_s() -> float:
    """Processor seconds of this process and of its children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def cost(call: Callable[[], object]) -> float:
    begun = cpu_s()
    call()
    return cpu_s() - begun


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
    for what, some in {"text mode": texts[::10], "all in one": texts}.items():
        joined = "\n\n".join(some) or (PARAGRAPH[3:-4] + "\n\n") * 5_000
        clean_text(joined)  # a job's workers are warm
        size = len(joined.encode()) / 1e6
        print(f"{what:14} {size / cost(partial(clean_text, joined)):.1f} MB/s of {size:.1f} MB")


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--batch", type=int, default=400, help="pages of the batch")
    parser.add_argument(
        "--only", choices=("clean", "text", "growth", "batch", "ray", "memory"), help="ray and memory run only so"
    )
    parser.add_argument("--long", type=int, default=100_000, help="pages that the memory is measured over")
    given = parser.parse_args()
    found = pages(given.pages) if given.only in (None, "clean", "batch") else []
    parts: dict[str, Callable[[], None]] = {
        "clean": lambda: beside_trafilatura(found),
        "text": plain_text,
        "growth": growth,
        "batch": lambda: batch(found, given.batch),
        "ray": ray,
        "memory": lambda: memory(given.long),
    }
    for name in [given.only] if given.only else ("clean", "text", "growth", "batch"):
        parts[name]()


if __name__ == "__main__":
    main()
