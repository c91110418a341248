"""Teaching from the inspection page: what a line's host would be told, what that changes, and the saving of it."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cleaner.archive import Entry, Filter
from cleaner.archive import teaching as lessons
from cleaner.archive.sites import preview, site_path
from cleaner.archive.teaching import Lesson, Teaching
from cleaner.errors import InputError, UsageError
from cleaner.fetch.taught import users_rules, users_sites
from cleaner.jobs.reclean import reclean
from cleaner.policy import Policy
from cleaner.web.comparison import compare, whole
from cleaner.web.desk import desk_of, found, html_page
from cleaner.web.guard import require_own_form

__all__ = ["reclean_now", "save_now", "site_page", "teach_page"]

PREVIEWED = 100  # pages, some 5 s; the rest only where it is asked for
MAX_FORM_BYTES = 4_096
Told = TypeVar("Told")


def _policy() -> Policy:
    """What the command line would clean with: the user's own rules and sites; the archive's come with it."""
    return Policy(rules=users_rules(), sites=users_sites())


async def _apart(work: Callable[[], Told]) -> Told:
    """The work's result, done in a thread of its own: other pages are answered meanwhile."""
    return await run_in_threadpool(work)


def _asked(request: Request) -> tuple[Entry, Lesson, int, Teaching]:
    """The capture, what is wanted of which block, and what the file would say; raises InputError and UsageError."""
    entry, archive = found(request), desk_of(request).archive
    wanted, block = str(request.path_params["lesson"]), str(request.path_params["block"])
    article = archive.article(entry)
    if wanted not in ("keep", "drop") or not block.isdecimal() or article is None:
        raise InputError("there is nothing like that to teach", where=entry.id)
    row = next((row for row in compare(article).rows if row.index == int(block[:9])), None)
    if row is None:
        raise InputError("the article has no such block", where=block[:9], hint="the inspection page has them all")
    lesson: Lesson = "keep" if wanted == "keep" else "drop"
    return entry, lesson, row.index, lessons.lesson(archive.path, entry, whole(row.old), lesson)


async def teach_page(request: Request) -> Response:
    """What would be taught, and what it changes on the host's archived pages; nothing is written."""
    entry, wanted, block, told = _asked(request)
    desk, everything = desk_of(request), request.query_params.get("all") == "1"
    limit = None if everything else PREVIEWED
    seen = await _apart(lambda: list(preview(desk.archive, told.after, _policy(), before=told.before, limit=limit)))
    return html_page(
        request,
        "teach.html",
        entry=entry,
        wanted=wanted,
        told=told,
        seen=len(seen),
        changes=[change for change in seen if change.gone or change.come],
        more=not everything and len(seen) == PREVIEWED,
        token=desk.tokens.issue(_purpose(entry, wanted, block, told.digest)),
    )


async def save_now(request: Request) -> Response:
    """The host's page, once its file says it; raises RefusedError for a token that is not good, UsageError for a lost race."""
    require_own_form(request)
    form = await _form(request)
    entry, wanted, block, told = _asked(request)
    desk = desk_of(request)
    desk.tokens.spend(form.get("token", ""), _purpose(entry, wanted, block, form.get("digest", "")))
    if told.digest != form.get("digest", ""):
        hint = "go back and look at the preview again: what you saw is not what would be saved"
        raise UsageError(
            "the site file was changed meanwhile", where=told.after.host, hint=hint, code="changed-meanwhile"
        )
    lessons.save(desk.archive.path, told)
    return RedirectResponse(f"/sites/{told.after.host}?from={entry.id}", status_code=303)


async def site_page(request: Request) -> Response:
    """What is taught about a host, and the offer to clean its pages again."""
    return _site_page(request, recleaned=None)


async def reclean_now(request: Request) -> Response:
    """The same, after the host's archived pages were cleaned again."""
    require_own_form(request)
    host, desk = str(request.path_params["host"]), desk_of(request)
    desk.tokens.spend((await _form(request)).get("token", ""), f"reclean {host}")
    pages = Filter(site=site_path(desk.archive.path, host).stem)
    done = await _apart(lambda: [one.what for one in reclean(desk.archive, _policy(), pages)])
    return _site_page(request, recleaned=done.count("changed"))


def _site_page(request: Request, *, recleaned: int | None) -> Response:
    desk, host = desk_of(request), str(request.path_params["host"])
    path = site_path(desk.archive.path, host)
    if not path.exists():
        raise InputError("nothing is taught about this site", where=host[:100], hint="inspect one of its pages")
    return html_page(
        request,
        "site.html",
        host=host,
        text=path.read_text(encoding="utf-8", errors="replace"),
        recleaned=recleaned,
        back=request.query_params.get("from", ""),
        token=desk.tokens.issue(f"reclean {host}"),
    )


def _purpose(entry: Entry, wanted: Lesson, block: int, digest: str) -> str:
    return f"teach {entry.id} {wanted} {block} {digest}"


async def _form(request: Request) -> dict[str, str]:
    """The form's fields; one that is too long to be ours has none."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_FORM_BYTES:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode("ascii", "replace")).items()}
