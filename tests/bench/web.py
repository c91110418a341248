"""How long pages of a big archive take on the server; `make bench-web` runs it on articles made up for it."""

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from starlette.testclient import TestClient

from cleaner.archive import Archive
from cleaner.article import Article
from cleaner.model import Block, Decision, Evidence, Meta, Page, Verdict
from cleaner.policy import SHOWN_BY_DEFAULT
from cleaner.web import make_app

ARTICLES = 10_000
SITES = 120
ROUNDS = 15
HOST = "127.0.0.1:8017"
WORDS = "harbour ferry tram quay clock orchard piano winter goat captain island lantern ledger heron bridge tide kettle saloon".split()


def article(number: int, chance: Random) -> tuple[Page, Article]:
    """A page and its article of some 600 words, with a handful of removals."""
    url = f"https://site{number % SITES}.example/story/{number}"
    texts = [" ".join(chance.choices(WORDS, k=60)).capitalize() + "." for _ in range(10)]
    seen = Evidence(rule=f"ads/{chance.choice('abcdef')}", verdict=Verdict.DROP, quote="Advertisement", why="A label.")
    removed = [
        Decision(block=Block(index=2 * at + 1, text="Advertisement"), verdict=Verdict.DROP, evidence=(seen,))
        for at in range(5)
    ]
    made = Article(
        url=url,
        meta=Meta(title=" ".join(chance.choices(WORDS, k=6)).capitalize(), byline="P. Orme", language="en"),
        blocks=tuple(Block(index=2 * at, text=text) for at, text in enumerate(texts)),
        dropped=tuple(removed),
        shown=SHOWN_BY_DEFAULT,
        ruleset="made-up",
    )
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=40 * number)
    return Page(content="\n".join(texts).encode(), url=url, content_type="text/html", status=200, fetched_at=at), made


def fill(folder: Path) -> str:
    """The id of one capture among those now in the archive."""
    chance = Random(7)  # noqa: S311  # the same archive each time
    with Archive(folder, fsync=False, text_files=False) as archive:
        return [archive.keep(*article(number, chance)).id for number in range(ARTICLES)][ARTICLES // 2]


def main() -> int:
    """0 once the figures are printed."""
    with tempfile.TemporaryDirectory() as folder:
        ident = fill(Path(folder) / "archive")
        app = make_app(Path(folder) / "archive", [HOST])
        paths = (
            "/",
            "/?before=2026-01-20T00:00:00Z~0",
            "/?captures=all",
            "/?state=failures",
            "/?host=site7.example",
            "/?q=harbour",
            "/?q=ferry+piano&page=3",
            f"/article/{ident}",
        )
        more = (
            f"/article/{ident}/inspect",
            f"/article/{ident}/versions",
            "/rules",
            "/rules/ads/a",
            "/statistics",
            "/failures",
            "/feed.xml",
        )
        print(f"{ARTICLES} articles; ms on the server, median and slowest of {ROUNDS}")
        with TestClient(app, base_url=f"http://{HOST}") as client:
            for path in (*paths, *more):
                print(f"{path.replace(ident, 'ID'):28} {measured(client, path)}")
    return 0


def measured(client: TestClient, path: str) -> str:
    """Median and slowest time of some requests."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    return f"{statistics.median(times):7.1f} {max(times):7.1f}"


if __name__ == "__main__":
    sys.exit(main())
