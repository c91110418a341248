"""What stands before every page: the Host it was asked under, the headers it leaves with, and tokens for what changes something."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cleaner.errors import RefusedError

__all__ = ["FRAME_POLICY", "Guard", "Tokens"]

TOKEN_AGE_S = 4 * 3600.0  # a page left open over lunch still works
NONCE_BYTES = 16
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")

# Nothing but our own style sheet, our own pictures and our own frames; no script at all, from nowhere.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# An archived page runs nothing, loads nothing, sends nothing and has no origin; its own inline styles may colour it.
FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # under no-referrer a browser calls the origin of our own forms null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-DNS-Prefetch-Control": "off",
    "Cache-Control": "no-store",
}


class Guard:
    """The app behind a check of the Host header, so that no foreign page can reach it by rebinding a name to this machine."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Nothing; the request was answered, by the app or with the refusal of a Host it does not go by."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            told = "This server does not go by that name. Open it under the address that `cleaner archive serve` printed.\n"
            await PlainTextResponse(told, status_code=421)(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)


def host_names(host: str, port: int, more: Iterable[str] = ()) -> list[str]:
    """Every Host header by which a server on `host` and `port` may be asked; local names only where it is local."""
    shown = f"[{host}]" if ":" in host else host
    names = [shown, *(LOCAL_NAMES if shown in LOCAL_NAMES else ()), *more]
    bare = names if port == 80 else []  # noqa: PLR2004  # browsers leave out HTTP's own port
    return [*(f"{name}:{port}" for name in names), *bare, *(name for name in more if ":" in name)]


@dataclass(slots=True)
class Tokens:
    """Tokens that forms carry: each is for one purpose, for a few hours, and counts once."""

    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _used: dict[str, float] = field(default_factory=dict)

    def issue(self, purpose: str) -> str:
        """A fresh token for this purpose; nothing is remembered of it."""
        head = f"{int(time.time())}.{secrets.token_hex(NONCE_BYTES)}"
        return f"{head}.{self._sign(head, purpose)}"

    def spend(self, token: str, purpose: str) -> None:
        """Nothing; the token was good, and is no more. Raises RefusedError."""
        head, _, signature = token.rpartition(".")
        issued = head.partition(".")[0]
        good = hmac.compare_digest(signature.encode(), self._sign(head, purpose).encode()) and issued.isdecimal()
        age_s = time.time() - int(issued) if good else 0.0
        self._used = {used: at for used, at in self._used.items() if time.time() - at < TOKEN_AGE_S}
        if not good or age_s > TOKEN_AGE_S or head in self._used:
            raise RefusedError(
                "this form was sent before, or is too old, or is not from here",
                hint="go back, load the page again and send it once",
                code="token",
            )
        self._used[head] = time.time()

    def _sign(self, head: str, purpose: str) -> str:
        return hmac.new(self._key, f"{head}|{purpose}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def require_own_form(request: Request) -> None:
    """Nothing; raises RefusedError where the browser says that another site's page sent this."""
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    site = request.headers.get("sec-fetch-site", "same-origin")
    if (origin not in (None, own)) or site not in ("same-origin", "none"):
        raise RefusedError("this form comes from another site", hint="open the page here", code="token")
