"""Where pages come from on the command line: URLs, files and standard input, each turned into a Page."""

import sys
from collections.abc import Sequence
from pathlib import Path

from cleaner.cli.choices import Fetching
from cleaner.errors import UsageError
from cleaner.fetch import FetchOptions, fetch, read_file, read_stdin, require_page
from cleaner.model import Page

__all__ = ["fetch_options", "is_url", "named_sources", "page_from"]

STDIN = "-"


def is_url(source: str) -> bool:
    """Whether the source is an address rather than a file's name."""
    return "://" in source[:16] and not Path(source).exists()


def named_sources(sources: Sequence[str] | None) -> list[str]:
    """The sources, or standard input where none is named and something is piped in; raises UsageError on a terminal."""
    if sources:
        return list(sources)
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("nothing to clean", hint="name a URL or a file, or pipe a page in")
    return [STDIN]


def fetch_options(fetching: Fetching) -> FetchOptions:
    """The fetcher's options from the command's."""
    return FetchOptions(
        timeout_s=fetching.timeout,
        max_bytes=fetching.max_bytes,
        allow_hosts=tuple(fetching.allow_host),
        headers=fetching.headers(),
        proxy=fetching.proxy,
        insecure=fetching.insecure,
    )


def page_from(source: str, fetching: Fetching) -> Page:
    """The page that one source names; raises the fetch floor's typed errors."""
    if source == STDIN:
        return read_stdin(sys.stdin.buffer, max_bytes=fetching.max_bytes)
    if is_url(source):
        return require_page(fetch(source, fetch_options(fetching)))
    return read_file(Path(source), max_bytes=fetching.max_bytes)
