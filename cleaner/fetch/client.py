"""The two clients, one waiting and one for an event loop; what to ask and when is decided in way.py.

`get` returns a page for every whole final response, 404 too: the archive keeps them and `clean` calls them
"error-page"; `require_page` turns such a page into its error. `visit` also returns what an error would lose: the
exchanges completed before it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self, TypeAlias

from cleaner.errors import CleanerError, FetchError, LimitError, StatusError, TryLaterError
from cleaner.fetch.connection import Looping, Waiting
from cleaner.fetch.exchange import FAILURES, Answer, Ask, Intake, first_header, response_headers
from cleaner.fetch.guard import Resolve, system_resolve
from cleaner.fetch.lines import Lines, Opener, Origin
from cleaner.fetch.options import FetchOptions, check_headers
from cleaner.fetch.way import Headers, Pause, Visit, retry_after_s, travel
from cleaner.model import Page

__all__ = ["AsyncClient", "Client", "Consent", "fetch", "require_page"]

Consent: TypeAlias = Callable[[str], Awaitable[CleanerError | None]]
"""From the next address on a way to the error that forbids it; waits where its host wants patience."""


class Client:
    """Fetches pages, keeping connections alive between them; a context manager, for several threads.

    `resolve`, `sleep` and `clock` (seconds, monotonic) stand in for the world in tests.
    """

    def __init__(
        self,
        options: FetchOptions | None = None,
        *,
        resolve: Resolve = system_resolve,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.options = options or FetchOptions()
        self._opener = Opener(self.options, resolve, clock)
        self._sleep, self._clock = sleep, clock
        self._lines: Lines[Waiting] = Lines()

    def get(self, url: str, *, headers: Headers = ()) -> Page:
        """The page at `url`, of any status; raises the CleanerError where no whole response came.

        `headers` are sent beside those of the options, under the same rules.
        """
        return _page(self.visit(url, headers=headers))

    def visit(self, url: str, *, headers: Headers = ()) -> Visit:
        """All that came of asking for `url`, errors as values; raises only UsageError, for an impossible header."""
        check_headers(headers)
        steps = travel(url, self.options, headers, self._clock)
        reply: Answer | CleanerError | None = None
        while True:
            try:
                step = steps.send(reply)
            except StopIteration as end:
                visit: Visit = end.value
                return visit
            if isinstance(step, Pause):
                self._sleep(step.seconds)
                reply = None
            else:
                reply = self._answer(step)

    def _answer(self, ask: Ask) -> Answer | CleanerError:
        origin = ask.target.origin
        while True:
            line = self._kept(origin) or self._opener.line(ask.target)
            intake = Intake(ask, line.tape, self.options)
            kept = False
            try:
                ended = self._exchange(line, ask, intake)
                result = intake.result()
                kept = ended and intake.reusable
            finally:
                spare = self._lines.keep(origin, line) if kept else line
                if spare:
                    spare.close()
            if not intake.stale:
                return result

    def _kept(self, origin: Origin) -> Waiting | None:
        """A line to the origin that is still open; what the server has closed meanwhile is closed here too."""
        while line := self._lines.take(origin):
            if line.open:
                return line
            line.close()
        return None

    def _exchange(self, line: Waiting, ask: Ask, intake: Intake) -> bool:
        """Whether the exchange went to its end and another may follow."""
        steps = self._opener.steps(ask, intake, opened=line.stream is not None)
        try:
            step = next(steps)
            while True:
                step = steps.send(line.do(step))
        except StopIteration as end:
            return bool(end.value)
        except FAILURES as error:
            intake.failed(error)
            return False

    def close(self) -> None:
        """None, with every kept connection closed."""
        for line in self._lines.clear():
            line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient:
    """Client for asyncio's event loop; the same in every other way."""

    def __init__(
        self,
        options: FetchOptions | None = None,
        *,
        resolve: Resolve = system_resolve,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.options = options or FetchOptions()
        self._opener = Opener(self.options, resolve, clock)
        self._sleep, self._clock = sleep, clock
        self._lines: Lines[Looping] = Lines()

    async def get(self, url: str, *, headers: Headers = ()) -> Page:
        """As Client.get."""
        return _page(await self.visit(url, headers=headers))

    async def visit(self, url: str, *, headers: Headers = (), consent: Consent | None = None) -> Visit:
        """As Client.visit; `consent` is asked before each address on the way, may wait, and ends it with its error."""
        check_headers(headers)
        asked: set[str] = set()
        steps = travel(url, self.options, headers, self._clock)
        reply: Answer | CleanerError | None = None
        while True:
            try:
                step = steps.send(reply)
            except StopIteration as end:
                visit: Visit = end.value
                return visit
            if isinstance(step, Pause):
                await self._sleep(step.seconds)
                reply = None
            elif consent and step.target.url not in asked:
                asked.add(step.target.url)
                refusal = await consent(step.target.url)
                again = Ask(target=step.target, headers=step.headers, deadline=self._clock() + self.options.timeout_s)
                reply = refusal or await self._answer(again)
            else:
                reply = await self._answer(step)

    async def _answer(self, ask: Ask) -> Answer | CleanerError:
        origin = ask.target.origin
        while True:
            line = await self._kept(origin) or self._opener.async_line(ask.target)
            intake = Intake(ask, line.tape, self.options)
            kept = False
            try:
                ended = await self._exchange(line, ask, intake)
                result = intake.result()
                kept = ended and intake.reusable
            finally:
                spare = self._lines.keep(origin, line) if kept else line
                if spare:
                    await spare.aclose()
            if not intake.stale:
                return result

    async def _kept(self, origin: Origin) -> Looping | None:
        """As Client._kept."""
        while line := self._lines.take(origin):
            if line.open:
                return line
            await line.aclose()
        return None

    async def _exchange(self, line: Looping, ask: Ask, intake: Intake) -> bool:
        """As Client._exchange."""
        steps = self._opener.steps(ask, intake, opened=line.stream is not None)
        try:
            step = next(steps)
            while True:
                step = steps.send(await line.do(step))
        except StopIteration as end:
            return bool(end.value)
        except FAILURES as error:
            intake.failed(error)
            return False

    async def aclose(self) -> None:
        """None, with every kept connection closed."""
        for line in self._lines.clear():
            await line.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def fetch(url: str, options: FetchOptions | None = None) -> Page:
    """The page at `url`, of any status, over a connection of its own; raises like Client.get."""
    with Client(options) as client:
        return client.get(url)


def require_page(page: Page) -> Page:
    """`page` itself where its response is whole and its status 2xx (or it has none, being a file).

    Raises StatusError for another status, TryLaterError for a 429 or 503 that names a time, LimitError or FetchError
    for a body that was cut.
    """
    last = page.exchanges[-1] if page.exchanges else None
    if last and last.truncated:
        raise _cut(page, last.truncated)
    if page.status is None or HTTPStatus.OK <= page.status < HTTPStatus.MULTIPLE_CHOICES:
        return page
    phrase = HTTPStatus(page.status).phrase if page.status in HTTPStatus._value2member_map_ else "unknown status"
    message = f"{page.status} {phrase}"
    asked = (
        retry_after_s(first_header(response_headers(last.response), "Retry-After"), datetime.now(UTC)) if last else None
    )
    if asked is not None and page.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        raise TryLaterError(f"{message}; the server asks to wait {asked:.0f} s", where=page.url, hint="try again then")
    raise StatusError(message, where=page.url, hint=_status_hint(page.status))


def _page(visit: Visit) -> Page:
    if visit.error:
        raise visit.error
    if visit.page is None:
        raise RuntimeError("a visit has a page or an error")
    return visit.page


def _cut(page: Page, reason: str) -> CleanerError:
    message = f"the body was cut ({reason})"
    if reason == "length":
        return LimitError(message, where=page.url, hint="raise --max-bytes", code="too-large")
    return FetchError(message, where=page.url, hint="try again", code="timeout" if reason == "time" else "disconnect")


def _status_hint(status: int) -> str:
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return "the server wants to know who asks; --header can say so"
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return "check the address"
    return "try again later" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "open it in a browser to see why"
