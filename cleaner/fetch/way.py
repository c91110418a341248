"""The way to a page: redirects, retries and what may be sent where. It only decides; the clients ask and wait.

`travel` yields an Ask (to be sent back an Answer or the error) or a Pause, and returns a Visit.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias

from cleaner.errors import CleanerError, FetchError
from cleaner.fetch.exchange import Answer, Ask
from cleaner.fetch.options import FetchOptions
from cleaner.fetch.target import Target, read_target, resolve_location
from cleaner.model import Exchange, Page

__all__ = ["FIRST_PAUSE_S", "RETRIED", "Headers", "Pause", "Visit", "retry_after_s", "travel"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
RETRIED = frozenset({429, 502, 503, 504})
FIRST_PAUSE_S = 0.5  # doubled with each further attempt
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
# These say what is liked, not who asks: they may go anywhere. All else stays with the origin it was meant for.
HARMLESS = frozenset({"accept", "accept-language", "accept-encoding", "user-agent", "cache-control", "pragma", "dnt"})


Headers: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of one `get`: every exchange that has a final response (also redirects and refused attempts), in order.

    `page` is the last response where the way ended with one, of any status; `error` says why it did not, or why the
    page's body is not whole (the page then holds what came). At least one of the two is there.
    """

    exchanges: tuple[Exchange, ...] = ()
    page: Page | None = None
    error: CleanerError | None = None

    @property
    def kept(self) -> Page | None:
        """The page, or one without content that holds the exchanges on the way to none; None where nothing came."""
        if self.page is not None or not self.exchanges:
            return self.page
        last = self.exchanges[-1]
        return Page(content=b"", url=last.url, status=last.status, exchanges=self.exchanges)


@dataclass(frozen=True, slots=True)
class Pause:
    """Seconds to wait before the next attempt."""

    seconds: float


Steps: TypeAlias = Generator[Ask | Pause, Answer | CleanerError | None, Visit]


@dataclass(slots=True, kw_only=True)
class _Journey:
    """Where a visit stands: what was exchanged, whether the first origin was ever left, which cookies were set."""

    options: FetchOptions
    extra: Headers
    clock: Callable[[], float]
    home: Target
    left_home: bool = False
    exchanges: list[Exchange] = field(default_factory=list)
    cookies: dict[tuple[str, str, int], dict[str, str]] = field(default_factory=dict)

    def headers(self, target: Target) -> Headers:
        """Headers for `target`. Once the way has left the first origin, its credentials stay home for good."""
        at_home = not self.left_home and target.origin == self.home.origin
        ours = {"User-Agent": self.options.user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip"}
        given = [
            (name, value) for name, value in (*self.options.headers, *self.extra) if at_home or name.lower() in HARMLESS
        ]
        named = {name.lower() for name, _ in given}
        defaults = [(name, value) for name, value in ours.items() if name.lower() not in named]
        jar = self.cookies.get(target.origin)
        cookie = [("Cookie", "; ".join(f"{k}={v}" for k, v in jar.items()))] if jar and "cookie" not in named else []
        return (("Host", target.authority), *defaults, *given, *cookie)

    def take_cookies(self, target: Target, answer: Answer) -> None:
        """Keeps cookies for this visit and this very origin: some sites redirect until theirs comes back."""
        jar = self.cookies.setdefault(target.origin, {})
        for name, value in answer.headers:
            if name.lower() == b"set-cookie":
                pair, *attributes = value.decode("latin-1").split(";")
                key, equals, content = (part.strip() for part in pair.partition("="))
                if any(a.strip().lower() in {"max-age=0", "max-age=-1"} for a in attributes):
                    jar.pop(key, None)
                elif key and equals and content.isprintable():
                    jar[key] = content


def travel(url: str, options: FetchOptions, extra: Headers, clock: Callable[[], float]) -> Steps:
    """The steps to the page at `url`, redirects and retries among them; returns the Visit, raises no CleanerError."""
    try:
        target = read_target(url)
    except CleanerError as error:
        return Visit(error=error)
    journey = _Journey(options=options, extra=extra, clock=clock, home=target)
    headers = journey.headers(target)
    seen = {(target.url, headers)}
    for hop in range(options.max_redirects + 1):
        answer = yield from _attempts(journey, target, headers)
        if isinstance(answer, CleanerError):
            return _lost(journey, _placed(answer, hop, journey.home.url))
        journey.take_cookies(target, answer)
        try:
            following = _following(target, answer)
        except CleanerError as error:
            return _lost(journey, _placed(error, hop + 1, journey.home.url))
        if following is None:
            return _arrived(journey, target, answer)
        journey.left_home |= following.origin != journey.home.origin
        headers = journey.headers(following)
        if (following.url, headers) in seen:  # what decides the answer: the same twice is a loop
            return _lost(journey, _redirect_error(f"redirects in a circle, back to {following.url}", target))
        seen.add((following.url, headers))
        target = following
    return _lost(journey, _redirect_error(f"more than {options.max_redirects} redirects", target))


def _attempts(
    journey: _Journey, target: Target, headers: Headers
) -> Generator[Ask | Pause, Answer | CleanerError | None, Answer | CleanerError]:
    """One exchange with its retries, all of them before one deadline."""
    deadline = journey.clock() + journey.options.timeout_s
    ask = Ask(target=target, headers=headers, deadline=deadline)
    pauses = _pauses(journey.options.retries)
    while True:
        answer = yield ask
        if answer is None:
            raise RuntimeError("an Ask was answered with nothing")
        if isinstance(answer, Answer):
            journey.exchanges.append(answer.exchange)
        pause = _worth_waiting(answer, next(pauses, None))
        if pause is None or journey.clock() + pause >= deadline:
            return answer
        yield Pause(pause)


def _pauses(retries: int) -> Iterator[float]:
    return (FIRST_PAUSE_S * 2**attempt for attempt in range(retries))


def _worth_waiting(answer: Answer | CleanerError, pause: float | None) -> float | None:
    """Seconds to wait before asking again, Retry-After honoured; None where the answer stands."""
    if pause is None:
        return None
    if isinstance(answer, CleanerError):
        return pause if answer.code == "connect" else None
    if answer.exchange.status not in RETRIED or answer.error:
        return None
    asked = retry_after_s(answer.header("Retry-After"), datetime.now(UTC))
    return pause if asked is None else max(pause, asked)


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds a Retry-After header asks for (number or date, RFC 9110), never below 0; None where it says nothing."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, OverflowError):  # OverflowError: a year or a zone of twenty digits
        return None


def _following(target: Target, answer: Answer) -> Target | None:
    """Where the answer redirects to; None where it is the page."""
    location = answer.header("Location") if answer.exchange.status in REDIRECTS else None
    if location is None or not location.strip():
        return None
    with suppress(UnicodeDecodeError):  # raw UTF-8 is common in Location, whatever the standard says
        location = location.encode("latin-1").decode("utf-8")
    return resolve_location(target, location)


def _placed(error: CleanerError, hop: int, asked: str) -> CleanerError:
    """The error with its place on the way: `10.0.0.1 is not public (redirect 2 of https://…)`."""
    if hop == 0:
        return error
    message = f"{error.message} (redirect {hop} of {asked})"
    return type(error)(message, where=error.where, hint=error.hint, code=error.code)


def _redirect_error(message: str, target: Target) -> FetchError:
    return FetchError(
        message, where=target.url, hint="open it in a browser and give the address it ends at", code="redirects"
    )


def _lost(journey: _Journey, error: CleanerError) -> Visit:
    return Visit(exchanges=tuple(journey.exchanges), error=error)


def _arrived(journey: _Journey, target: Target, answer: Answer) -> Visit:
    exchanges = tuple(journey.exchanges)
    page = Page(
        content=answer.content,
        url=target.url,
        content_type=answer.header("Content-Type"),
        status=answer.exchange.status,
        fetched_at=datetime.now(UTC),
        exchanges=exchanges,
    )
    return Visit(exchanges=exchanges, page=page, error=answer.error)
