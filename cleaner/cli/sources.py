"""Where pages come from on the command line: URLs, files, WARCs and standard input, each turned into Pages."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.cli import terminal
from cleaner.cli.choices import Fetching
from cleaner.errors import CleanerError, InputError, UsageError
from cleaner.model import Page
from cleaner.policy import Policy

if TYPE_CHECKING:
    from cleaner.fetch import FetchOptions

__all__ = ["fetch_options", "holds_many", "is_url", "named_sources", "pages_from", "shown"]

STDIN = "-"

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,14}://")
_HOST = re.compile(r"[\w\-]+(\.[\w\-]+)+(:\d+)?/|www\.")


def is_url(source: str) -> bool:
    """Whether the source is an address rather than a file's name."""
    return bool(_URL.match(source)) and not os.path.exists(source)  # noqa: PTH110  # Path.exists fails on long names


def named_sources(sources: Sequence[str] | None) -> list[str]:
    """The sources, or standard input where none is named and something is piped in; raises UsageError on a terminal."""
    if sources:
        return list(sources)
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("nothing to clean", hint="name a URL or a file, or pipe a page in")
    return [STDIN]


def shown(source: str) -> str:
    """The source as errors name it."""
    return "standard input" if source == STDIN else source


def fetch_options(fetching: Fetching) -> "FetchOptions":
    """The fetcher's options from the command's; raises UsageError for what cannot be meant."""
    from cleaner.fetch import FetchOptions

    return FetchOptions(
        timeout_s=fetching.timeout,
        max_bytes=fetching.max_bytes,
        allow_hosts=tuple(fetching.allow_host),
        headers=fetching.headers(),
        proxy=fetching.proxy,
        insecure=fetching.insecure,
    )


def holds_many(source: str) -> bool:
    """Whether the source is a WARC, by its name or its first bytes; a pipe is only asked where it can be asked again."""
    from cleaner.fetch.warc import SNIFFED_BYTES, is_warc, is_warc_name

    if source == STDIN:
        peek = getattr(getattr(sys.stdin, "buffer", None), "peek", None)
        return peek is not None and is_warc(_tried(lambda: peek(SNIFFED_BYTES)))
    if is_url(source) or not os.path.isfile(source):  # noqa: PTH113  # Path.is_file fails on long names
        return False
    return is_warc_name(source) or is_warc(_tried(lambda: _start(source, SNIFFED_BYTES)))


def _fetched(url: str, fetching: Fetching, policy: Policy) -> Page:
    from cleaner.fetch import require_page
    from cleaner.fetch.parts import fetch_article

    fetched = fetch_article(url, policy, fetch_options(fetching))
    if fetched.failure:
        raise fetched.failure
    if fetched.missed:
        terminal.note(f"cleaner: warning: a further page of the article is missing: {fetched.missed}")
    return require_page(fetched.page)


def _tried(read: Callable[[], bytes]) -> bytes:
    """The bytes; none where they cannot be had, which the reading proper will tell."""
    try:
        return read()
    except (OSError, ValueError):
        return b""


def _start(source: str, size: int) -> bytes:
    with Path(source).open("rb") as file:
        return file.read(size)


def pages_from(source: str, fetching: Fetching, policy: Policy) -> Iterator[Page | CleanerError]:
    """The pages that one source names, and errors of single ones in a WARC; raises the fetch floor's typed errors.

    A page from the web comes with the further pages of its article that the policy's sites name.
    """
    from cleaner.fetch import read_file, read_stdin
    from cleaner.fetch.warc import walk_warc

    if is_url(source):
        yield _fetched(source, fetching, policy)
    elif holds_many(source):
        yield from walk_warc(sys.stdin.buffer if source == STDIN else source, fetching.max_bytes)
    elif source == STDIN:
        yield read_stdin(getattr(sys.stdin, "buffer", None), max_bytes=fetching.max_bytes)
    else:
        try:
            yield read_file(source, max_bytes=fetching.max_bytes)
        except InputError as error:
            if _HOST.match(source) and not os.path.exists(source):  # noqa: PTH110
                error.hint = f"no such file; for the address write https://{source}"
            raise
