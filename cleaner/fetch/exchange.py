"""One request and what came back, collected for both clients: no waiting in here, so nothing of it stands twice."""

import os
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import h11
import httpcore2

from cleaner.errors import CleanerError, FetchError, LimitError
from cleaner.fetch.coding import CodingError, Unpacker, codings_of
from cleaner.fetch.options import FetchOptions
from cleaner.fetch.target import Target
from cleaner.fetch.wire import MAX_HEAD_BYTES, Tape, WireLimitError, cut
from cleaner.model import Exchange

__all__ = ["FAILURES", "Answer", "Ask", "Intake", "first_header", "response_headers"]

Truncated: TypeAlias = Literal["length", "time", "disconnect", "unspecified"]

_PROXY_SECRET = re.compile(rb"\nproxy-authorization:[^\n]*\n", re.IGNORECASE)

# What may end an exchange; anything else is a bug and passes.
FAILURES = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.TimeoutException,
    WireLimitError,
    CodingError,
    CleanerError,
    OSError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to be made: where, with which headers, and until when (on the client's clock)."""

    target: Target
    headers: tuple[tuple[str, str], ...]
    deadline: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A final response: the exchange, its headers, the decoded body; `error` where the body is not whole."""

    exchange: Exchange
    headers: tuple[tuple[bytes, bytes], ...]
    content: bytes
    error: CleanerError | None = None

    def header(self, name: str) -> str | None:
        """Value of the first header of that name, as latin-1; None where there is none."""
        return first_header(self.headers, name)


def first_header(headers: Sequence[tuple[bytes, bytes]], name: str) -> str | None:
    """Value of the first header of that name, as latin-1; None where there is none."""
    wanted = name.lower().encode("ascii")
    return next((value.decode("latin-1") for key, value in headers if key.lower() == wanted), None)


def response_headers(response: bytes) -> list[tuple[bytes, bytes]]:
    """Names and values of the headers in the bytes of one response; none where its head cannot be read."""
    parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=len(response) + 1)
    parser.receive_data(response[: 2 * MAX_HEAD_BYTES])
    try:
        event = parser.next_event()
    except h11.RemoteProtocolError:
        return []
    return event.headers.raw_items() if isinstance(event, h11.Response) else []


class Intake:
    """Collects one exchange: `head` once, `body` for each piece, `failed` at most once, then `result`."""

    def __init__(self, ask: Ask, tape: Tape, options: FetchOptions) -> None:
        self._ask, self._tape, self._options = ask, tape, options
        self._started_at = datetime.now(UTC)
        self._status = 0
        self._headers: tuple[tuple[bytes, bytes], ...] = ()
        self._unpacker = Unpacker([], options.max_bytes)
        self._truncated: Truncated | None = None
        self._error: CleanerError | None = None
        self.reusable = False
        """Whether the connection stands exactly at the end of this response; known with the result."""
        # Chunk framing and odd codings cost bytes that are no content; a quarter more is beyond any honest server.
        tape.begin(deadline=ask.deadline, max_bytes=options.max_bytes + options.max_bytes // 4 + 4 * MAX_HEAD_BYTES)

    def head(self, status: int, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """Takes status line and headers; raises CodingError for a coding that cannot be undone."""
        self._tape.in_head = False
        self._status, self._headers = status, tuple(headers)
        self._unpacker = Unpacker(codings_of(headers), self._options.max_bytes)

    def body(self, data: bytes) -> None:
        """Takes a piece of the body, transfer coding undone; raises WireLimitError when the decoded body is too big."""
        try:
            room = self._unpacker.feed(data)
        except CodingError as error:
            # The response is still worth keeping, so it is read to its end; only the page is lost.
            self._error = self._error or self._coding(error)
            self._unpacker = Unpacker([], 0)
            room = True
        if not room and self._error is None:
            raise WireLimitError(f"more than {self._options.max_bytes} bytes")

    def failed(self, error: Exception) -> None:
        """Takes what ended the exchange before its time."""
        if self._status:
            self._truncated, self._error = self._cut_short(error)
        else:
            self._error = self._not_answered(error)

    @property
    def stale(self) -> bool:
        """Whether a kept connection turned out to be closed by the server meanwhile: nothing came, so ask anew."""
        nothing = not self._tape.fresh and not self._tape.received
        return self._options.resend and nothing and self._error is not None and self._error.code == "disconnect"

    def result(self) -> Answer | CleanerError:
        """The answer, or the error where no final response came."""
        if not self._status:
            return self._error or FetchError("no answer", where=self._ask.target.url)
        if self._error is None:
            self._finish()
        received = bytes(self._tape.received)
        bounds = cut(received)
        exchange = Exchange(
            url=self._ask.target.url,
            request=self._request(),
            response=received[bounds.head : bounds.end],
            status=self._status,
            started_at=self._started_at,
            ip=None if self._options.proxy else self._tape.ip,
            truncated=self._truncated,
            interim=received[: bounds.head],
            surplus=received[bounds.end :],
            verified=not (self._options.insecure and self._ask.target.scheme == "https"),
        )
        self.reusable = self._truncated is None and not exchange.surplus
        content = bytes(self._unpacker.content)
        return Answer(exchange=exchange, headers=self._headers, content=content, error=self._error)

    def _request(self) -> bytes:
        sent = bytes(self._tape.sent)
        # What the proxy was told to let us through is between it and us; it must not reach an archive.
        return _PROXY_SECRET.sub(b"\n", sent) if self._options.proxy else sent

    def _finish(self) -> None:
        try:
            self._unpacker.finish()
        except CodingError as error:
            self._error = self._coding(error)

    def _coding(self, error: CodingError) -> FetchError:
        return self._fetch_error(str(error), "bad-response", "the server's body is damaged; try again later")

    def _fetch_error(self, message: str, code: str, hint: str) -> FetchError:
        return FetchError(message, where=self._ask.target.url, hint=hint, code=code)

    def _too_large(self, what: str) -> LimitError:
        return LimitError(what, where=self._ask.target.url, hint="raise --max-bytes", code="too-large")

    def _timeout(self, what: str) -> FetchError:
        return self._fetch_error(
            f"{what} within {self._options.timeout_s:g} s", "timeout", "raise --timeout or try later"
        )

    def _cut_short(self, error: Exception) -> tuple[Truncated, CleanerError]:
        came = f"{len(self._tape.received)} bytes came"
        if isinstance(error, WireLimitError):
            return "length", self._too_large(f"the body has {error}")
        if isinstance(error, httpcore2.TimeoutException):
            return "time", self._timeout(f"no whole response ({came})")
        if isinstance(error, CodingError):
            return "unspecified", self._coding(error)
        if isinstance(error, httpcore2.RemoteProtocolError) and "peer closed connection" not in str(error):
            return "unspecified", self._fetch_error(f"broken HTTP: {error}", "bad-response", "the server is at fault")
        message = f"the connection broke inside the response ({came})"
        return "disconnect", self._fetch_error(message, "disconnect", "try again")

    def _not_answered(self, error: Exception) -> CleanerError:
        if isinstance(error, CleanerError):
            return type(error)(error.message, where=self._ask.target.url, hint=error.hint, code=error.code)
        if isinstance(error, WireLimitError):
            return self._too_large(f"the head of the response has {error}")
        if isinstance(error, httpcore2.TimeoutException):
            return self._timeout("no answer")
        return self._no_connection(error) or self._no_response(error)

    def _no_connection(self, error: Exception) -> FetchError | None:
        """The error of a connection that did not come about; None where it did."""
        cause = error.args[0] if error.args else None  # httpcore2 hands on the system's error as its argument
        if isinstance(error, httpcore2.ProxyError):
            return self._fetch_error(f"the proxy refuses: {error}", "proxy", "check --proxy")
        if isinstance(cause, ssl.SSLError):
            return self._tls(cause)
        if isinstance(error, httpcore2.ConnectError):
            return self._fetch_error(f"no connection: {_why(cause)}", "connect", "check host and port, or try later")
        return None

    def _no_response(self, error: Exception) -> FetchError:
        broken = isinstance(error, httpcore2.ProtocolError) and "disconnected without" not in str(error)
        if broken and self._tape.received:
            return self._fetch_error(f"not HTTP: {error}", "bad-response", "is this a web server?")
        return self._fetch_error("the connection was closed without an answer", "disconnect", "try again")

    def _tls(self, error: ssl.SSLError) -> FetchError:
        why = getattr(error, "verify_message", None) or error.reason or str(error)
        hint = "check the clock and the certificate; --insecure fetches without the check"
        return self._fetch_error(f"TLS failed: {why}", "tls", hint)


def _why(cause: object) -> str:
    """The system's words for a failed connection."""
    return (os.strerror(cause.errno) if isinstance(cause, OSError) and cause.errno else str(cause)).lower()
