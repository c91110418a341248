"""The further pages of an article that is spread over several, fetched where the rules of its site name the links.

`part_steps` only decides which page is asked for next; whoever drives it looks for the links and fetches: `with_parts`
here at once, a crawl in its own time.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from cleaner import urls
from cleaner.errors import CleanerError, LimitError
from cleaner.fetch.client import Client, require_page
from cleaner.fetch.options import FetchOptions
from cleaner.fetch.way import Visit
from cleaner.model import Page
from cleaner.policy import Policy
from cleaner.taught import site_for

__all__ = ["MAX_PARTS", "Fetched", "Look", "PartSteps", "fetch_article", "has_part_links", "part_steps", "with_parts"]

MAX_PARTS = 20  # further pages of one article; a chain that goes on is no article's


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as it came, the error that ended its own way, and the error that ended the way to its further parts."""

    page: Page
    failure: CleanerError | None = None
    missed: CleanerError | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """The page's link of that kind is asked for, as `pipeline.named_link` finds it."""

    page: Page
    kind: Literal["single_page_link", "next_page_link"]


PartSteps: TypeAlias = Generator[Look | str, Visit | CleanerError | str | None, Fetched]
"""Yields a Look, to be sent the link, None or an error; or the address of a part, to be sent its Visit. Returns the whole."""


def fetch_article(url: str, policy: Policy, options: FetchOptions) -> Fetched:
    """What came of asking for the URL and its further parts; raises the error that ended it where nothing came at all."""
    with Client(options) as client:
        visit = client.visit(url)
        if visit.page and not visit.error:
            return with_parts(visit.page, policy, client)
    if visit.kept is None:
        assert visit.error is not None, "a way that brought nothing says why"
        raise visit.error
    return Fetched(page=visit.kept, failure=visit.error)


def with_parts(page: Page, policy: Policy, client: Client) -> Fetched:
    """The page with its further parts as far as they came, and what ended the way before its end."""
    steps = part_steps(page, policy, client.options.max_bytes)
    reply: Visit | CleanerError | str | None = None
    while True:
        try:
            step = steps.send(reply)
        except StopIteration as end:
            fetched: Fetched = end.value
            return fetched
        reply = _link(step, policy) if isinstance(step, Look) else client.visit(step)


def _link(look: Look, policy: Policy) -> CleanerError | str | None:
    from cleaner.pipeline import named_link  # half a second that only those pay who clean

    try:
        return named_link(look.page, policy, look.kind)
    except CleanerError as error:
        return error


def has_part_links(policy: Policy, url: str | None) -> bool:
    """Whether the rules of the page's site say how its articles go on."""
    site = site_for(policy.sites, urls.host(url) if url else "")
    return site is not None and bool(site.single_page_link or site.next_page_link)


def part_steps(page: Page, policy: Policy, max_bytes: int) -> PartSteps:
    """The steps from a page to the same page with its further parts, as far as they come.

    The whole article on one page, where the site's rules link to it, is the one part; else each page links to the next. Only
    pages of the same host are asked for, none twice, until all together have more than `max_bytes`.
    """
    if not has_part_links(policy, page.url):
        return Fetched(page=page)
    link, missed = yield from _looked(Look(page, "single_page_link"), page, ())
    if link:
        part, missed = yield from _fetched(link, page)
        return _whole(page, [part] if part else [], missed)
    parts: list[Page] = []
    while not missed:
        link, missed = yield from _looked(Look((parts or [page])[-1], "next_page_link"), page, parts)
        if not link:
            break
        if missed := _too_much(page, parts, link, max_bytes):
            break
        part, missed = yield from _fetched(link, page)
        parts += [part] if part else []
    return _whole(page, parts, missed)


def _whole(page: Page, parts: list[Page], missed: CleanerError | None) -> Fetched:
    return Fetched(page=replace(page, parts=tuple(parts)) if parts else page, missed=missed)


def _too_much(page: Page, parts: list[Page], link: str, max_bytes: int) -> CleanerError | None:
    """Why no part more is asked for; None where one may be."""
    if len(parts) == MAX_PARTS:
        hint = "the next_page_link names too much"
        return LimitError(f"more than {MAX_PARTS} further pages", where=link, hint=hint, code="parts")
    if sum(len(one.content) for one in (page, *parts)) > max_bytes:
        return LimitError(f"an article of more than {max_bytes} bytes", where=link, hint="raise --max-bytes")
    return None


def _looked(
    look: Look, page: Page, parts: "tuple[Page, ...] | list[Page]"
) -> Generator[Look, Visit | CleanerError | str | None, tuple[str | None, CleanerError | None]]:
    """The link, where it leads to a page of the same host that is not here yet, and what kept the page from being read."""
    link = yield look
    assert not isinstance(link, Visit), "a Look is answered with a link"
    if isinstance(link, CleanerError):
        return None, link
    if link is None or not _is_home(page, link):
        return None, None
    known = {urls.key(one.url) for one in (page, *parts) if one.url}
    return None if urls.key(link) in known else link, None


def _is_home(page: Page, url: str) -> bool:
    return urls.host(url).removeprefix("www.") == urls.host(page.url or "").removeprefix("www.")


def _fetched(
    url: str, page: Page
) -> Generator[str, Visit | CleanerError | str | None, tuple[Page | None, CleanerError | None]]:
    """The part, and why it is none or not whole; one that was led away to another host is not taken."""
    visit = yield url
    assert isinstance(visit, Visit), "an address is answered with a visit"
    if visit.page is None or visit.error:
        return visit.kept, visit.error
    if not _is_home(page, visit.page.url or ""):
        hint = "its parts must be on the host of the first one"
        return None, LimitError(f"leads to another host, {visit.page.url}", where=url, hint=hint)
    try:
        return require_page(visit.page), None
    except CleanerError as error:
        return visit.page, error
