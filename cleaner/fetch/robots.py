"""What a robots.txt allows, by RFC 9309: read from its status and bytes; fetching and keeping it is the crawl's."""

from dataclasses import dataclass
from http import HTTPStatus

from protego import Protego

__all__ = ["MAX_ROBOTS_BYTES", "Robots", "product_token"]

MAX_ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5: at least this much must be read
MAX_CRAWL_DELAY_S = 60.0  # longer ones would make a crawl of a hundred pages take days


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one origin; `reachable` is False where its server failed, and then nothing may be asked for."""

    rules: Protego | None
    reachable: bool = True

    @classmethod
    def of(cls, status: int | None, content: bytes) -> "Robots":
        """Rules of a 2xx; all is free after another 3xx or 4xx, nothing after 429, 5xx or no answer (RFC 9309, 2.3.1)."""
        if status is None or status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return cls(None, reachable=False)
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            return cls(None)
        return cls(Protego.parse(content[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")))

    def allows(self, url: str, token: str) -> bool:
        """Whether the crawler of that product token may ask for `url`."""
        return self.reachable and (self.rules is None or bool(self.rules.can_fetch(url, token)))

    def delay_s(self, token: str) -> float:
        """Seconds between requests that the site asks for, 60 at most; 0 where it does not say."""
        asked = self.rules.crawl_delay(token) if self.rules else None
        return min(max(float(asked), 0.0), MAX_CRAWL_DELAY_S) if asked else 0.0

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Addresses of the sitemaps that it names."""
        return tuple(self.rules.sitemaps) if self.rules else ()


def product_token(user_agent: str) -> str:
    """The name by which robots.txt calls a crawler: the product of its User-Agent, without version."""
    return user_agent.split("/", maxsplit=1)[0].split(" ", maxsplit=1)[0].strip() or "article-cleaner"
