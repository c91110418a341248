"""What a page may ask of the browser that shows it: itself once, from our hands; then scripts, style sheets and what scripts fetch."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from cleaner.fetch.exchange import response_headers
from cleaner.model import Page

if TYPE_CHECKING:
    from playwright.async_api import Request, Route

__all__ = ["NO_SOCKETS", "Allowed", "Gate", "is_showable"]

Allowed: TypeAlias = Callable[[str], Awaitable[bool]]
"""Whether what a page asks for beside itself may be asked for: a crawl's robots.txt."""

LOADED = frozenset({"script", "stylesheet", "xhr", "fetch", "preflight"})
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
ENDED = "blockedbyclient"
STAYED = (
    "aborted"  # the page stays as it is; any other way to end a navigation puts chromium's own error page in its place
)
# Headers that speak of the wire as it was, or of what the browser should do beside showing the page.
KEPT_BACK = frozenset(
    b"content-encoding content-length transfer-encoding connection keep-alive link refresh alt-svc strict-transport-security "
    b"report-to nel reporting-endpoints clear-site-data".split()
)
# Beside the page's own policy, so it can only forbid: no frames, plug-ins, sockets, forms, media, windows, downloads.
POLICY = (
    "default-src http: https: data: blob: 'unsafe-inline' 'unsafe-eval'; "
    "connect-src http: https: data: blob:; sandbox allow-scripts allow-same-origin; frame-src 'none'; "
    "object-src 'none'; media-src 'none'; form-action 'none'; manifest-src 'none'"
)
NO_SOCKETS = (
    "for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport', 'WebSocket', "
    "'WebSocketStream', 'EventSource', 'SharedWorker']) { try { delete self[name] } catch {} }"
)


def is_showable(page: Page) -> bool:
    """Whether a browser has something to show: HTML with an address, in an answer that is no error."""
    is_page = page.status is None or page.status < HTTPStatus.BAD_REQUEST
    from cleaner.parse import looks_like_html  # where pages are shown

    return is_page and page.url is not None and looks_like_html(page.content, page.content_type) is None


@dataclass(kw_only=True)  # no slots: Playwright hangs a handler of its own on it
class Gate:
    """Lets the requests of one page through, or ends them. `allowed` is asked about what is neither page nor forbidden."""

    page: Page
    allowed: Allowed | None = None
    given: bool = False

    async def let(self, route: "Route") -> None:
        """Nothing; the request is answered, let go on its way, or ended."""
        with suppress(Exception):  # the page may be closed while we think
            if route.request.is_navigation_request():
                await self._give(route)
            elif await self._is_wanted(route.request):
                await route.continue_()
            else:
                await route.abort(ENDED)

    async def _is_wanted(self, request: "Request") -> bool:
        if request.resource_type not in LOADED or request.method not in METHODS:
            return False
        return self.allowed is None or await self.allowed(request.url)

    async def _give(self, route: "Route") -> None:
        """Nothing; the page itself is given as it was fetched, its first time. It leads nowhere else, and holds no frames."""
        if self.given or route.request.frame.parent_frame is not None:
            await route.abort(STAYED)
            return
        self.given = True
        await route.fulfill(status=200, headers=self._headers(), body=self.page.content)

    def _headers(self) -> dict[str, str]:
        page = self.page
        told = response_headers(page.exchanges[-1].response) if page.exchanges else []
        kept = [(name.lower(), value.decode("latin-1")) for name, value in told if name.lower() not in KEPT_BACK]
        policies = [value for name, value in kept if name == b"content-security-policy"]
        plain = {name.decode("latin-1"): value for name, value in kept if name != b"content-security-policy"}
        typed = {"content-type": page.content_type or "text/html"}
        return {**typed, **plain, "content-security-policy": ", ".join([*policies, POLICY])}
