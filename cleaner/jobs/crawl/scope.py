"""Which addresses belong to a source: its globs, its site, and what looks like a trap."""

import hashlib
from datetime import UTC, datetime

from cleaner.fetch.way import Headers
from cleaner.jobs.crawl import address
from cleaner.jobs.crawl.config import SourceConfig

__all__ = ["may_fetch", "may_follow", "own_headers", "scope_digest"]


def may_fetch(source: SourceConfig, url: str) -> bool:
    """Whether the source wants this address, however it was found."""
    if any(address.matches(pattern, url) for pattern in source.exclude):
        return False
    wanted = not source.include or any(address.matches(pattern, url) for pattern in source.include)
    return wanted and address.no_page(url) is None


def may_follow(source: SourceConfig, url: str, page_url: str) -> bool:
    """Whether a link on a page of the source is one of its addresses: on its site or named by `links`, and no trap."""
    near = (
        any(address.matches(pattern, url) for pattern in source.links)
        if source.links
        else address.same_site(url, page_url)
    )
    return near and may_fetch(source, url) and address.trap(url, datetime.now(UTC).date()) is None


def scope_digest(source: SourceConfig) -> str:
    """Changes when the source would take other addresses from the same document."""
    parts = (source.include, source.exclude, source.links, source.max_depth)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def own_headers(source: SourceConfig, url: str) -> Headers:
    """The source's own headers, secrets among them; for its own sites only."""
    if not source.headers or not any(address.same_site(url, start) for start in source.starts):
        return ()
    return tuple(source.headers.items())
