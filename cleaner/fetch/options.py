"""How pages are fetched: every limit and permission in one record. Limits of cleaning stand in policy.py."""

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from cleaner.errors import UsageError
from cleaner.policy import MAX_BYTES

__all__ = ["MAX_BYTES", "TIMEOUT_S", "FetchOptions", "user_agent"]

TIMEOUT_S = 15.0  # total deadline of one exchange; the command line contract

_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# These decide where a message ends or where it goes; a person's header must not.
_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "expect", "trailer"})
_ALLOWED = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s\[\]:/@]+):[0-9]{1,5}")


@cache
def user_agent(contact: str | None = None) -> str:
    """Who asks: `article-cleaner/VERSION`, with `(+contact)` where a URL or mail address is given."""
    try:
        name = f"article-cleaner/{version('article-cleaner')}"
    except PackageNotFoundError:  # run from a bare source tree
        name = "article-cleaner"
    return f"{name} (+{contact})" if contact else name


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """Limits and permissions of a client.

    `timeout_s` is the total deadline of one exchange (name, connection, TLS, request, response, retries); each redirect
    is an exchange of its own. `max_bytes` counts decoded bytes. `allow_hosts` are `HOST:PORT` (`[::1]:8080` for IPv6)
    that may be reached though they are not public; each opens exactly that host as written in the URL and that port.
    `headers` go to the origin of the asked URL alone, but for the harmless ones (Accept, Accept-Language, …).
    `retries` counts further attempts after a failed connection or 429, 502, 503, 504; `resend` lets a request go out
    once more, uncounted, where a kept connection was found closed. `insecure` leaves TLS unchecked
    and is noted in the exchange. `proxy` is an http(s) URL; `ca_file` a PEM file trusted instead of the system's store.
    Raises UsageError for a header, host or number that cannot be meant.
    """

    timeout_s: float = TIMEOUT_S
    max_bytes: int = MAX_BYTES
    allow_hosts: tuple[str, ...] = ()
    user_agent: str = field(default_factory=user_agent)
    headers: tuple[tuple[str, str], ...] = ()
    max_redirects: int = 10
    retries: int = 2
    resend: bool = True
    insecure: bool = False
    proxy: str | None = None
    ca_file: str | None = None

    def __post_init__(self) -> None:
        if not self.timeout_s > 0 or self.max_bytes < 1 or self.max_redirects < 0 or self.retries < 0:
            raise UsageError("time-out and size are above zero, redirects and retries not below it")
        for allowed in self.allow_hosts:
            if not _ALLOWED.fullmatch(allowed):
                raise UsageError(
                    f"{allowed!r} is not HOST:PORT", hint="write --allow-host localhost:8000 or '[::1]:8000'"
                )
        check_headers((("User-Agent", self.user_agent), *self.headers))


def check_headers(headers: tuple[tuple[str, str], ...]) -> None:
    """None where every header may be sent as it stands; raises UsageError naming the first that may not."""
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise UsageError(
                f"{name!r} is not a header that can be sent", hint="write --header 'Name: value' on one line"
            )
        if name.lower() in _OURS:
            raise UsageError(f"the header {name} is the client's own", hint="leave it out")
