"""The application: every address, and one clear page for everything that goes wrong."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypedDict

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cleaner.errors import ArchiveError, CleanerError, InputError, RefusedError, TryLaterError, UsageError
from cleaner.web import insight, listing, original, reading, teach
from cleaner.web.desk import Desk, html_page, style_sheet
from cleaner.web.guard import Guard

__all__ = ["make_app"]

YEAR_S = 31_536_000

# The nearest kind first; what is none of these is the server's own fault.
_STATUSES: tuple[tuple[type[CleanerError], int], ...] = (
    (InputError, 404),
    (UsageError, 400),
    (RefusedError, 403),
    (TryLaterError, 503),
    (ArchiveError, 500),
)
_TOLD = {404: "There is no such page", 405: "That is not how this page is asked"}


class _State(TypedDict):
    desk: Desk


def make_app(archive: Path, hosts: Iterable[str]) -> Starlette:
    """The pages of the archive in that folder, answered only under these Host headers; GET changes nothing."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[_State]:
        desk = Desk(archive)
        try:
            yield {"desk": desk}
        finally:
            desk.close()

    app = Starlette(
        routes=_routes(),
        lifespan=lifespan,
        middleware=[Middleware(Guard, hosts=list(hosts))],
        exception_handlers={CleanerError: _ours, HTTPException: _http, Exception: _bug},
    )
    app.router.redirect_slashes = False  # an address with a slash too many is no page, and leads nowhere else
    return app


def _routes() -> list[Route]:
    get = ["GET"]
    return [
        Route("/", listing.list_page, methods=get, name="list"),
        Route("/feed.xml", listing.feed, methods=get),
        Route("/article/{id}", reading.read_page, methods=get),
        Route("/article/{id}/inspect", reading.inspect_page, methods=get),
        Route("/article/{id}/versions", reading.versions_page, methods=get),
        Route("/article/{id}/record", original.record_page, methods=get),
        Route("/article/{id}/verify", original.verify_now, methods=["POST"]),
        Route("/article/{id}/original", original.original_page, methods=get),
        Route("/article/{id}/frame", original.frame, methods=get),
        Route("/article/{id}/bytes", original.record_bytes, methods=get),
        Route("/article/{id}/teach/{lesson}/{block}", teach.teach_page, methods=get),
        Route("/article/{id}/teach/{lesson}/{block}", teach.save_now, methods=["POST"]),
        Route("/sites/{host}", teach.site_page, methods=get),
        Route("/sites/{host}", teach.reclean_now, methods=["POST"]),
        Route("/image/{id}", original.image, methods=get),
        Route("/rules", insight.rules_page, methods=get),
        Route("/rules/{id:path}", insight.rule_page, methods=get),
        Route("/failures", insight.failures_page, methods=get),
        Route("/statistics", insight.statistics_page, methods=get),
        Route("/static/style.css", _style, methods=get),
    ]


async def _style(_: Request) -> Response:
    headers = {"Cache-Control": f"max-age={YEAR_S}, immutable"}
    return Response(style_sheet()[0], media_type="text/css", headers=headers)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, CleanerError)
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    return html_page(request, "error.html", status=status, title=str(error), hint=error.hint or "")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = _TOLD.get(error.status_code, error.detail)
    hint = "The list of articles is a good place to start from."
    return html_page(request, "error.html", status=error.status_code, title=title, hint=hint)


async def _bug(request: Request, error: Exception) -> Response:
    title = f"This page failed: {type(error).__name__}"
    hint = "That is a bug. What the archive holds is untouched; the terminal that runs the server shows the traceback."
    return html_page(request, "error.html", status=500, title=title, hint=hint)
