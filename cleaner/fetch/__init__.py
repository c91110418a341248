"""Everything that brings bytes in: pages over HTTP, from files and from standard input, each with its provenance.

The package can be called: `cleaner.fetch` is by its name both this package and the library's function, and importing
any module in here binds the package to that name. So `from cleaner import fetch; fetch(url)` holds whichever it gets.

The names below load when first used: who reads files does not pay for the client of HTTP.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from cleaner.lazy import loads_from

if TYPE_CHECKING:
    from cleaner.fetch.client import AsyncClient, Client, fetch, require_page
    from cleaner.fetch.files import read_file, read_stdin
    from cleaner.fetch.options import MAX_BYTES, TIMEOUT_S, FetchOptions, user_agent
    from cleaner.fetch.way import Visit
    from cleaner.model import Page

__all__ = [
    "MAX_BYTES",
    "TIMEOUT_S",
    "AsyncClient",
    "Client",
    "FetchOptions",
    "Visit",
    "fetch",
    "read_file",
    "read_stdin",
    "require_page",
    "user_agent",
]

_HOMES = {
    "AsyncClient": "cleaner.fetch.client",
    "Client": "cleaner.fetch.client",
    "FetchOptions": "cleaner.fetch.options",
    "MAX_BYTES": "cleaner.fetch.options",
    "TIMEOUT_S": "cleaner.fetch.options",
    "Visit": "cleaner.fetch.way",
    "fetch": "cleaner.fetch.client",
    "read_file": "cleaner.fetch.files",
    "read_stdin": "cleaner.fetch.files",
    "require_page": "cleaner.fetch.client",
    "user_agent": "cleaner.fetch.options",
}

__getattr__ = loads_from(__name__, _HOMES)


class _CallablePackage(ModuleType):
    def __call__(self, url: str, options: "FetchOptions | None" = None) -> "Page":
        """As `fetch`."""
        from cleaner.fetch.client import fetch

        return fetch(url, options)


sys.modules[__name__].__class__ = _CallablePackage
