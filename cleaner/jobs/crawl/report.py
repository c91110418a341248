"""What a crawl tells: one result for each page, figures for each source, metrics for a monitor."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.errors import CleanerError

if TYPE_CHECKING:
    from cleaner.archive import Kept

__all__ = ["CrawlResult", "Fate", "Figures", "Report", "write_metrics"]


class Fate(StrEnum):
    """What became of one address in one run."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NO_ARTICLE = "no-article"
    REFUSED = "refused"
    FAILED = "failed"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    """One address and what became of it. `kept` is its place in the archive, where something was stored.

    `document` says that it is a feed, sitemap or section page.
    """

    url: str
    source: str
    fate: Fate
    status: int | None = None
    kept: "Kept | None" = None
    error: CleanerError | None = None
    received_bytes: int = 0
    seconds: float = 0.0
    document: bool = False

    def row(self) -> dict[str, Any]:
        """The result as JSON-ready values."""
        row: dict[str, Any] = {
            "event": "document" if self.document else "page",
            "url": self.url,
            "source": self.source,
            "fate": str(self.fate),
            "status": self.status,
            "bytes": self.received_bytes,
            "seconds": round(self.seconds, 3),
        }
        if self.kept:
            row |= {"id": self.kept.id, "version": self.kept.version, "title": self.kept.article.meta.title}
            row |= {"parts": self.kept.parts} if self.kept.parts else {}
            row |= {"missed": str(self.kept.missed)} if self.kept.missed else {}
        if self.error:
            row |= {"error": self.error.code, "message": self.error.message}
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a run would fetch, and why."""

    url: str
    source: str
    why: str


@dataclass(slots=True)
class Figures:
    """Counts of one source, or of a whole run; `error` is the last one's words."""

    pages: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    no_article: int = 0
    refused: int = 0
    failed: int = 0
    deferred: int = 0
    documents: int = 0
    bad_documents: int = 0
    bytes: int = 0
    seconds: float = 0.0
    error: str = ""

    def count(self, result: CrawlResult) -> None:
        """Nothing; the result is counted."""
        self.bytes += result.received_bytes
        self.seconds += result.seconds
        self.error = str(result.error) if result.error else self.error
        if result.document:
            self.documents += 1
            self.bad_documents += result.error is not None
            return
        self.pages += 1
        name = result.fate.replace("-", "_")
        setattr(self, name, getattr(self, name) + 1)

    @property
    def wholly_failed(self) -> bool:
        """Whether nothing of the source could be had: no place to look answered, or no page."""
        good = self.new + self.changed + self.unchanged + self.no_article
        bad_places = bool(self.documents) and self.bad_documents == self.documents
        bad_pages = bool(self.failed or self.deferred) and not good
        return not good and (bad_places or bad_pages)

    def line(self) -> str:
        """The figures as people read them."""
        parts = [f"{self.pages} pages", f"{self.new} new", f"{self.changed} changed", f"{self.unchanged} unchanged"]
        rare = (
            (self.no_article, "no article"),
            (self.refused, "refused"),
            (self.failed, "failed"),
            (self.deferred, "deferred"),
        )
        parts += [f"{number} {name}" for number, name in rare if number]
        parts += [f"{self.bad_documents} feeds or sitemaps bad"] * bool(self.bad_documents)
        return ", ".join((*parts, f"{self.bytes} bytes", f"{self.seconds:.1f} s"))


@dataclass(slots=True)
class Report:
    """Figures of a run, as a whole and by source. `turned_away` counts listed addresses beyond what their hosts may have."""

    sources: dict[str, Figures] = field(default_factory=dict)
    whole: Figures = field(default_factory=Figures)
    skipped: list[str] = field(default_factory=list)
    stopped: bool = False
    turned_away: int = 0

    def count(self, result: CrawlResult) -> None:
        """Nothing; the result is counted for its source and the whole."""
        self.sources.setdefault(result.source, Figures()).count(result)
        self.whole.count(result)

    @property
    def failed_sources(self) -> list[str]:
        """Names of the sources of which nothing could be had."""
        return [name for name, figures in self.sources.items() if figures.wholly_failed]

    def row(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        by_source = {name: _rounded(asdict(figures)) for name, figures in self.sources.items()}
        whole = _rounded(asdict(self.whole))
        ends = {"failed_sources": self.failed_sources, "skipped_sources": self.skipped, "stopped": self.stopped}
        ends |= {"turned_away": self.turned_away}
        return {"event": "end", **whole, "sources": by_source, **ends}


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in values.items()}


_METRICS = (
    ("pages", "Pages judged in the last run, by what became of them."),
    ("bytes", "Bytes received in the last run."),
    ("seconds", "Seconds that the last run took."),
    ("known_urls", "Addresses in the frontier."),
    ("turned_away_urls", "Listed addresses that the last run did not take in, beyond limits.max_host_pages."),
    ("last_run_timestamp_seconds", "When the last run ended, in Unix time."),
    ("failed_sources", "Sources of which nothing could be had in the last run."),
)


def write_metrics(path: Path, report: Report, *, crawl: str, known: int, ended_at: float) -> None:
    """Nothing; the file holds the run's figures in Prometheus' text format, replaced whole."""
    samples: dict[str, list[tuple[Mapping[str, str], float]]] = {
        "pages": [],
        "bytes": [({"crawl": crawl, "source": name}, figures.bytes) for name, figures in report.sources.items()],
        "seconds": [({"crawl": crawl}, round(report.whole.seconds, 3))],
        "known_urls": [({"crawl": crawl}, known)],
        "turned_away_urls": [({"crawl": crawl}, report.turned_away)],
        "last_run_timestamp_seconds": [({"crawl": crawl}, round(ended_at, 3))],
        "failed_sources": [({"crawl": crawl}, len(report.failed_sources))],
    }
    for name, figures in report.sources.items():
        for fate in Fate:
            labels = {"crawl": crawl, "source": name, "fate": str(fate)}
            samples["pages"].append((labels, getattr(figures, fate.replace("-", "_"))))
    text = "\n".join(
        line for name, about in _METRICS for line in _metric(f"cleaner_crawl_{name}", about, samples[name])
    )
    # The collector reads whenever it likes; it must never see half a file.
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.write_text(text + "\n", "utf-8")
    beside.replace(path)


def _metric(name: str, about: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Iterable[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        spelt = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{spelt}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
