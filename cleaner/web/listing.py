"""The list of articles, found by words and filters, and the same list as an Atom feed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, get_args

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from cleaner.archive import Archive, Entry, Filter, Hit
from cleaner.archive.filters import State
from cleaner.archive.query import read_query
from cleaner.errors import UsageError
from cleaner.web.desk import desk_of, html_page

__all__ = ["feed", "list_page"]

PAGE_ROWS = 40
FEED_ROWS = 40
MAX_PAGE = 100_000
MAX_QUERY_CHARS = 1_000
MAX_HOSTS = 300  # in the select box; the rest is reached by its pages' links

_MARKED = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"([0-9TZ:.-]{10,40})~(\w{1,64})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the address asks for; `page` counts from 1, in a search.

    A list goes on from a place in it, so that no row is missed or told twice while new ones come in on top: `before` is
    the last row of the page that was left, `after` the first one, for the way back.
    """

    query: str
    wanted: Filter
    page: int
    before: str = ""
    after: str = ""

    def values(self, *, page: int = 1, before: str = "", after: str = "") -> dict[str, str]:
        """The address's parameters again, for that page or place; what stands at its default is left out."""
        wanted = self.wanted
        return {
            "q": self.query,
            "host": wanted.host or "",
            "state": "" if wanted.state == "articles" else wanted.state,
            "since": wanted.since or "",
            "until": wanted.until or "",
            "captures": "" if wanted.newest else "all",
            "page": "" if page == 1 else str(page),
            "before": before,
            "after": after,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    """One page of a list: its rows, and the addresses' parameters of the page on either side, where there is one."""

    rows: list[dict[str, Any]]
    earlier: dict[str, str] | None
    later: dict[str, str] | None
    total: int | None = None


def asked_of(request: Request) -> _Asked:
    """What the address asks for; raises UsageError where it makes no sense."""
    given = request.query_params
    state, page = given.get("state") or "articles", given.get("page") or "1"
    if state not in get_args(State):
        raise UsageError(f"{state[:40]!r} is no kind of page", hint="articles, failures or all")
    if not page.isascii() or not page.isdecimal() or not 1 <= int(page[:9]) <= MAX_PAGE:
        raise UsageError(f"there is no page {page[:40]!r}", hint="pages count from 1")
    return _Asked(
        query=" ".join(given.get("q", "")[:MAX_QUERY_CHARS].split()),
        wanted=Filter(
            state=state,  # type: ignore[arg-type]  # one of them, as was asked
            host=given.get("host") or None,
            since=_day(given.get("since")),
            until=_day(given.get("until")),
            newest=given.get("captures") != "all",
        ),
        page=int(page),
        before=_place(given.get("before")),
        after=_place(given.get("after")),
    )


def _place(text: str | None) -> str:
    if text and not _PLACE.fullmatch(text):
        raise UsageError(f"{text[:40]!r} is no place in the list", hint="follow the links below the list")
    return text or ""


def _day(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{text[:40]!r} is no day", hint="write it as 2026-11-22") from None


async def list_page(request: Request) -> Response:
    """The articles, newest first; or what holds the words searched for, best first."""
    asked = asked_of(request)
    archive = desk_of(request).archive
    leaf = _searched(archive, asked) if asked.query else _listed(archive, asked)
    return html_page(
        request,
        "list.html",
        asked=asked,
        leaf=leaf,
        notes=read_query(asked.query).notes,
        hosts=archive.survey.hosts(limit=MAX_HOSTS),
    )


def _listed(archive: Archive, asked: _Asked) -> _Leaf:
    back = bool(asked.after)
    place = _PLACE.fullmatch(asked.after or asked.before)
    beyond = (place[1], place[2]) if place else None
    found = list(archive.ls(asked.wanted, limit=PAGE_ROWS + 1, oldest_first=back, beyond=beyond))
    entries, more = found[:PAGE_ROWS], len(found) > PAGE_ROWS
    if back and not more:
        return _listed(archive, replace(asked, after=""))  # the way back has reached the top: a whole page of it
    if back:
        entries.reverse()
    return _Leaf(
        rows=[_entry_row(entry) for entry in entries],
        earlier=asked.values(after=_place_of(entries[0])) if entries and beyond else None,
        later=asked.values(before=_place_of(entries[-1])) if more or back else None,
        total=archive.survey.count(asked.wanted),
    )


def _place_of(entry: Entry) -> str:
    return f"{entry.captured_at}~{entry.id}"


def _entry_row(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": entry.title or entry.url,
        "url": entry.url,
        "host": entry.host,
        "at": entry.captured_at,
        "byline": entry.byline,
        "problem": None if entry.version else entry.reason or (f"page {entry.part}" if entry.part else "not cleaned"),
        "status": entry.status,
        "snippet": "",
    }


def _searched(archive: Archive, asked: _Asked) -> _Leaf:
    start = (asked.page - 1) * PAGE_ROWS
    hits = archive.search(_typed(asked), limit=PAGE_ROWS + 1, offset=start, host=asked.wanted.host)
    return _Leaf(
        rows=[_hit_row(hit) for hit in hits[:PAGE_ROWS]],
        earlier=asked.values(page=asked.page - 1) if asked.page > 1 else None,
        later=asked.values(page=asked.page + 1) if len(hits) > PAGE_ROWS else None,
    )


def _typed(asked: _Asked) -> str:
    """The words searched for and the days of the filter as one query; `before` names the first day that does not count."""
    since, until = asked.wanted.since, asked.wanted.until
    after = f" after:{since}" if since else ""
    return asked.query + after + (f" before:{date.fromisoformat(until) + timedelta(days=1)}" if until else "")


def _hit_row(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.title or hit.url,
        "url": hit.url,
        "host": hit.url.split("/")[2] if hit.url.count("/") > 1 else "",
        "at": hit.captured_at,
        "byline": hit.byline,
        "problem": None,
        "status": None,
        "snippet": marked(hit.snippet),
    }


def marked(snippet: str) -> Markup:
    """The snippet escaped, with the found words marked."""
    return Markup(_MARKED.sub(r"<mark>\1</mark>", str(escape(snippet))))  # noqa: S704  # escaped the line before


async def feed(request: Request) -> Response:
    """The newest articles as Atom, of one host where it is named."""
    desk = desk_of(request)
    wanted = Filter(host=request.query_params.get("host") or None)
    entries = list(desk.archive.ls(wanted, limit=FEED_ROWS))
    rendered = desk.templates.get_template("feed.xml").render(
        base=str(request.base_url),
        host=wanted.host,
        updated=entries[0].captured_at if entries else "1970-01-01T00:00:00Z",
        rows=list(_feed_rows(desk.archive, entries)),
    )
    return Response(_XML_FORBIDS.sub("\ufffd", rendered).encode("utf-8", "replace"), media_type="application/atom+xml")


_XML_FORBIDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _feed_rows(archive: Archive, entries: list[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        article = archive.article(entry)
        yield {"entry": entry, "html": article.html if article else "", "uuid": entry.record_id.strip("<>")}
